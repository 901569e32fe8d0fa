/* floor_people.c - how urgent people are by floor.yaml and by the tables: for each line of the floor the people who have just
 * what it names, and each of them with one thing more that keeps any rule from firing; for each red flag the people who have just
 * what it names. */
#include <stdlib.h>
#include <string.h>

#include "triage/floor_parts.h"
#include "triage/witness.h"
#include "util/err.h"
#include "util/mem.h"

struct people {
	struct floor *f;
	const struct floor_line *line; /* whose people these are */
	const struct facts *person; /* of the line, with nothing told besides */
	struct extras extras;
	struct bits spoken_of; /* findings behind the names of the floor */
	bool loud[TRIAGE_MAX_RULES]; /* by rule of the tables: nothing silences it */
	bool told; /* of this line: one complaint is enough */
	size_t tried;
};

static const struct floor_line *line_of(const struct floor *f, const struct facts *facts)
{
	const struct floor_line *most = NULL;
	struct bits held;
	atoms_hold(f->own->atoms, facts, true, &held);
	for (size_t i = 0; i < f->n_lines; i++)
		if ((!most || f->lines[i].urgency > most->urgency) && guard_holds(&f->lines[i].when, &held))
			most = &f->lines[i];
	return most;
}

static struct bits present_in(const struct facts *facts)
{
	struct bits has = {{0}};
	for (int i = 0; i < FACTS_MAX; i++)
		if (facts->state[i] == STATE_PRESENT)
			bits_set(&has, i);
	return has;
}

/* The findings that a guard names itself. */
static struct bits findings_of(const struct guard *g)
{
	struct bits all = {{0}};
	for (int i = 0; i < FACTS_MAX; i++)
		if (bits_has(&g->all_of, i) || bits_has(&g->any_of, i) || bits_has(&g->and_any_of, i))
			bits_set(&all, i);
	return all;
}

/* The rule that has most in common with the line and the person: most likely the one that was changed. */
static int nearest_rule(const struct tables *t, const struct floor_line *line, const struct facts *facts)
{
	struct bits wanted = findings_of(&line->when), has = present_in(facts);
	int nearest = -1;
	double best = -1;
	for (int i = 0; i < (int)tables_rules(t); i++) {
		struct bits asks = findings_of(&t->rules[i].when);
		double common = bits_common(&asks, &wanted), all = bits_common(&asks, &asks) + bits_common(&wanted, &wanted) - common;
		double near = all > 0 ? common / all : 0;
		if (bits_meet(&asks, &has))
			near += (double)bits_common(&asks, &has) / bits_common(&asks, &asks);
		if (near > best) {
			best = near;
			nearest = i;
		}
	}
	return nearest;
}

static void complain(struct people *p, const struct facts *facts, enum urgency got)
{
	const struct floor *f = p->f;
	int rule = nearest_rule(f->t, p->line, p->person);
	struct decision d;
	p->told = true;
	decide(f->t, facts, &d);
	yaml_problem(f->load.f, p->line->node, f->load.problems,
		"whoever has \"%s\" must come out as %s at least, and is %s%s%s; see %s (%s:%d)", facts_words(f->t, facts, true, f->arena),
		urgency_id(p->line->urgency), urgency_id(got), d.n_why ? " by " : "", d.n_why ? rule_id(f->t, d.why[0]) : "",
		rule < 0 ? "" : rule_id(f->t, rule), rule < 0 ? "" : rule_file(f->t, rule), rule < 0 ? 0 : rule_line(f->t, rule));
}

static void decide_on(struct people *p, const struct facts *facts)
{
	enum urgency got = decide_urgency(p->f->t, facts);
	struct bits held;
	p->tried++;
	if (got >= p->line->urgency)
		return;
	atoms_hold(p->f->own->atoms, facts, true, &held);
	if (guard_holds(&p->line->when, &held)) /* else what is told besides calms by the floor, too */
		complain(p, facts, got);
}

bool floor_put_together(struct facts *facts, const struct facts *more)
{
	for (size_t i = 0; i < FACTS_MAX; i++) {
		if (more->state[i] == STATE_UNKNOWN)
			continue;
		if (facts->state[i] != STATE_UNKNOWN && facts->state[i] != more->state[i])
			return false;
		facts->state[i] = more->state[i];
	}
	for (int k = 0; k < VALUE_KINDS; k++)
		if (more->has_value[k]) {
			facts->has_value[k] = true;
			facts->value[k] = more->value[k];
		}
	return true;
}

/* True for a guard that nothing keeps from holding once it holds. */
static bool is_loud(const struct tables *t, const struct guard *g)
{
	static const struct bits nothing;
	for (int i = FACTS_MAX; i < BITS_MAX; i++)
		if (bits_has(&g->all_of, i) || bits_has(&g->any_of, i) || bits_has(&g->and_any_of, i)) {
			struct atom_view x = atoms_view(t->atoms, i);
			if (x.kind == ATOM_DENIED || (x.kind == ATOM_DERIVED && !is_loud(t, x.when)))
				return false;
		}
	return bits_within(&g->none_of, &nothing);
}

