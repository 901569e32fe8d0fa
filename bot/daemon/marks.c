/* marks.c - what came of the rows of an outbox, on its way to the store. */
#include "daemon/marks.h"

#include <stdlib.h>
#include <string.h>

#include "net/loop.h"
#include "util/err.h"
#include "util/log.h"
#include "util/mem.h"

enum {
	TRY_AGAIN_MS = 1000,
	WAIT_MS = 20, /* for a commit to go with: what was sent is known without (sent.h), should the program end before */
	MANY = 256, /* wait no longer */
};

struct mark {
	enum { MARK_DONE, MARK_RETRY, MARK_SHOWN } kind;
	int64_t id, not_before_ms;
	char *channel, *room, *thread, *person, *ref; /* MARK_SHOWN */
};

struct list {
	struct mark *marks;
	size_t n, cap;
};

struct marks {
	struct store *store;
	const struct log *log;
	struct timer *timer; /* gathers those of one turn of the loop, and waits after a failure */
	void (*written)(void *ctx, int64_t id);
	void (*idle)(void *ctx);
	void *ctx;
	struct list gathering, writing;
	bool under_way, joined; /* the commit is our own, or another's */
};

static void list_clear(struct list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->marks[i].channel);
		free(l->marks[i].room);
		free(l->marks[i].thread);
		free(l->marks[i].person);
		free(l->marks[i].ref);
	}
	l->n = 0;
}

static void into_batch(struct store_batch *b, const struct mark *m)
{
	struct store_key key = {m->channel, m->room, m->thread, m->person};

	switch (m->kind) {
	case MARK_DONE:
		store_batch_out_done(b, m->id);
		break;
	case MARK_RETRY:
		store_batch_out_retry(b, m->id, m->not_before_ms);
		break;
	case MARK_SHOWN:
		store_batch_shown(b, &key, m->ref);
		break;
	}
}

static void write_marks(struct marks *m);

static void settle(struct marks *m, bool written)
{
	m->under_way = m->joined = false;
	if (!written) {
		timer_start(m->timer, TRY_AGAIN_MS);
		return;
	}
	for (size_t i = 0; i < m->writing.n; i++)
		if (m->writing.marks[i].kind == MARK_DONE)
			m->written(m->ctx, m->writing.marks[i].id);
	list_clear(&m->writing);
	if (m->gathering.n)
		timer_start(m->timer, m->gathering.n < MANY ? WAIT_MS : 0);
	else
		m->idle(m->ctx);
}

static void on_written(void *ctx, const struct store_committed *c)
{
	const struct marks *m = ctx;

	if (c->err)
		log_event(m->log, LOG_LEVEL_ERROR, "sent, but not noted", LOG_FIELDS(LOG_TEXT("why", c->err->text)));
	settle(ctx, !c->err);
}

/* All that was gathered, or once more what could not be written. */
static void put_into(struct marks *m, struct store_batch *b)
{
	if (!m->writing.n) {
		struct list empty = m->writing;

		m->writing = m->gathering;
		m->gathering = empty;
	}
	for (size_t i = 0; i < m->writing.n; i++)
		into_batch(b, &m->writing.marks[i]);
	m->under_way = m->writing.n > 0;
}

void marks_join(struct marks *m, struct store_batch *b)
{
	if (m->under_way)
		return;
	timer_stop(m->timer);
	put_into(m, b);
	m->joined = m->under_way;
}

void marks_settled(struct marks *m, bool written)
{
	if (m->joined)
		settle(m, written);
}

static void write_marks(struct marks *m)
{
	struct store_batch *b = store_batch_new();

	put_into(m, b);
	store_batch_light(b);
	store_commit(m->store, b, on_written, m);
}

static void on_timer(void *ctx)
{
	struct marks *m = ctx;

	if (!m->under_way && (m->writing.n || m->gathering.n))
		write_marks(m);
}

static bool is_of(const struct mark *mark, const struct store_key *key)
{
	return mark->kind == MARK_SHOWN && strcmp(mark->person, key->person) == 0 && strcmp(mark->room, key->room) == 0 &&
		strcmp(mark->thread, key->thread) == 0 && strcmp(mark->channel, key->channel) == 0;
}

static const char *last_shown(const struct list *l, const struct store_key *key)
{
	for (size_t i = l->n; i > 0; i--)
		if (is_of(&l->marks[i - 1], key))
			return l->marks[i - 1].ref;
	return NULL;
}

const char *marks_shown_in(const struct marks *m, const struct store_key *key)
{
	const char *ref = last_shown(&m->gathering, key);

	return ref ? ref : last_shown(&m->writing, key);
}

static struct mark *add(struct marks *m)
{
	mem_room(m->gathering.marks, m->gathering.n, m->gathering.cap);
	if (!m->under_way && !m->writing.n && (!m->gathering.n || m->gathering.n == MANY))
		timer_start(m->timer, m->gathering.n ? 0 : WAIT_MS);
	m->gathering.marks[m->gathering.n] = (struct mark){.kind = MARK_DONE};
	return &m->gathering.marks[m->gathering.n++];
}

void marks_done(struct marks *m, int64_t id)
{
	add(m)->id = id;
}

void marks_retry(struct marks *m, int64_t id, int64_t not_before_ms)
{
	struct mark *mark = add(m);

	mark->kind = MARK_RETRY;
	mark->id = id;
	mark->not_before_ms = not_before_ms;
}

void marks_shown(struct marks *m, const struct store_key *key, const char *ref)
{
	struct mark *mark = add(m);

	mark->kind = MARK_SHOWN;
	mark->channel = mem_strdup(key->channel);
	mark->room = mem_strdup(key->room);
	mark->thread = mem_strdup(key->thread);
	mark->person = mem_strdup(key->person);
	mark->ref = mem_strdup(ref);
}

bool marks_idle(const struct marks *m)
{
	return !m->under_way && !m->writing.n && !m->gathering.n;
}

struct marks *marks_new(struct loop *l, struct store *store, const struct log *log, void (*written)(void *ctx, int64_t id),
	void (*idle)(void *ctx), void *ctx)
{
	struct marks *m = mem_alloc(1, sizeof *m);

	*m = (struct marks){.store = store, .log = log, .written = written, .idle = idle, .ctx = ctx};
	m->timer = timer_new(l, on_timer, m);
	return m;
}

void marks_free(struct marks *m)
{
	if (!m)
		return;
	timer_free(m->timer);
	list_clear(&m->gathering);
	list_clear(&m->writing);
	free(m->gathering.marks);
	free(m->writing.marks);
	free(m);
}
