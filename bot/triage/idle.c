/* idle.c - a question or a rule that does nothing is mostly a slip: a place in a row that was forgotten, a rule that was
 * meant to be more serious. */
#include "triage/idle.h"

#include <stdbool.h>

#include "rules/names.h"
#include "rules/vocab.h"
#include "triage/tables.h"
#include "util/err.h"

/* A number cannot be tapped: where it is meant, the question that asks for nothing else is put. */
static bool asks_one_value(const struct tables *t, const struct question *q)
{
	return q->asks.n == 1 && vocab_value_kind(t->vocab, q->asks.items[0]) >= 0;
}

static bool is_asked(const struct tables *t, int question)
{
	if (list_has(&t->screens, question) || list_has(&t->short_screens, question))
		return true;
	for (size_t i = 0; i < names_count(t->presentation_ids); i++)
		if (list_has(&t->presentations[i].questions, question))
			return true;
	for (size_t i = 0; i < names_count(t->tip_ids); i++)
		if (t->tips[i].asks == question)
			return true;
	return asks_one_value(t, &t->questions[question]);
}

/* So many of `wanted` are there whenever the guard holds. */
static bool demands(const struct guard *g, const struct bits *wanted, int needs)
{
	return bits_common(wanted, &g->all_of) >= needs ||
		(g->any_needs >= needs && bits_within(&g->any_of, wanted)) ||
		(g->and_any_needs >= needs && bits_within(&g->and_any_of, wanted));
}

/* Whenever `a` holds, `b` does, too: as they are written, without a look into derived findings. */
static bool implies(const struct guard *a, const struct guard *b)
{
	return bits_within(&b->all_of, &a->all_of) && bits_within(&b->none_of, &a->none_of) &&
		(!b->any_needs || demands(a, &b->any_of, b->any_needs)) &&
		(!b->and_any_needs || demands(a, &b->and_any_of, b->and_any_needs));
}

/* What waits for a question does not always fire in a talk. Of two that are the same the first one stays. */
static bool stands_in(const struct tables *t, int other, int rule)
{
	const struct triage_rule *o = &t->rules[other], *r = &t->rules[rule];
	bool waits = o->waits_for.n || o->asked_waits_for.n;

	if (other == rule || waits || o->urgency < r->urgency || !implies(&r->when, &o->when))
		return false;
	return other < rule || o->urgency > r->urgency || !implies(&o->when, &r->when);
}

static void check_rule(const struct tables *t, int rule, struct problems *problems)
{
	for (int other = 0; other < (int)tables_rules(t); other++)
		if (stands_in(t, other, rule)) {
			problems_add(problems, rule_file(t, rule), rule_line(t, rule), 1,
				"%s: never decides anything: wherever it fires, %s (%s) does as well", rule_id(t, rule), rule_id(t, other),
				urgency_id(rule_urgency(t, other)));
			return;
		}
}

void idle_check(const struct tables *t, struct problems *problems)
{
	for (int q = 0; q < (int)tables_questions(t); q++)
		if (!is_asked(t, q))
			problems_add(problems, "intents/triage/questions.yaml", t->questions[q].line, 1,
				"%s: nothing asks it; put it in a row of presentations.yaml, in the screens of dialogue.yaml or under `asks` of a tip",
				question_id(t, q));
	for (int rule = 0; rule < (int)tables_rules(t); rule++)
		check_rule(t, rule, problems);
}
