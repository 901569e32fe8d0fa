/* home.h - where a store keeps things: what SQLite and memory do each in their way, behind the queue of store.c. A home is
 * asked one thing at a time, on the runner's thread; all of it blocks. */
#ifndef STORE_HOME_H
#define STORE_HOME_H

#include "store/store.h"
#include "util/err.h"

struct arena;

/* What is asked, and what of struct store_ask it uses besides the channel. */
enum store_ask_kind {
	ASK_LOAD, /* keys, events; the channel is the events' */
	ASK_CURSOR,
	ASK_SETTING, /* room, name */
	ASK_SETTINGS, /* name */
	ASK_KEPT, /* room: the kind, name: the id */
	ASK_DUE, /* after, now_ms, limit */
	ASK_NEXT_DUE, /* now_ms */
	ASK_EXPORT, /* name: the person */
	ASK_EXPIRE, /* now_ms, limit; no channel */
	ASK_VERIFY, /* no channel */
	ASK_KINDS
};

struct store_ask {
	const char *channel, *room, *name;
	const struct store_key *keys;
	size_t n_keys;
	const char *const *events;
	size_t n_events;
	int64_t after, now_ms;
	size_t limit;
};

/* Filled by the home, from the arena. */
struct store_answer {
	struct arena *arena;
	bool failed; /* `err` says why */
	struct err err;
	const char *text;
	struct store_conversation *conversations;
	bool *seen;
	struct store_out *rows;
	struct store_kept *kept;
	size_t n_rows; /* of whichever it is */
	bool more;
	bool conflict;
	int64_t *out_ids; /* has room for all that the batch adds */
	size_t n_out_ids;
};

struct store_home {
	const struct store_home_ops *ops;
};

struct store_home_ops {
	/* Each returns 0, or -1 with got->err set. */
	int (*ask[ASK_KINDS])(struct store_home *h, const struct store_ask *ask, struct store_answer *got);
	/* Writes batches, each whole or not at all, in their order: got[i] tells of batches[i]. None is refused or empty. */
	void (*commit)(struct store_home *h, struct store_batch *const *batches, struct store_answer *const *got, size_t n);
	void (*close)(struct store_home *h);
};

/* Takes the home. `runner` is copied; NULL: everything is done before the call returns. */
struct store *store_new(struct store_home *home, const struct store_runner *runner);

#endif
