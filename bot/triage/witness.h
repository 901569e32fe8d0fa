/* witness.h - people who have exactly what makes a rule fire: the smallest sets of findings, with derived ones spelled
 * out. For checks of the data. */
#ifndef TRIAGE_WITNESS_H
#define TRIAGE_WITNESS_H

#include <stddef.h>

#include "triage/triage.h"

struct arena;
struct guard;

enum { WITNESS_MAX = 256 };

/* Writes the facts of each such person: what `base` holds and a smallest set beside it that makes the rule fire, all
 * else not told. Returns how many; at most WITNESS_MAX are found. */
size_t witnesses(const struct tables *t, int rule, const struct facts *base, struct facts out[WITNESS_MAX]);
/* The same for any guard over the atoms of the tables. */
size_t guard_witnesses(
	const struct tables *t, const struct guard *when, const struct facts *base, struct facts out[WITNESS_MAX]);

/* "swelling fever age_years=15" for messages, in the arena; with `denied` what is absent, too: "absent:pain". */
const char *facts_words(const struct tables *t, const struct facts *facts, bool denied, struct arena *arena);

#endif
