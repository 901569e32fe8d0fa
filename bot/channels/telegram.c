/* telegram.c - the channel put together: who we are is asked first (getMe), then it polls or is called. There is no typing
 * action: replies leave within milliseconds of a message, well before it would show. */
#include "channels/telegram.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channels/channel.h"
#include "channels/life.h"
#include "channels/roles.h"
#include "channels/sending.h"
#include "channels/telegram_api.h"
#include "channels/telegram_hook.h"
#include "channels/telegram_inbox.h"
#include "channels/telegram_parts.h"
#include "channels/telegram_poll.h"
#include "channels/telegram_profile.h"
#include "channels/telegram_roles.h"
#include "channels/telegram_say.h"
#include "channels/telegram_send.h"
#include "channels/vitals.h"
#include "util/err.h"
#include "util/log.h"
#include "util/mem.h"

enum {
	LEAST_KEY = 30, /* characters of a token behind its colon */
	FIRST_WAIT_MS = 1000,
	CHOICE_WIDTH = 28,
	GROUP_PER_MINUTE = 20,
	MAX_USERNAME = 64,
};

struct telegram {
	struct channel channel; /* first: it is what others hold */
	struct telegram_api *api;
	struct telegram_self self;
	char username[MAX_USERNAME];
	struct telegram_call *who;
	struct vitals vitals;
	struct telegram_parts parts;
	struct life *life;
	struct telegram_inbox *inbox;
	struct telegram_poll *poll; /* or */
	struct telegram_web *web;
	struct telegram_sends *sends;
	struct telegram_profile *profile;
	struct roles *roles;
};

static struct telegram *of(struct channel *c)
{
	return (struct telegram *)c;
}

/* ---- who we are ---- */

static bool copy_text(struct json_span object, const char *key, char *out, size_t size)
{
	struct json_span value;

	if (!json_in_member(object, key, &value) || value.len < 2 || value.len - 2 >= size || value.at[0] != '"')
		return false;
	memcpy(out, value.at + 1, value.len - 2);
	out[value.len - 2] = '\0';
	return true;
}

static bool read_who(struct telegram *t, struct json_span me)
{
	struct json_span id, reads;

	if (!json_in_member(me, "id", &id) || !json_in_whole(id, &t->self.id) || t->self.id <= 0)
		return false;
	if (!copy_text(me, "username", t->username, sizeof t->username))
		t->username[0] = '\0';
	t->self.reads_all = json_in_member(me, "can_read_all_group_messages", &reads) && reads.len == 4;
	return true;
}

static void begin_to_read(void *ctx, const char *cursor)
{
	struct telegram *t = ctx;

	log_event(t->channel.env.log, LOG_LEVEL_NOTICE, "telegram is there",
		LOG_FIELDS(LOG_TEXT("username", t->username), LOG_TEXT("mode", t->web ? "webhook" : "polling"),
			LOG_TEXT("privacy_mode", t->self.reads_all ? "off" : "on")));
	if (t->web)
		telegram_web_start(t->web);
	else
		telegram_poll_start(t->poll, cursor);
	telegram_profile_start(t->profile);
}

static void on_who(void *ctx, const struct telegram_answer *a)
{
	struct telegram *t = ctx;

	t->who = NULL;
	if (a->verdict == TELEGRAM_FATAL)
		life_fail(t->life, a->why);
	else if (a->verdict == TELEGRAM_DONE_WELL && read_who(t, a->result))
		life_read_on(t->life);
	else
		life_ask_later(t->life, a->verdict == TELEGRAM_DONE_WELL ? "half an answer" : a->why, a->after_ms);
}

static void ask_who(void *ctx)
{
	struct telegram *t = ctx;
	const struct telegram_ask ask = {.method = "getMe", .body = "{}", .len = 2};

	t->who = telegram_api_call(t->api, &ask, on_who, t);
}

