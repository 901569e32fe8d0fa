/* witness.c - the smallest sets of findings that make a rule fire. What the guard still lacks is added atom by atom,
 * each way in turn; a derived finding that is lacking hands on to what its own guard lacks. */
#include "triage/witness.h"

#include <string.h>

#include "triage/tables.h"
#include "util/arena.h"

enum { MOST_ADDED = 8 };

struct search {
	const struct tables *t;
	const struct guard *rule;
	const struct facts *base;
	struct facts *out;
	size_t n;
};

static void search(struct search *s, const struct facts *facts, int added);

/* All that `a` tells is told by `b`, too. */
static bool within(const struct facts *a, const struct facts *b)
{
	for (size_t i = 0; i < FACTS_MAX; i++)
		if (a->state[i] != STATE_UNKNOWN && a->state[i] != b->state[i])
			return false;
	for (int k = 0; k < VALUE_KINDS; k++)
		if (a->has_value[k] && (!b->has_value[k] || a->value[k] != b->value[k]))
			return false;
	return true;
}

/* Keeps the smallest only. */
static void keep(struct search *s, const struct facts *facts)
{
	size_t kept = 0;
	for (size_t i = 0; i < s->n; i++)
		if (within(&s->out[i], facts))
			return;
	for (size_t i = 0; i < s->n; i++)
		if (!within(facts, &s->out[i]))
			s->out[kept++] = s->out[i];
	s->n = kept;
	if (s->n < WITNESS_MAX)
		s->out[s->n++] = *facts;
}

static void add_finding(struct search *s, struct facts facts, int finding, enum finding_state state, int added)
{
	if (facts.state[finding] != STATE_UNKNOWN && facts.state[finding] != state)
		return; /* it was needed the other way */
	facts_tell(s->t, &facts, finding, state);
	search(s, &facts, added + 1);
}

static void add_value(struct search *s, struct facts facts, int kind, double value, int added)
{
	if (facts.has_value[kind])
		return;
	facts.has_value[kind] = true;
	facts.value[kind] = value;
	search(s, &facts, added + 1);
}

static void add_lacking(struct search *s, const struct facts *facts, const struct guard *g, int added);

static void add_atom(struct search *s, const struct facts *facts, int atom, int added)
{
	struct atom_view x = atoms_view(s->t->atoms, atom);
	switch (x.kind) {
	case ATOM_FINDING:
		add_finding(s, *facts, x.number, STATE_PRESENT, added);
		break;
	case ATOM_DENIED:
		add_finding(s, *facts, x.number, STATE_ABSENT, added);
		break;
	case ATOM_VALUE:
		add_value(s, *facts, x.number, x.value, added);
		break;
	case ATOM_DERIVED:
		add_lacking(s, facts, x.when, added);
		break;
	}
}

/* Each of the atoms that do not hold; only the first one where all are needed. */
static void add_each(struct search *s, const struct facts *facts, const struct bits *atoms, const struct bits *held,
	bool first_only, int added)
{
	for (int i = 0; i < BITS_MAX; i++)
		if (bits_has(atoms, i) && !bits_has(held, i)) {
			add_atom(s, facts, i, added);
			if (first_only)
				return;
		}
}

static void add_lacking(struct search *s, const struct facts *facts, const struct guard *g, int added)
{
	struct bits held;
	atoms_hold(s->t->atoms, facts, true, &held);
	if (!bits_within(&g->all_of, &held))
		add_each(s, facts, &g->all_of, &held, true, added);
	else if (g->any_needs && bits_common(&g->any_of, &held) < g->any_needs)
		add_each(s, facts, &g->any_of, &held, false, added);
	else if (g->and_any_needs && bits_common(&g->and_any_of, &held) < g->and_any_needs)
		add_each(s, facts, &g->and_any_of, &held, false, added);
}

static void search(struct search *s, const struct facts *facts, int added)
{
	struct bits held;
	atoms_hold(s->t->atoms, facts, true, &held);
	if (guard_holds(s->rule, &held))
		keep(s, facts);
	else if (added < MOST_ADDED && s->n < WITNESS_MAX)
		add_lacking(s, facts, s->rule, added);
}

size_t guard_witnesses(
	const struct tables *t, const struct guard *when, const struct facts *base, struct facts out[WITNESS_MAX])
{
	struct search s = {t, when, base, out, 0};
	search(&s, base, 0);
	return s.n;
}

size_t witnesses(const struct tables *t, int rule, const struct facts *base, struct facts out[WITNESS_MAX])
{
	return guard_witnesses(t, &t->rules[rule].when, base, out);
}

const char *facts_words(const struct tables *t, const struct facts *facts, bool denied, struct arena *arena)
{
	const char *words = "";
	for (int i = 0; i < (int)vocab_findings(t->vocab); i++)
		if (facts->state[i] == STATE_PRESENT || (denied && facts->state[i] == STATE_ABSENT))
			words = arena_printf(arena, "%s%s%s%s", words, *words ? " " : "",
				facts->state[i] == STATE_ABSENT ? "absent:" : "", vocab_finding_id(t->vocab, i));
	for (int k = 0; k < VALUE_KINDS; k++)
		if (facts->has_value[k])
			words = arena_printf(arena, "%s%s%s=%g", words, *words ? " " : "",
				vocab_finding_id(t->vocab, vocab_value_finding(t->vocab, (enum value_kind)k)), facts->value[k]);
	return words;
}
