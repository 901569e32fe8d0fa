/* digress.c - questions of the person's own: what is X, can I do Y, when may I Z. */
#include <stdio.h>
#include <string.h>

#include "rules/vocab.h"
#include "talk/responses.h"
#include "talk/turn.h"
#include "triage/tips.h"
#include "util/arena.h"
#include "util/yaml.h"

enum { MAX_PARTS = 2 };

/* "What is the difference between X and Y?" */
static const char *versus(struct turn *t)
{
	const struct yaml *list = responses_at(t->data->responses, "conditions", "versus", NULL);
	const struct vocab *v = tables_vocab(t->data->tables);

	for (size_t i = 0; list && t->u.n_about >= 2 && i < list->n; i++) {
		const struct yaml *pair = yaml_get(list->items[i], "pair");
		bool both = pair && pair->n == 2;

		for (size_t k = 0; both && k < 2; k++) {
			int condition = vocab_condition(v, pair->items[k]->text);

			both = t->u.about[0] == condition || t->u.about[1] == condition;
		}
		if (both)
			return say_node(&t->voice, yaml_get(list->items[i], "text"));
	}
	return NULL;
}

/* The part of a condition's page that the intent asks for. */
static const char *part_for(const struct turn *t, const char *intent)
{
	static const struct {
		const char *intent, *part;
	} parts[] = {{"ask_condition", "what"}, {"ask_causes", "causes"}, {"ask_treatment", "care"},
		{"ask_prevention", "prevent"}, {"ask_return_to_activity", "back"}};

	for (size_t i = 0; i < t->u.n_topics; i++)
		if (strcmp(t->u.topics[i], "how_long") == 0)
			return "back";
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (strcmp(parts[i].intent, intent) == 0)
			return parts[i].part;
	return "what";
}

static const char *condition_page(struct turn *t, int condition, const char *intent)
{
	const char *id = vocab_condition_id(tables_vocab(t->data->tables), condition), *part = part_for(t, intent);
	bool what = strcmp(part, "what") == 0;
	const char *texts[] = {say(&t->voice, "conditions", "conditions", id, part, NULL),
		say(&t->voice, "conditions", "conditions", id, what ? "signs" : "see", NULL)};

	return say_join(&t->voice, " ", texts, 2);
}

/* ---- "can I massage it?": judged by what is known of this person ---- */

static enum tip_verdict judge_tip(struct turn *t, int tip, struct tip_reason *why)
{
	const struct decision *d = &t->out->decision;
	struct tip_reason reason;
	enum tip_verdict verdict = tip_check(t->data->tables, &t->s->facts, d, tip, false, &reason);

	if (verdict == TIP_ASK_FIRST && reason.question >= 0 && t->s->answered[reason.question])
		verdict = tip_check(t->data->tables, &t->s->facts, d, tip, true, &reason);
	if (why)
		*why = reason;
	return verdict;
}

static const char *verdict_words(struct turn *t, int tip, enum tip_verdict verdict)
{
	static const char *const keys[] = {
		[TIP_FINE] = "fine",
		[TIP_FORBIDDEN] = "forbidden",
		[TIP_NOT_FOR_THIS] = "not_for_this",
		[TIP_LATER] = "later",
		[TIP_AFTER_REVIEW] = "after_review",
		[TIP_ASK_FIRST] = "unclear",
	};
	const struct yaml *words = responses_at(t->data->responses, "tips", "tips", tip_id(t->data->tables, tip), NULL);

	enum tip_kind kind = tip_kind(t->data->tables, tip);

	if (verdict == TIP_FORBIDDEN)
		return say_node(&t->voice, yaml_get(words, "avoid"));
	if (kind == TIP_EXPLAIN || kind == TIP_ROUTE) /* explained, neither allowed nor advised */
		return say_node(&t->voice, yaml_get(words, "more"));
	bool known = turn_knows_complaint(t);
	const struct yaml *own = known && verdict == TIP_NOT_FOR_THIS ? yaml_get(words, keys[verdict]) : NULL;
	const char *check = say_with(&t->voice, "tip", responses_text(yaml_get(words, "name"), t->s->they, 0),
		own ? own : responses_at(t->data->responses, "tips", "check", known ? keys[verdict] : "unknown", NULL));
	const char *texts[] = {
		check, verdict == TIP_FINE || !known ? say_node(&t->voice, yaml_get(words, "more")) : NULL};

	return say_join(&t->voice, " ", texts, 2);
}

