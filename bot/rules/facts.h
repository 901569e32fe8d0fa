/* facts.h - what is known of one person: a state for each finding and the told values. Plain data, copied freely. */
#ifndef RULES_FACTS_H
#define RULES_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/vocab.h"

enum { FACTS_MAX = 256 }; /* the most findings that a vocabulary may have */

struct facts {
	uint8_t state[FACTS_MAX]; /* enum finding_state by finding number */
	bool has_value[VALUE_KINDS];
	double value[VALUE_KINDS]; /* days; 0-10; years */
};

#endif
