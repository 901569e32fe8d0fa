/* sas_mac.c - a code for each key, and one for the list of their ids, so that none can be taken out. */
#include "crypto/sas_mac.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/olm.h"
#include "crypto/sas.h"
#include "util/buf.h"

#define ED25519 "ed25519:"

enum { MAX_ID = 512, MAX_INFO = 2048 };

/* A new text. */
static char *code_of(const struct sas_mac *m, const char *key_id, const char *text)
{
	struct buf info;
	char *code;

	buf_init(&info, MAX_INFO);
	buf_addf(&info, "MATRIX_KEY_VERIFICATION_MAC%s%s%s%s%s%s", m->from_user, m->from_device, m->to_user, m->to_device,
		m->txn, key_id);
	code = e2e_sas_mac(m->exchange, text, buf_str(&info));
	buf_done(&info);
	return code;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The code of the ids of all keys, sorted, with commas between. */
static char *code_of_ids(const struct sas_mac *m, const char **ids, size_t n)
{
	struct buf list;
	char *code;

	qsort(ids, n, sizeof *ids, by_name);
	buf_init(&list, SAS_MAC_KEYS * MAX_ID);
	for (size_t i = 0; i < n; i++)
		buf_addf(&list, "%s%s", i ? "," : "", ids[i]);
	code = code_of(m, "KEY_IDS", buf_str(&list));
	buf_done(&list);
	return code;
}

/* ---- ours ---- */

/* Takes `code`. */
static void add_code(cJSON *object, const char *name, char *code)
{
	cJSON_AddStringToObject(object, name, code);
	free(code);
}

void sas_mac_write(const struct sas_mac *m, const struct sas_mac_key *keys, size_t n, cJSON *content)
{
	cJSON *codes = cJSON_AddObjectToObject(content, "mac");
	const char *ids[SAS_MAC_KEYS];

	assert(n <= SAS_MAC_KEYS);
	for (size_t i = 0; i < n; i++) {
		ids[i] = keys[i].id;
		add_code(codes, keys[i].id, code_of(m, keys[i].id, keys[i].key));
	}
	add_code(content, "keys", code_of_ids(m, ids, n));
}

/* ---- theirs ---- */

/* Takes `want`. */
static bool is_code(const cJSON *got, char *want)
{
	bool same = cJSON_IsString(got) && strcmp(got->valuestring, want) == 0;

	free(want);
	return same;
}

static bool ids_are_right(const struct sas_mac *m, const cJSON *codes, const cJSON *got)
{
	const char *ids[SAS_MAC_KEYS];
	const cJSON *one;
	size_t n = 0;

	cJSON_ArrayForEach(one, codes)
	{
		if (n == SAS_MAC_KEYS)
			return false;
		ids[n++] = one->string;
	}
	return is_code(got, code_of_ids(m, ids, n));
}

static bool is_of_device(const char *key_id, const char *device)
{
	return strncmp(key_id, ED25519, strlen(ED25519)) == 0 && strcmp(key_id + strlen(ED25519), device) == 0;
}

bool sas_mac_check(const struct sas_mac *m, const cJSON *content, const struct sas_their_keys *keys)
{
	const cJSON *codes = cJSON_GetObjectItemCaseSensitive(content, "mac"), *one;
	bool device = false;

	if (!ids_are_right(m, codes, cJSON_GetObjectItemCaseSensitive(content, "keys")))
		return false;
	cJSON_ArrayForEach(one, codes)
	{
		const char *key = keys->find(keys->ctx, m->from_user, one->string);

		if (key && !is_code(one, code_of(m, one->string, key)))
			return false;
		device |= key && is_of_device(one->string, m->from_device);
	}
	return device;
}
