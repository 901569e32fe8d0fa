/* talk.c - one turn of the dialogue. The order of thoughts:
 *
 *   1. What was said is understood, and read as an answer to the open question where there is one.
 *   2. What is no matter of the leg comes first: a crisis, "start again", "a person, please", "what do you store".
 *   3. What was told goes into the facts; the tables decide.
 *   4. An emergency is said at once. Else the person's own question is answered, then ours is put; where none is left, the
 *      advice is given.
 *
 * Nothing here lowers the urgency but a correction by the person. */
#include "talk/talk.h"

#include <string.h>

#include "rules/ruleset.h"
#include "talk/responses.h"
#include "talk/turn.h"
#include "triage/places.h"
#include "util/arena.h"
#include "util/yaml.h"

enum { MAX_MISSED = 2 }; /* answers in a row that could not be read, before the question is left as "don't know" */

static const char *intent_of(const struct turn *t)
{
	return vocab_intent_id(tables_vocab(t->data->tables), t->u.intent);
}

static bool is_intent(const struct turn *t, const char *id)
{
	return t->in->kind == TALK_SAY && strcmp(intent_of(t), id) == 0;
}

static const char *talk_text(const struct turn *t, const char *key)
{
	return say(&t->voice, "talk", "talk", key, NULL);
}

void turn_reply(struct turn *t, const char *text)
{
	struct talk_out *out = t->out;

	if (!text || !*text)
		return;
	if (out->n_replies < TALK_MAX_REPLIES)
		out->replies[out->n_replies++] = text;
	else
		out->replies[out->n_replies - 1] =
			arena_printf(t->arena, "%s\n\n%s", out->replies[out->n_replies - 1], text);
}

/* ---- urgency ---- */

static void judge(struct turn *t)
{
	struct talk_state *s = t->s;
	struct decision *d = &t->out->decision;

	decide(t->data->tables, &s->facts, d);
	if (t->corrected || d->urgency > s->urgency)
		s->urgency = d->urgency;
	if (s->urgency < s->floor)
		s->urgency = s->floor;
	d->urgency = s->urgency;
}

/* ---- answers to the open question ---- */

/* "I don't know" to a whole screen: its first lines once more, one by one; elsewhere what is open becomes uncertain. */
static void take_unsure(struct turn *t)
{
	struct talk_state *s = t->s;
	struct open *o = &s->open;
	int screens[SCREENS_MAX];
	size_t n = screens_all(t->data->tables, screens);
	bool screen = false;

	if (o->kind == OPEN_FINDING) {
		if (!finding_calms(t->data->tables, o->finding))
			facts_tell(t->data->tables, &s->facts, o->finding, STATE_UNCERTAIN);
		if (decide_emergency_if_sure(t->data->tables, &s->facts) >= 0 && s->floor < URGENCY_URGENT)
			s->floor = URGENCY_URGENT;
		return;
	}
	if (o->kind == OPEN_WHICH) {
		which_unsure(t->data->tables, &o->which, &s->facts);
		return;
	}
	for (size_t i = 0; i < n; i++)
		screen |= screens[i] == o->question;
	if (!screen) {
		question_unsure(t->data->tables, o->question, &s->facts);
		return;
	}
	for (int i = 0; i < tables_limits(t->data->tables)->unsure_screen && i < (int)o->n_shown; i++) {
		size_t about;
		const int *findings = choice_findings(t->data->tables, o->question, o->shown[i], &about);

		if (about && s->later.n < QUESTION_MAX_FINDINGS)
			s->later.findings[s->later.n++] = findings[0];
	}
}

static void close_open(struct turn *t)
{
	struct open *o = &t->s->open;

	if (o->kind == OPEN_QUESTION && o->question >= 0)
		t->s->answered[o->question] = true;
	*o = (struct open){.kind = OPEN_NOTHING, .question = -1, .finding = -1};
}

/* The answer leaves open which of several is meant. That is asked once. */
static void open_which(struct turn *t, const struct which *which)
{
	close_open(t);
	t->s->open.kind = OPEN_WHICH;
	t->s->open.which = *which;
}

static void take_none(struct turn *t)
{
	const struct open *o = &t->s->open;

	if (o->kind == OPEN_FINDING)
		facts_tell(t->data->tables, &t->s->facts, o->finding, STATE_ABSENT);
	else if (o->kind == OPEN_WHICH)
		which_answer(t->data->tables, &o->which, NULL, 0, &t->s->facts);
	else if (o->kind == OPEN_QUESTION)
		question_none(t->data->tables, o->question, &t->s->facts);
}

