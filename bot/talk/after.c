/* after.c - after the advice: thanks, doubts, questions, corrections, something else. */
#include <string.h>

#include "rules/ruleset.h"
#include "talk/responses.h"
#include "talk/turn.h"
#include "triage/triage.h"
#include "util/yaml.h"

/* ---- another complaint ---- */

static bool tells_symptom(const struct turn *t)
{
	struct facts alone = t->u.facts;

	return decide_urgency(t->data->tables, &alone) > URGENCY_NONE;
}

/* It was about somebody else, and now it is the writer's own leg. */
static bool is_own_now(const struct turn *t)
{
	return t->s->they && t->s->stage != STAGE_ASKING && !turn_other_patient(t) && turn_says(t, "own_leg");
}

/* "My wife wants to ask about her leg": of whom nothing is told yet. */
static bool is_other_person(const struct turn *t)
{
	return turn_other_patient(t) || (turn_says(t, "new_person") && !turn_says(t, "own_leg"));
}

/* Another person, or words that say so. Out of an emergency only the first leads. */
static bool is_new(const struct turn *t)
{
	bool other = (is_other_person(t) && !t->s->they) || is_own_now(t);

	if (t->s->stage == STAGE_ASKING)
		return other && turn_knows_complaint(t) && tells_symptom(t);
	if (other && turn_knows_complaint(t) && turn_says(t, "new_person"))
		return true;
	return turn_knows_complaint(t) && tells_symptom(t) &&
		(other || (t->s->urgency < URGENCY_EMERGENCY && turn_says(t, "new_complaint")));
}

/* What was advised before still holds. */
static const char *still_words(struct turn *t, enum urgency before)
{
	if (before < URGENCY_URGENT)
		return NULL;
	return turn_text(t, before == URGENCY_EMERGENCY ? "emergency_still" : "urgent_still");
}

bool after_new_complaint(struct turn *t)
{
	struct talk_state *s = t->s, old = *s;
	bool own = is_own_now(t), keep = !is_other_person(t) && !own;

	if (!is_new(t))
		return false;
	state_init(s);
	memcpy(s->region, old.region, sizeof s->region);
	s->greeted = old.greeted;
	s->turn = old.turn;
	s->said = old.said;
	s->seen_ms = old.seen_ms;
	s->crisis = old.crisis;
	for (int i = 0; i < (int)vocab_findings(tables_vocab(t->data->tables)); i++)
		if (keep && finding_lasts(t->data->tables, i))
			s->facts.state[i] = old.facts.state[i];
	s->they = !keep && !own;
	if (keep) {
		s->they = old.they;
		s->facts.has_value[VALUE_AGE_YEARS] = old.facts.has_value[VALUE_AGE_YEARS];
		s->facts.value[VALUE_AGE_YEARS] = old.facts.value[VALUE_AGE_YEARS];
	}
	const char *opening[] = {turn_text(t, keep || own ? "new_complaint" : "new_person"), still_words(t, old.urgency)};
	t->opening = say_join(&t->voice, " ", opening, 2);
	t->before = s->facts;
	t->was = URGENCY_NONE;
	t->stage_was = STAGE_ASKING;
	return true;
}

/* ---- the same complaint ---- */

static bool anything_changed(const struct turn *t)
{
	return memcmp(&t->before, &t->s->facts, sizeof t->before) != 0;
}

static const char *what_to_say(struct turn *t)
{
	int rules[ADVISE_MAX_RULES];
	const char *own = advise_rules(t, rules) ? advise_rule_words(t, rules[0], "say") : NULL;

	return say_join(&t->voice, " ", (const char *[]){own, turn_fresh(t, "summary_offer")}, 2);
}

/* The words for a kind of question about the way to help. Before the advice there is less to say, most where it is for
 * today already. NULL when the level has no words of its own. */
static const char *way_words(struct turn *t, const char *kind)
{
	bool advised = t->s->advised != URGENCY_NONE || t->s->urgency == URGENCY_EMERGENCY;
	const char *level = advised ? urgency_id(t->s->urgency) : "asking", *text = NULL;

	if (!advised && t->s->urgency == URGENCY_URGENT)
		text = say(&t->voice, "talk", "talk", "way", kind, "asking_urgent", NULL);
	return text ? text : say(&t->voice, "talk", "talk", "way", kind, level, NULL);
}

