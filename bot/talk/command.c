/* command.c - what is no matter of the leg: a crisis, "a person, please", "start again", "what do you store", small
 * talk. */
#include <string.h>

#include "rules/reading.h"
#include "talk/responses.h"
#include "talk/turn.h"
#include "triage/places.h"
#include "triage/triage.h"
#include "util/arena.h"

void command_aside(struct turn *t, const char *text)
{
	turn_reply(t, text);
	ask_back(t);
}

/* ---- a crisis stops everything else ---- */

/* Whom to call, in a text of talk.yaml; NULL where there is nobody. */
static const char *contact(struct turn *t, const char *key)
{
	return t->in->contact ? say_with(&t->voice, "contact", t->in->contact,
					responses_at(t->data->responses, "talk", "talk", key, NULL))
			      : NULL;
}

static void say_crisis(struct turn *t)
{
	t->voice.they = t->u.other_patient;
	bool first = t->s->crisis == CRISIS_NONE || t->s->crisis == CRISIS_ASKED;

	turn_reply(t, turn_text(t, first ? "crisis" : "crisis_again"));
	turn_reply(t, t->in->human_there ? turn_fresh(t, "crisis_human") : contact(t, "crisis_contact"));
	t->voice.they = t->s->they;
	t->s->crisis = CRISIS_TOLD;
	t->s->stage = STAGE_CLOSED;
	state_close_open(t->s);
	t->out->effects |= TALK_CRISIS | TALK_HAND_OVER;
}

static bool tells_of_leg(const struct turn *t)
{
	for (size_t i = 0; i < t->u.n_mentions; i++)
		if (t->u.mentions[i].state == STATE_PRESENT)
			return true;
	return false;
}

/* Neither a leg nor a question nor a wish: small talk has no place here. */
static bool stays_in_crisis(struct turn *t)
{
	static const char *const others[] = {"greet", "human", "help", "privacy", "restart"};

	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (turn_is(t, others[i]))
			return false;
	return t->in->kind == TALK_SAY && !turn_knows_complaint(t) && !turn_asks(t) && !turn_says(t, "forget") &&
		!turn_says(t, "export") && !turn_says(t, "stored") && !state_is_asking(t->s) && !t->s->forget_asked;
}

/* "Delete my data", "what is a DVT?": done all the same, after the line. A call for help is none of these. */
static bool wants_service(const struct turn *t)
{
	return turn_is(t, "privacy") || turn_is(t, "restart") || turn_says(t, "forget") || turn_says(t, "export") ||
		turn_says(t, "stored") || turn_asks(t);
}

/* Whatever comes next, the line is said once more; then the person is followed. True when there is no more to say. */
static bool after_crisis(struct turn *t)
{
	bool in_danger = turn_is(t, "affirm") || turn_says(t, "means_it");

	if (t->s->crisis == CRISIS_REPEATED && !tells_of_leg(t) && stays_in_crisis(t)) {
		turn_reply(t, turn_text(t, in_danger ? "crisis_danger" : "crisis_stay"));
		return true;
	}
	if (t->s->crisis != CRISIS_TOLD)
		return false;
	t->s->crisis = CRISIS_REPEATED;
	turn_reply(t, turn_text(t, "crisis_again"));
	if (tells_of_leg(t)) {
		t->s->stage = t->s->alarmed ? STAGE_ADVISED : STAGE_ASKING;
		return false;
	}
	if (!in_danger && wants_service(t))
		return false;
	turn_reply(t, turn_text(t, in_danger ? "crisis_danger" : "crisis_after"));
	return true;
}

/* "I don't see the point any more": of what? It is asked, unless something is told that can't wait. */
static bool ask_crisis(struct turn *t)
{
	struct facts alone = t->u.facts;

	if (!turn_says(t, "crisis_unclear") || t->s->crisis != CRISIS_NONE || t->s->urgency == URGENCY_EMERGENCY ||
		decide_urgency(t->data->tables, &alone) >= URGENCY_SOON)
		return false;
	learn(t, &t->u.facts, false);
	turn_reply(t, turn_text(t, "crisis_unclear"));
	t->s->crisis = CRISIS_ASKED;
	return true;
}

/* What was answered to that. A plain no is believed; what says nothing of it leaves the line that was told. */
static bool crisis_answered(struct turn *t)
{
	if (t->s->crisis != CRISIS_ASKED)
		return false;
	if (turn_is(t, "affirm") || turn_says(t, "means_it")) {
		say_crisis(t);
		return true;
	}
	t->s->crisis = CRISIS_NONE;
	if (!(turn_is(t, "deny") || turn_says(t, "plainly_no")) || tells_of_leg(t))
		return false;
	command_aside(t, turn_text(t, "crisis_unclear_no"));
	return true;
}

bool command_crisis(struct turn *t)
{
	if (!turn_is(t, "crisis"))
		return crisis_answered(t) || ask_crisis(t) || after_crisis(t);
	learn(t, &t->u.facts, false); /* the talk about the leg can go on there later */
	say_crisis(t);
	return true;
}

/* ---- a person ---- */

void command_human(struct turn *t)
{
	bool there = t->in->human_there, again = t->s->stage == STAGE_CLOSED && there;

	const char *whom = there ? NULL : contact(t, "human_contact");

	turn_reply(t, whom ? whom : turn_text(t, again ? "human_waiting" : there ? "human" : "human_none"));
	t->out->effects |= TALK_HAND_OVER;
	if (!there)
		return;
	t->s->stage = STAGE_CLOSED;
	state_close_open(t->s);
}

/* ---- messages that say nothing ---- */

