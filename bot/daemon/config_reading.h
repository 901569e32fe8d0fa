/* config_reading.h - a configuration while it is read: for the files of config.h only. */
#ifndef DAEMON_CONFIG_READING_H
#define DAEMON_CONFIG_READING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct config;
struct config_key;
struct problems;
struct yaml;
struct yaml_file;

enum { CONFIG_MAX_KEYS = 128 };
#define CONFIG_MAX_ID (INT64_C(1) << 52) /* ids of chats have up to 52 bits */

struct config_reading {
	struct config *config;
	struct arena *arena; /* of the configuration */
	const struct yaml_file *file;
	struct problems *problems;
	const char *folder; /* of the file */
	const struct yaml *given[CONFIG_MAX_KEYS]; /* the value of each key in the file, or NULL */
};

/* Where a key's value goes. */
void *config_field(struct config_reading *r, const struct config_key *key);
/* Puts what `text`, which is not empty, says into the key's field; false when it is nothing of that type. Not for lists. */
bool config_value_read(struct config_reading *r, const struct config_key *key, const char *text);
/* A whole decimal number within limits. */
bool config_whole(const char *text, int64_t min, int64_t max, int64_t *out);

/* Adds a problem for what does not fit together. */
void config_rules(struct config_reading *r);

#endif