/* The place that the advice named, so that a second answer never sends lower. */
static const char *where_told(struct turn *t)
{
	bool named = t->s->advised == URGENCY_URGENT || t->s->advised == URGENCY_SOON;
	int rules[ADVISE_MAX_RULES];
	const char *own = named && advise_rules(t, rules) ? advise_rule_words(t, rules[0], "where") : NULL;

	return own || !named ? own : advise_level_words(t, "where");
}

/* "What do I do while I wait?": what was advised, once more. */
static const char *what_now(struct turn *t)
{
	int rules[ADVISE_MAX_RULES];

	if (t->s->urgency < URGENCY_EMERGENCY && (t->s->advised == URGENCY_NONE || !advise_rules(t, rules)))
		return way_words(t, "now");
	if (!advise_rules(t, rules))
		return NULL;
	return say_join(&t->voice, " ",
		(const char *[]){advise_rule_words(t, rules[0], "do_now"), advise_rule_words(t, rules[0], "do_not")},
		2);
}

/* "Where do I go?", "can I drive?": the kinds are those of the wording, the first that is heard counts. NULL when it is
 * none, or the level has no words of its own. */
static const char *asked_of_way(struct turn *t)
{
	const struct yaml *kinds = responses_at(t->data->responses, "talk", "talk", "way", NULL);

	for (size_t i = 0; kinds && i < kinds->n; i++) {
		const char *kind = kinds->keys[i]->text;

		if (!turn_says_of(t, "way", kind))
			continue;
		return say_join(&t->voice, " ",
			(const char *[]){strcmp(kind, "where") ? NULL : where_told(t), way_words(t, kind)}, 2);
	}
	return NULL;
}

const char *after_seen(struct turn *t)
{
	return turn_says_of(t, "way", "doctor_said") ? way_words(t, "doctor_said") : NULL;
}

/* The same before anything was advised: an answer for now, and the open question comes back after it. */
const char *after_asked_early(struct turn *t)
{
	if (t->s->advised != URGENCY_NONE || !turn_knows_complaint(t))
		return NULL;
	return turn_says(t, "what_now") ? what_now(t) : asked_of_way(t);
}

/* "They're coming", "I'm there": in an emergency nobody is told to call any more, but once what to do until then. */
static const char *on_the_way(struct turn *t)
{
	bool helped = t->s->helped;
	const char *arrived = turn_says_of(t, "way", "arrived") ? way_words(t, "arrived") : NULL;

	t->s->helped |= t->s->urgency == URGENCY_EMERGENCY;
	if (arrived || t->s->urgency < URGENCY_EMERGENCY)
		return arrived ? arrived : turn_text(t, "on_the_way");
	return say_join(&t->voice, " ",
		(const char *[]){turn_text(t, "help_is_coming"), helped ? NULL : what_now(t)}, 2);
}

/* What goes before whatever else the message may be taken for. */
static const char *way_before_all(struct turn *t)
{
	static const char *const kinds[] = {"not_awake", "doctor_said"};
	const char *text = NULL;

	for (size_t i = 0; !text && i < sizeof kinds / sizeof *kinds; i++)
		text = turn_says_of(t, "way", kinds[i]) ? way_words(t, kinds[i]) : NULL;
	return text;
}

/* What a person says about the way to help; NULL when it is something else. */
const char *after_way(struct turn *t)
{
	const char *first = way_before_all(t);

	if (first)
		return first;
	if (turn_says(t, "cannot_reach"))
		return turn_text_by_urgency(t, "cannot_reach");
	if (turn_says(t, "refuses"))
		return turn_text_by_urgency(t, "refuses");
	if (turn_says(t, "on_the_way") || turn_says_of(t, "way", "arrived"))
		return on_the_way(t);
	if (turn_says(t, "seen"))
		return turn_text(t, "check_in_seen");
	if (turn_says(t, "what_to_say"))
		return what_to_say(t);
	if (turn_says(t, "what_now"))
		return what_now(t);
	if (turn_says(t, "summary"))
		return summary_words(t);
	return t->u.n_about && turn_says(t, "not_just") ? NULL : asked_of_way(t);
}

/* The answer to a question of the person's own. Sport and care are no reason to let the day pass. */
static void answer_question(struct turn *t, const char *text)
{
	bool care = turn_is(t, "ask_treatment") || turn_is(t, "ask_return_to_activity");

	turn_reply(t, text);
	if (t->s->urgency >= URGENCY_URGENT && care)
		turn_reply(t, turn_fresh(t, "urgent_still"));
}

