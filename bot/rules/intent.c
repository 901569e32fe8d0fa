/* intent.c - what a person is doing with a message, and what it is about. */
#include "rules/intent.h"

#include <stdlib.h>
#include <string.h>

#include "rules/facts.h"
#include "rules/fragment.h"
#include "rules/rule.h"
#include "rules/vocab.h"
#include "util/arena.h"
#include "util/err.h"
#include "util/mem.h"
#include "util/yaml.h"

enum { OTHER_WORDS = 3 }; /* that a whole-message intent may have beside its match */

struct intent_rule {
	struct rule rule;
	int intent, priority;
	bool yields; /* to symptoms of the patient's own */
	bool whole; /* the rule must cover nearly the whole message */
};

struct topic {
	char *id;
	int condition; /* or -1 */
	struct pattern_list patterns;
};

struct intents {
	struct intent_rule *rules;
	size_t n_rules, cap_rules;
	struct topic *topics;
	size_t n_topics, cap_topics;
	bool place_only[FACTS_MAX]; /* findings that say where or whose, not what */
};

struct place {
	struct intents *in;
	const struct yaml_file *file;
	const struct vocab *vocab;
	const struct fragments *fragments;
	struct patterns *patterns;
	struct problems *problems;
};

static void read_rules(const struct place *p, const struct yaml *list, int intent, int priority, bool yields, bool whole)
{
	static const char *const known[] = {"id", "words", "regex", "near", "within", "unless", "unless_message", "needs",
		"needs_message", "at_most_words", "yes", "no", NULL};

	for (size_t i = 0; i < list->n; i++) {
		if (yaml_only(p->file, list->items[i], known, p->problems) < 0)
			continue;
		mem_room(p->in->rules, p->in->n_rules, p->in->cap_rules);
		struct intent_rule *r = &p->in->rules[p->in->n_rules++];
		*r = (struct intent_rule){.intent = intent, .priority = priority, .yields = yields, .whole = whole};
		(void)rule_read(p->file, list->items[i], vocab_intent_id(p->vocab, intent), p->fragments, p->patterns, p->problems,
			&r->rule);
	}
}

static void read_intent(const struct place *p, const struct yaml *key, const struct yaml *node)
{
	static const char *const known[] = {"priority", "own_symptoms", "whole_message", "rules", NULL};
	const struct yaml *rules = NULL;
	const char *own = "yield";
	int intent = vocab_intent(p->vocab, key->text), priority = 0;
	bool whole = false;

	if (intent < 0) {
		const char *near = vocab_intent_near(p->vocab, key->text);

		yaml_problem(p->file, key, p->problems, "unknown intent \"%s\"%s%s", key->text, near ? "; nearest is " : "",
			near ? near : "");
		return;
	}
	if (yaml_only(p->file, node, known, p->problems) < 0 ||
		yaml_int(p->file, node, "priority", true, 0, 1000, &priority, p->problems) < 0 ||
		yaml_string(p->file, node, "own_symptoms", false, &own, p->problems) < 0 ||
		yaml_bool(p->file, node, "whole_message", false, &whole, p->problems) < 0 ||
		yaml_child(p->file, node, "rules", true, YAML_LIST, &rules, p->problems) < 0)
		return;
	if (strcmp(own, "keep") != 0 && strcmp(own, "yield") != 0)
		yaml_problem(p->file, yaml_get(node, "own_symptoms"), p->problems, "expected keep or yield");
	read_rules(p, rules, intent, priority, strcmp(own, "yield") == 0, whole);
}

static void read_topics(const struct place *p, const struct yaml *map, bool conditions)
{
	for (size_t i = 0; map && i < map->n; i++) {
		int condition = conditions ? vocab_condition(p->vocab, map->keys[i]->text) : -1;

		if (conditions && condition < 0) {
			const char *near = vocab_condition_near(p->vocab, map->keys[i]->text);

			yaml_problem(p->file, map->keys[i], p->problems, "unknown condition \"%s\"%s%s", map->keys[i]->text,
				near ? "; nearest is " : "", near ? near : "");
			continue;
		}
		mem_room(p->in->topics, p->in->n_topics, p->in->cap_topics);
		struct topic *t = &p->in->topics[p->in->n_topics++];
		*t = (struct topic){.id = mem_strdup(map->keys[i]->text), .condition = condition};
		(void)rule_read_list(p->file, map->items[i], p->fragments, p->patterns, p->problems, &t->patterns);
	}
}

static void read_place_only(const struct place *p, const struct yaml *list)
{
	for (size_t i = 0; list && i < list->n; i++) {
		int finding = list->items[i]->kind == YAML_SCALAR ? vocab_finding(p->vocab, list->items[i]->text) : -1;

		if (finding < 0)
			vocab_unknown_finding(p->vocab, p->file, list->items[i], p->problems);
		else
			p->in->place_only[finding] = true;
	}
}

/* Highest priority first; of the same priority the one that stands first in the file. */
static int by_priority(const void *a, const void *b)
{
	const struct intent_rule *x = a, *y = b;

	if (x->priority != y->priority)
		return y->priority - x->priority;
	return x->rule.line - y->rule.line;
}

