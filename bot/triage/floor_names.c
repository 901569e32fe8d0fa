/* floor_names.c - what "@names" mean by floor.yaml and by derived.yaml. */
#include <stdlib.h>

#include "triage/floor_parts.h"
#include "triage/witness.h"
#include "util/err.h"
#include "util/mem.h"

static bool holds(const struct tables *t, int derived, const struct facts *facts)
{
	return derived_holds(t, derived, facts, true);
}

/* Adds a problem for the first of the people in `of` of whom the name holds and it does not in `in`. */
static void check_holds(struct floor *f, const char *name, const struct tables *of, const struct tables *in, const char *what)
{
	struct guard only = {.all_of = bits_of(atoms_of_derived(of->atoms, derived_number(of, name)))};
	struct facts nothing = {0}, *there = mem_alloc(WITNESS_MAX, sizeof *there);
	size_t n = guard_witnesses(of, &only, &nothing, there);
	for (size_t i = 0; i < n; i++)
		if (!holds(in, derived_number(in, name), &there[i])) {
			yaml_problem(f->load.f, yaml_get(f->root, "names"), f->load.problems, "%s %s \"%s\": see derived.yaml", name, what,
				facts_words(f->t, &there[i], true, f->arena));
			break;
		}
	free(there);
}

/* What keeps the name from holding here must keep it there. */
static void check_bars(struct floor *f, const char *name)
{
	int own = derived_number(f->own, name), now = derived_number(f->t, name);
	const struct guard *when = atoms_view(f->own->atoms, atoms_of_derived(f->own->atoms, own)).when;
	struct guard calmed = *when;
	struct facts nothing = {0}, *there = mem_alloc(WITNESS_MAX, sizeof *there);
	struct extras bars = {0};
	calmed.none_of = (struct bits){{0}};
	floor_add_atoms(&bars, f->own, &when->none_of);
	size_t n = guard_witnesses(f->own, &calmed, &nothing, there);
	for (size_t k = 0; k < bars.n; k++)
		for (size_t i = 0; i < n; i++) {
			struct facts barred = there[i];
			if (!floor_put_together(&barred, &bars.list[k]) || !holds(f->t, now, &barred))
				continue;
			yaml_problem(f->load.f, yaml_get(f->root, "names"), f->load.problems,
				"%s must not hold for \"%s\": put that back into its none_of in derived.yaml", name,
				facts_words(f->t, &barred, true, f->arena));
			break;
		}
	free(bars.list);
	free(there);
}

/* A name that calms holds for nobody else than here; one that is a sign, for everybody. */
static void check_name(struct floor *f, const char *name, bool calms)
{
	if (derived_number(f->t, name) < 0)
		return;
	if (!calms) {
		check_holds(f, name, f->own, f->t, "must hold for");
		return;
	}
	check_holds(f, name, f->t, f->own, "must not hold for");
	check_bars(f, name);
}

static void check_own(struct floor *f)
{
	const struct yaml *names = yaml_get(f->root, "names");
	struct bits calm = {{0}};
	for (size_t i = 0; i < f->n_lines; i++)
		bits_add(&calm, &f->lines[i].when.none_of);
	for (size_t i = 0; i < names->n; i++) {
		const char *name = yaml_get(names->items[i], "id")->text;
		check_name(f, name, bits_has(&calm, atoms_of_derived(f->own->atoms, derived_number(f->own, name))));
	}
}

/* A name that calms and is not here could calm anybody. */
static void check_calming(struct floor *f)
{
	const struct yaml *names = yaml_get(f->root, "names");
	for (int rule = 0; rule < (int)tables_rules(f->t); rule++)
		for (int i = FACTS_MAX; f->t->rules[rule].urgency >= URGENCY_SOON && i < BITS_MAX; i++)
			if (bits_has(&f->t->rules[rule].when.none_of, i) && atoms_view(f->t->atoms, i).kind == ATOM_DERIVED &&
				derived_number(f->own, atoms_derived_id(f->t->atoms, atoms_view(f->t->atoms, i).number)) < 0)
				yaml_problem(f->load.f, names, f->load.problems, "%s keeps %s from firing (%s:%d) and has no line here",
					atoms_derived_id(f->t->atoms, atoms_view(f->t->atoms, i).number), rule_id(f->t, rule),
					rule_file(f->t, rule), rule_line(f->t, rule));
}

void floor_names(struct floor *f)
{
	check_own(f);
	check_calming(f);
}
