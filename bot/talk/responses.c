/* responses.c - all wording of a language. */
#include "talk/responses.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/arena.h"
#include "util/err.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/yaml.h"

struct part {
	char *name; /* "questions" */
	const struct yaml *root;
	const char *shown; /* name of the file, for messages */
	struct yaml_file *file; /* NULL in a copy */
};

struct responses {
	struct part *parts;
	size_t n, cap;
};

static char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

	return mem_strndup(name, strcspn(name, "."));
}

struct responses *responses_load(const char *dir, const char *lang, struct problems *problems)
{
	size_t before = problems->n;
	struct err err;
	struct responses *r = mem_alloc(1, sizeof *r);
	char *all = file_join(dir, "responses"), *folder = file_join(all, lang),
	     **paths = file_list(folder, ".yaml", &err);

	if (!paths)
		problems_add(problems, folder, 0, 0, "%s", err.text);
	for (size_t i = 0; paths && paths[i]; i++) {
		struct yaml_file *f = yaml_open(paths[i], NULL, problems);

		if (!f)
			continue;
		mem_room(r->parts, r->n, r->cap);
		r->parts[r->n++] = (struct part){base_name(paths[i]), yaml_root(f), yaml_name(f), f};
	}
	file_list_free(paths);
	free(folder);
	free(all);
	if (problems->n == before)
		return r;
	responses_free(r);
	return NULL;
}

void responses_free(struct responses *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->n; i++) {
		free(r->parts[i].name);
		yaml_close(r->parts[i].file);
	}
	free(r->parts);
	free(r);
}

struct responses *responses_copy(const struct responses *r, struct arena *arena)
{
	struct responses *copy = arena_copy(arena, r, 1, sizeof *r);

	copy->parts = arena_copy(arena, r->parts, r->n, sizeof *r->parts);
	copy->cap = r->n;
	for (size_t i = 0; i < r->n; i++)
		copy->parts[i] = (struct part){.name = arena_strdup(arena, r->parts[i].name),
			.root = yaml_copy(r->parts[i].root, arena), .shown = arena_strdup(arena, r->parts[i].shown)};
	return copy;
}

const struct yaml *responses_at(const struct responses *r, const char *file, ...)
{
	const struct yaml *node = NULL;
	const char *key;
	va_list keys;

	for (size_t i = 0; i < r->n && !node; i++)
		if (strcmp(r->parts[i].name, file) == 0)
			node = r->parts[i].root;
	va_start(keys, file);
	while (node && (key = va_arg(keys, const char *)))
		node = yaml_get(node, key);
	va_end(keys);
	return node;
}

const struct yaml *responses_side(const struct yaml *node, bool they)
{
	if (!node || node->kind != YAML_MAP)
		return node;
	const struct yaml *side = yaml_get(node, they ? "they" : "you");
	return side ? side : yaml_get(node, they ? "you" : "they");
}

const char *responses_text(const struct yaml *node, bool they, unsigned variant)
{
	node = responses_side(node, they);
	if (node && node->kind == YAML_LIST)
		node = node->n ? node->items[variant % node->n] : NULL;
	return node && node->kind == YAML_SCALAR ? node->text : NULL;
}

const char *responses_choice_label(const struct responses *r, const char *question, const char *choice, bool they)
{
	const struct yaml *words = responses_at(r, "questions", "questions", question, NULL);
	const struct yaml *line = yaml_get(yaml_get(words, "lines"), choice);

	return responses_text(line ? line : yaml_get(yaml_get(words, "choices"), choice), they, 0);
}

const char *responses_finding_label(const struct responses *r, const char *finding, bool they)
{
	const struct yaml *words = responses_at(r, "findings", "findings", finding, NULL), *line = yaml_get(words, "line");

	return responses_text(line ? line : yaml_get(words, "name"), they, 0);
}

const char *responses_path(const struct responses *r, const char *file)
{
	for (size_t i = 0; i < r->n; i++)
		if (strcmp(r->parts[i].name, file) == 0)
			return r->parts[i].shown;
	return file;
}

/* The deepest node that is there on a dotted path from the root, and what is left of the path. */
static const struct yaml *deepest(const struct yaml *node, const char **path)
{
	while (**path) {
		char key[128];
		size_t len = strcspn(*path, ".");
		const struct yaml *child;

		(void)snprintf(key, sizeof key, "%.*s", (int)len, *path);
		if (!(child = yaml_get(node, key)))
			break;
		node = child;
		*path += len + ((*path)[len] == '.');
	}
	return node;
}

void responses_missing(const struct responses *r, struct problems *problems, const char *file, const char *key,
	const char *part)
{
	for (size_t i = 0; i < r->n; i++)
		if (strcmp(r->parts[i].name, file) == 0) {
			const char *left = strcmp(key, "the file") == 0 ? "" : key;
			const struct yaml *at = deepest(r->parts[i].root, &left);
			bool top = at == r->parts[i].root;

			problems_add(problems, r->parts[i].shown, top ? 1 : at->line, top ? 1 : at->column,
				"no wording for %s%s%s; write \"%s%s%s:\" %s", key, part ? ", " : "", part ? part : "", left,
				*left && part ? ": ... " : "", part ? part : "", top ? "at the left edge" : "beside the keys that stand here");
			return;
		}
	problems_add(problems, file, 0, 0, "no such file of wording; it must hold %s", key);
}