struct intents *intents_read(const struct yaml_file *f, const struct vocab *vocab, const struct fragments *above,
	struct patterns *patterns, struct problems *problems)
{
	static const char *const known[] = {"fragments", "intents", "topics", "not_symptoms", NULL};
	static const char *const known_topics[] = {"conditions", "tips", "general", NULL};
	struct intents *in = mem_alloc(1, sizeof *in);
	struct fragments *own = fragments_new(above);
	struct place p = {in, f, vocab, own, patterns, problems};
	const struct yaml *root = yaml_root(f), *map = NULL, *fragments = NULL, *topics = NULL, *list = NULL;

	(void)yaml_only(f, root, known, problems);
	if (yaml_child(f, root, "fragments", false, YAML_MAP, &fragments, problems) == 0)
		fragments_read(own, f, fragments, problems);
	if (yaml_child(f, root, "intents", true, YAML_MAP, &map, problems) == 0)
		for (size_t i = 0; i < map->n; i++)
			read_intent(&p, map->keys[i], map->items[i]);
	if (yaml_child(f, root, "topics", true, YAML_MAP, &topics, problems) == 0) {
		(void)yaml_only(f, topics, known_topics, problems);
		read_topics(&p, yaml_get(topics, "conditions"), true);
		read_topics(&p, yaml_get(topics, "tips"), false);
		read_topics(&p, yaml_get(topics, "general"), false);
	}
	if (yaml_child(f, root, "not_symptoms", false, YAML_LIST, &list, problems) == 0)
		read_place_only(&p, list);
	if (in->n_rules)
		qsort(in->rules, in->n_rules, sizeof *in->rules, by_priority);
	fragments_free(own);
	return in;
}

void intents_free(struct intents *in)
{
	if (!in)
		return;
	for (size_t i = 0; i < in->n_rules; i++)
		rule_done(&in->rules[i].rule);
	for (size_t i = 0; i < in->n_topics; i++) {
		free(in->topics[i].id);
		free(in->topics[i].patterns.list);
	}
	free(in->rules);
	free(in->topics);
	free(in);
}

struct intents *intents_copy(const struct intents *in, struct rule_copying *to)
{
	struct intents *copy = arena_copy(to->arena, in, 1, sizeof *in);

	copy->rules = arena_copy(to->arena, in->rules, in->n_rules, sizeof *in->rules);
	copy->cap_rules = in->n_rules;
	for (size_t i = 0; i < in->n_rules; i++)
		copy->rules[i].rule = rule_copy(&in->rules[i].rule, to);
	copy->topics = arena_copy(to->arena, in->topics, in->n_topics, sizeof *in->topics);
	copy->cap_topics = in->n_topics;
	for (size_t i = 0; i < in->n_topics; i++) {
		copy->topics[i].id = arena_strdup(to->arena, in->topics[i].id);
		copy->topics[i].patterns = pattern_list_copy(&in->topics[i].patterns, to->arena);
	}
	return copy;
}

bool intents_is_symptom(const struct intents *in, int finding)
{
	return !in->place_only[finding];
}

static bool covers(const struct reading *text, const struct hit *h)
{
	size_t before = reading_words(text, 0, h->start), after = reading_words(text, h->end, (uint32_t)text->text.len);

	return before + after <= OTHER_WORDS;
}

static bool rule_applies(const struct intent_rule *r, struct reading *text)
{
	struct hit hits[RULE_MAX_HITS];
	size_t n = rule_hits(&r->rule, text, hits);

	for (size_t i = 0; i < n; i++)
		if (!hits[i].failed && (!r->whole || covers(text, &hits[i])))
			return true;
	return false;
}

int intent_find(const struct intents *in, struct reading *text, bool own_symptoms, const char **out_rule)
{
	for (size_t i = 0; i < in->n_rules; i++) {
		const struct intent_rule *r = &in->rules[i];

		if ((own_symptoms && r->yields) || !rule_applies(r, text))
			continue;
		*out_rule = r->rule.id;
		return r->intent;
	}
	return -1;
}

/* The first place at which the topic is named, or -1. */
static long first_place(const struct topic *t, struct reading *text)
{
	long first = -1;

	for (size_t i = 0; i < t->patterns.n; i++) {
		const struct spans *spans = scan_spans(text->scan, t->patterns.list[i]);

		if (spans->n && (first < 0 || (long)spans->list[0].start < first))
			first = spans->list[0].start;
	}
	return first;
}

size_t intent_about(const struct intents *in, struct reading *text, int out[INTENT_MAX_ABOUT])
{
	long place[INTENT_MAX_ABOUT];
	size_t n = 0;

	for (size_t i = 0; i < in->n_topics && n < INTENT_MAX_ABOUT; i++) {
		long at = in->topics[i].condition < 0 ? -1 : first_place(&in->topics[i], text);
		size_t k = n;

		if (at < 0)
			continue;
		for (; k > 0 && place[k - 1] > at; k--) {
			place[k] = place[k - 1];
			out[k] = out[k - 1];
		}
		place[k] = at;
		out[k] = in->topics[i].condition;
		n++;
	}
	return n;
}

size_t intent_topics(const struct intents *in, struct reading *text, const char *out[INTENT_MAX_ABOUT])
{
	size_t n = 0;

	for (size_t i = 0; i < in->n_topics && n < INTENT_MAX_ABOUT; i++)
		if (in->topics[i].condition < 0 && first_place(&in->topics[i], text) >= 0)
			out[n++] = in->topics[i].id;
	return n;
}

size_t intents_rules(const struct intents *in)
{
	return in->n_rules;
}

const struct rule *intents_rule(const struct intents *in, size_t i, int *out_intent)
{
	*out_intent = in->rules[i].intent;
	return &in->rules[i].rule;
}
