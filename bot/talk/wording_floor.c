/* wording_floor.c - what may never be said while it is urgent, and what must be: responses/LANG/floor.yaml. */
#include "talk/wording_floor.h"

#include <string.h>

#include "talk/responses.h"
#include "talk/talk.h"
#include "util/arena.h"
#include "util/err.h"
#include "util/yaml.h"

struct check {
	const struct talk_data *d;
	struct problems *problems;
	struct arena *arena;
	const struct yaml *never;
};

static void check_text(const struct check *c, const char *file, const struct yaml *text)
{
	for (size_t i = 0; i < c->never->n; i++) {
		const struct yaml *word = c->never->items[i];

		if (word->kind == YAML_SCALAR && strcasestr(text->text, word->text))
			problems_add(c->problems, responses_path(c->d->responses, file), text->line, text->column,
				"\"%s\" is said while it is urgent: %s (line %d) forbids it", word->text,
				responses_path(c->d->responses, "floor"), word->line);
	}
}

static void check_texts(const struct check *c, const char *file, const struct yaml *node)
{
	if (!node)
		return;
	if (node->kind == YAML_SCALAR)
		check_text(c, file, node);
	for (size_t i = 0; node->kind != YAML_SCALAR && i < node->n; i++)
		check_texts(c, file, node->items[i]);
}

/* ---- never ---- */

static bool is_danger(const char *level)
{
	return strcmp(level, urgency_id(URGENCY_EMERGENCY)) == 0 || strcmp(level, urgency_id(URGENCY_URGENT)) == 0;
}

static bool is_calm(const char *level)
{
	return strcmp(level, urgency_id(URGENCY_SOON)) == 0 || strcmp(level, urgency_id(URGENCY_SELF_CARE)) == 0 ||
		strcmp(level, urgency_id(URGENCY_NONE)) == 0;
}

static void check_levels(const struct check *c, const char *file, const struct yaml *map)
{
	for (size_t i = 0; map && map->kind == YAML_MAP && i < map->n; i++)
		if (is_danger(map->keys[i]->text))
			check_texts(c, file, map->items[i]);
}

static void check_rules(const struct check *c)
{
	const struct yaml *rules = responses_at(c->d->responses, "rules", "rules", NULL);

	for (size_t i = 0; rules && i < rules->n; i++) {
		int rule = rule_number(c->d->tables, rules->keys[i]->text);

		if (rule >= 0 && rule_urgency(c->d->tables, rule) >= URGENCY_URGENT)
			check_texts(c, "rules", rules->items[i]);
	}
}

static bool has_danger(const struct tables *t, const char *family)
{
	size_t len = strlen(family);

	for (int i = 0; i < (int)tables_rules(t); i++)
		if (rule_urgency(t, i) >= URGENCY_URGENT && strncmp(rule_id(t, i), family, len) == 0 && rule_id(t, i)[len] == '/')
			return true;
	return false;
}

/* All but what a family says of its milder rules. */
static void check_families(const struct check *c)
{
	const struct yaml *families = responses_at(c->d->responses, "rules", "families", NULL);

	for (size_t i = 0; families && i < families->n; i++) {
		const struct yaml *family = families->items[i];

		check_texts(c, "rules", yaml_get(family, "becomes_emergency"));
		if (family->kind != YAML_MAP || !has_danger(c->d->tables, families->keys[i]->text))
			continue;
		for (size_t k = 0; k < family->n; k++)
			if (!is_calm(family->keys[k]->text) && strcmp(family->keys[k]->text, "becomes_emergency") != 0)
				check_texts(c, "rules", family->items[k]);
	}
}

static void check_talk(const struct check *c)
{
	static const char *const whole[] = {"emergency_still", "urgent_still", "room_danger", "limit", "failed", "stop_medicine"};
	const struct yaml *talk = responses_at(c->d->responses, "talk", "talk", NULL);

	for (size_t i = 0; talk && i < talk->n; i++) {
		check_levels(c, "talk", talk->items[i]);
		if (strncmp(talk->keys[i]->text, "crisis", strlen("crisis")) == 0)
			check_texts(c, "talk", talk->items[i]);
	}
	for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
		check_texts(c, "talk", yaml_get(talk, whole[i]));
}

/* ---- must ---- */

