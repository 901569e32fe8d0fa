/* telegram_profile.c - Bot API 10.2: getMyCommands and setMyCommands, and the same for the descriptions. One step is
 * one text in one language; steps go one after the other. */
#include "channels/telegram_profile.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "channels/channel.h"
#include "channels/telegram_api.h"
#include "channels/telegram_parts.h"
#include "net/backoff.h"
#include "net/loop.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/json.h"
#include "util/json_out.h"
#include "util/log.h"
#include "util/mem.h"

enum { MOST_TRIES = 6, MOST_WAIT_MS = 120000, MAX_CALL = 64 << 10 };

/* What is set: the names of the two methods, and of the member that holds it. */
static const struct kind {
	const char *get, *set, *member;
} kinds[] = {
	{"getMyCommands", "setMyCommands", "commands"},
	{"getMyDescription", "setMyDescription", "description"},
	{"getMyShortDescription", "setMyShortDescription", "short_description"},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

struct text {
	const struct kind *kind;
	const char *language;
	const char *value; /* JSON, as it is sent */
};

struct telegram_profile {
	const struct telegram_parts *parts;
	struct arena *arena; /* holds the texts */
	struct text *texts;
	size_t n, at; /* `at` is at work */
	const char **commands;
	size_t n_commands;
	int tries;
	struct telegram_call *call;
	struct timer *timer;
	struct backoff backoff;
};

/* ---- what is wanted ---- */

static const char *json_of(struct arena *arena, const char *text)
{
	struct buf b;

	buf_init(&b, MAX_CALL);
	json_out_string(&b, text, strlen(text));
	const char *copy = arena_strdup(arena, buf_str(&b));
	buf_done(&b);
	return copy;
}

static const char *commands_of(struct arena *arena, const struct channel_profile *profile)
{
	struct buf b;

	buf_init(&b, MAX_CALL);
	buf_addc(&b, '[');
	for (size_t i = 0; i < profile->n_commands; i++) {
		buf_adds(&b, i ? ",{" : "{");
		json_out_text(&b, "command", profile->commands[i].name);
		json_out_text(&b, "description", profile->commands[i].description);
		buf_addc(&b, '}');
	}
	buf_addc(&b, ']');
	const char *copy = arena_strdup(arena, buf_str(&b));
	buf_done(&b);
	return copy;
}

static void add(struct telegram_profile *p, int kind, const char *language, const char *value)
{
	if (value)
		p->texts[p->n++] = (struct text){&kinds[kind], language, value};
}

static void add_profile(struct telegram_profile *p, const struct channel_profile *profile)
{
	struct arena *a = p->arena;
	const char *language = arena_strdup(a, profile->language ? profile->language : "");

	add(p, 0, language, profile->n_commands ? commands_of(a, profile) : NULL);
	add(p, 1, language, profile->description ? json_of(a, profile->description) : NULL);
	add(p, 2, language, profile->short_description ? json_of(a, profile->short_description) : NULL);
	for (size_t i = 0; i < profile->n_commands; i++)
		p->commands[p->n_commands++] = arena_strdup(a, profile->commands[i].name);
}

/* ---- step by step ---- */

static void get(struct telegram_profile *p);

static void next(struct telegram_profile *p)
{
	p->at++;
	p->tries = 0;
	backoff_reset(&p->backoff);
	get(p);
}

static void on_time(void *ctx)
{
	get(ctx);
}

/* Too often in vain is no reason to stop: the texts only help. */
static void failed(struct telegram_profile *p, const struct telegram_answer *a)
{
	bool again = a->verdict == TELEGRAM_AGAIN && ++p->tries < MOST_TRIES;
	int64_t wait = backoff_next(&p->backoff);

	log_event(p->parts->channel->env.log, LOG_LEVEL_WARN, "a text of the profile could not be set",
		LOG_FIELDS(LOG_TEXT("method", p->texts[p->at].kind->set), LOG_TEXT("why", a->why),
			LOG_NUMBER("again", again)));
	if (again)
		timer_start(p->timer, a->after_ms > wait ? a->after_ms : wait);
	else
		next(p);
}

static void call(struct telegram_profile *p, const char *method, bool with_value, telegram_done done)
{
	const struct text *t = &p->texts[p->at];
	struct buf body;

	buf_init(&body, 2 * MAX_CALL);
	buf_addc(&body, '{');
	if (with_value)
		json_out_raw(&body, t->kind->member, t->value);
	if (t->language[0])
		json_out_text(&body, "language_code", t->language);
	buf_addc(&body, '}');
	const struct telegram_ask ask = {.method = method, .body = buf_str(&body), .len = body.len};
	p->call = telegram_api_call(p->parts->api, &ask, done, p);
	buf_done(&body);
}

static void on_set(void *ctx, const struct telegram_answer *a)
{
	struct telegram_profile *p = ctx;

	p->call = NULL;
	if (a->verdict != TELEGRAM_DONE_WELL) {
		failed(p, a);
		return;
	}
	log_event(p->parts->channel->env.log, LOG_LEVEL_NOTICE, "a text of the profile was set",
		LOG_FIELDS(LOG_TEXT("method", p->texts[p->at].kind->set),
			LOG_TEXT("language", p->texts[p->at].language)));
	next(p);
}

/* As JSON, so that neither the order of members nor escapes matter. */
static bool is_as_wanted(const struct text *t, struct json_span result)
{
	cJSON *is = json_parse(result.at, result.len, NULL), *wanted = json_parse(t->value, strlen(t->value), NULL);
	const cJSON *value = cJSON_IsObject(is) ? cJSON_GetObjectItemCaseSensitive(is, t->kind->member) : is;
	bool same = value && cJSON_Compare(value, wanted, true);

	cJSON_Delete(is);
	cJSON_Delete(wanted);
	return same;
}

static void on_got(void *ctx, const struct telegram_answer *a)
{
	struct telegram_profile *p = ctx;
	const struct text *t = &p->texts[p->at];

	p->call = NULL;
	if (a->verdict != TELEGRAM_DONE_WELL)
		failed(p, a);
	else if (is_as_wanted(t, a->result))
		next(p);
	else
		call(p, t->kind->set, true, on_set);
}

static void get(struct telegram_profile *p)
{
	if (p->at < p->n)
		call(p, p->texts[p->at].kind->get, false, on_got);
}

/* ---- life ---- */

struct telegram_profile *telegram_profile_new(const struct telegram_parts *parts,
	const struct channel_profile *profiles, size_t n)
{
	struct telegram_profile *p = mem_alloc(1, sizeof *p);
	size_t n_commands = 0;

	*p = (struct telegram_profile){.parts = parts, .arena = arena_new()};
	for (size_t i = 0; i < n; i++)
		n_commands += profiles[i].n_commands;
	p->texts = arena_alloc(p->arena, n * KINDS + 1, sizeof *p->texts);
	p->commands = arena_alloc(p->arena, n_commands + 1, sizeof *p->commands);
	for (size_t i = 0; i < n; i++)
		add_profile(p, &profiles[i]);
	p->timer = timer_new(parts->channel->env.loop, on_time, p);
	backoff_init(&p->backoff, 2 * parts->first_wait_ms, MOST_WAIT_MS, parts->seed + 3);
	return p;
}

void telegram_profile_free(struct telegram_profile *p)
{
	if (!p)
		return;
	telegram_profile_stop(p);
	timer_free(p->timer);
	arena_free(p->arena);
	free(p);
}

void telegram_profile_start(struct telegram_profile *p)
{
	p->at = 0;
	p->tries = 0;
	get(p);
}

void telegram_profile_stop(struct telegram_profile *p)
{
	telegram_call_cancel(p->call);
	p->call = NULL;
	timer_stop(p->timer);
}

const char *const *telegram_profile_commands(const struct telegram_profile *p, size_t *out_n)
{
	*out_n = p->n_commands;
	return p->commands;
}
