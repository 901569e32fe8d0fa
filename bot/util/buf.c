/* buf.c - a growing string with a ceiling. */
#include "util/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

enum { SMALLEST = 256 };

void buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){.max = max};
}

void buf_done(struct buf *b)
{
	free(b->data);
	*b = (struct buf){.max = b->max};
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	b->full = false;
	if (b->data)
		b->data[0] = '\0';
}

/* Makes room for `more` bytes and the NUL, or says that the ceiling is reached. */
static bool reserve(struct buf *b, size_t more)
{
	assert(b->len <= b->max);
	if (more > b->max - b->len) {
		b->full = true;
		return false;
	}
	size_t need = b->len + more + 1;
	if (need > b->cap) {
		size_t cap = b->cap ? b->cap * 2 : SMALLEST;
		b->cap = cap > need ? cap : need;
		b->data = mem_grow(b->data, b->cap, 1);
	}
	return true;
}

void buf_add(struct buf *b, const char *bytes, size_t len)
{
	if (!reserve(b, len))
		return;
	if (len > 0)
		memcpy(b->data + b->len, bytes, len);
	b->len += len;
	b->data[b->len] = '\0';
}

void buf_adds(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_addc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
	size_t room = b->data ? b->cap - b->len : 0;
	va_list ap, again;
	va_start(ap, fmt);
	va_copy(again, ap);
	int len = vsnprintf(room ? b->data + b->len : NULL, room, fmt, ap); /* into what is free: mostly it fits */
	va_end(ap);
	assert(len >= 0);
	bool fits = (size_t)len < room && (size_t)len <= b->max - b->len;
	if (room && !fits)
		b->data[b->len] = '\0';
	if (!fits && reserve(b, (size_t)len)) {
		(void)vsnprintf(b->data + b->len, (size_t)len + 1, fmt, again); /* the length was just measured */
		fits = true;
	}
	if (fits)
		b->len += (size_t)len;
	va_end(again);
}

const char *buf_str(const struct buf *b)
{
	return b->data ? b->data : "";
}
