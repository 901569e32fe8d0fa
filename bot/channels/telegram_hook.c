/* telegram_hook.c - Bot API 10.2, setWebhook and getWebhookInfo. Each delivery is one update and waits for its answer;
 * several come at the same time, in any order. */
#include "channels/telegram_hook.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "channels/channel.h"
#include "channels/life.h"
#include "channels/telegram.h"
#include "channels/telegram_api.h"
#include "channels/telegram_inbox.h"
#include "channels/telegram_parts.h"
#include "channels/vitals.h"
#include "net/backoff.h"
#include "net/http_server.h"
#include "net/loop.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/err.h"
#include "util/file.h"
#include "util/json.h"
#include "util/json_out.h"
#include "util/links.h"
#include "util/log.h"
#include "util/mem.h"

enum {
	COMMON_CONNECTIONS = 40,
	MAX_CERTIFICATE = 64 << 10,
	MAX_CALL = 128 << 10,
	MOST_WAIT_MS = 60000,
	LOOK_EVERY = 60, /* first waits: how often we look at what Telegram says about our webhook */
	MOST_LOST = 3, /* times that the webhook is put back */
	AGAIN_S = 2, /* when we can't take a delivery now */
	REFUSED_EVERY_MS = 60000,
	MAX_PATH = 1024,
};

#define SECRET_HEADER "x-telegram-bot-api-secret-token:"
#define BOUNDARY "soleus-4c6b8f2e9d1a"

enum web_state { STOPPED, SETTING, WAITING, SERVING, STOPPING };

static const char *const names[] = {"stopped", "starting", "waiting", "serving", "stopping"};

struct telegram_web {
	const struct telegram_parts *parts;
	enum web_state state;
	char *url, *secret, *certificate; /* certificate: PEM text, NULL for none */
	int max_connections;
	struct telegram_call *call;
	struct timer *timer;
	struct backoff backoff;
	int64_t error_date; /* of the last error that Telegram told of, 0 before the first */
	long long refused; /* deliveries, since start */
	int64_t refused_ms; /* when that was logged last */
	int lost; /* how often in a row our webhook was found changed */
	struct arena *arena; /* of the delivery at work */
	struct links deliveries; /* whose answer is owed */
	int64_t pending; /* at Telegram's, as last told; -1: unknown */
	void (*stopped)(void *ctx);
	void *stopped_ctx;
};

/* One update that is being saved; it may outlive the rest. */
struct delivery {
	struct link link;
	struct telegram_web *web; /* NULL: gone, and answered */
	struct http_exchange *exchange;
};

static void set_state(struct telegram_web *w, enum web_state state)
{
	static const bool allowed[][5] = {
		[STOPPED] = {[SETTING] = true},
		[SETTING] = {[WAITING] = true, [SERVING] = true, [STOPPING] = true, [STOPPED] = true},
		[WAITING] = {[SETTING] = true, [STOPPING] = true, [STOPPED] = true},
		[SERVING] = {[SETTING] = true, [STOPPING] = true, [STOPPED] = true},
		[STOPPING] = {[STOPPED] = true},
	};
	assert(allowed[w->state][state]);
	log_event(w->parts->channel->env.log, LOG_LEVEL_DEBUG, "telegram webhook",
		LOG_FIELDS(LOG_TEXT("from", names[w->state]), LOG_TEXT("to", names[state])));
	w->state = state;
}

/* ---- deliveries ---- */

static void reply(struct http_exchange *x, int status)
{
	http_exchange_reply(x, status, NULL, "", 0, status == 503 ? AGAIN_S : 0);
}

static void delivery_answer(struct delivery *d, int status)
{
	links_remove(&d->link);
	d->web = NULL;
	reply(d->exchange, status);
}

static void give_back(struct link *delivery)
{
	delivery_answer((struct delivery *)delivery, 503);
}

static void end_when_idle(struct telegram_web *w)
{
	if (w->state != STOPPING || w->deliveries.n)
		return;
	set_state(w, STOPPED);
	w->stopped(w->stopped_ctx);
}

static void on_saved(void *ctx, bool saved)
{
	struct delivery *d = ctx;
	struct telegram_web *w = d->web;

	if (w)
		delivery_answer(d, saved ? 200 : 503);
	free(d);
	if (w)
		end_when_idle(w);
}

/* In a time that tells nothing about how much of it was right. */
static bool is_secret(const struct telegram_web *w, const char *given)
{
	size_t len = strlen(w->secret), given_len = given ? strlen(given) : 0;
	unsigned char different = len != given_len;

	for (size_t i = 0; i < given_len; i++)
		different |= (unsigned char)given[i] ^ (unsigned char)w->secret[i % len];
	return given && !different;
}

/* 0 when the request may be read, or the status of its refusal. */
static int refusal(const struct telegram_web *w, struct http_exchange *x)
{
	const char *given = http_exchange_header(x, SECRET_HEADER);

	if (strcmp(http_exchange_method(x), "POST") != 0)
		return 405;
	if (!given)
		return 401;
	if (!is_secret(w, given))
		return 403;
	return w->state == STOPPED || w->state == STOPPING ? 503 : 0;
}