static bool has_one(const struct yaml *words, const char *text)
{
	for (size_t i = 0; i < words->n; i++)
		if (words->items[i]->kind == YAML_SCALAR && strcasestr(text, words->items[i]->text))
			return true;
	return false;
}

static void check_each(const struct check *c, const char *file, const struct yaml *node, const struct yaml *words)
{
	if (node->kind == YAML_SCALAR && !has_one(words, node->text))
		problems_add(c->problems, responses_path(c->d->responses, file), node->line, node->column,
			"\"%s\" must hold \"%s\": %s, line %d", node->text, words->items[0]->text,
			responses_path(c->d->responses, "floor"), words->line);
	for (size_t i = 0; node->kind != YAML_SCALAR && i < node->n; i++)
		check_each(c, file, node->items[i], words);
}

static const char *all_text(const struct check *c, const struct yaml *node)
{
	const char *text = node->kind == YAML_SCALAR ? node->text : "";

	for (size_t i = 0; node->kind != YAML_SCALAR && i < node->n; i++)
		text = arena_printf(c->arena, "%s %s", text, all_text(c, node->items[i]));
	return text;
}

static void check_all(const struct check *c, const char *file, const struct yaml *node, const struct yaml *words)
{
	const char *text = all_text(c, node);

	for (size_t i = 0; i < words->n; i++)
		if (words->items[i]->kind == YAML_SCALAR && !strcasestr(text, words->items[i]->text))
			problems_add(c->problems, responses_path(c->d->responses, file), node->line, node->column,
				"must tell of \"%s\": %s, line %d", words->items[i]->text, responses_path(c->d->responses, "floor"),
				words->items[i]->line);
}

/* The nodes at the rest of a path; "*" stands for every key. Returns how many there are. */
static size_t check_at(const struct check *c, const struct yaml *must, size_t from, const struct yaml *node)
{
	const struct yaml *at = yaml_get(must, "at"), *each = yaml_get(must, "each"), *all = yaml_get(must, "all");
	size_t found = 0;

	if (!node)
		return 0;
	if (from == at->n) {
		if (each && each->kind == YAML_LIST && each->n)
			check_each(c, at->items[0]->text, node, each);
		if (all && all->kind == YAML_LIST)
			check_all(c, at->items[0]->text, node, all);
		return 1;
	}
	if (at->items[from]->kind != YAML_SCALAR || strcmp(at->items[from]->text, "*") != 0)
		return at->items[from]->kind == YAML_SCALAR ? check_at(c, must, from + 1, yaml_get(node, at->items[from]->text)) : 0;
	for (size_t i = 0; node->kind == YAML_MAP && i < node->n; i++)
		found += check_at(c, must, from + 1, node->items[i]);
	return found;
}

static void check_must(const struct check *c, const struct yaml *must)
{
	const struct yaml *at = yaml_get(must, "at");

	if (!at || at->kind != YAML_LIST || !at->n || at->items[0]->kind != YAML_SCALAR ||
		(!yaml_get(must, "each") && !yaml_get(must, "all")))
		problems_add(c->problems, responses_path(c->d->responses, "floor"), must->line, must->column,
			"expected {at: [file, key, ...], each: [...]}, or all");
	else if (!check_at(c, must, 1, responses_at(c->d->responses, at->items[0]->text, NULL)))
		problems_add(c->problems, responses_path(c->d->responses, "floor"), at->line, at->column, "nothing is said at%s",
			all_text(c, at));
}

void wording_floor_check(const struct talk_data *d, struct problems *problems)
{
	static const char *const net[] = {"call", "same_day", "uncertain", "how_where", "not_wait"};
	struct check c = {d, problems, arena_new(), responses_at(d->responses, "floor", "never", NULL)};
	const struct yaml *must = responses_at(d->responses, "floor", "must", NULL);

	if (!c.never || c.never->kind != YAML_LIST || !must || must->kind != YAML_LIST) {
		problems_add(problems, responses_path(d->responses, "floor"), 1, 1, "expected the lists never and must");
	} else {
		check_levels(&c, "urgency", responses_at(d->responses, "urgency", "urgency", NULL));
		check_rules(&c);
		check_families(&c);
		check_talk(&c);
		for (size_t i = 0; i < sizeof net / sizeof *net; i++)
			check_texts(&c, "net", responses_at(d->responses, "net", net[i], NULL));
		for (size_t i = 0; i < must->n; i++)
			check_must(&c, must->items[i]);
	}
	arena_free(c.arena);
}
