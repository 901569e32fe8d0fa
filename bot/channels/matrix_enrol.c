/* matrix_enrol.c - what is there is looked at; the secrets are opened or made; what the server lacks is uploaded; the
 * identity's file is written last. Secrets lie sealed at the server before the keys are published, so that keys can't be
 * known to everybody and lost to us. */
#include "channels/matrix_enrol.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "channels/matrix_api.h"
#include "channels/matrix_identity.h"
#include "channels/matrix_visit.h"
#include "crypto/backup.h"
#include "crypto/base64.h"
#include "crypto/bytes.h"
#include "crypto/cross_signing.h"
#include "crypto/recovery_key.h"
#include "crypto/secret_storage.h"
#include "util/arena.h"
#include "util/err.h"
#include "util/mem.h"
#include "util/secret.h"

enum { KEY_ID_BYTES = 24, MAX_KEY_ID = 256 };

struct enrol {
	struct matrix_visit *visit;
	const struct matrix_enrolment *e;
	struct arena *arena;
	struct err *err;
	char key_id[MAX_KEY_ID]; /* of the secret storage; "" when there is none */
	cJSON *description; /* of its key */
	unsigned char storage_key[SECRET_STORAGE_KEY];
	bool published; /* the server tells a master key */
	struct cross_known known; /* which hangs together with the others; else all "" */
	struct cross_seeds seeds;
	char keys[CROSS_KEYS][E2E_KEY_SIZE];
	uint8_t backup[E2E_SEED_BYTES];
};

static const char *text_of(const cJSON *object, const char *key)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
}

static int failed(struct enrol *x, const char *what)
{
	return err_set(x->err, "%s: %s", what, matrix_visit_why(x->visit));
}

/* ---- account data ---- */

static const char *data_path(struct enrol *x, const char *type)
{
	return matrix_path(x->arena, "/v3/user/*/account_data/*", x->e->user, type);
}

static const char *description_type(struct enrol *x)
{
	return arena_printf(x->arena, "m.secret_storage.key.%s", x->key_id);
}

/* 1 with the tree, borrowed until the next question; 0 when there is none; -1 with err. What was deleted is {}. */
static int get_data(struct enrol *x, const char *type, const cJSON **out)
{
	enum matrix_verdict verdict = matrix_visit_ask(x->visit, "GET", data_path(x, type), NULL);

	if (verdict == MATRIX_MISSING)
		return 0;
	*out = verdict == MATRIX_DONE ? matrix_visit_tree(x->visit) : NULL;
	return *out ? (*out)->child != NULL : failed(x, type);
}

static int put_data(struct enrol *x, const char *type, const cJSON *content)
{
	if (matrix_visit_ask(x->visit, "PUT", data_path(x, type), content) != MATRIX_DONE)
		return failed(x, type);
	return 0;
}

/* ---- what is there ---- */

static int look_at_storage(struct enrol *x)
{
	const cJSON *data = NULL;
	int found = get_data(x, "m.secret_storage.default_key", &data);
	const char *id = found == 1 ? text_of(data, "key") : NULL;

	if (found < 0)
		return -1;
	if (!id || !*id || strlen(id) >= sizeof x->key_id)
		return 0;
	strcpy(x->key_id, id);
	found = get_data(x, description_type(x), &data);
	if (found == 1)
		x->description = cJSON_Duplicate(data, true);
	else
		x->key_id[0] = '\0';
	return found < 0 ? -1 : 0;
}

static int look_at_keys(struct enrol *x)
{
	cJSON *body = cJSON_CreateObject();
	const cJSON *answer;
	enum matrix_verdict verdict;

	cJSON_AddArrayToObject(cJSON_AddObjectToObject(body, "device_keys"), x->e->user);
	verdict = matrix_visit_ask(x->visit, "POST", "/v3/keys/query", body);
	cJSON_Delete(body);
	answer = verdict == MATRIX_DONE ? matrix_visit_tree(x->visit) : NULL;
	if (!answer)
		return failed(x, "our keys");
	x->published = cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(answer, "master_keys"),
		x->e->user) != NULL;
	if (!cross_read(answer, x->e->user, &x->known))
		x->known = (struct cross_known){.master = ""};
	return 0;
}

/* Is the file the one of the identity that everybody sees? */
static bool have_file(const struct enrol *x)
{
	struct matrix_identity *identity = matrix_identity_read(x->e->identity_file, NULL);
	bool ours = identity && strcmp(identity->user_id, x->e->user) == 0 && *x->known.master &&
		strcmp(identity->master, x->known.master) == 0;

	matrix_identity_free(identity);
	return ours;
}

/* ---- secrets ---- */

