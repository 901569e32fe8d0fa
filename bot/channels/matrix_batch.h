/* matrix_batch.h - one answer of /sync on its way to what came in: cut into rooms and events, with what else must be
 * asked before it can be judged. Does no I/O: matrix_sync asks. Everything lives in the batch's arena. */
#ifndef CHANNELS_MATRIX_BATCH_H
#define CHANNELS_MATRIX_BATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "channels/matrix_parse.h"

struct matrix_batch;
struct matrix_crypt;
struct matrix_rooms;

/* What is behind the gap between two answers. */
struct matrix_gap {
	const char *room, *from, *to;
};

struct matrix_invitation {
	const char *room, *by;
	bool direct;
};

/* Reads an answer; the rooms' book is brought up to date. `since` "": the first answer ever, whose history is nobody's
 * business: only invitations count. NULL when it is no answer of /sync. Free with matrix_batch_free. */
struct matrix_batch *matrix_batch_new(struct json_span answer, const char *since, const struct matrix_self *self,
	struct matrix_rooms *rooms);
/* NULL is fine. */
void matrix_batch_free(struct matrix_batch *b);
const char *matrix_batch_next(const struct matrix_batch *b);
/* Is there anything in it worth saving? */
bool matrix_batch_matters(const struct matrix_batch *b);
const struct matrix_invitation *matrix_batch_invitations(const struct matrix_batch *b, size_t *out_n);

/* What is sealed is opened with `crypt` from now on; NULL: can't be. */
void matrix_batch_open_with(struct matrix_batch *b, struct matrix_crypt *crypt);
/* An event that could not be read when it came, and can now. */
void matrix_batch_add_late(struct matrix_batch *b, const char *room, struct json_span event);

/* The next gap to be filled; false when none is open. */
bool matrix_batch_gap(const struct matrix_batch *b, struct matrix_gap *out);
/* An answer of /messages to that; an empty one closes the gap. */
void matrix_batch_fill(struct matrix_batch *b, struct json_span answer);

/* To be called once all rooms are known and all gaps filled: reads the events, the first time. */
void matrix_batch_read(struct matrix_batch *b);
/* The next event that another must be asked about for; false when none needs any. */
bool matrix_batch_needs(struct matrix_batch *b, const char **out_room, const char **out_event);
/* The event that it needs; an empty one when it can't be had. */
void matrix_batch_know(struct matrix_batch *b, struct json_span event);

struct matrix_move {
	const char *from, *to;
};

/* What it all came to. */
struct matrix_outcome {
	struct incoming *list;
	size_t n;
	uint64_t sealed;
	struct matrix_move *moves; /* rooms that took the place of others: those are to be left */
	size_t n_moves;
	struct matrix_move *follow; /* rooms that were closed in favour of others; to be joined */
	const char **closed_by;
	size_t n_follow;
	struct incoming **last; /* the last message handed over of each room and thread: to be marked as read */
	size_t n_last;
};

/* `hear_all`: also words in shared rooms that are not for us. Once. */
void matrix_batch_end(struct matrix_batch *b, bool hear_all, struct matrix_outcome *out);

#endif
