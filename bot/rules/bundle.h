/* bundle.h - the regexes whose matches may begin with the same string, run over a text as one automaton: of the hundreds that
 * begin with "my calf" it tells in one walk which ones match here, and where they end. Regexes that would make it too large, as
 * they look ahead or pass over any words, are only followed as far as is simple: of these it tells which ones may match. */
#ifndef RULES_BUNDLE_H
#define RULES_BUNDLE_H

#include <stddef.h>

struct automata;
struct bundles;
struct needs;
struct sieve;
struct subject;

/* The arguments are borrowed for its life; `sources` are the regexes by number, the users of `needs`. */
struct bundles *bundles_new(struct automata *a, const struct needs *needs, const char *const *sources);
/* NULL is fine. */
void bundles_free(struct bundles *b);

/* For needs_find over this text; valid while `s` is. */
struct sieve bundles_sieve(struct bundles *b, const struct subject *s);

#endif
