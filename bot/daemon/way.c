/* way.c - the way of what comes in. */
#include "daemon/way.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/budget.h"
#include "daemon/config.h"
#include "daemon/guard.h"
#include "daemon/outbox.h"
#include "daemon/work.h"
#include "net/loop.h"
#include "store/store.h"
#include "util/arena.h"
#include "util/err.h"
#include "util/log.h"
#include "util/mem.h"
#include "util/strmap.h"

enum { MAX_CONFLICTS = 5, SLICE_MS = 5 };

#define DAY_MS ((int64_t)24 * 60 * 60 * 1000)

/* Things that came together and are confirmed together. */
struct take {
	struct way *way;
	struct take *next;
	struct arena *arena; /* of all its texts */
	struct incoming *list;
	size_t n;
	const char *cursor; /* NULL: none */
	struct store_out *row; /* of the outbox; then n is 0 */
	const char *document; /* what an export row is to say */
	channel_saved_cb saved;
	void *ctx;
	bool refused; /* there was no room for it */
};

struct queue {
	struct take *first, **end;
};

enum way_state { WAY_IDLE, WAY_LOADING, WAY_WORKING, WAY_COMMITTING };

/* The batch under way. */
struct batch {
	struct queue takes;
	struct arena *arena;
	struct strmap *names; /* of conversations, to their number */
	struct store_key *keys;
	struct work_talk *talks;
	size_t n_keys;
	const char **events;
	size_t n_events;
	bool *seen; /* as the events */
	struct strmap *here; /* events of this batch */
	struct take *at; /* where the work stands: this take, its item, the event of that */
	size_t at_item, at_event;
	struct work work;
	int conflicts;
};

struct way {
	struct way_parts parts;
	enum way_state state;
	struct queue waiting;
	struct timer *timer; /* lets what comes in one turn of the loop gather */
	struct timer *slice; /* the work goes on after the loop had its turn */
	struct budget *budget;
	struct batch batch;
	struct strmap *told; /* who knows that the store is out of order */
	struct way_counts counts;
	void (*idle)(void *ctx);
	void *idle_ctx;
};

/* ---- queues ---- */

static void queue_init(struct queue *q)
{
	q->first = NULL;
	q->end = &q->first;
}

static void queue_add(struct queue *q, struct take *t)
{
	t->next = NULL;
	*q->end = t;
	q->end = &t->next;
}

static struct take *queue_remove(struct queue *q)
{
	struct take *t = q->first;

	q->first = t->next;
	if (!q->first)
		q->end = &q->first;
	return t;
}

static size_t weight(const struct take *t)
{
	return t->row ? 1 : t->n;
}

static void take_end(struct take *t, bool saved)
{
	if (t->saved)
		t->saved(t->ctx, saved);
	arena_free(t->arena);
	free(t);
}

/* ---- taking ---- */

static const char *copy(struct arena *a, const char *s)
{
	return arena_strdup(a, s ? s : "");
}

static struct incoming incoming_copy(struct arena *a, const struct incoming *in)
{
	struct incoming out = *in;

	out.event = copy(a, in->event);
	out.room = copy(a, in->room);
	out.thread = copy(a, in->thread);
	out.person = copy(a, in->person);
	out.text = in->text ? arena_strndup(a, in->text, in->len ? in->len : strlen(in->text)) : "";
	out.args = copy(a, in->args);
	out.language = copy(a, in->language);
	out.reply_ref = copy(a, in->reply_ref);
	out.shown_ref = copy(a, in->shown_ref);
	for (size_t i = 0; i < in->n_picked; i++)
		out.picked[i] = copy(a, in->picked[i]);
	return out;
}

static struct take *take_new(struct way *w, channel_saved_cb saved, void *ctx)
{
	struct take *t = mem_alloc(1, sizeof *t);

	t->way = w;
	t->arena = arena_new();
	t->saved = saved;
	t->ctx = ctx;
	return t;
}

