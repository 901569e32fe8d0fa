/* names.c - an array of ids, and a map back. */
#include "rules/names.h"

#include <stdlib.h>
#include <string.h>

#include "util/arena.h"
#include "util/mem.h"
#include "util/strmap.h"

struct names {
	struct strmap *numbers;
	char **ids;
	size_t n, cap;
};

struct names *names_new(void)
{
	struct names *n = mem_alloc(1, sizeof *n);
	n->numbers = strmap_new();
	return n;
}

void names_free(struct names *n)
{
	if (!n)
		return;
	for (size_t i = 0; i < n->n; i++)
		free(n->ids[i]);
	free(n->ids);
	strmap_free(n->numbers);
	free(n);
}

struct names *names_copy(const struct names *n, struct arena *arena)
{
	struct names *copy = arena_copy(arena, n, 1, sizeof *n);
	copy->numbers = strmap_copy(n->numbers, arena);
	copy->ids = arena_copy(arena, n->ids, n->n, sizeof *n->ids);
	copy->cap = n->n;
	for (size_t i = 0; i < n->n; i++)
		copy->ids[i] = arena_strdup(arena, n->ids[i]);
	return copy;
}

int names_add(struct names *n, const char *id)
{
	if (names_number(n, id) >= 0)
		return -1;
	mem_room(n->ids, n->n, n->cap);
	n->ids[n->n] = mem_strdup(id);
	strmap_set(n->numbers, id, strlen(id), (int)n->n);
	return (int)n->n++;
}

size_t names_count(const struct names *n)
{
	return n->n;
}

int names_number(const struct names *n, const char *id)
{
	return strmap_get(n->numbers, id, strlen(id), -1);
}

const char *names_id(const struct names *n, int number)
{
	return number >= 0 && (size_t)number < n->n ? n->ids[number] : NULL;
}

const char *names_near(const struct names *n, const char *id)
{
	return strmap_nearest(n->numbers, id);
}