static void read_no_more(void *ctx, void (*stopped)(void *life), void *life)
{
	struct telegram *t = ctx;

	telegram_call_cancel(t->who);
	t->who = NULL;
	telegram_profile_stop(t->profile);
	roles_stop(t->roles);
	if (t->web)
		telegram_web_stop(t->web, stopped, life);
	else
		telegram_poll_stop(t->poll, stopped, life);
}

static const struct life_ops life_ops = {.ask_who = ask_who, .read = begin_to_read, .stop = read_no_more};

static void start(struct channel *c, const char *cursor)
{
	life_start(of(c)->life, cursor);
}

static void stop(struct channel *c, void (*stopped)(void *ctx), void *ctx)
{
	life_stop(of(c)->life, stopped, ctx);
}

/* ---- saying ---- */

static size_t say(const struct channel *c, const struct outgoing *o, struct arena *arena, struct channel_request **out)
{
	(void)c;
	return telegram_say(o, arena, out);
}

static bool unshow(const struct channel *c, const char *room, const char *ref, struct arena *arena,
	struct channel_request *out)
{
	(void)c;
	(void)room;
	return telegram_unshow(ref, arena, out);
}

/* Telegram can't tell a repeat by a transaction's id. */
static void send(struct channel *c, const char *room, const char *kind, const char *body, const char *txn,
	channel_sent_cb sent, void *ctx)
{
	(void)txn;
	telegram_send(of(c)->sends, room, kind, body, sent, ctx);
}

static const char *private_link(const struct channel *c, const char *payload, struct arena *arena)
{
	return telegram_private_link(((const struct telegram *)c)->username, payload, arena);
}

static bool is_shared(const struct channel *c, const char *room)
{
	(void)c;
	return room[0] == '-';
}

static void ask_role(struct channel *c, const char *room, const char *person, channel_role_cb told, void *ctx)
{
	roles_ask(of(c)->roles, room, person, told, ctx);
}

static const char *state_of(const struct telegram *t)
{
	return life_state(t->life, t->web ? telegram_web_state(t->web) : telegram_poll_state(t->poll));
}

static void status(const struct channel *c, char *out, size_t size)
{
	const struct telegram *t = (const struct telegram *)c;
	char vitals[VITALS_TOLD];

	vitals_tell(&t->vitals, c->env.now_ms(), vitals);
	snprintf(out, size, "telegram %s, %s", state_of(t), vitals);
}

/* ---- life ---- */

static void telegram_free(struct channel *c)
{
	struct telegram *t = of(c);

	if (!c)
		return;
	life_free(t->life);
	roles_free(t->roles);
	telegram_profile_free(t->profile);
	telegram_web_free(t->web);
	telegram_poll_free(t->poll);
	telegram_sends_free(t->sends);
	telegram_inbox_free(t->inbox);
	telegram_api_free(t->api);
	free(t);
}

static const struct channel_ops ops = {
	.name = "telegram",
	.can = {.choices = true, .choice_width = CHOICE_WIDTH, .threads = true,
		.shared_room_per_minute = GROUP_PER_MINUTE},
	.start = start,
	.stop = stop,
	.say = say,
	.unshow = unshow,
	.send = send,
	.private_link = private_link,
	.is_shared = is_shared,
	.ask_role = ask_role,
	.status = status,
	.free = telegram_free,
};

static bool is_key_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

bool telegram_token_ok(const char *token)
{
	size_t digits = strspn(token, "0123456789"), key = 0;

	if (!digits || digits > 16 || token[digits] != ':')
		return false;
	while (is_key_char(token[digits + 1 + key]))
		key++;
	return key >= LEAST_KEY && !token[digits + 1 + key];
}

