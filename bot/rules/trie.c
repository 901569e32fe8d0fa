/* trie.c - a tree of strings. A node knows by a bit for each character which children it has, and they stand side by side. */
#include "rules/trie.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "rules/alphabet.h"
#include "util/arena.h"
#include "util/mem.h"

enum {
	FIRST_SLOTS = 1024,
	NO_STRING = -1,
	LETTERS = 39, /* that are told apart */
};

struct node {
	uint64_t children; /* a bit for each code; or TAIL */
	uint32_t first; /* of the children */
	int32_t string; /* that ends here */
};

/* In the place of children: only one string goes on, and its last letters stand in the node at `first`, a byte each. */
#define TAIL UINT64_MAX

struct trie {
	chars *strings;
	size_t n, cap;
	uint32_t *slots; /* number of a string + 1; 0: free */
	size_t mask;
	struct node *nodes;
	size_t n_nodes, cap_nodes;
	int32_t by_one[LETTERS]; /* string that is a single letter */
	uint32_t *by_two; /* node that two letters lead to, LETTERS times the first and the second; 0 where they lead nowhere */
};

struct trie *trie_new(void)
{
	struct trie *t = mem_alloc(1, sizeof *t);

	t->slots = mem_alloc(FIRST_SLOTS, sizeof *t->slots);
	t->mask = FIRST_SLOTS - 1;
	return t;
}

void trie_free(struct trie *t)
{
	if (!t)
		return;
	free(t->strings);
	free(t->slots);
	free(t->nodes);
	free(t->by_two);
	free(t);
}

static size_t slot_of(const struct trie *t, chars s)
{
	size_t i = (s * 0x9e3779b97f4a7c15u) >> 32 & t->mask;

	while (t->slots[i] && t->strings[t->slots[i] - 1] != s)
		i = (i + 1) & t->mask;
	return i;
}

static void grow(struct trie *t)
{
	t->mask = t->mask * 2 + 1;
	free(t->slots);
	t->slots = mem_alloc(t->mask + 1, sizeof *t->slots);
	for (size_t i = 0; i < t->n; i++)
		t->slots[slot_of(t, t->strings[i])] = (uint32_t)i + 1;
}

/* With the code of each character, plus 1, in its place: 0 stays behind the end. */
static chars coded(chars s)
{
	chars out = 0;
	size_t len = chars_len(s);

	for (size_t i = 0; i < len; i++)
		out |= (chars)(trie_code(chars_at(s, i)) + 1) << (56 - 8 * i);
	return out;
}

uint32_t trie_add(struct trie *t, chars string)
{
	chars s = coded(string);
	size_t slot = slot_of(t, s);

	if (t->slots[slot])
		return t->slots[slot] - 1;
	if (t->n * 2 > t->mask) {
		grow(t);
		slot = slot_of(t, s);
	}
	mem_room(t->strings, t->n, t->cap);
	t->strings[t->n] = s;
	t->slots[slot] = (uint32_t)++t->n;
	return (uint32_t)t->n - 1;
}

size_t trie_count(const struct trie *t)
{
	return t->n;
}

chars trie_string(const struct trie *t, uint32_t number)
{
	static const char letters[] = " abcdefghijklmnopqrstuvwxyz0123456789_?";
	chars s = t->strings[number], out = 0;

	for (size_t i = 0; i < chars_len(s); i++)
		out |= (chars)(unsigned char)letters[chars_at(s, i) - 1] << (56 - 8 * i);
	return out;
}

struct entry {
	chars string;
	uint32_t number;
};

static int by_string(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return (x->string > y->string) - (x->string < y->string);
}

static void add_tail(struct trie *t, size_t node, const struct entry *e, size_t depth)
{
	struct node tail = {0, (uint32_t)(chars_len(e->string) - depth), (int32_t)e->number};
	uint8_t letters[CHARS_MAX] = {0};

	for (size_t i = 0; i < tail.first; i++)
		letters[i] = (uint8_t)(chars_at(e->string, depth + i) - 1);
	memcpy(&tail.children, letters, sizeof letters);
	mem_room(t->nodes, t->n_nodes, t->cap_nodes);
	t->nodes[node].children = TAIL;
	t->nodes[node].first = (uint32_t)t->n_nodes;
	t->nodes[t->n_nodes++] = tail;
}

