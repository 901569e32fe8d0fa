/* secret_storage.h - secrets in the account data of a user, sealed with a key that the server never sees
 * (m.secret_storage.v1.aes-hmac-sha2). What is stored is JSON; who stores it is the caller's affair. */
#ifndef CRYPTO_SECRET_STORAGE_H
#define CRYPTO_SECRET_STORAGE_H

#include <cjson/cJSON.h>

struct err;

enum { SECRET_STORAGE_KEY = 32, SECRET_STORAGE_MAX = 4096 }; /* bytes of a key; of one secret */

#define SECRET_STORAGE_ALGORITHM "m.secret_storage.v1.aes-hmac-sha2"

/* The account data that describes `key`, without telling it: by it the key is known again. A new tree, or NULL with
 * `err` set. */
cJSON *secret_storage_describe(const unsigned char key[SECRET_STORAGE_KEY], struct err *err);
/* 0 when `key` is the one described, or when the description has nothing to tell it by; else -1 with `err` set. */
int secret_storage_check(const cJSON *description, const unsigned char key[SECRET_STORAGE_KEY], struct err *err);
/* The key out of what a person knows: a recovery key, or the passphrase if the description has one. Checked. */
int secret_storage_open(const cJSON *description, const char *words, unsigned char out[SECRET_STORAGE_KEY],
	struct err *err);

/* `secret` sealed for the account data `name`: {"iv", "ciphertext", "mac"}. A new tree, or NULL with `err` set. */
cJSON *secret_storage_seal(const unsigned char key[SECRET_STORAGE_KEY], const char *name, const char *secret,
	struct err *err);
/* A new text (wipe and free), or NULL with `err` set: it was sealed with another key or for another name, or is damaged.
 */
char *secret_storage_unseal(const unsigned char key[SECRET_STORAGE_KEY], const char *name, const cJSON *sealed,
	struct err *err);

#endif
