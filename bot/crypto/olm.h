/* olm.h - end-to-end encryption as Matrix has it: Olm between two devices, Megolm in a room, signatures, and what
 * verification and backup need. The only way to libolm, so that another library can take its place; names begin with
 * e2e_, as olm_ is the library's own.
 *
 * Keys, signatures and messages are text in unpadded base64. What is made here is a new NUL-ended text (free it, or
 * bytes_wipe it where it is secret). A pickle is an object as text under a pickle key. Objects are wiped when they are
 * freed, and all _free take NULL. Everything from outside may be malformed: then NULL, -1 or false, with `err` set where
 * there is one, and the object is as before. Running out of memory or of randomness aborts. */
#ifndef CRYPTO_OLM_H
#define CRYPTO_OLM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

enum {
	E2E_KEY_SIZE = 44, /* of a public key as text, with its NUL */
	E2E_SIGNATURE_SIZE = 87,
	E2E_SEED_BYTES = 32,
	E2E_PICKLE_KEY_BYTES = 32,
};

/* What pickles are made and read with. */
struct e2e_pickle_key {
	uint8_t bytes[E2E_PICKLE_KEY_BYTES];
};

/* ---- who we are: the keys of one device ---- */

struct e2e_account;

struct e2e_account *e2e_account_new(void);
struct e2e_account *e2e_account_unpickle(const char *pickle, const struct e2e_pickle_key *key, struct err *err);
char *e2e_account_pickle(struct e2e_account *a, const struct e2e_pickle_key *key);
void e2e_account_free(struct e2e_account *a);
/* Borrowed from the account. */
const char *e2e_account_curve25519(const struct e2e_account *a);
const char *e2e_account_ed25519(const struct e2e_account *a);
void e2e_account_sign(struct e2e_account *a, const char *text, size_t len, char out[E2E_SIGNATURE_SIZE]);
/* How many one-time keys the account can hold the secrets of: older ones go when more are made. */
size_t e2e_account_most_keys(const struct e2e_account *a);
void e2e_account_make_keys(struct e2e_account *a, size_t n);
/* The one before stays good until e2e_account_forget_fallback. */
void e2e_account_make_fallback(struct e2e_account *a);
void e2e_account_forget_fallback(struct e2e_account *a);
typedef void (*e2e_each_key)(void *ctx, const char *id, const char *key);
/* One-time keys, and the fallback key, that were made and not marked as published yet. */
void e2e_account_each_key(struct e2e_account *a, e2e_each_key each, void *ctx);
void e2e_account_each_fallback(struct e2e_account *a, e2e_each_key each, void *ctx);
/* All of them were taken by the server. */
void e2e_account_published(struct e2e_account *a);

/* ---- Olm: between two devices ---- */

struct e2e_session;

enum e2e_olm_type { E2E_OLM_PRE_KEY, E2E_OLM_MESSAGE };

/* Towards a device whose keys were claimed. */
struct e2e_session *e2e_session_new(struct e2e_account *a, const char *their_curve25519, const char *one_time_key,
	struct err *err);
/* From a pre-key message, which is decrypted at the same time into *out_plain (new; *out_len without its NUL). The one-time
 * key that was used is gone from the account. */
struct e2e_session *e2e_session_receive(struct e2e_account *a, const char *their_curve25519, const char *body,
	char **out_plain, size_t *out_len, struct err *err);
struct e2e_session *e2e_session_unpickle(const char *pickle, const struct e2e_pickle_key *key, struct err *err);
char *e2e_session_pickle(struct e2e_session *s, const struct e2e_pickle_key *key);
void e2e_session_free(struct e2e_session *s);
char *e2e_session_id(struct e2e_session *s);
/* Does that pre-key message belong to this session? */
bool e2e_session_matches(struct e2e_session *s, const char *their_curve25519, const char *body);
char *e2e_session_encrypt(struct e2e_session *s, const char *plain, size_t len, enum e2e_olm_type *out_type);
char *e2e_session_decrypt(struct e2e_session *s, enum e2e_olm_type type, const char *body, size_t *out_len,
	struct err *err);

