/* hear_answer.c - a message while a question is open: an answer, half of one, or something by the way. */
#include <string.h>

#include "rules/phrases.h"
#include "rules/ruleset.h"
#include "talk/turn.h"

enum {
	MAX_MISSED = 1, /* answers in a row that could not be read, before the question is left as "don't know" */
	/* messages that leave a question open, questions of the person's own, and without any question; more of them count as
	 * answers that could not be read */
	MAX_ASIDES = 6,
	MAX_CHATTER = 2,
	MAX_PARTS = 4, /* turns in which a list may be denied line by line */
};

/* "Weirdly yeah, and ...": a yes among words that were not understood. It is taken for one, as it can only make it more
 * urgent. */
static bool leans_to_yes(struct turn *t)
{
	struct open *o = &t->s->open;
	const struct phrases *phrases = ruleset_phrases(t->data->rules);
	struct span yes, no;

	if (!phrases_find(phrases, NULL, "yes", t->u.reading, &yes) || turn_says(t, "granted"))
		return false;
	if (phrases_find(phrases, NULL, "no", t->u.reading, &no) && no.start < yes.start)
		return false;
	if (o->kind == OPEN_FINDING)
		facts_tell(t->data->tables, &t->s->facts, o->finding, STATE_PRESENT);
	else if (o->kind == OPEN_WHICH)
		which_unsure(t->data->tables, &o->which, &t->s->facts);
	else if (!take_bare_yes(t))
		return false;
	if (o->kind != OPEN_QUESTION)
		take_close(t);
	turn_judge(t);
	turn_go_on(t);
	return true;
}

/* "The heart is going ninety to the dozen", to a list: that one thing is asked by itself, and the list comes again. */
static bool ask_named(struct turn *t)
{
	int question = t->s->open.question;

	if (t->s->open.kind != OPEN_QUESTION || t->named < 0 || !choose_finding(t, t->named))
		return false;
	t->s->asked[question] = false;
	ask_put(t, turn_fresh(t, "sure_check"), false);
	return true;
}

/* "The left one. The heart goes ninety to the dozen": one part was an answer, the other could not be read. */
static bool ask_beside(struct turn *t)
{
	if (t->named < 0 || t->s->open.kind != OPEN_NOTHING || t->s->facts.state[t->named] != STATE_UNKNOWN ||
		!choose_finding(t, t->named))
		return false;
	ask_put(t, ask_lead(t, true), false);
	return true;
}

/* Spoken of twice when asked for by itself, with no word of a no: it is taken for a yes, as it can only make it more
 * urgent. Anything else that could not be read is not known. */
static void leave_unread(struct turn *t)
{
	struct open *o = &t->s->open;
	int question = o->question;

	if (o->kind == OPEN_FINDING && t->named == o->finding) {
		facts_tell(t->data->tables, &t->s->facts, o->finding, STATE_PRESENT);
		take_close(t);
		return;
	}
	t->unread = true;
	take_unsure(t);
	take_close(t);
	if (question >= 0) {
		t->s->answered[question] = false;
		t->s->unread[question] = true;
	}
}

/* What could not be read: the question is put again in other words; after a few such answers it is left. */
static void miss(struct turn *t, const char *lead)
{
	if (leans_to_yes(t) || ask_named(t))
		return;
	if (++t->s->open.missed <= MAX_MISSED) {
		ask_put(t, lead, true);
		return;
	}
	leave_unread(t);
	turn_judge(t);
	turn_go_on(t);
}

/* Before the question is put again to somebody who said something else. */
static const char *not_heard(struct turn *t)
{
	if (turn_is(t, "abuse") || turn_is(t, "thanks"))
		return command_small_talk(t);
	const char *felt = ask_feeling(t);

	return felt ? felt : turn_text(t, turn_says(t, "acknowledged") ? "acknowledged_asking" : "not_understood_asking");
}

/* The question was left open too often by what was said beside it. That is still answered, before it counts as unread. */
static void miss_beside(struct turn *t)
{
	const char *way = after_way(t), *own = way ? way : digress(t);

	if (!own && (turn_is(t, "abuse") || turn_is(t, "thanks")))
		own = command_small_talk(t);
	t->beside = own != NULL;
	turn_reply(t, own);
	miss(t, own ? turn_fresh(t, "back_to_question") : not_heard(t));
}

static const char *clarification(struct turn *t, bool why)
{
	const struct open *o = &t->s->open;
	const char *text = o->kind == OPEN_QUESTION ? say(&t->voice, "questions", "questions",
							      question_id(t->data->tables, o->question), why ? "why" : "clarify", NULL)
						    : NULL;

	return text ? text : turn_text(t, why ? "why_generic" : "clarify_generic");
}

static void digress_and_back(struct turn *t)
{
	const char *text = digress(t);

	if (!text)
		text = digress_unknown(t);
	if (!text)
		text = command_small_talk(t);
	if (text)
		command_aside(t, text);
	else
		miss(t, not_heard(t));
}

/* "How many more?", "skip this", "bye": about the asking itself. */
bool hear_about_asking(struct turn *t)
{
	if (turn_says(t, "how_many_left"))
		command_aside(t, turn_text(t, "how_many_left"));
	else if (turn_says(t, "skip") && !t->s->open.missed) {
		t->s->open.missed++;
		ask_put(t, turn_text(t, "skip_refused"), false);
	} else if (turn_is(t, "goodbye")) {
		bool leaves = t->s->urgency >= URGENCY_URGENT && turn_says(t, "on_the_way");

		turn_reply(t, turn_text(t, leaves ? "leaving_early" : "bye_while_asking"));
		t->s->stage = STAGE_CLOSED;
	} else
		return false;
	return true;
}

