/* matrix_identity.h - what lets this machine act for the account's identity, beside the token: one small file that only its
 * owner can read, written by `soleus matrix login`.
 *
 * It holds the self-signing key, to vouch for our own device, and the key of the room keys' backup. The master key and
 * the user-signing key are not in it: they lie sealed at the server, and only the recovery key opens them, so that who
 * steals this file can neither change the identity nor vouch for people. */
#ifndef CHANNELS_MATRIX_IDENTITY_H
#define CHANNELS_MATRIX_IDENTITY_H

#include <stdint.h>

#include "crypto/olm.h"

struct err;

struct matrix_identity {
	char user_id[256];
	char master[E2E_KEY_SIZE]; /* public: by it we know our own uploads again */
	uint8_t self_signing[E2E_SEED_BYTES], backup[E2E_SEED_BYTES]; /* secret */
};

/* Returns a new identity (free with matrix_identity_free), or NULL with `err` set. */
struct matrix_identity *matrix_identity_read(const char *path, struct err *err);
int matrix_identity_write(const char *path, const struct matrix_identity *identity, struct err *err);
/* NULL is fine. Wipes the keys. */
void matrix_identity_free(struct matrix_identity *identity);

#endif
