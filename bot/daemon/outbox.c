/* outbox.c - what is to be said leaves here.
 *
 * Rows live in the store; here are those that are due, up to OUTBOX_MAX_ROWS, in a queue a room. A room sends its first
 * row and waits for the answer; rooms that may send stand in one line. What came of a row (a "mark") is written with the
 * next batch, or soon by itself; until that is done its id stays known, so that reading the store again never sends it twice. */
#include "daemon/outbox.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channels/channel.h"
#include "daemon/marks.h"
#include "daemon/rooms.h"
#include "daemon/sent.h"
#include "net/backoff.h"
#include "net/loop.h"
#include "util/err.h"
#include "util/log.h"
#include "util/mem.h"

enum { MINUTE_MS = 60 * 1000, FIRST_RETRY_MS = 1000, MOST_RETRY_MS = 60 * 1000, LOOK_AGAIN_MS = 60 * MINUTE_MS };

struct outbox {
	struct outbox_parts parts;
	struct marks *marks;
	struct rooms *rooms;
	int64_t all_wait_until_ms;
	struct timer *wake, *due;
	int64_t due_at_ms; /* when the store is looked at next; 0: not planned */
	bool running, more, fetching, fetch_again;
	struct backoff jitter;
	struct outbox_counts counts;
	void (*idle)(void *ctx);
	void *idle_ctx;
};

static void pump(struct outbox *o);
static void fetch(struct outbox *o);
static void replan(struct outbox *o);

static void wake_at(struct outbox *o, int64_t at_ms)
{
	int64_t now = o->parts.now_ms(), at = rooms_wake_at(o->rooms, at_ms);

	timer_start(o->wake, at > now ? at - now : 0);
}

static void wait_until(struct outbox *o, struct room *room, int64_t at_ms)
{
	room_wait(room, at_ms);
	wake_at(o, at_ms);
}

static void on_wake(void *ctx)
{
	struct outbox *o = ctx;

	rooms_wake(o->rooms, o->parts.now_ms());
	if (rooms_wake_at(o->rooms, INT64_MAX) != INT64_MAX)
		wake_at(o, INT64_MAX);
	pump(o);
}

/* ---- what came of it ---- */

static struct store_key key_of(const struct outbox *o, const struct room *room, const struct row *r)
{
	return (struct store_key){o->parts.channel->ops->name, room->name, r->thread, r->person};
}

static void log_row(const struct outbox *o, enum log_level level, const char *event, const struct row *r, const char *why)
{
	log_event(o->parts.log, level, event,
		LOG_FIELDS(LOG_TEXT("channel", o->parts.channel->ops->name), LOG_TEXT("kind", r->kind),
			LOG_NUMBER("row", r->id), LOG_NUMBER("attempts", r->attempts), LOG_TEXT("why", why)));
}

static void finish(struct room *room, struct row *r)
{
	struct outbox *o = room_owner(room);

	marks_done(o->marks, r->id);
	row_free(r);
}

static void retry(struct room *room, struct row *r, const struct channel_sent *sent)
{
	struct outbox *o = room_owner(room);
	int64_t now = o->parts.now_ms(), wait = sent->after_ms;

	if (wait < 0) {
		o->jitter.failures = r->attempts;
		wait = backoff_next(&o->jitter);
	}
	r->attempts++;
	o->counts.retried++;
	log_row(o, LOG_LEVEL_WARN, "not sent yet", r, sent->why);
	marks_retry(o->marks, r->id, now + wait);
	room_put_back(room, r);
	if (sent->everywhere && now + wait > o->all_wait_until_ms)
		o->all_wait_until_ms = now + wait;
	wait_until(o, room, now + wait);
}

static void on_moved(void *ctx, const struct store_committed *c)
{
	struct outbox *o = ctx;

	if (c->err)
		log_event(o->parts.log, LOG_LEVEL_ERROR, "room not moved", LOG_FIELDS(LOG_TEXT("why", c->err->text)));
	else if (o->parts.moved)
		o->parts.moved(o->parts.work_ctx);
	outbox_reread(o);
}

