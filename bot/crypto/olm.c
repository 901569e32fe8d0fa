/* olm.c - libolm, and nothing of it outside. The library decodes a message in the buffer that it is given, and wants to be
 * asked for each length before: so what it gets are copies, and each call is a pair. */
#include "crypto/olm.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <olm/olm.h>
#include <olm/pk.h>
#include <olm/sas.h>

#include "crypto/bytes.h"
#include "util/err.h"
#include "util/mem.h"

/* A call that can't fail but for a wrong length, which would be our mistake. */
#define must(call)                                                                                                     \
	do {                                                                                                           \
		if ((call) == olm_error())                                                                             \
			abort();                                                                                       \
	} while (0)

/* That many random bytes, to be wiped. */
static void *randomness(size_t len)
{
	void *bytes = mem_alloc(len + 1, 1);

	bytes_random(bytes, len);
	return bytes;
}

static char *room_for(size_t len)
{
	return mem_alloc(len + 1, 1);
}

static bool is_key(const char *key)
{
	return strlen(key) == E2E_KEY_SIZE - 1;
}

/* ---- who we are ---- */

struct e2e_account {
	OlmAccount *olm;
	char curve25519[E2E_KEY_SIZE], ed25519[E2E_KEY_SIZE];
};

static struct e2e_account *account_alloc(void)
{
	struct e2e_account *a = mem_alloc(1, sizeof *a);

	a->olm = olm_account(mem_alloc(1, olm_account_size()));
	return a;
}

static void key_of(const cJSON *keys, const char *name, char out[E2E_KEY_SIZE])
{
	const cJSON *key = cJSON_GetObjectItemCaseSensitive(keys, name);

	if (!cJSON_IsString(key) || !is_key(key->valuestring))
		abort();
	memcpy(out, key->valuestring, E2E_KEY_SIZE);
}

static void learn_identity(struct e2e_account *a)
{
	size_t len = olm_account_identity_keys_length(a->olm);
	char *text = room_for(len);
	cJSON *keys;

	must(olm_account_identity_keys(a->olm, text, len));
	keys = cJSON_ParseWithLength(text, len);
	key_of(keys, "curve25519", a->curve25519);
	key_of(keys, "ed25519", a->ed25519);
	cJSON_Delete(keys);
	free(text);
}

struct e2e_account *e2e_account_new(void)
{
	struct e2e_account *a = account_alloc();
	size_t len = olm_create_account_random_length(a->olm);
	void *random = randomness(len);

	must(olm_create_account(a->olm, random, len));
	bytes_wipe_n(random, len);
	learn_identity(a);
	return a;
}

struct e2e_account *e2e_account_unpickle(const char *pickle, const struct e2e_pickle_key *key, struct err *err)
{
	struct e2e_account *a = account_alloc();
	char *copy = mem_strdup(pickle);
	size_t done = olm_unpickle_account(a->olm, key->bytes, sizeof key->bytes, copy, strlen(copy));

	bytes_wipe_n(copy, strlen(pickle));
	if (done == olm_error()) {
		err_set(err, "account: %s", olm_account_last_error(a->olm));
		e2e_account_free(a);
		return NULL;
	}
	learn_identity(a);
	return a;
}

char *e2e_account_pickle(struct e2e_account *a, const struct e2e_pickle_key *key)
{
	size_t len = olm_pickle_account_length(a->olm);
	char *pickle = room_for(len);

	must(olm_pickle_account(a->olm, key->bytes, sizeof key->bytes, pickle, len));
	return pickle;
}

void e2e_account_free(struct e2e_account *a)
{
	if (!a)
		return;
	olm_clear_account(a->olm);
	free(a->olm);
	free(a);
}

const char *e2e_account_curve25519(const struct e2e_account *a)
{
	return a->curve25519;
}

const char *e2e_account_ed25519(const struct e2e_account *a)
{
	return a->ed25519;
}

void e2e_account_sign(struct e2e_account *a, const char *text, size_t len, char out[E2E_SIGNATURE_SIZE])
{
	assert(olm_account_signature_length(a->olm) == E2E_SIGNATURE_SIZE - 1);
	must(olm_account_sign(a->olm, text, len, out, E2E_SIGNATURE_SIZE - 1));
	out[E2E_SIGNATURE_SIZE - 1] = '\0';
}

size_t e2e_account_most_keys(const struct e2e_account *a)
{
	return olm_account_max_number_of_one_time_keys(a->olm);
}

