/* matrix_crypt_save.c - the locker's changes on their way to the disk: one write at a time, with all that has changed until it
 * begins. */
#include <stdlib.h>

#include "channels/channel.h"
#include "channels/matrix_crypt_parts.h"
#include "channels/matrix_parts.h"
#include "crypto/locker.h"
#include "net/loop.h"
#include "util/arena.h"
#include "util/mem.h"

enum { MOST_AT_ONCE = 4000 /* rows of one write */ };

struct matrix_saving {
	struct matrix_saving *next;
	void (*saved)(void *ctx, bool ok); /* NULL: cancelled, or nobody wants to know */
	void *ctx;
};

/* Outlives us, as the answer may come late. */
struct keeping {
	struct matrix_crypt *crypt; /* NULL: gone */
};

static void tell_all(struct matrix_saving *s, bool ok)
{
	while (s) {
		struct matrix_saving *next = s->next;

		if (s->saved)
			s->saved(s->ctx, ok);
		free(s);
		s = next;
	}
}

static void forget_all(struct matrix_saving *s)
{
	while (s) {
		struct matrix_saving *next = s->next;

		free(s);
		s = next;
	}
}

static void on_kept(void *ctx, bool ok)
{
	struct keeping *k = ctx;
	struct matrix_crypt *c = k->crypt;
	struct matrix_saving *written;

	free(k);
	if (!c)
		return;
	c->keeping = NULL;
	written = c->written;
	c->written = NULL;
	locker_written(c->locker, ok);
	if (ok && c->cut && written) { /* there was more than goes at once: all of it first */
		struct matrix_saving **end = &written;

		while (*end)
			end = &(*end)->next;
		*end = c->savers;
		c->savers = written;
		written = NULL;
	}
	if (c->savers)
		timer_start(c->flush, 0);
	tell_all(written, ok);
}

/* All that wants to be on disk in this turn of the loop goes in one write. */
static void on_flush(void *ctx)
{
	struct matrix_crypt *c = ctx;
	const struct channel_sink *sink = &c->parts->channel->env.sink;
	struct arena *arena;
	struct locker_row *rows;
	struct channel_kept *list;
	size_t n;

	if (c->keeping)
		return;
	c->written = c->savers;
	c->savers = NULL;
	if (!locker_changed(c->locker)) {
		struct matrix_saving *written = c->written;

		c->written = NULL;
		tell_all(written, true);
		return;
	}
	arena = arena_new();
	n = locker_changes(c->locker, MOST_AT_ONCE, arena, &rows);
	c->cut = n == MOST_AT_ONCE;
	list = arena_alloc(arena, n, sizeof *list);
	for (size_t i = 0; i < n; i++)
		list[i] = (struct channel_kept){rows[i].kind, rows[i].id, rows[i].value};
	c->keeping = mem_alloc(1, sizeof *c->keeping);
	c->keeping->crypt = c;
	sink->keep(sink->ctx, c->parts->channel, list, n, on_kept, c->keeping);
	arena_free(arena);
}

struct matrix_saving *matrix_crypt_save(struct matrix_crypt *c, void (*saved)(void *ctx, bool ok), void *ctx)
{
	struct matrix_saving *s = mem_alloc(1, sizeof *s);

	*s = (struct matrix_saving){.next = c->savers, .saved = saved, .ctx = ctx};
	c->savers = s;
	timer_start(c->flush, 0);
	return s;
}

void matrix_saving_cancel(struct matrix_saving *s)
{
	if (s)
		s->saved = NULL;
}

/* ---- life ---- */

void matrix_crypt_save_begin(struct matrix_crypt *c)
{
	c->flush = timer_new(c->parts->channel->env.loop, on_flush, c);
}

void matrix_crypt_save_free(struct matrix_crypt *c)
{
	if (c->keeping)
		c->keeping->crypt = NULL;
	forget_all(c->savers);
	forget_all(c->written);
	timer_free(c->flush);
}
