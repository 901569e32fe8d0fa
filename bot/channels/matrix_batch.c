/* matrix_batch.c - one answer of /sync. */
#include "channels/matrix_batch.h"

#include <stdlib.h>
#include <string.h>

#include "channels/matrix_crypt.h"
#include "channels/matrix_rooms.h"
#include "util/arena.h"
#include "util/json.h"
#include "util/mem.h"

enum { MAX_ID = 256, MAX_TOKEN = 4096, MAX_PAGES = 10, MAX_LATE = 256 };

/* A part of a timeline: what filled a gap comes before what the answer itself had. */
struct piece {
	struct piece *next;
	struct json_span events;
};

struct place {
	const char *id;
	bool entered; /* we have come since the last answer */
	bool left;
	bool past; /* while reading: before we came */
	struct json_span timeline, state;
	struct piece *gap, **gap_end;
	const char *from, *to; /* of the gap that is still open; NULL: none */
	int pages;
	struct matrix_event *events;
	size_t n;
};

struct matrix_batch {
	struct arena *arena;
	const struct matrix_self *self;
	struct matrix_rooms *rooms;
	struct matrix_crypt *crypt; /* NULL: what is sealed stays so */
	const char *next;
	struct place *places;
	size_t n_places, places_cap;
	uint64_t waiting; /* events whose key is not there */
	struct matrix_invitation *invitations;
	size_t n_invitations;
	bool first, read;
};

/* All its bytes: a text would end at the first NUL among them. */
static struct json_span keep_span(struct matrix_batch *b, struct json_span span)
{
	const char *copy = arena_copy(b->arena, span.at, span.len, 1);

	return (struct json_span){copy ? copy : "", span.len};
}

static const char *word(struct matrix_batch *b, struct json_span value)
{
	return value.len >= 2 && value.at[0] == '"' && value.len < MAX_TOKEN && !memchr(value.at, '\\', value.len)
			&& json_utf8(value.at, value.len)
		? arena_strndup(b->arena, value.at + 1, value.len - 2)
		: "";
}

static const char *word_at(struct matrix_batch *b, struct json_span object, const char *key)
{
	struct json_span value;

	return json_in_member(object, key, &value) ? word(b, value) : "";
}

static size_t count(struct json_span list)
{
	struct json_span one;
	size_t at = 0, n = 0;

	while (json_in_element(list, &at, &one))
		n++;
	return n;
}

static size_t count_members(struct json_span object)
{
	struct json_span key, value;
	size_t at = 0, n = 0;

	while (json_in_pair(object, &at, &key, &value))
		n++;
	return n;
}

/* ---- what changes the book ---- */

/* Somebody came or went, or the room is encrypted from now on: what was known of it is not true any more. */
static void look_for_changes(struct matrix_batch *b, struct matrix_room *room, struct json_span events)
{
	struct json_span event;
	size_t at = 0;

	while (json_in_element(events, &at, &event)) {
		const char *type = word_at(b, event, "type");

		room->encrypted |= !strcmp(type, "m.room.encryption");
		if (!strcmp(type, "m.room.member") || !strcmp(type, "m.room.tombstone"))
			room->known = false;
	}
}

/* ---- rooms of the answer ---- */

/* The next room with an id that can be one. */
static bool next_room(struct matrix_batch *b, struct json_span rooms, size_t *at, const char **out_id,
	struct json_span *out)
{
	struct json_span id;

	while (json_in_pair(rooms, at, &id, out))
		if (id.len && id.len < MAX_ID && !memchr(id.at, '\\', id.len) && !memchr(id.at, '\0', id.len) &&
			json_utf8(id.at, id.len)) {
			*out_id = arena_strndup(b->arena, id.at, id.len);
			return true;
		}
	return false;
}