void e2e_account_make_keys(struct e2e_account *a, size_t n)
{
	size_t len = olm_account_generate_one_time_keys_random_length(a->olm, n);
	void *random = randomness(len);

	must(olm_account_generate_one_time_keys(a->olm, n, random, len));
	bytes_wipe_n(random, len);
}

void e2e_account_make_fallback(struct e2e_account *a)
{
	size_t len = olm_account_generate_fallback_key_random_length(a->olm);
	void *random = randomness(len);

	must(olm_account_generate_fallback_key(a->olm, random, len));
	bytes_wipe_n(random, len);
}

void e2e_account_forget_fallback(struct e2e_account *a)
{
	olm_account_forget_old_fallback_key(a->olm);
}

/* {"curve25519": {id: key, ...}} */
static void each_key(const char *text, size_t len, e2e_each_key each, void *ctx)
{
	cJSON *tree = cJSON_ParseWithLength(text, len);
	const cJSON *key, *keys = cJSON_GetObjectItemCaseSensitive(tree, "curve25519");

	cJSON_ArrayForEach(key, keys)
		each(ctx, key->string, key->valuestring);
	cJSON_Delete(tree);
}

void e2e_account_each_key(struct e2e_account *a, e2e_each_key each, void *ctx)
{
	size_t len = olm_account_one_time_keys_length(a->olm);
	char *text = room_for(len);

	must(olm_account_one_time_keys(a->olm, text, len));
	each_key(text, len, each, ctx);
	free(text);
}

void e2e_account_each_fallback(struct e2e_account *a, e2e_each_key each, void *ctx)
{
	size_t len = olm_account_unpublished_fallback_key_length(a->olm);
	char *text = room_for(len);

	must(olm_account_unpublished_fallback_key(a->olm, text, len));
	each_key(text, strlen(text), each, ctx);
	free(text);
}

void e2e_account_published(struct e2e_account *a)
{
	(void)olm_account_mark_keys_as_published(a->olm);
}

/* ---- Olm ---- */

struct e2e_session {
	OlmSession *olm;
};

static struct e2e_session *session_alloc(void)
{
	struct e2e_session *s = mem_alloc(1, sizeof *s);

	s->olm = olm_session(mem_alloc(1, olm_session_size()));
	return s;
}

static struct e2e_session *session_fail(struct e2e_session *s, struct err *err)
{
	err_set(err, "olm: %s", olm_session_last_error(s->olm));
	e2e_session_free(s);
	return NULL;
}

struct e2e_session *e2e_session_new(struct e2e_account *a, const char *their_curve25519, const char *one_time_key,
	struct err *err)
{
	struct e2e_session *s = session_alloc();
	size_t len = olm_create_outbound_session_random_length(s->olm);
	void *random = randomness(len);
	size_t done = olm_create_outbound_session(s->olm, a->olm, their_curve25519, strlen(their_curve25519),
		one_time_key, strlen(one_time_key), random, len);

	bytes_wipe_n(random, len);
	return done == olm_error() ? session_fail(s, err) : s;
}

struct e2e_session *e2e_session_receive(struct e2e_account *a, const char *their_curve25519, const char *body,
	char **out_plain, size_t *out_len, struct err *err)
{
	struct e2e_session *s = session_alloc();
	char *copy = mem_strdup(body);
	size_t done = olm_create_inbound_session_from(s->olm, a->olm, their_curve25519, strlen(their_curve25519), copy,
		strlen(copy));

	free(copy);
	if (done == olm_error())
		return session_fail(s, err);
	*out_plain = e2e_session_decrypt(s, E2E_OLM_PRE_KEY, body, out_len, err);
	if (!*out_plain) {
		e2e_session_free(s);
		return NULL;
	}
	(void)olm_remove_one_time_keys(a->olm, s->olm); /* none to remove when it was the fallback key */
	return s;
}

struct e2e_session *e2e_session_unpickle(const char *pickle, const struct e2e_pickle_key *key, struct err *err)
{
	struct e2e_session *s = session_alloc();
	char *copy = mem_strdup(pickle);
	size_t done = olm_unpickle_session(s->olm, key->bytes, sizeof key->bytes, copy, strlen(copy));

	bytes_wipe_n(copy, strlen(pickle));
	return done == olm_error() ? session_fail(s, err) : s;
}

