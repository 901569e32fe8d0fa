/* vitals.h - signs of life of a channel, for those who run it. */
#ifndef CHANNELS_VITALS_H
#define CHANNELS_VITALS_H

#include <stdint.h>

enum { VITALS_TOLD = 320 }; /* bytes that vitals_tell needs at most */

struct vitals {
	int64_t last_ms; /* since 1970: when something last came through; 0: never */
	int failures; /* in a row, of what the channel lives on */
	char why[160]; /* of the last one, "" when all is well */
};

/* One failure more. `why` is cut where it is too long. */
void vitals_failed(struct vitals *v, const char *why);
/* The reason for the end of it all: nothing is tried again. */
void vitals_ended(struct vitals *v, const char *why);
void vitals_well(struct vitals *v);
/* "heard 3 s ago, 2 failures, the last: no answer". A way in that is said to work is not enough: what counts
 * is when something last came through it. */
void vitals_tell(const struct vitals *v, int64_t now_ms, char out[VITALS_TOLD]);

#endif
