/* matrix_sync.c - one question at a time, and after each answer the next that is needed:
 *
 *     STOPPED -- start --> ASKING: which rooms are we in? what is each like? which filter?
 *     ASKING -- all that is clear --> SYNCING -- answered --> ASKING: what is behind the gaps? what do events hang from?
 *     ASKING -- nothing more to ask --> SAVING -- saved --> ASKING ...
 *     ASKING, SYNCING -- no answer; SAVING -- not saved --> WAITING -- time --> ASKING
 *     any -- stop --> STOPPED, once what is being saved is saved */
#include "channels/matrix_sync.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channels/channel.h"
#include "channels/life.h"
#include "channels/matrix_api.h"
#include "channels/matrix_batch.h"
#include "channels/matrix_crypt.h"
#include "channels/matrix_joins.h"
#include "channels/matrix_parts.h"
#include "channels/matrix_rooms.h"
#include "channels/vitals.h"
#include "net/backoff.h"
#include "net/loop.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/json_out.h"
#include "util/log.h"
#include "util/mem.h"

enum {
	MOST_WAIT_MS = 60000,
	MARGIN_MS = 15000, /* beyond what the server may hold a question open */
	FIRST_SYNC_MS = 10 * 60 * 1000, /* of an account with many rooms */
	CURSOR_MAX = 4000,
	FILTER_ID_MAX = 256,
	GAP_PAGE = 100,
	MOST_UNSAVED = 1000,
};

/* What we are told of. Bodies of state events are asked for room by room. */
static const char filter[] =
	"{\"presence\":{\"types\":[]},\"account_data\":{\"types\":[]},\"room\":{\"account_data\":{\"types\":[]},"
	"\"ephemeral\":{\"types\":[]},\"timeline\":{\"limit\":50,\"types\":[\"m.room.message\",\"m.room.encrypted\","
	"\"m.room.encryption\",\"m.room.member\",\"m.room.tombstone\",\"m.reaction\",\"m.sticker\",\"m.key.verification.*\"]},"
	"\"state\":{\"types\":[\"m.room.encryption\",\"m.room.member\",\"m.room.tombstone\"],\"lazy_load_members\":true}}}";

enum sync_state { STOPPED, ASKING, SYNCING, WAITING, SAVING };

static const char *const names[] = {"stopped", "asking", "syncing", "waiting", "saving"};

/* Outlives the machine, as the answer may come late. */
struct saving {
	struct matrix_sync *sync; /* NULL: nobody wants to know */
};

struct matrix_sync {
	const struct matrix_parts *parts;
	enum sync_state state;
	struct timer *timer;
	struct backoff backoff;
	struct matrix_call *call;
	struct saving *saving;
	char *since, *filter_id;
	bool listed; /* the rooms that we are in were told */
	bool filter_refused;
	bool looked; /* for what waited when we began */
	struct matrix_batch *batch; /* NULL: none under way */
	struct arena *late_arena;
	struct matrix_late *late; /* what could not be read when it came, and is in the batch */
	size_t n_late;
	int unsaved; /* answers to the same question that could not be saved */
	struct matrix_saving *keys; /* that the batch brought, on their way to the disk */
	struct matrix_outcome outcome; /* of the batch that is being saved */
	uint64_t events, sealed; /* handed over; that could not be read */
	void (*stopped)(void *ctx);
	void *stopped_ctx;
};

static void step(struct matrix_sync *s);

static void set_state(struct matrix_sync *s, enum sync_state state)
{
	static const bool allowed[][5] = {
		[STOPPED] = {[ASKING] = true},
		[ASKING] = {[ASKING] = true, [SYNCING] = true, [WAITING] = true, [SAVING] = true, [STOPPED] = true},
		[SYNCING] = {[ASKING] = true, [WAITING] = true, [STOPPED] = true},
		[WAITING] = {[ASKING] = true, [STOPPED] = true},
		[SAVING] = {[ASKING] = true, [WAITING] = true, [STOPPED] = true},
	};

	assert(allowed[s->state][state]);
	s->state = state;
}

static void set_text(char **text, const char *now)
{
	char *copy = now ? mem_strdup(now) : NULL;

	free(*text);
	*text = copy;
}

/* ---- failures ---- */