char *e2e_session_pickle(struct e2e_session *s, const struct e2e_pickle_key *key)
{
	size_t len = olm_pickle_session_length(s->olm);
	char *pickle = room_for(len);

	must(olm_pickle_session(s->olm, key->bytes, sizeof key->bytes, pickle, len));
	return pickle;
}

void e2e_session_free(struct e2e_session *s)
{
	if (!s)
		return;
	olm_clear_session(s->olm);
	free(s->olm);
	free(s);
}

char *e2e_session_id(struct e2e_session *s)
{
	size_t len = olm_session_id_length(s->olm);
	char *id = room_for(len);

	must(olm_session_id(s->olm, id, len));
	return id;
}

bool e2e_session_matches(struct e2e_session *s, const char *their_curve25519, const char *body)
{
	char *copy = mem_strdup(body);
	size_t matches = olm_matches_inbound_session_from(s->olm, their_curve25519, strlen(their_curve25519), copy,
		strlen(copy));

	free(copy);
	return matches == 1;
}

char *e2e_session_encrypt(struct e2e_session *s, const char *plain, size_t len, enum e2e_olm_type *out_type)
{
	size_t random_len = olm_encrypt_random_length(s->olm), out_len = olm_encrypt_message_length(s->olm, len);
	void *random = randomness(random_len);
	char *message = room_for(out_len);

	*out_type = olm_encrypt_message_type(s->olm) == OLM_MESSAGE_TYPE_PRE_KEY ? E2E_OLM_PRE_KEY : E2E_OLM_MESSAGE;
	must(olm_encrypt(s->olm, plain, len, random, random_len, message, out_len));
	bytes_wipe_n(random, random_len);
	return message;
}

/* The largest plain text of a message, asked with a copy as it is spent by the question. */
static size_t plain_room(struct e2e_session *s, size_t type, const char *body)
{
	char *copy = mem_strdup(body);
	size_t len = olm_decrypt_max_plaintext_length(s->olm, type, copy, strlen(copy));

	free(copy);
	return len;
}

char *e2e_session_decrypt(struct e2e_session *s, enum e2e_olm_type type, const char *body, size_t *out_len,
	struct err *err)
{
	size_t olm_type = type == E2E_OLM_PRE_KEY ? OLM_MESSAGE_TYPE_PRE_KEY : OLM_MESSAGE_TYPE_MESSAGE;
	size_t most = plain_room(s, olm_type, body), len;
	char *copy, *plain;

	if (most == olm_error()) {
		err_set(err, "olm: %s", olm_session_last_error(s->olm));
		return NULL;
	}
	copy = mem_strdup(body);
	plain = room_for(most);
	len = olm_decrypt(s->olm, olm_type, copy, strlen(copy), plain, most);
	free(copy);
	if (len == olm_error()) {
		err_set(err, "olm: %s", olm_session_last_error(s->olm));
		bytes_wipe_n(plain, most);
		return NULL;
	}
	plain[len] = '\0';
	*out_len = len;
	return plain;
}

/* ---- Megolm, sending ---- */

struct e2e_group {
	OlmOutboundGroupSession *olm;
};

static struct e2e_group *group_alloc(void)
{
	struct e2e_group *g = mem_alloc(1, sizeof *g);

	g->olm = olm_outbound_group_session(mem_alloc(1, olm_outbound_group_session_size()));
	return g;
}

struct e2e_group *e2e_group_new(void)
{
	struct e2e_group *g = group_alloc();
	size_t len = olm_init_outbound_group_session_random_length(g->olm);
	void *random = randomness(len);

	must(olm_init_outbound_group_session(g->olm, random, len));
	bytes_wipe_n(random, len);
	return g;
}

struct e2e_group *e2e_group_unpickle(const char *pickle, const struct e2e_pickle_key *key, struct err *err)
{
	struct e2e_group *g = group_alloc();
	char *copy = mem_strdup(pickle);
	size_t done = olm_unpickle_outbound_group_session(g->olm, key->bytes, sizeof key->bytes, copy, strlen(copy));

	bytes_wipe_n(copy, strlen(pickle));
	if (done != olm_error())
		return g;
	err_set(err, "megolm: %s", olm_outbound_group_session_last_error(g->olm));
	e2e_group_free(g);
	return NULL;
}

