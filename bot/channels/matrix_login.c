/* matrix_login.c - one call on a loop of its own. */
#include "channels/matrix_login.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "channels/matrix_api.h"
#include "channels/matrix_session.h"
#include "net/http_client.h"
#include "net/loop.h"
#include "util/err.h"
#include "util/mem.h"

struct attempt {
	struct loop *loop;
	struct matrix_session *session;
	struct err *err;
	int result;
};

static void on_login(void *ctx, const struct matrix_answer *a)
{
	struct attempt *t = ctx;

	if (a->verdict == MATRIX_DONE)
		t->result = matrix_session_take(t->session, a->body);
	if (t->result != 0 && a->verdict == MATRIX_DONE)
		err_set(t->err, "the server gave no token");
	else if (t->result != 0)
		err_set(t->err, "the server refused: %s", a->why);
	loop_stop(t->loop);
}

static void ask(struct attempt *t, struct http_client *http, const struct matrix_login *login)
{
	struct matrix_api *api = matrix_api_new(http, login->homeserver);
	char *body = matrix_login_body(login->user, login->password, t->session->device_id);

	(void)matrix_api_call(api, &(struct matrix_ask){.method = "POST", .path = "/v3/login", .body = body}, on_login,
		t);
	explicit_bzero(body, strlen(body));
	free(body);
	loop_run(t->loop);
	matrix_api_free(api);
}

/* The device that we are already, or the one to become. */
static struct matrix_session *session_before(const struct matrix_login *login)
{
	struct matrix_session *s = matrix_session_read(login->token_file, NULL);

	if (!s)
		s = mem_alloc(1, sizeof *s);
	if (!s->device_id)
		s->device_id = mem_strdup(login->device_id);
	free(s->refresh_token); /* belongs to the token that goes */
	s->refresh_token = NULL;
	return s;
}

int matrix_login(const struct matrix_login *login, struct err *err)
{
	struct attempt t = {.loop = loop_new(err), .err = err, .result = -1};
	struct http_client *http;

	if (!t.loop)
		return -1;
	t.session = session_before(login);
	http = http_client_new(t.loop, &(struct http_client_options){.user_agent = "soleus"}, err);
	if (http)
		ask(&t, http, login);
	http_client_free(http);
	loop_free(t.loop);
	if (t.result == 0)
		t.result = matrix_session_write(login->token_file, t.session, err);
	matrix_session_free(t.session);
	return t.result;
}
