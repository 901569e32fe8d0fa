/* trie.h - which of many short strings stand in a text, and where: a tree that is walked from each place of the text. */
#ifndef RULES_TRIE_H
#define RULES_TRIE_H

#include <stddef.h>
#include <stdint.h>

/* At most eight characters, the first in the highest byte, 0 behind. */
typedef uint64_t chars;

enum { CHARS_MAX = 8 };

struct arena;
struct trie;

struct trie *trie_new(void);
void trie_free(struct trie *t);
/* The number of a string, from 0 on; the same string has one number. Only a-z, 0-9, _, ? and the space are told apart from
 * each other: capitals count as small letters, and all else as a space. Not after trie_seal. */
uint32_t trie_add(struct trie *t, chars string);
size_t trie_count(const struct trie *t);
chars trie_string(const struct trie *t, uint32_t number);
void trie_seal(struct trie *t);
/* A sealed copy for reading only, whole in the arena and freed with it. */
struct trie *trie_copy(const struct trie *t, struct arena *arena);

/* A text as the tree is walked over it: a space stands before and behind. */
static inline uint8_t trie_code(char c)
{
	char small = (char)(c | ('a' - 'A'));

	if (small >= 'a' && small <= 'z')
		return (uint8_t)(small - 'a' + 1);
	if (c >= '0' && c <= '9')
		return (uint8_t)(c - '0' + 27);
	return c == '_' ? 37 : c == '?' ? 38 : 0;
}

struct string_found {
	uint32_t string, len;
};

/* Finds the strings that begin at `codes`, of which `len` are left, the shortest first. Returns how many were written. */
size_t trie_find(const struct trie *t, const uint8_t *codes, size_t len, struct string_found out[CHARS_MAX]);

/* The first place from `from` on where a string may begin, or one at the end. */
size_t trie_skip(const struct trie *t, const uint8_t *codes, size_t from, size_t len);

static inline size_t chars_len(chars s)
{
	return s ? 8 - (size_t)__builtin_ctzll(s) / 8 : 0;
}

static inline char chars_at(chars s, size_t i)
{
	return (char)(s >> (56 - 8 * i) & 0xff);
}

#endif
