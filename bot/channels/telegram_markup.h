/* telegram_markup.h - the light markup of the wording (**bold**, lines that begin with "- ") taken apart, cut into
 * parts that fit a message, and written as Telegram's HTML. Pure. */
#ifndef CHANNELS_TELEGRAM_MARKUP_H
#define CHANNELS_TELEGRAM_MARKUP_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct buf;

struct telegram_bold {
	size_t from, to; /* bytes of the text */
};

struct telegram_markup {
	const char *text; /* as it is seen */
	size_t len;
	const struct telegram_bold *bold; /* in order, apart from each other */
	size_t n_bold;
};

void telegram_markup_read(const char *source, struct arena *arena, struct telegram_markup *out);
/* The part that begins at `at`, and where the next one begins: text without white space at its ends, of at most `units`
 * units. False when nothing but white space is left. Bold that is cut goes on in the next part. */
bool telegram_markup_part(const struct telegram_markup *m, size_t *at, size_t units, struct arena *arena,
	struct telegram_markup *out);
/* With what HTML takes as its own escaped. At most `most_bold` places are set off. */
void telegram_markup_html(const struct telegram_markup *m, size_t most_bold, struct buf *out);

#endif