char *e2e_group_pickle(struct e2e_group *g, const struct e2e_pickle_key *key)
{
	size_t len = olm_pickle_outbound_group_session_length(g->olm);
	char *pickle = room_for(len);

	must(olm_pickle_outbound_group_session(g->olm, key->bytes, sizeof key->bytes, pickle, len));
	return pickle;
}

void e2e_group_free(struct e2e_group *g)
{
	if (!g)
		return;
	olm_clear_outbound_group_session(g->olm);
	free(g->olm);
	free(g);
}

char *e2e_group_id(struct e2e_group *g)
{
	size_t len = olm_outbound_group_session_id_length(g->olm);
	char *id = room_for(len);

	must(olm_outbound_group_session_id(g->olm, (uint8_t *)id, len));
	return id;
}

uint32_t e2e_group_index(struct e2e_group *g)
{
	return olm_outbound_group_session_message_index(g->olm);
}

char *e2e_group_key(struct e2e_group *g)
{
	size_t len = olm_outbound_group_session_key_length(g->olm);
	char *key = room_for(len);

	must(olm_outbound_group_session_key(g->olm, (uint8_t *)key, len));
	return key;
}

char *e2e_group_encrypt(struct e2e_group *g, const char *plain, size_t len)
{
	size_t out_len = olm_group_encrypt_message_length(g->olm, len);
	char *message = room_for(out_len);

	must(olm_group_encrypt(g->olm, (const uint8_t *)plain, len, (uint8_t *)message, out_len));
	return message;
}

/* ---- Megolm, reading ---- */

struct e2e_reader {
	OlmInboundGroupSession *olm;
};

static struct e2e_reader *reader_alloc(void)
{
	struct e2e_reader *r = mem_alloc(1, sizeof *r);

	r->olm = olm_inbound_group_session(mem_alloc(1, olm_inbound_group_session_size()));
	return r;
}

static struct e2e_reader *reader_end(struct e2e_reader *r, size_t done, struct err *err)
{
	if (done != olm_error())
		return r;
	err_set(err, "megolm: %s", olm_inbound_group_session_last_error(r->olm));
	e2e_reader_free(r);
	return NULL;
}

struct e2e_reader *e2e_reader_new(const char *session_key, struct err *err)
{
	struct e2e_reader *r = reader_alloc();

	return reader_end(r, olm_init_inbound_group_session(r->olm, (const uint8_t *)session_key, strlen(session_key)),
		err);
}

struct e2e_reader *e2e_reader_import(const char *exported, struct err *err)
{
	struct e2e_reader *r = reader_alloc();

	return reader_end(r, olm_import_inbound_group_session(r->olm, (const uint8_t *)exported, strlen(exported)), err);
}

struct e2e_reader *e2e_reader_unpickle(const char *pickle, const struct e2e_pickle_key *key, struct err *err)
{
	struct e2e_reader *r = reader_alloc();
	char *copy = mem_strdup(pickle);
	size_t done = olm_unpickle_inbound_group_session(r->olm, key->bytes, sizeof key->bytes, copy, strlen(copy));

	bytes_wipe_n(copy, strlen(pickle));
	return reader_end(r, done, err);
}

char *e2e_reader_pickle(struct e2e_reader *r, const struct e2e_pickle_key *key)
{
	size_t len = olm_pickle_inbound_group_session_length(r->olm);
	char *pickle = room_for(len);

	must(olm_pickle_inbound_group_session(r->olm, key->bytes, sizeof key->bytes, pickle, len));
	return pickle;
}

void e2e_reader_free(struct e2e_reader *r)
{
	if (!r)
		return;
	olm_clear_inbound_group_session(r->olm);
	free(r->olm);
	free(r);
}

char *e2e_reader_id(struct e2e_reader *r)
{
	size_t len = olm_inbound_group_session_id_length(r->olm);
	char *id = room_for(len);

	must(olm_inbound_group_session_id(r->olm, (uint8_t *)id, len));
	return id;
}

uint32_t e2e_reader_first(const struct e2e_reader *r)
{
	return olm_inbound_group_session_first_known_index(r->olm);
}

char *e2e_reader_export(struct e2e_reader *r, uint32_t index)
{
	size_t len = olm_export_inbound_group_session_length(r->olm);
	char *key = room_for(len);

	if (olm_export_inbound_group_session(r->olm, (uint8_t *)key, len, index) != olm_error())
		return key;
	bytes_wipe_n(key, len);
	return NULL;
}

