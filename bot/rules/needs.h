/* needs.h - what texts must hold for patterns to be able to match, as formulas over strings: "calf" AND ("hot" OR "warm"), and
 * the strings that all matches begin with. In the line of RE2's FilteredRE2 (Russ Cox, "Regular Expression Matching with a
 * Trigram Index", 2012): one pass over a text tells which patterns need be run, and where.
 *
 * A formula is not kept whole, but as a few lists of strings, one of each of which must be there. The list that a usual text
 * holds least often leads to the pattern; the others are asked for besides. */
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

/* Whether a string is long enough to rule anything out. */
bool needs_tells(chars string);
/* A formula each, by number. A string that is too short needs nothing. Strings hold only letters, digits,
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
/* The user is asked for in every text: needs_find tells of it. Others are looked at when they are asked for. */
void needs_lead(struct needs *n, uint32_t user);
/* After the last of these, before the first needs_find. `usual` are texts as people write them, a line each, from which is
 * counted how often they hold a string. */
void needs_seal(struct needs *n, const char *usual);
/* A sealed copy for reading only, whole in the arena and freed with it. */
struct needs *needs_copy(const struct needs *n, struct arena *arena);

/* What a text holds of what is needed; in the arena. */
struct needed {
	const struct needs *needs; /* borrowed */
	uint64_t *users; /* bits of those that lead and whose needs are there */
	uint64_t *strings; /* bits of those that are there */
	struct string_place *places; /* where they are */
	uint32_t *slots; /* the first place of each string, by a hash of it; 0: free */
	size_t mask, len; /* of the slots, of the text */
};

void needs_find(const struct needs *n, const char *text, size_t len, struct arena *arena, struct needed *out);
/* Whether it is known without a look that what a user needs is not there. */
bool needs_ruled_out(const struct needed *found, uint32_t user);
/* Whether what a user needs is there, one that leads or not. */
bool needs_hold(const struct needed *found, uint32_t user);
/* Where matches of the user may begin, a bit for each place of the text and the one behind it; NULL where that is not known.
 * In the arena. */
const uint64_t *needs_places(const struct needed *found, uint32_t user, struct arena *arena);

#endif
