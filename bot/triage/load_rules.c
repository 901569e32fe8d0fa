/* load_rules.c - states.yaml, derived.yaml, red_flags.yaml, families.yaml. */
#include <string.h>

#include "rules/names.h"
#include "rules/vocab.h"
#include "triage/load.h"
#include "util/err.h"

static void load_implied(struct load *l, const struct yaml *implies)
{
	for (size_t i = 0; i < implies->n; i++) {
		const char *id = implies->keys[i]->text;
		int finding = vocab_finding(l->t->vocab, id);
		if (finding < 0)
			load_unknown(l, implies->keys[i], "finding", id, vocab_finding_near(l->t->vocab, id));
		else
			l->t->implied[finding] = load_findings(l, implies, id);
	}
}

/* What an intent calls for by itself: a crisis is an emergency whatever else is said. */
static void load_intents(struct load *l, const struct yaml *map)
{
	for (size_t i = 0; i < map->n; i++) {
		const char *level = map->items[i]->kind == YAML_SCALAR ? map->items[i]->text : "";
		int intent = vocab_intent(l->t->vocab, map->keys[i]->text), urgency = vocab_urgency(l->t->vocab, level);

		if (intent < 0)
			load_unknown(l, map->keys[i], "intent", map->keys[i]->text, vocab_intent_near(l->t->vocab, map->keys[i]->text));
		else if (urgency < 0)
			yaml_problem(l->f, map->items[i], l->problems, "unknown urgency \"%s\"", level);
		else
			l->t->intents[intent] = (enum urgency)urgency;
	}
}

void load_state_lists(struct load *l, const struct yaml *map)
{
	const struct yaml *implies = NULL, *intents = NULL;
	struct list history = load_findings(l, map, "history"), calming = load_findings(l, map, "calming");
	struct list lasting = load_findings(l, map, "lasting");
	for (size_t i = 0; i < history.n; i++)
		atoms_add_history(l->t->atoms, history.items[i]);
	for (size_t i = 0; i < calming.n; i++)
		l->t->calming[calming.items[i]] = true;
	for (size_t i = 0; i < lasting.n; i++)
		l->t->lasting[lasting.items[i]] = true;
	if (yaml_child(l->f, map, "implies", false, YAML_MAP, &implies, l->problems) == 0 && implies)
		load_implied(l, implies);
	if (yaml_child(l->f, map, "intents", false, YAML_MAP, &intents, l->problems) == 0 && intents)
		load_intents(l, intents);
}

/* Whatever makes the complaint hold all by itself. */
static void list_complaints(struct tables *t)
{
	for (int i = 0; i < FACTS_MAX; i++) {
		struct facts alone = {0};
		struct bits held;
		alone.state[i] = STATE_PRESENT;
		atoms_hold(t->atoms, &alone, false, &held);
		t->complains[i] = bits_has(&held, t->complaint);
	}
}

void load_states(struct load *l)
{
	static const char *const keys[] = {"complaint", STATE_LIST_KEYS, NULL};
	const struct yaml *root = load_root(l, FILE_STATES, keys);
	struct err err;
	if (!root)
		return;
	load_state_lists(l, root);
	const char *complaint = NULL;
	if (yaml_string(l->f, root, "complaint", true, &complaint, l->problems) < 0)
		return;
	l->t->complaint = atoms_number(l->t->atoms, complaint, &err);
	if (l->t->complaint < 0)
		yaml_problem(l->f, yaml_get(root, "complaint"), l->problems, "%s", err.text);
	else
		list_complaints(l->t);
}

static void load_one_derived(struct load *l, const struct yaml *map, const char *id)
{
	static const char *const keys[] = {"id", GUARD_KEYS, "source", "note", NULL};
	struct guard when = {0};
	if (yaml_only(l->f, map, keys, l->problems) < 0)
		return;
	if (!load_guard(l, map, &when))
		yaml_problem(l->f, map, l->problems, "'%s' demands nothing: all_of or any_of is missing", id);
	(void)load_source(l, map);
	int derived = atoms_derived(l->t->atoms, id);
	if (derived >= 0)
		atoms_define(l->t->atoms, derived, &when);
}

static const struct yaml *derived_node(struct load *l, int derived)
{
	const struct yaml *list = yaml_get(yaml_root(l->f), "derived");
	for (size_t i = 0; i < list->n; i++) {
		const struct yaml *id = yaml_get(list->items[i], "id");
		if (id && id->kind == YAML_SCALAR && atoms_derived(l->t->atoms, id->text) == derived)
			return id;
	}
	return list;
}

void load_derived(struct load *l)
{
	int circle;
	load_each(l, FILE_DERIVED, load_one_derived);
	if (atoms_sort(l->t->atoms, &circle) < 0) {
		const struct yaml *id = derived_node(l, circle);
		yaml_problem(l->f, id, l->problems, "'%s' is made of itself", id->text);
	}
}

enum { MOST_NESTED = 8 }; /* derived findings in each other; a circle is a problem of its own */

/* The findings that have a part in an atom's holding. */
static void add_parts(const struct tables *t, const struct bits *atoms, int nested, struct bits *out)
{
	for (int i = 0; i < BITS_MAX; i++) {
		if (!bits_has(atoms, i))
			continue;
		struct atom_view x = atoms_view(t->atoms, i);
		if (x.kind == ATOM_FINDING)
			bits_set(out, x.number);
		else if (x.kind == ATOM_DERIVED && nested < MOST_NESTED) {
			add_parts(t, &x.when->all_of, nested + 1, out);
			add_parts(t, &x.when->any_of, nested + 1, out);
			add_parts(t, &x.when->and_any_of, nested + 1, out);
		}
	}
}

