/* json_out.c - only what must be escaped is: quotes, backslashes and control characters (RFC 8259, section 7). */
#include "util/json_out.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "util/buf.h"

#define MAX_WHOLE 9007199254740992.0 /* every whole number up to here has its own double */

static bool is_plain(char c)
{
	return (unsigned char)c >= 0x20 && c != '"' && c != '\\';
}

static void add_escaped(struct buf *b, char c)
{
	if (c == '\n')
		buf_adds(b, "\\n");
	else if ((unsigned char)c < 0x20)
		buf_addf(b, "\\u%04x", (unsigned)c);
	else
		buf_addf(b, "\\%c", c);
}

void json_out_string(struct buf *b, const char *s, size_t len)
{
	buf_addc(b, '"');
	for (size_t at = 0; at < len;) {
		size_t from = at;

		while (at < len && is_plain(s[at]))
			at++;
		buf_add(b, s + from, at - from);
		if (at < len)
			add_escaped(b, s[at++]);
	}
	buf_addc(b, '"');
}

void json_out_item(struct buf *b)
{
	if (b->len && !strchr("{[", b->data[b->len - 1]))
		buf_addc(b, ',');
}

/* Numbers are written for every message: without printf. */
void json_out_int(struct buf *b, int64_t value)
{
	char digits[24];
	size_t at = sizeof digits;
	uint64_t left = value < 0 ? -(uint64_t)value : (uint64_t)value;

	do
		digits[--at] = (char)('0' + left % 10);
	while (left /= 10);
	if (value < 0)
		digits[--at] = '-';
	buf_add(b, digits + at, sizeof digits - at);
}

void json_out_number(struct buf *b, double value)
{
	if (value == floor(value) && fabs(value) < MAX_WHOLE)
		json_out_int(b, (int64_t)value);
	else
		buf_addf(b, "%.17g", value);
}

void json_out_key(struct buf *b, const char *key)
{
	json_out_item(b);
	json_out_string(b, key, strlen(key));
	buf_addc(b, ':');
}

void json_out_text(struct buf *b, const char *key, const char *value)
{
	json_out_key(b, key);
	json_out_string(b, value, strlen(value));
}

void json_out_raw(struct buf *b, const char *key, const char *value)
{
	json_out_key(b, key);
	buf_adds(b, value);
}
