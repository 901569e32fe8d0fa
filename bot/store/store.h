/* store.h - what is remembered: conversations, how far a channel was read, which events were seen, what is still to be
 * said, settings. One interface, several homes (store_sqlite.h; store_memory.h for tests). Asynchronous by shape: every
 * call that touches the disk returns at once and ends in a callback on the caller's thread. One call at a time is in
 * work; further ones wait in order. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct store;

enum {
	STORE_MAX_STATE = 64 << 10, /* bytes of one conversation's state */
	STORE_MAX_BODY = 64 << 10, /* bytes of one request in the outbox */
	STORE_MAX_NAME = 512, /* bytes of a room, a thread, a person, an event id, a reference */
	STORE_MAX_TEXT = 4 << 10, /* bytes of a cursor, of the value of a setting */
	STORE_MAX_KEPT = 96 << 10, /* bytes of what a channel keeps for itself */
	STORE_MAX_BATCH = 4096, /* rows of one kind in one commit */
	STORE_FAILED_DAYS = 30, /* that a note about an event that was passed by is kept */
};

/* Leaves the caller's thread for what blocks: runs work(arg) elsewhere and then done(arg) on the caller's thread. Jobs
 * are given one at a time, so one thread is enough. A runner that does both at once makes the store synchronous. */
struct store_runner {
	void *ctx;
	void (*run)(void *ctx, void (*work)(void *arg), void (*done)(void *arg), void *arg);
};

/* Whose conversation: one person in one room (and thread) of one channel. Texts are the channel's own, opaque here;
 * `thread` is "" where there is none. */
struct store_key {
	const char *channel, *room, *thread, *person;
};

/* A row of the outbox: one request to the other side, or a check-in that becomes a turn when its time comes. Rows of one
 * room are worked in the order of their ids. */
struct store_out {
	int64_t id; /* given by the store */
	struct store_key key;
	const char *kind; /* the channel's own word, or STORE_CHECK_IN */
	const char *body; /* JSON text */
	const char *txn; /* lets the other side drop a repeat; "" where it can't */
	int64_t not_before_ms, created_ms;
	int attempts;
};

#define STORE_CHECK_IN "check_in"

/* The setting that says how to behave in a room with several people. It is the room's: no copy of a person's data has it, and it
 * stays when they are forgotten. */
#define STORE_MANNERS "manners"

/* What a channel keeps for itself, such as keys: opaque here, found by kind and id. */
struct store_kept {
	const char *kind, *id, *value;
};

/* What load found: in the order asked for. Valid during the callback. */
struct store_loaded {
	const struct err *err; /* NULL, or why nothing could be read */
	struct store_conversation {
		const char *state; /* JSON text, NULL when there is none */
		int64_t version; /* 0 when there is none */
		const char *shown; /* reference to the message that still shows choices, or "" */
	} *conversations;
	bool *seen; /* whether each event was seen before */
};

/* Everything that one commit changes, in the order of adding. Built by store_batch_*, which copy what they are given. All or
 * nothing: also when something in it was longer than it may be, which the commit tells. */
struct store_batch;

struct store_committed {
	const struct err *err; /* NULL, or why nothing was written */
	bool conflict; /* a conversation was changed by somebody else since it was loaded: load and work again; err is set */
	const int64_t *out_ids; /* of the added outbox rows, in the order of adding */
	size_t n_out_ids;
};

typedef void (*store_loaded_cb)(void *ctx, const struct store_loaded *loaded);
typedef void (*store_committed_cb)(void *ctx, const struct store_committed *committed);
/* `rows` are valid during the callback; `more` says that the limit cut them. */
typedef void (*store_due_cb)(void *ctx, const struct err *err, const struct store_out *rows, size_t n, bool more);
/* `rows` are valid during the callback, in the order of kind and id. */
typedef void (*store_kept_cb)(void *ctx, const struct err *err, const struct store_kept *rows, size_t n);
/* `text` is NULL with `err` set, or a cursor or setting ("" when there is none), or a JSON document. */
typedef void (*store_text_cb)(void *ctx, const struct err *err, const char *text);

/* NULL is fine. Waits for what is in work; callbacks that did not come yet are called first. Calls that they make fail. Not
 * from within a callback. The runner still owes its `done`, which may come afterwards. */
void store_close(struct store *s);

/* Conversations by key, and whether events (ids within `channel`) were seen. Arrays are copied. */
void store_load(struct store *s, const struct store_key *keys, size_t n_keys, const char *channel,
	const char *const *events, size_t n_events, store_loaded_cb done, void *ctx);
