/* cross_signing.h - the three keys of a user: the master key stands for them, the self-signing key vouches for their
 * devices, the user-signing key for other people. By the first two somebody else's client knows that a device is really
 * ours. Pure: bodies of requests out, answers of /keys/query in. */
#ifndef CRYPTO_CROSS_SIGNING_H
#define CRYPTO_CROSS_SIGNING_H

#include <stdbool.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "crypto/olm.h"

struct err;

enum cross_key { CROSS_MASTER, CROSS_SELF_SIGNING, CROSS_USER_SIGNING, CROSS_KEYS };

/* "m.cross_signing.master" and so on: what the account data and the other devices call them. */
const char *cross_secret_name(enum cross_key which);

struct cross_seeds {
	uint8_t seed[CROSS_KEYS][E2E_SEED_BYTES];
};

void cross_new(struct cross_seeds *out);
/* The public keys of the seeds. */
void cross_public(const struct cross_seeds *seeds, char out[CROSS_KEYS][E2E_KEY_SIZE]);
/* The body of /keys/device_signing/upload. A new tree. */
cJSON *cross_upload(const struct cross_seeds *seeds, const char *user);
/* The body of /keys/signatures/upload that vouches for our own device; `device_keys` as the server tells it or as it was
 * uploaded. A new tree, or NULL when they are not of that user, or can't be signed. */
cJSON *cross_sign_device(const uint8_t self_signing[E2E_SEED_BYTES], const char *user, const cJSON *device_keys);

/* What an answer of /keys/query tells of a user. */
struct cross_known {
	char master[E2E_KEY_SIZE], self_signing[E2E_KEY_SIZE];
};

/* False when the user has no cross-signing, or its keys do not hang together: then nothing vouches for their devices. */
bool cross_read(const cJSON *query, const char *user, struct cross_known *out);
/* Does the user vouch for that device of theirs? It must also have signed itself. */
bool cross_vouches(const struct cross_known *known, const char *user, const char *device_id, const cJSON *device_keys);

#endif