/* True when nothing that is told besides can lower the urgency under the line's. */
static bool is_safe(const struct people *p, const struct facts *facts)
{
	for (int i = 0; i < (int)tables_rules(p->f->t); i++)
		if (p->f->t->rules[i].urgency >= p->line->urgency && p->loud[i] && rule_fires(p->f->t, i, facts))
			return true;
	return false;
}

static void decide_with(struct people *p, const struct facts *facts)
{
	p->person = facts;
	decide_on(p, facts);
	if (is_safe(p, facts))
		return;
	for (size_t i = 0; i < p->extras.n && !p->told; i++) {
		struct facts more = *facts;
		if (floor_put_together(&more, &p->extras.list[i]))
			decide_on(p, &more);
	}
}

/* ---- what is told besides ---- */

static void add_atom(struct extras *e, const struct tables *t, int atom)
{
	struct guard only = {.all_of = bits_of(atom)};
	struct facts nothing = {0};
	if (e->cap < e->n + WITNESS_MAX) {
		e->cap = 2 * e->cap + WITNESS_MAX;
		e->list = mem_grow(e->list, e->cap, sizeof *e->list);
	}
	e->n += guard_witnesses(t, &only, &nothing, e->list + e->n);
}

void floor_add_atoms(struct extras *e, const struct tables *t, const struct bits *atoms)
{
	for (int i = 0; i < BITS_MAX; i++)
		if (bits_has(atoms, i))
			add_atom(e, t, i);
}

/* Whatever keeps a rule, or a name that it uses, from holding. Nothing else can lower the urgency. */
static void add_calming(struct extras *e, const struct tables *t)
{
	struct bits calming = {{0}};
	for (size_t i = 0; i < tables_rules(t); i++)
		bits_add(&calming, &t->rules[i].when.none_of);
	for (int i = FACTS_MAX; i < BITS_MAX; i++) {
		struct atom_view x = atoms_view(t->atoms, i);
		if (x.kind == ATOM_DERIVED)
			bits_add(&calming, &x.when->none_of);
	}
	floor_add_atoms(e, t, &calming);
}

/* ---- both ways ---- */

static void check_line(struct people *p)
{
	struct facts nothing = {0}, *there = mem_alloc(WITNESS_MAX, sizeof *there);
	size_t n = guard_witnesses(p->f->own, &p->line->when, &nothing, there);
	p->told = false;
	for (size_t i = 0; i < n && !p->told; i++)
		decide_with(p, &there[i]);
	free(there);
}

/* True for whoever has something that is behind no name of the floor and that the rule does not name either: what was put behind
 * a "@name" later concerns the rules that mean it. */
static bool is_new(const struct people *p, const struct triage_rule *r, const struct facts *facts)
{
	struct bits named = findings_of(&r->when), has = present_in(facts);
	bits_add(&named, &p->spoken_of);
	return !bits_within(&has, &named);
}

/* Of the people of a rule the first whom no line keeps, or -1. */
static int lost_person(const struct people *p, const struct triage_rule *r, const struct facts *people, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct floor_line *line = line_of(p->f, &people[i]);
		if ((!line || line->urgency < r->urgency) && !is_new(p, r, &people[i]))
			return (int)i;
	}
	return -1;
}

/* Else somebody could lower the rule and the floor would hold. */
static void check_rule(struct people *p, int rule)
{
	const struct tables *t = p->f->t;
	struct facts nothing = {0}, *there = mem_alloc(WITNESS_MAX, sizeof *there);
	size_t n = guard_witnesses(t, &t->rules[rule].when, &nothing, there);
	int lost = lost_person(p, &t->rules[rule], there, n);
	p->tried += n;
	if (lost >= 0)
		problems_add(p->f->load.problems, rule_file(t, rule), rule_line(t, rule), 1,
			"%s: no line of floor.yaml keeps \"%s\" at %s; add one there, so that nobody lowers it unseen", rule_id(t, rule),
			facts_words(t, &there[lost], true, p->f->arena), urgency_id(t->rules[rule].urgency));
	free(there);
}

static void hear_names(struct people *p)
{
	for (int i = FACTS_MAX; i < BITS_MAX; i++) {
		struct atom_view x = atoms_view(p->f->own->atoms, i);
		struct bits findings = x.kind == ATOM_DERIVED ? findings_of(x.when) : (struct bits){{0}};
		bits_add(&p->spoken_of, &findings);
	}
}

size_t floor_people(struct floor *f)
{
	struct people p = {.f = f};
	add_calming(&p.extras, f->t);
	hear_names(&p);
	for (int rule = 0; rule < (int)tables_rules(f->t); rule++)
		p.loud[rule] = is_loud(f->t, &f->t->rules[rule].when);
	for (size_t i = 0; i < f->n_lines; i++) {
		p.line = &f->lines[i];
		check_line(&p);
	}
	for (int rule = 0; rule < (int)tables_rules(f->t); rule++)
		if (f->t->rules[rule].urgency >= URGENCY_URGENT)
			check_rule(&p, rule);
	free(p.extras.list);
	return p.tried;
}
