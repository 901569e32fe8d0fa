/* err.c - what went wrong, in words. */
#include "util/err.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

int err_set(struct err *e, const char *fmt, ...)
{
	if (e) {
		va_list ap;
		va_start(ap, fmt);
		(void)vsnprintf(e->text, sizeof e->text, fmt, ap); /* cutting is promised */
		va_end(ap);
	}
	return -1;
}

void problems_init(struct problems *p)
{
	*p = (struct problems){0};
}

void problems_done(struct problems *p)
{
	for (size_t i = 0; i < p->n; i++) {
		free(p->list[i].file);
		free(p->list[i].text);
	}
	free(p->list);
	problems_init(p);
}

void problems_add(struct problems *p, const char *file, int line, int column, const char *fmt, ...)
{
	struct err e;
	va_list ap;
	va_start(ap, fmt);
	(void)vsnprintf(e.text, sizeof e.text, fmt, ap); /* longer than this nobody reads */
	va_end(ap);
	mem_room(p->list, p->n, p->cap);
	p->list[p->n++] = (struct problem){
		.file = file ? mem_strdup(file) : NULL,
		.line = line,
		.column = column,
		.text = mem_strdup(e.text),
	};
}

static int by_place(const void *left, const void *right)
{
	const struct problem *const *pa = left, *const *pb = right;
	const struct problem *a = *pa, *b = *pb;
	int order = strcmp(a->file ? a->file : "", b->file ? b->file : "");
	if (order == 0)
		order = (a->line > b->line) - (a->line < b->line);
	if (order == 0)
		order = (a->column > b->column) - (a->column < b->column);
	if (order == 0)
		order = (a > b) - (a < b); /* the order of adding: qsort is not stable */
	return order;
}

static void print_one(const struct problem *p, FILE *out)
{
	if (p->file)
		fputs(p->file, out);
	if (p->line > 0)
		fprintf(out, ":%d", p->line);
	if (p->line > 0 && p->column > 0)
		fprintf(out, ":%d", p->column);
	fprintf(out, "%s%s\n", p->file || p->line > 0 ? ": " : "", p->text);
}

void problems_print(const struct problems *p, FILE *out)
{
	const struct problem **sorted = mem_alloc(p->n, sizeof *sorted);
	for (size_t i = 0; i < p->n; i++)
		sorted[i] = &p->list[i];
	qsort(sorted, p->n, sizeof *sorted, by_place);
	for (size_t i = 0; i < p->n; i++)
		print_one(sorted[i], out);
	free(sorted);
}