static void give_up(struct matrix_sync *s, const char *why)
{
	set_state(s, STOPPED);
	life_fail(s->parts->life, why);
}

static void try_later(struct matrix_sync *s, const char *why, int64_t after_ms)
{
	int64_t wait = backoff_next(&s->backoff);

	if (after_ms > 0)
		wait = after_ms;
	vitals_failed(s->parts->vitals, why);
	log_event(s->parts->channel->env.log, LOG_LEVEL_WARN, "matrix does not answer",
		LOG_FIELDS(LOG_TEXT("why", why), LOG_NUMBER("wait_ms", wait)));
	set_state(s, WAITING);
	timer_start(s->timer, wait);
}

/* What can be had later is asked again, and what never will be is left to the caller. True when it is an answer. */
static bool is_answer(struct matrix_sync *s, const struct matrix_answer *a)
{
	s->call = NULL;
	switch (a->verdict) {
	case MATRIX_AGAIN:
		try_later(s, a->why, a->after_ms);
		return false;
	case MATRIX_TOKEN:
		try_later(s, a->why, -1);
		s->parts->token_gone(s->parts->ctx, a->soft_logout);
		return false;
	case MATRIX_FATAL:
		give_up(s, a->why);
		return false;
	default:
		return true;
	}
}

static void all_is_well(struct matrix_sync *s)
{
	backoff_reset(&s->backoff);
	vitals_well(s->parts->vitals);
}

static void ask(struct matrix_sync *s, const char *method, const char *path, const char *body, int timeout_ms,
	matrix_done done)
{
	s->call = matrix_api_call(s->parts->api,
		&(struct matrix_ask){.method = method, .path = path, .body = body, .timeout_ms = timeout_ms}, done, s);
}

/* ---- at the start: rooms, what each is like, the filter ---- */

static void on_rooms(void *ctx, const struct matrix_answer *a)
{
	struct matrix_sync *s = ctx;
	struct json_span list, one;
	char id[FILTER_ID_MAX];
	size_t at = 0;

	if (!is_answer(s, a))
		return;
	if (a->verdict != MATRIX_DONE || !json_in_member(a->body, "joined_rooms", &list)) {
		try_later(s, "half an answer", -1);
		return;
	}
	while (json_in_element(list, &at, &one))
		if (json_in_word(one, id, sizeof id)) {
			struct matrix_room *room = matrix_rooms_add(s->parts->rooms, id);

			/* A server may well give its first answer of minutes ago again, and all that followed it. */
			room->deaf_until_ms = *s->since ? 0 : s->parts->channel->env.now_ms();
		}
	s->listed = true;
	step(s);
}

static struct matrix_room *unknown_room(const struct matrix_sync *s)
{
	struct matrix_room *room;

	for (size_t i = 0; (room = matrix_rooms_at(s->parts->rooms, i)); i++)
		if (!room->known)
			return room;
	return NULL;
}

/* A room that was closed while we were not looking is followed, too. */
static void follow_closed(struct matrix_sync *s, const struct matrix_room *room)
{
	if (room->moved_to && !matrix_rooms_find(s->parts->rooms, room->moved_to))
		matrix_joins_follow(s->parts->joins, room->moved_to, room->moved_by);
}

static void on_state(void *ctx, const struct matrix_answer *a)
{
	struct matrix_sync *s = ctx;
	struct matrix_room *room = unknown_room(s);

	if (!is_answer(s, a))
		return;
	if (a->verdict == MATRIX_DONE) {
		matrix_room_learn(room, a->body);
		if (room->encrypted)
			matrix_crypt_room_sealed(s->parts->crypt, room->id);
		follow_closed(s, room);
	} else { /* we are not there any more */
		matrix_rooms_remove(s->parts->rooms, room->id);
	}
	step(s);
}

static void on_filter(void *ctx, const struct matrix_answer *a)
{
	struct matrix_sync *s = ctx;
	struct json_span id;
	char word[FILTER_ID_MAX];

	if (!is_answer(s, a))
		return;
	if (a->verdict == MATRIX_DONE && json_in_member(a->body, "filter_id", &id) &&
		json_in_word(id, word, sizeof word))
		set_text(&s->filter_id, word);
	else
		s->filter_refused = true; /* it goes with every question, then */
	step(s);
}

/* ---- sync ---- */