static size_t group_plain_room(struct e2e_reader *r, const char *message)
{
	char *copy = mem_strdup(message);
	size_t len = olm_group_decrypt_max_plaintext_length(r->olm, (uint8_t *)copy, strlen(copy));

	free(copy);
	return len;
}

char *e2e_reader_decrypt(struct e2e_reader *r, const char *message, size_t *out_len, uint32_t *out_index,
	struct err *err)
{
	size_t most = group_plain_room(r, message), len;
	uint32_t index = 0;
	char *copy, *plain;

	if (most == olm_error()) {
		err_set(err, "megolm: %s", olm_inbound_group_session_last_error(r->olm));
		return NULL;
	}
	copy = mem_strdup(message);
	plain = room_for(most);
	len = olm_group_decrypt(r->olm, (uint8_t *)copy, strlen(copy), (uint8_t *)plain, most, &index);
	free(copy);
	if (len == olm_error()) {
		err_set(err, "megolm: %s", olm_inbound_group_session_last_error(r->olm));
		bytes_wipe_n(plain, most);
		return NULL;
	}
	plain[len] = '\0';
	*out_len = len;
	*out_index = index;
	return plain;
}

/* ---- signatures ---- */

bool e2e_verify(const char *ed25519, const char *text, size_t len, const char *signature)
{
	OlmUtility *u;
	char *copy;
	bool ok;

	if (!is_key(ed25519) || strlen(signature) != E2E_SIGNATURE_SIZE - 1)
		return false;
	u = olm_utility(mem_alloc(1, olm_utility_size()));
	copy = mem_strdup(signature);
	ok = olm_ed25519_verify(u, ed25519, strlen(ed25519), text, len, copy, strlen(copy)) != olm_error();
	free(copy);
	olm_clear_utility(u);
	free(u);
	return ok;
}

struct e2e_signer {
	OlmPkSigning *olm;
	char key[E2E_KEY_SIZE];
};

struct e2e_signer *e2e_signer_new(const uint8_t seed[E2E_SEED_BYTES])
{
	struct e2e_signer *s = mem_alloc(1, sizeof *s);

	assert(olm_pk_signing_seed_length() == E2E_SEED_BYTES && olm_pk_signing_public_key_length() == E2E_KEY_SIZE - 1);
	s->olm = olm_pk_signing(mem_alloc(1, olm_pk_signing_size()));
	must(olm_pk_signing_key_from_seed(s->olm, s->key, E2E_KEY_SIZE - 1, seed, E2E_SEED_BYTES));
	return s;
}

void e2e_signer_free(struct e2e_signer *s)
{
	if (!s)
		return;
	olm_clear_pk_signing(s->olm);
	free(s->olm);
	free(s);
}

const char *e2e_signer_key(const struct e2e_signer *s)
{
	return s->key;
}

void e2e_signer_sign(struct e2e_signer *s, const char *text, size_t len, char out[E2E_SIGNATURE_SIZE])
{
	assert(olm_pk_signature_length() == E2E_SIGNATURE_SIZE - 1);
	must(olm_pk_sign(s->olm, (const uint8_t *)text, len, (uint8_t *)out, E2E_SIGNATURE_SIZE - 1));
	out[E2E_SIGNATURE_SIZE - 1] = '\0';
}

/* ---- to a public key ---- */

void e2e_sealed_done(struct e2e_sealed *sealed)
{
	free(sealed->ciphertext);
	free(sealed->mac);
	free(sealed->ephemeral);
}

static void seal(OlmPkEncryption *olm, const char *plain, size_t len, struct e2e_sealed *out)
{
	size_t random_len = olm_pk_encrypt_random_length(olm), cipher_len = olm_pk_ciphertext_length(olm, len);
	size_t mac_len = olm_pk_mac_length(olm), key_len = olm_pk_key_length();
	void *random = randomness(random_len);

	out->ciphertext = room_for(cipher_len);
	out->mac = room_for(mac_len);
	out->ephemeral = room_for(key_len);
	must(olm_pk_encrypt(olm, plain, len, out->ciphertext, cipher_len, out->mac, mac_len, out->ephemeral, key_len,
		random, random_len));
	bytes_wipe_n(random, random_len);
}

