/* telegram_parse.h - one update of Telegram (JSON) to what came in. Pure: no clock, no I/O; takes any bytes. */
#ifndef CHANNELS_TELEGRAM_PARSE_H
#define CHANNELS_TELEGRAM_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "channels/channel.h"
#include "channels/telegram_keys.h"

/* Who we are, as getMe told, and which commands we take: "/help" in a group of several bots is ours if we have one. */
struct telegram_self {
	int64_t id;
	const char *username; /* "" when unknown */
	bool reads_all; /* privacy mode is off */
	const char *const *commands;
	size_t n_commands;
};

/* What there is to do with a press besides taking it. */
struct telegram_pressed {
	const char *id; /* of the callback query, to be answered at once; NULL when nothing was pressed */
	bool read; /* `press` is ours, and of the one who pressed */
	struct telegram_press press;
	const char *message; /* "" when unknown */
	struct telegram_keys keys; /* of the message, as it was when Telegram told us */
};

struct telegram_update {
	int64_t id; /* -1 when even that could not be read */
	const char *broken; /* why the rest could not be read, fit for a log; NULL when all is well */
	bool unknown; /* of a kind that we don't take */
	struct incoming in; /* INCOMING_NOTHING when nothing is to be said or remembered */
	struct telegram_pressed pressed;
	const char *chat_type; /* "private", "group", "supergroup", "channel"; "" when there is no chat */
	bool administrator; /* INCOMING_ADDED: with rights, and so with everything that is written there */
	const char *album; /* pictures sent together share one; "" for none */
};

/* Texts are in the arena. A press that ticks or unticks is INCOMING_NOTHING; one that sends has what the message showed
 * as ticked in `in.picked`. */
void telegram_parse(const char *bytes, size_t len, const struct telegram_self *self, struct arena *arena,
	struct telegram_update *out);

#endif