static bool picked(const struct turn *t, const char *id)
{
	for (size_t i = 0; i < t->in->n_picked; i++)
		if (strcmp(t->in->picked[i], id) == 0)
			return true;
	return false;
}

/* Choices that were tapped. False when none of them belongs to what is open. */
static bool take_picks(struct turn *t)
{
	struct open *o = &t->s->open;
	int picks[TALK_MAX_PICKED];
	size_t n = 0;
	struct which which = {.n = 0};

	if (o->kind == OPEN_NOTHING)
		return false;
	if (picked(t, "not_sure") && (o->kind != OPEN_QUESTION || choice_number(t->data->tables, o->question, "not_sure") < 0)) {
		take_unsure(t);
		close_open(t);
		return true;
	}
	if (picked(t, "none") || (o->kind == OPEN_FINDING && picked(t, "no"))) {
		take_none(t);
		close_open(t);
		return true;
	}
	if (o->kind == OPEN_FINDING && picked(t, "yes")) {
		facts_tell(t->data->tables, &t->s->facts, o->finding, STATE_PRESENT);
		close_open(t);
		return true;
	}
	for (size_t i = 0; i < t->in->n_picked; i++) {
		int pick = o->kind == OPEN_QUESTION ? choice_number(t->data->tables, o->question, t->in->picked[i])
			: o->kind == OPEN_WHICH     ? vocab_finding(tables_vocab(t->data->tables), t->in->picked[i])
						    : -1;

		if (pick >= 0)
			picks[n++] = pick;
	}
	if (!n)
		return false;
	if (o->kind == OPEN_WHICH)
		which_answer(t->data->tables, &o->which, picks, n, &t->s->facts);
	else
		question_answer(t->data->tables, o->question, picks, n, &t->s->facts, &which);
	if (which.n)
		open_which(t, &which);
	else
		close_open(t);
	return true;
}

/* ---- what is no matter of the leg ---- */

static void say_crisis(struct turn *t)
{
	turn_reply(t, talk_text(t, t->s->crisis ? "crisis_again" : "crisis"));
	t->s->crisis = true;
	t->s->stage = STAGE_CLOSED;
	close_open(t);
	t->out->effects |= TALK_CRISIS | TALK_HAND_OVER;
}

static void start_again(struct turn *t)
{
	char region[STATE_MAX_REGION];
	bool greeted = t->s->greeted;
	unsigned turn = t->s->turn;

	memcpy(region, t->s->region, sizeof region);
	state_init(t->s);
	memcpy(t->s->region, region, sizeof region);
	t->s->greeted = greeted;
	t->s->turn = turn;
	memset(&t->out->decision, 0, sizeof t->out->decision);
	turn_reply(t, talk_text(t, "restart"));
}

static void hand_over(struct turn *t)
{
	turn_reply(t, talk_text(t, t->in->human_there ? "human" : "human_none"));
	t->out->effects |= TALK_HAND_OVER;
	if (t->in->human_there) {
		t->s->stage = STAGE_CLOSED;
		close_open(t);
	}
}

/* The open question comes back after an aside. */
static void back_to_question(struct turn *t)
{
	if (t->s->open.kind == OPEN_QUESTION || t->s->open.kind == OPEN_WHICH || t->s->open.kind == OPEN_FINDING)
		ask_again(t, talk_text(t, "back_to_question"), false);
	else
		ask_show(t);
}

static void aside(struct turn *t, const char *key)
{
	turn_reply(t, talk_text(t, key));
	back_to_question(t);
}

/* True when the turn is over. */
static bool first_things(struct turn *t)
{
	if (t->in->kind == TALK_MEDIA) {
		aside(t, "media");
		return true;
	}
	if (t->in->kind != TALK_SAY)
		return false;
	if (is_intent(t, "crisis"))
		say_crisis(t);
	else if (is_intent(t, "restart"))
		start_again(t);
	else if (is_intent(t, "human") && t->s->urgency < URGENCY_EMERGENCY)
		hand_over(t);
	else
		return false;
	return true;
}

/* ---- small talk ---- */

