/* spell.c - from a misspelt word to the known word that was meant.
 *
 * Unknown words are rare and the words known to the rules are a few thousand, so all known words of about that length are looked
 * at; a mask of the letters that occur rules out nearly all of them before any distance is computed. */
#include "text/spell.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/arena.h"
#include "util/mem.h"
#include "util/strmap.h"

enum { MIN_WORD = 4, LONG_WORD = 7 };

struct known {
	char *word;
	uint8_t len;
};

/* The words of one length, in the order in which they were learnt. */
struct length {
	uint32_t *letters, *words;
	size_t n, cap;
};

struct spell {
	struct known *words;
	size_t n, cap;
	struct length lengths[SPELL_MAX_WORD + 1];
	struct strmap *index;
};

static uint32_t letters_of(const char *word, size_t len)
{
	uint32_t mask = 0;

	for (size_t i = 0; i < len; i++)
		if (word[i] >= 'a' && word[i] <= 'z')
			mask |= 1u << (word[i] - 'a');
	return mask;
}

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
	for (size_t len = 0; len <= SPELL_MAX_WORD; len++) {
		free(s->lengths[len].letters);
		free(s->lengths[len].words);
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
	for (size_t len = 0; len <= SPELL_MAX_WORD; len++) {
		struct length *l = &copy->lengths[len];

		l->letters = arena_copy(arena, l->letters, l->n, sizeof *l->letters);
		l->words = arena_copy(arena, l->words, l->n, sizeof *l->words);
		l->cap = l->n;
	}
	return copy;
}

void spell_learn(struct spell *s, const char *word, size_t len)
{
	if (len < MIN_WORD || len > SPELL_MAX_WORD || spell_knows(s, word, len))
		return;
	struct length *l = &s->lengths[len];
	if (l->n == l->cap) {
		l->cap = l->cap ? l->cap * 2 : 64;
		l->letters = mem_grow(l->letters, l->cap, sizeof *l->letters);
		l->words = mem_grow(l->words, l->cap, sizeof *l->words);
	}
	l->letters[l->n] = letters_of(word, len);
	l->words[l->n++] = (uint32_t)s->n;
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
		return 1000;
	return d * 4 + (word[0] != k->word[0] && !swapped) * 2 + (word[len - 1] != k->word[k->len - 1]);
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

static void look_at(const struct spell *s, const struct length *l, const char *word, int len, int most, struct best *best)
{
	uint32_t letters = letters_of(word, (size_t)len);

	for (size_t i = 0; i < l->n; i++) {
		if (bits_of(l->letters[i] ^ letters) > 2 * most)
			continue;
		int c = cost(&s->words[l->words[i]], word, len, most);
		if (c < best->cost || (c == best->cost && l->words[i] < best->word))
			*best = (struct best){c, l->words[i]};
	}
}

const char *spell_correct(const struct spell *s, const char *word, size_t len)
{
	struct best best = {1000, 0};

	if (len < MIN_WORD || len > SPELL_MAX_WORD)
		return NULL;
	size_t most = len >= LONG_WORD ? 2 : 1;
	for (size_t k = len - most; k <= len + most && k <= SPELL_MAX_WORD; k++)
		look_at(s, &s->lengths[k], word, (int)len, (int)most, &best);
	return best.cost < 1000 ? s->words[best.word].word : NULL;
}
