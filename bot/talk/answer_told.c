/* answer_told.c - what the pieces of an answer make of the facts. What is told in so many words comes first, then choices
 * that were picked, then "the rest", "all", "none" and a bare yes for whatever is still open. */
#include <stdlib.h>
#include <string.h>

#include "rules/understand.h"
#include "talk/hearing.h"

enum { FEW_WORDS = 2 }; /* of a yes or no with a question mark: "no?" */

static const struct tables *tables_of(const struct hearing *h)
{
	return h->c->tables;
}

static bool counts(unsigned state)
{
	return state == STATE_PRESENT || state == STATE_ABSENT || state == STATE_UNCERTAIN;
}

static void tell(struct hearing *h, int finding, enum finding_state state)
{
	if (vocab_value_kind(tables_vocab(tables_of(h)), finding) >= 0)
		return;
	facts_tell(tables_of(h), &h->out->told, finding, state);
	facts_tell(tables_of(h), &h->now, finding, state);
	h->detail = true;
}

/* Takes over what `then` knows more than h->now. */
static void take(struct hearing *h, const struct facts *then, bool only_present)
{
	for (size_t i = 0; i < FACTS_MAX; i++)
		if (then->state[i] != h->now.state[i] && (!only_present || then->state[i] == STATE_PRESENT))
			h->out->told.state[i] = h->now.state[i] = then->state[i];
	for (int k = 0; k < VALUE_KINDS; k++)
		if (then->has_value[k] && (!h->now.has_value[k] || then->value[k] != h->now.value[k])) {
			h->out->told.has_value[k] = h->now.has_value[k] = true;
			h->out->told.value[k] = h->now.value[k] = then->value[k];
		}
}

/* ---- what the message tells by itself ---- */

static const struct piece *piece_at(const struct hearing *h, const struct mention *m)
{
	const struct text *t = &h->u->reading->text;

	for (size_t i = 0; i < h->n_pieces; i++)
		if (m->start >= t->tokens[h->pieces[i].from].start && m->end <= t->tokens[h->pieces[i].to - 1].end)
			return &h->pieces[i];
	return NULL;
}

/* A "no" to the question as a whole, or to the rest of it, denies nothing of what is told beside it: "no, it's a dull
 * ache", "flu, otherwise nothing". */
static bool denied_from_afar(const struct hearing *h, const struct mention *m)
{
	const struct text *t = &h->u->reading->text;
	const struct piece *own = piece_at(h, m);

	for (size_t i = 0; m->state == STATE_ABSENT && m->context && i < h->n_pieces; i++) {
		const struct piece *p = &h->pieces[i];
		bool there = m->context_start >= t->tokens[p->from].start && m->context_end <= t->tokens[p->to - 1].end;

		if (there && own && p != own && (p->bare || (p->words & WORD_REST && p->pure && !(p->words & WORD_KEY))))
			return true;
	}
	return false;
}

/* "Red no", "pulse fine": a short piece with its yes or no at the end is about what it names. */
static enum finding_state state_of(const struct hearing *h, const struct mention *m)
{
	const struct piece *in = piece_at(h, m), *p = hear_asked(h, m->finding) ? in : NULL;

	if (in && in->pure && in->words & WORD_NUMBER && !(in->words & WORD_KEY)) /* a line, and no score out of ten */
		return STATE_UNKNOWN;
	if (denied_from_afar(h, m))
		return STATE_PRESENT;
	if (!p || !p->pure || p->said == VERDICT_NONE || !(p->words & WORD_KEY) || m->corrected)
		return m->state;
	if (p->said == VERDICT_NO && m->state == STATE_PRESENT)
		return STATE_ABSENT;
	return p->said == VERDICT_YES && m->state == STATE_UNCERTAIN ? STATE_PRESENT : m->state;
}

static void take_mentions(struct hearing *h)
{
	struct facts *told = &h->out->told;

	*told = h->u->facts;
	for (size_t i = 0; i < h->u->n_mentions; i++)
		told->state[h->u->mentions[i].finding] = STATE_UNKNOWN;
	for (size_t i = 0; i < h->u->n_mentions; i++) {
		const struct mention *m = &h->u->mentions[i];
		enum finding_state state = m->corrected ? STATE_UNKNOWN : state_of(h, m);

		if (state > told->state[m->finding])
			told->state[m->finding] = (uint8_t)state;
	}
	for (int k = 0; k < VALUE_KINDS; k++)
		told->has_value[k] &= told->state[vocab_value_finding(tables_vocab(tables_of(h)), (enum value_kind)k)] == STATE_PRESENT;
}