static void put(struct way *w, struct take *t)
{
	t->refused = w->counts.waiting + weight(t) > WAY_MAX_WAITING && w->counts.waiting;
	w->counts.waiting += weight(t);
	queue_add(&w->waiting, t);
	if (w->state == WAY_IDLE)
		timer_start(w->timer, 0);
}

void way_take(struct way *w, const struct incoming *list, size_t n, const char *cursor, channel_saved_cb saved, void *ctx)
{
	struct take *t = take_new(w, saved, ctx);

	t->list = arena_alloc(t->arena, n + 1, sizeof *t->list);
	for (; t->n < n; t->n++)
		t->list[t->n] = incoming_copy(t->arena, &list[t->n]);
	t->cursor = cursor ? copy(t->arena, cursor) : NULL;
	put(w, t);
}

static void on_document(void *ctx, const struct err *err, const char *text)
{
	struct take *t = ctx;

	if (err) {
		log_event(t->way->parts.log, LOG_LEVEL_ERROR, "no copy made", LOG_FIELDS(LOG_TEXT("why", err->text)));
		take_end(t, false);
		return;
	}
	t->document = copy(t->arena, text);
	put(t->way, t);
}

void way_take_row(struct way *w, const struct store_out *row, channel_saved_cb saved, void *ctx)
{
	struct take *t = take_new(w, saved, ctx);
	struct store_out *r = arena_alloc(t->arena, 1, sizeof *r);

	*r = *row;
	r->key = (struct store_key){row->key.channel, copy(t->arena, row->key.room), copy(t->arena, row->key.thread),
		copy(t->arena, row->key.person)};
	r->kind = copy(t->arena, row->kind);
	r->body = r->txn = "";
	t->row = r;
	if (strcmp(r->kind, OUTBOX_EXPORT) == 0)
		store_export(w->parts.store, r->key.channel, r->key.person, on_document, t);
	else
		put(w, t);
}

/* ---- a batch: which conversations ---- */

static int talk_number(struct batch *b, const struct store_key *key)
{
	const char *name = arena_printf(b->arena, "%s\x1f%s\x1f%s", key->room, key->thread, key->person);
	int known = strmap_get(b->names, name, strlen(name), -1);

	if (known >= 0)
		return known;
	strmap_set(b->names, name, strlen(name), (int)b->n_keys);
	b->keys[b->n_keys] = *key;
	return (int)b->n_keys++;
}

static void list_keys(struct way *w, struct batch *b, const struct take *t)
{
	struct store_key key;

	if (t->row)
		(void)talk_number(b, &t->row->key);
	for (size_t i = 0; i < t->n; i++) {
		b->events[b->n_events++] = t->list[i].event;
		if (work_key(&b->work, &t->list[i], &key))
			(void)talk_number(b, &key);
		if (work_origin(&b->work, &t->list[i], &key))
			(void)talk_number(b, &key);
	}
	(void)w;
}

static struct work_talk *talk_of(struct batch *b, const struct store_key *key)
{
	return &b->talks[talk_number(b, key)];
}

/* Takes that hold nothing but a cursor weigh nothing, and are a batch all the same. */
static bool gather(struct way *w, struct batch *b)
{
	size_t n = 0;

	while (w->waiting.first && (!n || n + weight(w->waiting.first) <= WAY_MAX_BATCH)) {
		struct take *t = queue_remove(&w->waiting);

		w->counts.waiting -= weight(t);
		if (t->refused) {
			w->counts.refused += weight(t);
			take_end(t, false);
			continue;
		}
		n += weight(t);
		queue_add(&b->takes, t);
	}
	return b->takes.first != NULL;
}

static void batch_end(struct batch *b, bool saved)
{
	while (b->takes.first)
		take_end(queue_remove(&b->takes), saved);
}

static void work_begin(struct way *w, struct batch *b)
{
	arena_reset(b->arena);
	b->work = (struct work){.config = w->parts.config, .channel = w->parts.channel,
		.now_ms = w->parts.now_ms(), .arena = b->arena};
	strmap_free(b->names);
	b->names = strmap_new();
	b->n_keys = b->n_events = 0;
}

