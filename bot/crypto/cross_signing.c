/* cross_signing.c - the client-server specification, "Cross-signing". */
#include "crypto/cross_signing.h"

#include <stdio.h>
#include <string.h>

#include "crypto/bytes.h"
#include "crypto/canonical.h"

enum { MAX_ID = 256 };

#define ED25519 "ed25519:"

static const struct {
	const char *usage, *member, *secret;
} words[CROSS_KEYS] = {
	[CROSS_MASTER] = {"master", "master_key", "m.cross_signing.master"},
	[CROSS_SELF_SIGNING] = {"self_signing", "self_signing_key", "m.cross_signing.self_signing"},
	[CROSS_USER_SIGNING] = {"user_signing", "user_signing_key", "m.cross_signing.user_signing"},
};

const char *cross_secret_name(enum cross_key which)
{
	return words[which].secret;
}

void cross_new(struct cross_seeds *out)
{
	bytes_random(out, sizeof *out);
}

void cross_public(const struct cross_seeds *seeds, char out[CROSS_KEYS][E2E_KEY_SIZE])
{
	for (int i = 0; i < CROSS_KEYS; i++) {
		struct e2e_signer *signer = e2e_signer_new(seeds->seed[i]);

		snprintf(out[i], E2E_KEY_SIZE, "%s", e2e_signer_key(signer));
		e2e_signer_free(signer);
	}
}

/* ---- what we upload ---- */

static cJSON *key_object(enum cross_key which, const char *user, const char *key)
{
	cJSON *object = cJSON_CreateObject();
	char id[sizeof ED25519 + E2E_KEY_SIZE];

	snprintf(id, sizeof id, ED25519 "%.*s", E2E_KEY_SIZE - 1, key);
	cJSON_AddStringToObject(object, "user_id", user);
	cJSON_AddItemToArray(cJSON_AddArrayToObject(object, "usage"), cJSON_CreateString(words[which].usage));
	cJSON_AddStringToObject(cJSON_AddObjectToObject(object, "keys"), id, key);
	return object;
}

cJSON *cross_upload(const struct cross_seeds *seeds, const char *user)
{
	struct e2e_signer *master = e2e_signer_new(seeds->seed[CROSS_MASTER]);
	char keys[CROSS_KEYS][E2E_KEY_SIZE];
	cJSON *body = cJSON_CreateObject();

	cross_public(seeds, keys);
	for (int i = 0; i < CROSS_KEYS; i++) {
		cJSON *object = key_object(i, user, keys[i]);

		if (i != CROSS_MASTER) /* plain strings: they have a canonical form */
			(void)canonical_sign_with(object, user, keys[CROSS_MASTER], master);
		cJSON_AddItemToObject(body, words[i].member, object);
	}
	e2e_signer_free(master);
	return body;
}

static const char *text_of(const cJSON *object, const char *key)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
}

cJSON *cross_sign_device(const uint8_t self_signing[E2E_SEED_BYTES], const char *user, const cJSON *device_keys)
{
	const char *device = text_of(device_keys, "device_id"), *owner = text_of(device_keys, "user_id");
	struct e2e_signer *signer;
	cJSON *body, *copy;
	int failed;

	if (!device || !owner || strcmp(owner, user) != 0)
		return NULL;
	copy = cJSON_Duplicate(device_keys, true);
	cJSON_DeleteItemFromObjectCaseSensitive(copy, "unsigned");
	signer = e2e_signer_new(self_signing);
	failed = canonical_sign_with(copy, user, e2e_signer_key(signer), signer);
	e2e_signer_free(signer);
	body = cJSON_CreateObject();
	cJSON_AddItemToObject(cJSON_AddObjectToObject(body, user), device, copy);
	if (failed) {
		cJSON_Delete(body);
		body = NULL;
	}
	return body;
}

/* ---- what the server tells ---- */

static const cJSON *key_of(const cJSON *query, const char *member, const char *user)
{
	return cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(query, member), user);
}

/* The one key of such an object, which must be for that user and use. */
static bool read_key(const cJSON *object, enum cross_key which, const char *user, char out[E2E_KEY_SIZE])
{
	const char *owner = text_of(object, "user_id");
	const cJSON *usage = cJSON_GetObjectItemCaseSensitive(object, "usage"), *use;
	const cJSON *key = cJSON_GetObjectItemCaseSensitive(object, "keys");
	bool used = false;

	key = key ? key->child : NULL;
	cJSON_ArrayForEach(use, usage)
		used |= cJSON_IsString(use) && strcmp(use->valuestring, words[which].usage) == 0;
	if (!used || !owner || strcmp(owner, user) != 0 || !cJSON_IsString(key) || key->next ||
		strlen(key->valuestring) != E2E_KEY_SIZE - 1 || strncmp(key->string, ED25519, strlen(ED25519)) != 0 ||
		strcmp(key->string + strlen(ED25519), key->valuestring) != 0)
		return false;
	memcpy(out, key->valuestring, E2E_KEY_SIZE);
	return true;
}

bool cross_read(const cJSON *query, const char *user, struct cross_known *out)
{
	const cJSON *self_signing = key_of(query, "self_signing_keys", user);
	struct cross_known known;

	if (!read_key(key_of(query, "master_keys", user), CROSS_MASTER, user, known.master) ||
		!read_key(self_signing, CROSS_SELF_SIGNING, user, known.self_signing) ||
		!canonical_verify(self_signing, user, known.master, known.master))
		return false;
	*out = known;
	return true;
}

bool cross_vouches(const struct cross_known *known, const char *user, const char *device_id, const cJSON *device_keys)
{
	const char *owner = text_of(device_keys, "user_id"), *id = text_of(device_keys, "device_id"), *key;
	char key_id[sizeof ED25519 + MAX_ID];

	if (!owner || !id || strcmp(owner, user) != 0 || strcmp(id, device_id) != 0 || strlen(id) >= MAX_ID)
		return false;
	snprintf(key_id, sizeof key_id, ED25519 "%s", id);
	key = text_of(cJSON_GetObjectItemCaseSensitive(device_keys, "keys"), key_id);
	return key && canonical_verify(device_keys, user, id, key) &&
		canonical_verify(device_keys, user, known->self_signing, known->self_signing);
}