static void put_together(struct hearing *h)
{
	const struct vocab *v = tables_vocab(tables_of(h));

	h->now = *h->known;
	for (size_t i = 0; i < vocab_findings(v); i++) {
		enum finding_state told = (enum finding_state)h->out->told.state[i];

		h->detail |= counts(told) && hear_asked(h, (int)i);
		if (told == STATE_PRESENT)
			facts_tell(tables_of(h), &h->now, (int)i, told);
		else if (counts(told) && (h->u->correction || h->now.state[i] < told || h->now.state[i] == STATE_UNCERTAIN))
			h->now.state[i] = (uint8_t)told;
	}
	for (int k = 0; k < VALUE_KINDS; k++)
		if (h->out->told.has_value[k]) {
			h->now.has_value[k] = true;
			h->now.value[k] = h->out->told.value[k];
		}
}

/* ---- choices and findings that were named ---- */

static void pick_line(struct hearing *h, int choice)
{
	for (size_t i = 0; i < h->out->n_lines; i++)
		if (h->out->lines[i] == choice)
			return;
	if (h->out->n_lines < STATE_MAX_SHOWN)
		h->out->lines[h->out->n_lines++] = choice;
}

/* Findings of the choice that are not told otherwise. */
static void deny_choice(struct hearing *h, int choice)
{
	size_t n;
	const int *about = choice_findings(tables_of(h), h->open->question, choice, &n);

	for (size_t i = 0; i < n; i++)
		if (!counts(h->out->told.state[about[i]]))
			tell(h, about[i], STATE_ABSENT);
}

static bool choice_has(const struct hearing *h, int choice, int finding)
{
	size_t n;
	const int *about = choice_findings(tables_of(h), h->open->question, choice, &n);

	for (size_t i = 0; i < n; i++)
		if (about[i] == finding)
			return true;
	return false;
}

/* "All but the wound": of a long list the whole line is left out. */
static void deny_line_of(struct hearing *h, int finding)
{
	for (size_t i = 0; hear_screen(h) && i < question_choices(tables_of(h), h->open->question); i++)
		if (choice_has(h, (int)i, finding))
			deny_choice(h, (int)i);
}

static bool all_denied(const struct hearing *h, int choice)
{
	size_t n;
	const int *about = choice_findings(tables_of(h), h->open->question, choice, &n);

	for (size_t i = 0; i < n; i++)
		if (h->out->told.state[about[i]] != STATE_ABSENT)
			return false;
	return n > 0;
}

/* Where it is about what somebody can do, "I can't" stands against a "could" that was heard beside it. */
static void override_denial(struct hearing *h, int choice)
{
	size_t n;
	const int *about = choice_findings(tables_of(h), h->open->question, choice, &n);

	for (size_t i = 0; hear_turned(h) && i < n; i++)
		if (h->out->told.state[about[i]] == STATE_ABSENT)
			h->out->told.state[about[i]] = h->now.state[about[i]] = STATE_UNKNOWN;
}

static void take_key(struct hearing *h, const struct key *key, enum verdict said)
{
	if (key->denies)
		said = said == VERDICT_YES ? VERDICT_YES : VERDICT_NO;
	if (key->choice >= 0 && said != VERDICT_NO)
		override_denial(h, key->choice);
	if (key->choice >= 0 && said == VERDICT_NO)
		deny_choice(h, key->choice);
	else if (key->choice >= 0 && !all_denied(h, key->choice))
		pick_line(h, key->choice);
	else if (key->finding >= 0 && !counts(h->out->told.state[key->finding]))
		tell(h, key->finding, said == VERDICT_NO ? STATE_ABSENT : STATE_PRESENT);
}

static bool key_counts(const struct piece *p, const struct key *key)
{
	return key->from >= p->from && key->from < p->to && !p->question && (p->pure || key->strong);
}

/* Of names over the same words the longest is meant. */
static bool outdone(const struct hearing *h, const struct key *key)
{
	for (size_t i = 0; i < h->n_keys; i++) {
		const struct key *k = &h->keys[i];

		if (k->from <= key->from && k->to >= key->to && k->to - k->from > key->to - key->from)
			return true;
	}
	return false;
}

/* A name after a "not" in a whole sentence is left to the rules, unless the "not" stands right before it. */
static bool negated(const struct hearing *h, const struct piece *p, const struct key *key, bool *out_denied)
{
	bool any = false;
	size_t at = key->from;

	for (size_t i = p->from; i < key->from && !p->pure; i++)
		any |= h->words[i] & WORD_NO && !(h->words[i] & WORD_KEY);
	while (any && at > p->from + 1 && h->words[at - 1] == WORD_FILL)
		at--;
	*out_denied = any && h->words[at - 1] & WORD_NO && !(h->words[at - 1] & WORD_KEY);
	return any;
}

