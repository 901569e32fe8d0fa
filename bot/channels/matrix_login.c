/* matrix_login.c - a device that others know by keys which are gone can't be used again: they would take new keys under its name
 * for a forgery. So when the token's file is lost, and with it the disk as a rule, a new device takes its place. */
#include "channels/matrix_login.h"

#include <stdlib.h>
#include <string.h>

#include "channels/matrix_api.h"
#include "channels/matrix_session.h"
#include "channels/matrix_visit.h"
#include "util/arena.h"
#include "util/err.h"
#include "util/mem.h"

/* The device that we are already, or the one to become. */
static struct matrix_session *session_before(const struct matrix_login *login, bool *out_known)
{
	struct matrix_session *s = matrix_session_read(login->token_file, NULL);

	*out_known = s && s->device_id;
	if (!s)
		s = mem_alloc(1, sizeof *s);
	if (!s->device_id && login->device_id)
		s->device_id = mem_strdup(login->device_id);
	free(s->refresh_token); /* belongs to the token that goes */
	s->refresh_token = NULL;
	return s;
}

static int ask_token(struct matrix_visit *v, const struct matrix_login *login, struct matrix_session *s,
	struct err *err)
{
	char *text = matrix_login_body(login->user, login->password, s->device_id);
	cJSON *body = json_parse(text, strlen(text), NULL);
	enum matrix_verdict verdict = matrix_visit_ask(v, "POST", "/v3/login", body);

	explicit_bzero(text, strlen(text));
	free(text);
	cJSON_Delete(body);
	if (verdict != MATRIX_DONE)
		return err_set(err, "the server refused: %s", matrix_visit_why(v));
	if (matrix_session_take(s, matrix_visit_text(v)) != 0)
		return err_set(err, "the server gave no token");
	matrix_visit_token(v, s->access_token);
	return 0;
}

/* 1 when the device has keys at the server, 0 when not, -1 when that can't be told. */
static int has_keys(struct matrix_visit *v, const struct matrix_session *s, struct err *err)
{
	cJSON *body = cJSON_CreateObject();
	const cJSON *devices;
	enum matrix_verdict verdict;

	cJSON_AddArrayToObject(cJSON_AddObjectToObject(body, "device_keys"), s->user_id);
	verdict = matrix_visit_ask(v, "POST", "/v3/keys/query", body);
	cJSON_Delete(body);
	if (verdict != MATRIX_DONE)
		return err_set(err, "our devices: %s", matrix_visit_why(v));
	devices = cJSON_GetObjectItemCaseSensitive(matrix_visit_tree(v), "device_keys");
	devices = cJSON_GetObjectItemCaseSensitive(devices, s->user_id);
	return cJSON_GetObjectItemCaseSensitive(devices, s->device_id) != NULL;
}

/* Nobody shall seal anything for the lost one any more. */
static int remove_device(struct matrix_visit *v, const char *device_id, struct err *err)
{
	struct arena *arena = arena_new();
	cJSON *body = cJSON_CreateObject();
	enum matrix_verdict verdict = matrix_visit_ask(v, "DELETE", matrix_path(arena, "/v3/devices/*", device_id), body);

	cJSON_Delete(body);
	arena_free(arena);
	if (verdict != MATRIX_DONE && verdict != MATRIX_MISSING)
		return err_set(err, "the lost device %s could not be removed: %s", device_id, matrix_visit_why(v));
	return 0;
}

static int become_other(struct matrix_visit *v, const struct matrix_login *login, struct matrix_session *s,
	struct err *err)
{
	char *lost = s->device_id;
	int result;

	s->device_id = NULL;
	result = ask_token(v, login, s, err);
	if (result == 0)
		result = remove_device(v, lost, err);
	free(lost);
	return result;
}

static int take_session(struct matrix_visit *v, const struct matrix_login *login, struct matrix_session *s, bool known,
	struct matrix_logged_in *out, struct err *err)
{
	int lost;

	if (ask_token(v, login, s, err) != 0)
		return -1;
	lost = known || !s->user_id || !s->device_id ? 0 : has_keys(v, s, err);
	out->other_device = lost > 0;
	if (lost < 0 || (lost && become_other(v, login, s, err) != 0))
		return -1;
	return matrix_session_write(login->token_file, s, err);
}

static int take_identity(struct matrix_visit *v, const struct matrix_login *login, struct matrix_logged_in *out,
	struct err *err)
{
	const struct matrix_enrolment e = {.user = login->user, .identity_file = login->identity_file,
		.recovery_file = login->recovery_file, .anew = login->new_identity,
		.ask_recovery_key = login->ask_recovery_key, .ctx = login->ctx};

	return login->identity_file ? matrix_enrol(v, &e, &out->enrolled, err) : 0;
}

int matrix_login(const struct matrix_login *login, struct matrix_logged_in *out, struct err *err)
{
	struct matrix_visit *v = matrix_visit_new(login->homeserver, err);
	struct matrix_session *s;
	bool known;
	int result;

	*out = (struct matrix_logged_in){.other_device = false};
	if (!v)
		return -1;
	s = session_before(login, &known);
	matrix_visit_proof(v, login->user, login->password);
	result = take_session(v, login, s, known, out, err);
	if (result == 0)
		result = take_identity(v, login, out, err);
	matrix_session_free(s);
	matrix_visit_free(v);
	return result;
}
