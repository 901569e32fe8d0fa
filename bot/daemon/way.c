/* way.c - the way of what comes in. */
#include "daemon/way.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/apology.h"
#include "daemon/budget.h"
#include "daemon/config.h"
#include "daemon/guard.h"
#include "daemon/manners.h"
#include "daemon/outbox.h"
#include "daemon/takes.h"
#include "daemon/work.h"
#include "net/loop.h"
#include "store/store.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/err.h"
#include "util/log.h"
#include "util/mem.h"
#include "util/strmap.h"

enum {
	MAX_CONFLICTS = 5,
	SLICE_MS = 5,
	STATE_BYTES = 1 << 20, /* never reached: states are small, and the store refuses less than this */
	TURN_BYTES = 256 << 10, /* what a turn takes; pages that none has needed cost nothing */
};

#define DAY_MS ((int64_t)24 * 60 * 60 * 1000)

enum way_state { WAY_IDLE, WAY_LOADING, WAY_WORKING, WAY_COMMITTING };

/* This take (NULL: behind the last one), its item, the event of that. */
struct place {
	struct take *take;
	size_t item, event;
};

/* The batch under way. */
struct batch {
	struct takes takes;
	struct arena *arena, *scratch;
	struct buf text;
	struct strmap *names; /* of conversations, to their number */
	struct store_key *keys;
	struct work_talk *talks;
	size_t n_keys;
	const char **events;
	size_t n_events;
	bool *seen; /* as the events */
	size_t n_items; /* events from here on are marks */
	struct strmap *here; /* events of this batch */
	struct strmap *told; /* marks that are set */
	struct place at, part; /* where the work stands; where it began after the last commit */
	struct work work;
	int conflicts;
};

struct way {
	struct way_parts parts;
	enum way_state state;
	struct takes waiting;
	struct timer *timer; /* lets what comes in one turn of the loop gather */
	struct timer *slice; /* the work goes on after the loop had its turn */
	struct budget *budget;
	struct batch batch;
	struct apology *apology;
	struct manners_book *manners;
	void (*ready)(void *ctx, const struct err *err); /* who waits for them; NULL: nobody */
	void *ready_ctx;
	bool failing; /* the last batch was not written */
	struct way_counts counts;
	void (*idle)(void *ctx);
	void *idle_ctx;
};

/* ---- taking ---- */

static void put(struct way *w, struct take *t)
{
	t->refused = w->counts.waiting + take_weight(t) > WAY_MAX_WAITING && w->counts.waiting;
	w->counts.waiting += take_weight(t);
	takes_add(&w->waiting, t);
	if (w->state == WAY_IDLE)
		timer_start(w->timer, 0);
}

/* Enough to tell what is meant for us. */
static struct work ears_of(const struct way *w)
{
	return (struct work){.config = w->parts.config, .channel = w->parts.channel, .manners = w->manners};
}

/* What has nothing to do with us is confirmed, and no more. */
void way_take(struct way *w, const struct incoming *list, size_t n, const char *cursor, channel_saved_cb saved, void *ctx)
{
	const struct work ears = ears_of(w);
	struct incoming *heard = mem_alloc(n + 1, sizeof *heard);
	size_t n_heard = 0;

	for (size_t i = 0; i < n; i++)
		if (work_is_heard(&ears, &list[i]))
			heard[n_heard++] = list[i];
	put(w, take_new(heard, n_heard, cursor, saved, ctx));
	free(heard);
}

static void on_document(void *ctx, const struct err *err, const char *text)
{
	struct take *t = ctx;
	struct way *w = t->owner;

	if (err) {
		log_event(w->parts.log, LOG_LEVEL_ERROR, "no copy made", LOG_FIELDS(LOG_TEXT("why", err->text)));
		take_end(t, false);
		return;
	}
	t->document = arena_strdup(t->arena, text);
	put(w, t);
}

static void on_role(void *ctx, enum channel_role role)
{
	struct take *t = ctx;

	t->role = role;
	put(t->owner, t);
}

/* What could not be asked is asked again later, as a row that could not be written. */
static void on_opened(void *ctx, const struct channel_private *how)
{
	struct take *t = ctx;

	if (how->again) {
		take_end(t, false);
		return;
	}
	take_opened(t, how);
	put(t->owner, t);
}

