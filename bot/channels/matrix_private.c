/* matrix_private.c - one person at a time. Of the rooms that we have had with them: one that they are in, else one that
 * they are invited to, else one of ours that they left, where they are invited again. Else one is made, if that may be.
 *
 * What is refused on the way ends with no room: they are told how to write to us, as waiting would be silence. */
#include "channels/matrix_private.h"

#include <stdlib.h>
#include <string.h>

#include "channels/matrix_api.h"
#include "channels/matrix_direct.h"
#include "channels/matrix_joins.h"
#include "channels/matrix_parse.h"
#include "channels/matrix_parts.h"
#include "channels/matrix_rooms.h"
#include "channels/vitals.h"
#include "net/loop.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/json_out.h"
#include "util/log.h"
#include "util/mem.h"

enum { MOST_WAITING = 64, MOST_DOUBTS = 2, MAX_ID = 256, MAX_BODY = 4096, HOUR_MS = 60 * 60 * 1000 };

/* From the first event on. */
static const char encryption[] = "[{\"type\":\"m.room.encryption\",\"state_key\":\"\","
	"\"content\":{\"algorithm\":\"m.megolm.v1.aes-sha2\"}}]";

static const char direct_list[] = "/v3/user/*/account_data/m.direct";

struct request {
	struct request *next;
	char *person;
	channel_private_cb told;
	void *ctx;
};

struct matrix_private {
	const struct matrix_parts *parts;
	struct request *first, **end; /* the first one is at work */
	size_t n;
	struct matrix_call *call;
	struct arena *arena; /* of the first one's texts */
	struct json_span list; /* m.direct */
	/* Of the rooms that we have had with them, NULL for none; `left` is one that we made. */
	const char *there, *invited_to, *left;
	bool unclear; /* what one of them is like is being asked */
	bool encrypt;
	int per_hour, made; /* in the hour that began with hour_ms */
	int64_t hour_ms;
	int64_t doubt_ms; /* when the making of one ended without an answer; 0: none did */
	int doubts; /* in a row */
	bool stopped;
};

static const struct channel_private again = {.again = true, .link = ""};

static void begin(struct matrix_private *p);

/* ---- the end of one ---- */

static const char *link_to(struct matrix_private *p, const char *room)
{
	const char *user = p->parts->self->user;

	if (!room)
		return matrix_path(p->arena, "https://matrix.to/#/*", user);
	return matrix_path(p->arena, "https://matrix.to/#/*?via=*", room, matrix_server_of(user));
}

static void finish(struct matrix_private *p, const struct channel_private *how)
{
	struct request *r = p->first;

	matrix_call_cancel(p->call);
	p->call = NULL;
	p->first = r->next;
	if (!p->first)
		p->end = &p->first;
	p->n--;
	r->told(r->ctx, how);
	free(r->person);
	free(r);
	if (p->first && !p->call && !p->stopped)
		begin(p);
}

static void found(struct matrix_private *p, const char *room, bool there)
{
	const struct matrix_room *known = matrix_rooms_find(p->parts->rooms, room);

	finish(p, &(struct channel_private){.room = room, .there = there, .sealed = known && known->encrypted,
		.link = link_to(p, room)});
}

static void none(struct matrix_private *p, const char *why)
{
	log_event(p->parts->channel->env.log, LOG_LEVEL_WARN, "no private room", LOG_FIELDS(LOG_TEXT("why", why)));
	finish(p, &(struct channel_private){.link = link_to(p, NULL)});
}

static bool is_refused(struct matrix_private *p, const struct matrix_answer *a)
{
	p->call = NULL;
	if (a->verdict == MATRIX_TOKEN)
		p->parts->token_gone(p->parts->ctx, a->soft_logout);
	if (a->verdict == MATRIX_DONE)
		return false;
	none(p, a->why);
	return true;
}

static void ask(struct matrix_private *p, const char *method, const char *path, const char *body, matrix_done done)
{
	const struct matrix_ask what = {.method = method, .path = path, .body = body};

	p->call = matrix_api_call(p->parts->api, &what, done, p);
}