/* Says it, and remembers what was said. */
static const char *tip_words(struct turn *t, int tip, enum tip_verdict verdict)
{
	bool given = verdict == TIP_FINE && turn_knows_complaint(t) && tip_kind(t->data->tables, tip) != TIP_EXPLAIN;

	if (given || verdict == TIP_FORBIDDEN) {
		t->s->tips[tip] = given;
		t->s->avoided[tip] = !given;
	}
	return verdict_words(t, tip, verdict);
}

/* Before the dangers are ruled out nothing is allowed; what is forbidden can be said at once. */
static const char *tip_answer(struct turn *t, int tip)
{
	struct tip_reason why;
	enum tip_verdict verdict = judge_tip(t, tip, &why);
	bool knows = turn_knows_complaint(t);

	enum tip_kind kind = tip_kind(t->data->tables, tip);
	bool waits = verdict != TIP_FORBIDDEN && kind != TIP_EXPLAIN && kind != TIP_ROUTE;

	if (knows && t->s->advised == URGENCY_NONE && waits) {
		t->s->tip = tip;
		return turn_text(t, "tip_later");
	}
	if (knows && verdict == TIP_ASK_FIRST && why.question >= 0 && choose_this(t, why.question)) {
		t->s->tip = tip;
		return say(&t->voice, "tips", "check", "ask_first", NULL);
	}
	return tip_words(t, tip, verdict);
}

const char *digress_tip(struct turn *t)
{
	int tip = t->s->tip;

	if (tip < 0)
		return NULL;
	t->s->tip = -1;
	const char *name = say(&t->voice, "tips", "tips", tip_id(t->data->tables, tip), "name", NULL);
	const char *texts[] = {
		say_with(&t->voice, "tip", name, responses_at(t->data->responses, "talk", "talk", "tip_lead", NULL)),
		tip_words(t, tip, judge_tip(t, tip, NULL))};
	return say_join(&t->voice, " ", texts, 2);
}

/* "If it swells, what then?" */
static const char *if_it_happens(struct turn *t)
{
	for (size_t i = 0; i < t->u.n_mentions; i++) {
		const struct mention *m = &t->u.mentions[i];
		const char *id = vocab_finding_id(tables_vocab(t->data->tables), m->finding);
		const char *text = m->state == STATE_HYPOTHETICAL
			? say(&t->voice, "findings", "findings", id, "if_it_happens", NULL)
			: NULL;

		if (text)
			return text;
	}
	return NULL;
}

static const char *topic_answer(struct turn *t, const char *topic)
{
	int tip = tip_number(t->data->tables, topic);

	return tip >= 0 ? tip_answer(t, tip) : say(&t->voice, "topics", "topics", topic, "answer", NULL);
}

/* The general answer to the kind of question, where it names nothing that is known. */
static const char *general(struct turn *t, const char *intent)
{
	static const struct {
		const char *intent, *topic;
	} topics[] = {{"ask_causes", "causes"}, {"ask_treatment", "treatment"}, {"ask_prevention", "prevention"},
		{"ask_return_to_activity", "return_to_activity"}};

	for (size_t i = 0; i < sizeof topics / sizeof *topics; i++)
		if (strcmp(topics[i].intent, intent) == 0)
			return say(&t->voice, "topics", "topics", topics[i].topic, "answer", NULL);
	return NULL;
}

/* "How long until I can run?" once home care or a visit was advised: for what fits best, not for every cause there is. */
static const char *way_back(struct turn *t)
{
	const struct decision *d = &t->out->decision;
	bool calm = t->s->advised == URGENCY_SELF_CARE || t->s->advised == URGENCY_SOON;
	bool wide = t->u.n_topics == 0 || (t->u.n_topics == 1 && strcmp(t->u.topics[0], "how_long") == 0);

	if (!calm || !wide || t->u.n_about || !turn_is(t, "ask_return_to_activity") || !d->n_conditions ||
		d->conditions[0].points <= 0)
		return NULL;
	return condition_page(t, d->conditions[0].condition, "ask_return_to_activity");
}

