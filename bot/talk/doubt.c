/* doubt.c - "I don't know": never a no. What is in doubt and would be an emergency is asked once more; unsure again, it
 * counts as urgent. */
#include "talk/turn.h"

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

/* The question has a choice for it; else, as in a screen, not all that it names is in doubt: what is an emergency and
 * was not asked before, and what is the only thing it asks. */
static void unsure_of_question(struct turn *t)
{
	const struct tables *tables = t->data->tables;
	int question = t->s->open.question, own = choice_number(tables, question, "not_sure"),
	    open[QUESTION_MAX_FINDINGS];
	size_t n = choose_open(t, question, open);
	struct facts sure = t->s->facts;
	struct which which;

	if (own >= 0)
		question_answer(tables, question, &own, 1, &sure, &which);
	for (size_t i = 0; i < n; i++) {
		bool doubt = own >= 0 ? sure.state[open[i]] == STATE_UNCERTAIN
				      : n == 1 ||
				(turn_emergency_with(t, &t->s->facts, open[i]) &&
					!choose_offered(t, open[i]));

		if (finding_calms(tables, open[i]) || t->s->facts.state[open[i]] == STATE_UNCERTAIN)
			continue;
		t->s->unsure[open[i]] = doubt && comes_again(t, open[i]);
		if (doubt && !t->s->unsure[open[i]])
			facts_tell(tables, &t->s->facts, open[i], STATE_UNCERTAIN);
	}
}

/* A line of a screen was put by itself: nobody said yes to it. Only what would be an emergency is in doubt. */
static void unsure_of_line(struct turn *t)
{
	const struct which *which = &t->s->open.which;

	for (size_t i = 0; i < which->n && t->named >= 0; i++)
		if (which->findings[i] == t->named) {
			facts_tell(t->data->tables, &t->s->facts, t->named, STATE_UNCERTAIN);
			return;
		}
	for (size_t i = 0; i < which->n; i++)
		if (turn_emergency_with(t, &t->s->facts, which->findings[i]) &&
			t->s->facts.state[which->findings[i]] == STATE_UNKNOWN) {
			facts_tell(t->data->tables, &t->s->facts, which->findings[i], STATE_UNCERTAIN);
			return;
		}
}

void take_unsure(struct turn *t)
{
	const struct tables *tables = t->data->tables;
	struct open *o = &t->s->open;

	t->unsure = true;
	if (o->kind == OPEN_WHICH && o->question >= 0) {
		unsure_of_line(t);
	} else if (o->kind == OPEN_WHICH) {
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
		bool doubt =
			t->s->unsure[i] && t->s->facts.state[i] == STATE_UNKNOWN && !finding_calms(t->data->tables, i);

		t->s->unsure[i] = false;
		if (doubt)
			facts_tell(t->data->tables, &t->s->facts, i, STATE_UNCERTAIN);
		any |= doubt;
	}
	if (any)
		turn_judge(t);
	return any;
}
