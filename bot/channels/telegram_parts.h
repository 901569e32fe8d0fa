/* telegram_parts.h - what the machines of the Telegram channel share. */
#ifndef CHANNELS_TELEGRAM_PARTS_H
#define CHANNELS_TELEGRAM_PARTS_H

#include <stdint.h>

struct channel;
struct life;
struct telegram_api;
struct telegram_inbox;
struct vitals;

struct telegram_parts {
	struct channel *channel; /* with its world */
	struct telegram_api *api;
	struct telegram_inbox *inbox;
	struct vitals *vitals; /* heard is when a poll was completed or a delivery came */
	struct life *life; /* made after the others */
	uint64_t seed;
	int64_t first_wait_ms; /* after a first failure */
};

/* Kinds of updates that we take, as a JSON array: stated with every call, as Telegram remembers the last ones. */
#define TELEGRAM_ALLOWED_UPDATES "[\"message\",\"edited_message\",\"callback_query\",\"my_chat_member\"]"

#endif