static void take(struct telegram_web *w, struct http_exchange *x)
{
	const struct channel_env *env = &w->parts->channel->env;
	struct json_span body;
	struct telegram_update u;

	body.at = http_exchange_body(x, &body.len);
	telegram_inbox_read(w->parts->inbox, body, w->arena, &u);
	w->parts->vitals->last_ms = env->now_ms();
	if (u.in.kind == INCOMING_NOTHING) {
		reply(x, 200); /* also for what can't be read: it would come again for a day */
	} else {
		struct delivery *d = mem_alloc(1, sizeof *d);

		*d = (struct delivery){.web = w, .exchange = x};
		links_add(&w->deliveries, &d->link);
		env->sink.take(env->sink.ctx, w->parts->channel, &u.in, 1, NULL, on_saved, d);
	}
	arena_reset(w->arena);
}

/* Anybody may knock: a line a minute tells enough. */
static void note_refusal(struct telegram_web *w, int status)
{
	int64_t now = loop_now_ms(w->parts->channel->env.loop);

	w->refused++;
	if (w->refused > 1 && now - w->refused_ms < REFUSED_EVERY_MS)
		return;
	log_event(w->parts->channel->env.log, LOG_LEVEL_WARN, "deliveries without the right secret are refused",
		LOG_FIELDS(LOG_NUMBER("status", status), LOG_NUMBER("since_start", w->refused)));
	w->refused_ms = now;
}

static void on_request(void *ctx, struct http_exchange *x)
{
	struct telegram_web *w = ctx;
	int status = refusal(w, x);

	if (!status) {
		take(w, x);
		return;
	}
	if (status != 503)
		note_refusal(w, status);
	reply(x, status);
}

/* ---- the webhook at Telegram's ---- */

static void set_hook(struct telegram_web *w);

static void note_failure(struct telegram_web *w, const char *why)
{
	vitals_failed(w->parts->vitals, why);
	log_event(w->parts->channel->env.log, LOG_LEVEL_WARN, "telegram webhook failed",
		LOG_FIELDS(LOG_TEXT("why", why), LOG_NUMBER("failures", w->parts->vitals->failures)));
}

static void give_up(struct telegram_web *w, const char *why)
{
	set_state(w, STOPPED);
	life_fail(w->parts->life, why);
}

/* Somebody has set another webhook, or taken ours away. Once it may be a mistake. */
static void put_back(struct telegram_web *w)
{
	if (++w->lost > MOST_LOST) {
		give_up(w, "the webhook is changed again and again by somebody else");
		return;
	}
	note_failure(w, "the webhook was changed by somebody else");
	set_hook(w);
}

/* What Telegram could not deliver since we looked last. */
static void note_errors(struct telegram_web *w, const cJSON *info)
{
	const char *why = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(info, "last_error_message"));
	long long date;

	if (!why || !json_int(info, "last_error_date", &date) || date <= w->error_date)
		return;
	if (w->error_date) /* the first time it may be an error of last week */
		note_failure(w, why);
	w->error_date = date;
}

static void read_info(struct telegram_web *w, const cJSON *info)
{
	const char *url = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(info, "url"));
	long long pending;

	if (json_int(info, "pending_update_count", &pending))
		w->pending = pending;
	note_errors(w, info);
	if (url && strcmp(url, w->url) != 0) {
		put_back(w);
		return;
	}
	w->lost = 0;
	timer_start(w->timer, LOOK_EVERY * w->parts->first_wait_ms);
}

static void on_info(void *ctx, const struct telegram_answer *a)
{
	struct telegram_web *w = ctx;
	cJSON *info = a->verdict == TELEGRAM_DONE_WELL ? json_parse(a->result.at, a->result.len, NULL) : NULL;

	w->call = NULL;
	if (info) {
		read_info(w, info);
	} else {
		note_failure(w, a->verdict == TELEGRAM_DONE_WELL ? "half an answer" : a->why);
		timer_start(w->timer, LOOK_EVERY * w->parts->first_wait_ms);
	}
	cJSON_Delete(info);
}

static void look(struct telegram_web *w)
{
	const struct telegram_ask ask = {.method = "getWebhookInfo", .body = "{}", .len = 2};

	w->call = telegram_api_call(w->parts->api, &ask, on_info, w);
}

static void on_set(void *ctx, const struct telegram_answer *a)
{
	struct telegram_web *w = ctx;

	w->call = NULL;
	if (a->verdict == TELEGRAM_DONE_WELL) {
		vitals_well(w->parts->vitals);
		backoff_reset(&w->backoff);
		set_state(w, SERVING);
		timer_start(w->timer, LOOK_EVERY * w->parts->first_wait_ms);
	} else if (a->verdict == TELEGRAM_FATAL || a->verdict == TELEGRAM_REFUSED) {
		give_up(w, a->why);
	} else {
		int64_t wait = backoff_next(&w->backoff);

		note_failure(w, a->why);
		set_state(w, WAITING);
		timer_start(w->timer, a->after_ms > 0 ? a->after_ms : wait);
	}
}

