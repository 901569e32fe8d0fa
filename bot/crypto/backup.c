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

static cJSON *plain_session(const struct backup_session *s)
{
	cJSON *plain = cJSON_CreateObject();

	cJSON_AddStringToObject(plain, "algorithm", MEGOLM);
	cJSON_AddStringToObject(plain, "sender_key", s->sender_key);
	cJSON_AddStringToObject(cJSON_AddObjectToObject(plain, "sender_claimed_keys"), "ed25519", s->sender_ed25519);
	cJSON_AddArrayToObject(plain, "forwarding_curve25519_key_chain");
	cJSON_AddStringToObject(plain, "session_key", s->key);
	return plain;
}

static int seal(const struct backup_session *s, const char *public_key, struct e2e_sealed *out, struct err *err)
{
	cJSON *plain = plain_session(s);
	char *text = json_print(plain);
	int result = e2e_seal(public_key, text, strlen(text), out, err);

	bytes_wipe(text);
	explicit_bzero(cJSON_GetObjectItemCaseSensitive(plain, "session_key")->valuestring, strlen(s->key));
	cJSON_Delete(plain);
	return result;
}

static cJSON *object_in(cJSON *object, const char *key)
{
	cJSON *found = cJSON_GetObjectItemCaseSensitive(object, key);

	return found ? found : cJSON_AddObjectToObject(object, key);
}

int backup_add(cJSON *body, const char *public_key, const struct backup_session *s, struct err *err)
{
	struct e2e_sealed sealed;
	cJSON *sessions, *entry, *data;

	if (seal(s, public_key, &sealed, err) != 0)
		return -1;
	sessions = object_in(object_in(object_in(body, "rooms"), s->room), "sessions");
	entry = cJSON_CreateObject();
	cJSON_AddNumberToObject(entry, "first_message_index", s->first);
	cJSON_AddNumberToObject(entry, "forwarded_count", s->forwarded);
	cJSON_AddBoolToObject(entry, "is_verified", false); /* says that we compared keys with them: we did not */
	data = cJSON_AddObjectToObject(entry, "session_data");
	cJSON_AddStringToObject(data, "ephemeral", sealed.ephemeral);
	cJSON_AddStringToObject(data, "ciphertext", sealed.ciphertext);
	cJSON_AddStringToObject(data, "mac", sealed.mac);
	cJSON_DeleteItemFromObjectCaseSensitive(sessions, s->id);
	cJSON_AddItemToObject(sessions, s->id, entry);
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

static bool read_session(const cJSON *plain, const cJSON *entry, struct backup_session *out)
{
	const char *algorithm = text_of(plain, "algorithm");
	const cJSON *first = cJSON_GetObjectItemCaseSensitive(entry, "first_message_index");

	out->key = text_of(plain, "session_key");
	out->sender_key = text_of(plain, "sender_key");
	out->sender_ed25519 = text_of(cJSON_GetObjectItemCaseSensitive(plain, "sender_claimed_keys"), "ed25519");
	out->first = cJSON_IsNumber(first) && first->valuedouble >= 0 && first->valuedouble <= UINT32_MAX
		? (uint32_t)first->valuedouble : 0;
	out->forwarded = true; /* whoever made it: it comes out of a backup */
	return algorithm && strcmp(algorithm, MEGOLM) == 0 && out->key && out->sender_key && out->sender_ed25519;
}

static bool open_one(const char *room, const cJSON *entry, struct e2e_opener *opener, backup_each_cb each, void *ctx)
{
	cJSON *plain = unseal(entry, opener), *key;
	struct backup_session session = {.room = room, .id = entry->string};
	bool good = plain && read_session(plain, entry, &session);

	if (good)
		each(ctx, &session);
	key = cJSON_GetObjectItemCaseSensitive(plain, "session_key");
	if (cJSON_IsString(key))
		explicit_bzero(key->valuestring, strlen(key->valuestring));
	cJSON_Delete(plain);
	return good;
}

size_t backup_each(const cJSON *answer, struct e2e_opener *opener, backup_each_cb each, void *ctx)
{
	const cJSON *room, *entry;
	size_t lost = 0;

	cJSON_ArrayForEach(room, cJSON_GetObjectItemCaseSensitive(answer, "rooms"))
		cJSON_ArrayForEach(entry, cJSON_GetObjectItemCaseSensitive(room, "sessions"))
			if (!room->string || !entry->string || !open_one(room->string, entry, opener, each, ctx))
				lost++;
	return lost;
}
