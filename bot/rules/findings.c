/* findings.c - reads intents/LANG/findings/NAME.yaml: what words say which finding. */
#include <stdlib.h>
#include <string.h>

#include "rules/context.h"
#include "rules/fragment.h"
#include "rules/set.h"
#include "util/err.h"
#include "util/mem.h"
#include "util/strmap.h"
#include "util/yaml.h"

struct place {
	struct ruleset *set;
	const struct yaml_file *file;
	const struct fragments *fragments;
	struct strmap *ids;
	struct problems *problems;
};

static int finding_number(const struct place *p, const struct yaml *node)
{
	int finding = node->kind == YAML_SCALAR ? vocab_finding(p->set->vocab, node->text) : -1;

	if (finding < 0)
		vocab_unknown_finding(p->set->vocab, p->file, node, p->problems);
	return finding;
}

static void read_also(const struct place *p, const struct yaml *list, struct finding_rule *out)
{
	if (!list)
		return;
	if (list->kind != YAML_LIST) {
		yaml_problem(p->file, list, p->problems, "expected a list of findings");
		return;
	}
	out->also = mem_alloc(list->n ? list->n : 1, sizeof *out->also);
	for (size_t i = 0; i < list->n; i++) {
		int finding = finding_number(p, list->items[i]);

		if (finding >= 0)
			out->also[out->n_also++] = finding;
	}
}

static void read_state(const struct place *p, const struct yaml *node, struct finding_rule *out)
{
	const char *state = NULL;

	out->state = STATE_PRESENT;
	if (yaml_string(p->file, node, "state", false, &state, p->problems) < 0 || !state)
		return;
	int number = vocab_state(p->set->vocab, state);
	if (number <= STATE_UNKNOWN)
		yaml_problem(p->file, yaml_get(node, "state"), p->problems,
			"unknown state \"%s\"; expected present, absent, uncertain, past, hypothetical or other_person", state);
	else
		out->state = (enum finding_state)number;
}

static void read_value(const struct place *p, const struct yaml *node, struct finding_rule *out)
{
	const struct yaml *value = yaml_get(node, "value");
	char *end = NULL;

	out->value_kind = -1;
	if (!value)
		return;
	int kind = vocab_value_kind(p->set->vocab, out->finding);
	if (kind < 0 || value->kind != YAML_SCALAR) {
		yaml_problem(p->file, value, p->problems, "this finding carries no value");
		return;
	}
	if (strcmp(value->text, "told") == 0) {
		out->value_kind = kind;
		return;
	}
	out->value = strtod(value->text, &end);
	out->has_value = true;
	if (*end || end == value->text)
		yaml_problem(p->file, value, p->problems, "expected a number, or \"told\" for named groups of the regex");
}

static void read_rule(const struct place *p, const struct yaml *node, int finding)
{
	static const char *const known[] = {"id", "words", "regex", "near", "within", "unless", "unless_message", "needs",
		"needs_message", "at_most_words", "yes", "no", "state", "context", "also", "weak", "alone", "value", NULL};
	struct ruleset *set = p->set;

	if (yaml_only(p->file, node, known, p->problems) < 0)
		return;
	if (set->n_rules == SET_MAX_RULES) {
		yaml_problem(p->file, node, p->problems, "more than %d rules", SET_MAX_RULES);
		return;
	}
	mem_room(set->rules, set->n_rules, set->cap_rules);
	struct finding_rule *r = &set->rules[set->n_rules++];
	*r = (struct finding_rule){.finding = finding};
	(void)rule_read(p->file, node, vocab_finding_id(set->vocab, finding), p->fragments, set->patterns, p->problems, &r->rule);
	read_state(p, node, r);
	int mask = context_mask(p->file, yaml_get(node, "context"), p->problems);
	r->context = mask < 0 ? 0 : (unsigned)mask;
	read_also(p, yaml_get(node, "also"), r);
	read_value(p, node, r);
	(void)yaml_bool(p->file, node, "weak", false, &r->weak, p->problems);
	(void)yaml_bool(p->file, node, "alone", false, &r->alone, p->problems);
	if (r->rule.id && strmap_get(p->ids, r->rule.id, strlen(r->rule.id), 0))
		yaml_problem(p->file, node, p->problems, "the id \"%s\" is taken by a rule above or in another file", r->rule.id);
	else if (r->rule.id)
		strmap_set(p->ids, r->rule.id, strlen(r->rule.id), 1);
}

