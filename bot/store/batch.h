/* batch.h - what a batch holds, for the homes that write it. */
#ifndef STORE_BATCH_H
#define STORE_BATCH_H

#include "store/store.h"
#include "util/err.h"

struct arena;

/* What a step uses besides its key, in brackets. Rooms, threads and persons that a kind has no use for are "". */
enum store_step_kind {
	STEP_PUT, /* [text state, number version, at_ms expiry] */
	STEP_SHOWN, /* [text reference] */
	STEP_CURSOR, /* [text value] */
	STEP_SEEN, /* [name event, at_ms until] */
	STEP_SETTING, /* [name, text value] */
	STEP_KEEP, /* [key.room kind, name id, text value] */
	STEP_OUT, /* [name kind, text body, txn, at_ms not before, number created] */
	STEP_OUT_DONE, /* [number id], no key */
	STEP_OUT_RETRY, /* [number id, at_ms not before], no key */
	STEP_DROP_CHECK_INS,
	STEP_DROP_ROOM,
	STEP_MOVE_ROOM, /* [name the new room] */
	STEP_FORGET, /* [number 1: what waits is kept] */
	STEP_FAILED, /* [name event, text why, at_ms] */
	STEP_KINDS
};

struct store_step {
	enum store_step_kind kind;
	struct store_key key;
	const char *name, *text, *txn;
	int64_t number, at_ms;
};

struct store_batch {
	struct arena *arena; /* of everything that the steps point to */
	struct store_step *steps; /* in the order of adding, but for STEP_SEEN: see batch_in_order */
	size_t n, cap;
	size_t count[STEP_KINDS];
	bool light;
	bool refused; /* something was too long: `err` says what, nothing of it is written */
	struct err err;
};

/* 0, or -1 with `err` when a name is longer than STORE_MAX_NAME or not UTF-8. `what` is for the text. */
int store_name_check(const char *what, const char *name, struct err *err);
int store_key_check(const struct store_key *key, struct err *err);
/* A copy whose texts live in the arena; NULL becomes "". */
struct store_key store_key_copy(const struct store_key *key, struct arena *arena);

/* The order of writing: as added, but what was seen comes last, so that a person who is forgotten by a message does not
 * take along the mark that keeps this very message from being worked again. Calls step(ctx, s) until one returns not 0,
 * and returns that, or 0. */
int batch_in_order(const struct store_batch *b, int (*step)(void *ctx, const struct store_step *s), void *ctx);

#endif
