/* matrix_visit.c - a loop of its own, run until the answer is there. */
#include "channels/matrix_visit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channels/matrix_api.h"
#include "net/http_client.h"
#include "net/loop.h"
#include "util/err.h"
#include "util/mem.h"

enum { MOST_TRIES = 5, WAIT_MS = 1000, LONGEST_WAIT_MS = 30000 };

struct matrix_visit {
	struct loop *loop;
	struct http_client *http;
	struct matrix_api *api;
	struct timer *timer;
	const char *user, *password;
	char *text; /* of the last answer */
	size_t len;
	cJSON *tree;
	struct matrix_answer answer; /* but its body */
};

static void on_time(void *ctx)
{
	struct matrix_visit *v = ctx;

	loop_stop(v->loop);
}

struct matrix_visit *matrix_visit_new(const char *homeserver, struct err *err)
{
	struct matrix_visit *v = mem_alloc(1, sizeof *v);

	v->loop = loop_new(err);
	if (v->loop)
		v->http = http_client_new(v->loop, &(struct http_client_options){.user_agent = "soleus"}, err);
	if (!v->http) {
		matrix_visit_free(v);
		return NULL;
	}
	v->api = matrix_api_new(v->http, homeserver);
	v->timer = timer_new(v->loop, on_time, v);
	return v;
}

/* There may be a token in it. */
static void forget_answer(struct matrix_visit *v)
{
	if (v->text)
		explicit_bzero(v->text, v->len);
	free(v->text);
	v->text = NULL;
	v->len = 0;
	cJSON_Delete(v->tree);
	v->tree = NULL;
}

void matrix_visit_free(struct matrix_visit *v)
{
	if (!v)
		return;
	forget_answer(v);
	matrix_api_free(v->api);
	timer_free(v->timer);
	http_client_free(v->http);
	loop_free(v->loop);
	free(v);
}

void matrix_visit_token(struct matrix_visit *v, const char *token)
{
	matrix_api_token(v->api, token);
}

void matrix_visit_proof(struct matrix_visit *v, const char *user, const char *password)
{
	v->user = user;
	v->password = password;
}

static void on_answer(void *ctx, const struct matrix_answer *a)
{
	struct matrix_visit *v = ctx;

	forget_answer(v);
	v->answer = *a;
	if (a->body.at) {
		v->text = mem_strndup(a->body.at, a->body.len);
		v->len = a->body.len;
	}
	loop_stop(v->loop);
}

static void ask_once(struct matrix_visit *v, const char *method, const char *path, const char *body)
{
	(void)matrix_api_call(v->api, &(struct matrix_ask){.method = method, .path = path, .body = body}, on_answer, v);
	loop_run(v->loop);
}

static void pause_for(struct matrix_visit *v, int64_t ms)
{
	timer_start(v->timer, ms < LONGEST_WAIT_MS ? ms : LONGEST_WAIT_MS);
	loop_run(v->loop);
}

static void ask_patiently(struct matrix_visit *v, const char *method, const char *path, const char *body)
{
	for (int i = 1;; i++) {
		ask_once(v, method, path, body);
		if (v->answer.verdict != MATRIX_AGAIN || i == MOST_TRIES)
			break;
		pause_for(v, v->answer.after_ms > 0 ? v->answer.after_ms : i * WAIT_MS);
	}
}

/* The body with the password in it, in the session that the server has opened for that. */
static cJSON *with_proof(struct matrix_visit *v, const cJSON *body)
{
	const char *session =
		cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(matrix_visit_tree(v), "session"));
	cJSON *whole = body ? cJSON_Duplicate(body, true) : cJSON_CreateObject(), *auth, *who;

	auth = cJSON_AddObjectToObject(whole, "auth");
	cJSON_AddStringToObject(auth, "type", "m.login.password");
	who = cJSON_AddObjectToObject(auth, "identifier");
	cJSON_AddStringToObject(who, "type", "m.id.user");
	cJSON_AddStringToObject(who, "user", v->user);
	cJSON_AddStringToObject(auth, "password", v->password);
	if (session)
		cJSON_AddStringToObject(auth, "session", session);
	return whole;
}

static void prove(struct matrix_visit *v, const char *method, const char *path, const cJSON *body)
{
	cJSON *whole = with_proof(v, body);
	char *text = json_print(whole);

	ask_patiently(v, method, path, text);
	explicit_bzero(text, strlen(text));
	free(text);
	cJSON_Delete(whole);
}

enum matrix_verdict matrix_visit_ask(struct matrix_visit *v, const char *method, const char *path, const cJSON *body)
{
	char *text = body ? json_print(body) : NULL;

	ask_patiently(v, method, path, text);
	if (text)
		explicit_bzero(text, strlen(text));
	free(text);
	if (v->answer.verdict == MATRIX_PROVE && v->password)
		prove(v, method, path, body);
	return v->answer.verdict;
}

struct json_span matrix_visit_text(const struct matrix_visit *v)
{
	return (struct json_span){v->text ? v->text : "", v->len};
}

const cJSON *matrix_visit_tree(struct matrix_visit *v)
{
	if (!v->tree && v->text)
		v->tree = json_parse(v->text, v->len, NULL);
	return v->tree;
}

const char *matrix_visit_why(const struct matrix_visit *v)
{
	return v->answer.verdict == MATRIX_DONE ? "half an answer" : v->answer.why;
}