static int put_secret(struct enrol *x, const char *name, const uint8_t bytes[E2E_SEED_BYTES])
{
	char *text = base64_text(bytes, E2E_SEED_BYTES);
	cJSON *sealed = secret_storage_seal(x->storage_key, name, text, x->err), *content;
	int result = -1;

	bytes_wipe(text);
	if (!sealed)
		return -1;
	content = cJSON_CreateObject();
	cJSON_AddItemToObject(cJSON_AddObjectToObject(content, "encrypted"), x->key_id, sealed);
	result = put_data(x, name, content);
	cJSON_Delete(content);
	return result;
}

/* 1 with the bytes, 0 when it is not there, -1 with err. */
static int get_secret(struct enrol *x, const char *name, uint8_t out[E2E_SEED_BYTES])
{
	const cJSON *data = NULL, *sealed;
	int found = get_data(x, name, &data);
	char *text;

	sealed = cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(data, "encrypted"), x->key_id);
	if (found != 1 || !sealed)
		return found < 0 ? -1 : 0;
	text = secret_storage_unseal(x->storage_key, name, sealed, x->err);
	if (!text)
		return -1;
	found = base64_bytes(text, out, E2E_SEED_BYTES) == E2E_SEED_BYTES;
	bytes_wipe(text);
	return found ? 1 : err_set(x->err, "%s: what the secret storage holds is no key", name);
}

static int put_seeds(struct enrol *x)
{
	for (int i = 0; i < CROSS_KEYS; i++)
		if (put_secret(x, cross_secret_name(i), x->seeds.seed[i]) != 0)
			return -1;
	return 0;
}

/* All three, or none: then *out_found is false. */
static int get_seeds(struct enrol *x, bool *out_found)
{
	int n = 0;

	for (int i = 0; i < CROSS_KEYS; i++) {
		int found = get_secret(x, cross_secret_name(i), x->seeds.seed[i]);

		if (found < 0)
			return -1;
		n += found;
	}
	*out_found = n == CROSS_KEYS;
	return 0;
}

/* ---- the storage opened, or a new one ---- */

static const char hint[] = "soleus matrix login --new-identity makes another, and whoever has verified this account is "
	"warned";

static int open_storage(struct enrol *x)
{
	struct secret *file = access(x->e->recovery_file, F_OK) == 0 ? secret_read_file(x->e->recovery_file, x->err) : NULL;
	char *words = file ? mem_strdup(secret_text(file)) : x->e->ask_recovery_key(x->e->ctx);
	int result;

	secret_free(file);
	if (!words)
		return err_set(x->err, "without the recovery key the identity can't come back; %s", hint);
	result = secret_storage_open(x->description, words, x->storage_key, x->err);
	bytes_wipe(words);
	return result;
}

static int write_recovery_key(const struct enrol *x)
{
	char text[RECOVERY_KEY_TEXT + 1];
	int result;

	recovery_key_text(x->storage_key, text);
	strcat(text, "\n");
	result = secret_write_file(x->e->recovery_file, text, strlen(text), x->err);
	explicit_bzero(text, sizeof text);
	return result;
}

/* The recovery key is in its file before anything is sealed with it. One that is there already was made by a login that did
 * not get further; or it belongs to the identity that is given up, and is not ours to overwrite. */
static int make_recovery_key(struct enrol *x)
{
	const char *path = x->e->recovery_file;
	struct secret *file;
	int result;

	if (access(path, F_OK) != 0) {
		bytes_random(x->storage_key, sizeof x->storage_key);
		return write_recovery_key(x);
	}
	if (x->e->anew)
		return err_set(x->err, "%s: the recovery key of the old identity will not be written over: move it away", path);
	file = secret_read_file(path, x->err);
	result = file ? recovery_key_read(secret_text(file), x->storage_key, x->err) : -1;
	secret_free(file);
	return result;
}

static void new_key_id(struct enrol *x)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz012345";
	uint8_t bytes[KEY_ID_BYTES];

	bytes_random(bytes, sizeof bytes);
	for (size_t i = 0; i < sizeof bytes; i++)
		x->key_id[i] = letters[bytes[i] % (sizeof letters - 1)];
	x->key_id[sizeof bytes] = '\0';
}

/* The storage becomes the default one only when all is in it. */
static int finish_storage(struct enrol *x)
{
	cJSON *content = cJSON_CreateObject();
	int result;

	cJSON_AddStringToObject(content, "key", x->key_id);
	result = put_data(x, "m.secret_storage.default_key", content);
	cJSON_Delete(content);
	return result;
}

static int new_storage(struct enrol *x)
{
	cJSON *description;
	int result;

	if (make_recovery_key(x) != 0)
		return -1;
	new_key_id(x);
	description = secret_storage_describe(x->storage_key, x->err);
	if (!description)
		return -1;
	result = put_data(x, description_type(x), description);
	cJSON_Delete(description);
	return result;
}

static int make_secrets(struct enrol *x)
{
	if (new_storage(x) != 0)
		return -1;
	cross_new(&x->seeds);
	bytes_random(x->backup, sizeof x->backup);
	if (put_seeds(x) != 0 || put_secret(x, BACKUP_SECRET_NAME, x->backup) != 0)
		return -1;
	return finish_storage(x);
}