bool way_is_working(const struct way *w)
{
	return w->state == WAY_WORKING;
}

/* ---- a batch: its items ---- */

static enum work_pace pace_of(struct way *w, const struct incoming *in)
{
	switch (budget_take(w->budget, in->person, w->parts.config->messages_per_minute, w->batch.work.now_ms)) {
	case BUDGET_FIRST_OVER:
		return WORK_PACE_TELL;
	case BUDGET_OVER:
		return WORK_PACE_OVER;
	default:
		return WORK_PACE_FINE;
	}
}

static void log_item(const struct way *w, const struct incoming *in, const struct work_done *done)
{
	log_event(w->parts.log, LOG_LEVEL_INFO, "message",
		LOG_FIELDS(LOG_TEXT("channel", w->parts.channel->ops->name), LOG_NUMBER("kind", in->kind),
			LOG_NUMBER("replies", (long long)done->replies), LOG_TEXT("urgency", urgency_id(done->urgency))));
}

static void work_one(struct way *w, struct batch *b, const struct incoming *in)
{
	struct store_key key, from;
	struct work_talk *t;
	struct work_done done;

	if (!work_key(&b->work, in, &key))
		return;
	t = talk_of(b, &key);
	if (!guard_enter(w->parts.guard, in->event)) {
		w->counts.given_up++;
		log_event(w->parts.log, LOG_LEVEL_ERROR, "message given up",
			LOG_FIELDS(LOG_TEXT("why", "the program ended several times while working it")));
		work_give_up(&b->work, t, in);
		return;
	}
	work_item(&b->work, t, work_origin(&b->work, in, &from) ? talk_of(b, &from) : NULL, in, pace_of(w, in), &done);
	guard_leave(w->parts.guard);
	log_item(w, in, &done);
}

/* An edit changes what was not answered yet, which can only be in the same batch. */
static void apply_edits(struct take *t)
{
	for (size_t i = 0; i < t->n; i++)
		for (size_t k = 0; t->list[i].kind == INCOMING_EDIT && k < i; k++)
			if (t->list[k].kind == INCOMING_TEXT && strcmp(t->list[k].room, t->list[i].room) == 0 &&
				strcmp(t->list[k].person, t->list[i].person) == 0 &&
				strcmp(t->list[k].reply_ref, t->list[i].reply_ref) == 0) {
				t->list[k].text = t->list[i].text;
				t->list[k].len = t->list[i].len;
			}
}

/* Item `i` of a take, unless it came before. */
static void work_new(struct way *w, struct batch *b, const struct take *t, size_t i)
{
	const char *event = t->list[i].event;
	int64_t until = b->work.now_ms + (int64_t)w->parts.config->seen_days * DAY_MS;

	if (b->seen[b->at_event + i] || strmap_get(b->here, event, strlen(event), 0)) {
		w->counts.seen_before++;
		return;
	}
	strmap_set(b->here, event, strlen(event), 1);
	store_batch_seen(b->work.batch, w->parts.channel->ops->name, event, until);
	w->counts.items++;
	work_one(w, b, &t->list[i]);
}

static void work_row(struct batch *b, const struct take *t)
{
	struct work_done done;

	if (t->document)
		work_export(&b->work, t->row, t->document);
	else
		work_check_in(&b->work, talk_of(b, &t->row->key), t->row, &done);
}

/* ---- a batch: load, work, commit ---- */

static void load(struct way *w);
static void pump(void *ctx);

static void rest(struct way *w)
{
	w->state = WAY_IDLE;
	if (w->waiting.first)
		timer_start(w->timer, 0);
	else if (w->idle) {
		void (*idle)(void *ctx) = w->idle;

		w->idle = NULL;
		idle(w->idle_ctx);
	}
}

/* ---- the store is out of order: silence would be worse than words that no state explains ---- */

