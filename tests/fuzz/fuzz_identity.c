/* fuzz_identity.c - any bytes as what others tell about identities: messages of a verification one after the other, keys of a
 * user, a backup and its entries, a secret storage, a recovery key. All of it is taken or refused, and a verification that
 * was not confirmed with the right keys never comes to its end. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/backup.h"
#include "crypto/cross_signing.h"
#include "crypto/recovery_key.h"
#include "crypto/sas.h"
#include "crypto/secret_storage.h"
#include "util/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char key[] = "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo";

static void must(bool truth)
{
	if (!truth)
		abort();
}

static const char *find_key(void *ctx, const char *user, const char *key_id)
{
	(void)ctx;
	return user && key_id && !strcmp(key_id, "ed25519:D") ? key : NULL;
}

static void check_says(struct sas_says *says)
{
	must(says->n <= SAS_MOST_SAYS);
	for (size_t i = 0; i < says->n; i++)
		must(says->list[i].type && cJSON_IsObject(says->list[i].content));
	sas_says_done(says);
}

/* An array of {"type", "content"}: what one device says. */
static void verify(const cJSON *all, bool in_room)
{
	static const struct sas_self self = {.user = "@b:a", .device = "B", .device_key = key, .master_key = key};
	const struct sas_their_keys keys = {.find = find_key};
	struct sas *s = sas_new(&self, "@a:a", "t", in_room, 1000);
	struct sas_says says;
	const cJSON *one;

	cJSON_ArrayForEach(one, all)
	{
		const cJSON *type = cJSON_GetObjectItemCaseSensitive(one, "type");

		if (!cJSON_IsString(type))
			continue;
		sas_hear(s, type->valuestring, cJSON_GetObjectItemCaseSensitive(one, "content"), &keys, 1000, &says);
		check_says(&says);
	}
	must(sas_state(s) != SAS_CONFIRMED && sas_state(s) != SAS_DONE); /* nobody can guess that code */
	sas_look(s, 1000 + SAS_TIMEOUT_MS, &says);
	check_says(&says);
	must(sas_over(s));
	sas_free(s);
}

static void note(void *ctx, const struct backup_session *s)
{
	(void)ctx;
	must(s->key && s->sender_key && s->sender_ed25519);
}

static void read_keys(const cJSON *tree)
{
	static const uint8_t seed[E2E_SEED_BYTES] = {1};
	struct e2e_opener *opener = e2e_opener_new(seed);
	struct cross_known known;

	if (cross_read(tree, "@a:a", &known))
		(void)cross_vouches(&known, "@a:a", "D", cJSON_GetObjectItemCaseSensitive(tree, "device"));
	cJSON_Delete(cross_sign_device(seed, "@a:a", tree));
	(void)backup_version_is_ours(tree, "@a:a", key, key);
	(void)backup_open(opener, "!r", "s", tree, note, NULL);
	e2e_opener_free(opener);
}

static void read_storage(const cJSON *tree)
{
	static const unsigned char zeros[SECRET_STORAGE_KEY];
	const cJSON *rounds = cJSON_GetObjectItemCaseSensitive(
		cJSON_GetObjectItemCaseSensitive(tree, "passphrase"), "iterations");
	unsigned char opened[SECRET_STORAGE_KEY];

	(void)secret_storage_check(tree, zeros, NULL);
	free(secret_storage_unseal(zeros, "name", tree, NULL));
	if (!cJSON_IsNumber(rounds) || rounds->valuedouble < 1000) /* others only take their time */
		(void)secret_storage_open(tree, "words", opened, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cJSON *tree = json_parse((const char *)data, size, NULL);
	unsigned char recovered[RECOVERY_KEY_BYTES];
	char *text = malloc(size + 1), again[RECOVERY_KEY_TEXT];

	if (!text)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	if (recovery_key_read(text, recovered, NULL) == 0)
		recovery_key_text(recovered, again);
	verify(tree, size % 2);
	read_keys(tree);
	read_storage(tree);
	cJSON_Delete(tree);
	free(text);
	return 0;
}