static bool knows_words(const struct turn *t)
{
	for (size_t i = 0; i < t->in->len; i++)
		if ((unsigned char)t->in->text[i] > ' ')
			return true;
	return false;
}

/* A reply to what is neither about the leg nor an answer; NULL when there is none that fits. */
static const char *small_talk(struct turn *t)
{
	static const struct {
		const char *intent, *key;
	} replies[] = {{"help", "help"}, {"privacy", "privacy"}, {"greet", "greet"}, {"thanks", "thanks"},
		{"goodbye", "goodbye"}, {"abuse", "abuse"}, {"out_of_scope", "out_of_scope"}, {"affirm", "after_advice_anything_else"},
		{"deny", "after_advice_anything_else"}, {"unsure", "not_understood"}};

	if (!knows_words(t))
		return talk_text(t, "empty");
	if (t->u.foreign)
		return talk_text(t, "foreign");
	for (size_t i = 0; i < sizeof replies / sizeof *replies; i++)
		if (is_intent(t, replies[i].intent))
			return talk_text(t, replies[i].key);
	return NULL;
}

/* ---- the open question and what was said ---- */

static struct answer_context context_of(const struct turn *t)
{
	return (struct answer_context){t->data->rules, t->data->tables, t->data->responses, t->arena};
}

/* A yes or no to an offer (check-in, delete everything). True when it was one. */
static bool take_offer(struct turn *t)
{
	enum open_kind kind = t->s->open.kind;
	bool yes = picked(t, "yes") || is_intent(t, "affirm"), no = picked(t, "no") || is_intent(t, "deny");
	int first = t->out->decision.n_conditions ? t->out->decision.conditions[0].condition : -1;
	bool anytime;

	if ((kind != OPEN_CHECK_IN && kind != OPEN_FORGET) || (!yes && !no))
		return false;
	close_open(t);
	if (kind == OPEN_FORGET) {
		turn_reply(t, talk_text(t, yes ? "forgotten" : "acknowledge"));
		t->out->effects |= yes ? TALK_FORGET : 0;
		return true;
	}
	turn_reply(t, say(&t->voice, "talk", "talk", yes ? "check_in_accept" : "check_in_decline", urgency_id(t->s->urgency), NULL));
	if (yes) {
		t->out->effects |= TALK_CHECK_IN_WANTED;
		t->out->n_check_ins = check_ins(t->data->tables, t->s->urgency, first, t->out->check_in_minutes, &anytime);
	}
	return true;
}

static const char *clarification(struct turn *t, bool why)
{
	const struct open *o = &t->s->open;
	const char *text = o->kind == OPEN_QUESTION
		? say(&t->voice, "questions", "questions", question_id(t->data->tables, o->question), why ? "why" : "clarify", NULL)
		: NULL;

	return text ? text : talk_text(t, why ? "why_generic" : "clarify_generic");
}

/* What could not be read: the question is put again in other words; after a few such answers it counts as "don't know". */
static void miss(struct turn *t, const char *lead)
{
	if (++t->s->open.missed <= MAX_MISSED) {
		ask_again(t, lead, true);
		return;
	}
	take_unsure(t);
	close_open(t);
	judge(t);
	if (!ask_next(t, talk_text(t, "unsure_accepted")))
		advise(t, NULL);
}

static void go_on(struct turn *t, const char *lead);

/* Reads the message as an answer. True when the turn is over. */
static bool take_answer(struct turn *t)
{
	struct answer_context c = context_of(t);
	struct answer a;

	answer_read(&c, &t->s->open, &t->s->facts, &t->u, &a);
	learn(t, &a.told, a.act == ACT_CORRECT);
	judge(t);
	if (t->s->urgency == URGENCY_EMERGENCY)
		return false;
	switch (a.act) {
	case ACT_CLARIFY:
		ask_again(t, clarification(t, a.why), false);
		return true;
	case ACT_DIGRESS: {
		const char *text = digress(t);

		turn_reply(t, text ? text : small_talk(t));
		back_to_question(t);
		return true;
	}
	case ACT_CHATTER:
		miss(t, small_talk(t) && !is_intent(t, "out_of_scope") ? small_talk(t) : talk_text(t, "not_understood"));
		return true;
	case ACT_UNSURE:
		take_unsure(t);
		close_open(t);
		return false;
	case ACT_HUMAN:
		hand_over(t);
		return true;
	case ACT_CRISIS:
		say_crisis(t);
		return true;
	case ACT_RESTART:
		start_again(t);
		return true;
	case ACT_ANSWER:
	case ACT_CORRECT:
	case ACTS:
		break;
	}
	if (a.which.n && t->s->open.kind != OPEN_WHICH) {
		open_which(t, &a.which);
		t->s->questions++;
		ask_again(t, talk_text(t, "which_lead"), false);
		return true;
	}
	if (a.which.n)
		which_unsure(t->data->tables, &a.which, &t->s->facts);
	if (a.settled)
		close_open(t);
	else if (a.act == ACT_CORRECT) {
		ask_again(t, learn_repeat(t), false);
		return true;
	}
	return false;
}

