/* rooms.h - rows of the outbox in memory: a queue a room, in the order of their ids. Rooms that may send stand in one line;
 * rooms that must wait stand aside until their time. Reads no clock. */
#ifndef DAEMON_ROOMS_H
#define DAEMON_ROOMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rooms;
struct store_out;

struct row {
	int64_t id;
	struct row *next;
	char *thread, *person, *kind, *body, *txn;
	int64_t not_before_ms, created_ms;
	int attempts;
};

struct room {
	char *name; /* first: the tree of rooms compares it */
	struct rooms *rooms;
	struct row *first; /* NULL: nothing waits */
	struct row *under_way; /* taken off the queue, its answer awaited; the caller's to set; NULL */
	struct room *next;
	enum { ROOM_IDLE, ROOM_IN_LINE, ROOM_WAITING, ROOM_BUSY } state;
	int64_t wait_until_ms;
	int64_t minute_ms; /* the caller's: since when sent_in_minute counts; the room stays while that is not 0 */
	int sent_in_minute;
};

/* `ctx` is what room_owner gives back. */
struct rooms *rooms_new(void *ctx);
/* NULL is fine. With all rows. */
void rooms_free(struct rooms *r);
void *room_owner(const struct room *room);
/* Rows that wait, in all rooms. */
size_t rooms_waiting(const struct rooms *r);

/* Ids of rows that are in memory, or sent and not noted in the store yet. */
bool rooms_knows(const struct rooms *r, int64_t id);
void rooms_know(struct rooms *r, int64_t id);
void rooms_unknow(struct rooms *r, int64_t id);

/* Copies the row into its room's queue; its id is known from now on. */
void rooms_put(struct rooms *r, const struct store_out *row);
/* Drops what waits in every room; what is under way stays. */
void rooms_forget(struct rooms *r);

bool rooms_in_line(const struct rooms *r);
/* Takes the first room off the line; it is idle then. The line must not be empty. */
struct room *rooms_next(struct rooms *r);
/* Rooms whose time has come step back into the line. */
void rooms_wake(struct rooms *r, int64_t now_ms);
/* When the next one's time comes, or `at_ms` where that is earlier. */
int64_t rooms_wake_at(const struct rooms *r, int64_t at_ms);

/* The first row becomes the caller's (row_free). There must be one. */
struct row *room_take(struct room *room);
/* Takes back a row that is to be tried again: in front. */
void room_put_back(struct room *room, struct row *row);
void room_wait(struct room *room, int64_t until_ms);
/* Back into the line when it is idle and has something to say; gone when it has not. The room may be freed. */
void room_settle(struct room *room);
/* Drops what waits in the room. */
void room_forget(struct room *room);
/* NULL is fine. */
void row_free(struct row *row);

#endif