static void on_apologised(void *ctx, const struct channel_sent *sent)
{
	(void)ctx; /* nothing depends on it: who gets none is answered when the store is well again */
	(void)sent;
}

static void say_at_once(struct way *w, const struct incoming *in, const char *text)
{
	struct channel *c = w->parts.channel;
	struct outgoing o = {.room = in->room, .thread = in->thread, .person = in->person, .text = text,
		.reply_ref = in->direct ? "" : in->reply_ref, .link = "", .link_label = ""};
	struct channel_request *r;
	size_t n = c->ops->say(c, &o, w->batch.arena, &r);

	for (size_t i = 0; i < n; i++)
		c->ops->send(c, in->room, r[i].kind, r[i].body, "", on_apologised, NULL);
}

/* Whoever wrote to us is told once that something is wrong, and what to do in danger. */
static void apologise(struct way *w, const struct incoming *in)
{
	struct talk_state s;

	if (!*in->person || !(in->direct || in->addressed) || in->kind > INCOMING_COMMAND || in->kind == INCOMING_EDIT ||
		strmap_get(w->told, in->person, strlen(in->person), 0) || strmap_count(w->told) >= WAY_MAX_WAITING)
		return;
	strmap_set(w->told, in->person, strlen(in->person), 1);
	state_init(&s);
	say_at_once(w, in,
		talk_words(w->parts.data, &s, w->parts.config->region, "channels", "words", "out_of_order", w->batch.arena));
}

static void apologise_to_all(struct way *w)
{
	for (const struct take *t = w->batch.takes.first; t; t = t->next)
		for (size_t i = 0; i < t->n; i++)
			apologise(w, &t->list[i]);
}

static void all_is_well(struct way *w)
{
	if (!strmap_count(w->told))
		return;
	strmap_free(w->told);
	w->told = strmap_new();
}

static void fail(struct way *w, const char *what, const char *why)
{
	w->counts.failed_batches++;
	apologise_to_all(w);
	log_event(w->parts.log, LOG_LEVEL_ERROR, what, LOG_FIELDS(LOG_TEXT("why", why)));
	batch_end(&w->batch, false);
	rest(w);
}

static void send_off(struct way *w, const struct store_committed *c)
{
	struct work *work = &w->batch.work;
	bool later = false;

	if (work->moved)
		outbox_reread(w->parts.outbox);
	for (size_t i = 0; i < work->n_rows && i < c->n_out_ids; i++) {
		work->rows[i].id = c->out_ids[i];
		if (work->rows[i].not_before_ms > work->now_ms)
			later = true;
		else if (!work->moved)
			outbox_add(w->parts.outbox, &work->rows[i]);
	}
	if (later)
		outbox_replan(w->parts.outbox);
}

static void on_committed(void *ctx, const struct store_committed *c)
{
	struct way *w = ctx;

	if (c->conflict && ++w->batch.conflicts <= MAX_CONFLICTS) {
		load(w);
		return;
	}
	if (c->err || c->conflict) {
		fail(w, "batch not written", c->err ? c->err->text : "conversations keep changing");
		return;
	}
	all_is_well(w);
	w->counts.batches++;
	w->counts.last_batch_ms = w->parts.now_ms();
	send_off(w, c);
	batch_end(&w->batch, true);
	rest(w);
}

/* All is worked: it is written. */
static void commit(struct way *w)
{
	struct batch *b = &w->batch;

	strmap_free(b->here);
	b->here = NULL;
	for (size_t i = 0; i < b->n_keys; i++)
		work_save(&b->work, &b->talks[i]);
	w->state = WAY_COMMITTING;
	store_commit(w->parts.store, b->work.batch, on_committed, w);
}

/* The next row or item. False at the end. */
static bool work_next(struct way *w, struct batch *b)
{
	struct take *t = b->at;

	if (!t)
		return false;
	if (t->row)
		work_row(b, t);
	else if (!b->at_item)
		apply_edits(t);
	if (b->at_item < t->n) {
		work_new(w, b, t, b->at_item++);
		return true;
	}
	if (t->cursor)
		store_batch_cursor(b->work.batch, w->parts.channel->ops->name, t->cursor);
	b->at = t->next;
	b->at_event += t->n;
	b->at_item = 0;
	return true;
}