/* ---- Megolm: to a room, from its sender's side ---- */

struct e2e_group;

struct e2e_group *e2e_group_new(void);
struct e2e_group *e2e_group_unpickle(const char *pickle, const struct e2e_pickle_key *key, struct err *err);
char *e2e_group_pickle(struct e2e_group *g, const struct e2e_pickle_key *key);
void e2e_group_free(struct e2e_group *g);
char *e2e_group_id(struct e2e_group *g);
/* Of the next message. */
uint32_t e2e_group_index(struct e2e_group *g);
/* What others need to read from here on. Secret. */
char *e2e_group_key(struct e2e_group *g);
/* The session is one further afterwards: on disk before the message leaves, lest an index be used twice. */
char *e2e_group_encrypt(struct e2e_group *g, const char *plain, size_t len);

/* ---- Megolm: from its readers' side ---- */

struct e2e_reader;

/* From a session key (m.room_key), which its sender has signed with the session's own key. */
struct e2e_reader *e2e_reader_new(const char *session_key, struct err *err);
/* From an exported key (m.forwarded_room_key, a backup), which anybody could have made. */
struct e2e_reader *e2e_reader_import(const char *exported, struct err *err);
struct e2e_reader *e2e_reader_unpickle(const char *pickle, const struct e2e_pickle_key *key, struct err *err);
char *e2e_reader_pickle(struct e2e_reader *r, const struct e2e_pickle_key *key);
void e2e_reader_free(struct e2e_reader *r);
char *e2e_reader_id(struct e2e_reader *r);
/* From which message on it can read. */
uint32_t e2e_reader_first(const struct e2e_reader *r);
/* From that message on, which must not be before the first. Secret. NULL when it can't be had. */
char *e2e_reader_export(struct e2e_reader *r, uint32_t index);
/* `index` is written on success: the same index for another event is a replay. */
char *e2e_reader_decrypt(struct e2e_reader *r, const char *message, size_t *out_len, uint32_t *out_index,
	struct err *err);

/* ---- signatures ---- */

bool e2e_verify(const char *ed25519, const char *text, size_t len, const char *signature);

/* A signing key from its seed: cross-signing. */
struct e2e_signer;

struct e2e_signer *e2e_signer_new(const uint8_t seed[E2E_SEED_BYTES]);
void e2e_signer_free(struct e2e_signer *s);
const char *e2e_signer_key(const struct e2e_signer *s);
void e2e_signer_sign(struct e2e_signer *s, const char *text, size_t len, char out[E2E_SIGNATURE_SIZE]);

/* ---- to a public key, without a session: key backup (curve25519-aes-sha2) ---- */

/* Texts are new. */
struct e2e_sealed {
	char *ciphertext, *mac, *ephemeral;
};

void e2e_sealed_done(struct e2e_sealed *sealed);
/* -1 when it is no key. */
int e2e_seal(const char *curve25519, const char *plain, size_t len, struct e2e_sealed *out, struct err *err);

struct e2e_opener;

struct e2e_opener *e2e_opener_new(const uint8_t private_key[E2E_SEED_BYTES]);
void e2e_opener_free(struct e2e_opener *o);
const char *e2e_opener_key(const struct e2e_opener *o);
char *e2e_opener_open(struct e2e_opener *o, const struct e2e_sealed *sealed, size_t *out_len, struct err *err);

/* ---- short authentication strings ---- */

struct e2e_sas;

struct e2e_sas *e2e_sas_new(void);
void e2e_sas_free(struct e2e_sas *s);
const char *e2e_sas_key(const struct e2e_sas *s);
int e2e_sas_set_their_key(struct e2e_sas *s, const char *key, struct err *err);
/* These two only once their key is set. `info` says what for (spec, 11.12.2.2). */
void e2e_sas_bytes(struct e2e_sas *s, const char *info, uint8_t *out, size_t len);
/* hkdf-hmac-sha256.v2: a new text. */
char *e2e_sas_mac(struct e2e_sas *s, const char *text, const char *info);

#endif
