/* matrix_send.c - what the server can't take is made smaller, or said outside of its thread, before it is given up. */
#include "channels/matrix_send.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channels/life.h"
#include "channels/matrix_api.h"
#include "channels/matrix_crypt.h"
#include "channels/matrix_parse.h"
#include "channels/matrix_parts.h"
#include "channels/matrix_rooms.h"
#include "channels/matrix_say.h"
#include "channels/sending.h"
#include "net/loop.h"
#include "util/arena.h"
#include "util/mem.h"

enum { TOKEN_WAIT_MS = 2000, MOVE_WAIT_MS = 2000, SIGNED_WAIT_MS = 300, LOOK_MS = 50, MAX_ID = 256 };

struct matrix_sends {
	const struct matrix_parts *parts;
	struct sendings list;
	struct timer *later; /* those that are not on their way yet */
	uint64_t unstored;
};

struct send {
	struct sending sending;
	struct matrix_sends *sends;
	struct matrix_call *call; /* NULL: not on its way yet */
	struct matrix_sealing *sealing; /* on its way to be sealed */
	char *room, *kind, *body, *txn;
	bool changed; /* the body is not the stored one any more */
	bool unkept; /* nothing can be stored: it is tried once */
	bool looked; /* the room, which we don't know, is not encrypted: the server was asked */
};

static void submit(struct send *send);

static void send_free(struct sending *one)
{
	struct send *send = (struct send *)one;

	matrix_call_cancel(send->call);
	matrix_sealing_cancel(send->sealing);
	free(send->room);
	free(send->kind);
	free(send->body);
	free(send->txn);
	free(send);
}

/* The event's id, where it shows choices. */
static void succeed(struct send *send, const struct matrix_answer *a)
{
	char id[MAX_ID] = "";
	struct json_span value;

	if (strstr(send->body, "\"" MATRIX_CHOICES "\"") && json_in_member(a->body, "event_id", &value))
		(void)json_in_word(value, id, sizeof id);
	sending_end(&send->sending, &(struct channel_sent){.result = SEND_OK, .ref = id, .after_ms = -1, .why = ""});
}

static void fail(struct send *send, enum send_result result, const struct matrix_answer *a)
{
	sending_end(&send->sending, &(struct channel_sent){.result = result, .ref = "", .after_ms = a->after_ms,
		.everywhere = a->after_ms >= 0, .why = a->why});
}

/* Once more with less, if there is less to be had. */
static void mend(struct send *send, char *other, const struct matrix_answer *a)
{
	if (!other) {
		fail(send, SEND_DROP, a);
		return;
	}
	free(send->body);
	send->body = other;
	send->changed = true;
	submit(send);
}

static void wait_for_token(struct send *send, const struct matrix_answer *a)
{
	const struct matrix_parts *parts = send->sends->parts;
	struct matrix_answer later = *a;

	later.after_ms = TOKEN_WAIT_MS;
	fail(send, SEND_RETRY, &later);
	parts->token_gone(parts->ctx, a->soft_logout);
}

static void on_answer(void *ctx, const struct matrix_answer *a)
{
	struct send *send = ctx;
	const struct matrix_parts *parts = send->sends->parts;

	send->call = NULL;
	switch (a->verdict) {
	case MATRIX_DONE:
		succeed(send, a);
		break;
	case MATRIX_AGAIN:
		fail(send, SEND_RETRY, a);
		break;
	case MATRIX_TOKEN:
		wait_for_token(send, a);
		break;
	case MATRIX_TOO_LARGE:
		mend(send, matrix_smaller(send->body), a);
		break;
	case MATRIX_PROVE: /* never for a message */
	case MATRIX_REFUSED:
		mend(send, matrix_outside(send->body), a);
		break;
	case MATRIX_FORBIDDEN:
	case MATRIX_MISSING:
		fail(send, matrix_rooms_find(parts->rooms, send->room) ? SEND_DROP : SEND_GONE, a);
		break;
	case MATRIX_FATAL: /* what waits is kept for the day when the token is right */
		fail(send, SEND_RETRY, a);
		life_fail(parts->life, a->why);
		break;
	}
}

/* Encrypted, now or ever before: what the server says is not enough to say something in the open. */
static bool is_encrypted(const struct matrix_parts *parts, const char *id)
{
	const struct matrix_room *room = matrix_rooms_find(parts->rooms, id);

	return (room && room->encrypted) || matrix_crypt_is_sealed(parts->crypt, id);
}

static void put(struct send *send, const char *type, const char *content)
{
	struct arena *arena = arena_new();
	const char *txn = send->changed ? arena_printf(arena, "%s.%zu", send->txn, strlen(send->body)) : send->txn;
	const struct matrix_ask ask = {.method = "PUT", .body = content,
		.path = matrix_path(arena, "/v3/rooms/*/send/*/*", send->room, type, txn)};

	send->call = matrix_api_call(send->sends->parts->api, &ask, on_answer, send);
	arena_free(arena);
}

static void on_sealed(void *ctx, const char *content, const struct matrix_answer *why)
{
	struct send *send = ctx;

	send->sealing = NULL;
	if (content)
		put(send, "m.room.encrypted", content);
	else
		on_answer(send, why);
}

