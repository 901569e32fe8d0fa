/* answer_named.c - choices and findings that an answer names: by number, by label, by a word of their own. */
#include <stdint.h>

#include "rules/understand.h"
#include "talk/hearing.h"
#include "triage/triage.h"

enum { MENTION_NEAR = 4 }; /* words: a rule that matched so near before a name took it in */

static const struct tables *tables_of(const struct hearing *h)
{
	return h->c->tables;
}

void hear_pick(struct hearing *h, int choice)
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
		if (!hear_counts((enum finding_state)h->out->told.state[about[i]]))
			hear_tell(h, about[i], STATE_ABSENT);
}

bool hear_choice_has(const struct hearing *h, int choice, int finding)
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
		if (hear_choice_has(h, (int)i, finding))
			deny_choice(h, (int)i);
}

bool hear_all_denied(const struct hearing *h, int choice)
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

/* "Moves fine" denies that it can't be moved; "moving no" leaves it in doubt. */
static void take_able(struct hearing *h, const struct piece *p, int finding)
{
	bool fine = p->words & WORD_GOOD && !(p->words & WORD_NO);

	if (!hear_counts((enum finding_state)h->out->told.state[finding]) && (fine || !finding_calms(tables_of(h), finding)))
		hear_tell(h, finding, fine ? STATE_ABSENT : STATE_UNCERTAIN);
}

/* Denied, but by words before it: "urine is normal but hardly any". The name says more. */
static bool is_denied_before(const struct hearing *h, const struct piece *p, const struct key *key)
{
	const uint32_t start = h->u->reading->text.tokens[key->from].start;
	bool before = false;

	for (size_t i = 0; i < h->u->n_mentions; i++) {
		const struct mention *m = &h->u->mentions[i];

		if (m->finding != key->finding)
			continue;
		if (m->state != STATE_ABSENT || m->end > start || hear_mention_token(h, m) >= p->from)
			return false;
		before = true;
	}
	return before;
}

static bool is_open(const struct hearing *h, const struct piece *p, const struct key *key, enum verdict said)
{
	enum finding_state told = (enum finding_state)h->out->told.state[key->finding];

	return !hear_counts(told) || (said != VERDICT_NO && is_denied_before(h, p, key));
}

/* "All fine except the wee": something about it is not. */
static void take_exception(struct hearing *h, const struct key *key)
{
	if (key->finding >= 0 && h->out->told.state[key->finding] != STATE_PRESENT && !finding_calms(tables_of(h), key->finding))
		hear_tell(h, key->finding, STATE_UNCERTAIN);
}

static void take_key(struct hearing *h, const struct piece *p, const struct key *key, enum verdict said)
{
	if (key->denies)
		said = said == VERDICT_YES ? VERDICT_YES : VERDICT_NO;
	if (key->choice >= 0 && said != VERDICT_NO)
		override_denial(h, key->choice);
	if (key->choice >= 0 && said == VERDICT_NO)
		deny_choice(h, key->choice);
	else if (key->choice >= 0 && !hear_all_denied(h, key->choice))
		hear_pick(h, key->choice);
	else if (key->finding >= 0 && is_open(h, p, key, said))
		hear_tell(h, key->finding, said == VERDICT_NO ? STATE_ABSENT : STATE_PRESENT);
}

static bool key_counts(const struct piece *p, const struct key *key)
{
	bool there = key->from >= p->from && key->from < p->to && !p->question;
	bool said = p->said != VERDICT_NONE || p->words & WORD_ONLY;

	return there && (key->strong || (p->pure && (said || !key->loose)));
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

	if (!key_counts(p, key) || hear_is_other_side(h, p) || outdone(h, key))
		return false;
	return key->denies || !negated(h, p, key, &denied) || denied;
}

/* What the rules heard in these words as past, as somebody else's or as an "if" is no choice: "was getting better". */
static bool is_only_mentioned(const struct hearing *h, const struct key *key)
{
	for (size_t i = 0; i < h->u->n_mentions; i++) {
		const struct mention *m = &h->u->mentions[i];
		size_t at = hear_mention_token(h, m);
		bool about = key->finding == m->finding || (key->choice >= 0 && hear_choice_has(h, key->choice, m->finding));

		if (about && at < key->to && at + MENTION_NEAR > key->from &&
			(m->state == STATE_PAST || m->state == STATE_HYPOTHETICAL || m->state == STATE_OTHER_PERSON))
			return true;
	}
	return false;
}

void hear_keys(struct hearing *h, const struct piece *p, bool denying)
{
	for (size_t i = 0; i < h->n_keys; i++) {
		const struct key *key = &h->keys[i];

		if (!denying && p->left && key->loose && key->from >= p->from && key->from < p->to)
			take_exception(h, key);
		if (key->denies != denying || !is_clear(h, p, key) || (!denying && is_only_mentioned(h, key)))
			continue;
		if (key->able)
			take_able(h, p, key->finding);
		else
			take_key(h, p, key, said_of(h, p, key));
		if (p->excepted && key->finding >= 0)
			deny_line_of(h, key->finding);
	}
}

static bool rules_heard(const struct hearing *h, int finding)
{
	for (size_t i = 0; i < h->u->n_mentions; i++)
		if (h->u->mentions[i].finding == finding)
			return true;
	return false;
}

