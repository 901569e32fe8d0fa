/* own_device.h - our own device: its account, and what the server is to know of it. What changes goes into the locker, and must
 * be on disk before a request with it leaves. */
#ifndef CRYPTO_OWN_DEVICE_H
#define CRYPTO_OWN_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

struct err;
struct e2e_account;
struct locker;
struct own_device;
struct vault;

/* The account that the locker has for this device, or a new one: for another device than before, sessions of the one before
 * are dropped. NULL with `err` set when the one that is there can't be read. The locker and the vault must outlive it. */
struct own_device *own_device_open(struct locker *locker, const struct vault *vault, const char *user, const char *device,
	struct err *err);
/* NULL is fine. */
void own_device_free(struct own_device *d);
const char *own_device_user(const struct own_device *d);
const char *own_device_id(const struct own_device *d);
struct e2e_account *own_device_account(struct own_device *d);
/* The account has changed: into the locker. */
void own_device_save(struct own_device *d);

/* What the server said that it has: one-time keys, and whether the fallback key is unused. */
void own_device_counts(struct own_device *d, const cJSON *one_time_key_counts, const cJSON *unused_fallback_types);
/* Is there something that the server should be told? */
bool own_device_must_upload(const struct own_device *d);
/* The body of /keys/upload: a new tree. Makes keys where they are short. */
cJSON *own_device_upload(struct own_device *d, int64_t now_ms);
/* It was taken; the answer tells how many keys there are now. */
void own_device_uploaded(struct own_device *d, const cJSON *answer);
/* Our device keys as the server has them, signed: a new tree. */
cJSON *own_device_keys(struct own_device *d);

#endif