static enum verdict said_of(const struct hearing *h, const struct piece *p, const struct key *key)
{
	bool denied;

	if (key->denies || (negated(h, p, key, &denied) && denied))
		return VERDICT_NO;
	return p->pure ? p->said : VERDICT_YES;
}

static bool is_clear(const struct hearing *h, const struct piece *p, const struct key *key)
{
	bool denied;

	return key_counts(p, key) && !outdone(h, key) && (!negated(h, p, key, &denied) || denied);
}

static void take_keys(struct hearing *h, const struct piece *p, bool denying)
{
	for (size_t i = 0; i < h->n_keys; i++) {
		const struct key *key = &h->keys[i];

		if (key->denies != denying || !is_clear(h, p, key))
			continue;
		take_key(h, key, said_of(h, p, key));
		if (p->excepted && key->finding >= 0)
			deny_line_of(h, key->finding);
	}
}

/* ---- numbers ---- */

static void take_place(struct hearing *h, size_t place, enum verdict said)
{
	const struct open *o = h->open;
	size_t n = o->kind == OPEN_WHICH ? o->which.n : o->n_shown;

	if (o->kind == OPEN_WHICH && place < n)
		take_key(h, &(struct key){.choice = -1, .finding = o->which.findings[place]}, said);
	else if (o->kind == OPEN_QUESTION && place < n)
		take_key(h, &(struct key){.choice = o->shown[place], .finding = -1}, said);
	else if (place == n && said != VERDICT_NO)
		h->no = true;
}

static size_t places(const struct hearing *h)
{
	return h->open->kind == OPEN_WHICH ? h->open->which.n : h->open->n_shown;
}

/* "First 3", "1 to 3": all from the number before. */
static bool goes_on(const struct hearing *h, size_t before, size_t token)
{
	const struct text *t = &h->u->reading->text;

	return h->numbers[before] > 0 && h->numbers[token] > h->numbers[before] &&
		((before + 1 == token && h->numbers[before] == 1 && text_is(t, before, "first")) ||
			(before + 2 == token && text_is(t, before + 1, "to")));
}

static void take_numbers(struct hearing *h, const struct piece *p)
{
	size_t before = SIZE_MAX;

	for (size_t i = p->from; i < p->to; i++) {
		int number = h->numbers[i] < 0 ? (int)places(h) : h->numbers[i];

		if (!number)
			continue;
		bool range = before != SIZE_MAX && goes_on(h, before, i);
		for (int k = range ? h->numbers[before] : number; k <= number; k++)
			take_place(h, (size_t)k - 1, p->said);
		before = i;
	}
}

/* ---- what is said to the question as a whole ---- */

/* Named in words that could not be read, as in "covid a week back, otherwise nothing": never denied with the rest. */
static bool named(const struct hearing *h, int finding)
{
	bool denied;

	for (size_t i = 0; i < h->n_keys; i++) {
		const struct key *key = &h->keys[i];

		for (size_t k = 0; key->finding == finding && !key->denies && k < h->n_pieces; k++) {
			const struct piece *p = &h->pieces[k];

			if (key->from >= p->from && key->from < p->to && !p->pure && !negated(h, p, key, &denied))
				return true;
		}
	}
	return false;
}

static void keep_named(struct hearing *h, struct facts *then)
{
	for (size_t i = 0; i < h->n_asks; i++) {
		int finding = h->asks[i];

		if (then->state[finding] != STATE_ABSENT || h->now.state[finding] == STATE_ABSENT || !named(h, finding))
			continue;
		then->state[finding] = h->now.state[finding];
		if (h->rest && !finding_calms(tables_of(h), finding))
			then->state[finding] = STATE_PRESENT;
	}
}

static void whole_none(struct hearing *h)
{
	const struct open *o = h->open;
	struct facts then = h->now;
	struct which which = {.n = 0};
	int no = o->kind == OPEN_QUESTION ? question_no(tables_of(h), o->question) : CHOICE_NONE_OF_THESE;

	if (o->kind == OPEN_WHICH)
		which_answer(tables_of(h), &o->which, NULL, 0, &then);
	else if (o->kind == OPEN_FINDING && !counts(h->out->told.state[o->finding]))
		facts_tell(tables_of(h), &then, o->finding, STATE_ABSENT);
	else if (o->kind == OPEN_QUESTION && no == CHOICE_NONE_OF_THESE)
		question_none(tables_of(h), o->question, &then);
	else if (o->kind == OPEN_QUESTION && no >= 0)
		question_answer(tables_of(h), o->question, &no, 1, &then, &which);
	else if (o->kind == OPEN_QUESTION)
		return;
	keep_named(h, &then);
	take(h, &then, false);
	h->out->nothing = true;
	h->out->settled = true;
}