static void open_place(struct matrix_batch *b, struct place *p, struct json_span room, const char *since)
{
	struct json_span value;
	struct matrix_room *known = matrix_rooms_find(b->rooms, p->id);

	p->gap_end = &p->gap;
	p->entered = !known && !b->first;
	if (!known)
		known = matrix_rooms_add(b->rooms, p->id);
	(void)json_in_path(room, &p->timeline, "timeline", "events", NULL);
	(void)json_in_path(room, &p->state, "state", "events", NULL);
	look_for_changes(b, known, p->state);
	look_for_changes(b, known, p->timeline);
	if (p->entered || b->first || !json_in_path(room, &value, "timeline", "limited", NULL) ||
		!json_in_is(value, "true"))
		return;
	known->known = false; /* who came and went meanwhile need not be told */
	if (json_in_path(room, &value, "timeline", "prev_batch", NULL)) {
		p->from = arena_strdup(b->arena, since);
		p->to = word(b, value);
	}
}

static void read_places(struct matrix_batch *b, struct json_span joined, struct json_span left, const char *since)
{
	struct json_span room;
	const char *id;
	size_t at = 0;

	b->places_cap = count_members(joined) + count_members(left) + MAX_LATE;
	b->places = arena_alloc(b->arena, b->places_cap, sizeof *b->places);
	while (next_room(b, joined, &at, &id, &room)) {
		struct place *p = &b->places[b->n_places++];

		p->id = id;
		open_place(b, p, room, since);
	}
	for (at = 0; next_room(b, left, &at, &id, &room);) {
		if (!matrix_rooms_find(b->rooms, id))
			continue; /* an invitation that was taken back */
		matrix_rooms_remove(b->rooms, id);
		b->places[b->n_places++] = (struct place){.id = id, .left = true};
	}
}

/* The stripped state tells who invites; it is no proof of anything. */
static void read_invitation(struct matrix_batch *b, const char *room, struct json_span state)
{
	struct matrix_event e;
	struct json_span event;
	size_t at = 0;

	while (json_in_element(state, &at, &event)) {
		matrix_parse(event, b->self, &(struct matrix_place){.room = room}, b->arena, &e);
		if (e.kind == MATRIX_MEMBER && !strcmp(e.member, b->self->user) && !strcmp(e.membership, "invite"))
			b->invitations[b->n_invitations++] = (struct matrix_invitation){room, e.sender, e.is_direct};
	}
}

static void read_invitations(struct matrix_batch *b, struct json_span invited)
{
	struct json_span room, state;
	const char *id;
	size_t at = 0, n = 0;

	while (next_room(b, invited, &at, &id, &room))
		n += json_in_path(room, &state, "invite_state", "events", NULL) ? count(state) : 0;
	b->invitations = arena_alloc(b->arena, n + 1, sizeof *b->invitations);
	for (at = 0; next_room(b, invited, &at, &id, &room);)
		if (json_in_path(room, &state, "invite_state", "events", NULL))
			read_invitation(b, id, state);
}

struct matrix_batch *matrix_batch_new(struct json_span answer, const char *since, const struct matrix_self *self,
	struct matrix_rooms *rooms)
{
	struct matrix_batch *b = mem_alloc(1, sizeof *b);
	struct json_span joined = {"", 0}, left = {"", 0}, invited = {"", 0};

	*b = (struct matrix_batch){.arena = arena_new(), .self = self, .rooms = rooms, .first = !*since};
	answer = keep_span(b, answer); /* it must last longer than the response */
	b->next = word_at(b, answer, "next_batch");
	if (!*b->next) {
		matrix_batch_free(b);
		return NULL;
	}
	(void)json_in_path(answer, &joined, "rooms", "join", NULL);
	(void)json_in_path(answer, &left, "rooms", "leave", NULL);
	(void)json_in_path(answer, &invited, "rooms", "invite", NULL);
	read_places(b, joined, left, since);
	read_invitations(b, invited);
	return b;
}

void matrix_batch_free(struct matrix_batch *b)
{
	if (!b)
		return;
	arena_free(b->arena);
	free(b);
}

const char *matrix_batch_next(const struct matrix_batch *b)
{
	return b->next;
}

bool matrix_batch_matters(const struct matrix_batch *b)
{
	return b->first || b->n_places || b->n_invitations;
}

