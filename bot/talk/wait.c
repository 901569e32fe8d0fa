/* wait.c - rules that wait. What makes a thing harmless is often told last ("both legs", "it was after a run"), and the
 * urgency never falls in a talk. So some rules below an emergency count only once it was asked what would keep them from
 * firing (waits_for in red_flags.yaml). Unknown is not "no": what was asked in vain, or can't be asked any more, keeps
 * nothing. */
#include "talk/turn.h"

static bool is_to_come(const struct turn *t, int question)
{
	const struct talk_state *s = t->s;
	int open[QUESTION_MAX_FINDINGS];

	if (s->open.kind == OPEN_QUESTION && s->open.question == question)
		return true;
	return !s->asked[question] && s->questions < tables_limits(t->data->tables)->questions &&
		choose_open(t, question, open);
}

static int next_question(const struct turn *t, int rule)
{
	size_t n;
	const int *questions = rule_waits_for(t->data->tables, rule, t->s->questions > 0, &n);

	for (size_t i = 0; i < n; i++)
		if (is_to_come(t, questions[i]))
			return questions[i];
	return -1;
}

/* What is as urgent already by itself or by another rule has nothing to wait for. */
static bool waits(const struct turn *t, int rule)
{
	return !t->waited && rule_urgency(t->data->tables, rule) > t->s->urgency && t->s->stage == STAGE_ASKING && next_question(t, rule) >= 0 &&
		rule_can_be_kept(t->data->tables, &t->s->facts, rule);
}

void wait_judge(struct turn *t, struct decision *d)
{
	size_t n = 0;

	t->n_waiting = 0;
	for (size_t i = 0; i < d->n_why; i++)
		if (!waits(t, d->why[i]))
			d->why[n++] = d->why[i];
		else if (t->n_waiting < MAX_WAITING)
			t->waiting[t->n_waiting++] = d->why[i];
	if (n == d->n_why)
		return;
	d->n_why = n;
	d->urgency = n ? rule_urgency(t->data->tables, d->why[0]) : URGENCY_SELF_CARE; /* what waits is a complaint */
}

int wait_question(const struct turn *t)
{
	return t->n_waiting ? next_question(t, t->waiting[0]) : -1;
}

bool wait_over(struct turn *t)
{
	if (!t->n_waiting)
		return false;
	t->waited = true;
	turn_judge(t);
	return true;
}
