/* questions.c - what an answer makes of the facts. */
#include "triage/questions.h"

#include <assert.h>
#include <string.h>

#include "rules/names.h"
#include "triage/tables.h"

size_t tables_questions(const struct tables *t)
{
	return names_count(t->question_ids);
}

int question_number(const struct tables *t, const char *id)
{
	return names_number(t->question_ids, id);
}

const char *question_id(const struct tables *t, int question)
{
	return names_id(t->question_ids, question);
}

const int *question_asks(const struct tables *t, int question, size_t *out_n)
{
	*out_n = t->questions[question].asks.n;
	return t->questions[question].asks.items;
}

bool question_is_list(const struct tables *t, int question)
{
	return t->questions[question].is_list;
}

int question_merge_with(const struct tables *t, int question)
{
	return t->questions[question].merge_with;
}

size_t question_choices(const struct tables *t, int question)
{
	return t->questions[question].n_choices;
}

int choice_number(const struct tables *t, int question, const char *id)
{
	const struct question *q = &t->questions[question];
	for (size_t i = 0; i < q->n_choices; i++)
		if (strcmp(q->choices[i].id, id) == 0)
			return (int)i;
	return -1;
}

const char *choice_id(const struct tables *t, int question, int choice)
{
	return t->questions[question].choices[choice].id;
}

const int *choice_findings(const struct tables *t, int question, int choice, size_t *out_n)
{
	const struct choice *c = &t->questions[question].choices[choice];
	const struct list *list = c->any_of.n ? &c->any_of : &c->present;
	*out_n = list->n;
	return list->items;
}

const int *choice_absent(const struct tables *t, int question, int choice, size_t *out_n)
{
	const struct choice *c = &t->questions[question].choices[choice];
	*out_n = c->absent.n;
	return c->absent.items;
}

int question_yes(const struct tables *t, int question)
{
	return t->questions[question].yes;
}

int question_no(const struct tables *t, int question)
{
	return t->questions[question].no;
}

/* A finding of the history that is told as past is known: it counts as present. */
static bool is_open(const struct tables *t, const struct facts *facts, int finding)
{
	int kind = vocab_value_kind(t->vocab, finding);
	enum finding_state state = facts->state[finding];
	if (kind >= 0 && facts->has_value[kind])
		return false;
	if (state == STATE_PAST && atoms_is_history(t->atoms, finding))
		return false;
	return state != STATE_PRESENT && state != STATE_ABSENT;
}

size_t question_open(const struct tables *t, int question, const struct facts *facts, int out[QUESTION_MAX_FINDINGS])
{
	const struct list *asks = &t->questions[question].asks;
	size_t n = 0;
	for (size_t i = 0; i < asks->n; i++)
		if (is_open(t, facts, asks->items[i]))
			out[n++] = asks->items[i];
	return n;
}

bool findings_can_raise(const struct tables *t, const struct facts *facts, const int *findings, size_t n)
{
	enum urgency now = decide_urgency(t, facts);
	for (size_t i = 0; i < n; i++) {
		struct facts then = *facts;
		facts_tell(t, &then, findings[i], STATE_PRESENT);
		if (decide_urgency(t, &then) > now)
			return true;
	}
	return false;
}

bool findings_can_calm(const struct tables *t, const struct facts *facts, const int *findings, size_t n)
{
	enum urgency now = decide_urgency(t, facts);
	for (size_t i = 0; i < n; i++) {
		struct facts then = *facts;
		then.state[findings[i]] = STATE_ABSENT;
		if (decide_urgency(t, &then) < now)
			return true;
	}
	return false;
}

static bool kept_with(const struct tables *t, const struct facts *facts, int rule, const int *findings, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct facts then = *facts;
		facts_tell(t, &then, findings[i], STATE_PRESENT);
		if (!rule_fires(t, rule, &then))
			return true;
	}
	return false;
}

bool rule_can_be_kept(const struct tables *t, const struct facts *facts, int rule)
{
	int parts[FACTS_MAX];
	size_t n = 0;
	for (int i = 0; i < FACTS_MAX; i++)
		if (bits_has(&t->rules[rule].kept_by, i) && is_open(t, facts, i))
			parts[n++] = i;
	if (!rule_fires(t, rule, facts))
		return false;
	if (kept_with(t, facts, rule, parts, n))
		return true;
	for (size_t i = 0; i + 1 < n; i++) {
		struct facts then = *facts;
		facts_tell(t, &then, parts[i], STATE_PRESENT);
		if (kept_with(t, &then, rule, parts + i + 1, n - i - 1))
			return true;
	}
	return false;
}

static void take_value(const struct choice *c, struct facts *facts)
{
	if (c->value_kind < 0 || facts->has_value[c->value_kind])
		return;
	facts->has_value[c->value_kind] = true;
	facts->value[c->value_kind] = c->value;
}

static bool values_can_raise(const struct tables *t, const struct facts *facts, const struct question *q)
{
	enum urgency now = decide_urgency(t, facts);
	for (size_t i = 0; i < q->n_choices; i++) {
		struct facts then = *facts;
		take_value(&q->choices[i], &then);
		if (decide_urgency(t, &then) > now)
			return true;
	}
	return false;
}

