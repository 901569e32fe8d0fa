/* ahocorasick.c - finds which of many strings are in a text, in one pass.
 *
 * The characters that occur in the strings are numbered, and each state has a row with the next state for each of them:
 * failures are worked out while sealing, so that a text is one look-up a byte. */
#include "rules/ahocorasick.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "util/arena.h"
#include "util/mem.h"

struct output {
	uint32_t id;
	int32_t next; /* in outputs, -1 at the end */
};

struct node {
	int32_t child, sibling; /* of the trie while it grows, -1 where there is none */
	int32_t outputs; /* first of this state's own ids */
	uint32_t fail;
	uint32_t shorter; /* the longest proper suffix with ids, 0 when there is none */
	uint8_t letter;
};

struct ac {
	struct node *nodes;
	size_t n, cap;
	struct output *outputs;
	size_t n_outputs, cap_outputs;
	uint8_t number[256]; /* of a byte, 0 for all that no string holds */
	size_t letters; /* with the 0 */
	uint32_t *rows; /* n * letters; the top bit says that the state or a suffix has ids */
};

enum { HAS_OUTPUT = 1u << 31 };

static int32_t add_node(struct ac *ac, uint8_t letter)
{
	mem_room(ac->nodes, ac->n, ac->cap);
	ac->nodes[ac->n] = (struct node){-1, -1, -1, 0, 0, letter};
	return (int32_t)ac->n++;
}

struct ac *ac_new(void)
{
	struct ac *ac = mem_alloc(1, sizeof *ac);

	(void)add_node(ac, 0);
	ac->letters = 1;
	return ac;
}

void ac_free(struct ac *ac)
{
	if (!ac)
		return;
	free(ac->nodes);
	free(ac->outputs);
	free(ac->rows);
	free(ac);
}

struct ac *ac_copy(const struct ac *ac, struct arena *arena)
{
	struct ac *copy = arena_copy(arena, ac, 1, sizeof *ac);

	copy->nodes = arena_copy(arena, ac->nodes, ac->n, sizeof *ac->nodes);
	copy->outputs = arena_copy(arena, ac->outputs, ac->n_outputs, sizeof *ac->outputs);
	copy->rows = arena_copy(arena, ac->rows, ac->n * ac->letters, sizeof *ac->rows);
	return copy;
}

static int32_t child_of(const struct ac *ac, int32_t node, uint8_t letter)
{
	int32_t child = ac->nodes[node].child;

	while (child >= 0 && ac->nodes[child].letter != letter)
		child = ac->nodes[child].sibling;
	return child;
}

void ac_add(struct ac *ac, const char *text, uint32_t id)
{
	int32_t node = 0;

	for (; *text; text++) {
		uint8_t letter = (uint8_t)*text;
		int32_t child = child_of(ac, node, letter);

		if (child < 0) {
			child = add_node(ac, letter);
			ac->nodes[child].sibling = ac->nodes[node].child;
			ac->nodes[node].child = child;
			if (!ac->number[letter])
				ac->number[letter] = (uint8_t)ac->letters++;
		}
		node = child;
	}
	mem_room(ac->outputs, ac->n_outputs, ac->cap_outputs);
	ac->outputs[ac->n_outputs] = (struct output){id, ac->nodes[node].outputs};
	ac->nodes[node].outputs = (int32_t)ac->n_outputs++;
}

static void fill_row(struct ac *ac, uint32_t node)
{
	uint32_t *row = ac->rows + node * ac->letters;

	if (node)
		memcpy(row, ac->rows + ac->nodes[node].fail * ac->letters, ac->letters * sizeof *row);
	for (int32_t child = ac->nodes[node].child; child >= 0; child = ac->nodes[child].sibling) {
		uint32_t *next = &row[ac->number[ac->nodes[child].letter]];

		ac->nodes[child].fail = node ? *next & ~(uint32_t)HAS_OUTPUT : 0;
		*next = (uint32_t)child;
	}
}

/* Breadth first, so that the state to fall back to is finished before it is needed. */
void ac_seal(struct ac *ac)
{
	uint32_t *queue = mem_alloc(ac->n, sizeof *queue);
	size_t head = 0, tail = 0;

	ac->rows = mem_alloc(ac->n * ac->letters, sizeof *ac->rows);
	for (queue[tail++] = 0; head < tail; head++) {
		struct node *node = &ac->nodes[queue[head]];

		fill_row(ac, queue[head]);
		node->shorter = ac->nodes[node->fail].outputs >= 0 ? node->fail : ac->nodes[node->fail].shorter;
		for (int32_t child = node->child; child >= 0; child = ac->nodes[child].sibling)
			queue[tail++] = (uint32_t)child;
	}
	for (size_t i = 0; i < ac->n * ac->letters; i++) {
		const struct node *to = &ac->nodes[ac->rows[i]];

		if (to->outputs >= 0 || to->shorter)
			ac->rows[i] |= HAS_OUTPUT;
	}
	free(queue);
}

static void report(const struct ac *ac, uint32_t state, uint64_t *bits)
{
	do {
		for (int32_t o = ac->nodes[state].outputs; o >= 0; o = ac->outputs[o].next)
			bits[ac->outputs[o].id / 64] |= 1ull << ac->outputs[o].id % 64;
		state = ac->nodes[state].shorter;
	} while (state);
}

void ac_find(const struct ac *ac, const char *text, size_t len, uint64_t *bits)
{
	uint32_t state = 0;

	for (size_t i = 0; i < len; i++) {
		uint32_t next = ac->rows[state * ac->letters + ac->number[(uint8_t)text[i]]];

		state = next & ~(uint32_t)HAS_OUTPUT;
		if (next & HAS_OUTPUT)
			report(ac, state, bits);
	}
}

size_t ac_states(const struct ac *ac)
{
	return ac->n;
}
