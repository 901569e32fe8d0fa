/* spell.c - from a misspelt word to the known word that was meant.
 *
 * People rarely get the first letter wrong, and then nothing else. So of the known words those of about that length are looked at
 * that begin with the same letter; a mask of the letters that occur rules out nearly all of them before any distance is computed.
 * Those with another first letter are looked up: there are only so many ways to get one letter wrong. */
#include "text/spell.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/arena.h"
#include "util/mem.h"
#include "util/strmap.h"

enum { MIN_WORD = 4, LONG_WORD = 7, LETTERS = 26 };

/* Of a correction: of each edit; of one that is the first letter at least; of none. */
enum { COST_EDIT = 4, COST_FIRST = COST_EDIT + 2, NO_WORD = 1000 };

struct known {
	char *word;
	uint8_t len;
};

/* The words of one length and first letter, in the order in which they were learnt. */
struct group {
	uint32_t *letters, *words;
	size_t n, cap;
};

struct spell {
	struct known *words;
	size_t n, cap;
	struct group groups[SPELL_MAX_WORD + 1][LETTERS + 1]; /* the last: what begins with no letter */
	struct strmap *index;
	char firsts[UCHAR_MAX + 1]; /* every byte that a known word begins with, ended by a 0 */
};

static uint32_t letters_of(const char *word, size_t len)
{
	uint32_t mask = 0;

	for (size_t i = 0; i < len; i++)
		if (word[i] >= 'a' && word[i] <= 'z')
			mask |= 1u << (word[i] - 'a');
	return mask;
}

static size_t first_of(const char *word)
{
	return word[0] >= 'a' && word[0] <= 'z' ? (size_t)(word[0] - 'a') : LETTERS;
}

/* All groups lie behind each other. */
static struct group *group_at(struct spell *s, size_t i)
{
	return &s->groups[i / (LETTERS + 1)][i % (LETTERS + 1)];
}

enum { GROUPS = (SPELL_MAX_WORD + 1) * (LETTERS + 1) };

struct spell *spell_new(void)
{
	struct spell *s = mem_alloc(1, sizeof *s);

	s->index = strmap_new();
	return s;
}

void spell_free(struct spell *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n; i++)
		free(s->words[i].word);
	for (size_t i = 0; i < GROUPS; i++) {
		free(group_at(s, i)->letters);
		free(group_at(s, i)->words);
	}
	free(s->words);
	strmap_free(s->index);
	free(s);
}

struct spell *spell_copy(const struct spell *s, struct arena *arena)
{
	struct spell *copy = arena_copy(arena, s, 1, sizeof *s);

	copy->words = arena_copy(arena, s->words, s->n, sizeof *s->words);
	copy->cap = s->n;
	copy->index = strmap_copy(s->index, arena);
	for (size_t i = 0; i < s->n; i++)
		copy->words[i].word = arena_strndup(arena, s->words[i].word, s->words[i].len);
	for (size_t i = 0; i < GROUPS; i++) {
		struct group *g = group_at(copy, i);

		g->letters = arena_copy(arena, g->letters, g->n, sizeof *g->letters);
		g->words = arena_copy(arena, g->words, g->n, sizeof *g->words);
		g->cap = g->n;
	}
	return copy;
}

void spell_learn(struct spell *s, const char *word, size_t len)
{
	if (len < MIN_WORD || len > SPELL_MAX_WORD || spell_knows(s, word, len))
		return;
	struct group *g = &s->groups[len][first_of(word)];
	if (g->n == g->cap) {
		g->cap = g->cap ? g->cap * 2 : 16;
		g->letters = mem_grow(g->letters, g->cap, sizeof *g->letters);
		g->words = mem_grow(g->words, g->cap, sizeof *g->words);
	}
	if (!strchr(s->firsts, word[0]))
		s->firsts[strlen(s->firsts)] = word[0];
	g->letters[g->n] = letters_of(word, len);
	g->words[g->n++] = (uint32_t)s->n;
	mem_room(s->words, s->n, s->cap);
	s->words[s->n] = (struct known){mem_strndup(word, len), (uint8_t)len};
	strmap_set(s->index, word, len, (int)s->n++);
}

int spell_knows(const struct spell *s, const char *word, size_t len)
{
	return strmap_get(s->index, word, len, -1) >= 0;
}