static int restore_secrets(struct enrol *x)
{
	bool found = false;
	int backup;

	if (open_storage(x) != 0 || get_seeds(x, &found) != 0)
		return -1;
	if (!found && x->published)
		return err_set(x->err, "the secret storage does not hold this account's identity; %s", hint);
	if (!found) {
		cross_new(&x->seeds);
		if (put_seeds(x) != 0)
			return -1;
	}
	backup = get_secret(x, BACKUP_SECRET_NAME, x->backup);
	if (backup == 0) {
		bytes_random(x->backup, sizeof x->backup);
		backup = put_secret(x, BACKUP_SECRET_NAME, x->backup);
	}
	return backup < 0 ? -1 : 0;
}

/* ---- what everybody sees ---- */

/* Keys of somebody else's making are replaced only when that was asked for. */
static int publish(struct enrol *x)
{
	bool same = strcmp(x->known.master, x->keys[CROSS_MASTER]) == 0 &&
		strcmp(x->known.self_signing, x->keys[CROSS_SELF_SIGNING]) == 0;
	enum matrix_verdict verdict;
	cJSON *body;

	if (same)
		return 0;
	if (x->published && !x->e->anew)
		return err_set(x->err, "the account has another identity than the secret storage; %s", hint);
	body = cross_upload(&x->seeds, x->e->user);
	verdict = matrix_visit_ask(x->visit, "POST", "/v3/keys/device_signing/upload", body);
	cJSON_Delete(body);
	return verdict == MATRIX_DONE ? 0 : failed(x, "the server did not take the identity's keys");
}

static int new_backup(struct enrol *x, const char *public_key)
{
	struct e2e_signer *master = e2e_signer_new(x->seeds.seed[CROSS_MASTER]);
	cJSON *body = backup_version(x->e->user, public_key, master);
	enum matrix_verdict verdict = matrix_visit_ask(x->visit, "POST", "/v3/room_keys/version", body);

	cJSON_Delete(body);
	e2e_signer_free(master);
	return verdict == MATRIX_DONE ? 0 : failed(x, "the server did not take a backup of room keys");
}

static int ensure_backup(struct enrol *x)
{
	struct e2e_opener *opener = e2e_opener_new(x->backup);
	const char *public_key = e2e_opener_key(opener);
	enum matrix_verdict verdict = matrix_visit_ask(x->visit, "GET", "/v3/room_keys/version", NULL);
	int result = 0;

	if (verdict != MATRIX_DONE && verdict != MATRIX_MISSING)
		result = failed(x, "the backup of room keys");
	else if (verdict == MATRIX_MISSING || !backup_version_is_ours(matrix_visit_tree(x->visit), x->e->user,
		x->keys[CROSS_MASTER], public_key))
		result = new_backup(x, public_key);
	e2e_opener_free(opener);
	return result;
}

static int write_file(const struct enrol *x)
{
	struct matrix_identity identity;
	int result;

	snprintf(identity.user_id, sizeof identity.user_id, "%s", x->e->user);
	memcpy(identity.master, x->keys[CROSS_MASTER], sizeof identity.master);
	memcpy(identity.self_signing, x->seeds.seed[CROSS_SELF_SIGNING], sizeof identity.self_signing);
	memcpy(identity.backup, x->backup, sizeof identity.backup);
	result = matrix_identity_write(x->e->identity_file, &identity, x->err);
	explicit_bzero(&identity, sizeof identity);
	return result;
}

/* ---- all of it ---- */

static int enrol(struct enrol *x, enum matrix_enrolled *out)
{
	bool make;

	if (look_at_storage(x) != 0 || look_at_keys(x) != 0)
		return -1;
	if (!x->e->anew && *x->key_id && have_file(x)) {
		*out = MATRIX_ENROLLED_BEFORE;
		return 0;
	}
	make = x->e->anew || (!*x->key_id && !x->published);
	if (!make && !*x->key_id)
		return err_set(x->err, "the account's identity was made elsewhere, without a secret storage; %s", hint);
	if ((make ? make_secrets(x) : restore_secrets(x)) != 0)
		return -1;
	cross_public(&x->seeds, x->keys);
	if (publish(x) != 0 || ensure_backup(x) != 0 || write_file(x) != 0)
		return -1;
	*out = make ? MATRIX_ENROLLED_NEW : MATRIX_ENROLLED_RESTORED;
	return 0;
}

int matrix_enrol(struct matrix_visit *v, const struct matrix_enrolment *e, enum matrix_enrolled *out, struct err *err)
{
	struct enrol x = {.visit = v, .e = e, .arena = arena_new(), .err = err};
	int result = enrol(&x, out);

	cJSON_Delete(x.description);
	arena_free(x.arena);
	explicit_bzero(&x, sizeof x);
	return result;
}
