/* telegram_batch.h - an answer of getUpdates cut into its updates without reading them, so that one that is malformed
 * or huge can be passed by alone. Pure; nothing is copied. */
#ifndef CHANNELS_TELEGRAM_BATCH_H
#define CHANNELS_TELEGRAM_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct telegram_span {
	const char *at;
	size_t len;
};

/* The value of `key` in the JSON object, of whatever kind; false when it isn't there, or what stands before it is no
 * JSON. */
bool telegram_member(struct telegram_span object, const char *key, struct telegram_span *out);
/* The next element of a JSON array: start with *at 0. False at its end, or where it is no JSON any more. */
bool telegram_element(struct telegram_span array, size_t *at, struct telegram_span *out);
/* A whole number below 2^52 either way, as long as Telegram's ids are. */
bool telegram_whole(struct telegram_span value, int64_t *out);

#endif