/* ---- a new one ---- */

/* Others of the account's clients go by that list, and so do we the next time. */
static void note_direct(struct matrix_private *p, const char *room)
{
	char *list = matrix_direct_with(p->list, p->first->person, room);

	if (list)
		matrix_api_tell(p->parts->api, "PUT", matrix_path(p->arena, direct_list, p->parts->self->user), list);
	free(list);
}

static int64_t wall_ms(const struct matrix_private *p)
{
	return p->parts->channel->env.now_ms();
}

/* It may have been made all the same: then the next answer of /sync tells of it, and no second one is made before. Who
 * asks is not kept waiting by a server that fails each time. */
static bool is_in_doubt(struct matrix_private *p, const struct matrix_answer *a)
{
	if (a->verdict != MATRIX_AGAIN || a->after_ms >= 0 || ++p->doubts > MOST_DOUBTS) {
		p->doubts = 0;
		return false;
	}
	p->call = NULL;
	p->doubt_ms = wall_ms(p);
	finish(p, &again);
	return true;
}

static void on_made(void *ctx, const struct matrix_answer *a)
{
	struct matrix_private *p = ctx;
	char room[MAX_ID];
	struct json_span id;

	if (is_in_doubt(p, a) || is_refused(p, a))
		return;
	if (!json_in_member(a->body, "room_id", &id) || !json_in_word(id, room, sizeof room)) {
		none(p, "half an answer");
		return;
	}
	log_event(p->parts->channel->env.log, LOG_LEVEL_NOTICE, "private room made",
		LOG_FIELDS(LOG_TEXT("room", room)));
	note_direct(p, room);
	found(p, arena_strdup(p->arena, room), false);
}

static bool may_make(struct matrix_private *p)
{
	int64_t now = loop_now_ms(p->parts->channel->env.loop);

	if (!p->made || now - p->hour_ms >= HOUR_MS) {
		p->hour_ms = now;
		p->made = 0;
	}
	return p->made < p->per_hour;
}

static void put_invited(struct buf *out, const char *person)
{
	json_out_key(out, "invite");
	buf_addc(out, '[');
	json_out_string(out, person, strlen(person));
	buf_addc(out, ']');
}

static void make(struct matrix_private *p)
{
	const char *person = p->first->person;
	struct buf body;

	if (p->doubt_ms && p->parts->vitals->last_ms <= p->doubt_ms) {
		finish(p, &again);
		return;
	}
	p->doubt_ms = 0;
	if (!may_make(p)) {
		none(p, "no more rooms are made in this hour");
		return;
	}
	p->made++;
	buf_init(&body, MAX_BODY);
	buf_addc(&body, '{');
	json_out_text(&body, "preset", "trusted_private_chat");
	json_out_raw(&body, "is_direct", "true");
	put_invited(&body, person);
	json_out_key(&body, "creation_content");
	buf_addc(&body, '{');
	json_out_text(&body, MATRIX_MADE_FOR, person);
	buf_addc(&body, '}');
	if (p->encrypt && p->parts->crypt)
		json_out_raw(&body, "initial_state", encryption);
	buf_addc(&body, '}');
	ask(p, "POST", "/v3/createRoom", buf_str(&body), on_made);
	buf_done(&body);
}

/* ---- one that was left ---- */

static void on_invited(void *ctx, const struct matrix_answer *a)
{
	struct matrix_private *p = ctx;

	if (!is_refused(p, a))
		found(p, p->left, false);
}

static void invite(struct matrix_private *p)
{
	struct buf body;

	buf_init(&body, MAX_BODY);
	buf_addc(&body, '{');
	json_out_text(&body, "user_id", p->first->person);
	buf_addc(&body, '}');
	ask(p, "POST", matrix_path(p->arena, "/v3/rooms/*/invite", p->left), buf_str(&body), on_invited);
	buf_done(&body);
}

/* ---- those that there are ---- */

static bool is_ours_for(const struct matrix_room *room, const char *self, const char *person)
{
	return room->made_for && room->made_by && !strcmp(room->made_for, person) && !strcmp(room->made_by, self);
}

