/* needs.h - what texts must hold for patterns to be able to match, as formulas over strings: "calf" AND ("hot" OR "warm"), and
 * the strings that all matches begin with. In the line of RE2's FilteredRE2 (Russ Cox, "Regular Expression Matching with a
 * Trigram Index", 2012): one pass over a text tells which patterns need be run, and where.
 *
 * A formula is not kept whole: of what a pattern needs the rarest is what leads to it, and the next is asked for besides. */
#ifndef RULES_NEEDS_H
#define RULES_NEEDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/trie.h"

struct arena;
struct needs;

enum { NEED_NOTHING = 0 }; /* the formula that always holds */

struct needs *needs_new(void);
void needs_free(struct needs *n);

/* A formula each, by number. A string that is too short to rule anything out needs nothing. Strings hold only letters, digits,
 * underscores, question marks and spaces: in the text all else is a space, and a space stands before and behind. */
int needs_string(struct needs *n, chars string);
int needs_and(struct needs *n, int a, int b);
int needs_or(struct needs *n, const int *list, size_t count);

/* A string that a match may begin with. */
struct begin {
	chars string;
	bool space_before; /* its first space stands before the match */
};

/* Says what `user`, a number, depends on. Where `n_begins` is not 0, every match begins with one of these. */
void needs_attach(struct needs *n, uint32_t user, int formula, const struct begin *begins, size_t n_begins);
/* After the last of these, before the first needs_find. */
void needs_seal(struct needs *n);
/* A sealed copy for reading only, whole in the arena and freed with it. */
struct needs *needs_copy(const struct needs *n, struct arena *arena);

/* A place where a match may begin; `next` is 0 at the end. */
struct needed_place {
	uint32_t at, next;
	uint32_t end; /* 1 more than where the match ends that does begin there; 0 where that is not known */
};

/* A user that may match, or does, at the place that was asked for. */
struct sifted {
	uint32_t user;
	uint32_t end; /* as above */
};

/* Looks closer at a place, which begins with `string` and with all that begin `string`. */
struct sieve {
	void *ctx;
	/* Who of those that begin with one of chain[0..n), the last of which is the longest, may match at text[at..]? `before`: of
	 * those whose first space stands before the match, else of the others. Returns how many; valid until the next call.
	 * SIEVE_ALL: nothing is known. */
	size_t (*sift)(void *ctx, const struct string_found *chain, size_t n, bool before, size_t at, const struct sifted **out);
};

#define SIEVE_ALL ((size_t)-1)

/* What a text holds of what is needed; in the arena. The users that it may hold are numbered from 1 on as they come up. */
struct needed {
	uint64_t *users; /* bits of those whose needs are there */
	uint32_t *slots; /* by user: its number, 0 where nothing of it came up */
	size_t n_slots; /* with the unused 0 */
	uint32_t *first; /* by number: in `places`, 0 where it is not known where it may begin */
	const struct needed_place *places; /* of each user in order */
};

/* Who begins with a string: the numbers of users, doubled, and 1 more where the string's first space stands before the match.
 * Returns how many. */
size_t needs_begins(const struct needs *n, uint32_t string, const uint32_t **out);
/* How many strings there are, numbered from 0. */
size_t needs_strings(const struct needs *n);

/* `sieve` may be NULL. */
void needs_find(const struct needs *n, const char *text, size_t len, const struct sieve *sieve, struct arena *arena,
	struct needed *out);
/* Whether all places where the user may match are told. */
bool needs_places(const struct needs *n, uint32_t user);

#endif
