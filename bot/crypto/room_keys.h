/* room_keys.h - what others say in encrypted rooms: the keys that they gave us, and reading with them. Each message of a
 * session has a number of its own; the same number in another event is a replay, and is noticed also after a restart. */
#ifndef CRYPTO_ROOM_KEYS_H
#define CRYPTO_ROOM_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

struct err;
struct locker;
struct vault;

enum {
	ROOM_KEYS_MOST = 20000, /* sessions; the oldest go first */
	ROOM_KEYS_NAME = 512, /* of a room and a session, with what is between and behind them */
};

struct room_keys {
	struct locker *locker;
	const struct vault *vault;
};

/* Whose session it is. Borrowed. */
struct room_key_owner {
	const char *room;
	const char *user; /* "" when only the key tells: of a backup */
	const char *curve25519, *ed25519; /* of the device that sends */
	bool forwarded; /* not from that device itself */
};

/* A key as m.room_key brings it (`exported` false), or as m.forwarded_room_key and backups do. Keeps the better of two for
 * one session: the one that reads from earlier on. `session` is what its sender calls it. -1 when it is no such key. */
int room_keys_add(const struct room_keys *k, const struct room_key_owner *owner, const char *session, const char *key,
	bool exported, struct err *err);
/* The same for a room that we are not in, as far as we know: people may give us keys before we come, and strangers keys of
 * rooms that we never see. So only so many of them are kept, until room_keys_came. */
enum { ROOM_KEYS_EARLY = 500 };
void room_keys_add_early(const struct room_keys *k, const struct room_key_owner *owner, const char *session,
	const char *key);
/* We are in that room: keys that came early are keys like others. */
void room_keys_came(const struct room_keys *k, const char *room);
bool room_keys_has(const struct room_keys *k, const char *room, const char *session);

enum room_keys_result {
	ROOM_KEYS_READ,
	ROOM_KEYS_MISSING, /* no key, or one that begins later */
	ROOM_KEYS_REPLAY, /* this was another event already */
	ROOM_KEYS_BAD, /* it is not what it says */
};

struct room_message {
	const char *room, *event, *sender;
	const cJSON *content; /* of the m.room.encrypted event */
};

/* *out_payload is a new tree, {"type", "content", "room_id"}, when it was read. */
enum room_keys_result room_keys_open(const struct room_keys *k, const struct room_message *m, cJSON **out_payload);

/* The content of m.forwarded_room_key, for another device of ours: a new tree, NULL when we have no such key. */
cJSON *room_keys_forward(const struct room_keys *k, const char *room, const char *session);

/* Sessions that are not in the backup yet: calls each, at most `limit` times, with the session data of a key backup
 * ("algorithm", "sender_key", "session_key", ...; borrowed) and its first number. */
typedef void (*room_keys_each)(void *ctx, const char *room, const char *session, const cJSON *data, uint32_t first,
	bool forwarded);
size_t room_keys_not_backed(const struct room_keys *k, size_t limit, room_keys_each each, void *ctx);
/* The backup has that session from the message `first` on: it is not told any more, unless it is another by now. */
void room_keys_backed(const struct room_keys *k, const char *room, const char *session, uint32_t first);
/* From which message on we can read that session; false when we can't. */
bool room_keys_first(const struct room_keys *k, const char *room, const char *session, uint32_t *out);
/* The backup is another now: none of them is in it. */
void room_keys_none_backed(const struct room_keys *k);
/* A session that the backup has from an earlier message on than we may have it now: its name, which lies in `out_room` behind
 * the room's; NULL when there is none. It must be erased there before it is put there again. */
const char *room_keys_to_erase(const struct room_keys *k, char out_room[ROOM_KEYS_NAME]);
void room_keys_erased(const struct room_keys *k, const char *room, const char *session);

/* What that person said up to now can't be read by us any more; what they will say can. */
void room_keys_forget(const struct room_keys *k, const char *user);

#endif
