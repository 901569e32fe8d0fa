/* needs.c - formulas over strings, and which of them hold in a text.
 *
 * The strings that are found fire their formulas; a formula that fires tells those that it is part of: an OR fires with the
 * first of its parts, an AND with the last. */
#include "rules/needs.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "rules/ahocorasick.h"
#include "util/arena.h"
#include "util/mem.h"
#include "util/strmap.h"

enum { SHORTEST = 2 };

enum kind { KIND_ALWAYS, KIND_STRING, KIND_AND, KIND_OR };

struct link {
	uint32_t to;
	int32_t next;
};

struct formula {
	uint8_t kind;
	uint8_t parts; /* AND: how many must fire */
	int32_t wholes; /* links to the formulas that this is part of, -1 at the end */
	int32_t users;
};

struct needs {
	struct formula *list;
	size_t n, cap;
	struct link *links;
	size_t n_links, cap_links;
	struct strmap *index; /* kind and parts, or the string -> number */
	struct ac *strings;
	uint32_t *always; /* users that depend on nothing */
	size_t n_always, cap_always;
};

static int add(struct needs *n, enum kind kind, size_t parts)
{
	mem_room(n->list, n->n, n->cap);
	n->list[n->n] = (struct formula){(uint8_t)kind, (uint8_t)parts, -1, -1};
	return (int)n->n++;
}

static void link_to(struct needs *n, int32_t *first, uint32_t to)
{
	mem_room(n->links, n->n_links, n->cap_links);
	n->links[n->n_links] = (struct link){to, *first};
	*first = (int32_t)n->n_links++;
}

struct needs *needs_new(void)
{
	struct needs *n = mem_alloc(1, sizeof *n);

	n->index = strmap_new();
	n->strings = ac_new();
	(void)add(n, KIND_ALWAYS, 0);
	return n;
}

void needs_free(struct needs *n)
{
	if (!n)
		return;
	free(n->list);
	free(n->links);
	free(n->always);
	strmap_free(n->index);
	ac_free(n->strings);
	free(n);
}

int needs_string(struct needs *n, const char *text)
{
	size_t len = strlen(text);
	int number;

	if ((len < SHORTEST && *text != '?') || strspn(text, " ") == len)
		return NEED_NOTHING;
	number = strmap_get(n->index, text, len, -1);
	if (number >= 0)
		return number;
	number = add(n, KIND_STRING, 0);
	strmap_set(n->index, text, len, number);
	ac_add(n->strings, text, (uint32_t)number);
	return number;
}

static int by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* The formula of these sorted, different parts; the one that is there where there is one. */
static int combine(struct needs *n, enum kind kind, const int *parts, size_t count)
{
	size_t len = (count + 1) * sizeof(int);
	int *key = mem_alloc(count + 1, sizeof *key);

	key[0] = -(int)kind; /* no string begins so: its bytes are not all below 0x80 */
	memcpy(key + 1, parts, count * sizeof *parts);
	int number = strmap_get(n->index, (const char *)key, len, -1);
	if (number < 0) {
		number = add(n, kind, count);
		strmap_set(n->index, (const char *)key, len, number);
		for (size_t i = 0; i < count; i++)
			link_to(n, &n->list[parts[i]].wholes, (uint32_t)number);
	}
	free(key);
	return number;
}

int needs_and(struct needs *n, int a, int b)
{
	int parts[2] = {a < b ? a : b, a < b ? b : a};

	if (a == NEED_NOTHING || b == NEED_NOTHING || a == b)
		return a == NEED_NOTHING ? b : a;
	return combine(n, KIND_AND, parts, 2);
}

