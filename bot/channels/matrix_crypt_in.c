/* matrix_crypt_in.c - what comes to our device, and what is said in encrypted rooms.
 *
 * A message may come before its key: it waits, and is read when the key comes. If that takes too long the key is asked for, and
 * the room is told that there are words which can't be read. A device whose messages can't be read any more gets a new
 * session from us, at most one an hour. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channels/channel.h"
#include "channels/matrix_api.h"
#include "channels/matrix_crypt_parts.h"
#include "channels/matrix_parse.h"
#include "channels/matrix_parts.h"
#include "channels/matrix_rooms.h"
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
	MEND_AGAIN_S = 60 * 60,
};

static const int64_t KEEP_MS = (int64_t)24 * 60 * 60 * 1000;

static const struct log *log_of(const struct matrix_crypt *c)
{
	return c->parts->channel->env.log;
}

/* ---- a session that is broken ---- */

/* One message to one device, with what must be asked and saved before. */
struct mending {
	struct matrix_crypt *crypt;
	struct mending *next, **at; /* the link that points to it */
	struct device_list to; /* one */
	struct matrix_call *call;
	struct matrix_saving *saving;
	char *body;
};

static void mending_end(struct mending *m)
{
	matrix_call_cancel(m->call);
	matrix_saving_cancel(m->saving);
	*m->at = m->next;
	if (m->next)
		m->next->at = m->at;
	device_list_done(&m->to);
	free(m->body);
	free(m);
}

static struct mending *mending_new(struct matrix_crypt *c)
{
	struct mending *m = mem_alloc(1, sizeof *m);

	*m = (struct mending){.crypt = c, .next = c->mending, .at = &c->mending};
	if (m->next)
		m->next->at = &m->next;
	return c->mending = m;
}

static void body_saved(void *ctx, bool ok)
{
	struct mending *m = ctx;
	struct matrix_crypt *c = m->crypt;
	struct arena *arena = arena_new();
	char txn[MATRIX_TXN_SIZE];

	m->saving = NULL;
	matrix_crypt_txn(c, txn);
	if (ok)
		matrix_api_tell(c->parts->api, "PUT", matrix_path(arena, "/v3/sendToDevice/m.room.encrypted/*", txn), m->body);
	arena_free(arena);
	mending_end(m);
}

static void on_claimed(void *ctx, const struct matrix_answer *a)
{
	struct mending *m = ctx;
	struct matrix_crypt *c = m->crypt;
	const struct device to = device_list_at(&m->to, 0);
	cJSON *empty = cJSON_CreateObject(), *sealed = NULL, *body;

	m->call = NULL;
	if (a->verdict == MATRIX_DONE && matrix_crypt_claimed(c, a->body, &m->to))
		sealed = olm_talk_seal(&c->olm, &to, "m.dummy", empty);
	cJSON_Delete(empty);
	if (!sealed) {
		mending_end(m);
		return;
	}
	body = cJSON_CreateObject();
	member_set(member_make(member_make(body, "messages"), to.user), to.id, sealed);
	m->body = json_print(body);
	cJSON_Delete(body);
	m->saving = matrix_crypt_save(c, body_saved, m);
}

struct finding {
	const char *curve25519;
	struct device_list list;
};

static void find_by_key(void *ctx, const struct device *d)
{
	struct finding *f = ctx;

	if (!f->list.n && !strcmp(d->curve25519, f->curve25519))
		device_list_add(&f->list, d);
}

static void mend(struct matrix_crypt *c, const char *user, const char *curve25519)
{
	struct finding f = {.curve25519 = curve25519};
	int now = matrix_crypt_now_s(c);
	struct mending *m;
	char *body;

	if (c->stopped || strmap_get(c->mended, curve25519, strlen(curve25519), now - MEND_AGAIN_S) + MEND_AGAIN_S > now)
		return;
	devices_each(c->locker, user, find_by_key, &f);
	if (!f.list.n) { /* if we share a room with them, we are told of it when we ask again */
		devices_changed(c->locker, user);
		return;
	}
	strmap_set(c->mended, curve25519, strlen(curve25519), now);
	log_event(log_of(c), LOG_LEVEL_WARN, "session with a device begun anew", NULL);
	m = mending_new(c);
	m->to = f.list;
	body = matrix_claim_body(&m->to);
	m->call = matrix_api_call(c->parts->api,
		&(struct matrix_ask){.method = "POST", .path = "/v3/keys/claim", .body = body}, on_claimed, m);
	free(body);
}