static bool is_blank(const struct turn *t)
{
	for (size_t i = 0; i < t->in->len; i++)
		if ((unsigned char)t->in->text[i] > ' ')
			return false;
	return true;
}

/* Neither a word nor a number in it: emoji, dots, question marks. */
static bool is_wordless(const struct turn *t)
{
	const struct text *text = &t->u.reading->text;

	for (size_t i = 0; i < text->n_tokens; i++)
		if (text->tokens[i].kind == TOKEN_WORD || text->tokens[i].kind == TOKEN_FOREIGN ||
			text->tokens[i].kind == TOKEN_NUMBER)
			return false;
	return true;
}

bool command_unreadable(struct turn *t)
{
	const char *key = NULL;

	if (is_blank(t))
		key = "empty";
	else if (t->u.n_mentions)
		return false;
	else if (t->u.truncated)
		key = "too_long";
	else if (t->u.foreign)
		key = t->voice.place == place_unknown(t->data->tables) ? "foreign_unknown" : "foreign";
	else if (is_wordless(t) && turn_is(t, "out_of_scope"))
		key = "emoji_only";
	if (key)
		command_aside(t, turn_text(t, key));
	return key != NULL;
}

/* ---- the service itself ---- */

/* What is of the talk and not of the complaint goes on. */
static void start_again(struct turn *t)
{
	struct talk_state old = *t->s;

	state_init(t->s);
	memcpy(t->s->region, old.region, sizeof old.region);
	t->s->greeted = old.greeted;
	t->s->turn = old.turn;
	t->s->said = old.said;
	t->s->crisis = old.crisis;
	memset(&t->out->decision, 0, sizeof t->out->decision);
	t->out->effects |= TALK_CHECK_IN_STOP;
	turn_reply(t, turn_text(t, "restart"));
}

bool command_forget(struct turn *t)
{
	bool asked_now = !t->in->of_turn || t->in->of_turn + 1 == t->s->turn; /* no button of another question */
	bool yes = (turn_picked(t, "yes") && asked_now) || turn_is(t, "affirm") || turn_says(t, "forget");
	bool no = (turn_picked(t, "no") && asked_now) || turn_is(t, "deny");

	if (!t->s->forget_asked)
		return false;
	t->s->forget_asked = false;
	if (yes) {
		turn_reply(t, turn_text(t, "forgotten"));
		state_init(t->s);
		memset(&t->out->decision, 0, sizeof t->out->decision);
		t->out->effects |= TALK_FORGET | TALK_CHECK_IN_STOP;
	} else if (no) {
		command_aside(t, turn_text(t, "forget_kept"));
	}
	return yes || no;
}

static void ask_forget(struct turn *t)
{
	turn_reply(t, turn_text(t, "forget_ask"));
	t->s->forget_asked = true;
}

static void export(struct turn *t)
{
	t->out->effects |= TALK_EXPORT;
	command_aside(t, turn_text(t, "export"));
}

/* "I'm in Ireland", and nothing else. */
static bool hear_region(struct turn *t)
{
	if (!t->region_told || t->u.n_mentions || t->s->urgency == URGENCY_EMERGENCY)
		return false;
	command_aside(t, turn_text(t, "region_told"));
	return true;
}

/* What is kept, and for how long. */
static const char *privacy_text(struct turn *t)
{
	const struct yaml *kept = responses_at(t->data->responses, "talk", "talk", "privacy_days", NULL);
	const char *days = t->in->keep_days
		? say_with(&t->voice, "days", arena_printf(t->arena, "%d", t->in->keep_days), kept)
		: NULL;

	return say_join(&t->voice, "\n", (const char *[]){turn_text(t, "privacy"), days}, 2);
}

bool command_service(struct turn *t)
{
	if (hear_region(t))
		return true;
	bool restart = turn_is(t, "restart"), privacy = turn_is(t, "privacy") || turn_says(t, "stored");
	bool forget = turn_says(t, "forget") && !tells_of_leg(t), copy = turn_says(t, "export") && !tells_of_leg(t);

	bool help = turn_is(t, "help") && !turn_says(t, "english") && !(turn_says(t, "what_now") && turn_knows_complaint(t));

	if (!restart && !privacy && !forget && !copy && !help)
		return false;
	if (t->s->urgency == URGENCY_EMERGENCY)
		turn_reply(t, turn_text(t, "emergency_still"));
	if (restart)
		start_again(t);
	else if (forget)
		ask_forget(t);
	else if (copy)
		export(t);
	else {
		const char *about = privacy ? NULL : digress(t); /* "are you a doctor?" */

		command_aside(t, about ? about : privacy ? privacy_text(t) : turn_text(t, "help"));
	}
	return true;
}

/* ---- small talk ---- */

const char *command_small_talk(struct turn *t)
{
	static const char *const same_key[] = {"thanks", "goodbye", "abuse"};

	for (size_t i = 0; i < sizeof same_key / sizeof *same_key; i++)
		if (turn_is(t, same_key[i])) {
			if (turn_is(t, "goodbye"))
				t->s->stage = STAGE_CLOSED;
			return turn_text(t, same_key[i]);
		}
	if (turn_says(t, "english"))
		return turn_text(t, "language_only_english");
	if (turn_says(t, "how_are_you"))
		return turn_text(t, "how_are_you");
	if (turn_is(t, "greet"))
		return turn_text(t, t->s->turn > 1 ? "greet_again" : "greet");
	if (turn_says(t, "other_body"))
		return turn_text(t, "other_body_part");
	return turn_is(t, "out_of_scope") && !turn_says(t, "gibberish") ? turn_text(t, "out_of_scope") : NULL;
}
