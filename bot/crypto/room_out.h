/* room_out.h - what we say in encrypted rooms: one session a room, whose key is given to each device of the people there before
 * the first message, and which is replaced after some messages, some time, and whenever somebody who has it may not have
 * the next one. */
#ifndef CRYPTO_ROOM_OUT_H
#define CRYPTO_ROOM_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "crypto/devices.h"

struct locker;
struct own_device;
struct room_keys;
struct vault;

struct room_out {
	struct locker *locker;
	const struct vault *vault;
	struct own_device *self;
	const struct room_keys *keys; /* what we say ourselves we read, too */
	int64_t (*now_ms)(void);
};

/* Who is there, and when keys are to be replaced. */
struct room_people {
	const char *room;
	const char *const *users; /* who may read what is said now, we among them */
	size_t n_users;
	int64_t most_messages, most_ms; /* 0: the defaults, 100 messages and a week */
};

/* Sees to it that there is a session that only those have who are there. */
void room_out_ready(const struct room_out *o, const struct room_people *p);
/* Devices that have not got the key; `told`: it could not be reached before, and knows. */
typedef void (*room_out_each)(void *ctx, const struct device *d, bool told);
void room_out_each_without(const struct room_out *o, const struct room_people *p, room_out_each each, void *ctx);
/* The content of m.room_key: a new tree. There must be a session. */
cJSON *room_out_key(const struct room_out *o, const char *room);
/* The content of m.room_key.withheld for a device that we can't reach. */
cJSON *room_out_withheld(const struct room_out *o);
/* The device has it; or it can't get it (`has` false). */
void room_out_shared(const struct room_out *o, const char *room, const struct device *d, bool has);
/* The content of m.room.encrypted: a new tree. What the event relates to stays readable for the server. `content` is
 * borrowed. There must be a session, and what changed must be on disk before the event leaves. */
cJSON *room_out_seal(const struct room_out *o, const char *room, const char *type, const cJSON *content);
/* The next message begins a new session. */
void room_out_drop(const struct room_out *o, const char *room);

#endif
