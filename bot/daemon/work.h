/* work.h - one thing that came in, worked: from a stored conversation to what is to be stored and said. Reads no clock and
 * does no I/O: what is to be written goes into a batch, which another commits. */
#ifndef DAEMON_WORK_H
#define DAEMON_WORK_H

#include <stdbool.h>
#include <stdint.h>

#include "channels/channel.h"
#include "store/store.h"
#include "talk/talk.h"

struct arena;
struct buf;
struct config;
struct manners_book;
struct strmap;

struct work {
	struct talk_data data;
	const struct config *config;
	const struct channel *channel;
	const struct manners_book *manners; /* of the rooms; NULL: none has said anything */
	struct strmap *told; /* marks of work_mark that were set, and those that this batch sets; NULL: none */
	int64_t now_ms;
	struct arena *arena; /* of the batch */
	struct arena *scratch; /* of one turn: empty before and after it */
	struct buf *text; /* of one state */
	struct store_batch *batch;
	struct store_out *rows; /* what was put into the outbox, in order; grows in the arena */
	size_t n_rows, cap_rows;
	size_t n_said; /* messages */
	bool moved; /* rows that were there before went or moved */
	bool manners_changed; /* a room's settings were */
	const char **forgotten; /* people, for the channel to forget them, too; grows in the arena */
	size_t n_forgotten;
};

/* A conversation while its messages are worked. The key's texts live in the arena. */
struct work_talk {
	struct store_key key;
	struct talk_state state;
	int64_t version;
	const char *shown; /* the message that still shows choices, "" for none */
	bool kept; /* something of it is stored */
	bool changed; /* work_save has something to write */
	bool excused; /* was told that the answer comes late */
	bool damaged; /* could not be read and begins anew: worth a line in the log */
};

/* How a person who writes very much is treated. */
enum work_pace { WORK_PACE_FINE, WORK_PACE_TELL, WORK_PACE_OVER };

/* What one thing came to: for the log. */
struct work_done {
	enum urgency urgency;
	unsigned effects;
};

/* The conversation that an item belongs to; its person is "" where nobody can be told apart, and nothing of it is kept.
 * False when it belongs to none: then the item is only confirmed. */
bool work_key(const struct work *w, const struct incoming *in, struct store_key *out);
/* The conversation in a shared room that somebody carries over to a private one with this item. */
bool work_origin(const struct work *w, const struct incoming *in, struct store_key *out);

/* Whether the item has to do with us at all: what is overheard in a shared room mostly has not. */
bool work_is_heard(const struct work *w, const struct incoming *in);
/* An item that may be answered only so often: the name of the mark that says it was, to be looked up among the seen events;
 * NULL for others. */
const char *work_mark(const struct work *w, const struct incoming *in);
/* The room wants us silent. */
bool work_is_off(const struct work *w, const struct incoming *in);

void work_open(const struct work *w, const struct store_key *key, const struct store_conversation *stored,
	struct work_talk *out);
/* `origin` is NULL, or the conversation that work_origin named. */
void work_item(struct work *w, struct work_talk *t, const struct work_talk *origin, const struct incoming *in,
	enum work_pace pace, struct work_done *out);
/* The time of a check-in has come. `row` goes out of the outbox with it. */
void work_check_in(struct work *w, struct work_talk *t, const struct store_out *row, struct work_done *out);
/* A copy of what is kept; `row` goes. */
void work_export(struct work *w, const struct store_out *row, const char *document);
/* Where a talk waits that can't go on yet: in a room by the name of the person, until there is a private one. */
struct store_key work_waiting_key(const char *channel, const char *person);
/* The conversation in the private room that was opened for a row, or the one that waits; false for other rows. */
bool work_private_key(const struct store_out *row, const struct channel_private *opened, struct store_key *out);
/* A talk goes on in private: `there`, of work_private_key. `opened` may be NULL, and so is `there` then. `row` goes. */
void work_private(struct work *w, struct work_talk *t, struct work_talk *there, const struct store_out *row,
	const struct channel_private *opened);
/* What comes of a wish about the room's settings, of somebody with that role. `row` goes. */
void work_settings(struct work *w, struct work_talk *t, const struct store_out *row, enum channel_role role);
/* What kept crashing us is passed by, with a word to the person. */
void work_give_up(struct work *w, struct work_talk *t, const struct incoming *in);
/* Puts the conversation into the batch, once all its items are worked. */
void work_save(struct work *w, struct work_talk *t);

#endif
