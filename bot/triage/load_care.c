/* load_care.c - conditions.yaml, tips.yaml, wells.yaml. */
#include <string.h>

#include "rules/names.h"
#include "rules/vocab.h"
#include "triage/load.h"
#include "util/err.h"

static const char *const weight_keys[] = {
	[WEIGHT_STRONG] = "strong",
	[WEIGHT_MEDIUM] = "medium",
	[WEIGHT_WEAK] = "weak",
	[WEIGHT_STRONG_AGAINST] = "strong_against",
	[WEIGHT_WEAK_AGAINST] = "weak_against",
};

static small_set load_tip_set(struct load *l, const struct yaml *map, const char *key)
{
	struct list list = load_names(l, map, key, "tip", l->t->tip_ids);
	return load_set(&list);
}

static void load_condition(struct load *l, const struct yaml *map, const char *id)
{
	static const char *const keys[] = {"id", "default", "note", "needs", "strong", "medium", "weak",
		"strong_against", "weak_against", "tips", "later", "after_review", "check_in", "source", NULL};
	int number = vocab_condition(l->t->vocab, id);
	if (number < 0) {
		load_unknown(l, yaml_get(map, "id"), "condition", id, vocab_condition_near(l->t->vocab, id));
		return;
	}
	struct condition *c = &l->t->conditions[number];
	c->described = true;
	if (yaml_only(l->f, map, keys, l->problems) < 0)
		return;
	c->by_default = load_urgency(l, map, "default");
	if (load_atoms(l, map, "needs", &c->needs) == 0)
		yaml_problem(l->f, map, l->problems, "'%s' can never be listed: 'needs' is empty", id);
	for (int w = 0; w < WEIGHTS; w++)
		load_atoms(l, map, weight_keys[w], &c->weights[w]);
	c->tips = load_tip_set(l, map, "tips");
	c->later = load_tip_set(l, map, "later");
	c->after_review = load_tip_set(l, map, "after_review");
	c->check_in = load_one(l, map, "check_in", "group of check-ins", l->t->groups, -1);
	c->source = load_source(l, map);
}

static void load_points(struct load *l, const struct yaml *root)
{
	static const char *const keys[] = {"strong", "medium", "weak", "strong_against", "weak_against", NULL};
	const struct yaml *points = NULL;
	if (yaml_child(l->f, root, "points", true, YAML_MAP, &points, l->problems) < 0 ||
		yaml_only(l->f, points, keys, l->problems) < 0)
		return;
	for (int w = 0; w < WEIGHTS; w++)
		(void)yaml_int(l->f, points, weight_keys[w], true, -100, 100, &l->t->points[w], l->problems);
}

void load_condition_weights(struct load *l)
{
	static const char *const keys[] = {
		"points", "half_at", "weigh_from", "later_when", "when_none_listed", "conditions", NULL};
	const struct yaml *root = load_root(l, FILE_CONDITIONS, keys);
	if (!root)
		return;
	load_points(l, root);
	load_number(l, root, "half_at", &l->t->half_at);
	load_number(l, root, "weigh_from", &l->t->weigh_from);
	load_atoms(l, root, "later_when", &l->t->later_when);
	l->t->when_none_listed = load_tip_set(l, root, "when_none_listed");
	load_each(l, FILE_CONDITIONS, load_condition);
	for (int i = 0; i < (int)vocab_conditions(l->t->vocab); i++)
		if (!l->t->conditions[i].described)
			yaml_problem(l->f, root, l->problems, "the condition '%s' of the vocabulary has no entry",
				vocab_condition_id(l->t->vocab, i));
}

static enum tip_kind load_kind(struct load *l, const struct yaml *map)
{
	static const char *const kinds[] = {
		[TIP_TREATMENT] = "treatment",
		[TIP_PREVENTION] = "prevention",
		[TIP_ROUTE] = "route",
		[TIP_EXPLAIN] = "explain",
		[TIP_FIRST_AID] = "first_aid",
		[TIP_CAUTION] = "caution",
	};
	const char *kind = NULL;
	if (yaml_string(l->f, map, "kind", true, &kind, l->problems) < 0)
		return TIP_EXPLAIN;
	for (int i = 0; i <= TIP_CAUTION; i++)
		if (strcmp(kinds[i], kind) == 0)
			return (enum tip_kind)i;
	yaml_problem(l->f, yaml_get(map, "kind"), l->problems,
		"unknown kind '%s': one of treatment, prevention, route, explain, first_aid, caution", kind);
	return TIP_EXPLAIN;
}

void load_never(struct load *l, const struct yaml *map, struct tip *tip)
{
	static const char *const never_keys[] = {"any_of", "conditions", "rules", NULL};
	const struct yaml *never = NULL;
	if (yaml_child(l->f, map, "never_when", false, YAML_MAP, &never, l->problems) == 0 && never &&
		yaml_only(l->f, never, never_keys, l->problems) == 0) {
		load_atoms(l, never, "any_of", &tip->never);
		struct list conditions = load_conditions(l, never, "conditions");
		tip->never_conditions = load_set(&conditions);
		load_rules(l, never, "rules", &tip->never_rules);
	}
	tip->asked_first = load_findings(l, map, "asked_first");
	if (tip->asked_first.n > TIP_MAX_OPEN)
		yaml_problem(l->f, map, l->problems, "'asked_first' lists more than %d findings", TIP_MAX_OPEN);
	tip->asks = load_one(l, map, "asks", "question", l->t->question_ids, -1);
}

static void load_tip(struct load *l, const struct yaml *map, const char *id)
{
	static const char *const keys[] = {"id", "kind", "never_when", "not_beside", "asked_first", "asks", "note", "source",
		NULL};
	struct tip *tip = &l->t->tips[names_number(l->t->tip_ids, id)];
	if (yaml_only(l->f, map, keys, l->problems) < 0)
		return;
	tip->kind = load_kind(l, map);
	load_never(l, map, tip);
	struct list beside = load_names(l, map, "not_beside", "tip", l->t->tip_ids);
	tip->not_beside = load_set(&beside);
	tip->source = load_source(l, map);
}

void load_tips(struct load *l)
{
	load_each(l, FILE_TIPS, load_tip);
}

static void load_wells_item(struct load *l, const struct yaml *map, const char *id)
{
	static const char *const keys[] = {"id", "points", GUARD_KEYS, NULL};
	if (yaml_only(l->f, map, keys, l->problems) < 0)
		return;
	if (l->t->n_wells == WELLS_MAX) {
		yaml_problem(l->f, map, l->problems, "more than %d items", WELLS_MAX);
		return;
	}
	struct wells_item *item = &l->t->wells[l->t->n_wells++];
	(void)yaml_int(l->f, map, "points", true, -10, 10, &item->points, l->problems);
	if (!load_guard(l, map, &item->when))
		yaml_problem(l->f, map, l->problems, "'%s' demands nothing: all_of or any_of is missing", id);
}

void load_wells(struct load *l)
{
	static const char *const keys[] = {"source", "likely_from", "not_for", "items", NULL};
	const struct yaml *root = load_root(l, FILE_WELLS, keys);
	if (!root)
		return;
	(void)load_source(l, root);
	(void)yaml_int(l->f, root, "likely_from", true, 1, 20, &l->t->wells_likely, l->problems);
	load_atoms(l, root, "not_for", &l->t->wells_not_for);
	load_each(l, FILE_WELLS, load_wells_item);
}
