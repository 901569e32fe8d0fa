/* sent.c - the requests that were sent last: a ring in a mapped file. */
#include "daemon/sent.h"

#include <stdlib.h>

#include "daemon/mapped.h"
#include "util/mem.h"

struct ring {
	uint64_t next; /* counts on; its remainder is the place */
	struct {
		int64_t id, created_ms;
	} last[SENT_MAX];
};

struct sent {
	struct ring *ring;
};

struct sent *sent_open(const char *path, struct err *err)
{
	struct ring *ring = mapped_open(path, sizeof *ring, err);
	struct sent *s;

	if (!ring)
		return NULL;
	s = mem_alloc(1, sizeof *s);
	s->ring = ring;
	return s;
}

void sent_close(struct sent *s)
{
	if (!s)
		return;
	mapped_close(s->ring, sizeof *s->ring);
	free(s);
}

void sent_add(struct sent *s, int64_t id, int64_t created_ms)
{
	struct ring *r = s->ring;

	r->last[r->next % SENT_MAX].id = id;
	r->last[r->next % SENT_MAX].created_ms = created_ms;
	r->next++;
}

bool sent_has(const struct sent *s, int64_t id, int64_t created_ms)
{
	for (size_t i = 0; i < SENT_MAX; i++)
		if (s->ring->last[i].id == id && s->ring->last[i].created_ms == created_ms)
			return true;
	return false;
}