bool question_can_raise(const struct tables *t, const struct facts *facts, int question)
{
	int open[QUESTION_MAX_FINDINGS];
	size_t n = question_open(t, question, facts, open);
	return findings_can_raise(t, facts, open, n) || values_can_raise(t, facts, &t->questions[question]);
}

static void tell_open(const struct tables *t, struct facts *facts, const struct list *list, enum finding_state state)
{
	for (size_t i = 0; i < list->n; i++)
		if (is_open(t, facts, list->items[i]))
			facts_tell(t, facts, list->items[i], state);
}

static bool mentioned(const struct choice *c, int finding)
{
	return list_has(&c->present, finding) || list_has(&c->any_of, finding) || list_has(&c->absent, finding) ||
		list_has(&c->uncertain, finding);
}

/* Findings that no choice speaks of (a duration) are told in words only: no tick says anything of them. */
static bool can_be_ticked(const struct question *q, int finding)
{
	for (size_t i = 0; i < q->n_choices; i++)
		if (mentioned(&q->choices[i], finding))
			return true;
	return false;
}

static bool ticked(const struct question *q, const int *choices, size_t n, int finding)
{
	for (size_t i = 0; i < n; i++)
		if (mentioned(&q->choices[choices[i]], finding))
			return true;
	return false;
}

/* All that is open and in none of the choices. */
static void rest_becomes(const struct tables *t, const struct question *q, const int *choices, size_t n,
	struct facts *facts, enum finding_state state)
{
	for (size_t i = 0; i < q->asks.n; i++) {
		int finding = q->asks.items[i];
		bool calms = state == STATE_UNCERTAIN && t->calming[finding];
		if (!calms && is_open(t, facts, finding) && can_be_ticked(q, finding) &&
			!ticked(q, choices, n, finding))
			facts_tell(t, facts, finding, state);
	}
}

static void which_add(const struct tables *t, const struct facts *facts, const struct choice *c, struct which *out)
{
	for (size_t i = 0; i < c->any_of.n; i++)
		if (is_open(t, facts, c->any_of.items[i]) && out->n < QUESTION_MAX_FINDINGS)
			out->findings[out->n++] = c->any_of.items[i];
}

/* One of several is meant. With one left open, or where all weigh the same, that is clear enough. A value cannot be
 * set by a tick and is asked for. */
static void take_any_of(const struct tables *t, const struct choice *c, struct facts *facts, struct which *out)
{
	struct which open = {.n = 0};
	which_add(t, facts, c, &open);
	bool clear = open.n > 0 && (c->whole || open.n == 1) && vocab_value_kind(t->vocab, open.findings[0]) < 0;
	if (clear)
		facts_tell(t, facts, open.findings[0], STATE_PRESENT);
	else
		which_add(t, facts, c, out);
}

void question_answer(
	const struct tables *t, int question, const int *choices, size_t n, struct facts *facts, struct which *out)
{
	const struct question *q = &t->questions[question];
	out->n = 0;
	for (size_t i = 0; i < n;
		i++) { /* first all that is present: of two choices that clash the more serious stands */
		const struct choice *c = &q->choices[choices[i]];
		tell_open(t, facts, &c->present, STATE_PRESENT);
		tell_open(t, facts, &c->also, STATE_PRESENT);
		take_any_of(t, c, facts, out);
		take_value(c, facts);
	}
	for (size_t i = 0; i < n; i++) {
		const struct choice *c = &q->choices[choices[i]];
		tell_open(t, facts, &c->uncertain, STATE_UNCERTAIN);
		tell_open(t, facts, &c->absent, STATE_ABSENT);
		if (c->uncertain_rest)
			rest_becomes(t, q, choices, n, facts, STATE_UNCERTAIN);
		if (c->absent_rest || (q->is_list && n > 0))
			rest_becomes(t, q, choices, n, facts, STATE_ABSENT);
	}
}

void question_none(const struct tables *t, int question, struct facts *facts)
{
	rest_becomes(t, &t->questions[question], NULL, 0, facts, STATE_ABSENT);
}

void question_unsure(const struct tables *t, int question, struct facts *facts)
{
	rest_becomes(t, &t->questions[question], NULL, 0, facts, STATE_UNCERTAIN);
}

void which_answer(const struct tables *t, const struct which *which, const int *findings, size_t n, struct facts *facts)
{
	const struct list meant = {(int *)findings, n};
	for (size_t i = 0; i < which->n; i++) {
		int finding = which->findings[i];
		bool is_meant = list_has(&meant, finding);
		if (!is_open(t, facts, finding) || (is_meant && vocab_value_kind(t->vocab, finding) >= 0))
			continue;
		facts_tell(t, facts, finding, is_meant ? STATE_PRESENT : STATE_ABSENT);
	}
}

void which_unsure(const struct tables *t, const struct which *which, struct facts *facts)
{
	int most = -1;
	enum urgency worst = URGENCY_NONE;
	for (size_t i = 0; i < which->n; i++) {
		struct facts then = *facts;
		if (!is_open(t, facts, which->findings[i]) || t->calming[which->findings[i]])
			continue;
		facts_tell(t, &then, which->findings[i], STATE_PRESENT);
		enum urgency urgency = decide_urgency(t, &then);
		if (most < 0 || urgency > worst) {
			most = which->findings[i];
			worst = urgency;
		}
	}
	if (most >= 0)
		facts_tell(t, facts, most, STATE_UNCERTAIN);
}
