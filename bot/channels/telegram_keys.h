/* telegram_keys.h - buttons under a message, and what a press means.
 *
 * What a button carries (at most 64 bytes) is `<kind><turn>.<choice>`, in groups with `@<person>` behind it: nobody
 * answers for somebody else. Where several choices may be picked, each press ticks or unticks one line and a last
 * button sends them. The ticks are kept in the message itself: Telegram shows it to us with each press, and we edit its
 * buttons, so that they outlive us. All memory is the arena's. */
#ifndef CHANNELS_TELEGRAM_KEYS_H
#define CHANNELS_TELEGRAM_KEYS_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct buf;
struct cJSON;
struct outgoing;

enum { TELEGRAM_MAX_KEYS = 100, TELEGRAM_MAX_DATA = 64 };

enum telegram_press_kind {
	TELEGRAM_PICK = 'p', /* a whole answer */
	TELEGRAM_TICK = 'o', /* a line that is not ticked yet */
	TELEGRAM_UNTICK = 'x', /* a line that is ticked */
	TELEGRAM_DONE = 'd', /* sends what is ticked */
};

struct telegram_press {
	enum telegram_press_kind kind;
	unsigned turn;
	const char *choice; /* "" with TELEGRAM_DONE */
	const char *person; /* whose button it is; "" for anybody's */
};

struct telegram_key {
	const char *text;
	const char *data, *url; /* one of them, the other NULL */
	bool ends_row;
};

struct telegram_keys {
	struct telegram_key *list;
	size_t n;
};

/* What was pressed; false for data that we never made. */
bool telegram_press_read(const char *data, struct arena *arena, struct telegram_press *out);

/* The buttons of `o`, laid out for a phone: short labels side by side, long ones one below the other.
 * `url` (NULL: none) leads the last one away. False when a choice doesn't fit into a button: then none is shown for any
 * choice. */
bool telegram_keys_lay(const struct outgoing *o, const char *url, struct arena *arena, struct telegram_keys *out);
/* Those of a message as Telegram shows it; none when there are no such. */
void telegram_keys_read(const struct cJSON *reply_markup, struct arena *arena, struct telegram_keys *out);
/* Ticks or unticks the line; false when there is no such line. */
bool telegram_keys_tick(struct telegram_keys *keys, struct arena *arena, const char *choice, bool on);
/* The choices that are ticked, at most `max`. */
size_t telegram_keys_ticked(const struct telegram_keys *keys, struct arena *arena, const char **out, size_t max);
/* An InlineKeyboardMarkup. */
void telegram_keys_print(const struct telegram_keys *keys, struct buf *out);

#endif