void store_cursor(struct store *s, const char *channel, store_text_cb done, void *ctx);
/* A room's setting; room "" is for the whole channel. */
void store_setting(struct store *s, const char *channel, const char *room, const char *name, store_text_cb done, void *ctx);
/* The setting of that name of every room that has it: a JSON object of texts by room. */
void store_settings(struct store *s, const char *channel, const char *name, store_text_cb done, void *ctx);
/* What the channel keeps: kind "" is all of it, id "" all of that kind. */
void store_kept(struct store *s, const char *channel, const char *kind, const char *id, store_kept_cb done, void *ctx);
/* Rows of `channel` with id > after that are due, in the order of ids, at most `limit` (and STORE_MAX_BATCH). Due is what
 * was so when it was added, whatever the clock says since, and what has not_before_ms <= now_ms. Rows that were tried and
 * wait to be tried again come along before their time: whoever starts anew must see them, lest a later row of the same
 * room overtakes. So look at not_before_ms before sending. */
void store_due(struct store *s, const char *channel, int64_t after, int64_t now_ms, size_t limit, store_due_cb done,
	void *ctx);
/* When the next row of `channel` that is not yet due, or is to be tried again later, will be: decimal milliseconds as text,
 * "" when there is none. */
void store_next_due(struct store *s, const char *channel, int64_t now_ms, store_text_cb done, void *ctx);

/* Takes `b`. */
void store_commit(struct store *s, struct store_batch *b, store_committed_cb done, void *ctx);

/* All that is kept about one person of one channel, as one JSON document: conversations, settings of the rooms that are
 * theirs alone, what waits to be said. */
void store_export(struct store *s, const char *channel, const char *person, store_text_cb done, void *ctx);
/* Removes what is out of date: conversations past their expiry with what hangs from them (check-ins, the reference of what
 * was shown), old seen ids, old notes of failures, at most `limit` rows of each; "more" as text when something may be
 * left, else "". */
void store_expire(struct store *s, int64_t now_ms, size_t limit, store_text_cb done, void *ctx);
/* "" when the store is sound, else what is wrong with it. Slow: at start and for the doctor. */
void store_verify(struct store *s, store_text_cb done, void *ctx);

struct store_batch *store_batch_new(void);
/* NULL is fine. For a batch that is not committed. */
void store_batch_free(struct store_batch *b);
bool store_batch_empty(const struct store_batch *b);
/* The conversation as it was loaded had `version`; afterwards it is version + 1. */
void store_batch_put(struct store_batch *b, const struct store_key *key, const char *state, int64_t version,
	int64_t expires_ms);
/* Which message shows choices; ref "" when none does any more. */
void store_batch_shown(struct store_batch *b, const struct store_key *key, const char *ref);
void store_batch_cursor(struct store_batch *b, const char *channel, const char *value);
void store_batch_seen(struct store_batch *b, const char *channel, const char *event, int64_t until_ms);
void store_batch_setting(struct store_batch *b, const char *channel, const char *room, const char *name, const char *value);
/* Neither kind nor id may be ""; value "" removes it. */
void store_batch_keep(struct store_batch *b, const char *channel, const struct store_kept *kept);
/* id and attempts of `row` are not used. */
void store_batch_out(struct store_batch *b, const struct store_out *row);
/* The row was sent, or given up: it goes. */
void store_batch_out_done(struct store_batch *b, int64_t id);
/* The row is to be tried again, not before that time; counts the attempt. */
void store_batch_out_retry(struct store_batch *b, int64_t id, int64_t not_before_ms);
/* Check-ins of that conversation that are planned are dropped. */
void store_batch_drop_check_ins(struct store_batch *b, const struct store_key *key);
/* Everything that waits to be said in that room is dropped: they left, or blocked us. */
void store_batch_drop_room(struct store_batch *b, const char *channel, const char *room);
/* The room has another name now: conversations, settings and what waits move along. Where both exist, the newer stays. */
void store_batch_move_room(struct store_batch *b, const char *channel, const char *from, const char *to);
/* Everything about that person goes, in every room of the channel: conversations and what hangs from them, the settings of
 * rooms that are theirs alone, seen ids and failures that name them. `keep_out` keeps what waits to be said to them (the
 * sentence that says it is done), but no check-in. A person "" is many, and nobody is forgotten. */
void store_batch_forget(struct store_batch *b, const char *channel, const char *person, bool keep_out);
/* An event that could not be worked and was passed by. */
void store_batch_failed(struct store_batch *b, const char *channel, const char *event, const char *why, int64_t at_ms);
/* Need not outlive a loss of power, only of the process: what was sent, which would be said once more at worst. */
void store_batch_light(struct store_batch *b);

#endif
