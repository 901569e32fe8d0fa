/* said.h - which wording was used in a talk, so that the same sentence does not come twice while another is left. A
 * text with variants is known by a hash of its first one. */
#ifndef TALK_SAID_H
#define TALK_SAID_H

#include <stddef.h>
#include <stdint.h>

enum { SAID_MAX = 96 }; /* the texts used longest ago are forgotten */

struct said {
	uint32_t seed; /* which variant comes first: another for another talk */
	struct {
		uint32_t key;
		uint16_t times;
	} list[SAID_MAX]; /* the one used last at the end */
	size_t n;
};

/* How often the text with this first variant was said. */
unsigned said_times(const struct said *s, const char *first);
/* The number of the variant to say now, of `n`. Counts it. */
size_t said_next(struct said *s, const char *first, size_t n);

#endif
