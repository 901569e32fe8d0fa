/* outbox.h - what is to be said through one channel leaves here: in the order of each room, one request of a room at a
 * time, several rooms side by side, as fast as the other side allows. A row goes only when it was sent or can never be. */
#ifndef DAEMON_OUTBOX_H
#define DAEMON_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

struct channel;
struct log;
struct loop;
struct outbox;
struct sent;

/* Kinds of rows that are no request of the channel's: this, and STORE_CHECK_IN. */
#define OUTBOX_EXPORT "export" /* becomes a message with all that is kept about the person */

#define OUTBOX_SETTINGS "settings" /* somebody wants to set how we behave in the room: whether they may is asked first */
#define OUTBOX_PRIVATE "private" /* a talk is to go on in a private room: that is opened first */

enum {
	OUTBOX_MAX_ROWS = 1024, /* in memory; the rest waits in the store */
	OUTBOX_MAX_AT_ONCE = 32, /* requests under way */
	OUTBOX_GIVE_UP_HOURS = 24, /* what could not be said that long is not said any more */
};

struct outbox_parts {
	struct loop *loop;
	struct store *store;
	struct channel *channel;
	struct sent *sent;
	const struct log *log;
	int64_t (*now_ms)(void);
	/* Rows that are no request of the channel's: they are worked, and are gone when done says so. */
	void (*work)(void *ctx, const struct store_out *row, void (*done)(void *done_ctx, bool saved), void *done_ctx);
	void *work_ctx;
	void (*moved)(void *ctx); /* a room has another name now, in the store, too; may be NULL */
};

struct outbox *outbox_new(const struct outbox_parts *parts);
/* NULL is fine. Nothing may be under way. */
void outbox_free(struct outbox *o);

/* Reads what waits from the store, and sends from now on. */
void outbox_start(struct outbox *o);
/* Rows that were just committed, in order: saves reading them back. Copies. */
void outbox_add(struct outbox *o, const struct store_out *row);
/* Rows went or moved in the store by a commit: what is in memory is read anew. */
void outbox_reread(struct outbox *o);
/* A row was committed that is for later: it is read when its time comes. */
void outbox_plan(struct outbox *o, int64_t at_ms);
/* The message that shows the choices of a conversation, where the store does not know it yet; else NULL. Borrowed until the
 * next turn of the loop. */
const char *outbox_shown_in(const struct outbox *o, const struct store_key *key);
/* Notes in a batch that is to be committed what came of rows since; outbox_settled tells what came of that. */
void outbox_join(struct outbox *o, struct store_batch *b);
void outbox_settled(struct outbox *o, bool written);
/* Sends nothing more; idle(ctx) is called once when nothing is under way. */
void outbox_stop(struct outbox *o, void (*idle)(void *ctx), void *ctx);

struct outbox_counts {
	uint64_t sent, retried, dropped;
	size_t waiting, under_way;
};
void outbox_counts(const struct outbox *o, struct outbox_counts *out);

#endif