const char *digress_is_it(struct turn *t)
{
	if (!turn_says(t, "is_it"))
		return NULL;
	if (!t->u.n_about)
		return turn_says(t, "question") ? turn_text(t, "is_it_open") : NULL;
	const char *id = vocab_condition_id(tables_vocab(t->data->tables), t->u.about[0]);

	const char *key = t->s->advised == URGENCY_NONE ? "is_it" : "is_it_advised";

	return say_with(&t->voice, "condition", say(&t->voice, "conditions", "conditions", id, "short", NULL),
		responses_at(t->data->responses, "talk", "talk", key, NULL));
}

static bool was_advised(const struct turn *t, const char *topic)
{
	int tip = tip_number(t->data->tables, topic);

	return tip >= 0 && t->s->tips[tip];
}

bool digress_is_tip(const struct turn *t)
{
	for (size_t i = 0; i < t->u.n_topics; i++)
		if (tip_number(t->data->tables, t->u.topics[i]) >= 0)
			return true;
	return false;
}

/* Pages of the named conditions, or answers to the named topics: conditions first where they are what is asked about.
 */
static const char *named(struct turn *t, const char *intent)
{
	const char *texts[MAX_PARTS] = {0};
	bool conditions_first = strcmp(intent, "ask_treatment") != 0;
	size_t n = 0;

	for (size_t i = 0; conditions_first && i < t->u.n_about && n < MAX_PARTS; i++)
		if ((texts[n] = condition_page(t, t->u.about[i], intent)))
			n++;
	for (size_t i = 0; i < t->u.n_topics && !n; i++) /* "ice or heat?": first what was advised */
		if (was_advised(t, t->u.topics[i]) && (texts[n] = topic_answer(t, t->u.topics[i])))
			n++;
	for (size_t i = 0; i < t->u.n_topics && !n; i++)
		if ((texts[n] = topic_answer(t, t->u.topics[i])))
			n++;
	for (size_t i = 0; !n && i < t->u.n_about && n < MAX_PARTS; i++)
		if ((texts[n] = condition_page(t, t->u.about[i], intent)))
			n++;
	return say_join(&t->voice, "\n", texts, n);
}

static bool tells_now(const struct turn *t)
{
	for (size_t i = 0; i < t->u.n_mentions; i++)
		if (t->u.mentions[i].state >= STATE_ABSENT)
			return true;
	return false;
}

bool digress_is_general(const struct turn *t)
{
	static const char *const general_intents[] = {"ask_condition", "ask_causes", "ask_prevention"};
	bool is = false;

	for (size_t i = 0; i < sizeof general_intents / sizeof *general_intents; i++)
		is |= turn_is(t, general_intents[i]);
	is &= !turn_says(t, "own_leg") && !turn_says(t, "own") && !t->u.other_patient;
	return is &&
		decide_urgency(t->data->tables, &t->u.facts) <= URGENCY_SELF_CARE; /* a danger is never brushed aside */
}

const char *digress(struct turn *t)
{
	const char *intent = vocab_intent_id(tables_vocab(t->data->tables), t->u.intent), *text = NULL;
	bool asks = turn_asks(t);

	if (t->in->kind != TALK_SAY)
		return NULL;
	if (turn_says(t, "stop_medicine"))
		return turn_text(t, "stop_medicine");
	if (!asks && tells_now(t))
		return turn_knows_complaint(t) ? digress_is_it(t) : NULL;
	if (t->u.n_about == 1 && !digress_is_tip(t) && (text = digress_is_it(t))) /* "I think I have a clot" */
		return text;
	if (!(text = versus(t)) && !(text = way_back(t)) && (asks || turn_says(t, "question")))
		text = named(t, intent);
	if (!text && turn_is(t, "ask_prevention")) /* "how do I stop it happening" is no "what if" */
		text = general(t, intent);
	if (!text)
		text = if_it_happens(t);
	if (!text)
		text = general(t, intent);
	return text || asks || t->u.n_about ? text : digress_is_it(t); /* "is it the epidural?" */
}

const char *digress_unknown(struct turn *t)
{
	bool told = memcmp(&t->before, &t->s->facts, sizeof t->before) != 0;

	return turn_says(t, "may_i") && (!told || turn_says(t, "own_question")) ? turn_text(t, "not_known") : NULL;
}