/* The room's rows stay in the store, where they move along. */
static void move(struct room *room, struct row *r, const char *to)
{
	struct outbox *o = room_owner(room);
	struct store_batch *b = store_batch_new();

	store_batch_move_room(b, o->parts.channel->ops->name, room->name, to);
	rooms_unknow(o->rooms, r->id);
	row_free(r);
	room_forget(room);
	store_commit(o->parts.store, b, on_moved, o);
}

static void on_dropped(void *ctx, const struct store_committed *c)
{
	const struct outbox *o = ctx;

	if (c->err)
		log_event(o->parts.log, LOG_LEVEL_ERROR, "rows not dropped", LOG_FIELDS(LOG_TEXT("why", c->err->text)));
}

static void gone(struct room *room, struct row *r, const char *why)
{
	struct outbox *o = room_owner(room);
	struct store_batch *b = store_batch_new();

	o->counts.dropped++;
	log_row(o, LOG_LEVEL_INFO, "nobody there any more", r, why);
	rooms_unknow(o->rooms, r->id);
	row_free(r);
	room_forget(room);
	store_batch_drop_room(b, o->parts.channel->ops->name, room->name);
	store_commit(o->parts.store, b, on_dropped, o);
}

static void sent_well(struct room *room, struct row *r, const char *ref)
{
	struct outbox *o = room_owner(room);

	o->counts.sent++;
	sent_add(o->parts.sent, r->id, r->created_ms);
	if (*ref) {
		struct store_key key = key_of(o, room, r);

		marks_shown(o->marks, &key, ref);
	}
	finish(room, r);
}

static void settle(struct room *room, struct row *r, const struct channel_sent *sent)
{
	struct outbox *o = room_owner(room);

	switch (sent->result) {
	case SEND_OK:
		sent_well(room, r, sent->ref ? sent->ref : "");
		break;
	case SEND_RETRY:
		retry(room, r, sent);
		break;
	case SEND_DROP:
		o->counts.dropped++;
		log_row(o, LOG_LEVEL_ERROR, "can't be sent", r, sent->why);
		finish(room, r);
		break;
	case SEND_GONE:
		gone(room, r, sent->why);
		break;
	case SEND_MOVED:
		move(room, r, sent->ref);
		break;
	}
}

static void stopped(struct outbox *o)
{
	void (*idle)(void *ctx) = o->idle;

	if (!idle || o->counts.under_way || !marks_idle(o->marks))
		return;
	o->idle = NULL;
	idle(o->idle_ctx);
}

static void on_sent(void *ctx, const struct channel_sent *sent)
{
	struct room *room = ctx;
	struct outbox *o = room_owner(room);
	struct row *r = room->under_way;

	room->under_way = NULL;
	room->state = ROOM_IDLE;
	o->counts.under_way--;
	settle(room, r, sent);
	room_settle(room);
	if (o->more && rooms_waiting(o->rooms) < OUTBOX_MAX_ROWS / 2)
		fetch(o);
	pump(o);
	stopped(o);
}

/* A row that was worked went out of the store with the commit. */
static void on_worked(void *ctx, bool saved)
{
	struct channel_sent sent = {.result = saved ? SEND_OK : SEND_RETRY, .after_ms = -1, .why = "not written"};

	on_sent(ctx, &sent);
}

/* ---- sending ---- */

static bool is_work(const struct row *r)
{
	static const char *const kinds[] = {STORE_CHECK_IN, OUTBOX_EXPORT, OUTBOX_SETTINGS, OUTBOX_PRIVATE};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(r->kind, kinds[i]) == 0)
			return true;
	return false;
}

/* Whatever a row is tried for the second time, it bears the same name. */
static const char *txn_of(const struct row *r, char *name, size_t size)
{
	(void)snprintf(name, size, "s%" PRId64 ".%" PRId64, r->id, r->created_ms);
	return name;
}