const struct matrix_invitation *matrix_batch_invitations(const struct matrix_batch *b, size_t *out_n)
{
	*out_n = b->n_invitations;
	return b->invitations;
}

void matrix_batch_open_with(struct matrix_batch *b, struct matrix_crypt *crypt)
{
	b->crypt = crypt;
}

static struct place *place_of(struct matrix_batch *b, const char *room)
{
	struct place *p;

	for (size_t i = 0; i < b->n_places; i++)
		if (!strcmp(b->places[i].id, room))
			return &b->places[i];
	if (b->n_places == b->places_cap || !matrix_rooms_find(b->rooms, room))
		return NULL;
	p = &b->places[b->n_places++];
	p->id = arena_strdup(b->arena, room);
	p->gap_end = &p->gap;
	return p;
}

/* It was said before what this answer brings. */
void matrix_batch_add_late(struct matrix_batch *b, const char *room, struct json_span event)
{
	struct place *p = place_of(b, room);
	struct piece *piece;

	if (!p || p->left || p->entered)
		return;
	piece = arena_alloc(b->arena, 1, sizeof *piece);
	piece->events.at = arena_printf(b->arena, "[%.*s]", (int)event.len, event.at);
	piece->events.len = strlen(piece->events.at);
	*p->gap_end = piece;
	p->gap_end = &piece->next;
}

/* ---- gaps ---- */

static struct place *gapped(const struct matrix_batch *b)
{
	for (size_t i = 0; i < b->n_places; i++)
		if (b->places[i].from)
			return &b->places[i];
	return NULL;
}

bool matrix_batch_gap(const struct matrix_batch *b, struct matrix_gap *out)
{
	const struct place *p = gapped(b);

	if (p)
		*out = (struct matrix_gap){p->id, p->from, p->to};
	return p != NULL;
}

void matrix_batch_fill(struct matrix_batch *b, struct json_span answer)
{
	struct place *p = gapped(b);
	struct json_span events;
	const char *end = "";

	if (json_in_member(answer, "chunk", &events) && count(events)) {
		struct piece *piece = arena_alloc(b->arena, 1, sizeof *piece);

		piece->events = keep_span(b, events);
		*p->gap_end = piece;
		p->gap_end = &piece->next;
		end = word_at(b, answer, "end");
	}
	p->from = *end && strcmp(end, p->to) != 0 && ++p->pages < MAX_PAGES ? end : NULL;
}

/* ---- events ---- */

static bool is_our_coming(struct matrix_batch *b, struct json_span event)
{
	return !strcmp(word_at(b, event, "type"), "m.room.member") && !strcmp(word_at(b, event, "state_key"), b->self->user);
}

/* Where we have just come in, what was said before we were called is not for us. */
static bool has_our_coming(struct matrix_batch *b, struct json_span events)
{
	struct json_span event;
	size_t at = 0;

	while (json_in_element(events, &at, &event))
		if (is_our_coming(b, event))
			return true;
	return false;
}

static bool is_news(const struct matrix_batch *b, const struct place *p, struct json_span event)
{
	const struct matrix_room *room = matrix_rooms_find(b->rooms, p->id);
	struct json_span value;
	int64_t ts = 0;

	if (json_in_member(event, "origin_server_ts", &value))
		(void)json_in_whole(value, &ts);
	return room && (!room->deaf_until_ms || ts > room->deaf_until_ms);
}

static void read_events(struct matrix_batch *b, struct place *p, struct json_span events)
{
	const struct matrix_place where = {.room = p->id,
		.direct = matrix_room_is_direct(matrix_rooms_find(b->rooms, p->id))};
	struct json_span event, opened;
	size_t at = 0;

	while (json_in_element(events, &at, &event)) {
		if (p->past) { /* was not for us, and its keys are not ours */
			p->past = !is_our_coming(b, event);
			if (p->past)
				continue;
		}
		switch (matrix_crypt_open(b->crypt, p->id, event, is_news(b, p, event), b->arena, &opened)) {
		case MATRIX_OPENED:
			matrix_parse(opened, b->self, &where, b->arena, &p->events[p->n++]);
			break;
		case MATRIX_WAITS:
			b->waiting++;
			break;
		case MATRIX_WORTHLESS:
			break;
		}
	}
}

