/* needs.h - what texts must hold for patterns to be able to match, as formulas over strings: "calf" AND ("hot" OR "warm").
 * In the line of RE2's FilteredRE2 (Russ Cox, "Regular Expression Matching with a Trigram Index", 2012). All formulas live
 * in one store, equal parts once; one pass over a text tells which of them hold. */
#ifndef RULES_NEEDS_H
#define RULES_NEEDS_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct needs;

enum { NEED_NOTHING = 0 }; /* the formula that always holds */

struct needs *needs_new(void);
void needs_free(struct needs *n);

/* A formula each, by number. A string that is too short to rule anything out needs nothing. Strings hold only letters, digits,
 * underscores, question marks and spaces: in the text all else is a space, and a space stands before and behind. */
int needs_string(struct needs *n, const char *text);
int needs_and(struct needs *n, int a, int b);
int needs_or(struct needs *n, const int *list, size_t count);

/* Says that `user` depends on a formula. */
void needs_attach(struct needs *n, int formula, uint32_t user);
/* After the last of these, before the first needs_find. */
void needs_seal(struct needs *n);
/* A sealed copy for reading only, whole in the arena and freed with it. */
struct needs *needs_copy(const struct needs *n, struct arena *arena);
/* Sets the bit of every user whose formula holds in the text. */
void needs_find(const struct needs *n, const char *text, size_t len, struct arena *arena, uint64_t *users);

#endif
