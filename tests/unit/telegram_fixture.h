/* telegram_fixture.h - the channel before a Telegram of our own: a server on loopback that answers each method as the
 * script says, and a sink that saves or doesn't. Everything that happens is a line of the record. */
#ifndef TELEGRAM_FIXTURE_H
#define TELEGRAM_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channels/channel.h"
#include "channels/telegram.h"
#include "net/http_client.h"
#include "net/http_server.h"
#include "net/loop.h"
#include "telegram_requests.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/err.h"
#include "util/json.h"
#include "util/log.h"
#include "util/mem.h"

#define TOKEN "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
#define OK(result) "{\"ok\":true,\"result\":" result "}"
#define REFUSED(code, text) "{\"ok\":false,\"error_code\":" #code ",\"description\":\"" text "\"}"
#define HOLD -1 /* no answer until the end */

enum { MAX_LINES = 64, MAX_STEPS = 32, MAX_HELD = 64, PATIENCE_MS = 20000, FIRST_WAIT_MS = 10 };

/* One answer: the first one of its method that was not used yet. Without any, getMe is answered well, getUpdates is
 * held, and all others are true. */
struct step {
	const char *method;
	int status; /* 0 ends the list */
	const char *body;
};

struct fake {
	struct loop *loop;
	struct http_client *http;
	struct http_server *server;
	struct channel *channel;
	struct log log;
	struct timer *patience, *later;
	const struct step *steps;
	bool used[MAX_STEPS];
	struct http_exchange *held[MAX_HELD];
	size_t n_held;
	struct fake_route {
		struct fake *fake;
		const char *method;
	} routes[16];
	size_t n_routes;
	char *lines[MAX_LINES];
	size_t n_lines, wanted; /* the loop ends with so many lines */
	const char *saves; /* for each batch: '+' saved, '-' not, '.' left open; the last one holds for the rest */
	struct {
		channel_saved_cb saved;
		void *ctx;
	} open[8];
	size_t n_open;
	bool in_time;
};

static void record(struct fake *f, const char *line)
{
	if (f->n_lines < MAX_LINES)
		f->lines[f->n_lines++] = mem_strdup(line);
	if (f->n_lines >= f->wanted)
		loop_stop(f->loop);
}

/* ---- Telegram ---- */

static const struct step *step_for(struct fake *f, const char *method)
{
	for (size_t i = 0; f->steps && f->steps[i].status; i++)
		if (!f->used[i] && !strcmp(f->steps[i].method, method)) {
			f->used[i] = true;
			return &f->steps[i];
		}
	return NULL;
}

static long long offset_of(const cJSON *tree)
{
	long long offset = -1;

	(void)json_int(tree, "offset", &offset);
	return offset;
}

static void record_call(struct fake *f, const char *method, const char *body)
{
	struct buf line;
	cJSON *tree = cJSON_Parse(body);

	buf_init(&line, 100000);
	if (!strcmp(method, "getUpdates"))
		buf_addf(&line, "%s from %lld for %.0f s, at most %.0f", method, offset_of(tree),
			cJSON_GetNumberValue(cJSON_GetObjectItem(tree, "timeout")),
			cJSON_GetNumberValue(cJSON_GetObjectItem(tree, "limit")));
	else
		buf_addf(&line, "%s %s", method, body);
	if (tree)
		note_request(method, body);
	cJSON_Delete(tree);
	record(f, buf_str(&line));
	buf_done(&line);
}

static void on_call(void *ctx, struct http_exchange *x)
{
	struct fake_route *r = ctx;
	struct fake *f = r->fake;
	const struct step *s = step_for(f, r->method);
	size_t len;
	const char *body = http_exchange_body(x, &len), *answer = OK("true");
	int status = 200;

	record_call(f, r->method, body);
	if (s) {
		status = s->status;
		answer = s->body;
	} else if (!strcmp(r->method, "getMe")) {
		answer = OK("{\"id\":777,\"is_bot\":true,\"username\":\"calf_bot\",\"can_read_all_group_messages\":"
			"false}");
	} else if (!strcmp(r->method, "getUpdates")) {
		status = HOLD;
	}
	if (status == HOLD && f->n_held < MAX_HELD)
		f->held[f->n_held++] = x;
	else
		http_exchange_reply(x, status, "application/json", answer, strlen(answer), 0);
}

/* ---- the sink ---- */

static char save_of(struct fake *f)
{
	char how = f->saves[0];

	if (f->saves[1])
		f->saves++;
	return how;
}

static void save_all(void *ctx)
{
	struct fake *f = ctx;

	while (f->n_open) {
		f->n_open--;
		f->open[f->n_open].saved(f->open[f->n_open].ctx, true);
	}
}

