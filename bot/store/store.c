/* store.c - the calls of store.h: copies what is asked, puts it in the queue, turns the answer into a callback. */
#include "store/store.h"

#include <stdlib.h>
#include <string.h>

#include "store/batch.h"
#include "store/home.h"
#include "store/queue.h"
#include "util/arena.h"
#include "util/mem.h"

struct store {
	struct queue *queue;
};

struct store *store_new(struct store_home *home, const struct store_runner *runner)
{
	struct store *s = mem_alloc(1, sizeof *s);

	s->queue = queue_new(home, runner);
	return s;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	queue_free(s->queue);
	free(s);
}

/* Why a call failed, or NULL. */
static const struct err *why(const struct call *c)
{
	return c->got.failed ? &c->got.err : NULL;
}

static void tell_text(struct call *c)
{
	store_text_cb done = (store_text_cb)c->callback;

	done(c->ctx, why(c), c->got.failed ? NULL : c->got.text);
}

static void tell_loaded(struct call *c)
{
	store_loaded_cb done = (store_loaded_cb)c->callback;

	done(c->ctx, &(struct store_loaded){why(c), c->got.conversations, c->got.seen});
}

static void tell_due(struct call *c)
{
	store_due_cb done = (store_due_cb)c->callback;

	done(c->ctx, why(c), c->got.rows, c->got.failed ? 0 : c->got.n_rows, c->got.more);
}

static void tell_kept(struct call *c)
{
	store_kept_cb done = (store_kept_cb)c->callback;

	done(c->ctx, why(c), c->got.kept, c->got.failed ? 0 : c->got.n_rows);
}

static void tell_committed(struct call *c)
{
	store_committed_cb done = (store_committed_cb)c->callback;

	done(c->ctx, &(struct store_committed){.err = why(c), .conflict = c->got.conflict,
		.out_ids = c->got.out_ids, .n_out_ids = c->got.failed ? 0 : c->got.n_out_ids});
}

static struct call *call_new(void (*tell)(struct call *c), void (*callback)(void), void *ctx)
{
	struct call *c = mem_alloc(1, sizeof *c);

	c->tell = tell;
	c->callback = callback;
	c->ctx = ctx;
	return c;
}

/* A question's texts, and its answer, live in an arena of its own. */
static struct call *question_new(void (*tell)(struct call *c), void (*callback)(void), void *ctx)
{
	struct call *c = call_new(tell, callback, ctx);

	c->got.arena = arena_new();
	return c;
}

/* Copies the names. Those that are too long could not have been stored, so nothing is found; which an asker should know. */
static void ask(struct store *s, struct call *c, enum store_ask_kind kind, const struct store_ask *what)
{
	c->kind = kind;
	c->ask = *what;
	c->ask.channel = arena_strdup(c->got.arena, what->channel ? what->channel : "");
	c->ask.room = arena_strdup(c->got.arena, what->room ? what->room : "");
	c->ask.name = arena_strdup(c->got.arena, what->name ? what->name : "");
	c->settled = c->got.failed = store_name_check("channel", what->channel, &c->got.err)
		|| store_name_check("room", what->room, &c->got.err)
		|| store_name_check("name", what->name, &c->got.err);
	queue_add(s->queue, c);
}

static void ask_text(struct store *s, enum store_ask_kind kind, const struct store_ask *what, store_text_cb done, void *ctx)
{
	ask(s, question_new(tell_text, (void (*)(void))done, ctx), kind, what);
}