static void send_row(struct room *room)
{
	struct outbox *o = room_owner(room);
	struct channel *c = o->parts.channel;
	struct row *r = room->under_way = room_take(room);
	char txn[48];

	room->state = ROOM_BUSY;
	o->counts.under_way++;
	if (is_work(r)) {
		struct store_out row = {.id = r->id, .key = key_of(o, room, r), .kind = r->kind, .body = r->body};

		o->parts.work(o->parts.work_ctx, &row, on_worked, room);
	} else {
		c->ops->send(c, room->name, r->kind, r->body, *r->txn ? r->txn : txn_of(r, txn, sizeof txn), on_sent, room);
	}
}

/* A room with several people takes only so many messages a minute. 0: now, else when. */
static int64_t room_full_until(struct room *room, int64_t now)
{
	const struct outbox *o = room_owner(room);
	const struct channel_ops *ops = o->parts.channel->ops;
	int most = ops->can.shared_room_per_minute;

	if (now - room->minute_ms >= MINUTE_MS || now < room->minute_ms) {
		room->minute_ms = now;
		room->sent_in_minute = 0;
	}
	if (!most || !ops->is_shared || !ops->is_shared(o->parts.channel, room->name))
		return 0;
	if (room->sent_in_minute >= most)
		return room->minute_ms + MINUTE_MS;
	room->sent_in_minute++;
	return 0;
}

/* What could not be said for a day helps nobody any more. */
static bool too_old(const struct row *r, int64_t now)
{
	return !is_work(r) && now - r->created_ms > (int64_t)OUTBOX_GIVE_UP_HOURS * 60 * MINUTE_MS;
}

static void drop_old(struct room *room, int64_t now)
{
	struct outbox *o = room_owner(room);

	while (room->first && too_old(room->first, now)) {
		struct row *r = room_take(room);

		o->counts.dropped++;
		log_row(o, LOG_LEVEL_ERROR, "given up, too old", r, "could not be sent for a day");
		finish(room, r);
	}
}

static void serve(struct room *room, int64_t now)
{
	struct outbox *o = room_owner(room);
	int64_t later;

	drop_old(room, now);
	if (!room->first) {
		room_settle(room);
		return;
	}
	later = room->first->not_before_ms > now ? room->first->not_before_ms : room_full_until(room, now);
	if (later)
		wait_until(o, room, later);
	else
		send_row(room);
}

static void pump(struct outbox *o)
{
	int64_t now = o->parts.now_ms();

	if (!o->running)
		return;
	if (rooms_in_line(o->rooms) && o->all_wait_until_ms > now) {
		wake_at(o, o->all_wait_until_ms);
		return;
	}
	while (rooms_in_line(o->rooms) && o->counts.under_way < OUTBOX_MAX_AT_ONCE)
		serve(rooms_next(o->rooms), now);
}

/* ---- reading from the store ---- */

/* What was sent when the last process ended, and not noted in the store yet, is noted now. */
static void take_stored(struct outbox *o, const struct store_out *row)
{
	if (rooms_knows(o->rooms, row->id))
		return;
	if (sent_has(o->parts.sent, row->id, row->created_ms)) {
		rooms_know(o->rooms, row->id);
		marks_done(o->marks, row->id);
	} else {
		rooms_put(o->rooms, row);
	}
}

static void look_at(struct outbox *o, int64_t at_ms)
{
	int64_t now = o->parts.now_ms(), wait = at_ms - now;

	wait = wait < 0 ? 0 : wait < LOOK_AGAIN_MS ? wait : LOOK_AGAIN_MS;
	o->due_at_ms = now + wait;
	timer_start(o->due, wait);
}

static void on_due(void *ctx, const struct err *err, const struct store_out *rows, size_t n, bool more)
{
	struct outbox *o = ctx;

	o->fetching = false;
	if (err) {
		log_event(o->parts.log, LOG_LEVEL_ERROR, "outbox not read", LOG_FIELDS(LOG_TEXT("why", err->text)));
		o->more = true;
		look_at(o, o->parts.now_ms() + MOST_RETRY_MS);
		return;
	}
	for (size_t i = 0; i < n; i++)
		take_stored(o, &rows[i]);
	o->more = more;
	if (o->fetch_again)
		fetch(o);
	pump(o);
}

