/* secret_storage.c - the client-server specification, "Secret storage": two keys for each name by HKDF, AES-CTR with the
 * one, HMAC over the ciphertext with the other. */
#include "crypto/secret_storage.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "crypto/base64.h"
#include "crypto/bytes.h"
#include "crypto/recovery_key.h"
#include "util/err.h"
#include "util/mem.h"

enum {
	AES = 32,
	MAC = 32,
	IV = 16,
	IV_TOP = 8, /* its byte whose highest bit stays 0: some count with 64 bits only */
	ZEROS = 32, /* that are sealed to tell a key by */
	SALT_MAX = 1024,
	ROUNDS_MAX = 10000000, /* a description may not keep us busy for ever */
};

struct pair {
	unsigned char aes[AES], mac[MAC];
};

/* One secret while it is sealed or not. */
struct sealed {
	unsigned char iv[IV], mac[MAC];
	unsigned char bytes[SECRET_STORAGE_MAX];
	size_t len;
};

static void derive(const unsigned char key[SECRET_STORAGE_KEY], const char *name, struct pair *out)
{
	bytes_derive(key, SECRET_STORAGE_KEY, name, (uint8_t *)out, sizeof *out);
}

/* To and fro are the same. */
static bool cipher(const unsigned char aes[AES], struct sealed *s)
{
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	int len;
	bool done = c && EVP_EncryptInit_ex(c, EVP_aes_256_ctr(), NULL, aes, s->iv) == 1 &&
		EVP_EncryptUpdate(c, s->bytes, &len, s->bytes, (int)s->len) == 1;

	EVP_CIPHER_CTX_free(c);
	return done;
}

static bool authenticate(const unsigned char mac[MAC], const struct sealed *s, unsigned char out[MAC])
{
	return HMAC(EVP_sha256(), mac, MAC, s->bytes, s->len, out, NULL) != NULL;
}

/* Seals what is in `s`, with its iv. */
static bool seal(const unsigned char key[SECRET_STORAGE_KEY], const char *name, struct sealed *s)
{
	struct pair pair;
	bool done;

	derive(key, name, &pair);
	done = cipher(pair.aes, s) && authenticate(pair.mac, s, s->mac);
	explicit_bzero(&pair, sizeof pair);
	return done;
}

static void new_iv(struct sealed *s)
{
	bytes_random(s->iv, sizeof s->iv);
	s->iv[IV_TOP] &= 0x7f;
}

static void add_bytes(cJSON *object, const char *key, const void *bytes, size_t len)
{
	char *text = base64_text(bytes, len);

	cJSON_AddStringToObject(object, key, text);
	free(text);
}

static const char *text_of(const cJSON *object, const char *key)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
}

/* What can't be made means that OpenSSL is broken. */
static const char broken[] = "the ciphers of this machine do not work";

cJSON *secret_storage_describe(const unsigned char key[SECRET_STORAGE_KEY], struct err *err)
{
	struct sealed s = {.len = ZEROS};
	cJSON *description;

	new_iv(&s);
	if (!seal(key, "", &s)) {
		err_set(err, broken);
		return NULL;
	}
	description = cJSON_CreateObject();
	cJSON_AddStringToObject(description, "algorithm", SECRET_STORAGE_ALGORITHM);
	add_bytes(description, "iv", s.iv, sizeof s.iv);
	add_bytes(description, "mac", s.mac, sizeof s.mac);
	return description;
}

int secret_storage_check(const cJSON *description, const unsigned char key[SECRET_STORAGE_KEY], struct err *err)
{
	const char *algorithm = text_of(description, "algorithm");
	const char *iv = text_of(description, "iv"), *mac = text_of(description, "mac");
	struct sealed s = {.len = ZEROS};
	unsigned char want[MAC];

	if (!algorithm || strcmp(algorithm, SECRET_STORAGE_ALGORITHM) != 0)
		return err_set(err, "the secret storage uses another algorithm than " SECRET_STORAGE_ALGORITHM);
	if (!iv || !mac) /* the unsealing of a secret will tell */
		return 0;
	if (base64_bytes(iv, s.iv, IV) != IV || base64_bytes(mac, want, MAC) != MAC)
		return err_set(err, "the description of the secret storage is damaged");
	if (!seal(key, "", &s))
		return err_set(err, broken);
	if (CRYPTO_memcmp(s.mac, want, MAC) != 0)
		return err_set(err, "this is not the key of the secret storage");
	return 0;
}

