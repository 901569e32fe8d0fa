/* config_reading.h - a configuration while it is read: for config.c and config_rules.c only. */
#ifndef DAEMON_CONFIG_READING_H
#define DAEMON_CONFIG_READING_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct config;
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

/* Adds a problem for what does not fit together. */
void config_rules(struct config_reading *r);

#endif
