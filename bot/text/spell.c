/* spell.c - from a misspelt word to the known word that was meant.
 *
 * Unknown words are rare and the words known to the rules are a few thousand, so every known word is looked at; a mask of
 * the letters that occur rules out nearly all of them before any distance is computed. */
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
	uint32_t letters;
	uint8_t len;
};

struct spell {
	struct known *words;
	size_t n, cap;
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
	return copy;
}

void spell_learn(struct spell *s, const char *word, size_t len)
{
	if (len < MIN_WORD || len > SPELL_MAX_WORD || spell_knows(s, word, len))
		return;
	mem_room(s->words, s->n, s->cap);
	s->words[s->n] = (struct known){mem_strndup(word, len), letters_of(word, len), (uint8_t)len};
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

const char *spell_correct(const struct spell *s, const char *word, size_t len)
{
	const char *best = NULL;
	int best_cost = 1000;

	if (len < MIN_WORD || len > SPELL_MAX_WORD)
		return NULL;
	int most = len >= LONG_WORD ? 2 : 1;
	uint32_t letters = letters_of(word, len);
	for (size_t i = 0; i < s->n; i++) {
		const struct known *k = &s->words[i];

		if (abs((int)k->len - (int)len) > most || __builtin_popcount(k->letters ^ letters) > 2 * most)
			continue;
		int c = cost(k, word, (int)len, most);
		if (c < best_cost) {
			best_cost = c;
			best = k->word;
		}
	}
	return best;
}
