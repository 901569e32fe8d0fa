/* log.h - one event, one line: `level event key=value ...`. For the daemon, the channels and the CLI; the layers below
 * them return what went wrong instead. No line may hold a secret, what a person wrote, or a raw user id. */
#ifndef UTIL_LOG_H
#define UTIL_LOG_H

#include <stdbool.h>
#include <stdio.h>

struct redactor;

enum log_level {
	LOG_LEVEL_ERROR, /* someone must act */
	LOG_LEVEL_WARN, /* degraded but going on, and the text says so */
	LOG_LEVEL_NOTICE, /* start, stop, reload */
	LOG_LEVEL_INFO, /* one line per handled message, without its content */
	LOG_LEVEL_DEBUG,
};

enum { LOG_MAX_LINE = 4096 }; /* a field that would pass it is left out, and the line ends in cut=1 */

struct log {
	FILE *out; /* borrowed; NULL logs nothing */
	enum log_level most; /* what is chattier is left out */
	bool journal; /* systemd's "<3>" in front instead of the level's name */
	const struct redactor *hide; /* borrowed; what it knows shows as "***" in every line; NULL: nothing */
};

/* A value is a text, or where that is NULL a number. Make them with LOG_TEXT and LOG_NUMBER. */
struct log_field {
	const char *key, *text;
	long long number;
};

#define LOG_TEXT(key_, text_) {.key = (key_), .text = (text_)}
#define LOG_NUMBER(key_, number_) {.key = (key_), .number = (number_)}
#define LOG_FIELDS(...) ((const struct log_field[]){__VA_ARGS__, {.key = NULL}})

/* To standard error, up to `most`; marked for the journal when standard error leads there. */
void log_init(struct log *l, enum log_level most);

/* `event` and the keys are words from the code, never from outside; texts are quoted and escaped. `fields` may be NULL.
 * log_event(l, LOG_LEVEL_WARN, "poll failed", LOG_FIELDS(LOG_NUMBER("status", 429), LOG_TEXT("why", err.text))); */
void log_event(const struct log *l, enum log_level level, const char *event, const struct log_field *fields);

/* "error" to "debug" into *out; false for any other name. */
bool log_level_parse(const char *name, enum log_level *out);

#endif
