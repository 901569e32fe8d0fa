/* ruleset.h - everything under intents/LANG read, checked and compiled: immutable, replaced whole on reload. */
#ifndef RULES_RULESET_H
#define RULES_RULESET_H

#include <stdbool.h>
#include <stddef.h>

struct phrases;
struct problems;
struct ruleset;
struct understanding;
struct vocab;

/* Reads `dir`/intents for the language. Returns a new set (free with ruleset_free), or NULL with every problem added. */
struct ruleset *ruleset_load(const char *dir, const char *lang, struct problems *problems);
void ruleset_free(struct ruleset *r);

/* Borrowed from the set. */
const struct vocab *ruleset_vocab(const struct ruleset *r);
const struct phrases *ruleset_phrases(const struct ruleset *r);

/* Whether a message says one of the named small things of answers.yaml ("new_complaint"). */
bool ruleset_says(const struct ruleset *r, const struct understanding *u, const char *phrase);

#endif
