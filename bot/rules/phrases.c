/* phrases.c - small things that people say in a conversation, by name. */
#include "rules/phrases.h"

#include <stdlib.h>
#include <string.h>

#include "rules/fragment.h"
#include "util/arena.h"
#include "util/mem.h"
#include "util/strmap.h"
#include "util/yaml.h"

enum { MAX_NAME = 256 };

struct phrases {
	struct strmap *index;
	struct pattern_list *lists;
	size_t n, cap;
};

struct phrases *phrases_read(const struct yaml_file *f, const struct fragments *above, struct patterns *patterns,
	struct problems *problems)
{
	static const char *const known[] = {"fragments", "phrases", NULL};
	const struct yaml *root = yaml_root(f), *map = NULL, *fragments = NULL;
	struct phrases *p = mem_alloc(1, sizeof *p);
	struct fragments *own = fragments_new(above);

	p->index = strmap_new();
	(void)yaml_only(f, root, known, problems);
	if (yaml_child(f, root, "fragments", false, YAML_MAP, &fragments, problems) == 0)
		fragments_read(own, f, fragments, problems);
	if (yaml_child(f, root, "phrases", true, YAML_MAP, &map, problems) == 0)
		for (size_t i = 0; i < map->n; i++) {
			if (strlen(map->keys[i]->text) > MAX_NAME)
				yaml_problem(f, map->keys[i], problems, "a name has at most %d bytes", MAX_NAME);
			mem_room(p->lists, p->n, p->cap);
			p->lists[p->n] = (struct pattern_list){0};
			strmap_set(p->index, map->keys[i]->text, strlen(map->keys[i]->text), (int)p->n);
			(void)rule_read_list(f, map->items[i], own, patterns, problems, &p->lists[p->n++]);
		}
	fragments_free(own);
	return p;
}

void phrases_free(struct phrases *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->n; i++)
		free(p->lists[i].list);
	free(p->lists);
	strmap_free(p->index);
	free(p);
}

struct phrases *phrases_copy(const struct phrases *p, struct arena *arena)
{
	struct phrases *copy = arena_copy(arena, p, 1, sizeof *p);

	copy->index = strmap_copy(p->index, arena);
	copy->lists = arena_copy(arena, p->lists, p->n, sizeof *p->lists);
	copy->cap = p->n;
	for (size_t i = 0; i < p->n; i++)
		copy->lists[i] = pattern_list_copy(&p->lists[i], arena);
	return copy;
}

/* Names are put together here some dozen times a message. */
static int number_of(const struct phrases *p, const char *group, const char *name)
{
	char whole[MAX_NAME];
	size_t group_len = group ? strlen(group) : 0, len = strlen(name);

	if (!group)
		return strmap_get(p->index, name, len, -1);
	if (group_len + 1 + len > sizeof whole)
		return -1;
	memcpy(whole, group, group_len);
	whole[group_len] = '/';
	memcpy(whole + group_len + 1, name, len);
	return strmap_get(p->index, whole, group_len + 1 + len, -1);
}

const struct pattern_list *phrases_get(const struct phrases *p, const char *group, const char *name)
{
	int i = number_of(p, group, name);

	return i < 0 ? NULL : &p->lists[i];
}

bool phrases_find(const struct phrases *p, const char *group, const char *name, struct reading *text, struct span *out)
{
	const struct pattern_list *list = phrases_get(p, group, name);
	bool found = false;

	for (size_t i = 0; list && i < list->n; i++) {
		const struct spans *spans = scan_spans(text->scan, list->list[i]);

		if (spans->n && (!found || spans->list[0].start < out->start)) {
			*out = spans->list[0];
			found = true;
		}
	}
	return found;
}
