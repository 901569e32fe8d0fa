/* way.h - the way of what comes in through one channel: gathered while the loop turns, loaded, worked, committed as one
 * batch; only then confirmed to the channel and sent. The fuller the queue, the cheaper each message.
 *
 *     IDLE -- something waits --> LOADING -- loaded --> WORKING -- all worked --> COMMITTING -- written --> IDLE
 *
 * WORKING lets the loop have its turn every few milliseconds.  * A batch that can't be loaded or written goes back whole: the channel is told that nothing was saved, and brings it
 * again. Another one's change of a conversation in between (a conflict) makes the batch be loaded and worked anew. */
#ifndef DAEMON_WAY_H
#define DAEMON_WAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "channels/channel.h"
#include "talk/talk.h"

struct config;
struct err;
struct guard;
struct log;
struct loop;
struct outbox;
struct store;
struct store_out;
struct way;

enum {
	WAY_MAX_WAITING = 2048, /* items; more are not taken: the other side keeps them */
	WAY_MAX_BATCH = 48, /* items worked at once: bounds how long the loop stands still */
};

struct way_parts {
	struct loop *loop;
	struct store *store;
	struct channel *channel;
	struct outbox *outbox;
	struct guard *guard;
	const struct log *log;
	const struct config *config;
	const struct talk_data *data; /* read anew for each batch; must stay while way_is_working */
	int64_t (*now_ms)(void);
};

struct way *way_new(const struct way_parts *parts);
/* NULL is fine. What is not committed goes back as not saved. After store_close. */
void way_free(struct way *w);

/* Reads how rooms want us to behave: before the first item is taken, and whenever their names or wishes may have changed behind
 * our back. `ready` is called once, later, with NULL or what went wrong; it may be NULL. */
void way_read_manners(struct way *w, void (*ready)(void *ctx, const struct err *err), void *ctx);

/* What channel_sink.take promises. */
void way_take(struct way *w, const struct incoming *list, size_t n, const char *cursor, channel_saved_cb saved, void *ctx);
/* What channel_sink.put_off promises. */
void way_put_off(struct way *w, const struct incoming *list, size_t n);
/* A row of the outbox whose time has come and that needs work: a check-in, a copy. `done` as in way_take. */
void way_take_row(struct way *w, const struct store_out *row, channel_saved_cb saved, void *ctx);

/* Calls idle(ctx) once, when nothing is waiting or under way; at once if so. */
void way_drain(struct way *w, void (*idle)(void *ctx), void *ctx);

/* A batch is being worked with the data as they were at its begin. */
bool way_is_working(const struct way *w);

/* Since start. */
struct way_counts {
	uint64_t items, seen_before, batches, failed_batches, given_up, refused;
	size_t waiting;
	int64_t last_batch_ms; /* when the last one was written */
};
void way_counts(const struct way *w, struct way_counts *out);

#endif
