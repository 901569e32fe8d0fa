/* backoff.c - growing, jittered waits. */
#include "net/backoff.h"

#include <assert.h>

void backoff_init(struct backoff *b, int64_t first_ms, int64_t most_ms, uint64_t seed)
{
	assert(first_ms > 0 && most_ms >= first_ms);
	*b = (struct backoff){.first_ms = first_ms, .most_ms = most_ms, .seed = seed};
}

/* splitmix64: any seed will do, also 0. */
static uint64_t next_random(uint64_t *seed)
{
	uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static int64_t doubled(const struct backoff *b)
{
	int64_t wait = b->first_ms;
	for (int i = 0; i < b->failures && wait < b->most_ms; i++)
		wait = wait > b->most_ms / 2 ? b->most_ms : wait * 2;
	return wait;
}

int64_t backoff_next(struct backoff *b)
{
	int64_t wait = doubled(b), quarter = wait / 4;
	if (wait < b->most_ms)
		b->failures++; /* at the cap it would only count up to overflow */
	return wait - quarter + (int64_t)(next_random(&b->seed) % (uint64_t)(2 * quarter + 1));
}

void backoff_reset(struct backoff *b)
{
	b->failures = 0;
}
