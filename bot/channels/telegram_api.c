/* telegram_api.c - POST of JSON to <base>/bot<token>/<method>. */
#include "channels/telegram_api.h"

#include <stdlib.h>
#include <string.h>

#include "net/http_client.h"
#include "util/buf.h"
#include "util/links.h"
#include "util/mem.h"

/* An answer is at most 100 updates with 4096 characters and as much that they reply to, every character escaped. */
enum { COMMON_TIMEOUT_MS = 30000, MAX_ANSWER = 8 << 20, MAX_URL = 4096 };

struct telegram_api {
	struct http_client *http;
	char *prefix; /* "https://.../bot<token>/" */
	struct links calls;
};

struct telegram_call {
	struct link link;
	struct http_call *http;
	telegram_done done;
	void *ctx;
};

struct telegram_api *telegram_api_new(struct http_client *http, const char *base_url, const char *token, bool test)
{
	struct telegram_api *api = mem_alloc(1, sizeof *api);
	size_t base = strlen(base_url);
	struct buf prefix;

	while (base && base_url[base - 1] == '/')
		base--;
	buf_init(&prefix, MAX_URL);
	buf_addf(&prefix, "%.*s/bot%s/%s", (int)base, base_url, token, test ? "test/" : "");
	*api = (struct telegram_api){.http = http, .prefix = mem_strdup(buf_str(&prefix))};
	links_init(&api->calls);
	explicit_bzero(prefix.data, prefix.len);
	buf_done(&prefix);
	return api;
}

static void cancel(struct link *call)
{
	telegram_call_cancel((struct telegram_call *)call);
}

void telegram_api_free(struct telegram_api *api)
{
	if (!api)
		return;
	links_drain(&api->calls, cancel);
	explicit_bzero(api->prefix, strlen(api->prefix));
	free(api->prefix);
	free(api);
}

static void call_end(struct telegram_call *call)
{
	links_remove(&call->link);
	free(call);
}

static void on_answer(void *ctx, const struct http_response *response)
{
	struct telegram_call *call = ctx;
	telegram_done done = call->done;
	void *done_ctx = call->ctx;
	struct telegram_answer answer;

	call_end(call);
	telegram_answer_read(response, &answer);
	if (done)
		done(done_ctx, &answer);
}

struct telegram_call *telegram_api_call(struct telegram_api *api, const struct telegram_ask *ask, telegram_done done,
	void *ctx)
{
	const char *headers[] = {ask->type ? ask->type : "Content-Type: application/json", NULL};
	struct telegram_call *call = mem_alloc(1, sizeof *call);
	struct buf url;

	*call = (struct telegram_call){.done = done, .ctx = ctx};
	links_add(&api->calls, &call->link);
	buf_init(&url, MAX_URL);
	buf_adds(&url, api->prefix);
	buf_adds(&url, ask->method);
	const struct http_request request = {
		.method = "POST",
		.url = buf_str(&url),
		.headers = headers,
		.body = ask->body,
		.len = ask->len,
		.timeout_ms = ask->timeout_ms ? ask->timeout_ms : COMMON_TIMEOUT_MS,
		.max_response = MAX_ANSWER,
	};
	call->http = http_client_send(api->http, &request, on_answer, call);
	explicit_bzero(url.data, url.len);
	buf_done(&url);
	return call;
}

void telegram_api_tell(struct telegram_api *api, const char *method, const char *body)
{
	const struct telegram_ask ask = {.method = method, .body = body, .len = strlen(body)};

	(void)telegram_api_call(api, &ask, NULL, NULL);
}

void telegram_call_cancel(struct telegram_call *call)
{
	if (!call)
		return;
	http_call_cancel(call->http);
	call_end(call);
}