static void fetch(struct outbox *o)
{
	o->fetch_again = o->fetching;
	if (o->fetching || !o->running)
		return;
	o->fetching = true;
	store_due(o->parts.store, o->parts.channel->ops->name, 0, o->parts.now_ms(), OUTBOX_MAX_ROWS, on_due, o);
}

static void on_next_due(void *ctx, const struct err *err, const char *text)
{
	struct outbox *o = ctx;
	int64_t at = err ? o->parts.now_ms() + MOST_RETRY_MS : *text ? strtoll(text, NULL, 10) : 0;

	if (at)
		outbox_plan(o, at);
}

static void on_due_time(void *ctx)
{
	struct outbox *o = ctx;

	o->due_at_ms = 0;
	replan(o); /* first: what becomes due in between is found by one of them */
	fetch(o);
}

static void replan(struct outbox *o)
{
	store_next_due(o->parts.store, o->parts.channel->ops->name, o->parts.now_ms(), on_next_due, o);
}

void outbox_add(struct outbox *o, const struct store_out *row)
{
	if (o->more || rooms_waiting(o->rooms) >= OUTBOX_MAX_ROWS) {
		o->more = true; /* it is read when its turn comes: later rows must not pass it */
		if (rooms_waiting(o->rooms) < OUTBOX_MAX_ROWS / 2)
			fetch(o); /* the store could not be read before, and is well again */
		return;
	}
	if (!rooms_knows(o->rooms, row->id))
		rooms_put(o->rooms, row);
	pump(o);
}

void outbox_plan(struct outbox *o, int64_t at_ms)
{
	bool soon_enough = o->due_at_ms > o->parts.now_ms() && o->due_at_ms <= at_ms;

	if (o->running && !soon_enough)
		look_at(o, at_ms);
}

void outbox_reread(struct outbox *o)
{
	rooms_forget(o->rooms);
	fetch(o);
}

const char *outbox_shown_in(const struct outbox *o, const struct store_key *key)
{
	return marks_shown_in(o->marks, key);
}

void outbox_join(struct outbox *o, struct store_batch *b)
{
	marks_join(o->marks, b);
}

void outbox_settled(struct outbox *o, bool written)
{
	marks_settled(o->marks, written);
}

/* ---- life ---- */

static void on_noted(void *ctx, int64_t id)
{
	struct outbox *o = ctx;

	rooms_unknow(o->rooms, id);
}

static void on_marks_idle(void *ctx)
{
	stopped(ctx);
}

struct outbox *outbox_new(const struct outbox_parts *parts)
{
	struct outbox *o = mem_alloc(1, sizeof *o);

	o->parts = *parts;
	o->rooms = rooms_new(o);
	o->wake = timer_new(parts->loop, on_wake, o);
	o->due = timer_new(parts->loop, on_due_time, o);
	o->marks = marks_new(parts->loop, parts->store, parts->log, on_noted, on_marks_idle, o);
	backoff_init(&o->jitter, FIRST_RETRY_MS, MOST_RETRY_MS, (uint64_t)parts->now_ms());
	return o;
}

void outbox_free(struct outbox *o)
{
	if (!o)
		return;
	timer_free(o->wake);
	timer_free(o->due);
	rooms_free(o->rooms);
	marks_free(o->marks);
	free(o);
}

void outbox_start(struct outbox *o)
{
	o->running = true;
	replan(o);
	fetch(o);
}

void outbox_stop(struct outbox *o, void (*idle)(void *ctx), void *ctx)
{
	o->running = false;
	timer_stop(o->wake);
	timer_stop(o->due);
	o->idle = idle;
	o->idle_ctx = ctx;
	stopped(o);
}

void outbox_counts(const struct outbox *o, struct outbox_counts *out)
{
	*out = o->counts;
	out->waiting = rooms_waiting(o->rooms);
}
