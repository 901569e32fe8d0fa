/* beside.h - whether one more finding makes it an emergency: for asking that of many findings beside the same facts. */
#ifndef TRIAGE_BESIDE_H
#define TRIAGE_BESIDE_H

#include <stdbool.h>

#include "triage/bits.h"

struct facts;
struct tables;

/* What is known, worked out once. */
struct beside {
	const struct tables *tables; /* borrowed */
	struct bits told, may_derive, may_fire;
};

void beside_init(struct beside *b, const struct tables *t, const struct facts *facts);
/* Whether decide_urgency of the facts, with that finding told as present (facts_tell), is URGENCY_EMERGENCY; -1 for no
 * finding more. */
bool beside_emergency(const struct beside *b, int finding);
/* False where two findings have no emergency rule in common: what is none with either of them is none with both. */
bool beside_related(const struct tables *t, int a, int b);

#endif