static int check_hook(const struct telegram_hook *hook, const struct channel_env *env, struct err *err)
{
	size_t len = hook->secret ? strlen(hook->secret) : 0;

	for (size_t i = 0; i < len; i++)
		if (!is_key_char(hook->secret[i]))
			return err_set(err, "the webhook's secret has a character that is not one of A-Z a-z 0-9 _ -");
	if (!len || len > TELEGRAM_MAX_SECRET)
		return err_set(err, "the webhook's secret must have 1 to %d characters", TELEGRAM_MAX_SECRET);
	if (strncmp(hook->url, "https://", 8) != 0 && strncmp(hook->url, "http://", 7) != 0)
		return err_set(err, "the webhook's url must begin with https://");
	if (hook->max_connections < 0 || hook->max_connections > TELEGRAM_MAX_HOOK_CONNECTIONS)
		return err_set(err, "the webhook's connections must be 1 to %d", TELEGRAM_MAX_HOOK_CONNECTIONS);
	return env->server ? 0 : err_set(err, "a webhook needs a server that listens");
}

static int check(const struct telegram_options *o, const struct channel_env *env, struct err *err)
{
	const char *base = o->base_url ? o->base_url : TELEGRAM_BASE_URL;

	if (!o->token || !telegram_token_ok(o->token))
		return err_set(err, "the token is not of the form 123456:ABC..., as BotFather gives it");
	if ((strncmp(base, "https://", 8) != 0 && strncmp(base, "http://", 7) != 0) || strpbrk(base, " \t\r\n?#"))
		return err_set(err, "the base url must begin with https:// or http://");
	if (o->poll_timeout_s < 0 || o->poll_timeout_s > TELEGRAM_MAX_POLL_S)
		return err_set(err, "a poll may wait 1 to %d seconds", TELEGRAM_MAX_POLL_S);
	return o->hook.url ? check_hook(&o->hook, env, err) : 0;
}

struct channel *telegram_new(const struct telegram_options *o, const struct channel_env *env, struct err *err)
{
	if (check(o, env, err) < 0)
		return NULL;
	struct telegram *t = mem_alloc(1, sizeof *t);
	t->channel = (struct channel){.ops = &ops, .env = *env};
	t->api = telegram_api_new(env->http, o->base_url ? o->base_url : TELEGRAM_BASE_URL, o->token,
		o->test_environment);
	t->self.username = t->username;
	t->inbox = telegram_inbox_new(o, &t->self, t->api, env->log);
	t->parts = (struct telegram_parts){.channel = &t->channel, .api = t->api, .inbox = t->inbox,
		.vitals = &t->vitals, .seed = o->seed,
		.first_wait_ms = o->first_wait_ms ? o->first_wait_ms : FIRST_WAIT_MS};
	t->sends = telegram_sends_new(&t->parts);
	t->parts.life = t->life = life_new(&(struct life_parts){.channel = &t->channel, .ops = &life_ops, .ctx = t,
		.sendings = telegram_sends_list(t->sends), .vitals = &t->vitals, .first_wait_ms = t->parts.first_wait_ms,
		.seed = o->seed + 4});
	t->roles = telegram_roles_new(&t->parts);
	t->profile = telegram_profile_new(&t->parts, o->profiles, o->n_profiles);
	t->self.commands = telegram_profile_commands(t->profile, &t->self.n_commands);
	if (!o->hook.url)
		t->poll = telegram_poll_new(&t->parts, o->poll_timeout_s ? o->poll_timeout_s : TELEGRAM_MAX_POLL_S);
	else if (!(t->web = telegram_web_new(&t->parts, &o->hook, err))) {
		telegram_free(&t->channel);
		return NULL;
	}
	return &t->channel;
}

void telegram_health(const struct channel *c, struct telegram_health *out)
{
	const struct telegram *t = (const struct telegram *)c;
	const struct sendings *sends = telegram_sends_list(t->sends);

	assert(c->ops == &ops);
	*out = (struct telegram_health){
		.webhook = t->web != NULL,
		.state = state_of(t),
		.username = t->username,
		.reads_all = t->self.reads_all,
		.last_ms = t->vitals.last_ms,
		.failures = t->vitals.failures,
		.why = t->vitals.why,
		.pending = t->web ? telegram_web_pending(t->web) : -1,
		.sent = sends->taken,
		.refused = sends->refused,
	};
	telegram_inbox_counts(t->inbox, &out->updates, &out->ignored, &out->broken);
}