static void take(void *ctx, struct channel *c, const struct incoming *list, size_t n, const char *cursor,
	channel_saved_cb saved, void *saved_ctx)
{
	static const char *const kinds[] = {"text", "choice", "media", "forward", "edit", "command", "gone", "back",
		"added", "moved", "came", "sealed", "nothing"};
	struct fake *f = ctx;
	struct buf line;

	(void)c;
	buf_init(&line, 100000);
	buf_addf(&line, "take %s:", cursor ? cursor : "one");
	for (size_t i = 0; i < n; i++) {
		buf_addf(&line, " %s '%s'", kinds[list[i].kind], list[i].text);
		for (size_t k = 0; k < list[i].n_picked; k++)
			buf_addf(&line, " [%s]", list[i].picked[k]);
	}
	char how = save_of(f);
	record(f, buf_str(&line));
	buf_done(&line);
	if (how == '.') {
		f->open[f->n_open].saved = saved;
		f->open[f->n_open++].ctx = saved_ctx;
	} else {
		saved(saved_ctx, how == '+');
	}
}

static void on_fatal(void *ctx, struct channel *c, const char *why)
{
	struct arena *a = arena_new();

	(void)c;
	record(ctx, arena_printf(a, "fatal: %s", why));
	arena_free(a);
}

static void on_stopped(void *ctx)
{
	record(ctx, "stopped");
}

/* ---- life ---- */

static void out_of_patience(void *ctx)
{
	struct fake *f = ctx;

	f->in_time = false;
	loop_stop(f->loop);
}

static int64_t fake_now(void)
{
	return 1700000000000;
}

static void fake_route(struct fake *f, const char *method)
{
	struct arena *a = arena_new();
	struct fake_route *r = &f->routes[f->n_routes++];

	*r = (struct fake_route){f, method};
	http_server_route(f->server, arena_printf(a, "/bot" TOKEN "/%s", method), on_call, r);
	arena_free(a);
}

/* `options` needs no token and no base. */
static void fake_open(struct fake *f, struct telegram_options options, const struct step *steps)
{
	static const char *const methods[] = {"getMe", "getUpdates", "deleteWebhook", "setWebhook", "getWebhookInfo",
		"sendMessage", "editMessageReplyMarkup", "answerCallbackQuery", "leaveChat", "getChatMember", "getMyCommands",
		"setMyCommands", "getMyDescription", "setMyDescription", "getMyShortDescription", "setMyShortDescription"};
	static const struct http_server_options server = {.max_body = 1 << 20};
	static const struct http_client_options client = {.user_agent = "soleus"};
	struct arena *a = arena_new();
	struct err err = {""};

	*f = (struct fake){.steps = steps, .saves = "+", .log = {.out = getenv("SOLEUS_TEST_LOG") ? stderr : NULL,
		.most = LOG_LEVEL_DEBUG}};
	f->loop = loop_new(&err);
	f->http = f->loop ? http_client_new(f->loop, &client, &err) : NULL;
	f->server = f->loop ? http_server_new(f->loop, &server, &err) : NULL;
	if (!f->http || !f->server)
		fail_msg("%s", err.text);
	f->patience = timer_new(f->loop, out_of_patience, f);
	f->later = timer_new(f->loop, save_all, f);
	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
		fake_route(f, methods[i]);
	options.token = TOKEN;
	options.base_url = arena_printf(a, "http://127.0.0.1:%d/", http_server_port(f->server));
	options.first_wait_ms = FIRST_WAIT_MS;
	const struct channel_env env = {.loop = f->loop, .http = f->http, .server = f->server, .log = &f->log,
		.sink = {.ctx = f, .take = take, .fatal = on_fatal}, .now_ms = fake_now};
	f->channel = telegram_new(&options, &env, &err);
	if (!f->channel)
		fail_msg("%s", err.text);
	arena_free(a);
}

static void fake_end_channel(struct fake *f)
{
	f->channel->ops->free(f->channel);
	f->channel = NULL;
}

static void fake_close(struct fake *f)
{
	if (f->channel)
		fake_end_channel(f);
	http_client_free(f->http);
	http_server_free(f->server);
	for (size_t i = 0; i < f->n_held; i++)
		http_exchange_reply(f->held[i], 200, NULL, "", 0, 0);
	timer_free(f->patience);
	timer_free(f->later);
	loop_free(f->loop);
	for (size_t i = 0; i < f->n_lines; i++)
		free(f->lines[i]);
}

/* Runs until so many lines are there, then compares them. */
static void fake_expect(struct fake *f, const char *name, const char *const *wanted)
{
	f->wanted = 0;
	while (wanted[f->wanted])
		f->wanted++;
	f->in_time = true;
	timer_start(f->patience, PATIENCE_MS);
	if (f->n_lines < f->wanted)
		loop_run(f->loop);
	timer_stop(f->patience);
	for (size_t i = 0; i < f->wanted; i++) {
		const char *line = i < f->n_lines ? f->lines[i] : f->in_time ? "nothing" : "nothing in time";

		if (strcmp(line, wanted[i]) != 0)
			fail_msg("%s, line %zu:\n  %s, wanted\n  %s", name, i, line, wanted[i]);
	}
}

#endif
