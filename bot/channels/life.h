/* life.h - a channel from its start to its end: who we are is asked first, until it is answered; then it reads.
 *
 *     STOPPED -- start --> ASKING_WHO -- answered --> READING
 *     ASKING_WHO -- no answer --> WAITING -- time --> ASKING_WHO
 *     any -- stop --> STOPPING -- nothing under way, or time is up --> STOPPED */
#ifndef CHANNELS_LIFE_H
#define CHANNELS_LIFE_H

#include <stdbool.h>
#include <stdint.h>

struct channel;
struct life;
struct sendings;
struct vitals;

/* What the channel itself does; each with its `ctx`. */
struct life_ops {
	/* Asks who we are. Ends with life_read_on, life_ask_later or life_fail. */
	void (*ask_who)(void *ctx);
	/* Begins to read from `cursor` ("" at the very first). */
	void (*read)(void *ctx, const char *cursor);
	/* Asks and reads no more. `stopped(life)` when the reader is through, maybe at once. What is being said goes on. */
	void (*stop)(void *ctx, void (*stopped)(void *life), void *life);
};

/* All of it is borrowed for the life. */
struct life_parts {
	struct channel *channel;
	const struct life_ops *ops;
	void *ctx;
	struct sendings *sendings;
	struct vitals *vitals;
	int64_t first_wait_ms; /* after a first failure, doubled with each further one */
	uint64_t seed; /* of the jitter of waits */
};

/* Copies `parts`. */
struct life *life_new(const struct life_parts *parts);
/* NULL is fine. Tells nobody. */
void life_free(struct life *l);
/* As channel_ops.start, only when it is stopped. */
void life_start(struct life *l, const char *cursor);
/* As channel_ops.stop: waits until the reader has stopped and nothing is being said any more, but not for long; what is still
 * being said then is given back. */
void life_stop(struct life *l, void (*stopped)(void *ctx), void *ctx);

/* We know who we are. */
void life_read_on(struct life *l);
/* There was no answer. `after_ms`: what the other side asked for; -1 when it said nothing. */
void life_ask_later(struct life *l, const char *why, int64_t after_ms);
/* The channel can't go on, which is told once, and not when it is to end anyway. */
void life_fail(struct life *l, const char *why);

bool life_failed(const struct life *l);
/* "stopped", "starting", "waiting", "stopping", "failed"; `reader`, while it reads. */
const char *life_state(const struct life *l, const char *reader);

#endif
