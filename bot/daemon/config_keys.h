/* config_keys.h - the one table of what can be configured. The reader, `soleus check --keys`, the example and the
 * documentation are made from it or held against it. */
#ifndef DAEMON_CONFIG_KEYS_H
#define DAEMON_CONFIG_KEYS_H

#include <stddef.h>
#include <stdio.h>

enum config_type {
	CONFIG_TEXT,
	CONFIG_SWITCH, /* true or false */
	CONFIG_NUMBER, /* whole, from min to max */
	CONFIG_WORD, /* one of `words`; its index goes into an enum */
	CONFIG_NAME, /* one of `words`, kept as text */
	CONFIG_CLOCK, /* "HH:MM", kept as minutes of the day */
	CONFIG_PATH, /* of a file or folder */
	CONFIG_CREDENTIAL, /* of a file that holds a secret */
	CONFIG_VARIABLE, /* name of an environment variable that holds a secret */
	CONFIG_URL, /* https, or http to this machine; without a slash at the end */
	CONFIG_URL_PATH, /* begins with a slash */
	CONFIG_PHONE,
	CONFIG_IDS, /* a list of whole numbers */
	CONFIG_TEXTS, /* a list of texts */
	CONFIG_REFUSED, /* must not be there: `help` says what to do instead */
	CONFIG_TYPES
};

struct config_key {
	const char *name; /* with dots: "telegram.poll_timeout_s" */
	enum config_type type;
	size_t offset; /* into struct config */
	const char *otherwise; /* the default, as it would be written; NULL: not set */
	int min, max; /* CONFIG_NUMBER */
	const char *const *words; /* CONFIG_WORD and CONFIG_NAME; NULL-ended, in the order of the enum */
	const char *help; /* for one line; says what happens where there is no default */
};

/* All of them, in the order of the documentation. */
const struct config_key *config_keys(size_t *out_n);
/* The place of the key with that name in the table, or -1. */
int config_key_find(const char *name);
/* What a value of that key must be: "a whole number from 1 to 50". Fills `text`. */
void config_key_wants(const struct config_key *key, char *text, size_t size);
/* The table for people: name, what it must be, default and help. */
void config_keys_print(FILE *out);

#endif
