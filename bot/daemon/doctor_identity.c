/* doctor_identity.c - what the doctor learns of the account's identity on Matrix: is it the one of our file, does it vouch
 * for this device, are room keys backed up. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "channels/matrix_identity.h"
#include "channels/matrix_session.h"
#include "channels/matrix_visit.h"
#include "crypto/backup.h"
#include "crypto/cross_signing.h"
#include "daemon/config.h"
#include "daemon/doctor.h"
#include "util/err.h"

struct look {
	const struct doctor *d;
	const struct matrix_session *session;
	const struct matrix_identity *identity;
	struct matrix_visit *visit;
};

static const cJSON *ours_in(const cJSON *query, const char *member, const char *user)
{
	return cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(query, member), user);
}

static const cJSON *ask_keys(struct look *l)
{
	cJSON *body = cJSON_CreateObject();
	enum matrix_verdict verdict;

	cJSON_AddArrayToObject(cJSON_AddObjectToObject(body, "device_keys"), l->identity->user_id);
	verdict = matrix_visit_ask(l->visit, "POST", "/v3/keys/query", body);
	cJSON_Delete(body);
	return verdict == MATRIX_DONE ? matrix_visit_tree(l->visit) : NULL;
}

static void look_at_keys(struct look *l)
{
	const char *user = l->identity->user_id, *device = l->session->device_id;
	const cJSON *query = ask_keys(l), *keys;
	struct cross_known known;

	if (!query) {
		doctor_say(l->d, DOCTOR_WARN, "matrix identity", "the server does not tell our keys: %s",
			matrix_visit_why(l->visit));
		return;
	}
	keys = cJSON_GetObjectItemCaseSensitive(ours_in(query, "device_keys", user), device ? device : "");
	if (!cross_read(query, user, &known) || strcmp(known.master, l->identity->master) != 0)
		doctor_say(l->d, DOCTOR_BAD, "matrix identity", "the account has another one than %s: "
			"soleus matrix login --config %s", l->d->config->matrix.identity_file, l->d->config->path);
	else if (!keys)
		doctor_say(l->d, DOCTOR_WARN, "matrix identity",
			"this device has no keys at the server yet: the first run uploads them");
	else if (!cross_vouches(&known, user, device, keys))
		doctor_say(l->d, DOCTOR_WARN, "matrix identity",
			"this device is not signed: a run signs it, when its keys are those of the state directory");
	else
		doctor_say(l->d, DOCTOR_OK, "matrix identity", "is in place, and this device is signed");
}

static void look_at_backup(struct look *l)
{
	struct e2e_opener *opener = e2e_opener_new(l->identity->backup);
	enum matrix_verdict verdict = matrix_visit_ask(l->visit, "GET", "/v3/room_keys/version", NULL);
	const cJSON *version = verdict == MATRIX_DONE ? matrix_visit_tree(l->visit) : NULL, *count;

	if (version && backup_version_is_ours(version, l->identity->user_id, l->identity->master, e2e_opener_key(opener))) {
		count = cJSON_GetObjectItemCaseSensitive(version, "count");
		doctor_say(l->d, DOCTOR_OK, "room keys", "%.0f are backed up at the server",
			cJSON_IsNumber(count) ? count->valuedouble : 0);
	} else if (version || verdict == MATRIX_MISSING) {
		doctor_say(l->d, DOCTOR_WARN, "room keys", "there is no backup of ours at the server: remove %s and log in "
			"again with the recovery key", l->d->config->matrix.identity_file);
	} else {
		doctor_say(l->d, DOCTOR_WARN, "room keys", "the server does not tell of the backup: %s",
			matrix_visit_why(l->visit));
	}
	e2e_opener_free(opener);
}

/* A recovery key beside what it recovers is lost with it, and found by whoever takes the machine. */
static void look_for_recovery_key(const struct look *l)
{
	char *path = NULL;

	if (asprintf(&path, "%s.recovery-key", l->d->config->matrix.identity_file) < 0)
		abort();
	if (access(path, F_OK) == 0)
		doctor_say(l->d, DOCTOR_WARN, "recovery key", "%s is still on this machine: keep it in another place", path);
	free(path);
}

void doctor_identity(const struct doctor *d, const struct matrix_session *session)
{
	const char *path = d->config->matrix.identity_file;
	struct err err = {""};
	struct matrix_identity *identity = path ? matrix_identity_read(path, &err) : NULL;
	struct look l = {.d = d, .session = session, .identity = identity};

	l.visit = identity ? matrix_visit_new(d->config->matrix.homeserver, &err) : NULL;
	if (l.visit) {
		matrix_visit_token(l.visit, session->access_token);
		look_at_keys(&l);
		look_at_backup(&l);
		look_for_recovery_key(&l);
	} else if (path) {
		doctor_say(d, DOCTOR_BAD, "matrix identity", "%s", err.text);
	} else {
		doctor_say(d, DOCTOR_WARN, "matrix identity",
			"matrix.identity_file is not set: clients that trust signed devices alone send us no keys");
	}
	matrix_visit_free(l.visit);
	matrix_identity_free(identity);
}
