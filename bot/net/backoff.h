/* backoff.h - how long to wait after a failure: start, double, cap, with jitter of a quarter either way. Pure. */
#ifndef NET_BACKOFF_H
#define NET_BACKOFF_H

#include <stdint.h>

struct backoff {
	int64_t first_ms, most_ms;
	int failures; /* in a row, as far as they still make it longer */
	uint64_t seed; /* of the jitter; any number; moves on with each wait */
};

/* 0 < first_ms <= most_ms. With the jitter a wait may be a quarter longer than most_ms. */
void backoff_init(struct backoff *b, int64_t first_ms, int64_t most_ms, uint64_t seed);
/* One more failure: how long to wait now. */
int64_t backoff_next(struct backoff *b);
void backoff_reset(struct backoff *b);

#endif