static const char *not_just(struct turn *t)
{
	return t->u.n_about && turn_says(t, "not_just") ? turn_text_by_urgency(t, "not_just") : NULL;
}

/* It was told before, or changes nothing. */
static const char *nothing_new(struct turn *t)
{
	const char *repeat = anything_changed(t) ? learn_repeat(t, "understood") : NULL;
	bool told = false;

	for (size_t i = 0; i < t->u.n_mentions; i++)
		told |= t->u.mentions[i].state >= STATE_ABSENT;
	if (!told)
		return NULL;
	struct facts alone = t->u.facts;
	bool in_emergency = t->s->urgency == URGENCY_EMERGENCY && repeat &&
		decide_urgency(t->data->tables, &alone) >= URGENCY_SOON;
	const char *still = in_emergency ? turn_text(t, "emergency_told") : say(&t->voice, "urgency", "same_still", NULL);

	return say_join(&t->voice, " ", (const char *[]){ask_feeling(t), repeat, still}, 3);
}

/* An answer to a question of the person's own. What is said of legs at large ("lie the way that hurts least") may be wrong
 * here: then it is what was advised that is said. */
static const char *digress_in_emergency(struct turn *t)
{
	bool care = turn_is(t, "ask_treatment") || turn_is(t, "ask_return_to_activity") || turn_is(t, "ask_prevention");

	if (digress_is_tip(t) || t->u.n_about || !(care || turn_says(t, "question")))
		return digress(t);
	return care ? what_now(t) : NULL;
}

/* The call comes first; then what was said to it. */
void after_emergency(struct turn *t)
{
	const char *way = after_way(t), *own = way ? way : not_just(t);

	if (!own)
		own = digress_in_emergency(t);
	if (!own)
		own = t->corrected ? learn_repeat(t, "corrected") : nothing_new(t);
	if (!own && turn_is(t, "thanks"))
		own = turn_text(t, "thanks");
	if (!way || turn_says(t, "summary"))
		turn_reply(t, turn_text(t, t->s->helped ? "emergency_helped" : "emergency_still"));
	turn_reply(t, own);
	advise_mark_avoided(t);
	t->s->stage = STAGE_ADVISED;
}

/* Higher, or lower by a correction: what is left to ask, then the new advice. */
static bool advise_anew(struct turn *t)
{
	if (t->s->urgency <= t->was && !(t->corrected && anything_changed(t) && t->s->urgency < t->was))
		return false;
	turn_go_on(t);
	return true;
}

/* Told before, denied now, and no word of a mistake: the more serious stands, and that is said. */
static const char *clash_words(struct turn *t)
{
	const struct yaml *names = responses_at(t->data->responses, "findings", "findings", NULL);
	const char *id = t->clash < 0 ? NULL : vocab_finding_id(tables_vocab(t->data->tables), t->clash);
	const char *name = id ? say_node(&t->voice, yaml_get(yaml_get(names, id), "name")) : NULL;

	return name
		? say_with(&t->voice, "findings", name, responses_at(t->data->responses, "talk", "talk", "clash", NULL))
		: NULL;
}

static const char *any_reply(struct turn *t)
{
	const char *text = after_way(t);

	if (!text)
		text = not_just(t);
	if (!text)
		text = clash_words(t);
	if (!text && t->corrected)
		text = learn_repeat(t, "corrected");
	if (!text)
		text = digress_unknown(t);
	if (!text && turn_says(t, "better") && !turn_says(t, "worse") && t->s->urgency <= URGENCY_SELF_CARE)
		text = turn_text(t, "check_in_better");
	if (!text)
		text = nothing_new(t);
	if (!text)
		text = command_small_talk(t);
	if (!text && (turn_is(t, "affirm") || turn_is(t, "deny") || turn_is(t, "unsure")))
		text = turn_text(t, "after_advice_anything_else");
	return text;
}

void after_advice(struct turn *t)
{
	const char *own;

	if (advise_anew(t))
		return;

	bool way = (asked_of_way(t) || turn_says(t, "cannot_reach")) && !turn_says(t, "not_just");

	if (!way && !turn_says(t, "summary") && !turn_says(t, "not_just") && (own = digress(t))) {
		answer_question(t, own);
		return;
	}
	own = any_reply(t);
	turn_reply(t, own ? own : turn_text(t, "not_understood"));
}
