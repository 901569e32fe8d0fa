/* choose.c - what to ask next: the most dangerous thing that is still open and could change what is to be done. The
 * tables give the order (presentations, screens) and the limits; see triage/dialogue.h. */
#include <string.h>

#include "talk/turn.h"
#include "triage/tips.h"

enum { MOST_FOR_CAUSE = 5 }; /* so many questions are put to tell the cause; danger may take more */

/* Open findings of a question that are worth asking: what was asked twice in vain is left. */
size_t choose_open(const struct turn *t, int question, int out[QUESTION_MAX_FINDINGS])
{
	int all[QUESTION_MAX_FINDINGS];
	size_t n = question_open(t->data->tables, question, &t->s->facts, all), kept = 0;

	for (size_t i = 0; i < n; i++)
		if (t->s->facts.state[all[i]] != STATE_UNCERTAIN || !t->s->asked_again[all[i]])
			out[kept++] = all[i];
	return kept;
}

void choose_count(struct turn *t)
{
	t->s->questions++;
	t->s->questions_when_urgent += t->s->urgency >= URGENCY_URGENT;
	t->s->stage = STAGE_ASKING;
}

static bool room(const struct turn *t)
{
	const struct limits *limits = tables_limits(t->data->tables);

	return t->s->questions < limits->questions &&
		(t->s->urgency < URGENCY_URGENT || t->s->questions_when_urgent < limits->when_urgent);
}

/* A doubt about an emergency, and a test that would calm, are asked also when the questions of an urgent talk are used
 * up. */
static bool room_for_doubt(const struct turn *t)
{
	return t->s->questions < tables_limits(t->data->tables)->questions;
}

/* ---- one thing ---- */

/* A finding in doubt that would be an emergency if it were sure: that one thing is asked next, once. */
static int doubt_to_clear(const struct turn *t)
{
	const struct talk_state *s = t->s;

	if (decide_emergency_if_sure(t->data->tables, &s->facts) < 0)
		return -1;
	for (int i = 0; i < (int)vocab_findings(tables_vocab(t->data->tables)); i++) {
		bool doubtful = s->facts.state[i] == STATE_UNCERTAIN && !s->asked_again[i];

		if (doubtful && turn_emergency_with(t, &s->facts, i))
			return i;
	}
	return -1;
}

/* What was told before and is denied now, where that makes a difference: which of the two is it? */
static int clash_to_clear(const struct turn *t)
{
	struct facts without = t->s->facts;

	if (t->clash < 0 || t->s->asked_again[t->clash])
		return -1;
	without.state[t->clash] = STATE_ABSENT;
	return decide_urgency(t->data->tables, &without) < t->s->urgency ? t->clash : -1;
}

static bool may_clear(const struct turn *t, int finding)
{
	return t->s->facts.state[finding] == STATE_UNCERTAIN && !t->s->asked_again[finding];
}

static bool is_urgent(const struct turn *t, const struct facts *facts)
{
	return decide_urgency(t->data->tables, facts) >= URGENCY_URGENT;
}

/* Doubts that make it urgent, each with the others or by itself ("I think I snapped something"): one of them is asked
 * again before that is said. -1 where it is urgent whatever becomes of them. */
static int doubt_that_counts(const struct turn *t)
{
	const size_t n = vocab_findings(tables_vocab(t->data->tables));
	struct facts none = t->s->facts;

	for (size_t i = 0; i < n; i++)
		if (may_clear(t, (int)i))
			none.state[i] = STATE_ABSENT;
	if (t->s->urgency < URGENCY_URGENT || is_urgent(t, &none))
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (!may_clear(t, (int)i))
			continue;
		struct facts only = none, without = t->s->facts;
		only.state[i] = STATE_UNCERTAIN;
		without.state[i] = STATE_ABSENT;
		if (is_urgent(t, &only) || !is_urgent(t, &without))
			return (int)i;
	}
	return -1;
}

