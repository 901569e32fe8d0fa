/* probe.c - every rule is reached. */
#include "talk/probe.h"

#include <stdlib.h>
#include <string.h>

#include "talk/probe_person.h"
#include "talk/turn.h"
#include "triage/witness.h"
#include "util/err.h"

/* All that is not there is denied. */
static struct facts whole_truth(const struct talk_data *d, const struct facts *there)
{
	struct facts truth = *there;

	for (size_t i = 0; i < vocab_findings(tables_vocab(d->tables)); i++)
		if (truth.state[i] != STATE_PRESENT)
			truth.state[i] = STATE_ABSENT;
	return truth;
}

static bool is_unreached(const struct talk_data *d, const struct facts *there)
{
	const struct vocab *v = tables_vocab(d->tables);

	for (int i = 0; i < (int)vocab_findings(v); i++) {
		int kind = vocab_value_kind(v, i);
		bool told = kind < 0 ? there->state[i] == STATE_PRESENT : there->has_value[kind];

		if (told && unreached_finding(d->tables, i))
			return true;
	}
	return false;
}

static void open_with(struct probe *k, const char *opening)
{
	struct talk_in in = {.kind = TALK_SAY, .text = opening, .len = strlen(opening)};

	probe_step(k, &in);
}

/* The person begins with what the opening tells, and with the numbers, which nobody taps. */
static void meet_person(const struct talk_data *d, const struct facts *base, int rule, const struct facts *there,
	struct problems *problems)
{
	struct facts truth = whole_truth(d, there), told = *base;
	enum urgency wanted = decide_urgency(d->tables, &truth);
	struct talk_in in = {.kind = TALK_TELL, .told = &told};
	struct probe k;

	memcpy(told.has_value, there->has_value, sizeof told.has_value);
	memcpy(told.value, there->value, sizeof told.value);
	probe_begin(&k, d, problems);
	probe_step(&k, &in);
	for (int i = 0; i < MOST_TURNS && person_truthful(d, &k.s, &truth, &in); i++)
		probe_step(&k, &in);
	if (k.s.stage == STAGE_ASKING || k.s.urgency < wanted)
		problems_add(problems, rule_file(d->tables, rule), rule_line(d->tables, rule), 1,
			"%s: a person with \"%s\" who answers truthfully ends at %s after %d questions, not at %s",
			rule_id(d->tables, rule), facts_words(d->tables, there, false, k.arena), urgency_id(k.s.urgency),
			k.s.questions, urgency_id(wanted));
	probe_end(&k);
}

/* What the opening tells. */
static struct facts opening_facts(const struct talk_data *d, const char *opening)
{
	struct facts hurts = {0};
	int complaint = turn_complaint(d->tables);
	struct probe k;
	struct problems none;

	if (complaint >= 0)
		hurts.state[complaint] = STATE_PRESENT;
	if (!opening)
		return hurts;

	problems_init(&none);
	probe_begin(&k, d, &none);
	open_with(&k, opening);
	struct facts facts = k.s.facts;
	probe_end(&k);
	problems_done(&none);
	return facts;
}

size_t probe_rules(const struct talk_data *d, const char *opening, struct problems *problems)
{
	struct facts base = opening_facts(d, opening), *there = calloc(WITNESS_MAX, sizeof *there);
	size_t tried = 0;

	for (int rule = 0; there && rule < (int)tables_rules(d->tables); rule++) {
		if (rule_urgency(d->tables, rule) < URGENCY_URGENT || unreached_rule(d->tables, rule))
			continue;
		size_t n = witnesses(d->tables, rule, &base, there);
		if (!n)
			problems_add(problems, rule_file(d->tables, rule), rule_line(d->tables, rule), 1,
				"%s: nobody who begins with \"%s\" can have its findings", rule_id(d->tables, rule),
				opening ? opening : "it hurts");
		for (size_t i = 0; i < n; i++)
			if (!is_unreached(d, &there[i])) {
				meet_person(d, &base, rule, &there[i], problems);
				tried++;
			}
	}
	free(there);
	return tried;
}