/* A room that is encrypted from now on is so on disk before anything is said in it. */
static void note_sealed(struct matrix_sync *s)
{
	const struct matrix_room *room;

	for (size_t i = 0; s->parts->crypt && (room = matrix_rooms_at(s->parts->rooms, i)); i++)
		if (room->encrypted)
			matrix_crypt_room_sealed(s->parts->crypt, room->id);
}

static void start_batch(struct matrix_sync *s, struct matrix_batch *b)
{
	const struct matrix_invitation *list;
	size_t n;

	s->batch = b;
	note_sealed(s);
	for (size_t i = 0; i < s->n_late; i++)
		matrix_batch_add_late(b, s->late[i].room, s->late[i].event);
	list = matrix_batch_invitations(b, &n);
	for (size_t i = 0; i < n; i++)
		matrix_joins_invited(s->parts->joins, list[i].room, list[i].by, list[i].direct);
}

/* The server knows our place or our filter no more. Without a place nothing that was said before is answered. */
static void on_refused(struct matrix_sync *s, const char *why)
{
	log_event(s->parts->channel->env.log, LOG_LEVEL_ERROR,
		s->filter_id ? "filter refused" : "place to read from refused", LOG_FIELDS(LOG_TEXT("why", why)));
	if (s->filter_id)
		set_text(&s->filter_id, NULL);
	else
		set_text(&s->since, "");
	try_later(s, why, -1);
}

/* Keys come before what was said with them. True when there is something to be saved. */
static bool take_keys(struct matrix_sync *s, struct json_span answer)
{
	bool any = matrix_crypt_sync(s->parts->crypt, answer, !*s->since);

	arena_reset(s->late_arena);
	s->n_late = any || !s->looked ? matrix_crypt_late(s->parts->crypt, s->late_arena, &s->late) : 0;
	s->looked = true;
	return any || s->n_late;
}

static void on_sync(void *ctx, const struct matrix_answer *a)
{
	struct matrix_sync *s = ctx;
	struct matrix_batch *b;
	bool keys;

	if (!is_answer(s, a))
		return;
	if (a->verdict != MATRIX_DONE) {
		on_refused(s, a->why);
		return;
	}
	b = matrix_batch_new(a->body, s->since, s->parts->self, s->parts->rooms);
	if (!b) {
		try_later(s, "half an answer", -1);
		return;
	}
	s->parts->vitals->last_ms = s->parts->channel->env.now_ms();
	all_is_well(s);
	set_state(s, ASKING);
	keys = take_keys(s, a->body);
	matrix_batch_open_with(b, s->parts->crypt);
	if (matrix_batch_matters(b) || keys) {
		start_batch(s, b);
	} else { /* nothing but time went by: not worth a write */
		set_text(&s->since, matrix_batch_next(b));
		matrix_batch_free(b);
	}
	step(s);
}

/* A server may give the same question the same answer for minutes (Synapse: sync_response_cache_duration): whoever wrote since
 * would not be heard. So it is never quite the same. */
static void could_not_save(struct matrix_sync *s, const char *what)
{
	s->unsaved = (s->unsaved + 1) % MOST_UNSAVED;
	try_later(s, what, -1);
}

static void ask_sync(struct matrix_sync *s, struct arena *arena)
{
	bool first = !*s->since;
	int held_ms = (first ? 0 : s->parts->sync_timeout_s * 1000) + s->unsaved;
	const char *path = arena_printf(arena, "%s&timeout=%d&set_presence=offline%s",
		matrix_path(arena, "/v3/sync?filter=*", s->filter_id ? s->filter_id : filter), held_ms,
		first ? "" : matrix_path(arena, "&since=*", s->since));

	set_state(s, SYNCING);
	matrix_rooms_tell(s->parts->rooms);
	ask(s, "GET", path, NULL, first ? FIRST_SYNC_MS : held_ms + MARGIN_MS, on_sync);
}

/* ---- what the batch needs ---- */

static void on_messages(void *ctx, const struct matrix_answer *a)
{
	struct matrix_sync *s = ctx;

	if (!is_answer(s, a))
		return;
	matrix_batch_fill(s->batch, a->body);
	step(s);
}

static void on_event(void *ctx, const struct matrix_answer *a)
{
	struct matrix_sync *s = ctx;

	if (!is_answer(s, a))
		return;
	matrix_batch_know(s->batch, a->body);
	step(s);
}