/* Copies what is to be loaded. */
static int copy_loads(struct call *c, const struct store_key *keys, size_t n_keys, const char *const *events,
	size_t n_events)
{
	struct arena *a = c->got.arena;
	struct store_key *own_keys = arena_alloc(a, n_keys, sizeof *own_keys);
	const char **own_events = arena_alloc(a, n_events, sizeof *own_events);

	for (size_t i = 0; i < n_keys; i++) {
		if (store_key_check(&keys[i], &c->got.err))
			return -1;
		own_keys[i] = store_key_copy(&keys[i], a);
	}
	for (size_t i = 0; i < n_events; i++) {
		if (store_name_check("event", events[i], &c->got.err))
			return -1;
		own_events[i] = arena_strdup(a, events[i]);
	}
	c->ask.keys = own_keys;
	c->ask.n_keys = n_keys;
	c->ask.events = own_events;
	c->ask.n_events = n_events;
	return 0;
}

void store_load(struct store *s, const struct store_key *keys, size_t n_keys, const char *channel,
	const char *const *events, size_t n_events, store_loaded_cb done, void *ctx)
{
	struct call *c = question_new(tell_loaded, (void (*)(void))done, ctx);

	c->kind = ASK_LOAD;
	c->ask.channel = arena_strdup(c->got.arena, channel ? channel : "");
	c->settled = c->got.failed = copy_loads(c, keys, n_keys, events, n_events) != 0;
	queue_add(s->queue, c);
}

void store_cursor(struct store *s, const char *channel, store_text_cb done, void *ctx)
{
	ask_text(s, ASK_CURSOR, &(struct store_ask){.channel = channel}, done, ctx);
}

void store_setting(struct store *s, const char *channel, const char *room, const char *name, store_text_cb done, void *ctx)
{
	ask_text(s, ASK_SETTING, &(struct store_ask){.channel = channel, .room = room, .name = name}, done, ctx);
}

void store_settings(struct store *s, const char *channel, const char *name, store_text_cb done, void *ctx)
{
	ask_text(s, ASK_SETTINGS, &(struct store_ask){.channel = channel, .name = name}, done, ctx);
}

void store_kept(struct store *s, const char *channel, const char *kind, const char *id, store_kept_cb done, void *ctx)
{
	ask(s, question_new(tell_kept, (void (*)(void))done, ctx), ASK_KEPT,
		&(struct store_ask){.channel = channel, .room = kind, .name = id});
}

void store_due(struct store *s, const char *channel, int64_t after, int64_t now_ms, size_t limit, store_due_cb done,
	void *ctx)
{
	struct call *c = question_new(tell_due, (void (*)(void))done, ctx);

	ask(s, c, ASK_DUE, &(struct store_ask){.channel = channel, .after = after, .now_ms = now_ms,
		.limit = limit < STORE_MAX_BATCH ? limit : STORE_MAX_BATCH});
}

void store_next_due(struct store *s, const char *channel, int64_t now_ms, store_text_cb done, void *ctx)
{
	ask_text(s, ASK_NEXT_DUE, &(struct store_ask){.channel = channel, .now_ms = now_ms}, done, ctx);
}

void store_export(struct store *s, const char *channel, const char *person, store_text_cb done, void *ctx)
{
	ask_text(s, ASK_EXPORT, &(struct store_ask){.channel = channel, .name = person}, done, ctx);
}

void store_expire(struct store *s, int64_t now_ms, size_t limit, store_text_cb done, void *ctx)
{
	ask_text(s, ASK_EXPIRE, &(struct store_ask){.now_ms = now_ms, .limit = limit}, done, ctx);
}

void store_verify(struct store *s, store_text_cb done, void *ctx)
{
	ask_text(s, ASK_VERIFY, &(struct store_ask){0}, done, ctx);
}

void store_commit(struct store *s, struct store_batch *b, store_committed_cb done, void *ctx)
{
	struct call *c = call_new(tell_committed, (void (*)(void))done, ctx);

	c->commit = true;
	c->batch = b;
	c->got.arena = b->arena;
	c->got.out_ids = arena_alloc(b->arena, b->count[STEP_OUT], sizeof *c->got.out_ids);
	c->got.failed = b->refused;
	c->got.err = b->err;
	c->settled = b->refused || store_batch_empty(b);
	queue_add(s->queue, c);
}