static void open_finding(struct turn *t, int finding)
{
	t->s->open = (struct open){.kind = OPEN_FINDING, .question = -1, .finding = finding, .since = t->s->turn};
	t->s->asked_again[finding] = true;
}

bool choose_finding(struct turn *t, int finding)
{
	if (t->s->asked_again[finding] || !room_for_doubt(t))
		return false;
	open_finding(t, finding);
	choose_count(t);
	return true;
}

/* ---- lines of a screen that nobody was sure of ---- */

static bool open_later(struct turn *t)
{
	while (t->s->later.n) {
		int line = t->s->later.lines[0];
		struct which which = lines_open(t, t->s->later.question, line);

		t->s->later.n--;
		memmove(t->s->later.lines, t->s->later.lines + 1, t->s->later.n * sizeof line);
		if (!which.n)
			continue;
		if (which.n == 1)
			open_finding(t, which.findings[0]);
		else
			t->s->open = (struct open){.kind = OPEN_WHICH, .question = t->s->later.question, .finding = -1,
				.which = which, .since = t->s->turn};
		return true;
	}
	return false;
}

/* ---- questions ---- */

static bool may_ask(const struct turn *t, int question, bool must_raise)
{
	int open[QUESTION_MAX_FINDINGS];
	size_t n;

	if (t->s->asked[question] || !(n = choose_open(t, question, open)))
		return false;
	return !must_raise || findings_can_raise(t->data->tables, &t->s->facts, open, n);
}

bool choose_offered(const struct turn *t, int finding)
{
	for (int q = 0; q < (int)tables_questions(t->data->tables); q++) {
		size_t n;
		const int *asks = question_asks(t->data->tables, q, &n);

		for (size_t i = 0; i < n && t->s->answered[q]; i++)
			if (asks[i] == finding)
				return true;
	}
	return false;
}

/* What was left out of an answer is asked for again only where it would be an emergency. */
static bool worth_asking(const struct turn *t, int question)
{
	int open[QUESTION_MAX_FINDINGS], kept[QUESTION_MAX_FINDINGS];
	size_t n = choose_open(t, question, open), n_kept = 0;

	for (size_t i = 0; i < n; i++) {
		if (!choose_offered(t, open[i]) || turn_emergency_with(t, &t->s->facts, open[i]))
			kept[n_kept++] = open[i];
	}
	return !t->s->asked[question] && findings_can_raise(t->data->tables, &t->s->facts, kept, n_kept);
}

static int first_of(const struct turn *t, const int *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (worth_asking(t, list[i]))
			return list[i];
	return -1;
}

/* Below `soon` a screen is asked whatever it can do, as no all-clear is given without it; else where it can raise. */
static int first_screen(const struct turn *t)
{
	int all[SCREENS_MAX], need[SCREENS_MAX];
	size_t n = screens_all(t->data->tables, all), n_need = screens_required(t->data->tables, &t->s->facts, need);

	for (size_t i = 0; i < n; i++) {
		bool required = false;

		for (size_t k = 0; k < n_need && t->s->urgency < URGENCY_SOON; k++)
			required |= need[k] == all[i];
		if (may_ask(t, all[i], !required))
			return all[i];
	}
	return -1;
}

/* The person asked about a tip that may only be given when this was answered. */
static int question_for_tip(const struct turn *t)
{
	struct tip_reason why = {.question = -1};

	if (t->s->tip < 0 ||
		tip_check(t->data->tables, &t->s->facts, &t->out->decision, t->s->tip, false, &why) != TIP_ASK_FIRST)
		return -1;
	return why.question >= 0 && may_ask(t, why.question, false) ? why.question : -1;
}

/* A rule that stands only until a test is made: the test is asked for, once nothing more dangerous is open. */
static int question_for_test(const struct turn *t)
{
	int open[QUESTION_MAX_FINDINGS];

	for (int q = 0; q < (int)tables_questions(t->data->tables); q++)
		if (may_ask(t, q, false) &&
			findings_can_calm(t->data->tables, &t->s->facts, open, choose_open(t, q, open)))
			return q;
	return -1;
}