/* Optimal string alignment distance, or `most` + 1 as soon as it is known to be more than `most`. */
static int distance(const char *a, int na, const char *b, int nb, int most)
{
	int rows[3][SPELL_MAX_WORD + 1];
	int *before = rows[0], *last = rows[1], *now = rows[2];

	for (int j = 0; j <= nb; j++)
		last[j] = j;
	for (int i = 1; i <= na; i++) {
		int least = now[0] = i;

		for (int j = 1; j <= nb; j++) {
			int d = last[j - 1] + (a[i - 1] != b[j - 1]);

			if (last[j] + 1 < d)
				d = last[j] + 1;
			if (now[j - 1] + 1 < d)
				d = now[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && before[j - 2] + 1 < d)
				d = before[j - 2] + 1;
			now[j] = d;
			if (d < least)
				least = d;
		}
		if (least > most)
			return most + 1;
		int *t = before;
		before = last;
		last = now;
		now = t;
	}
	return last[nb];
}

/* People rarely get the first letter wrong, and seldom the last. */
static int cost(const struct known *k, const char *word, int len, int most)
{
	int d = distance(word, len, k->word, k->len, most);
	bool swapped = len > 1 && word[0] == k->word[1] && word[1] == k->word[0];

	if (d > most || (d > 1 && word[0] != k->word[0]))
		return NO_WORD;
	return d * COST_EDIT + (word[0] != k->word[0] && !swapped) * 2 + (word[len - 1] != k->word[k->len - 1]);
}

/* How many bits are set; quicker than a call where the machine's own count may not be used. */
static int bits_of(uint32_t x)
{
	x -= x >> 1 & 0x55555555u;
	x = (x & 0x33333333u) + (x >> 2 & 0x33333333u);
	return (int)(((x + (x >> 4)) & 0x0f0f0f0fu) * 0x01010101u >> 24);
}

/* The best so far; of those that are as near the one that was learnt first. */
struct best {
	int cost;
	uint32_t word;
};

static void take(const struct spell *s, uint32_t known, const char *word, int len, int most, struct best *best)
{
	int c = cost(&s->words[known], word, len, most);

	if (c < best->cost || (c == best->cost && known < best->word))
		*best = (struct best){c, known};
}

static void look_at(const struct spell *s, const struct group *g, const char *word, int len, int most, struct best *best)
{
	uint32_t letters = letters_of(word, (size_t)len);

	for (size_t i = 0; i < g->n; i++)
		if (bits_of(g->letters[i] ^ letters) <= 2 * most)
			take(s, g->words[i], word, len, most, best);
}

static void look_up(const struct spell *s, const char *other, size_t other_len, const char *word, size_t len, struct best *best)
{
	int known = strmap_get(s->index, other, other_len, -1);

	if (known >= 0)
		take(s, (uint32_t)known, word, (int)len, 1, best);
}

/* The first two letters are swapped. */
static void first_swapped(const struct spell *s, const char *word, size_t len, struct best *best)
{
	char other[SPELL_MAX_WORD];

	memcpy(other, word, len);
	other[0] = word[1];
	other[1] = word[0];
	look_up(s, other, len, word, len, best);
}

/* The first letter is too much, missing or wrong. */
static void first_differs(const struct spell *s, const char *word, size_t len, struct best *best)
{
	char other[SPELL_MAX_WORD + 1];

	memcpy(other + 1, word, len);
	look_up(s, word + 1, len - 1, word, len, best);
	for (size_t i = 0; s->firsts[i]; i++) {
		other[0] = s->firsts[i];
		look_up(s, other, len + 1, word, len, best);
		other[1] = s->firsts[i];
		look_up(s, other + 1, len, word, len, best);
		other[1] = word[0];
	}
}

const char *spell_correct(const struct spell *s, const char *word, size_t len)
{
	struct best best = {NO_WORD, 0};

	if (len < MIN_WORD || len > SPELL_MAX_WORD)
		return NULL;
	size_t most = len >= LONG_WORD ? 2 : 1;
	for (size_t k = len - most; k <= len + most && k <= SPELL_MAX_WORD; k++)
		look_at(s, &s->groups[k][first_of(word)], word, (int)len, (int)most, &best);
	first_swapped(s, word, len, &best);
	if (best.cost >= COST_FIRST)
		first_differs(s, word, len, &best);
	return best.cost < NO_WORD ? s->words[best.word].word : NULL;
}
