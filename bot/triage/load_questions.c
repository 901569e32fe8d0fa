/* load_questions.c - questions.yaml. */
#include <string.h>

#include "rules/names.h"
#include "rules/vocab.h"
#include "triage/load.h"
#include "util/arena.h"
#include "util/err.h"

/* A choice may only speak of what its question asks. */
static struct list load_asked(struct load *l, const struct question *q, const struct yaml *map, const char *key)
{
	struct list list = load_findings(l, map, key);
	for (size_t i = 0; i < list.n; i++)
		if (!list_has(&q->asks, list.items[i]))
			yaml_problem(l->f, yaml_get(map, key), l->problems, "'%s' is not among what the question asks",
				vocab_finding_id(l->t->vocab, list.items[i]));
	return list;
}

/* A list, or the word `rest`. */
static struct list load_or_rest(
	struct load *l, const struct question *q, const struct yaml *map, const char *key, bool *rest)
{
	const struct yaml *node = yaml_get(map, key);
	*rest = node && node->kind == YAML_SCALAR && strcmp(node->text, "rest") == 0;
	return *rest ? (struct list){0} : load_asked(l, q, map, key);
}

static void load_value(struct load *l, const struct yaml *map, struct choice *c)
{
	const struct yaml *value = NULL;
	int number;
	c->value_kind = -1;
	if (yaml_child(l->f, map, "value", false, YAML_MAP, &value, l->problems) < 0 || !value)
		return;
	for (size_t i = 0; i < value->n; i++) {
		const char *id = value->keys[i]->text;
		int finding = vocab_finding(l->t->vocab, id);
		if (finding < 0 || vocab_value_kind(l->t->vocab, finding) < 0)
			yaml_problem(l->f, value->keys[i], l->problems, "'%s' carries no value", id);
		else if (yaml_int(l->f, value, id, true, 0, 100000, &number, l->problems) == 0) {
			c->value_kind = vocab_value_kind(l->t->vocab, finding);
			c->value = number;
		}
	}
}

static bool any_danger(const struct tables *t, const struct list *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (!t->calming[list->items[i]])
			return true;
	return false;
}

static void load_choice(struct load *l, struct question *q, const struct yaml *map)
{
	static const char *const keys[] = {
		"id", "present", "absent", "uncertain", "any_of", "whole", "value", "also", NULL};
	const char *id = NULL;
	if (yaml_only(l->f, map, keys, l->problems) < 0 || yaml_string(l->f, map, "id", true, &id, l->problems) < 0)
		return;
	if (q->n_choices == QUESTION_MAX_CHOICES) {
		yaml_problem(l->f, map, l->problems, "more than %d choices", QUESTION_MAX_CHOICES);
		return;
	}
	for (size_t i = 0; i < q->n_choices; i++)
		if (strcmp(q->choices[i].id, id) == 0)
			yaml_problem(l->f, map, l->problems, "the choice '%s' is there twice", id);
	if (q->is_list && (strcmp(id, "none") == 0 || strcmp(id, "not_sure") == 0))
		yaml_problem(l->f, map, l->problems, "a tick list always has '%s': leave it out", id);
	struct choice *c = &q->choices[q->n_choices++];
	c->id = arena_strdup(l->t->arena, id);
	c->present = load_asked(l, q, map, "present");
	c->any_of = load_asked(l, q, map, "any_of");
	c->absent = load_or_rest(l, q, map, "absent", &c->absent_rest);
	c->uncertain = load_or_rest(l, q, map, "uncertain", &c->uncertain_rest);
	c->also = load_findings(l, map, "also");
	(void)yaml_bool(l->f, map, "whole", false, &c->whole, l->problems);
	load_value(l, map, c);
	if (c->present.n + c->any_of.n + c->absent.n + c->uncertain.n == 0 && !c->absent_rest && !c->uncertain_rest &&
		c->value_kind < 0)
		yaml_problem(l->f, map, l->problems, "the choice '%s' says nothing", id);
}

/* The choice that a bare yes or no means. */
static int load_bare(struct load *l, const struct question *q, const struct yaml *map, const char *key, int otherwise)
{
	const char *id = NULL;
	if (yaml_string(l->f, map, key, false, &id, l->problems) < 0 || !id)
		return otherwise;
	if (strcmp(id, "which") == 0)
		return CHOICE_WHICH;
	for (size_t i = 0; i < q->n_choices; i++)
		if (strcmp(q->choices[i].id, id) == 0)
			return (int)i;
	load_unknown(l, yaml_get(map, key), "choice", id, NULL);
	return otherwise;
}

/* A question is worded so that "yes" is the danger: whoever answers without reading to the end must not deny one. */
static void check_bare(struct load *l, const struct question *q, const struct yaml *map, const char *id)
{
	const struct choice *yes = q->yes >= 0 ? &q->choices[q->yes] : NULL;
	if (yes && any_danger(l->t, yes->absent_rest ? &q->asks : &yes->absent) && !any_danger(l->t, &yes->present))
		yaml_problem(l->f, yaml_get(map, "yes"), l->problems,
			"'%s': a bare yes must not deny what is asked for; ask it the other way round", id);
	if (q->no >= 0 && any_danger(l->t, &q->choices[q->no].present))
		yaml_problem(l->f, yaml_get(map, "no"), l->problems, "'%s': a bare no must not tell what is asked for", id);
}

static void load_question(struct load *l, const struct yaml *map, const char *id)
{
	static const char *const keys[] = {"id", "pick", "asks", "choices", "merge_with", "yes", "no", NULL};
	struct question *q = &l->t->questions[names_number(l->t->question_ids, id)];
	const struct yaml *choices = NULL;
	const char *pick = NULL;
	q->line = map->line;
	q->merge_with = -1;
	q->yes = q->no = CHOICE_UNCLEAR;
	if (yaml_only(l->f, map, keys, l->problems) < 0 ||
		yaml_string(l->f, map, "pick", true, &pick, l->problems) < 0 ||
		yaml_child(l->f, map, "choices", true, YAML_LIST, &choices, l->problems) < 0)
		return;
	q->is_list = strcmp(pick, "many") == 0;
	if (!q->is_list && strcmp(pick, "one") != 0)
		yaml_problem(l->f, yaml_get(map, "pick"), l->problems, "'pick' is one or many, not '%s'", pick);
	q->asks = load_findings(l, map, "asks");
	if (q->asks.n == 0 || q->asks.n > QUESTION_MAX_FINDINGS)
		yaml_problem(l->f, map, l->problems, "'%s' must ask for 1 to %d findings", id, QUESTION_MAX_FINDINGS);
	for (size_t i = 0; i < choices->n; i++)
		load_choice(l, q, choices->items[i]);
	q->merge_with = load_one(l, map, "merge_with", "question", l->t->question_ids, -1);
	q->yes = load_bare(l, q, map, "yes", q->is_list ? CHOICE_WHICH : CHOICE_UNCLEAR);
	q->no = load_bare(l, q, map, "no", q->is_list ? CHOICE_NONE_OF_THESE : CHOICE_UNCLEAR);
	check_bare(l, q, map, id);
}

void load_questions(struct load *l)
{
	load_each(l, FILE_QUESTIONS, load_question);
}
