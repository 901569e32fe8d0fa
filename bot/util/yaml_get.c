/* yaml_get.c - asking a YAML tree for what a key should hold, with the complaint when it does not. */
#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/arena.h"
#include "util/err.h"
#include "util/strmap.h"
#include "util/yaml.h"
#include "util/yaml_file.h"

const struct yaml *yaml_root(const struct yaml_file *f)
{
	return f->root;
}

const char *yaml_name(const struct yaml_file *f)
{
	return f->name;
}

const struct yaml *yaml_get(const struct yaml *map, const char *key)
{
	if (!map || map->kind != YAML_MAP)
		return NULL;
	for (size_t i = 0; i < map->n; i++)
		if (map->keys[i]->text[0] == key[0] && strcmp(map->keys[i]->text, key) == 0) /* mostly not */
			return map->items[i];
	return NULL;
}

static struct yaml *copy_node(const struct yaml *node, struct arena *arena);

static struct yaml **copy_list(struct yaml *const *list, size_t n, struct arena *arena)
{
	struct yaml **copy = list ? arena_copy(arena, list, n, sizeof *list) : NULL;
	for (size_t i = 0; copy && i < n; i++)
		copy[i] = copy_node(list[i], arena);
	return copy;
}

/* As deep as the reader let the file be: YAML_MAX_DEPTH. */
static struct yaml *copy_node(const struct yaml *node, struct arena *arena)
{
	struct yaml *copy = arena_copy(arena, node, 1, sizeof *node);
	copy->text = node->text ? arena_strdup(arena, node->text) : NULL;
	copy->items = copy_list(node->items, node->n, arena);
	copy->keys = copy_list(node->keys, node->n, arena);
	return copy;
}

const struct yaml *yaml_copy(const struct yaml *node, struct arena *arena)
{
	return copy_node(node, arena);
}

void yaml_problem(const struct yaml_file *f, const struct yaml *node, struct problems *problems, const char *fmt, ...)
{
	struct err err;
	va_list ap;
	va_start(ap, fmt);
	(void)vsnprintf(err.text, sizeof err.text, fmt, ap); /* longer than this nobody reads */
	va_end(ap);
	problems_add(problems, f->name, node->line, node->column, "%s", err.text);
}

static int expected(const struct yaml_file *f, const struct yaml *node, const char *key, const char *what,
	struct problems *problems)
{
	yaml_problem(f, node, problems, "'%s' must be %s", key, what);
	return -1;
}

/* The value of `key` into *out, NULL when it is not there and need not be. */
static int find(const struct yaml_file *f, const struct yaml *map, const char *key, bool required,
	const struct yaml **out, struct problems *problems)
{
	if (map->kind != YAML_MAP) {
		yaml_problem(f, map, problems, "expected a map with '%s'", key);
		return -1;
	}
	*out = yaml_get(map, key);
	if (!*out && required) {
		yaml_problem(f, map, problems, "'%s' is missing", key);
		return -1;
	}
	return 0;
}

/* A key with nothing after it reads as an empty plain scalar. */
static bool is_text(const struct yaml *node)
{
	return node->kind == YAML_SCALAR && (node->quoted || node->text[0] != '\0');
}

static bool is_plain(const struct yaml *node)
{
	return is_text(node) && !node->quoted;
}

int yaml_string(const struct yaml_file *f, const struct yaml *map, const char *key, bool required, const char **out,
	struct problems *problems)
{
	const struct yaml *node;
	if (find(f, map, key, required, &node, problems) < 0)
		return -1;
	if (node && !is_text(node))
		return expected(f, node, key, "text", problems);
	if (node)
		*out = node->text;
	return 0;
}

/* A decimal number and nothing else. */
static bool to_int(const char *text, int *out)
{
	size_t digits = strspn(text + (*text == '-'), "0123456789");
	if (digits == 0 || text[(*text == '-') + digits] != '\0')
		return false;
	errno = 0;
	long number = strtol(text, NULL, 10);
	if (errno != 0 || number < INT_MIN || number > INT_MAX)
		return false;
	*out = (int)number;
	return true;
}

int yaml_int(const struct yaml_file *f, const struct yaml *map, const char *key, bool required, int min, int max, int *out,
	struct problems *problems)
{
	const struct yaml *node;
	int number;
	if (find(f, map, key, required, &node, problems) < 0)
		return -1;
	if (!node)
		return 0;
	if (!is_plain(node) || !to_int(node->text, &number) || number < min || number > max) {
		yaml_problem(f, node, problems, "'%s' must be a whole number from %d to %d", key, min, max);
		return -1;
	}
	*out = number;
	return 0;
}

int yaml_bool(const struct yaml_file *f, const struct yaml *map, const char *key, bool required, bool *out,
	struct problems *problems)
{
	const struct yaml *node;
	if (find(f, map, key, required, &node, problems) < 0)
		return -1;
	if (!node)
		return 0;
	bool yes = is_plain(node) && strcmp(node->text, "true") == 0;
	bool no = is_plain(node) && strcmp(node->text, "false") == 0;
	if (!yes && !no)
		return expected(f, node, key, "true or false", problems);
	*out = yes;
	return 0;
}

int yaml_child(const struct yaml_file *f, const struct yaml *map, const char *key, bool required, enum yaml_kind kind,
	const struct yaml **out, struct problems *problems)
{
	static const char *const names[] = {
		[YAML_SCALAR] = "text",
		[YAML_LIST] = "a list",
		[YAML_MAP] = "a map",
	};
	const struct yaml *node;
	if (find(f, map, key, required, &node, problems) < 0)
		return -1;
	if (node && node->kind != kind)
		return expected(f, node, key, names[kind], problems);
	if (node)
		*out = node;
	return 0;
}

static void refuse_key(const struct yaml_file *f, const struct yaml *key, const struct strmap *known,
	struct problems *problems)
{
	const char *nearest = strmap_nearest(known, key->text);
	if (nearest)
		yaml_problem(f, key, problems, "unknown key '%s', did you mean '%s'?", key->text, nearest);
	else
		yaml_problem(f, key, problems, "unknown key '%s'", key->text);
}

int yaml_only(const struct yaml_file *f, const struct yaml *map, const char *const known[], struct problems *problems)
{
	int result = 0;
	if (map->kind != YAML_MAP) {
		yaml_problem(f, map, problems, "expected a map");
		return -1;
	}
	struct strmap *names = strmap_new();
	for (size_t i = 0; known[i]; i++)
		strmap_set(names, known[i], strlen(known[i]), 1);
	for (size_t i = 0; i < map->n; i++) {
		const struct yaml *key = map->keys[i];
		if (strmap_get(names, key->text, strlen(key->text), 0))
			continue;
		refuse_key(f, key, names, problems);
		result = -1;
	}
	strmap_free(names);
	return result;
}
