/* outbox.c - what is to be said leaves here.
 *
 * Rows live in the store; here are those that are due, up to OUTBOX_MAX_ROWS, in a queue a room. A room sends its first
 * row and waits for the answer; rooms that may send stand in one line. What came of a row (a "mark") is written in small
 * commits; until that is done its id stays known, so that reading the store again never sends it twice. */
#include "daemon/outbox.h"

#include <inttypes.h>
#include <search.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channels/channel.h"
#include "daemon/marks.h"
#include "daemon/sent.h"
#include "net/backoff.h"
#include "net/loop.h"
#include "util/err.h"
#include "util/log.h"
#include "util/mem.h"

enum { MINUTE_MS = 60 * 1000, FIRST_RETRY_MS = 1000, MOST_RETRY_MS = 60 * 1000, LOOK_AGAIN_MS = 60 * MINUTE_MS };

struct row {
	int64_t id; /* first: the tree of ids compares it */
	struct row *next;
	char *thread, *person, *kind, *body, *txn;
	int64_t not_before_ms, created_ms;
	int attempts;
};

struct room {
	char *name; /* first: the tree of rooms compares it */
	struct outbox *outbox;
	struct row *first; /* in the order of ids */
	struct row *under_way; /* taken off the queue, its answer awaited; NULL */
	struct room *next; /* in the line, or among the waiting */
	enum { ROOM_IDLE, ROOM_IN_LINE, ROOM_WAITING, ROOM_BUSY } state;
	int64_t wait_until_ms;
	int64_t minute_ms; /* since when sent_in_minute counts */
	int sent_in_minute;
};

struct outbox {
	struct outbox_parts parts;
	struct marks *marks;
	void *rooms, *ids; /* trees (search.h) of struct room and of int64_t */
	struct room *line, **line_end, *waiting;
	int64_t all_wait_until_ms;
	struct timer *wake, *due;
	bool running, more, fetching, fetch_again;
	struct backoff jitter;
	struct outbox_counts counts;
	void (*idle)(void *ctx);
	void *idle_ctx;
};

static void pump(struct outbox *o);
static void fetch(struct outbox *o);

/* ---- trees ---- */

