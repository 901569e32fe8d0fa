/* hear.c - what to do with a message, and with a choice that was tapped. */
#include <string.h>

#include "rules/reading.h"
#include "rules/ruleset.h"
#include "talk/turn.h"
#include "triage/places.h"
#include "triage/tips.h"
#include "util/arena.h"

enum { STATEMENT_WORDS = 3 };

/* ---- no open question ---- */

/* Nothing of a leg was told yet: a greeting, a general question. */
static void without_complaint(struct turn *t)
{
	const char *text = digress(t), *repeat = text ? NULL : learn_repeat(t, "understood");

	if (!text && !repeat)
		text = after_seen(t);
	if (repeat || text || turn_is(t, "unsure"))
		ask_complaint(t, text ? text : repeat);
	else if ((text = command_small_talk(t)))
		turn_reply(t, text);
	else if (t->u.n_mentions) /* "calf", "my husband tore his" */
		ask_complaint(t, NULL);
	else
		turn_reply(t,
			turn_text(t, turn_is(t, "affirm") || turn_is(t, "deny") ? "open_question" : "not_understood"));
}

/* A complaint comes with a question of the person's own: that is answered first. */
static void answer_own_question(struct turn *t)
{
	const char *way = t->u.n_about ? NULL : after_asked_early(t);

	turn_reply(t, way ? way : digress(t));
}

/* Words that say something, though nobody knows what: no question, no greeting, no more noise than words. */
static bool is_unread_statement(const struct turn *t)
{
	bool told = turn_is(t, "report_symptoms") || turn_is(t, "answer") || turn_is(t, "out_of_scope");

	return told && !turn_says(t, "gibberish") && !turn_says(t, "clarify") && t->u.reading->text.n_tokens >= STATEMENT_WORDS;
}

/* Yes or no to "is it about a leg that hurts?" */
static bool take_complaint(struct turn *t)
{
	int finding = t->s->open.finding;
	bool yes = turn_picked(t, "yes") || turn_is(t, "affirm"), no = turn_picked(t, "no") || turn_is(t, "deny");
	bool unsure = turn_is(t, "unsure") || (!turn_knows_complaint(t) && is_unread_statement(t));

	if (t->s->open.kind != OPEN_COMPLAINT)
		return false;
	state_close_open(t->s);
	if (!yes && !no && !unsure)
		return false;
	if (!no)
		facts_tell(t->data->tables, &t->s->facts, finding, yes ? STATE_PRESENT : STATE_UNCERTAIN);
	turn_judge(t);
	turn_go_on(t);
	return true;
}

static void hear_statement(struct turn *t)
{
	if (t->stage_was != STAGE_ASKING && turn_knows_complaint(t) && t->s->stage != STAGE_ASKING)
		after_advice(t);
	else if (!turn_knows_complaint(t))
		without_complaint(t);
	else {
		answer_own_question(t);
		turn_go_on(t);
	}
}

/* ---- every message ---- */

/* The first contact: who this is, once, and never before a danger. */
static void greet(struct turn *t)
{
	if (t->s->urgency == URGENCY_EMERGENCY)
		return;
	turn_reply(t, t->opening);
	if (t->s->greeted)
		return;
	t->s->greeted = true;
	turn_reply(t, turn_text(t, "first_contact"));
}

static void take_side(struct turn *t)
{
	bool to_left = turn_says_of(t, "side", "left"), to_right = turn_says_of(t, "side", "right"); /* put right */
	bool left = to_left || (turn_says(t, "left") && !to_right), right = to_right || (turn_says(t, "right") && !to_left);

	if (left != right)
		t->s->side = left ? SIDE_LEFT : SIDE_RIGHT;
}

/* Where the person is, told in so many words; never guessed from the language. */
static void take_region(struct turn *t)
{
	for (size_t i = 0; i < tables_places(t->data->tables); i++) {
		const struct place *place = place_at(t->data->tables, i);

		if (strlen(place->id) >= sizeof t->s->region ||
			!turn_says_of(t, "region", place->id))
			continue;
		strcpy(t->s->region, place->id);
		t->voice.place = place;
		t->region_told = true;
	}
}