/* ---- without an open question ---- */

static bool tells_something(const struct turn *t)
{
	for (size_t i = 0; i < t->u.n_mentions; i++)
		if (t->u.mentions[i].state == STATE_PRESENT || t->u.mentions[i].state == STATE_UNCERTAIN ||
			t->u.mentions[i].state == STATE_ABSENT)
			return true;
	return false;
}

/* After the advice a message may be about something else: then nothing of the old complaint counts but the person. */
static void new_complaint(struct turn *t)
{
	struct talk_state *s = t->s, old = *s;

	state_init(s);
	memcpy(s->region, old.region, sizeof s->region);
	s->greeted = old.greeted;
	s->turn = old.turn;
	s->seen_ms = old.seen_ms;
	s->crisis = old.crisis;
	for (size_t i = 0; i < vocab_findings(tables_vocab(t->data->tables)); i++)
		if (finding_lasts(t->data->tables, (int)i) && !t->u.other_patient)
			s->facts.state[i] = old.facts.state[i];
	if (!t->u.other_patient) {
		s->facts.has_value[VALUE_AGE_YEARS] = old.facts.has_value[VALUE_AGE_YEARS];
		s->facts.value[VALUE_AGE_YEARS] = old.facts.value[VALUE_AGE_YEARS];
	}
	t->before = s->facts;
}

static void repeat_advice(struct turn *t)
{
	bool emergency = t->s->urgency == URGENCY_EMERGENCY;

	turn_reply(t, talk_text(t, emergency ? "emergency_still" : "urgent_still"));
	ask_show(t);
}

/* A message after the advice that changes nothing: thanks, a question, "is it not just a strain?" */
static void after_advice(struct turn *t)
{
	const char *text = digress(t);

	if (!text && t->u.n_about)
		text = say(&t->voice, "talk", "talk", "not_just", urgency_id(t->s->urgency), NULL);
	if (!text)
		text = small_talk(t);
	turn_reply(t, text);
	if (t->s->urgency >= URGENCY_URGENT && !is_intent(t, "thanks") && !is_intent(t, "goodbye"))
		repeat_advice(t);
	else if (!text)
		turn_reply(t, talk_text(t, "not_understood"));
	if (is_intent(t, "goodbye"))
		t->s->stage = STAGE_CLOSED;
	ask_show(t);
}

/* Nothing of a leg was told yet: a greeting, a general question. */
static void without_complaint(struct turn *t)
{
	const char *text = digress(t);

	if (!text)
		text = small_talk(t);
	turn_reply(t, text ? text : talk_text(t, "not_understood"));
	if (is_intent(t, "goodbye"))
		t->s->stage = STAGE_CLOSED;
	ask_show(t);
}

/* ---- going on ---- */

/* A screen that an all-clear needs could not be asked within the limits: the all-clear is not given. */
static void check_all_clear(struct turn *t)
{
	int screens[SCREENS_MAX], open[QUESTION_MAX_FINDINGS];
	size_t n = screens_required(t->data->tables, &t->s->facts, screens);

	if (t->s->urgency != URGENCY_SELF_CARE)
		return;
	for (size_t i = 0; i < n; i++)
		if (!t->s->answered[screens[i]] && question_open(t->data->tables, screens[i], &t->s->facts, open))
			t->s->urgency = t->s->floor = URGENCY_SOON;
	t->out->decision.urgency = t->s->urgency;
}

static const char *lead_of(struct turn *t, const char *before)
{
	const char *texts[] = {before, learn_repeat(t)};

	return say_join(&t->voice, " ", texts, 2);
}

