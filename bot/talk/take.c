/* take.c - what an answer to the open question makes of the facts. */
#include <string.h>

#include "talk/turn.h"

void take_close(struct turn *t)
{
	struct open *o = &t->s->open;
	size_t n = 0;
	const int *asks = o->kind == OPEN_QUESTION ? question_asks(t->data->tables, o->question, &n) : NULL;

	if (o->kind == OPEN_QUESTION)
		t->s->answered[o->question] = true;
	for (size_t i = 0; i < n && !t->unsure; i++)
		t->s->unsure[asks[i]] = false;
	state_close_open(t->s);
}

/* ---- which of these ---- */

/* An emergency whichever it is: no need to ask. */
static bool all_emergency(const struct turn *t, const struct which *which)
{
	for (size_t i = 0; i < which->n; i++)
		if (!turn_emergency_with(t, &t->s->facts, which->findings[i]))
			return false;
	return which->n > 0;
}

/* The question that asks for nothing but this. */
static int question_for(const struct tables *tables, int finding)
{
	for (int q = 0; q < (int)tables_questions(tables); q++) {
		size_t n;
		const int *asks = question_asks(tables, q, &n);

		if (n == 1 && asks[0] == finding)
			return q;
	}
	return -1;
}

/* A value cannot be tapped ("the age"): it is asked for. */
static bool ask_value(struct turn *t, const int *findings, size_t n)
{
	const struct vocab *v = tables_vocab(t->data->tables);

	for (size_t i = 0; i < n; i++) {
		int kind = vocab_value_kind(v, findings[i]),
		    question = kind < 0 ? -1 : question_for(t->data->tables, findings[i]);

		if (question >= 0 && !t->s->facts.has_value[kind] && choose_this(t, question))
			return true;
	}
	return false;
}

bool take_bare_yes(struct turn *t)
{
	struct open *o = &t->s->open;

	if (o->kind != OPEN_QUESTION || !question_is_list(t->data->tables, o->question) || o->yes)
		return false;
	o->yes = true;
	choose_count(t);
	return true;
}

void take_which(struct turn *t, const struct which *which)
{
	const struct limits *limits = tables_limits(t->data->tables);

	take_close(t);
	if (which->n == 1 && ask_value(t, which->findings, 1))
		return;
	if (all_emergency(t, which)) {
		facts_tell(t->data->tables, &t->s->facts, which->findings[0], STATE_PRESENT);
		return;
	}
	if (t->s->questions >= limits->questions) {
		which_unsure(t->data->tables, which, &t->s->facts);
		return;
	}
	t->s->open.kind = OPEN_WHICH;
	t->s->open.which = *which;
	t->s->open.since = t->s->turn;
	choose_count(t);
}

/* ---- lines that were not shown ---- */

void take_back_unshown(struct turn *t, const struct facts *before, struct facts *now)
{
	const struct open *o = &t->s->open;
	size_t n = 0;
	const int *asks = o->kind == OPEN_QUESTION ? question_asks(t->data->tables, o->question, &n) : NULL;

	for (size_t i = 0; i < n; i++)
		if (now->state[asks[i]] != STATE_PRESENT && !lines_has(t, asks[i]))
			now->state[asks[i]] = before->state[asks[i]];
}

/* ---- "none of these" ---- */

void take_denial(struct turn *t, int finding)
{
	t->corrected |= t->s->facts.state[finding] == STATE_PRESENT || t->s->facts.state[finding] == STATE_UNCERTAIN;
	t->s->facts.state[finding] = STATE_ABSENT;
}

static void take_none(struct turn *t)
{
	const struct open *o = &t->s->open;

	if (o->kind == OPEN_FINDING)
		take_denial(t, o->finding);
	else if (o->kind == OPEN_WHICH)
		which_answer(t->data->tables, &o->which, NULL, 0, &t->s->facts);
	else if (o->kind == OPEN_QUESTION)
		question_none(t->data->tables, o->question, &t->s->facts);
	take_back_unshown(t, &t->before, &t->s->facts);
}

/* ---- choices that were tapped ---- */

/* Only what was offered can be picked: a choice, or a finding where one of several is asked for. */
static int pick_number(const struct turn *t, const char *id)
{
	const struct open *o = &t->s->open;
	bool question = o->kind == OPEN_QUESTION;
	int number = question ? choice_number(t->data->tables, o->question, id)
			      : vocab_finding(tables_vocab(t->data->tables), id);
	const int *offered = question ? o->shown : o->which.findings;
	size_t n = question ? o->n_shown : o->kind == OPEN_WHICH ? o->which.n : 0;

	for (size_t i = 0; i < n; i++)
		if (offered[i] == number)
			return number;
	return -1;
}

static bool clears(const struct turn *t)
{
	for (size_t i = 0; i < vocab_findings(tables_vocab(t->data->tables)); i++)
		if (t->before.state[i] == STATE_UNCERTAIN && t->s->facts.state[i] == STATE_ABSENT)
			return true;
	return false;
}

static void take_which_picks(struct turn *t, const int *picks, size_t n)
{
	struct which which = t->s->open.which;

	which_answer(t->data->tables, &which, picks, n, &t->s->facts);
	take_close(t);
	(void)ask_value(t, picks, n);
}

static void take_numbers(struct turn *t, const int *picks, size_t n)
{
	struct open *o = &t->s->open;
	struct which which = {.n = 0};

	if (o->kind == OPEN_WHICH) {
		take_which_picks(t, picks, n);
		return;
	}
	question_answer(t->data->tables, o->question, picks, n, &t->s->facts, &which);
	take_back_unshown(t, &t->before, &t->s->facts);
	if (which.n)
		take_which(t, &which);
	else
		take_close(t);
}

/* Offered before the open question was put, or after now: that is of another talk, one that was forgotten since. */
static bool is_stale(const struct turn *t)
{
	return t->in->of_turn && (t->in->of_turn < t->s->open.since || t->in->of_turn >= t->s->turn);
}

/* "None" and "not sure" stand under every list, "yes" and "no" under a question for one thing. */
static bool take_shared(struct turn *t)
{
	struct open *o = &t->s->open;
	bool one = o->kind == OPEN_FINDING;

	if (turn_picked(t, "not_sure") && pick_number(t, "not_sure") < 0)
		take_unsure(t);
	else if (turn_picked(t, "none") || (one && turn_picked(t, "no")))
		take_none(t);
	else if (one && turn_picked(t, "yes"))
		facts_tell(t->data->tables, &t->s->facts, o->finding, STATE_PRESENT);
	else
		return false;
	take_close(t);
	return true;
}

bool take_picks(struct turn *t)
{
	int picks[TALK_MAX_PICKED];
	size_t n = 0;

	if (!state_is_asking(t->s) || is_stale(t))
		return false;
	for (size_t i = 0; i < t->in->n_picked && n < TALK_MAX_PICKED; i++) {
		int pick = pick_number(t, t->in->picked[i]);

		if (pick >= 0)
			picks[n++] = pick;
	}
	if (n)
		take_numbers(t, picks, n);
	else if (!take_shared(t))
		return false;
	t->cleared |= clears(t);
	return true;
}
