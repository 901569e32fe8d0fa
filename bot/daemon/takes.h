/* takes.h - what came in and waits to be worked: copied, in the order it came. */
#ifndef DAEMON_TAKES_H
#define DAEMON_TAKES_H

#include <stdbool.h>
#include <stddef.h>

#include "channels/channel.h"

struct arena;
struct store_out;

/* Things that came together and are confirmed together. */
struct take {
	struct take *next;
	struct arena *arena; /* of all its texts */
	struct incoming *list;
	size_t n;
	const char *cursor; /* NULL: none */
	struct store_out *row; /* of the outbox; then n is 0 */
	const char *document; /* what an export row is to say */
	enum channel_role role; /* of the person of a settings row */
	const struct channel_private *opened; /* for a row of that kind */
	channel_saved_cb saved;
	void *ctx;
	void *owner; /* the caller's */
	bool refused; /* there was no room for it */
};

/* Copies all texts. `cursor` may be NULL. */
struct take *take_new(const struct incoming *list, size_t n, const char *cursor, channel_saved_cb saved, void *ctx);
struct take *take_new_row(const struct store_out *row, channel_saved_cb saved, void *ctx);
/* Copies into the take. */
void take_opened(struct take *t, const struct channel_private *how);
/* Tells whether it was saved, and frees it. */
void take_end(struct take *t, bool saved);
/* How many things it holds to be worked. */
size_t take_weight(const struct take *t);
/* An edit changes what was not answered yet, which can only be in the same take. */
void take_apply_edits(struct take *t);

struct takes {
	struct take *first, **end;
};

void takes_init(struct takes *q);
void takes_add(struct takes *q, struct take *t);
/* The first one; there must be one. */
struct take *takes_remove(struct takes *q);
/* Ends all. */
void takes_end(struct takes *q, bool saved);

#endif