bool hear_named(const struct hearing *h, int finding)
{
	bool denied;

	if (rules_heard(h, finding))
		return false;
	for (size_t i = 0; i < h->n_keys; i++) {
		const struct key *key = &h->keys[i];
		bool named = key->finding == finding && !key->denies && !h->none[key->from];

		for (size_t k = 0; named && k < h->n_pieces; k++) {
			const struct piece *p = &h->pieces[k];

			if (key->from >= p->from && key->from < p->to && !p->pure && !negated(h, p, key, &denied))
				return true;
		}
	}
	return false;
}

bool hear_read(const struct hearing *h, const struct piece *p)
{
	for (size_t i = 0; i < h->u->n_mentions; i++) {
		size_t at = hear_mention_token(h, &h->u->mentions[i]);

		if (at >= p->from && at < p->to)
			return true;
	}
	for (size_t i = 0; i < h->n_keys; i++)
		if (is_clear(h, p, &h->keys[i]))
			return true;
	return false;
}

/* "The water is grand": whatever is spoken of there is well. */
static bool is_well(const struct hearing *h, const struct piece *p)
{
	for (size_t i = 0; i < h->n_about; i++)
		if (h->about[i].finding < 0 && h->about[i].from < p->to && p->from < h->about[i].to)
			return true;
	return false;
}

/* Said with no word of a no or of doing well beside it, and no question. A no among the words themselves is theirs. */
static bool said_plainly(const struct hearing *h, size_t from, size_t to)
{
	for (size_t i = 0; i < h->n_pieces; i++) {
		const struct piece *p = &h->pieces[i];
		bool touches = p->from < to && from < p->to;

		if (touches && (p->question || is_well(h, p) || hear_read(h, p)))
			return false;
		for (size_t k = p->from; touches && k < p->to; k++)
			if ((k < from || k >= to) && h->words[k] & (WORD_NO | WORD_GOOD | WORD_REST) && !(h->words[k] & WORD_KEY))
				return false;
	}
	return true;
}

bool hear_spoken(const struct hearing *h, int finding)
{
	for (size_t i = 0; i < h->n_keys; i++)
		if (h->keys[i].finding == finding && !h->keys[i].denies && !h->keys[i].able &&
			said_plainly(h, h->keys[i].from, h->keys[i].to))
			return true;
	for (size_t i = 0; i < h->n_about; i++)
		if (h->about[i].finding == finding && said_plainly(h, h->about[i].from, h->about[i].to))
			return true;
	return false;
}

int hear_spoken_of(const struct hearing *h)
{
	enum urgency most = URGENCY_SOON;
	int found = -1;

	for (size_t i = 0; i < h->n_asks; i++) {
		enum finding_state known = (enum finding_state)h->known->state[h->asks[i]];

		if ((known != STATE_UNKNOWN && known != STATE_UNCERTAIN) || !hear_spoken(h, h->asks[i]))
			continue;
		struct facts then = *h->known;
		facts_tell(tables_of(h), &then, h->asks[i], STATE_PRESENT);
		enum urgency urgency = decide_urgency(tables_of(h), &then);
		if (urgency > most) {
			most = urgency;
			found = h->asks[i];
		}
	}
	return found;
}

/* ---- numbers ---- */

static bool has_own_unsure(const struct hearing *h)
{
	return h->open->kind == OPEN_QUESTION && choice_number(tables_of(h), h->open->question, "not_sure") >= 0;
}

/* Behind the last choice stand "None of these" where several may be picked, and "Not sure". */
static void take_place_behind(struct hearing *h, size_t behind)
{
	bool many = h->open->kind == OPEN_WHICH || question_is_list(tables_of(h), h->open->question);

	if (many && behind == 0)
		h->no = true;
	else if (behind == many && !has_own_unsure(h))
		h->unsure = true;
}

static size_t places(const struct hearing *h)
{
	return h->open->kind == OPEN_WHICH ? h->open->which.n : h->open->n_shown;
}

static void take_place(struct hearing *h, const struct piece *p, size_t place)
{
	enum verdict said = p->said;
	const struct open *o = h->open;

	if (o->kind != OPEN_WHICH && o->kind != OPEN_QUESTION)
		return;
	if (place >= places(h))
		take_place_behind(h, place - places(h));
	else if (o->kind == OPEN_WHICH)
		take_key(h, p, &(struct key){.choice = -1, .finding = o->which.findings[place]}, said);
	else
		take_key(h, p, &(struct key){.choice = o->shown[place], .finding = -1}, said);
	h->ticked = true;
}

/* "First 3", "1 to 3": all from the number before. */
static bool goes_on(const struct hearing *h, size_t before, size_t token)
{
	bool range = false;

	for (size_t i = before; i < token; i++)
		range |= (h->words[i] & WORD_RANGE) != 0;
	return range && h->numbers[before] > 0 && h->numbers[token] > h->numbers[before];
}

void hear_numbers(struct hearing *h, const struct piece *p)
{
	size_t before = SIZE_MAX;

	for (size_t i = p->from; i < p->to; i++) {
		int number = h->numbers[i] < 0 ? (int)places(h) : h->numbers[i];

		if (!number)
			continue;
		bool range = before != SIZE_MAX && goes_on(h, before, i);
		for (int k = range ? h->numbers[before] : number; k <= number; k++)
			take_place(h, p, (size_t)k - 1);
		before = i;
	}
}