/* ---- saving ---- */

static void write_cursor(const struct matrix_sync *s, struct buf *out)
{
	buf_init(out, CURSOR_MAX);
	buf_addc(out, '{');
	json_out_text(out, "since", matrix_batch_next(s->batch));
	json_out_key(out, "joins");
	matrix_joins_save(s->parts->joins, out);
	buf_addc(out, '}');
}

static void read_cursor(struct matrix_sync *s, const char *cursor)
{
	struct json_span object = {cursor, strlen(cursor)}, value;
	char since[CURSOR_MAX];

	set_text(&s->since, "");
	if (json_in_member(object, "since", &value) && json_in_word(value, since, sizeof since))
		set_text(&s->since, since);
	if (json_in_member(object, "joins", &value))
		matrix_joins_load(s->parts->joins, value);
}

/* People see by it that we are there. */
static void mark_read(struct matrix_sync *s, const struct incoming *in)
{
	struct arena *arena = arena_new();
	struct buf body;

	buf_init(&body, CURSOR_MAX);
	buf_addc(&body, '{');
	json_out_text(&body, "thread_id", *in->thread && strcmp(in->thread, in->event) != 0 ? in->thread : "main");
	buf_addc(&body, '}');
	matrix_api_tell(s->parts->api, "POST", matrix_path(arena, "/v3/rooms/*/receipt/m.read/*", in->room, in->event),
		buf_str(&body));
	buf_done(&body);
	arena_free(arena);
}

static bool is_last(const struct matrix_outcome *o, size_t i)
{
	for (size_t k = i + 1; k < o->n_last; k++)
		if (!strcmp(o->last[k]->room, o->last[i]->room) && !strcmp(o->last[k]->thread, o->last[i]->thread))
			return false;
	return true;
}

static void after_saving(struct matrix_sync *s)
{
	struct matrix_outcome *o = &s->outcome;
	struct arena *arena = arena_new();

	for (size_t i = 0; i < o->n_last; i++)
		if (is_last(o, i))
			mark_read(s, o->last[i]);
	for (size_t i = 0; i < o->n; i++)
		if (o->list[i].kind == INCOMING_GONE)
			matrix_crypt_left(s->parts->crypt, o->list[i].room);
	for (size_t i = 0; i < o->n_moves; i++)
		matrix_api_tell(s->parts->api, "POST", matrix_path(arena, "/v3/rooms/*/leave", o->moves[i].from), "{}");
	for (size_t i = 0; i < s->n_late; i++)
		matrix_crypt_late_done(s->parts->crypt, s->late[i].id);
	s->events += o->n;
	s->sealed += o->sealed;
	set_text(&s->since, matrix_batch_next(s->batch));
	s->unsaved = 0;
	arena_free(arena);
}

static void end_stop(struct matrix_sync *s)
{
	void (*stopped)(void *ctx) = s->stopped;

	set_state(s, STOPPED);
	s->stopped = NULL;
	stopped(s->stopped_ctx);
}

static void on_saved(void *ctx, bool saved)
{
	struct saving *saving = ctx;
	struct matrix_sync *s = saving->sync;

	free(saving);
	if (!s)
		return;
	s->saving = NULL;
	if (saved)
		after_saving(s);
	matrix_batch_free(s->batch);
	s->batch = NULL;
	if (s->stopped) {
		end_stop(s);
	} else if (saved) {
		set_state(s, ASKING);
		step(s);
	} else {
		could_not_save(s, "events could not be saved");
	}
}

static void take(struct matrix_sync *s)
{
	const struct channel_sink *sink = &s->parts->channel->env.sink;
	struct matrix_outcome *o = &s->outcome;
	struct buf cursor;

	matrix_batch_end(s->batch, s->parts->hear_all, o);
	for (size_t i = 0; i < o->n_follow; i++)
		matrix_joins_follow(s->parts->joins, o->follow[i].to, o->closed_by[i]);
	write_cursor(s, &cursor);
	s->saving = mem_alloc(1, sizeof *s->saving);
	s->saving->sync = s;
	sink->take(sink->ctx, s->parts->channel, o->list, o->n, buf_str(&cursor), on_saved, s->saving);
	buf_done(&cursor);
}