static int compare_ids(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int compare_rooms(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool id_known(const struct outbox *o, int64_t id)
{
	return tfind(&id, &o->ids, compare_ids) != NULL;
}

static void id_add(struct outbox *o, int64_t id)
{
	int64_t *copy = mem_alloc(1, sizeof *copy);

	*copy = id;
	if (!tsearch(copy, &o->ids, compare_ids))
		abort();
}

static void id_remove(void *ctx, int64_t id)
{
	struct outbox *o = ctx;
	int64_t **found = tfind(&id, &o->ids, compare_ids), *copy;

	if (!found)
		return;
	copy = *found;
	(void)tdelete(copy, &o->ids, compare_ids);
	free(copy);
}

static struct room *room_get(struct outbox *o, const char *name)
{
	struct room **found = tfind(&name, &o->rooms, compare_rooms), *room;

	if (found)
		return *found;
	room = mem_alloc(1, sizeof *room);
	room->name = mem_strdup(name);
	room->outbox = o;
	if (!tsearch(room, &o->rooms, compare_rooms))
		abort();
	return room;
}

static void row_free(struct row *r)
{
	free(r->thread);
	free(r->person);
	free(r->kind);
	free(r->body);
	free(r->txn);
	free(r);
}

/* A room that has nothing to say goes, unless its pace must be remembered. */
static void room_rest(struct room *room)
{
	struct outbox *o = room->outbox;

	if (room->first || room->under_way || room->state != ROOM_IDLE || room->sent_in_minute)
		return;
	(void)tdelete(room, &o->rooms, compare_rooms);
	free(room->name);
	free(room);
}

/* ---- the line ---- */

static void stand_in_line(struct room *room)
{
	struct outbox *o = room->outbox;

	room->state = ROOM_IN_LINE;
	room->next = NULL;
	*o->line_end = room;
	o->line_end = &room->next;
}

static struct room *next_in_line(struct outbox *o)
{
	struct room *room = o->line;

	o->line = room->next;
	if (!o->line)
		o->line_end = &o->line;
	room->state = ROOM_IDLE;
	return room;
}

static void wake_at(struct outbox *o, int64_t at_ms)
{
	int64_t now = o->parts.now_ms(), at = at_ms;

	for (const struct room *r = o->waiting; r; r = r->next)
		at = r->wait_until_ms < at ? r->wait_until_ms : at;
	timer_start(o->wake, at > now ? at - now : 0);
}

static void wait_until(struct room *room, int64_t at_ms)
{
	struct outbox *o = room->outbox;

	room->state = ROOM_WAITING;
	room->wait_until_ms = at_ms;
	room->next = o->waiting;
	o->waiting = room;
	wake_at(o, at_ms);
}

static void on_wake(void *ctx)
{
	struct outbox *o = ctx;
	struct room *all = o->waiting, *next;
	int64_t now = o->parts.now_ms();

	o->waiting = NULL;
	for (; all; all = next) {
		next = all->next;
		if (all->wait_until_ms > now) {
			wait_until(all, all->wait_until_ms);
			continue;
		}
		all->state = ROOM_IDLE;
		if (all->first)
			stand_in_line(all);
		else
			room_rest(all);
	}
	pump(o);
}

/* ---- rows ---- */

static struct row *row_copy(const struct store_out *from)
{
	struct row *r = mem_alloc(1, sizeof *r);

	*r = (struct row){.id = from->id, .not_before_ms = from->not_before_ms, .created_ms = from->created_ms,
		.attempts = from->attempts};
	r->thread = mem_strdup(from->key.thread);
	r->person = mem_strdup(from->key.person);
	r->kind = mem_strdup(from->kind);
	r->body = mem_strdup(from->body);
	r->txn = mem_strdup(from->txn);
	return r;
}

static void put(struct outbox *o, const struct store_out *from)
{
	struct room *room = room_get(o, from->key.room);
	struct row **at = &room->first, *r = row_copy(from);

	while (*at && (*at)->id < r->id)
		at = &(*at)->next;
	r->next = *at;
	*at = r;
	id_add(o, r->id);
	o->counts.waiting++;
	if (room->state == ROOM_IDLE && !room->under_way)
		stand_in_line(room);
}

/* Puts a row that is to be tried again back to the front. */
static void put_back(struct room *room, struct row *r)
{
	r->next = room->first;
	room->first = r;
	room->outbox->counts.waiting++;
}

static struct row *take_first(struct room *room)
{
	struct row *r = room->first;

	room->first = r->next;
	r->next = NULL;
	room->outbox->counts.waiting--;
	return r;
}

static struct store_key key_of(const struct room *room, const struct row *r)
{
	return (struct store_key){room->outbox->parts.channel->ops->name, room->name, r->thread, r->person};
}

static void log_row(const struct outbox *o, enum log_level level, const char *event, const struct row *r, const char *why)
{
	log_event(o->parts.log, level, event,
		LOG_FIELDS(LOG_TEXT("channel", o->parts.channel->ops->name), LOG_TEXT("kind", r->kind),
			LOG_NUMBER("row", r->id), LOG_NUMBER("attempts", r->attempts), LOG_TEXT("why", why)));
}

/* ---- what came of it ---- */

static void finish(struct room *room, struct row *r)
{
	struct outbox *o = room->outbox;

	marks_done(o->marks, r->id);
	row_free(r);
}

static void retry(struct room *room, struct row *r, const struct channel_sent *sent)
{
	struct outbox *o = room->outbox;
	int64_t now = o->parts.now_ms(), wait = sent->after_ms;

	if (wait < 0) {
		o->jitter.failures = r->attempts;
		wait = backoff_next(&o->jitter);
	}
	r->attempts++;
	o->counts.retried++;
	log_row(o, LOG_LEVEL_WARN, "not sent yet", r, sent->why);
	marks_retry(o->marks, r->id, now + wait);
	put_back(room, r);
	if (sent->everywhere && now + wait > o->all_wait_until_ms)
		o->all_wait_until_ms = now + wait;
	wait_until(room, now + wait);
}

static void on_moved(void *ctx, const struct store_committed *c)
{
	struct outbox *o = ctx;

	if (c->err)
		log_event(o->parts.log, LOG_LEVEL_ERROR, "room not moved", LOG_FIELDS(LOG_TEXT("why", c->err->text)));
	outbox_reread(o);
}

static void forget_rows(struct room *room)
{
	struct outbox *o = room->outbox;

	while (room->first) {
		struct row *r = take_first(room);

		id_remove(o, r->id);
		row_free(r);
	}
}

/* The room's rows stay in the store, where they move along. */
static void move(struct room *room, struct row *r, const char *to)
{
	struct outbox *o = room->outbox;
	struct store_batch *b = store_batch_new();

	store_batch_move_room(b, o->parts.channel->ops->name, room->name, to);
	id_remove(o, r->id);
	row_free(r);
	forget_rows(room);
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
	struct outbox *o = room->outbox;
	struct store_batch *b = store_batch_new();

	o->counts.dropped++;
	log_row(o, LOG_LEVEL_INFO, "nobody there any more", r, why);
	id_remove(o, r->id);
	row_free(r);
	forget_rows(room);
	store_batch_drop_room(b, o->parts.channel->ops->name, room->name);
	store_commit(o->parts.store, b, on_dropped, o);
}

static void sent_well(struct room *room, struct row *r, const char *ref)
{
	struct outbox *o = room->outbox;

	o->counts.sent++;
	sent_add(o->parts.sent, r->id, r->created_ms);
	if (*ref) {
		struct store_key key = key_of(room, r);

		marks_shown(o->marks, &key, ref);
	}
	finish(room, r);
}

static void settle(struct room *room, struct row *r, const struct channel_sent *sent)
{
	struct outbox *o = room->outbox;

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
	struct outbox *o = room->outbox;
	struct row *r = room->under_way;

	room->under_way = NULL;
	room->state = ROOM_IDLE;
	o->counts.under_way--;
	settle(room, r, sent);
	if (room->state == ROOM_IDLE) {
		if (room->first)
			stand_in_line(room);
		else
			room_rest(room);
	}
	if (o->more && o->counts.waiting < OUTBOX_MAX_ROWS / 2)
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
	return strcmp(r->kind, STORE_CHECK_IN) == 0 || strcmp(r->kind, OUTBOX_EXPORT) == 0;
}

/* Whatever a row is tried for the second time, it bears the same name. */
static const char *txn_of(const struct row *r, char *name, size_t size)
{
	(void)snprintf(name, size, "s%" PRId64 ".%" PRId64, r->id, r->created_ms);
	return name;
}

static void send_row(struct room *room)
{
	struct outbox *o = room->outbox;
	struct channel *c = o->parts.channel;
	struct row *r = room->under_way = take_first(room);
	char txn[48];

	room->state = ROOM_BUSY;
	o->counts.under_way++;
	if (is_work(r)) {
		struct store_out row = {.id = r->id, .key = key_of(room, r), .kind = r->kind, .body = r->body};

		o->parts.work(o->parts.work_ctx, &row, on_worked, room);
	} else {
		c->ops->send(c, room->name, r->kind, r->body, *r->txn ? r->txn : txn_of(r, txn, sizeof txn), on_sent, room);
	}
}

/* A room with several people takes only so many messages a minute. 0: now, else when. */
static int64_t room_full_until(struct room *room, int64_t now)
{
	const struct channel_ops *ops = room->outbox->parts.channel->ops;
	int most = ops->can.shared_room_per_minute;

	if (now - room->minute_ms >= MINUTE_MS || now < room->minute_ms) {
		room->minute_ms = now;
		room->sent_in_minute = 0;
	}
	if (!most || !ops->is_shared || !ops->is_shared(room->outbox->parts.channel, room->name))
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
	struct outbox *o = room->outbox;

	while (room->first && too_old(room->first, now)) {
		struct row *r = take_first(room);

		o->counts.dropped++;
		log_row(o, LOG_LEVEL_ERROR, "given up, too old", r, "could not be sent for a day");
		finish(room, r);
	}
}

static void serve(struct room *room, int64_t now)
{
	int64_t later;

	drop_old(room, now);
	if (!room->first) {
		room_rest(room);
		return;
	}
	later = room->first->not_before_ms > now ? room->first->not_before_ms : room_full_until(room, now);
	if (later)
		wait_until(room, later);
	else
		send_row(room);
}

static void pump(struct outbox *o)
{
	int64_t now = o->parts.now_ms();

	if (!o->running)
		return;
	if (o->line && o->all_wait_until_ms > now) {
		wake_at(o, o->all_wait_until_ms);
		return;
	}
	while (o->line && o->counts.under_way < OUTBOX_MAX_AT_ONCE)
		serve(next_in_line(o), now);
}

/* ---- reading from the store ---- */

/* What was sent when the last process ended, and not noted in the store yet, is noted now. */
static void take_stored(struct outbox *o, const struct store_out *row)
{
	if (id_known(o, row->id))
		return;
	if (sent_has(o->parts.sent, row->id, row->created_ms)) {
		id_add(o, row->id);
		marks_done(o->marks, row->id);
	} else {
		put(o, row);
	}
}

static void on_due(void *ctx, const struct err *err, const struct store_out *rows, size_t n, bool more)
{
	struct outbox *o = ctx;

	o->fetching = false;
	if (err) {
		log_event(o->parts.log, LOG_LEVEL_ERROR, "outbox not read", LOG_FIELDS(LOG_TEXT("why", err->text)));
		o->more = true;
		timer_start(o->due, MOST_RETRY_MS);
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
	int64_t now = o->parts.now_ms(), at = !err && *text ? strtoll(text, NULL, 10) : 0;

	if (o->running && (err || at))
		timer_start(o->due, err ? MOST_RETRY_MS : at <= now ? 0 : at - now < LOOK_AGAIN_MS ? at - now : LOOK_AGAIN_MS);
}

static void on_due_time(void *ctx)
{
	struct outbox *o = ctx;

	fetch(o);
	outbox_replan(o);
}

void outbox_replan(struct outbox *o)
{
	store_next_due(o->parts.store, o->parts.channel->ops->name, o->parts.now_ms(), on_next_due, o);
}

void outbox_add(struct outbox *o, const struct store_out *row)
{
	if (o->more || o->counts.waiting >= OUTBOX_MAX_ROWS) {
		o->more = true; /* it is read when its turn comes: later rows must not pass it */
		return;
	}
	if (!id_known(o, row->id))
		put(o, row);
	pump(o);
}

static void forget_room_rows(const void *node, VISIT which, void *unused)
{
	(void)unused;
	if (which == postorder || which == leaf)
		forget_rows(*(struct room *const *)node);
}

void outbox_reread(struct outbox *o)
{
	twalk_r(o->rooms, forget_room_rows, NULL);
	fetch(o);
}

/* ---- life ---- */

static void on_marks_idle(void *ctx)
{
	stopped(ctx);
}

struct outbox *outbox_new(const struct outbox_parts *parts)
{
	struct outbox *o = mem_alloc(1, sizeof *o);

	o->parts = *parts;
	o->line_end = &o->line;
	o->wake = timer_new(parts->loop, on_wake, o);
	o->due = timer_new(parts->loop, on_due_time, o);
	o->marks = marks_new(parts->loop, parts->store, parts->log, id_remove, on_marks_idle, o);
	backoff_init(&o->jitter, FIRST_RETRY_MS, MOST_RETRY_MS, (uint64_t)parts->now_ms());
	return o;
}

static void room_free(void *node)
{
	struct room *room = node;

	forget_rows(room);
	if (room->under_way)
		row_free(room->under_way);
	free(room->name);
	free(room);
}

void outbox_free(struct outbox *o)
{
	if (!o)
		return;
	timer_free(o->wake);
	timer_free(o->due);
	tdestroy(o->rooms, room_free);
	marks_free(o->marks);
	tdestroy(o->ids, free);
	free(o);
}

void outbox_start(struct outbox *o)
{
	o->running = true;
	fetch(o);
	outbox_replan(o);
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
}
