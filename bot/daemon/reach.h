/* reach.h - the channels that the configuration asks for, with their secrets read. */
#ifndef DAEMON_REACH_H
#define DAEMON_REACH_H

#include <stdbool.h>

struct channel;
struct channel_env;
struct config;
struct err;
struct redactor;
struct talk_data;

enum { REACH_MAX_BODY = 1 << 20 }; /* bytes of one request to us */

enum reach_channel { REACH_TELEGRAM, REACH_MATRIX, REACH_CHANNELS };

bool reach_is_on(const struct config *c, enum reach_channel which);
/* It must be on. Secrets are made known to `hide` before anything else. Returns a new channel, or NULL with `err` set,
 * which names no secret. */
struct channel *reach_open(enum reach_channel which, const struct config *c, const struct talk_data *data,
	const struct channel_env *env, struct redactor *hide, struct err *err);

#endif
