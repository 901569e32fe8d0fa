/* json_out.c - only what must be escaped is: quotes, backslashes and control characters (RFC 8259, section 7). */
#include "channels/json_out.h"

#include <stdbool.h>
#include <string.h>

#include "util/buf.h"

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

void json_out_key(struct buf *b, const char *key)
{
	if (b->len && !strchr("{[", b->data[b->len - 1]))
		buf_addc(b, ',');
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