/* The condition that would come first if the finding were present. */
static int likeliest_with(const struct turn *t, int finding)
{
	struct facts then = t->s->facts;
	struct decision d;

	facts_tell(t->data->tables, &then, finding, STATE_PRESENT);
	decide(t->data->tables, &then, &d);
	return d.n_conditions ? d.conditions[0].condition : -1;
}

/* Nothing, or two things as likely as each other. */
static bool cause_is_open(const struct decision *d)
{
	return !d->n_conditions || (d->n_conditions > 1 && d->conditions[0].points == d->conditions[1].points);
}

/* No answer makes it more urgent, but one would tell the likely cause, and so another advice. */
static int question_for_cause(const struct turn *t, const int *list, size_t n_list)
{
	const struct decision *d = &t->out->decision;
	int open[QUESTION_MAX_FINDINGS], first = d->n_conditions ? d->conditions[0].condition : -1;

	if (t->s->urgency >= URGENCY_URGENT || t->s->questions >= MOST_FOR_CAUSE)
		return -1;
	for (size_t i = 0; i < n_list; i++) {
		size_t n = t->s->asked[list[i]] ? 0 : choose_open(t, list[i], open);

		for (size_t k = 0; k < n; k++)
			if (!choose_offered(t, open[k]) && likeliest_with(t, open[k]) != first)
				return list[i];
	}
	return -1;
}

static int choose_question(const struct turn *t)
{
	int presentation = presentation_choose(t->data->tables, &t->s->facts, &t->out->decision);
	size_t n;
	const int *list = presentation_questions(t->data->tables, presentation, &n);

	if (t->s->urgency < URGENCY_URGENT && n && worth_asking(t, list[0]))
		return list[0];
	int question = first_screen(t);
	if (question < 0)
		question = wait_question(t);
	if (question < 0 && n) /* the first of a presentation parts it from the others */
		question = question_for_cause(t, list, 1);
	if (question < 0)
		question = first_of(t, list, n);
	if (question < 0)
		question = question_for_test(t);
	if (question < 0 && cause_is_open(&t->out->decision))
		question = question_for_cause(t, list, n);
	return question >= 0 ? question : question_for_tip(t);
}

static void open_question(struct turn *t, int question)
{
	struct talk_state *s = t->s;
	int open[QUESTION_MAX_FINDINGS];
	size_t n = choose_open(t, question, open);

	s->open = (struct open){.kind = OPEN_QUESTION, .question = question, .finding = -1, .since = s->turn};
	s->asked[question] = true;
	for (size_t i = 0; i < n && !question_is_list(t->data->tables, question); i++)
		s->asked_again[open[i]] |= s->facts.state[open[i]] == STATE_UNCERTAIN; /* in a list it is easily passed over */
	lines_show(t);
}

bool choose_this(struct turn *t, int question)
{
	if (!room(t) || !may_ask(t, question, false))
		return false;
	open_question(t, question);
	choose_count(t);
	return true;
}

static bool choose(struct turn *t, bool *out_doubt)
{
	bool more = room(t), last = !more && room_for_doubt(t);
	int finding = more || last ? doubt_to_clear(t) : -1, question;

	if (finding < 0 && more)
		finding = clash_to_clear(t);
	if (finding >= 0) {
		open_finding(t, finding);
		*out_doubt = true;
	} else if (!more || !open_later(t)) {
		question = more ? choose_question(t) : last ? question_for_test(t) : -1;
		finding = question < 0 && room_for_doubt(t) ? doubt_that_counts(t) : -1;
		if (finding >= 0) {
			open_finding(t, finding);
			*out_doubt = true;
		} else if (question < 0)
			return false;
		else
			open_question(t, question);
	}
	choose_count(t);
	return true;
}

bool choose_next(struct turn *t, bool *out_doubt)
{
	*out_doubt = false;
	if (state_is_asking(t->s)) /* an answer left open which, and it was counted */
		return true;
	return choose(t, out_doubt) || (take_doubts(t) && choose(t, out_doubt));
}
