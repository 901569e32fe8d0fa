/* json_in.c - finds where values begin and end: only strings and brackets matter for that. */
#include "channels/json_in.h"

#include <stdarg.h>
#include <string.h>

enum { LONGEST_DIGITS = 16 };

static size_t skip_blanks(struct json_span s, size_t at)
{
	while (at < s.len && memchr(" \t\r\n", s.at[at], 4))
		at++;
	return at;
}

/* Behind the string that opens at `at`; the end of all when it doesn't close. */
static size_t skip_string(struct json_span s, size_t at)
{
	for (at++; at < s.len && s.at[at] != '"'; at++)
		at += s.at[at] == '\\';
	return at < s.len ? at + 1 : s.len;
}

static size_t skip_brackets(struct json_span s, size_t at)
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
static size_t skip_value(struct json_span s, size_t at)
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
static bool take_value(struct json_span s, size_t *at, struct json_span *out)
{
	size_t from = skip_blanks(s, *at), end = skip_value(s, from);

	if (end == from)
		return false;
	*out = (struct json_span){s.at + from, end - from};
	*at = skip_blanks(s, end);
	return true;
}

static bool take_char(struct json_span s, size_t *at, char c)
{
	if (*at >= s.len || s.at[*at] != c)
		return false;
	++*at;
	return true;
}

/* Takes `"key": value`. */
static bool take_pair(struct json_span object, size_t *at, struct json_span *key, struct json_span *value)
{
	return take_value(object, at, key) && take_char(object, at, ':') && take_value(object, at, value);
}

bool json_in_member(struct json_span object, const char *key, struct json_span *out)
{
	size_t at = 0, len = strlen(key);
	struct json_span name, value;

	while (json_in_pair(object, &at, &name, &value))
		if (name.len == len && !memcmp(name.at, key, len)) {
			*out = value;
			return true;
		}
	return false;
}

bool json_in_path(struct json_span object, struct json_span *out, ...)
{
	va_list keys;
	const char *key;
	bool found = true;

	va_start(keys, out);
	while (found && (key = va_arg(keys, const char *)))
		found = json_in_member(object, key, &object);
	va_end(keys);
	if (found)
		*out = object;
	return found;
}

/* Behind the bracket that opens, or the comma before the next. */
static bool go_on(struct json_span s, size_t *at, char bracket)
{
	size_t first;

	if (*at)
		return take_char(s, at, ',');
	first = skip_blanks(s, 0);
	if (!take_char(s, &first, bracket))
		return false;
	*at = first;
	return true;
}

bool json_in_element(struct json_span array, size_t *at, struct json_span *out)
{
	return go_on(array, at, '[') && take_value(array, at, out);
}

bool json_in_pair(struct json_span object, size_t *at, struct json_span *out_key, struct json_span *out)
{
	struct json_span key;

	if (!go_on(object, at, '{') || !take_pair(object, at, &key, out) || key.len < 2 || key.at[0] != '"')
		return false;
	*out_key = (struct json_span){key.at + 1, key.len - 2};
	return true;
}

bool json_in_word(struct json_span value, char *out, size_t size)
{
	if (value.len < 2 || value.at[0] != '"' || value.len - 2 >= size || memchr(value.at, '\\', value.len))
		return false;
	memcpy(out, value.at + 1, value.len - 2);
	out[value.len - 2] = '\0';
	return true;
}

bool json_in_is(struct json_span value, const char *text)
{
	return value.len == strlen(text) && !memcmp(value.at, text, value.len);
}

bool json_in_whole(struct json_span value, int64_t *out)
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