/* What is an emergency never waits. */
static struct list load_waits(struct load *l, const struct yaml *map, const char *id, const char *key, struct triage_rule *r)
{
	const struct yaml *node = yaml_get(map, key);
	struct list list = load_names(l, map, key, "question", l->t->question_ids);
	if (!node)
		return list;
	if (r->urgency >= URGENCY_EMERGENCY)
		yaml_problem(l->f, node, l->problems, "'%s' is an emergency and must not wait", id);
	add_parts(l->t, &r->when.none_of, 0, &r->kept_by);
	for (int i = 0; i < FACTS_MAX; i++)
		if (bits_has(&r->kept_by, i))
			return list;
	yaml_problem(l->f, node, l->problems, "'%s' has nothing to wait for: no finding in none_of", id);
	return list;
}

static void load_rule(struct load *l, const struct yaml *map, const char *id)
{
	static const char *const keys[] = {"id", "urgency", GUARD_KEYS, "suspects", "waits_for", "asked_waits_for",
		"source", "note", NULL};
	struct triage_rule *r = &l->t->rules[names_number(l->t->rule_ids, id)];
	if (yaml_only(l->f, map, keys, l->problems) < 0)
		return;
	r->line = yaml_get(map, "id")->line;
	r->urgency = load_urgency(l, map, "urgency");
	if (!load_guard(l, map, &r->when))
		yaml_problem(l->f, map, l->problems, "'%s' demands nothing: all_of or any_of is missing", id);
	r->suspects = load_conditions(l, map, "suspects");
	r->waits_for = load_waits(l, map, id, "waits_for", r);
	r->asked_waits_for = load_waits(l, map, id, "asked_waits_for", r);
	r->source = load_source(l, map);
}

static void add_touching(const struct tables *t, const struct guard *g, int nested, struct bits *out);

static void add_touching_atoms(const struct tables *t, const struct bits *atoms, int nested, struct bits *out)
{
	for (int i = bits_next(atoms, 0); i >= 0; i = bits_next(atoms, i + 1)) {
		struct atom_view x = atoms_view(t->atoms, i);
		if (x.kind == ATOM_FINDING || x.kind == ATOM_DENIED)
			bits_set(out, x.number);
		else if (x.kind == ATOM_DERIVED && nested < MOST_NESTED)
			add_touching(t, x.when, nested + 1, out);
	}
}

/* Every finding that stands in the guard in any way. */
static void add_touching(const struct tables *t, const struct guard *g, int nested, struct bits *out)
{
	add_touching_atoms(t, &g->all_of, nested, out);
	add_touching_atoms(t, &g->any_of, nested, out);
	add_touching_atoms(t, &g->and_any_of, nested, out);
	add_touching_atoms(t, &g->none_of, nested, out);
}

static void list_touches(struct tables *t)
{
	const struct bits *emergencies = &t->rules_of[URGENCY_EMERGENCY];
	for (int rule = bits_next(emergencies, 0); rule >= 0; rule = bits_next(emergencies, rule + 1)) {
		struct bits findings = {0};
		add_touching(t, &t->rules[rule].when, 0, &findings);
		for (int i = 0; i < FACTS_MAX; i++) {
			bool touches = bits_has(&findings, i);
			for (size_t k = 0; k < t->implied[i].n; k++)
				touches |= bits_has(&findings, t->implied[i].items[k]);
			if (touches)
				bits_set(&t->touches[i], rule);
		}
	}
}

void load_red_flags(struct load *l)
{
	struct tables *t = l->t;
	const struct guard *guards[TRIAGE_MAX_RULES];
	load_each(l, FILE_RULES, load_rule);
	for (size_t i = 0; i < tables_rules(t); i++) {
		guards[i] = &t->rules[i].when;
		bits_set(&t->rules_of[t->rules[i].urgency], (int)i);
	}
	watch_make(&t->watch, guards, tables_rules(t));
	list_touches(t);
}

/* First aid is never advised against by `every`: a cast that is too tight is opened whatever else there is. */
static small_set every_tip(const struct tables *t)
{
	small_set set = 0;
	for (int i = 0; i < (int)names_count(t->tip_ids); i++)
		if (t->tips[i].kind != TIP_FIRST_AID)
			set |= small_set_of(i);
	return set;
}

static small_set load_avoid(struct load *l, const struct yaml *map)
{
	const struct yaml *avoid = yaml_get(map, "avoid");
	if (avoid && avoid->kind == YAML_SCALAR && strcmp(avoid->text, "every") == 0)
		return every_tip(l->t);
	struct list list = load_names(l, map, "avoid", "tip", l->t->tip_ids);
	return load_set(&list);
}

static void load_family(struct load *l, const struct yaml *map, const char *id)
{
	static const char *const keys[] = {"id", "rules", "avoid", "advise", "raised_by", "lowered_by", "source", NULL};
	struct bits rules = {0};
	if (yaml_only(l->f, map, keys, l->problems) < 0)
		return;
	if (!yaml_get(map, "rules"))
		yaml_problem(l->f, map, l->problems, "'rules' is missing");
	load_rules(l, map, "rules", &rules);
	small_set avoid = load_avoid(l, map);
	struct list advise = load_names(l, map, "advise", "tip", l->t->tip_ids);
	if (avoid & load_set(&advise))
		yaml_problem(l->f, map, l->problems, "'%s' advises a tip that it avoids", id);
	(void)load_source(l, map);
	for (int i = 0; i < (int)names_count(l->t->rule_ids); i++)
		if (bits_has(&rules, i)) {
			l->t->rules[i].avoid |= avoid;
			l->t->rules[i].advise |= load_set(&advise);
		}
}

void load_families(struct load *l)
{
	load_each(l, FILE_FAMILIES, load_family);
}
