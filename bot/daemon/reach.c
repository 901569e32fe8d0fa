/* reach.c - the channels that the configuration asks for. */
#include "daemon/reach.h"

#include <stddef.h>
#include <stdint.h>

#include "channels/channel.h"
#include "channels/matrix.h"
#include "channels/telegram.h"
#include "daemon/commands.h"
#include "daemon/config.h"
#include "daemon/config_secret.h"
#include "talk/talk.h"
#include "util/arena.h"
#include "util/err.h"
#include "util/redact.h"
#include "util/secret.h"

static struct secret *read_secret(const struct config_secret *where, struct redactor *hide, struct err *err)
{
	struct secret *s = config_secret_read(where, err);

	if (s)
		redactor_add(hide, secret_text(s));
	return s;
}

/* Our groups and Telegram's have the same three kinds. */
static enum telegram_groups groups_of(enum config_groups allow)
{
	switch (allow) {
	case CONFIG_GROUPS_LISTED:
		return TELEGRAM_GROUPS_LISTED;
	case CONFIG_GROUPS_ANY:
		return TELEGRAM_GROUPS_ANY;
	default:
		return TELEGRAM_GROUPS_NONE;
	}
}

static struct telegram_options options_of(const struct config *c, int64_t now_ms)
{
	struct telegram_options o = {.base_url = c->telegram.api_base, .test_environment = c->telegram.test_environment,
		.poll_timeout_s = c->telegram.poll_timeout_s, .groups = groups_of(c->telegram.groups.allow),
		.group_ids = c->telegram.groups.ids.ids, .n_group_ids = c->telegram.groups.ids.n,
		.hear_all = true /* what of it is heard, each room says */, .seed = (uint64_t)now_ms};

	if (c->telegram.mode == CONFIG_WEBHOOK)
		o.hook = (struct telegram_hook){.url = c->telegram.webhook.url, .path = c->telegram.webhook.path,
			.certificate_file = c->telegram.webhook.certificate_file,
			.max_connections = c->telegram.webhook.max_connections};
	return o;
}

static struct channel *open_telegram(const struct config *c, const struct talk_data *data,
	const struct channel_env *env, struct redactor *hide, struct err *err)
{
	struct telegram_options o = options_of(c, env->now_ms());
	struct secret *token = read_secret(&c->telegram.token, hide, err), *hook = NULL;
	struct arena *arena = arena_new();
	struct channel *channel = NULL;

	if (token && o.hook.url)
		hook = read_secret(&c->telegram.webhook.secret, hide, err);
	if (c->telegram.set_profile) {
		o.profiles = commands_profile(data, c->region, arena);
		o.n_profiles = 1;
	}
	if (token && (hook || !o.hook.url)) {
		o.token = secret_text(token);
		o.hook.secret = hook ? secret_text(hook) : NULL;
		channel = telegram_new(&o, env, err);
	}
	arena_free(arena);
	secret_free(token);
	secret_free(hook);
	return channel;
}

static void hide_secret(void *hide, const char *secret)
{
	redactor_add(hide, secret);
}

/* Ours and Matrix's have the same kinds, in the same order. */
static struct matrix_options matrix_options_of(const struct config *c, int64_t now_ms)
{
	return (struct matrix_options){.homeserver = c->matrix.homeserver, .user = c->matrix.user,
		.token_file = c->matrix.token_file, .identity_file = c->matrix.identity_file,
		.sync_timeout_s = c->matrix.sync_timeout_s,
		.invites = (enum matrix_invites)c->matrix.rooms.invites, .from = c->matrix.rooms.from.texts,
		.n_from = c->matrix.rooms.from.n, .ignored = c->matrix.ignore.texts, .n_ignored = c->matrix.ignore.n,
		.hear_all = true, .private_per_hour = c->matrix.rooms.private_per_hour,
		.private_plain = !c->matrix.rooms.encrypt_private, .seed = (uint64_t)now_ms};
}

static struct channel *open_matrix(const struct config *c, const struct talk_data *data, const struct channel_env *env,
	struct redactor *hide, struct err *err)
{
	struct matrix_options o = matrix_options_of(c, env->now_ms());
	bool has_password = c->matrix.password.file || c->matrix.password.env;
	struct secret *key = c->matrix.key_file ? secret_read_file(c->matrix.key_file, err) : NULL;
	struct secret *password = has_password ? read_secret(&c->matrix.password, hide, err) : NULL;
	struct arena *arena = arena_new();
	const struct channel_profile *profile = commands_profile(data, c->region, arena);
	const char **commands = arena_alloc(arena, profile->n_commands + 1, sizeof *commands);
	struct channel *channel = NULL;

	for (size_t i = 0; i < profile->n_commands; i++)
		commands[i] = profile->commands[i].name;
	o.commands = commands;
	o.n_commands = profile->n_commands;
	o.key_secret = key ? secret_text(key) : NULL;
	o.password = password ? secret_text(password) : NULL;
	o.hide = hide_secret;
	o.hide_ctx = hide;
	if (key)
		redactor_add(hide, secret_text(key));
	if ((password || !has_password) && (key || !c->matrix.key_file))
		channel = matrix_new(&o, env, err);
	arena_free(arena);
	secret_free(password);
	secret_free(key);
	return channel;
}

bool reach_is_on(const struct config *c, enum reach_channel which)
{
	return which == REACH_TELEGRAM ? c->telegram.enabled : c->matrix.enabled;
}

struct channel *reach_open(enum reach_channel which, const struct config *c, const struct talk_data *data,
	const struct channel_env *env, struct redactor *hide, struct err *err)
{
	static struct channel *(*const open[])(const struct config *c, const struct talk_data *data,
		const struct channel_env *env, struct redactor *hide, struct err *err) = {
		[REACH_TELEGRAM] = open_telegram,
		[REACH_MATRIX] = open_matrix,
	};

	return open[which](c, data, env, hide, err);
}
