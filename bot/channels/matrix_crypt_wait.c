/* matrix_crypt_wait.c - what is said in encrypted rooms: opened, or kept until its key comes.
 *
 * A message may come before its key: it waits, and is read when the key comes. If that takes too long the key is asked for, and
 * the room is told that there are words which can't be read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channels/channel.h"
#include "channels/matrix_api.h"
#include "channels/matrix_crypt_parts.h"
#include "channels/matrix_parse.h"
#include "channels/matrix_parts.h"
#include "crypto/locker.h"
#include "crypto/member.h"
#include "crypto/own_device.h"
#include "net/loop.h"
#include "util/arena.h"
#include "util/json.h"
#include "util/log.h"
#include "util/mem.h"
#include "util/strmap.h"

#define WAITING "waiting"

enum {
	MOST_WAITING = 200,
	PATIENCE_MS = 12000, /* keys are often a moment behind */
};

static const int64_t KEEP_MS = (int64_t)24 * 60 * 60 * 1000;

/* ---- events that wait ---- */

static void wait_for_key(struct matrix_crypt *c, const char *room, const cJSON *event, struct json_span text)
{
	const char *id = member_text(event, "event_id");
	const cJSON *content = member_object(event, "content");
	cJSON *row;
	char *copy;

	if (!*id || locker_get(c->locker, WAITING, id))
		return;
	locker_bound(c->locker, WAITING, MOST_WAITING);
	row = cJSON_CreateObject();
	copy = mem_strndup(text.at, text.len);
	member_set_text(row, "room", room);
	member_set_text(row, "session", member_text(content, "session_id"));
	member_set_text(row, "key", member_text(content, "sender_key"));
	member_set_text(row, "user", member_text(event, "sender"));
	member_set_text(row, "event", copy);
	member_set_whole(row, "ms", matrix_crypt_now_ms());
	locker_put_json(c->locker, WAITING, id, row);
	free(copy);
	timer_start(c->patience, PATIENCE_MS);
}

/* The event as it would be without encryption: what the sealed content relates to stands outside of it. */
static struct json_span in_the_open(cJSON *event, const cJSON *payload, struct arena *arena)
{
	const cJSON *relates_to = member_object(member_object(event, "content"), "m.relates_to");
	cJSON *content = cJSON_Duplicate(member_object(payload, "content"), true);
	struct json_span out;
	char *text;

	cJSON_DeleteItemFromObjectCaseSensitive(content, "m.relates_to");
	if (relates_to)
		member_set(content, "m.relates_to", cJSON_Duplicate(relates_to, true));
	member_set_text(event, "type", member_text(payload, "type"));
	member_set(event, "content", content);
	text = json_print(event);
	out = (struct json_span){arena_strdup(arena, text), strlen(text)};
	free(text);
	return out;
}

/* `text` is the event once more, to be kept if it has to wait; empty when it need not. */
static enum matrix_opened open_sealed(struct matrix_crypt *c, const char *room, cJSON *event, struct json_span text,
	struct arena *arena, struct json_span *out)
{
	const struct room_message m = {.room = room, .event = member_text(event, "event_id"),
		.sender = member_text(event, "sender"), .content = member_object(event, "content")};
	cJSON *payload;

	if (!room_keys_has(&c->keys, room, member_text(m.content, "session_id")))
		room_keys_came(&c->keys, room);
	switch (room_keys_open(&c->keys, &m, &payload)) {
	case ROOM_KEYS_READ:
		c->counts.opened++;
		*out = in_the_open(event, payload, arena);
		matrix_crypt_trust_hear(c, room, event);
		cJSON_Delete(payload);
		return MATRIX_OPENED;
	case ROOM_KEYS_MISSING:
		c->counts.missing++;
		if (text.len && strcmp(m.sender, c->parts->self->user) != 0)
			wait_for_key(c, room, event, text);
		return MATRIX_WAITS;
	default:
		c->counts.refused++;
		log_event(c->parts->channel->env.log, LOG_LEVEL_WARN, "encrypted event refused", LOG_FIELDS(LOG_TEXT("event", m.event)));
		return MATRIX_WORTHLESS;
	}
}

