/* runaway.h - patterns that a short text can keep busy for ever: "(?:\w+ ?)+x". For checks of the data. */
#ifndef RULES_RUNAWAY_H
#define RULES_RUNAWAY_H

#include <stdbool.h>

struct codes;

enum { RUNAWAY_TEXT = 80 };

/* Whether a match of `source` hits the limit of steps on some short text made of its own words; that text is written to
 * out_text. Compiled patterns are held in `codes` under `number`. */
bool runaway(struct codes *codes, int number, const char *source, char out_text[RUNAWAY_TEXT]);

#endif
