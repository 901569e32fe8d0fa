/* room_out.c - a row a room, "out": {"pickle", "id", "made_ms", "n"}; and a row a room and person, "shared", named
 * "<room> <user>": {"id": of the session, "devices": {id: {"key": curve25519, "has": true}}}. */
#include "crypto/room_out.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/bytes.h"
#include "crypto/locker.h"
#include "crypto/member.h"
#include "crypto/olm.h"
#include "crypto/own_device.h"
#include "crypto/room_keys.h"
#include "crypto/vault.h"
#include "util/json.h"
#include "util/mem.h"

#define ROW "out"
#define SHARED "shared"
#define ALGORITHM "m.megolm.v1.aes-sha2"

enum { MAX_ID = 255, MAX_NAME = 2 * MAX_ID + 2, DEFAULT_MESSAGES = 100, LEAST_MESSAGES = 1, MOST_MESSAGES = 10000 };

static const int64_t DEFAULT_MS = (int64_t)7 * 24 * 60 * 60 * 1000, LEAST_MS = 60 * 60 * 1000;

static void shared_name(const char *room, const char *user, char out[MAX_NAME])
{
	(void)snprintf(out, MAX_NAME, "%s %s", room, user);
}

/* ---- sessions come and go ---- */

struct dropping {
	const struct room_out *out;
	const char *room;
	size_t len;
};

static bool is_of_room(const struct dropping *d, const char *name)
{
	return !strncmp(name, d->room, d->len) && name[d->len] == ' ';
}

static void drop_shared(void *ctx, const char *name, const char *text)
{
	const struct dropping *d = ctx;

	(void)text;
	if (is_of_room(d, name))
		locker_drop(d->out->locker, SHARED, name);
}

void room_out_drop(const struct room_out *o, const char *room)
{
	locker_drop(o->locker, ROW, room);
	locker_each_of(o->locker, SHARED, room, drop_shared, &(struct dropping){o, room, strlen(room)});
}

static void keep(const struct room_out *o, const char *room, cJSON *row, struct e2e_group *g)
{
	char *pickle = e2e_group_pickle(g, vault_pickle_key(o->vault));

	member_set_text(row, "pickle", pickle);
	locker_put_json(o->locker, ROW, room, row);
	bytes_wipe(pickle);
}

/* We read what we said: an answer to it, a reaction, need it at hand. */
static void read_it_ourselves(const struct room_out *o, const char *room, struct e2e_group *g, const char *id)
{
	struct e2e_account *account = own_device_account(o->self);
	const struct room_key_owner us = {.room = room, .user = own_device_user(o->self),
		.curve25519 = e2e_account_curve25519(account), .ed25519 = e2e_account_ed25519(account)};
	char *key = e2e_group_key(g);

	(void)room_keys_add(o->keys, &us, id, key, false, NULL); /* it is a good one */
	bytes_wipe(key);
}

static void begin(const struct room_out *o, const char *room)
{
	struct e2e_group *g = e2e_group_new();
	char *id = e2e_group_id(g);
	cJSON *row = cJSON_CreateObject();

	room_out_drop(o, room);
	member_set_text(row, "id", id);
	member_set_whole(row, "made_ms", o->now_ms());
	member_set_whole(row, "n", 0);
	read_it_ourselves(o, room, g, id);
	keep(o, room, row, g);
	free(id);
	e2e_group_free(g);
}

/* ---- is it still good? ---- */

static bool is_worn(const struct room_out *o, const struct room_people *p, const cJSON *row)
{
	int64_t most = p->most_messages ? p->most_messages : DEFAULT_MESSAGES;
	int64_t most_ms = p->most_ms ? p->most_ms : DEFAULT_MS;
	int64_t age_ms = o->now_ms() - member_whole(row, "made_ms");

	most = most < LEAST_MESSAGES ? LEAST_MESSAGES : most > MOST_MESSAGES ? MOST_MESSAGES : most;
	most_ms = most_ms < LEAST_MS ? LEAST_MS : most_ms;
	return member_whole(row, "n") >= most || age_ms >= most_ms || age_ms < 0;
}

struct comparing {
	struct dropping of;
	const struct room_people *people;
	bool stranger; /* somebody has it who may not have the next one */
};

struct lookup {
	const char *id, *key;
	bool found;
};

static void find_device(void *ctx, const struct device *d)
{
	struct lookup *l = ctx;

	l->found |= !strcmp(d->id, l->id) && !strcmp(d->curve25519, l->key);
}

static bool has_device(const struct room_out *o, const char *user, const cJSON *device)
{
	struct lookup l = {.id = device->string, .key = member_text(device, "key")};

	devices_each(o->locker, user, find_device, &l);
	return l.found;
}

static bool is_there(const struct room_people *p, const char *user)
{
	for (size_t i = 0; i < p->n_users; i++)
		if (!strcmp(p->users[i], user))
			return true;
	return false;
}

static void look_for_strangers(void *ctx, const char *name, const char *text)
{
	struct comparing *c = ctx;
	const char *user = name + c->of.len + 1;
	const cJSON *device, *devices;
	cJSON *row;

	if (c->stranger || !is_of_room(&c->of, name))
		return;
	row = json_parse(text, strlen(text), NULL);
	devices = member_object(row, "devices");
	cJSON_ArrayForEach(device, devices)
		if (member_true(device, "has"))
			c->stranger |= !is_there(c->people, user) || !has_device(c->of.out, user, device);
	cJSON_Delete(row);
}

