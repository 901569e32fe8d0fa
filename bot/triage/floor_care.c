/* floor_care.c - who must never get a tip, by floor.yaml and by the tables. */
#include <stdlib.h>

#include "rules/names.h"
#include "triage/floor_parts.h"
#include "triage/witness.h"
#include "util/err.h"

static void complain(const struct floor *f, int tip, const char *what, const char *where)
{
	yaml_problem(f->load.f, f->tips[tip], f->load.problems, "%s must never be given with \"%s\": put that back into %s",
		tip_id(f->t, tip), what, where);
}

static void check_person(const struct floor *f, int tip, const struct facts *facts)
{
	struct bits held;
	atoms_hold(f->t->atoms, facts, false, &held);
	if (!bits_meet(&f->t->tips[tip].never, &held))
		complain(f, tip, facts_words(f->t, facts, true, f->arena), "never_when of tips.yaml, any_of");
}

/* Everybody of whom an atom of the floor holds must be among those whom the tip leaves out, without the help of what a finding
 * implies. */
static void check_atom(const struct floor *f, int tip, int atom)
{
	struct bits only = bits_of(atom);
	struct extras there = {0};
	if (atom < FACTS_MAX) {
		struct facts alone = {0};
		alone.state[atom] = STATE_PRESENT;
		check_person(f, tip, &alone);
		return;
	}
	floor_add_atoms(&there, f->own, &only);
	for (size_t i = 0; i < there.n; i++)
		check_person(f, tip, &there.list[i]);
	free(there.list);
}

static void check_tip(const struct floor *f, int tip)
{
	const struct tip *floor = &f->own->tips[tip], *now = &f->t->tips[tip];
	for (int i = 0; i < BITS_MAX; i++)
		if (bits_has(&floor->never, i))
			check_atom(f, tip, i);
	for (int i = 0; i < (int)vocab_conditions(f->t->vocab); i++)
		if (floor->never_conditions & ~now->never_conditions & small_set_of(i))
			complain(f, tip, vocab_condition_id(f->t->vocab, i), "never_when of tips.yaml, conditions");
	for (int i = 0; i < (int)tables_rules(f->t); i++)
		if (bits_has(&floor->never_rules, i) && !bits_has(&now->never_rules, i) &&
			!(f->t->rules[i].avoid & small_set_of(tip)))
			complain(f, tip, rule_id(f->t, i), "avoid of families.yaml, or never_when of tips.yaml, rules");
}

static bool listed(const struct list *list, int item)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->items[i] == item)
			return true;
	return false;
}

static void check_asked(const struct floor *f, int tip)
{
	const struct tip *floor = &f->own->tips[tip], *now = &f->t->tips[tip];
	for (size_t i = 0; i < floor->asked_first.n; i++)
		if (!listed(&now->asked_first, floor->asked_first.items[i]))
			yaml_problem(f->load.f, f->tips[tip], f->load.problems,
				"%s must not be given before %s is known: put that back into asked_first of tips.yaml", tip_id(f->t, tip),
				vocab_finding_id(f->t->vocab, floor->asked_first.items[i]));
	if (floor->asks >= 0 && now->asks != floor->asks)
		yaml_problem(f->load.f, f->tips[tip], f->load.problems,
			"%s must not be given before %s was answered: put that back into asks of tips.yaml", tip_id(f->t, tip),
			names_id(f->t->question_ids, floor->asks));
}

static void check_no_tip(const struct floor *f)
{
	for (int rule = 0; rule < (int)tables_rules(f->t); rule++)
		for (int tip = 0; tip < (int)tables_tips(f->t); tip++)
			if (bits_has(&f->no_tip, rule) && tip_kind(f->t, tip) != TIP_FIRST_AID &&
				!(f->t->rules[rule].avoid & small_set_of(tip))) {
				yaml_problem(f->load.f, yaml_get(f->root, "no_tip_while"), f->load.problems,
					"%s: no tip at all, and %s may be given: put \"avoid: every\" back into families.yaml",
					rule_id(f->t, rule), tip_id(f->t, tip));
				return;
			}
}

/* What a family advises while it is urgent goes past the lists of the conditions. */
static void check_advised(const struct floor *f)
{
	for (int rule = 0; rule < (int)tables_rules(f->t); rule++)
		for (int tip = 0; tip < (int)tables_tips(f->t); tip++)
			if (f->t->rules[rule].advise & ~f->advise & small_set_of(tip)) {
				yaml_problem(f->load.f, yaml_get(f->root, "advise_when_urgent"), f->load.problems,
					"%s must not be advised while it is urgent: take it out of advise of families.yaml (%s)",
					tip_id(f->t, tip), rule_id(f->t, rule));
				return;
			}
}

void floor_care(struct floor *f)
{
	for (int tip = 0; tip < (int)tables_tips(f->t); tip++) {
		if (f->tips[tip]) {
			check_tip(f, tip);
			check_asked(f, tip);
		} else if (tip_kind(f->t, tip) == TIP_TREATMENT) {
			yaml_problem(f->load.f, yaml_get(f->root, "tips"), f->load.problems,
				"the treatment '%s' has no line: say who must never get it, or that nobody must not ({id: %s})",
				tip_id(f->t, tip), tip_id(f->t, tip));
		}
	}
	check_no_tip(f);
	check_advised(f);
}
