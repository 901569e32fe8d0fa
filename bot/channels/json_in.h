/* json_in.h - JSON cut into its members without reading them, so that one that is malformed or huge can be passed by
 * alone. Pure; nothing is copied. */
#ifndef CHANNELS_JSON_IN_H
#define CHANNELS_JSON_IN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_span {
	const char *at;
	size_t len;
};

/* The value of `key` in the object, of whatever kind; false when it isn't there, or what stands before it is no JSON.
 */
bool json_in_member(struct json_span object, const char *key, struct json_span *out);
/* The same along several keys, NULL-ended: json_in_path(sync, &events, "rooms", "join", NULL). */
bool json_in_path(struct json_span object, struct json_span *out, ...) __attribute__((sentinel));
/* The next element of an array: start with *at 0. False at its end, or where it is no JSON any more. */
bool json_in_element(struct json_span array, size_t *at, struct json_span *out);
/* The next member of an object, in the same way. `out_key` is without its quotes, as it stands. */
bool json_in_pair(struct json_span object, size_t *at, struct json_span *out_key, struct json_span *out);
/* What is between a string's quotes, as it stands, into `out`: false for anything else, for escapes, and for what does
 * not fit. For ids and tokens. */
bool json_in_word(struct json_span value, char *out, size_t size);
/* A whole number below 2^52 either way, as long as Telegram's ids are. */
bool json_in_whole(struct json_span value, int64_t *out);
bool json_in_is(struct json_span value, const char *text);

#endif