static void pick_all(struct hearing *h)
{
	for (size_t i = 0; i < h->open->n_shown; i++)
		if (!all_denied(h, h->open->shown[i]))
			pick_line(h, h->open->shown[i]);
}

/* "All" makes no sense of choices that exclude each other, but where one of them holds all that was asked. */
static bool can_be_all(const struct hearing *h)
{
	const struct open *o = h->open;
	int yes = o->kind == OPEN_QUESTION ? question_yes(tables_of(h), o->question) : CHOICE_UNCLEAR;
	size_t n = 0;

	if (o->kind != OPEN_QUESTION || question_is_list(tables_of(h), o->question))
		return true;
	if (yes >= 0)
		(void)choice_findings(tables_of(h), o->question, yes, &n);
	return n == h->n_asks;
}

/* Every single thing that was asked; what calms only where that does not make the whole look less serious. */
static void tell_all(struct hearing *h, bool calming)
{
	for (size_t i = 0; i < h->n_asks; i++) {
		int finding = h->asks[i];
		struct facts then = h->now;

		if (counts(h->out->told.state[finding]) || finding_calms(tables_of(h), finding) != calming)
			continue;
		facts_tell(tables_of(h), &then, finding, STATE_PRESENT);
		if (!calming || decide_urgency(tables_of(h), &then) >= decide_urgency(tables_of(h), &h->now))
			tell(h, finding, STATE_PRESENT);
	}
}

static size_t told_present(const struct hearing *h)
{
	size_t n = 0;

	for (size_t i = 0; i < h->n_asks; i++)
		n += h->out->told.state[h->asks[i]] == STATE_PRESENT;
	return n;
}

/* "The lot. White, freezing, can't feel it": where most is named one by one, that is what is meant. */
static void whole_all(struct hearing *h)
{
	size_t told = told_present(h);

	if (hear_screen(h)) {
		pick_all(h);
	} else if (can_be_all(h) && told * 2 <= h->n_asks && !(told > 1 && hear_says(h, "both"))) {
		tell_all(h, false);
		if (!told)
			tell_all(h, true);
	}
}

static void add_which(struct hearing *h, int finding)
{
	struct which *w = &h->out->which;
	bool there = h->now.state[finding] == STATE_PRESENT || h->now.state[finding] == STATE_ABSENT;

	for (size_t i = 0; i < w->n; i++)
		there |= w->findings[i] == finding;
	if (!there && w->n < QUESTION_MAX_FINDINGS)
		w->findings[w->n++] = finding;
}

/* What all choices that name a finding have in common: "yes, it is swollen", whichever leg. */
static bool in_every_choice(const struct hearing *h, int finding)
{
	size_t named = 0;

	for (size_t i = 0; i < question_choices(tables_of(h), h->open->question); i++) {
		size_t n;
		const int *about = choice_findings(tables_of(h), h->open->question, (int)i, &n);
		bool has = n == 0;

		for (size_t k = 0; k < n; k++)
			has |= about[k] == finding;
		if (!has)
			return false;
		named += n > 0;
	}
	return named > 1;
}

static void whole_yes_unclear(struct hearing *h)
{
	for (size_t i = 0; i < h->n_asks; i++)
		if (in_every_choice(h, h->asks[i])) {
			tell(h, h->asks[i], STATE_PRESENT);
			h->out->settled = true;
		}
	for (size_t i = 0; h->out->settled && i < h->n_asks; i++)
		add_which(h, h->asks[i]);
}

static void whole_yes(struct hearing *h)
{
	const struct open *o = h->open;
	int yes = o->kind == OPEN_QUESTION ? question_yes(tables_of(h), o->question) : CHOICE_UNCLEAR;

	if (o->kind == OPEN_FINDING)
		tell(h, o->finding, STATE_PRESENT);
	else if (o->kind == OPEN_WHICH && o->which.n == 1)
		tell(h, o->which.findings[0], STATE_PRESENT);
	else if (o->kind == OPEN_WHICH || yes == CHOICE_WHICH)
		for (size_t i = 0; i < h->n_asks; i++)
			add_which(h, h->asks[i]);
	else if (yes >= 0)
		pick_line(h, yes);
	else
		whole_yes_unclear(h);
	h->out->settled |= h->out->which.n > 0;
}

/* ---- together ---- */