/* A doubt that only the question brought, and that is going to be asked again, is none yet. */
static void drop_question_doubts(const struct turn *t, struct answer *a)
{
	if (a->act != ACT_ANSWER || a->settled || a->which.n)
		return;
	for (size_t i = 0; i < vocab_findings(tables_vocab(t->data->tables)); i++)
		if (a->told.state[i] == STATE_UNCERTAIN && t->u.facts.state[i] != STATE_UNCERTAIN)
			a->told.state[i] = STATE_UNKNOWN;
}

/* What is told goes into the facts; whom it is about, too. */
static void hear_facts(struct turn *t, struct answer *a)
{
	bool tells = turn_tells(t);

	if (a) {
		drop_question_doubts(t, a);
		take_back_unshown(t, &t->u.facts, &a->told);
	}

	if (tells && turn_other_patient(t))
		t->s->they = true;
	t->voice.they = t->s->they;
	take_side(t);
	take_region(t);
	if (a && t->s->open.kind == OPEN_FINDING && a->told.state[t->s->open.finding] == STATE_ABSENT)
		take_denial(t, t->s->open.finding);
	if (!digress_is_general(t))
		learn(t, a ? &a->told : &t->u.facts,
			(a ? a->act == ACT_CORRECT : t->u.correction) || turn_says(t, "takes_back"));
	turn_judge(t);
}

static bool became_emergency(const struct turn *t)
{
	return t->s->urgency == URGENCY_EMERGENCY && (t->was < URGENCY_EMERGENCY || !t->s->alarmed);
}

static void hear_words(struct turn *t, const struct answer *a)
{
	bool human = turn_is(t, "human") || (a && a->act == ACT_HUMAN);

	if (became_emergency(t)) {
		advise_emergency(t);
		if (human)
			command_human(t);
	} else if (t->s->urgency == URGENCY_EMERGENCY) {
		after_emergency(t);
		if (human)
			command_human(t);
	} else if (human) {
		command_human(t);
		ask_back(t);
	} else if (a && !hear_about_asking(t))
		hear_answer(t, a);
	else if (!a)
		hear_statement(t);
}

static bool was_advised(const struct turn *t)
{
	return t->s->advised != URGENCY_NONE || t->s->alarmed;
}

void hear_say(struct turn *t)
{
	struct answer_context c = {t->data->rules, t->data->tables, t->data->responses, t->arena};
	struct answer *a = state_is_asking(t->s) ? arena_alloc(t->arena, 1, sizeof *a) : NULL;

	if (command_crisis(t) || command_forget(t))
		return;
	if (t->s->stage == STAGE_CLOSED)
		t->s->stage = a || !was_advised(t) ? STAGE_ASKING : STAGE_ADVISED;
	if (after_new_complaint(t))
		a = NULL;
	if (a)
		answer_read(&c, &t->s->open, &t->s->facts, &t->u, a);
	hear_facts(t, a);
	if (became_emergency(t)) {
		hear_words(t, a);
		return;
	}
	greet(t);
	if (command_unreadable(t) || command_service(t) || check_in_answer(t) || check_in_how(t) || take_complaint(t))
		return;
	hear_words(t, a);
}

void hear_choose(struct turn *t)
{
	if (command_forget(t) || check_in_answer(t) || check_in_how(t) || take_complaint(t))
		return;
	if (!take_picks(t)) {
		bool advised = t->s->stage != STAGE_ASKING && !state_is_asking(t->s);

		command_aside(t, turn_text(t, advised ? "stale_choice_advised" : "stale_choice"));
		return;
	}
	t->s->stage = STAGE_ASKING;
	turn_judge(t);
	turn_go_on(t);
}

void hear_form(struct turn *t)
{
	if (state_is_asking(t->s)) {
		if (t->s->open.kind == OPEN_QUESTION) /* it was not answered */
			t->s->asked[t->s->open.question] = false;
		state_close_open(t->s);
	}
	learn(t, t->in->told, false);
	turn_judge(t);
	greet(t);
	turn_go_on(t);
}
