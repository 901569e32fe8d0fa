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

/* All that the finding would do to the urgency if it were present. */
static enum urgency urgency_with(const struct turn *t, int finding)
{
	struct facts then = t->s->facts;

	facts_tell(t->data->tables, &then, finding, STATE_PRESENT);
	return decide_urgency(t->data->tables, &then);
}

/* An emergency whichever it is: no need to ask. */
static bool all_emergency(const struct turn *t, const struct which *which)
{
	for (size_t i = 0; i < which->n; i++)
		if (urgency_with(t, which->findings[i]) < URGENCY_EMERGENCY)
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
		int kind = vocab_value_kind(v, findings[i]), question = kind < 0 ? -1 : question_for(t->data->tables, findings[i]);

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

/* ---- "I don't know" ---- */

static bool is_screen(const struct turn *t, int question)
{
	int screens[SCREENS_MAX];
	size_t n = screens_all(t->data->tables, screens);

	for (size_t i = 0; i < n; i++)
		if (screens[i] == question)
			return true;
	return false;
}

/* The first lines of a screen are asked once more, one by one. */
static void keep_for_later(struct turn *t)
{
	const struct open *o = &t->s->open;
	int most = tables_limits(t->data->tables)->unsure_screen;

	t->s->later.question = o->question;
	t->s->later.n = 0;
	for (size_t i = 0; i < o->n_shown && (int)i < most && i < STATE_MAX_LATER; i++)
		t->s->later.lines[t->s->later.n++] = o->shown[i];
}

/* Unsure again of what would be an emergency: its rule counts as urgent. */
static void be_careful(struct turn *t)
{
	int rule = decide_emergency_if_sure(t->data->tables, &t->s->facts);

	if (rule < 0 || t->s->floor >= URGENCY_URGENT)
		return;
	t->s->floor = URGENCY_URGENT;
	if (t->s->urgency < URGENCY_URGENT)
		t->s->rule = rule;
}

/* A screen that is still to come asks for it, in other words. */
static bool comes_again(const struct turn *t, int finding)
{
	int screens[SCREENS_MAX];
	size_t n = screens_all(t->data->tables, screens), n_asks;

	for (size_t i = 0; i < n; i++) {
		const int *asks = question_asks(t->data->tables, screens[i], &n_asks);

		for (size_t k = 0; k < n_asks && !t->s->asked[screens[i]]; k++)
			if (asks[k] == finding)
				return true;
	}
	return false;
}

/* The question has a choice for it; else, as in a screen, not all that it names is in doubt: what is an emergency and was
 * not asked before, and what is the only thing it asks. */
static void unsure_of_question(struct turn *t)
{
	const struct tables *tables = t->data->tables;
	int question = t->s->open.question, own = choice_number(tables, question, "not_sure"), open[QUESTION_MAX_FINDINGS];
	size_t n = choose_open(t, question, open);
	struct facts sure = t->s->facts;
	struct which which;

	if (own >= 0)
		question_answer(tables, question, &own, 1, &sure, &which);
	for (size_t i = 0; i < n; i++) {
		bool doubt = own >= 0 ? sure.state[open[i]] == STATE_UNCERTAIN
				      : n == 1 || (urgency_with(t, open[i]) == URGENCY_EMERGENCY && !choose_offered(t, open[i]));

		if (finding_calms(tables, open[i]) || t->s->facts.state[open[i]] == STATE_UNCERTAIN)
			continue;
		t->s->unsure[open[i]] = doubt && comes_again(t, open[i]);
		if (doubt && !t->s->unsure[open[i]])
			facts_tell(tables, &t->s->facts, open[i], STATE_UNCERTAIN);
	}
}

void take_unsure(struct turn *t)
{
	const struct tables *tables = t->data->tables;
	struct open *o = &t->s->open;

	t->unsure = true;
	if (o->kind == OPEN_WHICH) {
		which_unsure(tables, &o->which, &t->s->facts);
	} else if (o->kind == OPEN_FINDING) {
		if (!finding_calms(tables, o->finding) && t->s->facts.state[o->finding] != STATE_PRESENT)
			facts_tell(tables, &t->s->facts, o->finding, STATE_UNCERTAIN);
		be_careful(t);
	} else if (o->kind == OPEN_QUESTION && is_screen(t, o->question)) {
		keep_for_later(t);
	} else if (o->kind == OPEN_QUESTION) {
		unsure_of_question(t);
	}
}

bool take_doubts(struct turn *t)
{
	bool any = false;

	for (int i = 0; i < (int)vocab_findings(tables_vocab(t->data->tables)); i++) {
		bool doubt = t->s->unsure[i] && t->s->facts.state[i] == STATE_UNKNOWN && !finding_calms(t->data->tables, i);

		t->s->unsure[i] = false;
		if (doubt)
			facts_tell(t->data->tables, &t->s->facts, i, STATE_UNCERTAIN);
		any |= doubt;
	}
	if (any)
		turn_judge(t);
	return any;
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

void take_none(struct turn *t)
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
	int number = question ? choice_number(t->data->tables, o->question, id) : vocab_finding(tables_vocab(t->data->tables), id);
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

	if (!state_is_asking(t->s) || (t->in->of_turn && t->in->of_turn < t->s->open.since))
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
