/* devices.h - the devices of the people that we share encrypted rooms with, as /keys/query tells of them. What a device signed
 * itself is believed from its first sight on: its keys never change afterwards. */
#ifndef CRYPTO_DEVICES_H
#define CRYPTO_DEVICES_H

#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

struct locker;

enum { DEVICES_MOST = 150 }; /* of one person; further ones are left out */

struct device {
	const char *user, *id;
	const char *curve25519, *ed25519;
	bool verified; /* signed by their own cross-signing key, which was found right */
};

/* Their devices are to be known from now on. */
void devices_track(struct locker *l, const char *user);
/* Something about them has changed: to be asked for again. Nothing for those who are not tracked. */
void devices_changed(struct locker *l, const char *user);
/* What has changed since we last heard can't be told: all of them are to be asked for again. */
void devices_all_changed(struct locker *l);
/* We share no encrypted room with them any more. */
void devices_drop(struct locker *l, const char *user);
bool devices_tracked(const struct locker *l, const char *user);
/* Are they to be asked for? */
bool devices_stale(const struct locker *l, const char *user);
/* Calls each(ctx, user) for those that are to be asked for. */
void devices_each_stale(struct locker *l, void (*each)(void *ctx, const char *user), void *ctx);
/* What /keys/query says of one person: `device_keys` maps device ids to keys (NULL: nothing was told of them). */
void devices_learn(struct locker *l, const char *user, const cJSON *device_keys);
/* That device is signed by its owner's cross-signing key, or is not. */
void devices_verify(struct locker *l, const char *user, const char *id, bool verified);

/* What is told is borrowed for the call. */
void devices_each(const struct locker *l, const char *user, void (*each)(void *ctx, const struct device *d), void *ctx);
enum devices_match {
	DEVICES_UNKNOWN, /* nothing is known of that person, or not the newest */
	DEVICES_OTHER, /* the person has no such device, or with other keys */
	DEVICES_SAME,
};
/* Has the person a device with these keys? */
enum devices_match devices_match(const struct locker *l, const char *user, const char *curve25519, const char *ed25519);

#endif