void way_take_row(struct way *w, const struct store_out *row, channel_saved_cb saved, void *ctx)
{
	struct take *t = take_new_row(row, saved, ctx);
	const struct store_key *key = &t->row->key;
	struct channel *c = w->parts.channel;

	t->owner = w;
	if (strcmp(t->row->kind, OUTBOX_SETTINGS) == 0 && c->ops->ask_role)
		c->ops->ask_role(c, key->room, key->person, on_role, t);
	else if (strcmp(t->row->kind, OUTBOX_PRIVATE) == 0 && c->ops->open_private)
		c->ops->open_private(c, key->person, on_opened, t);
	else if (strcmp(t->row->kind, OUTBOX_EXPORT) == 0)
		store_export(w->parts.store, key->channel, key->person, on_document, t);
	else
		put(w, t);
}

/* ---- how rooms want us to behave ---- */

static void on_manners(void *ctx, const struct err *err, const char *text)
{
	struct way *w = ctx;
	void (*ready)(void *ctx, const struct err *err) = w->ready;
	struct err bad;

	w->ready = NULL;
	if (!err && manners_book_read(w->manners, text) != 0) {
		(void)err_set(&bad, "rooms' settings can't be read");
		err = &bad;
	}
	if (err && !ready)
		log_event(w->parts.log, LOG_LEVEL_ERROR, "rooms' settings not read",
			LOG_FIELDS(LOG_TEXT("why", err->text)));
	if (ready)
		ready(w->ready_ctx, err);
}

/* The store answers in order: what is loaded after this is worked with what it tells. */
void way_read_manners(struct way *w, void (*ready)(void *ctx, const struct err *err), void *ctx)
{
	if (ready) {
		w->ready = ready;
		w->ready_ctx = ctx;
	}
	store_settings(w->parts.store, w->parts.channel->ops->name, STORE_MANNERS, on_manners, w);
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
	if (work_private_key(t->row, t->opened, &key))
		(void)talk_number(b, &key);
	for (size_t i = 0; i < t->n; i++) {
		b->events[b->n_events++] = t->list[i].event;
		if (work_key(&b->work, &t->list[i], &key))
			(void)talk_number(b, &key);
		if (work_origin(&b->work, &t->list[i], &key))
			(void)talk_number(b, &key);
	}
	(void)w;
}

/* Marks of items that may be answered only so often are looked up behind the events. */
static void list_marks(struct batch *b, const struct take *t)
{
	for (size_t i = 0; i < t->n; i++) {
		const char *mark = work_mark(&b->work, &t->list[i]);

		if (mark)
			b->events[b->n_events++] = mark;
	}
}

static void know_marks(struct batch *b)
{
	strmap_free(b->told);
	b->work.told = b->told = strmap_new();
	for (size_t i = b->n_items; i < b->n_events; i++)
		if (b->seen[i])
			strmap_set(b->told, b->events[i], strlen(b->events[i]), 1);
}

static struct work_talk *talk_of(struct batch *b, const struct store_key *key)
{
	return &b->talks[talk_number(b, key)];
}

/* Takes that hold nothing but a cursor weigh nothing, and are a batch all the same. */
static bool gather(struct way *w, struct batch *b)
{
	size_t n = 0;

	while (w->waiting.first && (!n || n + take_weight(w->waiting.first) <= WAY_MAX_BATCH)) {
		struct take *t = takes_remove(&w->waiting);

		w->counts.waiting -= take_weight(t);
		if (t->refused) {
			w->counts.refused += take_weight(t);
			take_end(t, false);
			continue;
		}
		n += take_weight(t);
		takes_add(&b->takes, t);
	}
	return b->takes.first != NULL;
}

static void work_begin(struct way *w, struct batch *b)
{
	arena_reset(b->arena);
	b->work = (struct work){.config = w->parts.config, .channel = w->parts.channel, .manners = w->manners,
		.now_ms = w->parts.now_ms(), .arena = b->arena, .scratch = b->scratch, .text = &b->text};
	strmap_free(b->names);
	b->names = strmap_new();
	b->n_keys = b->n_events = 0;
}

bool way_is_working(const struct way *w)
{
	return w->state == WAY_WORKING;
}

/* ---- a batch: its items ---- */

/* What comes again because it could not be written is counted once. */
static enum work_pace pace_of(struct way *w, const struct incoming *in)
{
	if (w->failing || w->batch.conflicts)
		return WORK_PACE_FINE;
	switch (budget_take(w->budget, in->person, w->parts.config->messages_per_minute, w->batch.work.now_ms)) {
	case BUDGET_FIRST_OVER:
		return WORK_PACE_TELL;
	case BUDGET_OVER:
		return WORK_PACE_OVER;
	default:
		return WORK_PACE_FINE;
	}
}

