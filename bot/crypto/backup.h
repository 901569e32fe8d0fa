/* backup.h - room keys kept at the server, sealed to a key that it never sees
 * (m.megolm_backup.v1.curve25519-aes-sha2). Pure: bodies of requests out, answers in.
 *
 * Whoever knows the public key, so the server too, can put keys of their own among them: what comes out of a backup tells what
 * was said, but proves not by whom. */
#ifndef CRYPTO_BACKUP_H
#define CRYPTO_BACKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "crypto/olm.h"

struct err;

#define BACKUP_ALGORITHM "m.megolm_backup.v1.curve25519-aes-sha2"
#define BACKUP_SECRET_NAME "m.megolm_backup.v1"

/* One Megolm session, as its readers have it. */
struct backup_session {
	const char *room, *id;
	const char *key; /* exported from `first` on; secret */
	const char *sender_key, *sender_ed25519; /* of the device that made it */
	uint32_t first;
	bool forwarded; /* came from somebody else than its maker */
};

/* The body of a new version: POST /room_keys/version. Signed with the master key, so that our later selves and other
 * clients know it again. A new tree. */
cJSON *backup_version(const char *user, const char *public_key, struct e2e_signer *master);
/* Is that version (an answer of GET /room_keys/version) for our key and signed by our master key? Nothing may be sealed
 * to one that is not. */
bool backup_version_is_ours(const cJSON *version, const char *user, const char *master_key, const char *public_key);

/* Adds the session to the body of PUT /room_keys/keys (begin with an empty object). -1 when the public key is none. */
int backup_add(cJSON *body, const char *public_key, const struct backup_session *session, struct err *err);

typedef void (*backup_each_cb)(void *ctx, const struct backup_session *session);
/* All sessions of an answer of GET /room_keys/keys that can be opened, valid during the callback. Returns how many could not
 * be. */
size_t backup_each(const cJSON *answer, struct e2e_opener *opener, backup_each_cb each, void *ctx);

#endif