/* In rooms that are not encrypted, too, people may verify us. */
static void hear_verification(struct matrix_crypt *c, const char *room, struct json_span event)
{
	static const char sign[] = "m.key.verification.";
	cJSON *tree = memmem(event.at, event.len, sign, sizeof sign - 1) ? json_parse(event.at, event.len, NULL) : NULL;

	if (tree)
		matrix_crypt_trust_hear(c, room, tree);
	cJSON_Delete(tree);
}

enum matrix_opened matrix_crypt_open(struct matrix_crypt *c, const char *room, struct json_span event, bool wait,
	struct arena *arena, struct json_span *out)
{
	enum matrix_opened opened = MATRIX_OPENED;
	struct json_span type;
	cJSON *tree;

	*out = event;
	if (!c || !c->self || !json_in_member(event, "type", &type))
		return MATRIX_OPENED;
	if (!json_in_is(type, "\"m.room.encrypted\"")) {
		hear_verification(c, room, event);
		return MATRIX_OPENED;
	}
	tree = json_parse(event.at, event.len, NULL);
	if (tree && !cJSON_GetObjectItemCaseSensitive(tree, "state_key") && *member_text(tree, "event_id") &&
		member_is(member_object(tree, "content"), "algorithm", "m.megolm.v1.aes-sha2"))
		opened = open_sealed(c, room, tree, wait ? event : (struct json_span){"", 0}, arena, out);
	cJSON_Delete(tree);
	return opened;
}

struct gathering {
	struct matrix_crypt *crypt;
	struct arena *arena;
	struct matrix_late *list;
	size_t n, room;
};

static void gather(void *ctx, const char *id, const char *text)
{
	struct gathering *g = ctx;
	cJSON *row = json_parse(text, strlen(text), NULL);
	const char *room = member_text(row, "room"), *event = member_text(row, "event");

	if (matrix_crypt_now_ms() - member_whole(row, "ms") > KEEP_MS)
		locker_drop(g->crypt->locker, WAITING, id);
	else if (g->n < g->room && room_keys_has(&g->crypt->keys, room, member_text(row, "session")))
		g->list[g->n++] = (struct matrix_late){arena_strdup(g->arena, id), arena_strdup(g->arena, room),
			{arena_strdup(g->arena, event), strlen(event)}};
	cJSON_Delete(row);
}

size_t matrix_crypt_late(struct matrix_crypt *c, struct arena *arena, struct matrix_late **out)
{
	struct gathering g = {.crypt = c, .arena = arena};

	*out = NULL;
	if (!c || !c->self)
		return 0;
	g.room = locker_count(c->locker, WAITING);
	g.list = *out = arena_alloc(arena, g.room + 1, sizeof *g.list);
	locker_each(c->locker, WAITING, gather, &g);
	return g.n;
}

/* ---- when the key does not come ---- */

/* To our own devices and the sender's. Takes `content`. */
static void tell_devices(struct matrix_crypt *c, const char *user, cJSON *content)
{
	struct arena *arena = arena_new();
	cJSON *body = cJSON_CreateObject(), *messages = member_make(body, "messages");
	char txn[MATRIX_TXN_SIZE], *text;

	matrix_crypt_txn(c, txn);
	member_set(member_make(messages, c->parts->self->user), "*", cJSON_Duplicate(content, true));
	member_set(member_make(messages, user), "*", content);
	text = json_print(body);
	matrix_api_tell(c->parts->api, "PUT", matrix_path(arena, "/v3/sendToDevice/m.room_key_request/*", txn), text);
	free(text);
	cJSON_Delete(body);
	arena_free(arena);
}

static cJSON *request_content(const struct matrix_crypt *c, const char *action, const char *id)
{
	cJSON *content = cJSON_CreateObject();

	member_set_text(content, "action", action);
	member_set_text(content, "request_id", id);
	member_set_text(content, "requesting_device_id", own_device_id(c->self));
	return content;
}

static void ask_for_key(struct matrix_crypt *c, const cJSON *row)
{
	cJSON *content = request_content(c, "request", member_text(row, "session")), *what = member_make(content, "body");

	member_set_text(what, "algorithm", "m.megolm.v1.aes-sha2");
	member_set_text(what, "room_id", member_text(row, "room"));
	member_set_text(what, "session_id", member_text(row, "session"));
	member_set_text(what, "sender_key", member_text(row, "key"));
	tell_devices(c, member_text(row, "user"), content);
}

