/* telegram_parts.h - what the machines of the Telegram channel share. */
#ifndef CHANNELS_TELEGRAM_PARTS_H
#define CHANNELS_TELEGRAM_PARTS_H

#include <stdint.h>

struct channel;
struct telegram_api;
struct telegram_inbox;

/* Signs of life, for the health report. */
struct telegram_vitals {
	int64_t last_ms; /* when a poll was completed or a delivery came; 0: never */
	int failures; /* in a row */
	char why[160]; /* of the last one, "" when all is well */
	int64_t pending; /* -1: unknown */
};

struct telegram_parts {
	struct channel *channel; /* with its world */
	struct telegram_api *api;
	struct telegram_inbox *inbox;
	struct telegram_vitals *vitals;
	void (*fatal)(void *ctx, const char *why); /* the channel can't go on */
	void *ctx;
	uint64_t seed;
	int64_t first_wait_ms; /* after a first failure */
};

/* Kinds of updates that we take, as a JSON array: stated with every call, as Telegram remembers the last ones. */
#define TELEGRAM_ALLOWED_UPDATES "[\"message\",\"edited_message\",\"callback_query\",\"my_chat_member\"]"

#endif