static void on_keys_saved(void *ctx, bool ok)
{
	struct matrix_sync *s = ctx;
	const struct channel_sink *sink = &s->parts->channel->env.sink;

	s->keys = NULL;
	if (ok) {
		take(s);
		return;
	}
	matrix_batch_end(s->batch, s->parts->hear_all, &s->outcome);
	sink->put_off(sink->ctx, s->parts->channel, s->outcome.list, s->outcome.n);
	matrix_batch_free(s->batch);
	s->batch = NULL;
	could_not_save(s, "keys could not be saved");
}

/* The server forgets keys that it has handed out as soon as we go on: they are on disk before that. */
static void hand_over(struct matrix_sync *s)
{
	set_state(s, SAVING);
	if (s->parts->crypt)
		s->keys = matrix_crypt_save(s->parts->crypt, on_keys_saved, s);
	else
		take(s);
}

/* ---- the next step ---- */

static void ask_batch(struct matrix_sync *s, struct arena *arena)
{
	struct matrix_gap gap;
	const char *room, *event;

	if (matrix_batch_gap(s->batch, &gap)) {
		ask(s, "GET", arena_printf(arena, "%s&limit=%d", matrix_path(arena,
			"/v3/rooms/*/messages?dir=f&from=*&to=*", gap.room, gap.from, gap.to), GAP_PAGE), NULL, 0,
				on_messages);
		return;
	}
	matrix_batch_read(s->batch);
	if (matrix_batch_needs(s->batch, &room, &event))
		ask(s, "GET", matrix_path(arena, "/v3/rooms/*/event/*", room, event), NULL, 0, on_event);
	else
		hand_over(s);
}

static void step(struct matrix_sync *s)
{
	struct arena *arena = arena_new();
	const char *self = s->parts->self->user;

	if (s->state != ASKING)
		set_state(s, ASKING);
	if (!s->listed)
		ask(s, "GET", "/v3/joined_rooms", NULL, 0, on_rooms);
	else if (unknown_room(s))
		ask(s, "GET", matrix_path(arena, "/v3/rooms/*/state", unknown_room(s)->id), NULL, 0, on_state);
	else if (!s->filter_id && !s->filter_refused)
		ask(s, "POST", matrix_path(arena, "/v3/user/*/filter", self), filter, 0, on_filter);
	else if (s->batch)
		ask_batch(s, arena);
	else
		ask_sync(s, arena);
	arena_free(arena);
}

static void on_time(void *ctx)
{
	step(ctx);
}

/* ---- life ---- */

struct matrix_sync *matrix_sync_new(const struct matrix_parts *parts)
{
	struct matrix_sync *s = mem_alloc(1, sizeof *s);

	s->parts = parts;
	s->late_arena = arena_new();
	s->timer = timer_new(parts->channel->env.loop, on_time, s);
	backoff_init(&s->backoff, parts->first_wait_ms, MOST_WAIT_MS, parts->seed);
	return s;
}

void matrix_sync_free(struct matrix_sync *s)
{
	if (!s)
		return;
	if (s->saving)
		s->saving->sync = NULL;
	matrix_saving_cancel(s->keys);
	arena_free(s->late_arena);
	matrix_call_cancel(s->call);
	matrix_batch_free(s->batch);
	timer_free(s->timer);
	free(s->since);
	free(s->filter_id);
	free(s);
}

void matrix_sync_start(struct matrix_sync *s, const char *cursor)
{
	read_cursor(s, cursor);
	step(s);
}

void matrix_sync_stop(struct matrix_sync *s, void (*stopped)(void *ctx), void *ctx)
{
	s->stopped = stopped;
	s->stopped_ctx = ctx;
	timer_stop(s->timer);
	if (s->saving)
		return;
	matrix_saving_cancel(s->keys); /* what they came with comes again */
	s->keys = NULL;
	matrix_call_cancel(s->call);
	s->call = NULL;
	if (s->state == STOPPED) {
		s->stopped = NULL;
		stopped(ctx);
		return;
	}
	end_stop(s);
}

const char *matrix_sync_state(const struct matrix_sync *s)
{
	return names[s->state];
}

void matrix_sync_counts(const struct matrix_sync *s, uint64_t *out_events, uint64_t *out_sealed)
{
	*out_events = s->events;
	*out_sealed = s->sealed;
}