void matrix_batch_read(struct matrix_batch *b)
{
	if (b->read)
		return;
	b->read = true;
	for (size_t i = 0; i < b->n_places && !b->first; i++) {
		struct place *p = &b->places[i];
		size_t n = count(p->timeline);

		for (const struct piece *g = p->gap; g; g = g->next)
			n += count(g->events);
		p->events = arena_alloc(b->arena, n + 1, sizeof *p->events);
		p->past = p->entered && has_our_coming(b, p->timeline);
		for (const struct piece *g = p->gap; g; g = g->next)
			read_events(b, p, g->events);
		read_events(b, p, p->timeline);
	}
}

static struct matrix_event *needy(struct matrix_batch *b, struct place **out)
{
	for (size_t i = 0; i < b->n_places; i++)
		for (size_t k = 0; k < b->places[i].n; k++)
			if (b->places[i].events[k].needs) {
				*out = &b->places[i];
				return &b->places[i].events[k];
			}
	return NULL;
}

bool matrix_batch_needs(struct matrix_batch *b, const char **out_room, const char **out_event)
{
	struct place *p;
	const struct matrix_event *e = needy(b, &p);

	if (!e)
		return false;
	*out_room = p->id;
	*out_event = e->needs;
	return true;
}

/* All that hang from it are settled at once. */
void matrix_batch_know(struct matrix_batch *b, struct json_span event)
{
	struct matrix_known known;
	struct place *p;
	const char *id = needy(b, &p)->needs;

	(void)matrix_crypt_open(b->crypt, p->id, event, false, b->arena, &event); /* what can't be opened tells little */
	matrix_known_read(event, b->self, b->arena, &known);
	for (size_t k = 0; k < p->n; k++)
		if (p->events[k].needs && !strcmp(p->events[k].needs, id))
			matrix_settle(&p->events[k], &known);
}

/* ---- the outcome ---- */

static struct incoming bare(enum incoming_kind kind, const char *room, const char *event)
{
	return (struct incoming){.kind = kind, .event = event, .room = room, .thread = "", .person = "", .text = "",
		.args = "", .language = "", .reply_ref = "", .shown_ref = ""};
}

/* With the same id whenever it is told: what was said about it is not said again. */
static void tell_sealed(struct matrix_batch *b, const struct place *p, struct matrix_outcome *out)
{
	out->list[out->n++] = bare(INCOMING_SEALED, p->id, arena_printf(b->arena, "sealed %s", p->id));
}

/* The one besides us in a private room; "" while they were only called. */
static const char *who_is_there(const struct matrix_batch *b, const struct matrix_room *room)
{
	for (size_t i = 0; i < room->people; i++)
		if (!room->list[i].invited && strcmp(room->list[i].user, b->self->user) != 0)
			return arena_strdup(b->arena, room->list[i].user);
	return "";
}

/* A room that we came into: one that replaces another, or a new one. */
static void enter(struct matrix_batch *b, const struct place *p, struct matrix_outcome *out)
{
	const struct matrix_room *room = matrix_rooms_find(b->rooms, p->id), *before;
	struct incoming in = bare(INCOMING_ADDED, p->id, arena_printf(b->arena, "added %s %s", p->id, b->next));

	before = room && room->predecessor ? matrix_rooms_find(b->rooms, room->predecessor) : NULL;
	if (before && before->moved_to && !strcmp(before->moved_to, p->id)) {
		in = bare(INCOMING_MOVED, before->id, arena_printf(b->arena, "moved %s", before->id));
		in.text = p->id;
		in.len = strlen(in.text);
		out->moves[out->n_moves++] = (struct matrix_move){arena_strdup(b->arena, before->id), p->id};
	} else if (room && room->encrypted && !b->crypt) {
		tell_sealed(b, p, out);
		return;
	}
	in.direct = matrix_room_is_direct(room);
	if (in.direct && in.kind == INCOMING_ADDED)
		in.person = who_is_there(b, room);
	in.sealed = room && room->encrypted;
	out->list[out->n++] = in;
}