static int stretch(const cJSON *how, const char *words, unsigned char out[SECRET_STORAGE_KEY], struct err *err)
{
	const char *algorithm = text_of(how, "algorithm"), *salt = text_of(how, "salt");
	const cJSON *rounds = cJSON_GetObjectItemCaseSensitive(how, "iterations");
	const cJSON *bits = cJSON_GetObjectItemCaseSensitive(how, "bits");

	if (!algorithm || strcmp(algorithm, "m.pbkdf2") != 0 || !salt || strlen(salt) > SALT_MAX ||
		!cJSON_IsNumber(rounds) || rounds->valuedouble < 1 || rounds->valuedouble > ROUNDS_MAX ||
		(bits && (!cJSON_IsNumber(bits) || bits->valuedouble != SECRET_STORAGE_KEY * 8)))
		return err_set(err, "the secret storage makes its key of the passphrase in a way that is not known here");
	if (PKCS5_PBKDF2_HMAC(words, (int)strlen(words), (const unsigned char *)salt, (int)strlen(salt),
		(int)rounds->valuedouble, EVP_sha512(), SECRET_STORAGE_KEY, out) != 1)
		return err_set(err, broken);
	return 0;
}

int secret_storage_open(const cJSON *description, const char *words, unsigned char out[SECRET_STORAGE_KEY],
	struct err *err)
{
	const cJSON *passphrase = cJSON_GetObjectItemCaseSensitive(description, "passphrase");
	unsigned char key[SECRET_STORAGE_KEY];
	int result = recovery_key_read(words, key, err);

	if (result == 0)
		result = secret_storage_check(description, key, err);
	else if (passphrase && stretch(passphrase, words, key, err) == 0)
		result = secret_storage_check(description, key, err);
	if (result == 0)
		memcpy(out, key, sizeof key);
	explicit_bzero(key, sizeof key);
	return result;
}

cJSON *secret_storage_seal(const unsigned char key[SECRET_STORAGE_KEY], const char *name, const char *secret,
	struct err *err)
{
	struct sealed s = {.len = strlen(secret)};
	cJSON *out = NULL;

	if (s.len > sizeof s.bytes) {
		err_set(err, "a secret is longer than %d bytes", SECRET_STORAGE_MAX);
		return NULL;
	}
	memcpy(s.bytes, secret, s.len);
	new_iv(&s);
	if (!seal(key, name, &s)) {
		err_set(err, broken);
		explicit_bzero(&s, sizeof s);
		return NULL;
	}
	out = cJSON_CreateObject();
	add_bytes(out, "iv", s.iv, sizeof s.iv);
	add_bytes(out, "ciphertext", s.bytes, s.len);
	add_bytes(out, "mac", s.mac, sizeof s.mac);
	return out;
}

static bool read_sealed(const cJSON *sealed, struct sealed *out)
{
	const char *iv = text_of(sealed, "iv"), *bytes = text_of(sealed, "ciphertext"), *mac = text_of(sealed, "mac");
	int len = bytes ? base64_bytes(bytes, out->bytes, sizeof out->bytes) : -1;

	out->len = len < 0 ? 0 : (size_t)len;
	return len >= 0 && iv && mac && base64_bytes(iv, out->iv, IV) == IV && base64_bytes(mac, out->mac, MAC) == MAC;
}

static bool unseal(const unsigned char key[SECRET_STORAGE_KEY], const char *name, struct sealed *s)
{
	unsigned char mac[MAC];
	struct pair pair;
	bool done;

	derive(key, name, &pair);
	done = authenticate(pair.mac, s, mac) && CRYPTO_memcmp(mac, s->mac, MAC) == 0 && cipher(pair.aes, s);
	explicit_bzero(&pair, sizeof pair);
	return done;
}

char *secret_storage_unseal(const unsigned char key[SECRET_STORAGE_KEY], const char *name, const cJSON *sealed,
	struct err *err)
{
	struct sealed s;
	char *secret = NULL;

	if (!read_sealed(sealed, &s))
		err_set(err, "%s: what the secret storage holds is damaged", name);
	else if (!unseal(key, name, &s))
		err_set(err, "%s: sealed with another key, or damaged", name);
	else if (memchr(s.bytes, '\0', s.len))
		err_set(err, "%s: the secret is no text", name);
	else
		secret = mem_strndup((const char *)s.bytes, s.len);
	explicit_bzero(&s, sizeof s);
	return secret;
}
