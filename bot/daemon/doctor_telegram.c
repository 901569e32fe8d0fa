/* doctor_telegram.c - what the doctor learns from Telegram: one question after the other, each with its deadline. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "channels/telegram.h"
#include "channels/telegram_api.h"
#include "daemon/config.h"
#include "daemon/config_secret.h"
#include "daemon/doctor.h"
#include "net/http_client.h"
#include "net/loop.h"
#include "util/arena.h"
#include "util/err.h"
#include "util/json.h"
#include "util/secret.h"

enum {
	ASK_MS = 15000,
	LISTEN_S = 6, /* longer than another poller waits after its question was ended: 3 s */
	CLOCK_WARN_S = 30,
	CLOCK_BAD_S = 300,
	MANY_PENDING = 100,
	HOUR_S = 3600
};

struct visit {
	const struct doctor *d;
	pid_t runs;
	struct loop *loop;
	struct telegram_api *api;
	struct arena *arena;
	int64_t asked_s; /* when the question under way went out, by our clock */
	long long pending; /* messages that wait; -1: unknown */
};

static void ask(struct visit *v, const char *method, const char *body, telegram_done done)
{
	const struct telegram_ask question = {.method = method, .body = body, .len = strlen(body), .timeout_ms = ASK_MS};

	v->asked_s = time(NULL);
	(void)telegram_api_call(v->api, &question, done, v);
}

/* The answer's result as a new tree (cJSON_Delete), or NULL after saying what came instead. */
static cJSON *result_of(struct visit *v, const struct telegram_answer *answer, const char *subject)
{
	struct err err;
	cJSON *tree = NULL;

	if (answer->verdict == TELEGRAM_DONE_WELL && answer->result.at)
		tree = json_parse(answer->result.at, answer->result.len, &err);
	if (!tree)
		doctor_say(v->d, DOCTOR_BAD, subject, "Telegram did not answer as expected: %s",
			*answer->why ? answer->why : "half an answer");
	return tree;
}

static bool is_true(const cJSON *object, const char *key)
{
	return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, key));
}

/* --- The clock --- */

static void look_at_clock(const struct visit *v, const struct telegram_answer *answer)
{
	if (answer->date < 0)
		return;
	long long now = (long long)time(NULL), off = 0;

	/* Their second lies between question and answer. */
	if (answer->date < v->asked_s)
		off = v->asked_s - answer->date;
	else if (answer->date > now)
		off = answer->date - now;
	if (off < CLOCK_WARN_S)
		doctor_say(v->d, DOCTOR_OK, "clock", "agrees with Telegram's");
	else
		doctor_say(v->d, off < CLOCK_BAD_S ? DOCTOR_WARN : DOCTOR_BAD, "clock",
			"%lld seconds %s Telegram's: check-ins and \"since yesterday\" go wrong; set it, for instance with "
			"timedatectl set-ntp true", off, answer->date > now ? "behind" : "ahead of");
}

/* --- A second poller --- */

static void on_updates(void *ctx, const struct telegram_answer *answer)
{
	struct visit *v = ctx;

	if (answer->verdict == TELEGRAM_OTHER_POLLER)
		doctor_say(v->d, DOCTOR_BAD, "poller", "another program reads this bot's messages with the same token: stop it, or get "
			"a token of its own for it (@BotFather, /newbot); /revoke shuts out one that you can't find");
	else if (answer->verdict == TELEGRAM_DONE_WELL)
		doctor_say(v->d, DOCTOR_OK, "poller", "nobody else reads this bot's messages");
	else
		doctor_say(v->d, DOCTOR_WARN, "poller", "whether somebody else reads this bot's messages is unknown: %s", answer->why);
	loop_stop(v->loop);
}

/* Asking for messages ends another program's question, once; it asks anew, which ends ours. So this must not be done to our
 * own daemon, which finds out by itself; and needs nobody where messages lie about. No offset: nothing is confirmed. */
static void look_for_poller(struct visit *v)
{
	char body[64];

	if (v->runs != 0) {
		doctor_say(v->d, DOCTOR_OK, "poller", "not tried while the daemon runs: it logs by itself if somebody else reads its "
			"messages");
	} else if (v->pending > 0) {
		doctor_say(v->d, DOCTOR_OK, "poller", "nobody reads this bot's messages: %lld wait", v->pending);
	} else {
		(void)snprintf(body, sizeof body, "{\"limit\":1,\"timeout\":%d}", LISTEN_S);
		ask(v, "getUpdates", body, on_updates);
		return;
	}
	loop_stop(v->loop);
}

/* --- The webhook --- */

/* The host of an URL: what follows may be a secret. */
static const char *host_of(struct visit *v, const char *url)
{
	const char *host = strstr(url, "://");

	host = host ? host + 3 : url;
	return arena_strndup(v->arena, host, strcspn(host, "/?#"));
}

static void look_at_deliveries(struct visit *v, const cJSON *info)
{
	const char *message = json_string(info, "last_error_message", v->arena);
	long long at = 0, age_s = -1;

	if (message && json_int(info, "last_error_date", &at))
		age_s = (long long)time(NULL) - at;
	if (message && age_s >= 0 && age_s < HOUR_S)
		doctor_say(v->d, DOCTOR_BAD, "webhook", "Telegram could not deliver %lld minutes ago: %.200s", age_s / 60, message);
	else if (message)
		doctor_say(v->d, DOCTOR_WARN, "webhook", "Telegram once could not deliver: %.200s", message);
	if (v->pending >= MANY_PENDING)
		doctor_say(v->d, DOCTOR_WARN, "webhook", "%lld messages wait to be delivered", v->pending);
}