int e2e_seal(const char *curve25519, const char *plain, size_t len, struct e2e_sealed *out, struct err *err)
{
	OlmPkEncryption *olm;

	if (!is_key(curve25519))
		return err_set(err, "this is no curve25519 key");
	olm = olm_pk_encryption(mem_alloc(1, olm_pk_encryption_size()));
	must(olm_pk_encryption_set_recipient_key(olm, curve25519, strlen(curve25519)));
	seal(olm, plain, len, out);
	olm_clear_pk_encryption(olm);
	free(olm);
	return 0;
}

struct e2e_opener {
	OlmPkDecryption *olm;
	char key[E2E_KEY_SIZE];
};

struct e2e_opener *e2e_opener_new(const uint8_t private_key[E2E_SEED_BYTES])
{
	struct e2e_opener *o = mem_alloc(1, sizeof *o);

	assert(olm_pk_private_key_length() == E2E_SEED_BYTES && olm_pk_key_length() == E2E_KEY_SIZE - 1);
	o->olm = olm_pk_decryption(mem_alloc(1, olm_pk_decryption_size()));
	must(olm_pk_key_from_private(o->olm, o->key, E2E_KEY_SIZE - 1, private_key, E2E_SEED_BYTES));
	return o;
}

void e2e_opener_free(struct e2e_opener *o)
{
	if (!o)
		return;
	olm_clear_pk_decryption(o->olm);
	free(o->olm);
	free(o);
}

const char *e2e_opener_key(const struct e2e_opener *o)
{
	return o->key;
}

char *e2e_opener_open(struct e2e_opener *o, const struct e2e_sealed *sealed, size_t *out_len, struct err *err)
{
	size_t most = olm_pk_max_plaintext_length(o->olm, strlen(sealed->ciphertext)), len;
	char *copy, *plain;

	if (most == olm_error()) { /* no base64 has that length */
		err_set(err, "sealed: the ciphertext is no base64");
		return NULL;
	}
	copy = mem_strdup(sealed->ciphertext);
	plain = room_for(most);
	len = olm_pk_decrypt(o->olm, sealed->ephemeral, strlen(sealed->ephemeral), sealed->mac, strlen(sealed->mac),
		copy, strlen(copy), plain, most);
	free(copy);
	if (len == olm_error()) {
		err_set(err, "sealed: %s", olm_pk_decryption_last_error(o->olm));
		bytes_wipe_n(plain, most);
		return NULL;
	}
	plain[len] = '\0';
	*out_len = len;
	return plain;
}

/* ---- short authentication strings ---- */

struct e2e_sas {
	OlmSAS *olm;
	char key[E2E_KEY_SIZE];
};

struct e2e_sas *e2e_sas_new(void)
{
	struct e2e_sas *s = mem_alloc(1, sizeof *s);
	void *random;
	size_t len;

	s->olm = olm_sas(mem_alloc(1, olm_sas_size()));
	len = olm_create_sas_random_length(s->olm);
	random = randomness(len);
	must(olm_create_sas(s->olm, random, len));
	bytes_wipe_n(random, len);
	assert(olm_sas_pubkey_length(s->olm) == E2E_KEY_SIZE - 1);
	must(olm_sas_get_pubkey(s->olm, s->key, E2E_KEY_SIZE - 1));
	return s;
}

void e2e_sas_free(struct e2e_sas *s)
{
	if (!s)
		return;
	olm_clear_sas(s->olm);
	free(s->olm);
	free(s);
}

const char *e2e_sas_key(const struct e2e_sas *s)
{
	return s->key;
}

int e2e_sas_set_their_key(struct e2e_sas *s, const char *key, struct err *err)
{
	char copy[E2E_KEY_SIZE];

	if (!is_key(key))
		return err_set(err, "this is no curve25519 key");
	memcpy(copy, key, sizeof copy);
	if (olm_sas_set_their_key(s->olm, copy, sizeof copy - 1) == olm_error())
		return err_set(err, "sas: %s", olm_sas_last_error(s->olm));
	return 0;
}

void e2e_sas_bytes(struct e2e_sas *s, const char *info, uint8_t *out, size_t len)
{
	must(olm_sas_generate_bytes(s->olm, info, strlen(info), out, len));
}

char *e2e_sas_mac(struct e2e_sas *s, const char *text, const char *info)
{
	size_t len = olm_sas_mac_length(s->olm);
	char *mac = room_for(len);

	must(olm_sas_calculate_mac_fixed_base64(s->olm, text, strlen(text), info, strlen(info), mac, len));
	return mac;
}
