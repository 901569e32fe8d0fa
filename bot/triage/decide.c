/* decide.c - which rules fire, how urgent that is, and what could be behind it. */
#include <assert.h>
#include <string.h>

#include "rules/names.h"
#include "triage/tables.h"

/* The atoms that hold: `strict` is what emergency rules see, to which nothing uncertain counts. Neither is part of the
 * other, as what is uncertain may also keep something from holding. */
struct held {
	struct bits strict, lenient;
	struct bits look; /* rules that can fire */
};

static void hold(const struct tables *t, const struct facts *facts, struct held *out)
{
	struct bits more;
	atoms_hold(t->atoms, facts, false, &out->lenient);
	watch_find(&t->watch, &out->lenient, &out->look);
	out->strict = out->lenient;
	if (!memchr(facts->state, STATE_UNCERTAIN, sizeof facts->state))
		return;
	atoms_hold(t->atoms, facts, true, &out->strict);
	watch_find(&t->watch, &out->strict, &more);
	bits_add(&out->look, &more);
}

static bool fires(const struct triage_rule *r, const struct held *held)
{
	return guard_holds(&r->when, r->urgency == URGENCY_EMERGENCY ? &held->strict : &held->lenient);
}

bool rule_fires(const struct tables *t, int rule, const struct facts *facts)
{
	struct bits held;
	atoms_hold(t->atoms, facts, t->rules[rule].urgency == URGENCY_EMERGENCY, &held);
	return guard_holds(&t->rules[rule].when, &held);
}

static enum urgency without_rule(const struct tables *t, const struct held *held)
{
	return bits_has(&held->lenient, t->complaint) ? URGENCY_SELF_CARE : URGENCY_NONE;
}

/* The first rule of that urgency, from `from` on, that fires; -1: none. */
static int next_fired(const struct tables *t, enum urgency u, const struct held *held, int from)
{
	const struct bits *all = &t->rules_of[u];
	for (int i = bits_next_common(&held->look, all, from); i >= 0; i = bits_next_common(&held->look, all, i + 1))
		if (fires(&t->rules[i], held))
			return i;
	return -1;
}

enum urgency decide_urgency(const struct tables *t, const struct facts *facts)
{
	struct held held;
	hold(t, facts, &held);
	enum urgency urgency = without_rule(t, &held);
	for (enum urgency u = URGENCY_EMERGENCY; u > urgency; u--)
		if (next_fired(t, u, &held, 0) >= 0)
			return u;
	return urgency;
}

int decide_emergency_if_sure(const struct tables *t, const struct facts *facts)
{
	struct facts sure = *facts;
	struct held held, held_if_sure;
	for (int i = 0; i < FACTS_MAX; i++)
		if (sure.state[i] == STATE_UNCERTAIN && !t->calming[i])
			sure.state[i] = STATE_PRESENT;
	hold(t, facts, &held);
	hold(t, &sure, &held_if_sure);
	int rule = next_fired(t, URGENCY_EMERGENCY, &held_if_sure, 0);
	while (rule >= 0 && fires(&t->rules[rule], &held))
		rule = next_fired(t, URGENCY_EMERGENCY, &held_if_sure, rule + 1);
	return rule;
}

static void find_rules(const struct tables *t, const struct held *held, struct decision *out)
{
	for (int u = URGENCY_EMERGENCY; u >= URGENCY_NONE; u--)
		for (int i = next_fired(t, (enum urgency)u, held, 0); i >= 0;
			i = next_fired(t, (enum urgency)u, held, i + 1))
			out->why[out->n_why++] = i;
	out->urgency = out->n_why ? t->rules[out->why[0]].urgency : without_rule(t, held);
}

static void find_avoid(const struct tables *t, struct decision *out)
{
	small_set avoid = 0;
	for (size_t i = 0; i < out->n_why; i++)
		avoid |= t->rules[out->why[i]].avoid;
	for (int tip = 0; tip < TRIAGE_MAX_TIPS; tip++)
		if (avoid & small_set_of(tip))
			out->avoid[out->n_avoid++] = tip;
}

/* How strongly fired rules suspect a condition: by the urgency of the rule, then by the place among its suspects. */
struct suspicion {
	enum urgency urgency; /* URGENCY_NONE: not suspected */
	size_t place;
};