static const struct matrix_reader *reader(const struct matrix_room *room, const char *person)
{
	for (size_t i = 0; i < room->people; i++)
		if (!strcmp(room->list[i].user, person))
			return &room->list[i];
	return NULL;
}

/* Where nobody else reads along, and we can read. */
static bool is_fit(const struct matrix_private *p, const struct matrix_room *room)
{
	return matrix_room_is_direct(room) && !room->moved_to && (!room->encrypted || p->parts->crypt);
}

static void consider(struct matrix_private *p, const struct matrix_room *room)
{
	const struct matrix_reader *r;

	p->unclear |= room && !room->known;
	if (!is_fit(p, room))
		return;
	r = reader(room, p->first->person);
	if (r && !r->invited)
		p->there = room->id;
	else if (r)
		p->invited_to = room->id;
	else if (is_ours_for(room, p->parts->self->user, p->first->person))
		p->left = room->id;
}

static void consider_listed(struct matrix_private *p)
{
	struct json_span key, rooms, one;
	size_t at = 0, k = 0;
	char id[MAX_ID];

	while (json_in_pair(p->list, &at, &key, &rooms))
		if (key.len == strlen(p->first->person) && !memcmp(key.at, p->first->person, key.len))
			while (json_in_element(rooms, &k, &one))
				if (json_in_word(one, id, sizeof id))
					consider(p, matrix_rooms_find(p->parts->rooms, id));
}

static void consider_ours(struct matrix_private *p)
{
	const struct matrix_room *room;

	for (size_t i = 0; (room = matrix_rooms_at(p->parts->rooms, i)); i++)
		if (is_ours_for(room, p->parts->self->user, p->first->person))
			consider(p, room);
}

static void choose(struct matrix_private *p)
{
	if (p->there)
		found(p, p->there, true);
	else if (p->unclear)
		finish(p, &again);
	else if (p->invited_to)
		found(p, p->invited_to, false);
	else if (p->left)
		invite(p);
	else
		make(p);
}

static void on_list(void *ctx, const struct matrix_answer *a)
{
	struct matrix_private *p = ctx;

	if (a->verdict != MATRIX_MISSING && is_refused(p, a))
		return;
	p->call = NULL;
	if (a->verdict == MATRIX_DONE)
		p->list = (struct json_span){arena_copy(p->arena, a->body.at, a->body.len, 1), a->body.len};
	consider_ours(p);
	consider_listed(p);
	choose(p);
}

static void begin(struct matrix_private *p)
{
	arena_reset(p->arena);
	p->list = (struct json_span){"", 0};
	p->unclear = false;
	p->there = p->invited_to = p->left = NULL;
	ask(p, "GET", matrix_path(p->arena, direct_list, p->parts->self->user), NULL, on_list);
}

/* ---- life ---- */

void matrix_private_open(struct matrix_private *p, const char *person, channel_private_cb told, void *ctx)
{
	struct request *r;

	if (p->stopped || p->n == MOST_WAITING || !matrix_rooms_told(p->parts->rooms)) {
		told(ctx, &again);
		return;
	}
	r = mem_alloc(1, sizeof *r);
	*r = (struct request){.person = mem_strdup(person), .told = told, .ctx = ctx};
	*p->end = r;
	p->end = &r->next;
	if (!p->n++)
		begin(p);
}

struct matrix_private *matrix_private_new(const struct matrix_parts *parts, int per_hour, bool encrypt)
{
	struct matrix_private *p = mem_alloc(1, sizeof *p);

	*p = (struct matrix_private){.parts = parts, .arena = arena_new(), .per_hour = per_hour,
		.encrypt = encrypt};
	p->end = &p->first;
	return p;
}

void matrix_private_stop(struct matrix_private *p)
{
	p->stopped = true;
	while (p->first)
		finish(p, &again);
}

void matrix_private_free(struct matrix_private *p)
{
	if (!p)
		return;
	matrix_private_stop(p);
	arena_free(p->arena);
	free(p);
}
