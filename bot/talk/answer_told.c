/* answer_told.c - what the pieces of an answer make of the facts. What is told in so many words comes first, then choices
 * that were picked, then "the rest", "all", "none" and a bare yes for whatever is still open. */
#include <stdlib.h>
#include <string.h>

#include "rules/understand.h"
#include "talk/hearing.h"
#include "triage/dialogue.h"

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

/* "Red no", "pulse fine": a short piece with its yes or no at the end is about what it names. */
static enum finding_state state_of(const struct hearing *h, const struct mention *m)
{
	const struct piece *p = hear_asked(h, m->finding) ? piece_at(h, m) : NULL;

	if (!p || !p->pure || p->said == SAID_NOTHING || !(p->words & WORD_KEY) || m->corrected)
		return m->state;
	if (p->said == SAID_NO && m->state == STATE_PRESENT)
		return STATE_ABSENT;
	return p->said == SAID_YES && m->state == STATE_UNCERTAIN ? STATE_PRESENT : m->state;
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

static void take_key(struct hearing *h, const struct key *key, enum said said)
{
	if (key->choice >= 0 && said == SAID_NO)
		deny_choice(h, key->choice);
	else if (key->choice >= 0)
		pick_line(h, key->choice);
	else if (!counts(h->out->told.state[key->finding]))
		tell(h, key->finding, said == SAID_NO ? STATE_ABSENT : STATE_PRESENT);
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

static void take_keys(struct hearing *h, const struct piece *p)
{
	for (size_t i = 0; i < h->n_keys; i++)
		if (key_counts(p, &h->keys[i]) && !outdone(h, &h->keys[i]))
			take_key(h, &h->keys[i], p->pure || p->said == SAID_NO ? p->said : SAID_YES);
	h->rest |= p->pure && (p->words & WORD_ONLY) && (p->words & (WORD_KEY | WORD_NUMBER)) && p->said != SAID_NO;
}

/* ---- numbers ---- */

static void take_place(struct hearing *h, size_t place, enum said said)
{
	const struct open *o = h->open;
	size_t n = o->kind == OPEN_WHICH ? o->which.n : o->n_shown;

	if (o->kind == OPEN_WHICH && place < n)
		take_key(h, &(struct key){.choice = -1, .finding = o->which.findings[place]}, said);
	else if (o->kind == OPEN_QUESTION && place < n)
		take_key(h, &(struct key){.choice = o->shown[place], .finding = -1}, said);
	else if (place == n && said != SAID_NO)
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
	take(h, &then, false);
	h->out->nothing = true;
	h->out->settled = true;
}

static bool is_screen(const struct hearing *h)
{
	int screens[SCREENS_MAX];
	size_t n = screens_all(tables_of(h), screens);

	for (size_t i = 0; i < n; i++)
		if (screens[i] == h->open->question)
			return true;
	return false;
}

/* "All of them": every choice of a screen, else every single thing that was asked, but none that calms. */
static void whole_all(struct hearing *h)
{
	const struct open *o = h->open;

	for (size_t i = 0; o->kind == OPEN_QUESTION && is_screen(h) && i < o->n_shown; i++) {
		size_t n;
		const int *about = choice_findings(tables_of(h), o->question, o->shown[i], &n);

		if (n && h->out->told.state[about[0]] != STATE_ABSENT)
			pick_line(h, o->shown[i]);
	}
	if (o->kind == OPEN_QUESTION && is_screen(h))
		return;
	for (size_t i = 0; i < h->n_asks; i++)
		if (!counts(h->out->told.state[h->asks[i]]) && !finding_calms(tables_of(h), h->asks[i]))
			tell(h, h->asks[i], STATE_PRESENT);
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

/* In a list what was named in words leaves the rest not mentioned; what was ticked by number does not. */
static void apply_lines(struct hearing *h, bool ticked)
{
	const struct open *o = h->open;
	struct facts then = h->now;
	struct which which = {.n = 0};

	if (!h->out->n_lines)
		return;
	question_answer(tables_of(h), o->question, h->out->lines, h->out->n_lines, &then, &which);
	take(h, &then, question_is_list(tables_of(h), o->question) && !ticked);
	for (size_t i = 0; i < which.n; i++)
		add_which(h, which.findings[i]);
	h->out->settled = true;
}

/* Where a choice was picked and one of its findings told in words, those words say which. */
static void narrow_which(struct hearing *h, const struct facts *before)
{
	struct which *w = &h->out->which, kept = {.n = 0};

	for (size_t i = 0; i < w->n; i++) {
		bool told = false;

		for (size_t k = 0; k < h->out->n_lines; k++) {
			size_t n;
			const int *about = choice_findings(tables_of(h), h->open->question, h->out->lines[k], &n);
			bool has = false, any = false;

			for (size_t m = 0; m < n; m++) {
				has |= about[m] == w->findings[i];
				any |= before->state[about[m]] == STATE_PRESENT;
			}
			told |= has && any;
		}
		if (!told)
			kept.findings[kept.n++] = w->findings[i];
	}
	*w = kept;
}

static void hear_piece(struct hearing *h, const struct piece *p, bool *ticked)
{
	if (p->question && !p->bare)
		return;
	if ((p->words & WORD_NUMBER) && p->pure) {
		take_numbers(h, p);
		*ticked = true;
	}
	take_keys(h, p);
	if (p->words & WORD_REST)
		h->rest = true;
	if (!p->pure || p->words & (WORD_KEY | WORD_NUMBER | WORD_REST))
		return;
	if ((p->words & WORD_ALL) && p->said != SAID_NO && !p->excepted)
		h->all = true;
	else if (p->said == SAID_YES)
		h->yes = true;
	else if (p->said == SAID_NO && !p->excepted && (p->words & WORD_NO))
		h->no = true;
	else if (p->said == SAID_NO && !p->excepted)
		h->good = true;
}

void hear_told(struct hearing *h)
{
	bool ticked = false;

	take_mentions(h);
	put_together(h);
	for (size_t i = 0; i < h->n_pieces; i++)
		hear_piece(h, &h->pieces[i], &ticked);
	const struct facts before = h->out->told;
	bool detail = h->detail || h->out->n_lines;
	if (h->u->correction) /* "no, wait": no answer to the question */
		h->no = h->yes = h->good = false;
	if (h->all)
		whole_all(h);
	if (h->yes && !detail && !h->all && !h->good)
		whole_yes(h);
	apply_lines(h, ticked);
	narrow_which(h, &before);
	if (h->no || h->rest || (h->good && !h->yes && !detail))
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