/* The only way out for what is said. */
static void submit(struct send *send)
{
	const struct matrix_parts *parts = send->sends->parts;

	if (is_encrypted(parts, send->room) && parts->crypt)
		send->sealing = matrix_crypt_seal(parts->crypt, send->room, "m.room.message", send->body, send->unkept,
			on_sealed, send);
	else
		put(send, "m.room.message", send->body);
}

enum judgement {
	NOT_YET, /* what the room is like is being asked */
	LOOK, /* whether the room, which is not known, is encrypted */
	SEND_IT,
	KNOWN, /* what comes of it is clear without asking */
};

static enum judgement judge(const struct send *send, struct channel_sent *out)
{
	const struct matrix_rooms *rooms = send->sends->parts->rooms;
	const struct matrix_room *room = matrix_rooms_find(rooms, send->room);

	*out = (struct channel_sent){.result = SEND_DROP, .ref = "", .after_ms = -1};
	if (!matrix_rooms_told(rooms) || (room && !room->known))
		return NOT_YET;
	if (is_encrypted(send->sends->parts, send->room) && !send->sends->parts->crypt &&
		strcmp(send->kind, MATRIX_TELL) != 0) {
		out->why = "the room is encrypted";
		return KNOWN;
	}
	if (!send->unkept && is_encrypted(send->sends->parts, send->room) && send->sends->parts->crypt &&
		matrix_crypt_is_being_signed(send->sends->parts->crypt)) {
		out->result = SEND_RETRY;
		out->after_ms = SIGNED_WAIT_MS;
		out->why = "our device is being signed";
		return KNOWN;
	}
	if (!room)
		return send->looked ? SEND_IT : LOOK;
	if (!room->moved_to)
		return SEND_IT;
	if (!matrix_rooms_find(rooms, room->moved_to)) {
		out->result = SEND_RETRY;
		out->after_ms = MOVE_WAIT_MS;
		out->why = "the room was replaced by one that we are not in yet";
	} else {
		out->result = SEND_MOVED;
		out->ref = room->moved_to;
		out->why = "the room was replaced";
	}
	return KNOWN;
}

static void on_looked(void *ctx, const struct matrix_answer *a)
{
	struct send *send = ctx;

	send->call = NULL;
	if (a->verdict == MATRIX_MISSING) {
		send->looked = true;
		submit(send);
	} else if (a->verdict == MATRIX_DONE) { /* we have just come, or are leaving */
		sending_end(&send->sending, &(struct channel_sent){.result = SEND_RETRY, .ref = "", .after_ms = -1,
			.why = "the room is encrypted, and not known yet"});
	} else {
		on_answer(send, a);
	}
}

/* A room that we have just come into may be one where nothing may be said in the open. */
static void look(struct send *send)
{
	struct arena *arena = arena_new();
	const struct matrix_ask ask = {.method = "GET",
		.path = matrix_path(arena, "/v3/rooms/*/state/m.room.encryption/", send->room)};

	send->call = matrix_api_call(send->sends->parts->api, &ask, on_looked, send);
	arena_free(arena);
}

static void try_now(struct send *send)
{
	struct channel_sent known;

	switch (judge(send, &known)) {
	case LOOK:
		look(send);
		break;
	case SEND_IT:
		submit(send);
		break;
	case KNOWN:
		sending_end(&send->sending, &known);
		break;
	default:
		timer_start(send->sends->later, LOOK_MS);
	}
}

/* Each one that waits now is looked at once; a callback may send more. */
static void on_later(void *ctx)
{
	struct matrix_sends *s = ctx;
	struct link *link = s->list.under_way.first;

	for (size_t n = s->list.under_way.n; n; n--) {
		struct send *send = (struct send *)link;

		link = link->next; /* nothing but itself ends in try_now */
		if (!send->call && !send->sealing)
			try_now(send);
	}
}

/* For what is not stored and never said again. */
static char *new_txn(struct matrix_sends *s)
{
	char name[64];

	snprintf(name, sizeof name, "u%lld.%llu", (long long)s->parts->channel->env.now_ms(),
		(unsigned long long)++s->unstored);
	return mem_strdup(name);
}

void matrix_send(struct matrix_sends *s, const char *room, const char *kind, const char *body, const char *txn,
	channel_sent_cb sent, void *ctx)
{
	struct send *send = mem_alloc(1, sizeof *send);

	*send = (struct send){.sends = s, .room = mem_strdup(room), .kind = mem_strdup(kind), .body = mem_strdup(body),
		.txn = *txn ? mem_strdup(txn) : new_txn(s), .unkept = !*txn};
	sending_begin(&s->list, &send->sending, sent, ctx);
	timer_start(s->later, 0);
}

struct matrix_sends *matrix_sends_new(const struct matrix_parts *parts)
{
	struct matrix_sends *s = mem_alloc(1, sizeof *s);

	s->parts = parts;
	sendings_init(&s->list, send_free);
	s->later = timer_new(parts->channel->env.loop, on_later, s);
	return s;
}

void matrix_sends_free(struct matrix_sends *s)
{
	if (!s)
		return;
	sendings_done(&s->list);
	timer_free(s->later);
	free(s);
}

struct sendings *matrix_sends_list(struct matrix_sends *s)
{
	return &s->list;
}
