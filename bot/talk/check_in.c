/* check_in.c - asking how it went: offered, planned, asked, answered. */
#include <string.h>

#include "talk/responses.h"
#include "talk/turn.h"

static size_t times(const struct turn *t, int out[CHECK_INS_MAX])
{
	const struct decision *d = &t->out->decision;
	bool anytime = false;
	size_t n = t->in->no_check_ins ? 0
				       : check_ins(t->data->tables, t->s->urgency,
						 d->n_conditions ? d->conditions[0].condition : -1, out, &anytime);

	for (size_t i = 0; i < n && !anytime; i++)
		out[i] = when_daytime(t, out[i]);
	return n;
}

/* A text keyed by urgency, with the time of the first check-in. */
static const char *timed(struct turn *t, const char *key)
{
	int minutes[CHECK_INS_MAX];

	if (!times(t, minutes))
		return NULL;
	return say_with(&t->voice, "when", when_words(t, minutes[0]),
		responses_at(t->data->responses, "talk", "talk", key, urgency_id(t->s->urgency), NULL));
}

void check_in_plan(struct turn *t)
{
	t->out->n_check_ins = times(t, t->out->check_in_minutes);
	t->out->effects |= t->out->n_check_ins ? TALK_CHECK_IN_WANTED : 0;
}

/* In an emergency no question is put: it is announced, and can be refused. */
const char *check_in_offer(struct turn *t)
{
	const char *offer = timed(t, "check_in_offer");
	const char *summary = t->s->urgency >= URGENCY_SOON && t->s->urgency < URGENCY_EMERGENCY
		? turn_fresh(t, "summary_offer")
		: NULL;

	if (offer && t->s->urgency < URGENCY_EMERGENCY)
		t->s->open = (struct open){.kind = OPEN_CHECK_IN, .question = -1, .finding = -1, .since = t->s->turn};
	return say_join(&t->voice, " ", (const char *[]){offer, summary}, 2);
}

static void decline(struct turn *t)
{
	turn_reply(t, turn_text_by_urgency(t, "check_in_decline"));
	t->out->effects |= TALK_CHECK_IN_STOP;
	if (t->s->open.kind == OPEN_CHECK_IN)
		state_close_open(t->s);
}

bool check_in_answer(struct turn *t)
{
	bool open = t->s->open.kind == OPEN_CHECK_IN;
	bool tells = turn_tells(t); /* "I can't leave the baby", "both": no answer to this */
	bool denies = turn_is(t, "deny") && !tells, affirms = turn_is(t, "affirm") && !tells;
	bool yes = turn_picked(t, "yes") || affirms, no = turn_picked(t, "no") || denies;

	if (turn_says(t, "no_check_in") || (open && no)) {
		decline(t);
		return true;
	}
	if (open && turn_picked(t, "summary")) {
		turn_reply(t, summary_words(t));
		return true;
	}
	if (!open || !yes)
		return false;
	state_close_open(t->s);
	check_in_plan(t);
	turn_reply(t, timed(t, "check_in_accept"));
	return true;
}

/* ---- its time has come ---- */

/* Never two in a row without an answer, and none in the middle of questions. */
void check_in_ask(struct turn *t)
{
	if (t->s->unanswered || t->s->stage == STAGE_ASKING)
		return;
	t->s->unanswered = true;
	t->s->open = (struct open){.kind = OPEN_HOW, .question = -1, .finding = -1, .since = t->s->turn};
	turn_reply(t, turn_text_by_urgency(t, "check_in_ask"));
}

enum how { HOW_UNCLEAR, HOW_SEEN, HOW_NOT_YET, HOW_BETTER, HOW_SAME, HOW_WORSE };

static enum how how_of(const struct turn *t)
{
	static const struct {
		const char *name;
		enum how how;
	} ways[] = {{"worse", HOW_WORSE}, {"not_yet", HOW_NOT_YET}, {"seen", HOW_SEEN}, {"better", HOW_BETTER},
		{"same", HOW_SAME}};
	bool seen_asked = t->s->urgency >= URGENCY_URGENT;

	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
		if (turn_picked(t, ways[i].name) || turn_says(t, ways[i].name))
			return ways[i].how;
	if (turn_is(t, "affirm"))
		return seen_asked ? HOW_SEEN : HOW_UNCLEAR;
	return turn_is(t, "deny") && seen_asked ? HOW_NOT_YET : HOW_UNCLEAR;
}

/* "Worse" says the same as that choice of the question about the course. */
static void take_course(struct turn *t, const char *choice)
{
	const struct tables *tables = t->data->tables;
	int question = question_number(tables, "q_trend"),
	    number = question < 0 ? -1 : choice_number(tables, question, choice);
	size_t n = 0;
	const int *findings = number < 0 ? NULL : choice_findings(tables, question, number, &n);

	for (size_t i = 0; i < n; i++)
		facts_tell(tables, &t->s->facts, findings[i], STATE_PRESENT);
}

/* What was denied days ago may be true by now: it is asked again. What was told stays known. */
static void look_again(struct turn *t)
{
	struct talk_state *s = t->s;

	for (size_t i = 0; i < vocab_findings(tables_vocab(t->data->tables)); i++)
		if (s->facts.state[i] == STATE_ABSENT && !finding_lasts(t->data->tables, (int)i))
			s->facts.state[i] = STATE_UNKNOWN;
	memset(s->asked, 0, sizeof s->asked);
	memset(s->answered, 0, sizeof s->answered);
	memset(s->unread, 0, sizeof s->unread);
	memset(s->asked_again, 0, sizeof s->asked_again);
	s->questions = s->questions_when_urgent = 0;
	s->stage = STAGE_ASKING;
	turn_judge(t);
	turn_go_on(t);
}

/* The time since the person wrote last, counted to how long it has lasted. */
static void grow_older(struct turn *t)
{
	enum { DAY_MS = 24 * 3600 * 1000 };
	int64_t gone = t->s->seen_ms ? (t->in->now_ms - t->s->seen_ms) / DAY_MS : 0;

	if (gone > 0 && t->s->facts.has_value[VALUE_DURATION_DAYS])
		t->s->facts.value[VALUE_DURATION_DAYS] += (double)gone;
}

bool check_in_how(struct turn *t)
{
	if (t->s->open.kind != OPEN_HOW)
		return false;
	enum how how = how_of(t);
	state_close_open(t->s);
	t->s->unanswered = false;
	grow_older(t);
	if (t->s->urgency > t->was)
		how = HOW_WORSE;
	if (how == HOW_UNCLEAR && t->in->kind == TALK_SAY)
		return false; /* triaged like any message */
	switch (how) {
	case HOW_SEEN:
		turn_reply(t, turn_text(t, "check_in_seen"));
		return true;
	case HOW_NOT_YET:
		turn_reply(t, turn_text_by_urgency(t, "check_in_not_seen"));
		return true;
	case HOW_BETTER:
		turn_reply(t,
			say_join(&t->voice, " ",
				(const char *[]){turn_text(t, "check_in_better"), advise_prevention(t)}, 2));
		return true;
	default:
		turn_reply(t, turn_text(t, how == HOW_WORSE ? "check_in_worse" : "check_in_same"));
		if (how == HOW_WORSE)
			take_course(t, "worse");
		look_again(t);
		return true;
	}
}