static void go_on(struct turn *t, const char *before)
{
	if (t->s->urgency == URGENCY_EMERGENCY) {
		advise_emergency(t);
		ask_show(t);
		return;
	}
	if (t->s->open.kind == OPEN_WHICH) {
		t->s->questions++;
		ask_again(t, talk_text(t, "which_lead"), false);
		return;
	}
	const char *lead = lead_of(t, before);
	if (t->s->urgency > URGENCY_NONE && ask_next(t, lead))
		return;
	if (t->s->urgency == URGENCY_NONE) {
		without_complaint(t);
		return;
	}
	check_all_clear(t);
	advise(t, lead);
}

/* The first contact: who this is, once, and never before a danger. */
static const char *first_contact(struct turn *t)
{
	if (t->s->greeted || t->s->urgency == URGENCY_EMERGENCY)
		return NULL;
	t->s->greeted = true;
	return talk_text(t, "first_contact");
}

static void hear_statement(struct turn *t)
{
	bool advised = t->s->stage != STAGE_ASKING, tells = tells_something(t);
	enum urgency before = t->s->urgency;

	if (advised && tells && (ruleset_says(t->data->rules, &t->u, "new_complaint") || t->u.other_patient != t->s->they))
		new_complaint(t);
	t->s->they = tells ? t->u.other_patient || (t->s->they && advised) : t->s->they;
	t->voice.they = t->s->they;
	learn(t, &t->u.facts, t->u.correction);
	judge(t);
	turn_reply(t, first_contact(t));
	if (!tells || (t->s->stage != STAGE_ASKING && t->s->urgency == before && !t->corrected)) {
		if (t->s->stage != STAGE_ASKING)
			after_advice(t);
		else if (t->s->urgency > URGENCY_NONE)
			go_on(t, digress(t));
		else
			without_complaint(t);
		return;
	}
	const char *own = strncmp(intent_of(t), "ask_", 4) == 0 ? digress(t) : NULL;
	if (t->s->urgency < URGENCY_EMERGENCY)
		turn_reply(t, own);
	go_on(t, NULL);
}

static void hear(struct turn *t)
{
	bool asked = t->s->open.kind == OPEN_QUESTION || t->s->open.kind == OPEN_WHICH || t->s->open.kind == OPEN_FINDING;

	if (first_things(t) || take_offer(t))
		return;
	if (t->in->kind == TALK_CHOOSE) {
		if (!take_picks(t)) {
			aside(t, "stale_choice");
			return;
		}
		judge(t);
		go_on(t, NULL);
		return;
	}
	if (!asked) {
		hear_statement(t);
		return;
	}
	if (is_intent(t, "help") || is_intent(t, "privacy")) {
		aside(t, intent_of(t));
		return;
	}
	if (!take_answer(t))
		go_on(t, NULL);
}

static void check_in(struct turn *t)
{
	turn_reply(t, say(&t->voice, "talk", "talk", "check_in_ask", urgency_id(t->s->urgency), NULL));
	ask_show(t);
}

static const struct place *place_of(const struct turn *t)
{
	const struct place *p = *t->s->region ? place_find(t->data->tables, t->s->region) : NULL;

	if (!p && t->in->region)
		p = place_find(t->data->tables, t->in->region);
	return p ? p : place_unknown(t->data->tables);
}

void talk_turn(const struct talk_data *d, struct talk_state *s, const struct talk_in *in, struct arena *arena,
	struct talk_out *out)
{
	struct turn *t = arena_alloc(arena, 1, sizeof *t);

	memset(out, 0, sizeof *out);
	*t = (struct turn){.data = d, .in = in, .s = s, .arena = arena, .out = out, .before = s->facts};
	s->turn++;
	t->voice = (struct voice){.responses = d->responses, .tables = d->tables, .place = place_of(t), .arena = arena,
		.they = s->they, .turn = s->turn};
	understand(d->rules, in->text ? in->text : "", in->kind == TALK_SAY ? in->len : 0, in->today, arena, &t->u);
	judge(t);
	if (in->kind == TALK_CHECK_IN)
		check_in(t);
	else
		hear(t);
	if (!out->n_replies) /* never silent, whatever happened */
		turn_reply(t, talk_text(t, "failed"));
	s->seen_ms = in->now_ms;
	/* A crisis is an emergency of its own; it says nothing of the leg, so the talk about that goes on where it was. */
	out->decision.urgency = out->effects & TALK_CRISIS ? URGENCY_EMERGENCY : s->urgency;
}
