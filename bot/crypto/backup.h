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

/* One Megolm session as it comes out of a backup. Borrowed. */
struct backup_session {
	const char *room, *id;
	const char *key; /* exported; secret */
	const char *sender_key, *sender_ed25519; /* of the device that made it, if it is true */
};

/* The body of a new version: POST /room_keys/version. Signed with the master key, so that our later selves and other
 * clients know it again. A new tree. */
cJSON *backup_version(const char *user, const char *public_key, struct e2e_signer *master);
/* Is that version (an answer of GET /room_keys/version) for our key and signed by our master key? Nothing may be sealed
 * to one that is not. */
bool backup_version_is_ours(const cJSON *version, const char *user, const char *master_key, const char *public_key);

/* What to add to a backup. */
struct backup_entry {
	const char *room, *session;
	const cJSON *data; /* the session's data: "algorithm", "sender_key", "session_key" and so on; secret */
	uint32_t first; /* message that it can read */
	bool forwarded; /* came from somebody else than its maker */
};

/* Adds one to the body of PUT /room_keys/keys, which begins as an empty object. -1 when the public key is none. */
int backup_add(cJSON *body, const char *public_key, const struct backup_entry *entry, struct err *err);

/* Opens one entry of an answer of GET /room_keys/keys, which is told to `each` for the call alone. False when it can't be
 * opened, or is no session. */
typedef void (*backup_each)(void *ctx, const struct backup_session *session);
bool backup_open(struct e2e_opener *opener, const char *room, const char *id, const cJSON *entry, backup_each each,
	void *ctx);

#endif
