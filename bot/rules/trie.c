/* trie.c - a tree of strings. A node knows by a bit for each character which children it has, and they stand side by side. */
#include "rules/trie.h"

#include <stdlib.h>
#include <string.h>

#include "rules/alphabet.h"
#include "util/arena.h"
#include "util/mem.h"

enum { FIRST_SLOTS = 1024, NO_STRING = -1 };

struct node {
	uint64_t children; /* a bit for each code */
	uint32_t first; /* of the children */
	int32_t string; /* that ends here */
};

struct trie {
	chars *strings;
	size_t n, cap;
	uint32_t *slots; /* number of a string + 1; 0: free */
	size_t mask;
	struct node *nodes;
	size_t n_nodes, cap_nodes;
};

uint8_t trie_code(char c)
{
	if (c >= 'a' && c <= 'z')
		return (uint8_t)(c - 'a' + 1);
	if (c >= '0' && c <= '9')
		return (uint8_t)(c - '0' + 27);
	if (c >= 'A' && c <= 'Z')
		return (uint8_t)(c - 'A' + 1);
	return c == '_' ? 37 : c == '?' ? 38 : 0;
}

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

/* Strings [from, to) are alike in their first `depth` characters, and these lead to `node`. */
static void add_children(struct trie *t, size_t node, const struct entry *list, size_t from, size_t to, size_t depth)
{
	size_t starts[64], n = 0, first = t->n_nodes;
	uint64_t bits = 0;

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
}

struct trie *trie_copy(const struct trie *t, struct arena *arena)
{
	struct trie *copy = arena_copy(arena, t, 1, sizeof *t);

	copy->strings = NULL; /* of no use any more */
	copy->nodes = arena_copy(arena, t->nodes, t->n_nodes, sizeof *t->nodes);
	return copy;
}

size_t trie_find(const struct trie *t, const uint8_t *codes, size_t len, struct string_found out[CHARS_MAX])
{
	const struct node *node = t->nodes;
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		uint64_t bit = 1ull << codes[i];

		if (!(node->children & bit))
			break;
		node = &t->nodes[node->first + (uint32_t)charset_size(node->children & (bit - 1))];
		if (node->string >= 0)
			out[n++] = (struct string_found){(uint32_t)node->string, (uint32_t)i + 1};
	}
	return n;
}
