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

/* Notes a told number. An age that was told by a word alone (vocab_by_word) never takes the place of one in years. */
static inline void facts_tell_value(struct facts *f, enum value_kind kind, double value)
{
	if (f->has_value[kind] && vocab_by_word(kind, value))
		return;
	f->has_value[kind] = true;
	f->value[kind] = value;
}

#endif