static void chatter(struct turn *t)
{
	const char *way = after_way(t), *own = way ? way : digress(t), *text;

	if (!own)
		own = digress_unknown(t);
	text = own ? own : command_small_talk(t);

	if (turn_is(t, "greet"))
		command_aside(t, turn_text(t, "resume"));
	else if (own)
		command_aside(t, own);
	else if (turn_tells(t))
		miss(t, turn_text(t, "understood_nothing_new"));
	else if (text && !turn_is(t, "out_of_scope"))
		command_aside(t, text);
	else
		miss(t, not_heard(t));
}

/* "What is a DVT?" is no question about the question. */
static const char *own_question(struct turn *t)
{
	const char *is_it = digress_is_it(t);

	if (is_it)
		return is_it;
	bool signs = t->u.n_topics && strcmp(t->u.topics[0], "danger_signs") == 0; /* "how will I know if it gets worse?" */

	return signs || turn_is(t, "ask_condition") || turn_is(t, "ask_treatment") ? digress(t) : NULL;
}

/* Something was told, but not what was asked. */
static void half_answer(struct turn *t)
{
	const char *repeat = learn_repeat(t, t->corrected ? "corrected" : "understood");
	bool soon = t->s->turn - t->s->open.since <= MAX_ASIDES;
	const char *way = t->named < 0 && !repeat && soon ? after_asked_early(t) : NULL;

	if (way) /* "the doctor said it's a strain", to a list */
		command_aside(t, way);
	else if (t->corrected)
		ask_put(t, repeat ? repeat : turn_text(t, "corrected_plain"), false);
	else
		miss(t, repeat ? repeat : turn_tells(t) ? turn_text(t, "understood_nothing_new") : not_heard(t));
}

/* "No fever", "36 years old", to a list: what else there was is as open as before. */
static bool leaves_the_rest(const struct turn *t, const struct answer *a)
{
	const struct tables *tables = t->data->tables;
	const struct open *o = &t->s->open;
	int open[QUESTION_MAX_FINDINGS];
	size_t n;

	if (o->kind != OPEN_QUESTION || a->nothing || a->n_lines || a->which.n ||
		!question_is_list(tables, o->question))
		return false;
	const int *asks = question_asks(tables, o->question, &n);
	for (size_t i = 0; i < n; i++)
		if (a->told.state[asks[i]] > STATE_ABSENT && vocab_value_kind(tables_vocab(tables), asks[i]) < 0)
			return false;
	n = choose_open(t, o->question, open);
	for (size_t i = 0; i < n; i++)
		if (lines_has(t, open[i]) && findings_can_raise(tables, &t->s->facts, &open[i], 1))
			return true;
	return false;
}

static void ask_the_rest(struct turn *t)
{
	const char *repeat = learn_repeat(t, t->corrected ? "corrected" : "understood");
	const char *lead = say_join(&t->voice, " ", (const char *[]){repeat, turn_text(t, "rest_of_list")}, 2);
	bool anew = memcmp(&t->before, &t->s->facts, sizeof t->before) != 0;

	t->s->open.n_shown = 0;
	lines_show(t);
	if (anew && t->s->turn - t->s->open.since <= MAX_PARTS)
		ask_put(t, lead, true);
	else
		miss(t, lead);
}

void hear_answer(struct turn *t, const struct answer *a)
{
	bool aside = a->act == ACT_CLARIFY || a->act == ACT_DIGRESS || a->act == ACT_CHATTER;
	const char *way = aside && !a->why ? after_asked_early(t) : NULL;

	t->named = a->named;
	if (way) {
		command_aside(t, way);
		return;
	}
	unsigned most = a->act == ACT_CHATTER && !turn_asks(t) ? MAX_CHATTER : MAX_ASIDES;
	if (aside && t->s->turn - t->s->open.since > most) {
		miss_beside(t);
		return;
	}
	switch (a->act) {
	case ACT_CLARIFY:
		if (!a->why && (way = own_question(t))) {
			command_aside(t, way);
			return;
		}
		ask_put(t, clarification(t, a->why), false);
		return;
	case ACT_DIGRESS:
		digress_and_back(t);
		return;
	case ACT_CHATTER:
		chatter(t);
		return;
	case ACT_UNSURE:
		if (!a->settled && (way = after_way(t))) {
			command_aside(t, way);
			return;
		}
		if (!a->settled)
			take_unsure(t);
		take_close(t);
		break;
	default:
		if (a->which.n && !a->n_lines && take_bare_yes(t)) {
			;
		} else if (a->which.n && t->s->open.kind != OPEN_WHICH && !t->s->open.yes) {
			take_which(t, &a->which);
		} else if (a->settled && leaves_the_rest(t, a)) {
			ask_the_rest(t);
			return;
		} else if (a->which.n || a->settled) {
			which_unsure(t->data->tables, &a->which, &t->s->facts);
			take_close(t);
		} else {
			half_answer(t);
			return;
		}
	}
	turn_judge(t);
	if (t->s->urgency == URGENCY_EMERGENCY || !ask_beside(t))
		turn_go_on(t);
}
