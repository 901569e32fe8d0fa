/* answer_mentions.c - what an answer tells in so many words: the findings that the rules heard, seen as a reply. */
#include "rules/understand.h"
#include "talk/hearing.h"

static const struct tables *tables_of(const struct hearing *h)
{
	return h->c->tables;
}

bool hear_counts(enum finding_state state)
{
	return state == STATE_PRESENT || state == STATE_ABSENT || state == STATE_UNCERTAIN;
}

void hear_tell(struct hearing *h, int finding, enum finding_state state)
{
	if (vocab_value_kind(tables_vocab(tables_of(h)), finding) >= 0)
		return;
	facts_tell(tables_of(h), &h->out->told, finding, state);
	facts_tell(tables_of(h), &h->now, finding, state);
	h->detail = true;
}

void hear_take(struct hearing *h, const struct facts *then, bool only_present)
{
	for (size_t i = 0; i < FACTS_MAX; i++)
		if (then->state[i] != h->now.state[i] && (!only_present || then->state[i] == STATE_PRESENT) &&
			!(then->state[i] == STATE_ABSENT && h->out->told.state[i] == STATE_UNCERTAIN))
			h->out->told.state[i] = h->now.state[i] = then->state[i];
	for (int k = 0; k < VALUE_KINDS; k++)
		if (then->has_value[k] && (!h->now.has_value[k] || then->value[k] != h->now.value[k])) {
			h->out->told.has_value[k] = h->now.has_value[k] = true;
			h->out->told.value[k] = h->now.value[k] = then->value[k];
		}
}

size_t hear_mention_token(const struct hearing *h, const struct mention *m)
{
	const struct text *t = &h->u->reading->text;
	size_t at = 0;

	while (at + 1 < t->n_tokens && t->tokens[at].end <= m->start)
		at++;
	return at;
}

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

		bool whole = (p->bare && p < own) || (p->words & WORD_REST && p->pure && !(p->words & WORD_KEY));

		if (there && own && p != own && whole)
			return true;
	}
	return false;
}

static bool names_here(const struct hearing *h, const struct piece *p, int finding)
{
	for (size_t i = 0; i < h->n_keys; i++)
		if (h->keys[i].from >= p->from && h->keys[i].from < p->to && h->keys[i].finding == finding && !h->keys[i].able)
			return true;
	return false;
}

/* What is said to all of the question tells nothing else: the number of a line is no score out of ten, "it's fine now" not
 * about the pain, "can't see anything" not about the eyes. */
static bool is_no_telling(const struct hearing *h, const struct mention *m)
{
	const struct piece *p = piece_at(h, m);
	bool asked = hear_asked(h, m->finding), value = vocab_value_kind(tables_vocab(tables_of(h)), m->finding) >= 0;

	if (!asked && h->none[hear_mention_token(h, m)])
		return true;
	if (!p || !p->pure)
		return false;
	return p->numbered || (p->bare && value) ||
		(!asked && finding_calms(tables_of(h), m->finding) && (p->bare || p->words & WORD_GOOD));
}

/* "Red no", "pulse fine": a short piece with its yes or no at the end is about what it names. */
static enum finding_state state_of(const struct hearing *h, const struct mention *m)
{
	const struct piece *p = hear_asked(h, m->finding) ? piece_at(h, m) : NULL;

	if (m->corrected || is_no_telling(h, m))
		return STATE_UNKNOWN;
	if (denied_from_afar(h, m))
		return STATE_PRESENT;
	if (!p || !p->pure || p->said == VERDICT_NONE || !names_here(h, p, m->finding))
		return m->state;
	if (p->said == VERDICT_NO && m->state == STATE_PRESENT)
		return hear_is_other_side(h, p) ? m->state : STATE_ABSENT;
	return p->said == VERDICT_YES && m->state == STATE_UNCERTAIN ? STATE_PRESENT : m->state;
}

static void take_mentions(struct hearing *h)
{
	const struct vocab *v = tables_vocab(tables_of(h));
	struct facts *told = &h->out->told;

	*told = h->u->facts;
	for (size_t i = 0; i < h->u->n_mentions; i++)
		told->state[h->u->mentions[i].finding] = STATE_UNKNOWN;
	for (size_t i = 0; i < h->u->n_mentions; i++) {
		const struct mention *m = &h->u->mentions[i];
		enum finding_state state = state_of(h, m);

		if (state > told->state[m->finding])
			told->state[m->finding] = (uint8_t)state;
	}
	for (int k = 0; k < VALUE_KINDS; k++)
		told->has_value[k] &= told->state[vocab_value_finding(v, (enum value_kind)k)] == STATE_PRESENT;
}

static void put_together(struct hearing *h)
{
	const struct vocab *v = tables_vocab(tables_of(h));

	h->now = *h->known;
	for (size_t i = 0; i < vocab_findings(v); i++) {
		enum finding_state told = (enum finding_state)h->out->told.state[i];

		h->detail |= hear_counts(told) && hear_asked(h, (int)i);
		if (told == STATE_PRESENT)
			facts_tell(tables_of(h), &h->now, (int)i, told);
		else if (hear_counts(told) && (h->u->correction || h->now.state[i] < told || h->now.state[i] == STATE_UNCERTAIN))
			h->now.state[i] = (uint8_t)told;
	}
	for (int k = 0; k < VALUE_KINDS; k++)
		if (h->out->told.has_value[k]) {
			h->now.has_value[k] = true;
			h->now.value[k] = h->out->told.value[k];
		}
}

void hear_mentions(struct hearing *h)
{
	take_mentions(h);
	put_together(h);
}