/* In a room with others each call begins a talk of its own, in a thread. */
static void hand_over(struct matrix_event *e, bool hear_all, struct matrix_outcome *out)
{
	struct incoming *in = &e->in;

	if (!in->direct && !in->addressed && (!hear_all || in->kind != INCOMING_TEXT))
		return;
	if (!in->direct && !*in->thread && in->kind != INCOMING_EDIT)
		in->thread = *in->shown_ref ? in->shown_ref : e->id;
	out->list[out->n++] = *in;
	if (in->kind != INCOMING_EDIT && (in->direct || in->addressed))
		out->last[out->n_last++] = in;
}

/* Somebody followed our invitation: they are waited for. */
static void come_in(const struct matrix_batch *b, const struct place *p, const struct matrix_event *e,
	struct matrix_outcome *out)
{
	const struct matrix_room *room = matrix_rooms_find(b->rooms, p->id);
	struct incoming in = bare(INCOMING_CAME, p->id, e->id);

	if (!*e->id || !e->came || !strcmp(e->member, b->self->user) || !matrix_room_is_direct(room))
		return;
	in.sealed = room->encrypted;
	in.person = e->member;
	in.direct = in.addressed = true;
	in.sent_ms = e->ts_ms;
	out->list[out->n++] = in;
}

static void follow(const char *from, const char *to, const char *by, struct matrix_outcome *out)
{
	out->closed_by[out->n_follow] = by;
	out->follow[out->n_follow++] = (struct matrix_move){from, to};
}

static void take_events(struct matrix_batch *b, struct place *p, bool hear_all, struct matrix_outcome *out)
{
	const struct matrix_room *room = matrix_rooms_find(b->rooms, p->id);
	int64_t history_ms = room ? room->deaf_until_ms : 0;
	bool sealed = false;

	for (size_t i = 0; i < p->n; i++) {
		struct matrix_event *e = &p->events[i];

		e->in.sealed = b->crypt && room && room->encrypted;
		if (e->kind == MATRIX_SAID && (!history_ms || e->ts_ms > history_ms))
			hand_over(e, hear_all, out);
		else if (e->kind == MATRIX_MEMBER && (!history_ms || e->ts_ms > history_ms))
			come_in(b, p, e, out);
		else if (e->kind == MATRIX_TOMBSTONE)
			follow(p->id, e->target, e->sender, out);
		out->sealed += e->kind == MATRIX_SEALED;
		sealed |= e->kind == MATRIX_SEALED && (!b->crypt || e->words);
	}
	if (sealed)
		tell_sealed(b, p, out);
}

void matrix_batch_end(struct matrix_batch *b, bool hear_all, struct matrix_outcome *out)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n_places; i++)
		n += b->places[i].n + 2; /* that we came, and that it is sealed */
	*out = (struct matrix_outcome){.list = arena_alloc(b->arena, n + 1, sizeof *out->list), .sealed = b->waiting};
	out->moves = arena_alloc(b->arena, n + 1, sizeof *out->moves);
	out->follow = arena_alloc(b->arena, n + 1, sizeof *out->follow);
	out->closed_by = arena_alloc(b->arena, n + 1, sizeof *out->closed_by);
	out->last = arena_alloc(b->arena, n + 1, sizeof *out->last);
	for (size_t i = 0; i < b->n_places && !b->first; i++) {
		struct place *p = &b->places[i];

		if (p->left) {
			out->list[out->n++] = bare(INCOMING_GONE, p->id,
				arena_printf(b->arena, "gone %s %s", p->id, b->next));
			continue;
		}
		if (p->entered)
			enter(b, p, out);
		take_events(b, p, hear_all, out);
	}
}
