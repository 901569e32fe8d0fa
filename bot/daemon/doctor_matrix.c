/* doctor_matrix.c - what the doctor learns from the homeserver: does the token work, whose is it, are we in any room.
 */
#include <stdio.h>
#include <string.h>

#include "channels/matrix_api.h"
#include "channels/matrix_session.h"
#include "daemon/config.h"
#include "daemon/doctor.h"
#include "net/http_client.h"
#include "net/loop.h"
#include "util/err.h"

enum { ASK_MS = 15000, MAX_ID = 256 };

struct visit {
	const struct doctor *d;
	struct loop *loop;
	struct matrix_api *api;
	bool works; /* the token */
};

static void ask(struct visit *v, const char *path, matrix_done done)
{
	(void)matrix_api_call(v->api, &(struct matrix_ask){.method = "GET", .path = path, .timeout_ms = ASK_MS}, done,
		v);
}

static void on_rooms(void *ctx, const struct matrix_answer *a)
{
	struct visit *v = ctx;
	struct json_span rooms, one;
	size_t at = 0, n = 0;

	if (a->verdict != MATRIX_DONE || !json_in_member(a->body, "joined_rooms", &rooms)) {
		doctor_say(v->d, DOCTOR_WARN, "rooms", "the server does not tell our rooms: %s",
			*a->why ? a->why : "half an answer");
	} else {
		while (json_in_element(rooms, &at, &one))
			n++;
		doctor_say(v->d, DOCTOR_OK, "rooms", "in %zu", n);
	}
	loop_stop(v->loop);
}

static void on_who(void *ctx, const struct matrix_answer *a)
{
	struct visit *v = ctx;
	const char *wanted = v->d->config->matrix.user;
	struct json_span value;
	char user[MAX_ID];

	if (a->verdict == MATRIX_TOKEN) {
		doctor_say(v->d, DOCTOR_BAD, "matrix token",
			"the server does not know it (any more): soleus matrix login --config %s",
			v->d->config->path);
	} else if (a->verdict != MATRIX_DONE || !json_in_member(a->body, "user_id", &value) ||
		!json_in_word(value, user, sizeof user)) {
		doctor_say(v->d, DOCTOR_BAD, "matrix", "%s did not answer as a homeserver does: %s",
			v->d->config->matrix.homeserver,
			*a->why ? a->why : "half an answer");
	} else if (wanted && strcmp(wanted, user) != 0) {
		doctor_say(v->d, DOCTOR_BAD, "matrix token", "it is %s's, but matrix.user is %s", user, wanted);
	} else {
		doctor_say(v->d, DOCTOR_OK, "matrix token", "works, it is %s's", user);
		v->works = true;
		ask(v, "/v3/joined_rooms", on_rooms);
		return;
	}
	loop_stop(v->loop);
}

static void visit(struct visit *v, const struct matrix_session *session, struct http_client *http)
{
	v->api = matrix_api_new(http, v->d->config->matrix.homeserver);
	matrix_api_token(v->api, session->access_token);
	ask(v, "/v3/account/whoami", on_who);
	loop_run(v->loop);
	matrix_api_free(v->api);
}

void doctor_matrix(const struct doctor *d)
{
	struct err err = {""};
	struct matrix_session *session = matrix_session_read(d->config->matrix.token_file, &err);
	struct visit v = {.d = d, .loop = session ? loop_new(&err) : NULL};
	struct http_client *http =
		v.loop ? http_client_new(v.loop, &(struct http_client_options){.user_agent = "soleus"}, &err) : NULL;

	if (http)
		visit(&v, session, http);
	else
		doctor_say(d, DOCTOR_BAD, "matrix", "%s", err.text);
	if (v.works)
		doctor_identity(d, session);
	http_client_free(http);
	loop_free(v.loop);
	matrix_session_free(session);
}
