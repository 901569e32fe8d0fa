/* guard.c - keeps one bad message from killing the daemon for ever. */
#include "daemon/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "util/err.h"
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

static struct page *map(const char *path, struct err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	struct page *p = MAP_FAILED;

	if (fd >= 0 && ftruncate(fd, sizeof *p) == 0)
		p = mmap(NULL, sizeof *p, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		err_set(err, "%s: %s", path, strerror(errno));
	if (fd >= 0)
		(void)close(fd); /* the mapping stays */
	return p == MAP_FAILED ? NULL : p;
}

struct guard *guard_open(const char *path, struct err *err)
{
	struct page *p = map(path, err);
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
	(void)munmap(g->page, sizeof *g->page);
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
