/* bits.h - a set of up to 512 small numbers: atoms, or rules. */
#ifndef TRIAGE_BITS_H
#define TRIAGE_BITS_H

#include <stdbool.h>
#include <stdint.h>

enum { BITS_MAX = 512, BITS_WORDS = BITS_MAX / 64 };

struct bits {
	uint64_t word[BITS_WORDS];
};

static inline void bits_set(struct bits *b, int i)
{
	b->word[i / 64] |= UINT64_C(1) << i % 64;
}

static inline void bits_clear(struct bits *b, int i)
{
	b->word[i / 64] &= ~(UINT64_C(1) << i % 64);
}

static inline struct bits bits_of(int i)
{
	struct bits b = {{0}};
	bits_set(&b, i);
	return b;
}

static inline bool bits_has(const struct bits *b, int i)
{
	return b->word[i / 64] >> i % 64 & 1;
}

/* True when all of `part` is in `whole`. Without a branch a word: the compiler takes several at once. */
static inline bool bits_within(const struct bits *part, const struct bits *whole)
{
	uint64_t outside = 0;
	for (int i = 0; i < BITS_WORDS; i++)
		outside |= part->word[i] & ~whole->word[i];
	return !outside;
}

static inline bool bits_meet(const struct bits *a, const struct bits *b)
{
	uint64_t both = 0;
	for (int i = 0; i < BITS_WORDS; i++)
		both |= a->word[i] & b->word[i];
	return both;
}

/* How many they have in common. */
static inline int bits_common(const struct bits *a, const struct bits *b)
{
	int n = 0;
	if (!bits_meet(a, b)) /* mostly */
		return 0;
	for (int i = 0; i < BITS_WORDS; i++)
		for (uint64_t both = a->word[i] & b->word[i]; both; both &= both - 1)
			n++;
	return n;
}

static inline void bits_add(struct bits *b, const struct bits *more)
{
	for (int i = 0; i < BITS_WORDS; i++)
		b->word[i] |= more->word[i];
}

static inline struct bits bits_without(const struct bits *b, const struct bits *less)
{
	struct bits rest;
	for (int i = 0; i < BITS_WORDS; i++)
		rest.word[i] = b->word[i] & ~less->word[i];
	return rest;
}

/* The smallest number in both from `from` on, or -1: for going through all of them. */
static inline int bits_next_common(const struct bits *a, const struct bits *b, int from)
{
	int i = from / 64;
	uint64_t both = i < BITS_WORDS ? a->word[i] & b->word[i] & (UINT64_MAX << from % 64) : 0;
	while (!both && ++i < BITS_WORDS)
		both = a->word[i] & b->word[i];
	return both ? i * 64 + __builtin_ctzll(both) : -1;
}

static inline int bits_next(const struct bits *b, int from)
{
	return bits_next_common(b, b, from);
}

#endif