/* The loop must not stand still for a whole batch: answers to what was sent are waiting, too. */
static void work_slice(void *ctx)
{
	struct way *w = ctx;
	int64_t until = loop_clock_ms() + SLICE_MS;

	while (work_next(w, &w->batch))
		if (loop_clock_ms() >= until) {
			timer_start(w->slice, 0);
			return;
		}
	commit(w);
}

static void on_loaded(void *ctx, const struct store_loaded *loaded)
{
	struct way *w = ctx;
	struct batch *b = &w->batch;

	if (loaded->err) {
		fail(w, "conversations not read", loaded->err->text);
		return;
	}
	b->work.batch = store_batch_new();
	b->work.data = *w->parts.data;
	b->talks = arena_alloc(b->arena, b->n_keys + 1, sizeof *b->talks);
	for (size_t i = 0; i < b->n_keys; i++) {
		work_open(&b->work, &b->keys[i], &loaded->conversations[i], &b->talks[i]);
		if (b->talks[i].damaged)
			log_event(w->parts.log, LOG_LEVEL_ERROR, "conversation unreadable, begun anew", NULL);
	}
	b->seen = arena_alloc(b->arena, b->n_events + 1, sizeof *b->seen);
	if (b->n_events)
		memcpy(b->seen, loaded->seen, b->n_events * sizeof *b->seen);
	b->here = strmap_new();
	b->at = b->takes.first;
	b->at_item = b->at_event = 0;
	w->state = WAY_WORKING;
	work_slice(w);
}

static void load(struct way *w)
{
	struct batch *b = &w->batch;
	size_t n = 0;

	w->state = WAY_LOADING;
	work_begin(w, b);
	for (const struct take *t = b->takes.first; t; t = t->next)
		n += weight(t);
	b->keys = arena_alloc(b->arena, 2 * n + 1, sizeof *b->keys);
	b->events = arena_alloc(b->arena, n + 1, sizeof *b->events);
	for (const struct take *t = b->takes.first; t; t = t->next)
		list_keys(w, b, t);
	store_load(w->parts.store, b->keys, b->n_keys, w->parts.channel->ops->name, b->events, b->n_events, on_loaded, w);
}

static void pump(void *ctx)
{
	struct way *w = ctx;

	if (w->state != WAY_IDLE)
		return;
	w->batch.conflicts = 0;
	if (gather(w, &w->batch))
		load(w);
	else
		rest(w);
}

/* ---- life ---- */

struct way *way_new(const struct way_parts *parts)
{
	struct way *w = mem_alloc(1, sizeof *w);

	w->parts = *parts;
	w->timer = timer_new(parts->loop, pump, w);
	w->slice = timer_new(parts->loop, work_slice, w);
	w->budget = budget_new();
	w->told = strmap_new();
	w->batch.arena = arena_new();
	queue_init(&w->waiting);
	queue_init(&w->batch.takes);
	return w;
}

void way_free(struct way *w)
{
	if (!w)
		return;
	while (w->waiting.first)
		take_end(queue_remove(&w->waiting), false);
	if (w->state == WAY_WORKING)
		store_batch_free(w->batch.work.batch);
	batch_end(&w->batch, false);
	timer_free(w->timer);
	timer_free(w->slice);
	strmap_free(w->batch.here);
	strmap_free(w->told);
	budget_free(w->budget);
	strmap_free(w->batch.names);
	arena_free(w->batch.arena);
	free(w);
}

void way_drain(struct way *w, void (*idle)(void *ctx), void *ctx)
{
	w->idle = idle;
	w->idle_ctx = ctx;
	if (w->state == WAY_IDLE && !w->waiting.first)
		rest(w);
}

void way_counts(const struct way *w, struct way_counts *out)
{
	*out = w->counts;
}