int needs_or(struct needs *n, const int *list, size_t count)
{
	int *sorted = mem_alloc(count ? count : 1, sizeof *sorted);
	size_t kept = 0;

	if (count) {
		memcpy(sorted, list, count * sizeof *list);
		qsort(sorted, count, sizeof *sorted, by_number);
	}
	for (size_t i = 0; i < count; i++)
		if (!kept || sorted[kept - 1] != sorted[i])
			sorted[kept++] = sorted[i];
	int number = !kept || sorted[0] == NEED_NOTHING ? NEED_NOTHING : kept == 1 ? sorted[0] : combine(n, KIND_OR, sorted, kept);
	free(sorted);
	return number;
}

void needs_attach(struct needs *n, int formula, uint32_t user)
{
	if (formula != NEED_NOTHING) {
		link_to(n, &n->list[formula].users, user);
		return;
	}
	mem_room(n->always, n->n_always, n->cap_always);
	n->always[n->n_always++] = user;
}

void needs_seal(struct needs *n)
{
	strmap_free(n->index);
	n->index = NULL;
	ac_seal(n->strings);
}

struct needs *needs_copy(const struct needs *n, struct arena *arena)
{
	struct needs *copy = arena_copy(arena, n, 1, sizeof *n);

	copy->list = arena_copy(arena, n->list, n->n, sizeof *n->list);
	copy->links = arena_copy(arena, n->links, n->n_links, sizeof *n->links);
	copy->always = arena_copy(arena, n->always, n->n_always, sizeof *n->always);
	copy->strings = ac_copy(n->strings, arena);
	return copy;
}

static void set(uint64_t *bits, uint32_t i)
{
	bits[i / 64] |= 1ull << i % 64;
}

static bool is_set(const uint64_t *bits, uint32_t i)
{
	return bits[i / 64] >> i % 64 & 1;
}

struct firing {
	const struct needs *n;
	uint64_t *fired;
	uint8_t *counts; /* parts of an AND that fired */
	uint32_t *queue;
	size_t tail;
};

static void fire(struct firing *f, uint32_t formula)
{
	set(f->fired, formula);
	f->queue[f->tail++] = formula;
}

static void tell(struct firing *f, uint32_t formula, uint64_t *users)
{
	const struct formula *it = &f->n->list[formula];

	for (int32_t l = it->users; l >= 0; l = f->n->links[l].next)
		set(users, f->n->links[l].to);
	for (int32_t l = it->wholes; l >= 0; l = f->n->links[l].next) {
		uint32_t whole = f->n->links[l].to;

		if (!is_set(f->fired, whole) &&
			(f->n->list[whole].kind == KIND_OR || ++f->counts[whole] == f->n->list[whole].parts))
			fire(f, whole);
	}
}

/* All that is no word character is a space, and so is what lies before and behind. */
static const char *plain(const char *text, size_t len, struct arena *arena)
{
	char *copy = arena_alloc(arena, len + 3, 1);

	copy[0] = copy[len + 1] = ' ';
	for (size_t i = 0; i < len; i++)
		copy[i + 1] = (text[i] >= 'a' && text[i] <= 'z') || (text[i] >= '0' && text[i] <= '9') || text[i] == '_' ||
				(text[i] >= 'A' && text[i] <= 'Z') || text[i] == '?' ? text[i] : ' ';
	return copy;
}

void needs_find(const struct needs *n, const char *text, size_t len, struct arena *arena, uint64_t *users)
{
	size_t words = n->n / 64 + 1;
	uint64_t *found = arena_alloc(arena, words, sizeof *found);
	struct firing f = {n, arena_alloc(arena, words, sizeof *f.fired), arena_alloc(arena, n->n, 1),
		arena_alloc(arena, n->n, sizeof *f.queue), 0};

	for (size_t i = 0; i < n->n_always; i++)
		set(users, n->always[i]);
	ac_find(n->strings, plain(text, len, arena), len + 2, found);
	for (size_t w = 0; w < words; w++)
		for (uint64_t bits = found[w]; bits; bits &= bits - 1)
			fire(&f, (uint32_t)(w * 64 + (size_t)__builtin_ctzll(bits)));
	for (size_t head = 0; head < f.tail; head++)
		tell(&f, f.queue[head], users);
}
