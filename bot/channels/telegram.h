/* telegram.h - the Telegram Bot API as a channel: long polling or webhook in, stored requests out. A room is a chat id,
 * a thread a topic's id, a person a user id, an event an update id, all in decimal; a reference is a message id. */
#ifndef CHANNELS_TELEGRAM_H
#define CHANNELS_TELEGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct channel;
struct channel_env;
struct channel_profile;
struct err;

#define TELEGRAM_BASE_URL "https://api.telegram.org"

enum { TELEGRAM_MAX_POLL_S = 50, TELEGRAM_MAX_SECRET = 256, TELEGRAM_MAX_HOOK_CONNECTIONS = 100 };

enum telegram_groups {
	TELEGRAM_GROUPS_NONE, /* leaves every group it is added to */
	TELEGRAM_GROUPS_LISTED, /* stays in those of `group_ids`, leaves all others */
	TELEGRAM_GROUPS_ANY,
};

/* A webhook. Telegram calls only https URLs on port 80, 88, 443 or 8443. */
struct telegram_hook {
	const char *url; /* as Telegram must call it; NULL: long polling */
	const char *path; /* on our server, behind a proxy maybe another one; NULL: that of `url` */
	const char *secret; /* 1-256 of A-Z a-z 0-9 _ -; must be given */
	const char *certificate_file; /* PEM, uploaded for a certificate that nobody vouches for; NULL: none */
	int max_connections; /* 1-100; 0: 40 */
};

struct telegram_options {
	const char *token;
	const char *base_url; /* NULL: TELEGRAM_BASE_URL */
	bool test_environment; /* Telegram's own, for tests */
	struct telegram_hook hook;
	int poll_timeout_s; /* 1-50; 0: 50 */
	enum telegram_groups groups;
	const int64_t *group_ids; /* negative */
	size_t n_group_ids;
	bool hear_all; /* in groups: hand over also words that are not for us (they arrive with privacy mode off) */
	const struct channel_profile *profiles; /* set with Telegram where they differ */
	size_t n_profiles;
	uint64_t seed; /* of the jitter of waits; any number */
	int first_wait_ms; /* after a first failure, doubled with each further one; 0: a second */
};

/* Returns a new channel (free with its ops->free), or NULL with `err` set: a token, an URL or a secret of the wrong
 * form. No text of `err` holds a secret. Copies the options; borrows what `env` points to. A webhook needs env->server.
 * */
struct channel *telegram_new(const struct telegram_options *options, const struct channel_env *env, struct err *err);

/* True when `token` looks like a token, <digits>:<at least 30 of A-Z a-z 0-9 _ ->. */
bool telegram_token_ok(const char *token);

/* How the channel is doing, for metrics and the log. Texts are borrowed until the channel's next step. */
struct telegram_health {
	bool webhook;
	const char *state; /* "stopped", "starting", "polling", "saving", "waiting", "serving", "stopping", "failed" */
	const char *username; /* "" until Telegram has told */
	bool reads_all; /* privacy mode is off */
	int64_t last_ms; /* when a poll was last completed, or a delivery came; 0: never */
	int failures; /* in a row, of what the channel lives on: polls, or the first calls */
	const char *why; /* of the last failure, "" when all is well */
	int64_t pending; /* what Telegram keeps for us, as last told (webhook only); -1: unknown */
	uint64_t updates, ignored, broken; /* since start: received; of a kind we don't take; that could not be read */
	uint64_t sent, refused; /* requests that were taken; that will never be */
};

/* `c` must be a channel of telegram_new. */
void telegram_health(const struct channel *c, struct telegram_health *out);

#endif
