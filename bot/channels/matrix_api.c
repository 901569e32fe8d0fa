/* matrix_api.c - requests under <homeserver>/_matrix/client. */
#include "channels/matrix_api.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "net/http_client.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/links.h"
#include "util/mem.h"

/* A first sync of an account with many rooms is by far the largest answer. */
enum { COMMON_TIMEOUT_MS = 30000, MAX_ANSWER = 64 << 20, MAX_URL = 8192, MAX_HEADER = 8192 };

struct matrix_api {
	struct http_client *http;
	char *base;
	char *authorization; /* a whole header; NULL: none */
	struct links calls;
};

struct matrix_call {
	struct link link;
	struct http_call *http;
	matrix_done done;
	void *ctx;
};

static void encode(struct buf *out, const char *s)
{
	for (; *s; s++)
		if (isalnum((unsigned char)*s) || strchr("-._~", *s))
			buf_addc(out, *s);
		else
			buf_addf(out, "%%%02X", (unsigned char)*s);
}

const char *matrix_path(struct arena *arena, const char *pattern, ...)
{
	struct buf path;
	va_list texts;
	const char *out;

	buf_init(&path, MAX_URL);
	va_start(texts, pattern);
	for (; *pattern; pattern++)
		if (*pattern == '*')
			encode(&path, va_arg(texts, const char *));
		else
			buf_addc(&path, *pattern);
	va_end(texts);
	out = arena_strdup(arena, buf_str(&path));
	buf_done(&path);
	return out;
}

struct matrix_api *matrix_api_new(struct http_client *http, const char *homeserver)
{
	struct matrix_api *api = mem_alloc(1, sizeof *api);
	size_t len = strlen(homeserver);

	while (len && homeserver[len - 1] == '/')
		len--;
	*api = (struct matrix_api){.http = http, .base = mem_strndup(homeserver, len)};
	links_init(&api->calls);
	return api;
}

static void forget_token(struct matrix_api *api)
{
	if (api->authorization)
		explicit_bzero(api->authorization, strlen(api->authorization));
	free(api->authorization);
	api->authorization = NULL;
}

static void cancel(struct link *call)
{
	matrix_call_cancel((struct matrix_call *)call);
}

void matrix_api_free(struct matrix_api *api)
{
	if (!api)
		return;
	links_drain(&api->calls, cancel);
	forget_token(api);
	free(api->base);
	free(api);
}

void matrix_api_token(struct matrix_api *api, const char *token)
{
	struct buf header;

	forget_token(api);
	if (!token)
		return;
	buf_init(&header, MAX_HEADER);
	buf_addf(&header, "Authorization: Bearer %s", token);
	api->authorization = mem_strdup(buf_str(&header));
	explicit_bzero(header.data, header.len);
	buf_done(&header);
}

static void call_end(struct matrix_call *call)
{
	links_remove(&call->link);
	free(call);
}

static void on_answer(void *ctx, const struct http_response *response)
{
	struct matrix_call *call = ctx;
	matrix_done done = call->done;
	void *done_ctx = call->ctx;
	struct matrix_answer answer;

	call_end(call);
	matrix_answer_read(response, &answer);
	if (done)
		done(done_ctx, &answer);
}

struct matrix_call *matrix_api_call(struct matrix_api *api, const struct matrix_ask *ask, matrix_done done, void *ctx)
{
	const char *headers[] = {"Content-Type: application/json", api->authorization, NULL};
	struct matrix_call *call = mem_alloc(1, sizeof *call);
	struct buf url;

	*call = (struct matrix_call){.done = done, .ctx = ctx};
	links_add(&api->calls, &call->link);
	buf_init(&url, MAX_URL);
	buf_addf(&url, "%s/_matrix/client%s", api->base, ask->path);
	const struct http_request request = {
		.method = ask->method,
		.url = buf_str(&url),
		.headers = headers,
		.body = ask->body,
		.len = ask->body ? strlen(ask->body) : 0,
		.timeout_ms = ask->timeout_ms ? ask->timeout_ms : COMMON_TIMEOUT_MS,
		.max_response = MAX_ANSWER,
	};
	call->http = http_client_send(api->http, &request, on_answer, call);
	buf_done(&url);
	return call;
}

void matrix_api_tell(struct matrix_api *api, const char *method, const char *path, const char *body)
{
	(void)matrix_api_call(api, &(struct matrix_ask){.method = method, .path = path, .body = body}, NULL, NULL);
}

void matrix_call_cancel(struct matrix_call *call)
{
	if (!call)
		return;
	http_call_cancel(call->http);
	call_end(call);
}
