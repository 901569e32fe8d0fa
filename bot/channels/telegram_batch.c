/* telegram_batch.c - finds where values begin and end: only strings and brackets matter for that. */
#include "channels/telegram_batch.h"

#include <string.h>

enum { LONGEST_DIGITS = 16 };

static size_t skip_blanks(struct telegram_span s, size_t at)
{
	while (at < s.len && memchr(" \t\r\n", s.at[at], 4))
		at++;
	return at;
}

/* Behind the string that opens at `at`; the end of all when it doesn't close. */
static size_t skip_string(struct telegram_span s, size_t at)
{
	for (at++; at < s.len && s.at[at] != '"'; at++)
		at += s.at[at] == '\\';
	return at < s.len ? at + 1 : s.len;
}

static size_t skip_brackets(struct telegram_span s, size_t at)
{
	size_t depth = 0;

	do {
		char c = s.at[at];

		depth += c == '{' || c == '[';
		depth -= c == '}' || c == ']';
		at = c == '"' ? skip_string(s, at) : at + 1;
	} while (depth && at < s.len);
	return at;
}

/* Behind the value that begins at `at`; `at` itself where none begins. */
static size_t skip_value(struct telegram_span s, size_t at)
{
	if (at == s.len)
		return at;
	if (s.at[at] == '"')
		return skip_string(s, at);
	if (s.at[at] == '{' || s.at[at] == '[')
		return skip_brackets(s, at);
	while (at < s.len && !memchr(",:]} \t\r\n\"", s.at[at], 9))
		at++;
	return at;
}

/* Takes the value at *at and the blanks around it. */
static bool take_value(struct telegram_span s, size_t *at, struct telegram_span *out)
{
	size_t from = skip_blanks(s, *at), end = skip_value(s, from);

	if (end == from)
		return false;
	*out = (struct telegram_span){s.at + from, end - from};
	*at = skip_blanks(s, end);
	return true;
}

static bool take_char(struct telegram_span s, size_t *at, char c)
{
	if (*at >= s.len || s.at[*at] != c)
		return false;
	++*at;
	return true;
}

bool telegram_member(struct telegram_span object, const char *key, struct telegram_span *out)
{
	size_t at = skip_blanks(object, 0), len = strlen(key);
	struct telegram_span name, value;

	if (!take_char(object, &at, '{'))
		return false;
	do {
		if (!take_value(object, &at, &name) || !take_char(object, &at, ':') || !take_value(object, &at, &value))
			return false;
		if (name.len == len + 2 && !memcmp(name.at + 1, key, len)) {
			*out = value;
			return true;
		}
	} while (take_char(object, &at, ','));
	return false;
}

bool telegram_element(struct telegram_span array, size_t *at, struct telegram_span *out)
{
	if (*at == 0) {
		size_t first = skip_blanks(array, 0);

		if (!take_char(array, &first, '['))
			return false;
		*at = first;
	} else if (!take_char(array, at, ',')) {
		return false;
	}
	return take_value(array, at, out);
}

bool telegram_whole(struct telegram_span value, int64_t *out)
{
	bool minus = value.len && value.at[0] == '-';
	int64_t n = 0;

	if (value.len == (size_t)minus || value.len - minus > LONGEST_DIGITS)
		return false;
	for (size_t i = minus; i < value.len; i++) {
		if (value.at[i] < '0' || value.at[i] > '9')
			return false;
		n = n * 10 + (value.at[i] - '0');
	}
	if (n >= (int64_t)1 << 52)
		return false;
	*out = minus ? -n : n;
	return true;
}
