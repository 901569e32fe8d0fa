/* machine_fixture.h - people with devices that talk with each other through the modules of crypto/, without a server. */
#ifndef TESTS_UNIT_MACHINE_FIXTURE_H
#define TESTS_UNIT_MACHINE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/devices.h"
#include "crypto/locker.h"
#include "crypto/member.h"
#include "crypto/olm.h"
#include "crypto/olm_talk.h"
#include "crypto/own_device.h"
#include "crypto/room_keys.h"
#include "crypto/room_out.h"
#include "crypto/vault.h"
#include "util/arena.h"
#include "util/err.h"

#define ROOM "!r:s"

static int64_t clock_ms = 1000000;

static inline int64_t machine_now(void)
{
	return clock_ms;
}

struct machine {
	const char *user, *device;
	struct vault *vault;
	struct locker *locker;
	struct own_device *self;
	struct olm_talk olm;
	struct room_keys keys;
	struct room_out out;
	cJSON *upload; /* the last one */
};

static inline void machine_begin(struct machine *m)
{
	struct err err = {.text = ""};

	m->self = own_device_open(m->locker, m->vault, m->user, m->device, &err);
	if (!m->self)
		fail_msg("%s", err.text);
	m->olm = (struct olm_talk){m->locker, m->vault, m->self, machine_now};
	m->keys = (struct room_keys){m->locker, m->vault};
	m->out = (struct room_out){m->locker, m->vault, m->self, &m->keys, machine_now};
}

/* With its keys made, and taken by the server. */
static inline struct machine *machine_new(const char *user, const char *device)
{
	struct machine *m = calloc(1, sizeof *m);
	cJSON *answer = cJSON_Parse("{\"one_time_key_counts\":{\"signed_curve25519\":50}}");

	m->user = user;
	m->device = device;
	m->vault = vault_new(user);
	m->locker = locker_new(m->vault);
	machine_begin(m);
	m->upload = own_device_upload(m->self, machine_now());
	own_device_uploaded(m->self, answer);
	cJSON_Delete(answer);
	return m;
}

/* What is on disk, and nothing else, is there afterwards. */
static inline void machine_restart(struct machine *m)
{
	struct arena *arena = arena_new();
	struct locker_row *rows;
	size_t n = locker_changes(m->locker, 10000, arena, &rows);
	struct locker *again = locker_new(m->vault);

	for (size_t i = 0; i < n; i++)
		if (*rows[i].value)
			assert_int_equal(locker_load(again, &rows[i], NULL), 0);
	locker_free(m->locker);
	own_device_free(m->self);
	m->locker = again;
	for (size_t i = 0; i < n; i++) /* so that the next restart writes all, as a disk would have it */
		if (*rows[i].value) {
			char *text = strdup(locker_get(again, rows[i].kind, rows[i].id));

			locker_drop(again, rows[i].kind, rows[i].id);
			locker_put(again, rows[i].kind, rows[i].id, text);
			free(text);
		}
	machine_begin(m);
	arena_free(arena);
}

static inline void machine_free(struct machine *m)
{
	own_device_free(m->self);
	locker_free(m->locker);
	vault_free(m->vault);
	cJSON_Delete(m->upload);
	free(m);
}

/* As /keys/query would tell of `of`, which may be NULL: no device. */
static inline void learn(struct machine *m, const char *user, const struct machine *of)
{
	cJSON *list = cJSON_CreateObject();

	devices_track(m->locker, user);
	if (of)
		cJSON_AddItemToObject(list, of->device, own_device_keys(of->self));
	devices_learn(m->locker, user, list);
	cJSON_Delete(list);
}

static inline struct device device_of(const struct machine *m)
{
	struct e2e_account *a = own_device_account(m->self);

	return (struct device){m->user, m->device, e2e_account_curve25519(a), e2e_account_ed25519(a), false};
}

/* As /keys/claim does: each one-time key once, then the fallback key. */
static inline void claim(struct machine *m, struct machine *of)
{
	const struct device to = device_of(of);
	cJSON *keys = cJSON_GetObjectItem(of->upload, "one_time_keys"), *key;

	if (!keys->child)
		keys = cJSON_GetObjectItem(of->upload, "fallback_keys");
	key = keys->child;
	assert_non_null(key);
	assert_int_equal(olm_talk_begin(&m->olm, &to, key, NULL), 0);
	if (keys == cJSON_GetObjectItem(of->upload, "one_time_keys"))
		cJSON_DeleteItemFromArray(keys, 0);
}

static inline struct room_people people_of(const char *const *users, size_t n)
{
	return (struct room_people){.room = ROOM, .users = users, .n_users = n};
}

/* m.room_key from one to another, over Olm. */
static inline void give_key(struct machine *from, struct machine *to)
{
	const struct device device = device_of(to);
	cJSON *key = room_out_key(&from->out, ROOM), *sealed = olm_talk_seal(&from->olm, &device, "m.room_key", key);
	const cJSON *content;
	struct olm_talk_opened o;
	struct room_key_owner owner;

	assert_non_null(sealed);
	assert_int_equal(olm_talk_open(&to->olm, from->user, sealed, &o), OLM_TALK_READ);
	assert_true(member_is(o.payload, "type", "m.room_key"));
	content = member_object(o.payload, "content");
	owner = (struct room_key_owner){.room = member_text(content, "room_id"), .user = from->user,
		.curve25519 = o.curve25519, .ed25519 = o.ed25519};
	assert_int_equal(room_keys_add(&to->keys, &owner, member_text(content, "session_id"),
		member_text(content, "session_key"), false, NULL), 0);
	room_out_shared(&from->out, ROOM, &device, true);
	olm_talk_opened_done(&o);
	cJSON_Delete(key);
	cJSON_Delete(sealed);
}

static inline cJSON *say(struct machine *m, const char *text)
{
	cJSON *content = cJSON_CreateObject(), *sealed;

	member_set_text(content, "body", text);
	sealed = room_out_seal(&m->out, ROOM, "m.room.message", content);
	assert_non_null(sealed);
	cJSON_Delete(content);
	return sealed;
}

static inline enum room_keys_result hear(struct machine *m, const char *sender, const char *event, const cJSON *sealed,
	const char *want)
{
	cJSON *payload = NULL;
	enum room_keys_result result = room_keys_open(&m->keys,
		&(struct room_message){ROOM, event, sender, sealed}, &payload);

	if (result == ROOM_KEYS_READ)
		assert_string_equal(member_text(member_object(payload, "content"), "body"), want);
	cJSON_Delete(payload);
	return result;
}

#endif