static void find_suspicions(
	const struct tables *t, const struct decision *d, struct suspicion out[TRIAGE_MAX_CONDITIONS])
{
	memset(out, 0, TRIAGE_MAX_CONDITIONS * sizeof *out);
	for (size_t i = 0; i < d->n_why; i++) {
		const struct triage_rule *r = &t->rules[d->why[i]];
		if (r->urgency < URGENCY_URGENT)
			break; /* the most serious come first */
		for (size_t place = 0; place < r->suspects.n; place++) {
			struct suspicion *s = &out[r->suspects.items[place]];
			if (r->urgency > s->urgency || (r->urgency == s->urgency && place < s->place))
				*s = (struct suspicion){r->urgency, place};
		}
	}
}

static int points_of(const struct tables *t, const struct condition *c, const struct bits *held)
{
	int points = 0;
	for (int w = 0; w < WEIGHTS; w++)
		points += t->points[w] * bits_common(&c->weights[w], held);
	return points;
}

/* True when condition `a` with its points is to be listed before `b`. */
static bool before(const struct suspicion *sa, int points_a, const struct suspicion *sb, int points_b)
{
	if (sa->urgency != sb->urgency)
		return sa->urgency > sb->urgency;
	if (sa->urgency != URGENCY_NONE && sa->place != sb->place)
		return sa->place < sb->place;
	return points_a > points_b;
}

/* Insertion keeps those that tie in the order of the vocabulary. */
static void list_condition(
	struct decision *d, const struct suspicion *suspicions, int condition, int points, double half_at)
{
	size_t i = d->n_conditions++;
	for (; i > 0; i--) {
		int other = d->conditions[i - 1].condition;
		if (!before(&suspicions[condition], points, &suspicions[other], d->conditions[i - 1].points))
			break;
		d->conditions[i] = d->conditions[i - 1];
	}
	d->conditions[i].condition = condition;
	d->conditions[i].points = points;
	d->conditions[i].score = points > 0 ? points / (points + half_at) : 0;
}

static void find_conditions(const struct tables *t, const struct held *held, struct decision *out)
{
	struct suspicion suspicions[TRIAGE_MAX_CONDITIONS];
	find_suspicions(t, out, suspicions);
	for (int i = 0; i < (int)vocab_conditions(t->vocab); i++) {
		int points = points_of(t, &t->conditions[i], &held->lenient);
		bool likely = points > 0 && bits_meet(&t->conditions[i].needs, &held->lenient);
		if (likely || suspicions[i].urgency != URGENCY_NONE)
			list_condition(out, suspicions, i, points, t->half_at);
	}
}

static void find_wells(const struct tables *t, const struct held *held, struct decision *out)
{
	out->has_wells = !bits_meet(&t->wells_not_for, &held->lenient);
	for (size_t i = 0; out->has_wells && i < t->n_wells; i++)
		if (guard_holds(&t->wells[i].when, &held->lenient))
			out->wells += t->wells[i].points;
	out->wells_likely = out->has_wells && out->wells >= t->wells_likely;
}

void decide(const struct tables *t, const struct facts *facts, struct decision *out)
{
	struct held held;
	*out = (struct decision){0};
	hold(t, facts, &held);
	find_rules(t, &held, out);
	find_avoid(t, out);
	find_conditions(t, &held, out);
	find_wells(t, &held, out);
}

int derived_number(const struct tables *t, const char *id)
{
	return atoms_derived(t->atoms, id);
}

bool derived_holds(const struct tables *t, int derived, const struct facts *facts, bool strict)
{
	struct bits held;
	atoms_hold(t->atoms, facts, strict, &held);
	return bits_has(&held, atoms_of_derived(t->atoms, derived));
}

void facts_tell(const struct tables *t, struct facts *facts, int finding, enum finding_state state)
{
	assert(finding >= 0 && finding < FACTS_MAX);
	facts->state[finding] = (uint8_t)state;
	const struct list *implied = &t->implied[finding];
	for (size_t i = 0; state == STATE_PRESENT && i < implied->n; i++)
		facts->state[implied->items[i]] = STATE_PRESENT;
}

bool finding_calms(const struct tables *t, int finding)
{
	return t->calming[finding];
}

bool finding_is_complaint(const struct tables *t, int finding)
{
	return t->complains[finding];
}

void facts_sober(const struct tables *t, struct facts *facts)
{
	for (size_t i = 0; i < FACTS_MAX; i++)
		if (facts->state[i] == STATE_UNCERTAIN && t->calming[i])
			facts->state[i] = STATE_UNKNOWN;
}

enum urgency intent_urgency(const struct tables *t, int intent)
{
	return intent >= 0 && intent < FACTS_MAX ? t->intents[intent] : URGENCY_NONE;
}

bool finding_lasts(const struct tables *t, int finding)
{
	return t->lasting[finding];
}