static void log_item(const struct way *w, const struct incoming *in, const struct work_done *done, size_t replies)
{
	log_event(w->parts.log, LOG_LEVEL_INFO, "message",
		LOG_FIELDS(LOG_TEXT("channel", w->parts.channel->ops->name), LOG_NUMBER("kind", in->kind),
			LOG_NUMBER("replies", (long long)replies), LOG_TEXT("urgency", urgency_id(done->urgency))));
}

static void work_one(struct way *w, struct batch *b, const struct incoming *in)
{
	struct store_key key, from;
	struct work_talk *t;
	struct work_done done;
	size_t said = b->work.n_said;

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
	log_item(w, in, &done, b->work.n_said - said);
}

/* Item `i` of a take, the batch's event `e`, unless it came before. */
static void work_new(struct way *w, struct batch *b, const struct take *t, size_t e, size_t i)
{
	const char *event = t->list[i].event;
	int64_t until = b->work.now_ms + (int64_t)w->parts.config->seen_days * DAY_MS;

	if (b->seen[e] || strmap_get(b->here, event, strlen(event), 0)) {
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
	struct store_key key;

	if (t->document)
		work_export(&b->work, t->row, t->document);
	else if (strcmp(t->row->kind, OUTBOX_SETTINGS) == 0)
		work_settings(&b->work, talk_of(b, &t->row->key), t->row, t->role);
	else if (strcmp(t->row->kind, OUTBOX_PRIVATE) == 0)
		work_private(&b->work, talk_of(b, &t->row->key),
			work_private_key(t->row, t->opened, &key) ? talk_of(b, &key) : NULL, t->row, t->opened);
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

void way_put_off(struct way *w, const struct incoming *list, size_t n)
{
	const struct work ears = ears_of(w);

	w->failing = true;
	for (size_t i = 0; i < n; i++)
		if (!work_is_off(&ears, &list[i]))
			apology_say(w->apology, w->parts.channel, w->parts.data, w->parts.config->region, &list[i]);
}

static void fail(struct way *w, const char *what, const char *why)
{
	w->counts.failed_batches++;
	for (const struct take *t = w->batch.takes.first; t; t = t->next)
		way_put_off(w, t->list, t->n);
	w->failing = true;
	log_event(w->parts.log, LOG_LEVEL_ERROR, what, LOG_FIELDS(LOG_TEXT("why", why)));
	takes_end(&w->batch.takes, false);
	rest(w);
}

static void send_off(struct way *w, const struct store_committed *c)
{
	struct work *work = &w->batch.work;

	for (size_t i = 0; i < work->n_forgotten && w->parts.channel->ops->forget; i++)
		w->parts.channel->ops->forget(w->parts.channel, work->forgotten[i]);
	if (work->moved)
		outbox_reread(w->parts.outbox);
	if (work->moved || work->manners_changed)
		way_read_manners(w, NULL, NULL);
	for (size_t i = 0; i < work->n_rows && i < c->n_out_ids; i++) {
		work->rows[i].id = c->out_ids[i];
		if (work->rows[i].not_before_ms > work->now_ms)
			outbox_plan(w->parts.outbox, work->rows[i].not_before_ms);
		else if (!work->moved)
			outbox_add(w->parts.outbox, &work->rows[i]);
	}
}

/* What is written comes again no more, even if the rest fails: it was seen. */
static bool begin_part(struct batch *b)
{
	b->part = b->at;
	b->conflicts = 0;
	return b->part.take;
}

static void on_committed(void *ctx, const struct store_committed *c)
{
	struct way *w = ctx;

	outbox_settled(w->parts.outbox, !c->err);
	if (c->conflict && ++w->batch.conflicts <= MAX_CONFLICTS) {
		load(w);
		return;
	}
	if (c->err || c->conflict) {
		fail(w, "batch not written", c->err ? c->err->text : "conversations keep changing");
		return;
	}
	apology_over(w->apology);
	w->failing = false;
	w->counts.batches++;
	w->counts.last_batch_ms = w->parts.now_ms();
	send_off(w, c);
	if (begin_part(&w->batch)) {
		load(w);
		return;
	}
	takes_end(&w->batch.takes, true);
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

/* A room that gets another name is a part of its own, written before what follows is loaded: the talks of what was said before
 * it are found under the old name, those of what is said after it under the new one. */
static bool is_part_over(const struct batch *b)
{
	const struct place *at = &b->at;

	if (!at->take)
		return true;
	if (at->item == at->take->n && !at->take->row)
		return false; /* nothing is left but its cursor */
	if (b->work.moved)
		return true;
	return !at->take->row && at->take->list[at->item].kind == INCOMING_MOVED &&
		(at->take != b->part.take || at->item != b->part.item);
}

/* The next row or item. False at the end of the part. */
static bool work_next(struct way *w, struct batch *b)
{
	struct place *at = &b->at;
	struct take *t = at->take;

	if (is_part_over(b))
		return false;
	if (t->row)
		work_row(b, t);
	else if (!at->item)
		take_apply_edits(t);
	if (at->item < t->n) {
		work_new(w, b, t, at->event++, at->item++);
		return true;
	}
	if (t->cursor)
		store_batch_cursor(b->work.batch, w->parts.channel->ops->name, t->cursor);
	at->take = t->next;
	at->item = 0;
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

static void open_talk(struct way *w, const struct store_conversation *loaded, size_t i)
{
	struct batch *b = &w->batch;
	const char *shown = outbox_shown_in(w->parts.outbox, &b->keys[i]);
	struct store_conversation now = *loaded;

	if (shown)
		now.shown = shown;
	work_open(&b->work, &b->keys[i], &now, &b->talks[i]);
	if (b->talks[i].damaged)
		log_event(w->parts.log, LOG_LEVEL_ERROR, "conversation unreadable, begun anew", NULL);
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
	for (size_t i = 0; i < b->n_keys; i++)
		open_talk(w, &loaded->conversations[i], i);
	outbox_join(w->parts.outbox, b->work.batch);
	b->seen = arena_alloc(b->arena, b->n_events + 1, sizeof *b->seen);
	if (b->n_events)
		memcpy(b->seen, loaded->seen, b->n_events * sizeof *b->seen);
	know_marks(b);
	b->here = strmap_new();
	b->at = b->part;
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
		n += take_weight(t);
	b->keys = arena_alloc(b->arena, 2 * n + 1, sizeof *b->keys);
	b->events = arena_alloc(b->arena, 2 * n + 1, sizeof *b->events);
	for (const struct take *t = b->takes.first; t; t = t->next)
		list_keys(w, b, t);
	b->n_items = b->n_events;
	for (const struct take *t = b->takes.first; t; t = t->next)
		list_marks(b, t);
	store_load(w->parts.store, b->keys, b->n_keys, w->parts.channel->ops->name, b->events, b->n_events, on_loaded, w);
}

static void pump(void *ctx)
{
	struct way *w = ctx;

	if (w->state != WAY_IDLE)
		return;
	if (!gather(w, &w->batch)) {
		rest(w);
		return;
	}
	w->batch.at = (struct place){.take = w->batch.takes.first};
	(void)begin_part(&w->batch);
	load(w);
}

/* ---- life ---- */

struct way *way_new(const struct way_parts *parts)
{
	struct way *w = mem_alloc(1, sizeof *w);

	w->parts = *parts;
	w->timer = timer_new(parts->loop, pump, w);
	w->slice = timer_new(parts->loop, work_slice, w);
	w->budget = budget_new();
	w->apology = apology_new();
	w->manners = manners_book_new();
	w->batch.arena = arena_new();
	w->batch.scratch = arena_new_large(TURN_BYTES);
	buf_init(&w->batch.text, STATE_BYTES);
	takes_init(&w->waiting);
	takes_init(&w->batch.takes);
	return w;
}

void way_free(struct way *w)
{
	if (!w)
		return;
	takes_end(&w->waiting, false);
	if (w->state == WAY_WORKING)
		store_batch_free(w->batch.work.batch);
	takes_end(&w->batch.takes, false);
	timer_free(w->timer);
	timer_free(w->slice);
	strmap_free(w->batch.here);
	strmap_free(w->batch.told);
	manners_book_free(w->manners);
	apology_free(w->apology);
	budget_free(w->budget);
	strmap_free(w->batch.names);
	arena_free(w->batch.arena);
	arena_free(w->batch.scratch);
	buf_done(&w->batch.text);
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
