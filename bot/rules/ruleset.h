/* ruleset.h - everything under intents/LANG read, checked and compiled: immutable, replaced whole on reload. */
#ifndef RULES_RULESET_H
#define RULES_RULESET_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct phrases;
struct problems;
struct ruleset;
struct text;
struct understanding;
struct vocab;

/* Reads `dir`/intents for the language. Returns a new set (free with ruleset_free), or NULL with every problem added. */
struct ruleset *ruleset_load(const char *dir, const char *lang, struct problems *problems);
/* NULL is fine. */
void ruleset_free(struct ruleset *r);

/* All of a set that never changes, for reading only, without what only the check needs (samples): whole in the arena, so that
 * it can be written to a file and mapped again. `dir` is the data folder that the set was read from; files are named from there
 * on. Freed with the arena. */
struct flat_rules;
struct flat_rules *ruleset_flatten(const struct ruleset *r, const char *dir, struct arena *arena);
const struct vocab *flat_rules_vocab(const struct flat_rules *flat);
/* A new set that runs with these (free with ruleset_free); borrows them until then. */
struct ruleset *ruleset_open(const struct flat_rules *flat);

/* Borrowed from the set. */
const struct vocab *ruleset_vocab(const struct ruleset *r);
const struct phrases *ruleset_phrases(const struct ruleset *r);

/* A text of our own, as understand reads one of theirs. */
void ruleset_read(const struct ruleset *r, const char *words, struct arena *arena, struct text *out);
/* Whether a message says one of the named small things of answers.yaml ("new_complaint"); "group/phrase" where there is a
 * group, else NULL. */
bool ruleset_says(const struct ruleset *r, const struct understanding *u, const char *group, const char *phrase);

#endif