static void take_denied(struct hearing *h, int choice, const struct facts *then)
{
	size_t n;
	const int *denied = choice_absent(tables_of(h), h->open->question, choice, &n);

	for (size_t i = 0; i < n; i++)
		if (then->state[denied[i]] == STATE_ABSENT && h->now.state[denied[i]] != STATE_ABSENT)
			tell(h, denied[i], STATE_ABSENT);
}

/* In a list what was named in words leaves the rest not mentioned; what was ticked by number does not. */
static void apply_lines(struct hearing *h)
{
	const struct open *o = h->open;
	struct facts then = h->now;
	struct which which = {.n = 0};

	if (!h->out->n_lines)
		return;
	question_answer(tables_of(h), o->question, h->out->lines, h->out->n_lines, &then, &which);
	bool whole = !question_is_list(tables_of(h), o->question) || h->ticked || h->rest || h->no;
	take(h, &then, !whole);
	for (size_t i = 0; i < h->out->n_lines && !whole; i++)
		take_denied(h, h->out->lines[i], &then);
	for (size_t i = 0; i < which.n; i++)
		add_which(h, which.findings[i]);
	h->out->settled = true;
}

static bool choice_told(const struct hearing *h, int choice, const struct facts *told)
{
	size_t n;
	const int *about = choice_findings(tables_of(h), h->open->question, choice, &n);

	for (size_t i = 0; i < n; i++)
		if (told->state[about[i]] == STATE_PRESENT)
			return true;
	return false;
}

/* Where a choice was picked and one of its findings told in words, those words say which. */
static void narrow_which(struct hearing *h, const struct facts *before)
{
	struct which *w = &h->out->which, kept = {.n = 0};

	for (size_t i = 0; i < w->n; i++) {
		bool told = false;

		for (size_t k = 0; k < h->out->n_lines && !told; k++)
			told = choice_has(h, h->out->lines[k], w->findings[i]) && choice_told(h, h->out->lines[k], before);
		if (!told)
			kept.findings[kept.n++] = w->findings[i];
	}
	*w = kept;
}

/* What a piece says to the question as a whole. */
static void hear_whole(struct hearing *h, const struct piece *p)
{
	h->rest |= (p->words & WORD_REST) != 0;
	if (!p->pure || p->excepted)
		return;
	if (p->words & (WORD_KEY | WORD_NUMBER)) {
		h->rest |= p->words & WORD_ONLY && p->said != VERDICT_NO;
		return;
	}
	if (p->words & WORD_REST)
		return;
	if (p->words & WORD_ALL && p->said != VERDICT_NO)
		h->all = true;
	else if (p->said == VERDICT_YES)
		h->yes = true;
	else if (p->said == VERDICT_NO && p->words & WORD_NO)
		h->no = true;
	else if (p->said == VERDICT_NO)
		h->good = true;
}

static void hear_piece(struct hearing *h, const struct piece *p)
{
	if (p->question && !(p->bare && p->to - p->from <= FEW_WORDS))
		return;
	if (p->words & WORD_NUMBER && p->pure) {
		take_numbers(h, p);
		h->ticked = true;
	}
	take_keys(h, p, false);
	hear_whole(h, p);
}

/* What is said to the whole gives way to what is told in words. */
static void apply_whole(struct hearing *h)
{
	bool detail = h->detail || h->out->n_lines;

	if (h->u->correction) /* "no, wait": no answer to the question */
		h->no = h->yes = h->good = false;
	if (h->all)
		whole_all(h);
	if (h->yes && !detail && !h->all && !h->good)
		whole_yes(h);
	if (h->good && (h->yes || detail))
		h->good = false;
}

void hear_told(struct hearing *h)
{
	take_mentions(h);
	put_together(h);
	for (size_t i = 0; i < h->n_pieces; i++)
		take_keys(h, &h->pieces[i], true);
	for (size_t i = 0; i < h->n_pieces; i++)
		hear_piece(h, &h->pieces[i]);
	const struct facts before = h->out->told;
	apply_whole(h);
	apply_lines(h);
	narrow_which(h, &before);
	if ((h->no || h->rest || h->good) && !(h->out->n_lines && question_is_list(tables_of(h), h->open->question)))
		whole_none(h);
	h->out->settled |= h->detail;
}

void hear_unsure(struct hearing *h)
{
	for (size_t i = 0; i < h->n_asks; i++) {
		int finding = h->asks[i];

		if (h->out->told.state[finding] == STATE_PRESENT && !finding_calms(tables_of(h), finding))
			h->out->told.state[finding] = STATE_UNCERTAIN;
	}
}
