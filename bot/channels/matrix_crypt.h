/* matrix_crypt.h - encryption, as the Matrix channel needs it: what came to our device is taken in, what was said in encrypted
 * rooms is opened, what we say there is sealed. Keys are on disk before the place in the stream of events that brought them,
 * and before any request that was made with them.
 *
 * Without a secret to keep keys under there is no such thing, and encrypted rooms can't be read. */
#ifndef CHANNELS_MATRIX_CRYPT_H
#define CHANNELS_MATRIX_CRYPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "channels/json_in.h"

struct arena;
struct channel_kept;
struct err;
struct matrix_answer;
struct matrix_crypt;
struct matrix_identity;
struct matrix_parts;
struct matrix_room;
struct matrix_sealing;

/* `secret` is what the keys are sealed with on disk. `parts` must outlive it. */
struct matrix_crypt *matrix_crypt_new(const struct matrix_parts *parts, const char *secret);
/* NULL is fine, as for all below: then nothing is encrypted and nothing can be read. What is under way ends without its
 * callback. */
void matrix_crypt_free(struct matrix_crypt *c);
/* Before matrix_crypt_begin: takes the account's identity; it signs our device, and opens the backup of room keys. */
void matrix_crypt_identity(struct matrix_crypt *c, struct matrix_identity *identity);
/* What was kept, once. -1 when it was kept under another secret. */
int matrix_crypt_restore(struct matrix_crypt *c, const struct channel_kept *list, size_t n, struct err *err);
/* Who we are is known. -1 when our own keys can't be read. */
int matrix_crypt_begin(struct matrix_crypt *c, const char *user, const char *device, struct err *err);
/* Asks for nothing more. */
void matrix_crypt_stop(struct matrix_crypt *c);

/* ---- reading ---- */

/* Takes in what an answer of /sync has for our device, before its rooms are read. `first`: it begins anew, and does not tell
 * what has changed meanwhile. True when there was something that must be on disk before the answer counts as read. */
bool matrix_crypt_sync(struct matrix_crypt *c, struct json_span answer, bool first);

enum matrix_opened {
	MATRIX_OPENED, /* *out is the event as if it had been said in the open; or it was */
	MATRIX_WAITS, /* its key is not there */
	MATRIX_WORTHLESS, /* a replay, or not what it says: to be passed by */
};

/* An event of a room: what is sealed is opened. In the arena. `wait`: if its key is not there, the event is kept and people are
 * told, should the key not come. */
enum matrix_opened matrix_crypt_open(struct matrix_crypt *c, const char *room, struct json_span event, bool wait,
	struct arena *arena, struct json_span *out);

/* Events that waited for a key which is there now. Each stays until matrix_crypt_late_done. */
struct matrix_late {
	const char *id, *room;
	struct json_span event;
};
size_t matrix_crypt_late(struct matrix_crypt *c, struct arena *arena, struct matrix_late **out);
void matrix_crypt_late_done(struct matrix_crypt *c, const char *id);

/* ---- what must outlive us ---- */

struct matrix_saving;
/* Calls saved(ctx, whether) once, later, when all that has changed is on disk. */
struct matrix_saving *matrix_crypt_save(struct matrix_crypt *c, void (*saved)(void *ctx, bool ok), void *ctx);
/* NULL is fine. `saved` is not called any more. */
void matrix_saving_cancel(struct matrix_saving *s);

/* A room that was once encrypted stays so, whatever the server says. */
bool matrix_crypt_is_sealed(const struct matrix_crypt *c, const char *room);
void matrix_crypt_room_sealed(struct matrix_crypt *c, const char *room);
/* Our device is about to be signed, at a start: what is said before that is hidden by clients that trust signed devices alone. Not
 * for long, whatever the server does. */
bool matrix_crypt_is_being_signed(const struct matrix_crypt *c);
/* We are not there any more: if we come again, what we say is sealed with other keys. */
void matrix_crypt_left(struct matrix_crypt *c, const char *room);
/* What that person said before can't be read any more. */
void matrix_crypt_forget(struct matrix_crypt *c, const char *user);

/* ---- writing ---- */

/* `content` is of the event m.room.encrypted, ready to leave; NULL with the reason when that can't be now. */
typedef void (*matrix_sealed_cb)(void *ctx, const char *content, const struct matrix_answer *why);

/* Seals content (JSON) of an event for an encrypted room: gives the key to those who lack it first. `done` is called once,
 * later. Texts are copied. `unkept`: without waiting for the disk, as nothing can be stored; with keys made for this alone, so
 * that none is ever used again after a crash. Where waiting for the disk ends in a failure it is sealed that way as well. */
struct matrix_sealing *matrix_crypt_seal(struct matrix_crypt *c, const char *room, const char *type, const char *content,
	bool unkept, matrix_sealed_cb done, void *ctx);
/* NULL is fine. */
void matrix_sealing_cancel(struct matrix_sealing *s);

struct matrix_crypt_counts {
	uint64_t opened, missing, refused, sealed; /* since start */
	size_t waiting;
};
void matrix_crypt_counts(const struct matrix_crypt *c, struct matrix_crypt_counts *out);

#endif
