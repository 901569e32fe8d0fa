/* matrix_crypt_in.c - what comes to our device. A device whose messages can't be read any more gets a new session from us, at
 * most one an hour. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channels/channel.h"
#include "channels/matrix_api.h"
#include "channels/matrix_crypt_parts.h"
#include "channels/matrix_parse.h"
#include "channels/matrix_parts.h"
#include "channels/matrix_rooms.h"
#include "crypto/base64.h"
#include "crypto/bytes.h"
#include "crypto/locker.h"
#include "crypto/member.h"
#include "crypto/own_device.h"
#include "net/loop.h"
#include "util/arena.h"
#include "util/json.h"
#include "util/log.h"
#include "util/mem.h"
#include "util/strmap.h"

#define HEARD "heard"

enum {
	MEND_AGAIN_S = 60 * 60,
	MOST_HEARD = 64,
	MARK_BYTES = 12,
};

static const struct log *log_of(const struct matrix_crypt *c)
{
	return c->parts->channel->env.log;
}

/* ---- a session that is broken ---- */

/* One message to one device, with what must be asked and saved before. */
struct mending {
	struct link link;
	struct matrix_crypt *crypt;
	struct device_list to; /* one */
	struct matrix_call *call;
	struct matrix_saving *saving;
	char *body;
};

static void mending_end(struct mending *m)
{
	matrix_call_cancel(m->call);
	matrix_saving_cancel(m->saving);
	links_remove(&m->link);
	device_list_done(&m->to);
	free(m->body);
	free(m);
}

static struct mending *mending_new(struct matrix_crypt *c)
{
	struct mending *m = mem_alloc(1, sizeof *m);

	m->crypt = c;
	links_add(&c->mending, &m->link);
	return m;
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

/* After a crash the server gives the last messages again: what was opened before can't be opened twice, which would look as if
 * the session were broken. Marks of the last ones are kept together with what they brought. */
static bool was_heard(struct matrix_crypt *c, const cJSON *content)
{
	char *text = json_print(content), *mark;
	cJSON *list = locker_json(c->locker, HEARD, "last");
	uint8_t hash[BYTES_HASH];
	const cJSON *one;
	bool heard = false;

	if (!cJSON_IsArray(list)) {
		cJSON_Delete(list);
		list = cJSON_CreateArray();
	}
	bytes_hash(text, strlen(text), hash);
	mark = base64_text(hash, MARK_BYTES);
	cJSON_ArrayForEach(one, list)
		heard |= cJSON_IsString(one) && !strcmp(one->valuestring, mark);
	cJSON_AddItemToArray(list, cJSON_CreateString(mark));
	while (cJSON_GetArraySize(list) > MOST_HEARD)
		cJSON_DeleteItemFromArray(list, 0);
	if (heard)
		cJSON_Delete(list);
	else
		locker_put_json(c->locker, HEARD, "last", list);
	free(mark);
	free(text);
	return heard;
}

static void take_sealed(struct matrix_crypt *c, const char *sender, const cJSON *content)
{
	struct olm_talk_opened o;

	if (!content || was_heard(c, content))
		return;
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

/* ---- life ---- */

static void give_up(struct link *mending)
{
	mending_end((struct mending *)mending);
}

void matrix_crypt_in_stop(struct matrix_crypt *c)
{
	links_drain(&c->mending, give_up);
}