/* ---- keys that came ---- */

static void take_room_key(struct matrix_crypt *c, const char *sender, const struct olm_talk_opened *o, const cJSON *content)
{
	const struct room_key_owner owner = {.room = member_text(content, "room_id"), .user = sender,
		.curve25519 = o->curve25519, .ed25519 = o->ed25519};

	const char *session = member_text(content, "session_id"), *key = member_text(content, "session_key");

	if (!member_is(content, "algorithm", "m.megolm.v1.aes-sha2"))
		c->counts.refused++;
	else if (!matrix_rooms_find(c->parts->rooms, owner.room))
		room_keys_add_early(&c->keys, &owner, session, key);
	else if (room_keys_add(&c->keys, &owner, session, key, false, NULL) != 0)
		c->counts.refused++;
}

struct own_one {
	const char *curve25519, *id;
	bool verified;
	struct device_list list;
};

static void find_own(void *ctx, const struct device *d)
{
	struct own_one *o = ctx;

	if (d->verified && ((o->curve25519 && !strcmp(d->curve25519, o->curve25519)) || (o->id && !strcmp(d->id, o->id)))) {
		o->verified = true;
		device_list_add(&o->list, d);
	}
}

/* Only our own devices, and only those that are vouched for, may say what others' keys are. */
static void take_forwarded(struct matrix_crypt *c, const char *sender, const struct olm_talk_opened *o, const cJSON *content)
{
	struct own_one own = {.curve25519 = o->curve25519};
	const struct room_key_owner owner = {.room = member_text(content, "room_id"), .user = "",
		.curve25519 = member_text(content, "sender_key"),
		.ed25519 = member_text(content, "sender_claimed_ed25519_key"), .forwarded = true};

	if (!strcmp(sender, c->parts->self->user))
		devices_each(c->locker, sender, find_own, &own);
	if (!own.verified || room_keys_add(&c->keys, &owner, member_text(content, "session_id"),
			member_text(content, "session_key"), true, NULL) != 0)
		c->counts.refused++;
	device_list_done(&own.list);
}

static void take_opened(struct matrix_crypt *c, const char *sender, const struct olm_talk_opened *o)
{
	const cJSON *content = member_object(o->payload, "content");

	if (member_is(o->payload, "type", "m.room_key"))
		take_room_key(c, sender, o, content);
	else if (member_is(o->payload, "type", "m.forwarded_room_key"))
		take_forwarded(c, sender, o, content);
}

static void take_sealed(struct matrix_crypt *c, const char *sender, const cJSON *content)
{
	struct olm_talk_opened o;

	switch (olm_talk_open(&c->olm, sender, content, &o)) {
	case OLM_TALK_READ:
		take_opened(c, sender, &o);
		olm_talk_opened_done(&o);
		break;
	case OLM_TALK_BROKEN:
		mend(c, sender, member_text(content, "sender_key"));
		break;
	case OLM_TALK_REFUSED:
		c->counts.refused++;
		log_event(log_of(c), LOG_LEVEL_WARN, "message between devices refused", NULL);
		break;
	case OLM_TALK_NOT_FOR_US:
		break;
	}
}

/* ---- keys that are asked for ---- */

/* To the device that lacks it; without a session with it there is one the next time it asks. */
static void pass_on(struct matrix_crypt *c, const struct device *to, const cJSON *wanted)
{
	cJSON *key = room_keys_forward(&c->keys, member_text(wanted, "room_id"), member_text(wanted, "session_id"));
	cJSON *sealed = key ? olm_talk_seal(&c->olm, to, "m.forwarded_room_key", key) : NULL, *body;
	struct mending *m;

	if (key && !sealed)
		mend(c, to->user, to->curve25519);
	cJSON_Delete(key);
	if (!sealed)
		return;
	body = cJSON_CreateObject();
	member_set(member_make(member_make(body, "messages"), to->user), to->id, sealed);
	m = mending_new(c);
	m->body = json_print(body);
	m->saving = matrix_crypt_save(c, body_saved, m);
	cJSON_Delete(body);
}