static bool has_stranger(const struct room_out *o, const struct room_people *p)
{
	struct comparing c = {.of = {o, p->room, strlen(p->room)}, .people = p};

	locker_each_of(o->locker, SHARED, p->room, look_for_strangers, &c);
	return c.stranger;
}

static struct e2e_group *group_of(const struct room_out *o, const cJSON *row)
{
	return row ? e2e_group_unpickle(member_text(row, "pickle"), vault_pickle_key(o->vault), NULL) : NULL;
}

void room_out_ready(const struct room_out *o, const struct room_people *p)
{
	cJSON *row = locker_json(o->locker, ROW, p->room);
	struct e2e_group *g = group_of(o, row);

	if (!g || is_worn(o, p, row) || has_stranger(o, p))
		begin(o, p->room);
	e2e_group_free(g);
	cJSON_Delete(row);
}

/* ---- who has it ---- */

struct asking {
	const struct room_out *out;
	const cJSON *devices; /* that were told */
	room_out_each each;
	void *ctx;
};

static void ask_device(void *ctx, const struct device *d)
{
	const struct asking *a = ctx;
	const char *own_key = e2e_account_curve25519(own_device_account(a->out->self));
	const cJSON *entry = member_object(a->devices, d->id);

	if (!member_true(entry, "has") && strcmp(d->curve25519, own_key) != 0)
		a->each(a->ctx, d, entry != NULL);
}

void room_out_each_without(const struct room_out *o, const struct room_people *p, room_out_each each, void *ctx)
{
	char name[MAX_NAME];

	for (size_t i = 0; i < p->n_users; i++) {
		cJSON *row;

		shared_name(p->room, p->users[i], name);
		row = locker_json(o->locker, SHARED, name);
		devices_each(o->locker, p->users[i], ask_device, &(struct asking){o, member_object(row, "devices"), each, ctx});
		cJSON_Delete(row);
	}
}

void room_out_shared(const struct room_out *o, const char *room, const struct device *d, bool has)
{
	char name[MAX_NAME];
	cJSON *row, *entry;

	shared_name(room, d->user, name);
	row = locker_json(o->locker, SHARED, name);
	if (!row)
		row = cJSON_CreateObject();
	entry = member_make(member_make(row, "devices"), d->id);
	member_set_text(entry, "key", d->curve25519);
	member_set(entry, "has", cJSON_CreateBool(has));
	locker_put_json(o->locker, SHARED, name, row);
}

/* ---- using it ---- */

cJSON *room_out_key(const struct room_out *o, const char *room)
{
	cJSON *row = locker_json(o->locker, ROW, room), *content = NULL;
	struct e2e_group *g = group_of(o, row);

	if (g) {
		char *key = e2e_group_key(g);

		content = cJSON_CreateObject();
		member_set_text(content, "algorithm", ALGORITHM);
		member_set_text(content, "room_id", room);
		member_set_text(content, "session_id", member_text(row, "id"));
		member_set_text(content, "session_key", key);
		bytes_wipe(key);
	}
	e2e_group_free(g);
	cJSON_Delete(row);
	return content;
}

/* m.no_olm is about the device: it names neither room nor session. */
cJSON *room_out_withheld(const struct room_out *o)
{
	cJSON *content = cJSON_CreateObject();

	member_set_text(content, "algorithm", ALGORITHM);
	member_set_text(content, "code", "m.no_olm");
	member_set_text(content, "reason", "Unable to establish a secure channel.");
	member_set_text(content, "sender_key", e2e_account_curve25519(own_device_account(o->self)));
	return content;
}

static char *payload_text(const char *room, const char *type, const cJSON *content)
{
	cJSON *payload = cJSON_CreateObject(), *inner = cJSON_Duplicate(content, true);
	char *text;

	cJSON_DeleteItemFromObjectCaseSensitive(inner, "m.relates_to");
	member_set_text(payload, "type", type);
	member_set_text(payload, "room_id", room);
	member_set(payload, "content", inner);
	text = json_print(payload);
	cJSON_Delete(payload);
	return text;
}

static cJSON *sealed_content(const struct room_out *o, const cJSON *row, const char *ciphertext, const cJSON *relates_to)
{
	cJSON *sealed = cJSON_CreateObject();

	member_set_text(sealed, "algorithm", ALGORITHM);
	member_set_text(sealed, "sender_key", e2e_account_curve25519(own_device_account(o->self)));
	member_set_text(sealed, "device_id", own_device_id(o->self));
	member_set_text(sealed, "session_id", member_text(row, "id"));
	member_set_text(sealed, "ciphertext", ciphertext);
	if (relates_to)
		member_set(sealed, "m.relates_to", cJSON_Duplicate(relates_to, true));
	return sealed;
}

cJSON *room_out_seal(const struct room_out *o, const char *room, const char *type, const cJSON *content)
{
	cJSON *row = locker_json(o->locker, ROW, room), *sealed;
	struct e2e_group *g = group_of(o, row);
	char *text, *ciphertext;

	if (!g) {
		cJSON_Delete(row);
		return NULL;
	}
	text = payload_text(room, type, content);
	ciphertext = e2e_group_encrypt(g, text, strlen(text));
	sealed = sealed_content(o, row, ciphertext, member_object(content, "m.relates_to"));
	member_set_whole(row, "n", member_whole(row, "n") + 1);
	keep(o, room, row, g);
	bytes_wipe(text);
	free(ciphertext);
	e2e_group_free(g);
	return sealed;
}
