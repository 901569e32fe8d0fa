/* guard.c - keeps one bad message from killing the daemon for ever. */
#include "daemon/guard.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/mapped.h"
#include "util/mem.h"

enum { NAME_BYTES = 128, SUSPECTS = 8 };

/* As it lies in the file. Written by plain stores: the page is the kernel's, so it stays when we go. */
struct page {
	char working[NAME_BYTES]; /* "" when nothing is */
	struct suspect {
		char event[NAME_BYTES];
		int deaths;
	} suspects[SUSPECTS]; /* the newest first */
};

struct guard {
	struct page *page;
};

static void blame(struct page *p, const char *event)
{
	struct suspect s = {.deaths = 0};
	size_t i = 0;

	while (i < SUSPECTS - 1 && strcmp(p->suspects[i].event, event) != 0)
		i++;
	if (strcmp(p->suspects[i].event, event) == 0)
		s = p->suspects[i];
	memcpy(s.event, event, strnlen(event, NAME_BYTES - 1));
	s.deaths++;
	memmove(p->suspects + 1, p->suspects, i * sizeof s);
	p->suspects[0] = s;
}

/* Whatever a torn or foreign file holds, texts end. */
static void mend(struct page *p)
{
	p->working[NAME_BYTES - 1] = '\0';
	for (size_t i = 0; i < SUSPECTS; i++)
		p->suspects[i].event[NAME_BYTES - 1] = '\0';
}

struct guard *guard_open(const char *path, struct err *err)
{
	struct page *p = mapped_open(path, sizeof *p, err);
	struct guard *g;

	if (!p)
		return NULL;
	g = mem_alloc(1, sizeof *g);
	g->page = p;
	mend(p);
	if (*p->working) {
		char event[NAME_BYTES];

		memcpy(event, p->working, sizeof event);
		blame(p, event);
		*p->working = '\0';
	}
	return g;
}

void guard_close(struct guard *g)
{
	if (!g)
		return;
	mapped_close(g->page, sizeof *g->page);
	free(g);
}

bool guard_enter(struct guard *g, const char *event)
{
	size_t len = strnlen(event, NAME_BYTES - 1);

	for (size_t i = 0; i < SUSPECTS; i++)
		if (g->page->suspects[i].deaths >= GUARD_MAX_DEATHS &&
			strncmp(g->page->suspects[i].event, event, NAME_BYTES - 1) == 0)
			return false;
	memcpy(g->page->working, event, len);
	g->page->working[len] = '\0';
	return true;
}

void guard_leave(struct guard *g)
{
	g->page->working[0] = '\0';
}
