/* err.h - what went wrong, in words: one reason (struct err), or everything wrong with a set of files (struct problems). */
#ifndef UTIL_ERR_H
#define UTIL_ERR_H

#include <stddef.h>
#include <stdio.h>

struct err {
	char text[512];
};

/* `e` may be NULL. Always returns -1, so that `return err_set(...)` reads well. Cuts what does not fit. */
int err_set(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

struct problem {
	char *file; /* as given, relative to the data directory where it can be */
	int line, column; /* from 1; 0 where there is none */
	char *text;
};

struct problems {
	struct problem *list;
	size_t n, cap;
};

void problems_init(struct problems *p);
void problems_done(struct problems *p);
void problems_add(struct problems *p, const char *file, int line, int column, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
/* Sorted by file, line and column; one "file:line:column: text" a line. */
void problems_print(const struct problems *p, FILE *out);

#endif
