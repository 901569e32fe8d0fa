/* vault.c - nonce, ciphertext and tag in one. The nonce is random: with 96 bits a key is good for some 2^32 texts. */
#include "crypto/vault.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "crypto/base64.h"
#include "crypto/bytes.h"
#include "crypto/olm.h"
#include "util/err.h"
#include "util/mem.h"

enum { NONCE = 12, TAG = 16, KEY = 32 };

struct vault {
	uint8_t key[KEY];
	EVP_CIPHER *cipher; /* looked up once: that takes longer than to seal a text */
	EVP_CIPHER_CTX *ctx; /* used again and again; holds the key */
	struct e2e_pickle_key pickle;
};

struct vault *vault_new(const char *secret)
{
	struct vault *v = mem_alloc(1, sizeof *v);

	v->cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	v->ctx = EVP_CIPHER_CTX_new();
	if (!v->cipher || !v->ctx)
		abort();
	bytes_derive(secret, strlen(secret), "soleus vault", v->key, sizeof v->key);
	bytes_derive(secret, strlen(secret), "soleus pickle", v->pickle.bytes, sizeof v->pickle.bytes);
	return v;
}

void vault_free(struct vault *v)
{
	if (!v)
		return;
	EVP_CIPHER_CTX_free(v->ctx);
	EVP_CIPHER_free(v->cipher);
	bytes_wipe_n(v, sizeof *v);
}

const struct e2e_pickle_key *vault_pickle_key(const struct vault *v)
{
	return &v->pickle;
}

/* The cipher with its key, nonce and what it is bound to. */
static EVP_CIPHER_CTX *begin(const struct vault *v, const uint8_t *nonce, const char *name, int sealing)
{
	EVP_CIPHER_CTX *c = v->ctx;
	int n;

	if (EVP_CipherInit_ex2(c, v->cipher, v->key, nonce, sealing, NULL) != 1 ||
		EVP_CipherUpdate(c, NULL, &n, (const uint8_t *)name, (int)strlen(name)) != 1)
		abort();
	return c;
}

char *vault_seal(const struct vault *v, const char *name, const char *plain, size_t len)
{
	uint8_t *all = mem_alloc(NONCE + len + TAG, 1);
	EVP_CIPHER_CTX *c;
	char *text;
	int n;

	bytes_random(all, NONCE);
	c = begin(v, all, name, 1);
	if (EVP_CipherUpdate(c, all + NONCE, &n, (const uint8_t *)plain, (int)len) != 1 ||
		EVP_CipherFinal_ex(c, all + NONCE + n, &n) != 1 ||
		EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, TAG, all + NONCE + len) != 1)
		abort();
	text = base64_text(all, NONCE + len + TAG);
	free(all);
	return text;
}

static char *open_bytes(const struct vault *v, const char *name, uint8_t *all, size_t len)
{
	EVP_CIPHER_CTX *c = begin(v, all, name, 0);
	char *plain = mem_alloc(len + 1, 1);
	int n;
	bool ok = EVP_CipherUpdate(c, (uint8_t *)plain, &n, all + NONCE, (int)len) == 1 &&
		EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, TAG, all + NONCE + len) == 1 &&
		EVP_CipherFinal_ex(c, (uint8_t *)plain + n, &n) == 1;

	if (ok)
		return plain;
	bytes_wipe_n(plain, len);
	return NULL;
}

char *vault_open(const struct vault *v, const char *name, const char *sealed, size_t *out_len, struct err *err)
{
	size_t room = strlen(sealed);
	uint8_t *all = mem_alloc(room + 1, 1);
	int len = base64_bytes(sealed, all, room);
	char *plain = len >= NONCE + TAG ? open_bytes(v, name, all, (size_t)len - NONCE - TAG) : NULL;

	free(all);
	if (plain)
		*out_len = (size_t)len - NONCE - TAG;
	else
		err_set(err, "sealed with another key, or damaged");
	return plain;
}
