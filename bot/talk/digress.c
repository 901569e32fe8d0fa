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
static const char *part_for(const char *intent)
{
	static const struct {
		const char *intent, *part;
	} parts[] = {{"ask_condition", "what"}, {"ask_causes", "causes"}, {"ask_treatment", "care"}, {"ask_prevention", "prevent"},
		{"ask_return_to_activity", "back"}};

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (strcmp(parts[i].intent, intent) == 0)
			return parts[i].part;
	return "what";
}

static const char *condition_page(struct turn *t, int condition, const char *intent)
{
	const char *id = vocab_condition_id(tables_vocab(t->data->tables), condition), *part = part_for(intent);
	bool what = strcmp(part, "what") == 0;
	const char *texts[] = {say(&t->voice, "conditions", "conditions", id, part, NULL),
		say(&t->voice, "conditions", "conditions", id, what ? "signs" : "see", NULL)};

	return say_join(&t->voice, " ", texts, 2);
}

/* "Can I massage it?": judged by what is known of this person. */
static const char *tip_answer(struct turn *t, int tip)
{
	static const char *const verdicts[] = {
		[TIP_FINE] = "fine",
		[TIP_FORBIDDEN] = "forbidden",
		[TIP_NOT_FOR_THIS] = "not_for_this",
		[TIP_LATER] = "later",
		[TIP_AFTER_REVIEW] = "after_review",
		[TIP_ASK_FIRST] = "ask_first",
	};
	struct talk_state *s = t->s;
	const char *id = tip_id(t->data->tables, tip);
	struct tip_reason why;
	enum tip_verdict verdict = tip_check(t->data->tables, &s->facts, &t->out->decision, tip, false, &why);

	if (verdict == TIP_ASK_FIRST && why.question >= 0 && s->answered[why.question])
		verdict = tip_check(t->data->tables, &s->facts, &t->out->decision, tip, true, &why);

	bool known = s->urgency > URGENCY_NONE;
	if (verdict == TIP_FORBIDDEN)
		s->avoided[tip] = true;
	say_clear(&t->voice);
	say_var(&t->voice, "tip", say(&t->voice, "tips", "tips", id, "name", NULL));
	const char *texts[] = {
		verdict == TIP_FORBIDDEN ? say(&t->voice, "tips", "tips", id, "avoid", NULL)
			: known ? say(&t->voice, "tips", "check", verdicts[verdict], NULL) : NULL,
		verdict == TIP_FINE || !known ? say(&t->voice, "tips", "tips", id, "more", NULL) : NULL};
	say_clear(&t->voice);
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

const char *digress(struct turn *t)
{
	const char *intent = vocab_intent_id(tables_vocab(t->data->tables), t->u.intent);
	const char *texts[MAX_PARTS] = {0};
	size_t n = 0;
	bool about_condition = strncmp(intent, "ask_", 4) == 0 && strcmp(intent, "ask_treatment") != 0;

	if ((texts[0] = versus(t)))
		return texts[0];
	for (size_t i = 0; about_condition && i < t->u.n_about && n < MAX_PARTS; i++)
		if ((texts[n] = condition_page(t, t->u.about[i], intent)))
			n++;
	for (size_t i = 0; i < t->u.n_topics && n < MAX_PARTS && !(about_condition && n); i++)
		if ((texts[n] = topic_answer(t, t->u.topics[i])))
			n++;
	for (size_t i = 0; !n && i < t->u.n_about && n < MAX_PARTS; i++)
		if ((texts[n] = condition_page(t, t->u.about[i], intent)))
			n++;
	if (!n && (texts[0] = if_it_happens(t)))
		n++;
	if (!n && (texts[0] = general(t, intent)))
		n++;
	return say_join(&t->voice, "\n", texts, n);
}
