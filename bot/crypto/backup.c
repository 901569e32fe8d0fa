/* backup.c - the client-server specification, "Server-side key backups". */
#include "crypto/backup.h"

#include <string.h>

#include "crypto/bytes.h"
#include "crypto/canonical.h"
#include "util/json.h"

enum { MAX_SESSION = 16 << 10 };

#define MEGOLM "m.megolm.v1.aes-sha2"

static const char *text_of(const cJSON *object, const char *key)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
}

/* ---- versions ---- */

cJSON *backup_version(const char *user, const char *public_key, struct e2e_signer *master)
{
	cJSON *version = cJSON_CreateObject(), *auth;

	cJSON_AddStringToObject(version, "algorithm", BACKUP_ALGORITHM);
	auth = cJSON_AddObjectToObject(version, "auth_data");
	cJSON_AddStringToObject(auth, "public_key", public_key);
	(void)canonical_sign_with(auth, user, e2e_signer_key(master), master); /* one string: it has a canonical form */
	return version;
}

bool backup_version_is_ours(const cJSON *version, const char *user, const char *master_key, const char *public_key)
{
	const cJSON *auth = cJSON_GetObjectItemCaseSensitive(version, "auth_data");
	const char *algorithm = text_of(version, "algorithm"), *key = text_of(auth, "public_key");

	return algorithm && key && strcmp(algorithm, BACKUP_ALGORITHM) == 0 && strcmp(key, public_key) == 0 &&
		canonical_verify(auth, user, master_key, master_key);
}

/* ---- into it ---- */

static int seal(const cJSON *data, const char *public_key, struct e2e_sealed *out, struct err *err)
{
	char *text = json_print(data);
	int result = e2e_seal(public_key, text, strlen(text), out, err);

	bytes_wipe(text);
	return result;
}

static cJSON *object_in(cJSON *object, const char *key)
{
	cJSON *found = cJSON_GetObjectItemCaseSensitive(object, key);

	return found ? found : cJSON_AddObjectToObject(object, key);
}

int backup_add(cJSON *body, const char *public_key, const struct backup_entry *e, struct err *err)
{
	struct e2e_sealed sealed;
	cJSON *sessions, *entry, *data;

	if (seal(e->data, public_key, &sealed, err) != 0)
		return -1;
	sessions = object_in(object_in(object_in(body, "rooms"), e->room), "sessions");
	entry = cJSON_CreateObject();
	cJSON_AddNumberToObject(entry, "first_message_index", e->first);
	cJSON_AddNumberToObject(entry, "forwarded_count", e->forwarded);
	cJSON_AddBoolToObject(entry, "is_verified", false); /* would say that we compared keys with them */
	data = cJSON_AddObjectToObject(entry, "session_data");
	cJSON_AddStringToObject(data, "ephemeral", sealed.ephemeral);
	cJSON_AddStringToObject(data, "ciphertext", sealed.ciphertext);
	cJSON_AddStringToObject(data, "mac", sealed.mac);
	cJSON_DeleteItemFromObjectCaseSensitive(sessions, e->session);
	cJSON_AddItemToObject(sessions, e->session, entry);
	e2e_sealed_done(&sealed);
	return 0;
}

/* ---- out of it ---- */

static cJSON *unseal(const cJSON *entry, struct e2e_opener *opener)
{
	const cJSON *data = cJSON_GetObjectItemCaseSensitive(entry, "session_data");
	const struct e2e_sealed sealed = {.ciphertext = (char *)text_of(data, "ciphertext"),
		.mac = (char *)text_of(data, "mac"), .ephemeral = (char *)text_of(data, "ephemeral")};
	cJSON *plain;
	char *text;
	size_t len;

	if (!sealed.ciphertext || !sealed.mac || !sealed.ephemeral)
		return NULL;
	text = e2e_opener_open(opener, &sealed, &len, NULL);
	plain = text && len <= MAX_SESSION ? json_parse(text, len, NULL) : NULL;
	bytes_wipe(text);
	return plain;
}

static bool read_session(const cJSON *plain, struct backup_session *out)
{
	const char *algorithm = text_of(plain, "algorithm");

	out->key = text_of(plain, "session_key");
	out->sender_key = text_of(plain, "sender_key");
	out->sender_ed25519 = text_of(cJSON_GetObjectItemCaseSensitive(plain, "sender_claimed_keys"), "ed25519");
	return algorithm && strcmp(algorithm, MEGOLM) == 0 && out->key && out->sender_key && out->sender_ed25519;
}

bool backup_open(struct e2e_opener *opener, const char *room, const char *id, const cJSON *entry, backup_each each,
	void *ctx)
{
	cJSON *plain = unseal(entry, opener), *key;
	struct backup_session session = {.room = room, .id = id};
	bool good = plain && read_session(plain, &session);

	if (good)
		each(ctx, &session);
	key = cJSON_GetObjectItemCaseSensitive(plain, "session_key");
	if (cJSON_IsString(key))
		explicit_bzero(key->valuestring, strlen(key->valuestring));
	cJSON_Delete(plain);
	return good;
}