/* Ours alone, and only where somebody vouches for the device: whoever has the account's password can make a device. */
static void take_request(struct matrix_crypt *c, const char *sender, const cJSON *content)
{
	struct own_one own = {.id = member_text(content, "requesting_device_id")};

	if (strcmp(sender, c->parts->self->user) != 0 || !member_is(content, "action", "request") || c->stopped)
		return;
	devices_each(c->locker, sender, find_own, &own);
	if (own.verified && strcmp(own.id, own_device_id(c->self)) != 0) {
		const struct device to = device_list_at(&own.list, 0);

		pass_on(c, &to, member_object(content, "body"));
	}
	device_list_done(&own.list);
}

void matrix_crypt_take_to_device(struct matrix_crypt *c, const cJSON *event)
{
	const char *sender = member_text(event, "sender");

	if (member_is(event, "type", "m.room.encrypted"))
		take_sealed(c, sender, member_object(event, "content"));
	else if (member_is(event, "type", "m.room_key.withheld")) /* they may trust signed devices alone */
		log_event(log_of(c), LOG_LEVEL_WARN, "a device gives us no key",
			LOG_FIELDS(LOG_TEXT("why", member_text(member_object(event, "content"), "code"))));
	else if (member_is(event, "type", "m.room_key_request"))
		take_request(c, sender, member_object(event, "content"));
	else
		matrix_crypt_trust_hear(c, "", event);
}

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
		log_event(log_of(c), LOG_LEVEL_WARN, "encrypted event refused", LOG_FIELDS(LOG_TEXT("event", m.event)));
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

void matrix_crypt_late_done(struct matrix_crypt *c, const char *id)
{
	if (c)
		locker_drop(c->locker, WAITING, id);
}

/* ---- when the key does not come ---- */

static void ask_for_key(struct matrix_crypt *c, const cJSON *row)
{
	struct arena *arena = arena_new();
	cJSON *content = cJSON_CreateObject(), *body = cJSON_CreateObject(), *messages = member_make(body, "messages"), *what;
	char txn[MATRIX_TXN_SIZE], *text;

	matrix_crypt_txn(c, txn);
	member_set_text(content, "action", "request");
	member_set_text(content, "request_id", txn);
	member_set_text(content, "requesting_device_id", own_device_id(c->self));
	what = member_make(content, "body");
	member_set_text(what, "algorithm", "m.megolm.v1.aes-sha2");
	member_set_text(what, "room_id", member_text(row, "room"));
	member_set_text(what, "session_id", member_text(row, "session"));
	member_set_text(what, "sender_key", member_text(row, "key"));
	member_set(member_make(messages, c->parts->self->user), "*", cJSON_Duplicate(content, true));
	member_set(member_make(messages, member_text(row, "user")), "*", content);
	text = json_print(body);
	matrix_api_tell(c->parts->api, "PUT", matrix_path(arena, "/v3/sendToDevice/m.room_key_request/*", txn), text);
	free(text);
	cJSON_Delete(body);
	arena_free(arena);
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

void matrix_crypt_in_forget(struct matrix_crypt *c, const char *user)
{
	locker_each(c->locker, WAITING, forget_row, &(struct forgetting){c, user});
}

/* ---- life ---- */

void matrix_crypt_in_begin(struct matrix_crypt *c)
{
	c->patience = timer_new(c->parts->channel->env.loop, on_patience, c);
}

void matrix_crypt_in_stop(struct matrix_crypt *c)
{
	timer_stop(c->patience);
	while (c->mending)
		mending_end(c->mending);
}

void matrix_crypt_in_free(struct matrix_crypt *c)
{
	matrix_crypt_in_stop(c);
	timer_free(c->patience);
}
