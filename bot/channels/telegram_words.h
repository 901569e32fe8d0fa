/* telegram_words.h - the words of a message: commands, our own name, what is only quoted. Pure. */
#ifndef CHANNELS_TELEGRAM_WORDS_H
#define CHANNELS_TELEGRAM_WORDS_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct cJSON;

struct telegram_command {
	const char *name; /* in lower case, without the slash */
	const char *bot; /* "" when no bot is named */
	const char *args; /* the rest, trimmed */
};

/* "/name", "/name rest", "/name@bot rest"; false when the text is none of these. */
bool telegram_words_command(const char *text, struct arena *arena, struct telegram_command *out);

struct telegram_words {
	const char *own; /* without our name and without quotes, trimmed */
	bool names_us;
	bool all_quoted; /* nothing of it is the writer's own */
};

/* `entities` is Telegram's list of what is special in the text, or NULL; offsets in it are taken with care. */
void telegram_words_read(const char *text, const struct cJSON *entities, int64_t self, const char *username,
	struct arena *arena, struct telegram_words *out);

#endif
