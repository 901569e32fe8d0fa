/* bytes.c - the kernel's randomness, libcrypto's hash. */
#include "crypto/bytes.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sys/random.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "util/mem.h"

void bytes_random(void *out, size_t len)
{
	uint8_t *at = out;

	while (len) {
		ssize_t n = getrandom(at, len, 0);

		if (n < 0 && errno != EINTR)
			abort();
		at += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
}

void bytes_hash(const void *bytes, size_t len, uint8_t out[BYTES_HASH])
{
	int ok = EVP_Digest(bytes, len, out, NULL, EVP_sha256(), NULL);

	assert(ok == 1);
	(void)ok;
}

static void mac(const void *key, size_t key_len, const void *bytes, size_t len, uint8_t out[BYTES_HASH])
{
	unsigned n = 0;

	if (!HMAC(EVP_sha256(), key, (int)key_len, bytes, len, out, &n) || n != BYTES_HASH)
		abort();
}

void bytes_derive(const void *secret, size_t len, const char *purpose, uint8_t *out, size_t out_len)
{
	static const uint8_t salt[BYTES_HASH];
	size_t purpose_len = strlen(purpose), before = 0, room = BYTES_HASH + purpose_len + 1;
	uint8_t key[BYTES_HASH], *block = mem_alloc(room, 1);

	assert(out_len <= 255 * BYTES_HASH);
	mac(salt, sizeof salt, secret, len, key);
	for (uint8_t i = 1; out_len; i++) { /* each block: of the one before, the purpose, its number */
		size_t n = out_len < BYTES_HASH ? out_len : BYTES_HASH;

		memcpy(block + before, purpose, purpose_len);
		block[before + purpose_len] = i;
		mac(key, sizeof key, block, before + purpose_len + 1, block);
		before = BYTES_HASH;
		memcpy(out, block, n);
		out += n;
		out_len -= n;
	}
	explicit_bzero(key, sizeof key);
	bytes_wipe_n(block, room);
}

/* ---- wiping ---- */

void bytes_wipe_n(void *bytes, size_t len)
{
	if (bytes)
		explicit_bzero(bytes, len);
	free(bytes);
}

void bytes_wipe(char *text)
{
	bytes_wipe_n(text, text ? strlen(text) : 0);
}
