/* reach.h - the channel that the configuration asks for, with its secrets read. */
#ifndef DAEMON_REACH_H
#define DAEMON_REACH_H

struct channel;
struct channel_env;
struct config;
struct err;
struct redactor;
struct talk_data;

enum { REACH_MAX_BODY = 1 << 20 }; /* bytes of one request to us */

/* One must be on (config_has_channel). Secrets are made known to `hide` before anything else. Returns a new channel, or NULL with `err` set, which names no secret. */
struct channel *reach_open(const struct config *c, const struct talk_data *data, const struct channel_env *env,
	struct redactor *hide, struct err *err);

#endif