/* Whoever was asked for the key need not look for it any more. */
void matrix_crypt_late_done(struct matrix_crypt *c, const char *id)
{
	cJSON *row = c ? locker_json(c->locker, WAITING, id) : NULL;

	if (row && member_true(row, "told") && !c->stopped)
		tell_devices(c, member_text(row, "user"),
			request_content(c, "request_cancellation", member_text(row, "session")));
	if (row)
		locker_drop(c->locker, WAITING, id);
	cJSON_Delete(row);
}

struct telling {
	struct matrix_crypt *crypt;
	struct strmap *sessions, *rooms; /* that were asked for, and told, by this look */
	bool more;
};

static bool first_time(struct strmap *map, const char *name)
{
	bool first = strmap_get(map, name, strlen(name), 0) == 0;

	strmap_set(map, name, strlen(name), 1);
	return first;
}

static void nothing_saved(void *ctx, bool saved)
{
	(void)ctx;
	(void)saved;
}

/* Always the same event for a room: what was said about it is not said again. */
static void tell_room(struct matrix_crypt *c, const char *room)
{
	const struct channel_sink *sink = &c->parts->channel->env.sink;
	struct arena *arena = arena_new();
	const struct incoming in = {.kind = INCOMING_SEALED, .event = arena_printf(arena, "unread %s", room), .room = room,
		.thread = "", .person = "", .text = "keys", .len = 4, .args = "", .language = "", .reply_ref = "",
		.shown_ref = ""};

	sink->take(sink->ctx, c->parts->channel, &in, 1, NULL, nothing_saved, NULL);
	arena_free(arena);
}

static void look_at(void *ctx, const char *id, const char *text)
{
	struct telling *t = ctx;
	struct matrix_crypt *c = t->crypt;
	cJSON *row = json_parse(text, strlen(text), NULL);
	const char *room = member_text(row, "room"), *session = member_text(row, "session");

	if (row && !member_true(row, "told")) {
		if (matrix_crypt_now_ms() - member_whole(row, "ms") < PATIENCE_MS) {
			t->more = true;
		} else {
			if (first_time(t->sessions, session))
				ask_for_key(c, row);
			if (first_time(t->rooms, room))
				tell_room(c, room);
			cJSON_AddTrueToObject(row, "told");
			locker_put_json(c->locker, WAITING, id, cJSON_Duplicate(row, true));
		}
	}
	cJSON_Delete(row);
}

static void on_patience(void *ctx)
{
	struct matrix_crypt *c = ctx;
	struct telling t = {.crypt = c, .sessions = strmap_new(), .rooms = strmap_new()};

	if (c->self && !c->stopped)
		locker_each(c->locker, WAITING, look_at, &t);
	if (t.more)
		timer_start(c->patience, PATIENCE_MS / 4);
	(void)matrix_crypt_save(c, NULL, NULL);
	strmap_free(t.sessions);
	strmap_free(t.rooms);
}

struct forgetting {
	struct matrix_crypt *crypt;
	const char *user;
};

static void forget_row(void *ctx, const char *id, const char *text)
{
	const struct forgetting *f = ctx;
	cJSON *row = json_parse(text, strlen(text), NULL);

	if (member_is(row, "user", f->user))
		locker_drop(f->crypt->locker, WAITING, id);
	cJSON_Delete(row);
}

void matrix_crypt_wait_forget(struct matrix_crypt *c, const char *user)
{
	locker_each(c->locker, WAITING, forget_row, &(struct forgetting){c, user});
}

/* ---- life ---- */

void matrix_crypt_wait_begin(struct matrix_crypt *c)
{
	c->patience = timer_new(c->parts->channel->env.loop, on_patience, c);
}

void matrix_crypt_wait_resume(struct matrix_crypt *c)
{
	if (locker_count(c->locker, WAITING))
		timer_start(c->patience, PATIENCE_MS);
}

void matrix_crypt_wait_stop(struct matrix_crypt *c)
{
	timer_stop(c->patience);
}

void matrix_crypt_wait_free(struct matrix_crypt *c)
{
	timer_free(c->patience);
}