static void look_at_hook(struct visit *v, const cJSON *info, const char *url)
{
	const struct config *c = v->d->config;
	bool ours = c->telegram.webhook.url && strcmp(url, c->telegram.webhook.url) == 0;

	if (c->telegram.mode == CONFIG_POLLING && *url)
		doctor_say(v->d, DOCTOR_WARN, "webhook", "one is still set, to %s: soleus takes it away when it starts to poll; whoever "
			"set it gets no more messages then", host_of(v, url));
	else if (c->telegram.mode == CONFIG_POLLING)
		doctor_say(v->d, DOCTOR_OK, "webhook", "none is left over");
	else if (!*url)
		doctor_say(v->d, v->runs ? DOCTOR_BAD : DOCTOR_OK, "webhook", "not set yet: soleus sets it when it starts");
	else if (!ours)
		doctor_say(v->d, DOCTOR_WARN, "webhook", "set to another address, at %s: soleus sets its own when it starts",
			host_of(v, url));
	else
		doctor_say(v->d, DOCTOR_OK, "webhook", "set, to %s", host_of(v, url));
	if (ours && c->telegram.mode == CONFIG_WEBHOOK)
		look_at_deliveries(v, info);
}

static void on_hook(void *ctx, const struct telegram_answer *answer)
{
	struct visit *v = ctx;
	cJSON *info = result_of(v, answer, "webhook");
	const char *url = info ? json_string(info, "url", v->arena) : NULL;

	v->pending = -1;
	if (info) {
		(void)json_int(info, "pending_update_count", &v->pending);
		look_at_hook(v, info, url ? url : "");
	}
	if (info && v->d->config->telegram.mode == CONFIG_POLLING && (!url || !*url))
		look_for_poller(v);
	else
		loop_stop(v->loop);
	cJSON_Delete(info);
}

/* --- The bot itself --- */

static void look_at_groups(const struct visit *v, const cJSON *me)
{
	const struct config *c = v->d->config;
	bool reads_all = is_true(me, "can_read_all_group_messages"), joins = is_true(me, "can_join_groups");

	if (c->telegram.groups.allow == CONFIG_GROUPS_NONE) {
		if (joins)
			doctor_say(v->d, DOCTOR_OK, "groups", "left when added; @BotFather, /setjoingroups keeps it from being added at all");
		return;
	}
	if (!joins)
		doctor_say(v->d, DOCTOR_BAD, "groups", "the bot can't be added to groups: @BotFather, /setjoingroups, Enable");
	if (c->telegram.groups.manners.answer_red_flags_unasked && !reads_all)
		doctor_say(v->d, DOCTOR_BAD, "privacy", "privacy mode is on, so danger signs in a group are not seen "
			"(telegram.groups.answer_red_flags_unasked): @BotFather, /setprivacy, Disable; then remove the bot from each "
			"group and add it again");
	else if (reads_all && !c->telegram.groups.manners.answer_red_flags_unasked)
		doctor_say(v->d, DOCTOR_WARN, "privacy", "privacy mode is off: Telegram sends the bot every message of its groups, "
			"which it does not need: @BotFather, /setprivacy, Enable");
	else
		doctor_say(v->d, DOCTOR_OK, "privacy", "privacy mode is %s, as the configuration wants it", reads_all ? "off" : "on");
}

static void on_me(void *ctx, const struct telegram_answer *answer)
{
	struct visit *v = ctx;
	cJSON *me = NULL;

	if (answer->verdict == TELEGRAM_FATAL)
		doctor_say(v->d, DOCTOR_BAD, "token", "Telegram does not know it (%s): copy it again from @BotFather, /mybots, API Token",
			answer->why);
	else if (answer->verdict == TELEGRAM_AGAIN)
		doctor_say(v->d, DOCTOR_BAD, "network", "Telegram cannot be reached: %s", answer->why);
	else
		me = result_of(v, answer, "token");
	if (!me) {
		loop_stop(v->loop);
		return;
	}
	const char *name = json_string(me, "username", v->arena);
	doctor_say(v->d, DOCTOR_OK, "token", "works: this is @%s", name ? name : "?");
	look_at_clock(v, answer);
	look_at_groups(v, me);
	cJSON_Delete(me);
	ask(v, "getWebhookInfo", "{}", on_hook);
}

static void visit(const struct doctor *d, pid_t runs, const char *token)
{
	const struct http_client_options options = {.user_agent = "soleus"};
	struct visit v = {.d = d, .runs = runs, .pending = -1};
	struct err err;
	struct http_client *http = NULL;

	v.loop = loop_new(&err);
	if (v.loop)
		http = http_client_new(v.loop, &options, &err);
	if (http) {
		v.arena = arena_new();
		v.api = telegram_api_new(http, d->config->telegram.api_base, token, d->config->telegram.test_environment);
		ask(&v, "getMe", "{}", on_me);
		loop_run(v.loop);
		telegram_api_free(v.api);
		arena_free(v.arena);
	} else {
		doctor_say(d, DOCTOR_BAD, "network", "%s", err.text);
	}
	http_client_free(http);
	loop_free(v.loop);
}

void doctor_telegram(const struct doctor *d, pid_t runs)
{
	struct secret *token = config_secret_read(&d->config->telegram.token, NULL);

	if (token && telegram_token_ok(secret_text(token))) /* what is wrong with it was told among the files */
		visit(d, runs, secret_text(token));
	secret_free(token);
}
