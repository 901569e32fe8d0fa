/* lane.c - one channel with its way in and its outbox. */
#include "daemon/lane.h"

#include <stdlib.h>

#include "daemon/outbox.h"
#include "net/loop.h"
#include "store/store.h"
#include "util/err.h"
#include "util/log.h"
#include "util/mem.h"

enum { TRY_AGAIN_MS = 1000 };

struct lane {
	struct lane_parts parts;
	struct channel *channel;
	struct way *way;
	struct outbox *outbox;
	struct timer *again; /* the store did not tell how far we are */
	bool restored;
	void (*stopped)(void *ctx);
	void *ctx;
};

static void on_take(void *ctx, struct channel *c, const struct incoming *list, size_t n, const char *cursor,
	channel_saved_cb saved, void *saved_ctx)
{
	struct lane *l = ctx;

	(void)c;
	way_take(l->way, list, n, cursor, saved, saved_ctx);
}

/* ---- what the channel keeps for itself ---- */

/* Outlives the lane's calls: the store answers in its own time. */
struct keeping {
	channel_saved_cb saved;
	void *ctx;
	const struct log *log;
};

static void on_kept(void *ctx, const struct store_committed *committed)
{
	struct keeping *k = ctx;

	if (committed->err)
		log_event(k->log, LOG_LEVEL_ERROR, "keys not saved", LOG_FIELDS(LOG_TEXT("why", committed->err->text)));
	k->saved(k->ctx, committed->err == NULL);
	free(k);
}

static void on_keep(void *ctx, struct channel *c, const struct channel_kept *list, size_t n, channel_saved_cb saved,
	void *saved_ctx)
{
	struct lane *l = ctx;
	struct store_batch *b = store_batch_new();
	struct keeping *k = mem_alloc(1, sizeof *k);

	*k = (struct keeping){saved, saved_ctx, l->parts.log};
	for (size_t i = 0; i < n; i++)
		store_batch_keep(b, c->ops->name, &(struct store_kept){list[i].kind, list[i].id, list[i].value});
	store_commit(l->parts.store, b, on_kept, k);
}

static void on_put_off(void *ctx, struct channel *c, const struct incoming *list, size_t n)
{
	struct lane *l = ctx;

	(void)c;
	way_put_off(l->way, list, n);
}

static void on_fatal(void *ctx, struct channel *c, const char *why)
{
	struct lane *l = ctx;

	l->parts.fatal(l->parts.ctx, c->ops->name, why);
}

struct channel_sink lane_sink(struct lane *l)
{
	return (struct channel_sink){.ctx = l, .take = on_take, .keep = on_keep, .put_off = on_put_off,
		.fatal = on_fatal};
}

static void work_row(void *ctx, const struct store_out *row, void (*done)(void *done_ctx, bool saved), void *done_ctx)
{
	struct lane *l = ctx;

	way_take_row(l->way, row, done, done_ctx);
}

static void on_moved(void *ctx)
{
	struct lane *l = ctx;

	way_read_manners(l->way, NULL, NULL);
}

struct lane *lane_new(const struct lane_parts *parts)
{
	struct lane *l = mem_alloc(1, sizeof *l);

	l->parts = *parts;
	return l;
}

void lane_set_channel(struct lane *l, struct channel *c)
{
	const struct lane_parts *p = &l->parts;

	l->channel = c;
	l->outbox = outbox_new(&(struct outbox_parts){.loop = p->loop, .store = p->store, .channel = c,
		.sent = p->sent, .log = p->log, .now_ms = p->now_ms, .work = work_row, .work_ctx = l,
		.moved = on_moved});
	l->way = way_new(&(struct way_parts){.loop = p->loop, .store = p->store, .channel = c, .outbox = l->outbox,
		.guard = p->guard, .log = p->log, .config = p->config, .data = p->data, .now_ms = p->now_ms});
}

static void try_again(struct lane *l, const struct err *err)
{
	log_event(l->parts.log, LOG_LEVEL_ERROR, "store not read", LOG_FIELDS(LOG_TEXT("why", err->text)));
	timer_start(l->again, TRY_AGAIN_MS);
}

static void on_cursor(void *ctx, const struct err *err, const char *cursor)
{
	struct lane *l = ctx;

	if (l->stopped) /* told to end before we knew where to go on; the channel may be gone */
		return;
	if (err) {
		try_again(l, err);
		return;
	}
	outbox_start(l->outbox);
	l->channel->ops->start(l->channel, cursor);
}

static void on_restored(void *ctx, const struct err *err, const struct store_kept *rows, size_t n)
{
	struct lane *l = ctx;
	struct channel_kept *list;

	if (l->stopped)
		return;
	if (err) {
		on_cursor(l, err, NULL); /* tried again in the same way */
		return;
	}
	list = mem_alloc(n + 1, sizeof *list);
	for (size_t i = 0; i < n; i++)
		list[i] = (struct channel_kept){rows[i].kind, rows[i].id, rows[i].value};
	l->channel->ops->restore(l->channel, list, n);
	free(list);
	l->restored = true;
	store_cursor(l->parts.store, l->channel->ops->name, on_cursor, l);
}

static void on_manners(void *ctx, const struct err *err)
{
	struct lane *l = ctx;

	if (l->stopped)
		return;
	if (err)
		try_again(l, err);
	else if (l->channel->ops->restore && !l->restored)
		store_kept(l->parts.store, l->channel->ops->name, "", "", on_restored, l);
	else
		store_cursor(l->parts.store, l->channel->ops->name, on_cursor, l);
}

/* A room that wants us silent must be known before the first word. */
static void read_store(void *ctx)
{
	struct lane *l = ctx;

	way_read_manners(l->way, on_manners, l);
}

void lane_start(struct lane *l)
{
	l->again = timer_new(l->parts.loop, read_store, l);
	read_store(l);
}

/* ---- the end, step by step ---- */

static void on_outbox_stopped(void *ctx)
{
	struct lane *l = ctx;

	l->stopped(l->ctx);
}

static void on_drained(void *ctx)
{
	struct lane *l = ctx;

	outbox_stop(l->outbox, on_outbox_stopped, l);
}

static void on_channel_stopped(void *ctx)
{
	struct lane *l = ctx;

	way_drain(l->way, on_drained, l);
}

void lane_stop(struct lane *l, void (*stopped)(void *ctx), void *ctx)
{
	l->stopped = stopped;
	l->ctx = ctx;
	timer_stop(l->again);
	l->channel->ops->stop(l->channel, on_channel_stopped, l);
}

void lane_close(struct lane *l)
{
	if (l->channel)
		l->channel->ops->free(l->channel);
}

void lane_free(struct lane *l)
{
	if (!l)
		return;
	way_free(l->way);
	outbox_free(l->outbox);
	timer_free(l->again);
	free(l);
}

void lane_status(const struct lane *l, char *out, size_t size)
{
	const struct channel *c = l->channel;

	out[0] = '\0';
	if (c && c->ops->status)
		c->ops->status(c, out, size);
}

void lane_counts(const struct lane *l, struct way_counts *out_way, struct outbox_counts *out_outbox)
{
	way_counts(l->way, out_way);
	outbox_counts(l->outbox, out_outbox);
}

bool lane_is_working(const struct lane *l)
{
	return way_is_working(l->way);
}