static void write_json(const struct telegram_web *w, struct buf *body)
{
	buf_addc(body, '{');
	json_out_text(body, "url", w->url);
	json_out_text(body, "secret_token", w->secret);
	json_out_key(body, "max_connections");
	buf_addf(body, "%d", w->max_connections);
	json_out_raw(body, "allowed_updates", TELEGRAM_ALLOWED_UPDATES);
	json_out_raw(body, "drop_pending_updates", "false");
	buf_addc(body, '}');
}

static void add_field(struct buf *body, const char *name, const char *value)
{
	buf_addf(body, "--" BOUNDARY "\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n", name, value);
}

/* A file can only be sent as a form. */
static void write_form(const struct telegram_web *w, struct buf *body)
{
	char number[16];

	snprintf(number, sizeof number, "%d", w->max_connections);
	add_field(body, "url", w->url);
	add_field(body, "secret_token", w->secret);
	add_field(body, "max_connections", number);
	add_field(body, "allowed_updates", TELEGRAM_ALLOWED_UPDATES);
	add_field(body, "drop_pending_updates", "false");
	buf_adds(body, "--" BOUNDARY "\r\n"
		"Content-Disposition: form-data; name=\"certificate\"; filename=\"certificate.pem\"\r\n"
		"Content-Type: application/x-pem-file\r\n\r\n");
	buf_adds(body, w->certificate);
	buf_adds(body, "\r\n--" BOUNDARY "--\r\n");
}

/* Always, also when it is set already: Telegram doesn't tell with which secret. */
static void set_hook(struct telegram_web *w)
{
	struct buf body;

	buf_init(&body, MAX_CALL);
	(w->certificate ? write_form : write_json)(w, &body);
	assert(!body.full);
	const struct telegram_ask ask = {.method = "setWebhook", .body = buf_str(&body), .len = body.len,
		.type = w->certificate ? "Content-Type: multipart/form-data; boundary=" BOUNDARY : NULL};
	set_state(w, SETTING);
	timer_stop(w->timer);
	w->call = telegram_api_call(w->parts->api, &ask, on_set, w);
	explicit_bzero(body.data, body.len);
	buf_done(&body);
}

static void on_time(void *ctx)
{
	struct telegram_web *w = ctx;

	if (w->state == SERVING)
		look(w);
	else
		set_hook(w);
}

/* ---- life ---- */

/* The path of the URL, without what is asked after it. */
static const char *path_of(const struct telegram_hook *options, char *out, size_t size)
{
	const char *host = strstr(options->url, "://"), *path = host ? strchr(host + 3, '/') : NULL;

	if (options->path)
		return options->path;
	snprintf(out, size, "%.*s", path ? (int)strcspn(path, "?#") : 1, path ? path : "/");
	return out;
}

struct telegram_web *telegram_web_new(const struct telegram_parts *parts, const struct telegram_hook *options,
	struct err *err)
{
	char path[MAX_PATH], *certificate = NULL;
	size_t len;

	if (options->certificate_file) {
		certificate = file_read(options->certificate_file, MAX_CERTIFICATE, &len, err);
		if (!certificate)
			return NULL;
	}
	struct telegram_web *w = mem_alloc(1, sizeof *w);
	*w = (struct telegram_web){
		.parts = parts,
		.url = mem_strdup(options->url),
		.secret = mem_strdup(options->secret),
		.certificate = certificate,
		.max_connections = options->max_connections ? options->max_connections : COMMON_CONNECTIONS,
		.arena = arena_new(),
		.pending = -1,
	};
	links_init(&w->deliveries);
	w->timer = timer_new(parts->channel->env.loop, on_time, w);
	backoff_init(&w->backoff, parts->first_wait_ms, MOST_WAIT_MS, parts->seed + 2);
	http_server_route(parts->channel->env.server, path_of(options, path, sizeof path), on_request, w);
	return w;
}

void telegram_web_free(struct telegram_web *w)
{
	if (!w)
		return;
	telegram_call_cancel(w->call);
	links_drain(&w->deliveries, give_back);
	timer_free(w->timer);
	arena_free(w->arena);
	explicit_bzero(w->secret, strlen(w->secret));
	free(w->url);
	free(w->secret);
	free(w->certificate);
	free(w);
}

void telegram_web_start(struct telegram_web *w)
{
	set_hook(w);
}

void telegram_web_stop(struct telegram_web *w, void (*stopped)(void *ctx), void *ctx)
{
	w->stopped = stopped;
	w->stopped_ctx = ctx;
	telegram_call_cancel(w->call);
	w->call = NULL;
	timer_stop(w->timer);
	if (w->state == STOPPED) {
		stopped(ctx);
		return;
	}
	set_state(w, STOPPING);
	end_when_idle(w);
}

const char *telegram_web_state(const struct telegram_web *w)
{
	return names[w->state];
}

int64_t telegram_web_pending(const struct telegram_web *w)
{
	return w->pending;
}
