/* config_values.c - one value of the configuration: from its text into its field. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/config.h"
#include "daemon/config_keys.h"
#include "daemon/config_reading.h"
#include "util/arena.h"

enum { MAX_TEXT = 1000 };

void *config_field(struct config_reading *r, const struct config_key *key)
{
	return (char *)r->config + key->offset;
}

static bool read_text(struct config_reading *r, const struct config_key *key, const char *text)
{
	if (strlen(text) > MAX_TEXT)
		return false;
	*(const char **)config_field(r, key) = arena_strdup(r->arena, text);
	return true;
}

static bool read_switch(struct config_reading *r, const struct config_key *key, const char *text)
{
	bool yes = strcmp(text, "true") == 0;

	if (!yes && strcmp(text, "false") != 0)
		return false;
	*(bool *)config_field(r, key) = yes;
	return true;
}

bool config_whole(const char *text, int64_t min, int64_t max, int64_t *out)
{
	const char *digits = text + (*text == '-');

	if (!*digits || digits[strspn(digits, "0123456789")])
		return false;
	errno = 0;
	long long number = strtoll(text, NULL, 10);
	if (errno || number < min || number > max)
		return false;
	*out = number;
	return true;
}

static bool read_number(struct config_reading *r, const struct config_key *key, const char *text)
{
	int64_t number;

	if (!config_whole(text, key->min, key->max, &number))
		return false;
	*(int *)config_field(r, key) = (int)number;
	return true;
}

/* The place of `text` among the words, or -1. */
static int word_at(const struct config_key *key, const char *text)
{
	for (int i = 0; key->words[i]; i++)
		if (strcmp(key->words[i], text) == 0)
			return i;
	return -1;
}

static bool read_word(struct config_reading *r, const struct config_key *key, const char *text)
{
	int at = word_at(key, text);

	if (at < 0)
		return false;
	*(unsigned *)config_field(r, key) = (unsigned)at; /* what GCC and Clang keep an enum without negatives in */
	return true;
}

static bool read_name(struct config_reading *r, const struct config_key *key, const char *text)
{
	return word_at(key, text) >= 0 && read_text(r, key, text);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool read_clock(struct config_reading *r, const struct config_key *key, const char *text)
{
	if (strlen(text) != 5 || !is_digit(text[0]) || !is_digit(text[1]) || text[2] != ':' || !is_digit(text[3]) ||
		!is_digit(text[4]))
		return false;
	int hour = (text[0] - '0') * 10 + text[1] - '0', minute = (text[3] - '0') * 10 + text[4] - '0';
	if (hour > 23 || minute > 59)
		return false;
	*(int *)config_field(r, key) = hour * 60 + minute;
	return true;
}

static bool read_path(struct config_reading *r, const struct config_key *key, const char *text)
{
	if (strlen(text) > MAX_TEXT)
		return false;
	*(const char **)config_field(r, key) =
		*text == '/' ? arena_strdup(r->arena, text) : arena_printf(r->arena, "%s/%s", r->folder, text);
	return true;
}

/* <digits>:<more>, as a token that was written in place of its file's name: later messages would show it. */
static bool looks_like_token(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits > 0 && text[digits] == ':';
}

/* systemd puts what LoadCredential names into a folder of its own. */
static bool read_credential(struct config_reading *r, const struct config_key *key, const char *text)
{
	const char *given = getenv("CREDENTIALS_DIRECTORY");

	if (looks_like_token(text))
		return false;
	if (given && *given && *text != '/') {
		const char *path = arena_printf(r->arena, "%s/%s", given, text);

		if (access(path, F_OK) == 0) {
			*(const char **)config_field(r, key) = path;
			return true;
		}
	}
	return read_path(r, key, text);
}

static bool read_variable(struct config_reading *r, const struct config_key *key, const char *text)
{
	size_t len = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

	return !text[len] && !is_digit(*text) && read_text(r, key, text);
}

/* Is the host in "HOST[:PORT][/...]" this machine? */
static bool is_loopback(const char *host)
{
	static const char *const names[] = {"127.0.0.1", "localhost", "[::1]"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		size_t len = strlen(names[i]);

		if (strncmp(host, names[i], len) == 0 && strchr(":/", host[len])) /* also its end */
			return true;
	}
	return false;
}

static bool read_url(struct config_reading *r, const struct config_key *key, const char *text)
{
	bool safe = strncmp(text, "https://", 8) == 0, plain = strncmp(text, "http://", 7) == 0;
	const char *host = text + (safe ? 8 : 7);
	size_t len = strlen(text);

	/* The token is in the path of each call: never in the clear over a network, no name and password before the host. */
	if ((!safe && !(plain && is_loopback(host))) || !*host || strchr("/:?#", *host) || strpbrk(text, " \t\"<>\\@?#"))
		return false;
	while (text[len - 1] == '/')
		len--;
	*(const char **)config_field(r, key) = arena_strndup(r->arena, text, len);
	return len <= MAX_TEXT;
}

static bool read_url_path(struct config_reading *r, const struct config_key *key, const char *text)
{
	return *text == '/' && !strpbrk(text, " \t\"<>\\?#") && read_text(r, key, text);
}

static bool read_phone(struct config_reading *r, const struct config_key *key, const char *text)
{
	return strpbrk(text, "0123456789") && !text[strspn(text, "0123456789 +-()")] && read_text(r, key, text);
}

static bool read_refused(struct config_reading *r, const struct config_key *key, const char *text)
{
	(void)r, (void)key, (void)text;
	return false;
}

static bool (*const readers[CONFIG_TYPES])(struct config_reading *, const struct config_key *, const char *) = {
	[CONFIG_TEXT] = read_text,
	[CONFIG_SWITCH] = read_switch,
	[CONFIG_NUMBER] = read_number,
	[CONFIG_WORD] = read_word,
	[CONFIG_NAME] = read_name,
	[CONFIG_CLOCK] = read_clock,
	[CONFIG_PATH] = read_path,
	[CONFIG_CREDENTIAL] = read_credential,
	[CONFIG_VARIABLE] = read_variable,
	[CONFIG_URL] = read_url,
	[CONFIG_URL_PATH] = read_url_path,
	[CONFIG_PHONE] = read_phone,
	[CONFIG_IDS] = NULL, /* a list: config.c reads it */
	[CONFIG_TEXTS] = NULL,
	[CONFIG_REFUSED] = read_refused,
};

bool config_value_read(struct config_reading *r, const struct config_key *key, const char *text)
{
	assert(readers[key->type]);
	return readers[key->type](r, key, text);
}