/* Strings [from, to) are alike in their first `depth` characters, and these lead to `node`. */
static void add_children(struct trie *t, size_t node, const struct entry *list, size_t from, size_t to, size_t depth)
{
	size_t starts[64], n = 0, first = t->n_nodes;
	uint64_t bits = 0;

	if (to - from == 1 && depth > 1) {
		add_tail(t, node, &list[from], depth);
		return;
	}
	for (size_t i = from; i < to; i++) {
		unsigned code = (unsigned)chars_at(list[i].string, depth) - 1u;

		if (bits >> code & 1)
			continue;
		bits |= 1ull << code;
		starts[n++] = i;
		mem_room(t->nodes, t->n_nodes, t->cap_nodes);
		t->nodes[t->n_nodes++] = (struct node){0, 0, NO_STRING};
	}
	t->nodes[node].children = bits;
	t->nodes[node].first = (uint32_t)first;
	for (size_t i = 0; i < n; i++) {
		size_t start = starts[i], end = i + 1 < n ? starts[i + 1] : to;

		if (chars_len(list[start].string) == depth + 1)
			t->nodes[first + i].string = (int32_t)list[start++].number;
		if (start < end)
			add_children(t, first + i, list, start, end, depth + 1);
	}
}

static const struct node *child(const struct trie *t, const struct node *node, uint8_t code)
{
	uint64_t bit = 1ull << code;

	return node->children & bit ? &t->nodes[node->first + (uint32_t)charset_size(node->children & (bit - 1))] : NULL;
}

/* Most places of a text lead nowhere: two letters tell. */
static void list_pairs(struct trie *t)
{
	t->by_two = mem_alloc(LETTERS * LETTERS, sizeof *t->by_two);
	for (uint8_t a = 0; a < LETTERS; a++) {
		const struct node *one = child(t, t->nodes, a);

		t->by_one[a] = one ? one->string : NO_STRING;
		for (uint8_t b = 0; one && b < LETTERS; b++) {
			const struct node *two = child(t, one, b);

			if (two)
				t->by_two[a * LETTERS + b] = (uint32_t)(two - t->nodes);
		}
	}
}

void trie_seal(struct trie *t)
{
	struct entry *list = mem_alloc(t->n + 1, sizeof *list);
	size_t from = 0;

	for (size_t i = 0; i < t->n; i++)
		list[i] = (struct entry){t->strings[i], (uint32_t)i};
	qsort(list, t->n, sizeof *list, by_string);
	while (from < t->n && !list[from].string) /* the empty string is found nowhere */
		from++;
	mem_room(t->nodes, t->n_nodes, t->cap_nodes);
	t->nodes[t->n_nodes++] = (struct node){0, 0, NO_STRING};
	if (from < t->n)
		add_children(t, 0, list, from, t->n, 0);
	free(list);
	free(t->slots);
	t->slots = NULL;
	list_pairs(t);
}

struct trie *trie_copy(const struct trie *t, struct arena *arena)
{
	struct trie *copy = arena_copy(arena, t, 1, sizeof *t);

	copy->strings = NULL; /* of no use any more */
	copy->nodes = arena_copy(arena, t->nodes, t->n_nodes, sizeof *t->nodes);
	copy->by_two = arena_copy(arena, t->by_two, LETTERS * LETTERS, sizeof *t->by_two);
	return copy;
}

/* Adds the string that ends at a node, if one does. */
static size_t tell(const struct node *node, size_t len, struct string_found *out)
{
	if (node->string < 0)
		return 0;
	*out = (struct string_found){(uint32_t)node->string, (uint32_t)len};
	return 1;
}

static bool tail_fits(const struct node *tail, const uint8_t *codes, size_t len)
{
	return tail->first <= len && memcmp(codes, &tail->children, tail->first) == 0;
}

size_t trie_skip(const struct trie *t, const uint8_t *codes, size_t from, size_t len)
{
	while (from + 1 < len && !t->by_two[codes[from] * LETTERS + codes[from + 1]] && t->by_one[codes[from]] == NO_STRING)
		from++;
	return from;
}

size_t trie_find(const struct trie *t, const uint8_t *codes, size_t len, struct string_found out[CHARS_MAX])
{
	uint32_t two = len > 1 ? t->by_two[codes[0] * LETTERS + codes[1]] : 0;
	const struct node *node = two ? &t->nodes[two] : NULL;
	size_t n = 0;

	if (len && t->by_one[codes[0]] != NO_STRING)
		out[n++] = (struct string_found){(uint32_t)t->by_one[codes[0]], 1};
	for (size_t i = 2; node; i++) { /* of the first two letters the table told */
		const struct node *tail = node->children == TAIL ? &t->nodes[node->first] : NULL;

		n += tell(node, i, out + n);
		if (tail)
			return n + (tail_fits(tail, codes + i, len - i) ? tell(tail, i + tail->first, out + n) : 0);
		node = i < len ? child(t, node, codes[i]) : NULL;
	}
	return n;
}