static void expect(const struct place *p, const struct yaml *sentences, const struct expectation *e)
{
	struct ruleset *set = p->set;

	if (sentences->kind != YAML_LIST) {
		yaml_problem(p->file, sentences, p->problems, "expected a list of sentences");
		return;
	}
	mem_room(set->expectations, set->n_expectations, set->cap_expectations);
	set->expectations[set->n_expectations++] = *e;
}

static void read_expectations(const struct place *p, const struct yaml *map, int finding)
{
	const struct ruleset *set = p->set;

	for (size_t i = 0; map && i < map->n; i++) {
		const char *name = map->keys[i]->text;
		int state = strcmp(name, "none") == 0 ? STATE_UNKNOWN : vocab_state(set->vocab, name);

		if (state < 0 || (state == STATE_UNKNOWN && strcmp(name, "none") != 0)) {
			yaml_problem(p->file, map->keys[i], p->problems, "unknown state \"%s\"", name);
			continue;
		}
		expect(p, map->items[i], &(struct expectation){-1, finding, (enum finding_state)state, p->file, map->items[i]});
	}
}

static void read_intents(const struct place *p, const struct yaml *map)
{
	for (size_t i = 0; i < map->n; i++) {
		const char *name = map->keys[i]->text, *near;
		int intent = vocab_intent(p->set->vocab, name);

		if (intent < 0 && (near = vocab_intent_near(p->set->vocab, name)))
			yaml_problem(p->file, map->keys[i], p->problems, "unknown intent \"%s\"; nearest is %s", name, near);
		else if (intent < 0)
			yaml_problem(p->file, map->keys[i], p->problems, "unknown intent \"%s\"", name);
		else
			expect(p, map->items[i], &(struct expectation){intent, -1, STATE_UNKNOWN, p->file, map->items[i]});
	}
}

static void read_finding(const struct place *p, const struct yaml *key, const struct yaml *node)
{
	static const char *const known[] = {"rules", "expect", NULL};
	const struct yaml *rules = NULL, *expect = NULL;
	int finding = finding_number(p, key);

	if (finding < 0 || yaml_only(p->file, node, known, p->problems) < 0)
		return;
	if (yaml_child(p->file, node, "rules", !yaml_get(node, "expect"), YAML_LIST, &rules, p->problems) == 0 && rules)
		for (size_t i = 0; i < rules->n; i++)
			read_rule(p, rules->items[i], finding);
	if (yaml_child(p->file, node, "expect", false, YAML_MAP, &expect, p->problems) == 0)
		read_expectations(p, expect, finding);
}

void findings_read(struct ruleset *set, const struct yaml_file *f, struct strmap *ids, struct problems *problems)
{
	const struct yaml *root = yaml_root(f), *fragments = NULL, *findings = NULL, *intents = NULL;
	struct fragments *own = fragments_new(set->fragments);
	struct place p = {set, f, own, ids, problems};

	if (yaml_child(f, root, "fragments", false, YAML_MAP, &fragments, problems) == 0)
		fragments_read(own, f, fragments, problems);
	if (yaml_child(f, root, "findings", true, YAML_MAP, &findings, problems) == 0)
		for (size_t i = 0; i < findings->n; i++)
			read_finding(&p, findings->keys[i], findings->items[i]);
	if (yaml_child(f, root, "intents", false, YAML_MAP, &intents, problems) == 0 && intents)
		read_intents(&p, intents);
	fragments_free(own);
}
