/* chunked.c - a state machine over bytes.
 *
 *   SIZE -> (EXTENSION ->) SIZE_LF -> DATA -> DATA_CR -> DATA_LF -> SIZE ...
 *                                  \-> (size 0) TRAILER <-> TRAILER_LINE -> END_LF, done
 */
#include "net/chunked.h"

#include <ctype.h>

#include "util/buf.h"

enum { MAX_LINE = 4096, MAX_DIGITS = 8 };

enum state {
	SIZE,
	EXTENSION,
	SIZE_LF,
	DATA,
	DATA_CR,
	DATA_LF,
	TRAILER, /* at the start of a line */
	TRAILER_LINE,
	END_LF,
	END,
	BAD,
};

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static enum state after_size(struct chunked *c, char byte)
{
	int digit = hex_value(byte);
	if (digit >= 0 && c->line <= MAX_DIGITS) {
		c->left = c->left * 16 + (unsigned)digit;
		return SIZE;
	}
	if (c->line == 1) /* no digit at all */
		return BAD;
	if (byte == '\r')
		return SIZE_LF;
	return byte == ';' || byte == ' ' || byte == '\t' ? EXTENSION : BAD;
}

static enum state after_size_line(struct chunked *c)
{
	c->line = 0;
	return c->left > 0 ? DATA : TRAILER;
}

/* All states but DATA, which is taken in one go. */
static enum state step(struct chunked *c, char byte)
{
	if (++c->line > MAX_LINE)
		return BAD;
	switch ((enum state)c->state) {
	case SIZE:
		return after_size(c, byte);
	case EXTENSION:
		return byte == '\r' ? SIZE_LF : byte == '\n' ? BAD : EXTENSION;
	case SIZE_LF:
		return byte == '\n' ? after_size_line(c) : BAD;
	case DATA_CR:
		return byte == '\r' ? DATA_LF : BAD;
	case DATA_LF:
		c->line = 0;
		return byte == '\n' ? SIZE : BAD;
	case TRAILER:
		return byte == '\r' ? END_LF : byte == '\n' ? BAD : TRAILER_LINE;
	case TRAILER_LINE:
		return byte == '\n' ? TRAILER : TRAILER_LINE; /* the line count runs on: a ceiling for all of them */
	case END_LF:
		return byte == '\n' ? END : BAD;
	case DATA:
	case END:
	case BAD:
		break;
	}
	return BAD;
}

enum chunked_result chunked_feed(struct chunked *c, const char *bytes, size_t len, struct buf *out, size_t *out_used)
{
	size_t at = 0;
	while (at < len && c->state != END && c->state != BAD) {
		if (c->state != DATA) {
			c->state = step(c, bytes[at++]);
			continue;
		}
		size_t part = len - at < c->left ? len - at : (size_t)c->left;
		buf_add(out, bytes + at, part);
		at += part;
		c->left -= part;
		if (c->left == 0)
			c->state = DATA_CR;
	}
	*out_used = at;
	return c->state == END ? CHUNKED_DONE : c->state == BAD ? CHUNKED_BAD : CHUNKED_MORE;
}
