/* buf.h - a growing string with a ceiling. Always ends in NUL; `len` does not count it. */
#ifndef UTIL_BUF_H
#define UTIL_BUF_H

#include <stdbool.h>
#include <stddef.h>

struct buf {
	char *data; /* NULL until something is added; see buf_str */
	size_t len, cap, max;
	bool full; /* something was left out because `max` was reached */
};

/* `max` is the most bytes it may hold. */
void buf_init(struct buf *b, size_t max);
void buf_done(struct buf *b);
void buf_clear(struct buf *b);
/* Add whole or not at all; when `max` would be passed nothing is added and `full` is set. */
void buf_add(struct buf *b, const char *bytes, size_t len);
void buf_adds(struct buf *b, const char *s);
void buf_addc(struct buf *b, char c);
void buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Borrows: "" when nothing was added. */
const char *buf_str(const struct buf *b);

#endif
