/* ruleset.h - everything under intents/LANG read, checked and compiled: immutable, replaced whole on reload. */
#ifndef RULES_RULESET_H
#define RULES_RULESET_H

#include <stddef.h>

struct problems;
struct ruleset;
struct vocab;

/* Reads `dir`/intents for the language. Returns a new set (free with ruleset_free), or NULL with every problem added. */
struct ruleset *ruleset_load(const char *dir, const char *lang, struct problems *problems);
void ruleset_free(struct ruleset *r);

/* Borrowed from the set. */
const struct vocab *ruleset_vocab(const struct ruleset *r);

#endif
