/* devices.c - a row a person: {"stale": true, "devices": {id: {"curve25519", "ed25519", "verified"}}}. */
#include "crypto/devices.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/canonical.h"
#include "crypto/locker.h"
#include "crypto/member.h"
#include "crypto/olm.h"

#define ROW "devices"

enum { MAX_ID = 255 };

static void set_stale(struct locker *l, const char *user, cJSON *row, bool stale)
{
	member_set(row, "stale", cJSON_CreateBool(stale));
	locker_put_json(l, ROW, user, row);
}

void devices_track(struct locker *l, const char *user)
{
	if (!devices_tracked(l, user) && strlen(user) <= MAX_ID)
		set_stale(l, user, cJSON_CreateObject(), true);
}

void devices_changed(struct locker *l, const char *user)
{
	cJSON *row = locker_json(l, ROW, user);

	if (row)
		set_stale(l, user, row, true);
}

static void change_row(void *ctx, const char *user, const char *text)
{
	(void)text;
	devices_changed(ctx, user);
}

void devices_all_changed(struct locker *l)
{
	locker_each(l, ROW, change_row, l);
}

void devices_drop(struct locker *l, const char *user)
{
	locker_drop(l, ROW, user);
}

bool devices_tracked(const struct locker *l, const char *user)
{
	return locker_get(l, ROW, user) != NULL;
}

bool devices_stale(const struct locker *l, const char *user)
{
	cJSON *row = locker_json(l, ROW, user);
	bool stale = member_true(row, "stale");

	cJSON_Delete(row);
	return stale;
}

struct asking {
	void (*each)(void *ctx, const char *user);
	void *ctx;
};

static void ask_if_stale(void *ctx, const char *user, const char *text)
{
	const struct asking *a = ctx;

	if (strstr(text, "\"stale\":true"))
		a->each(a->ctx, user);
}

void devices_each_stale(struct locker *l, void (*each)(void *ctx, const char *user), void *ctx)
{
	locker_each(l, ROW, ask_if_stale, &(struct asking){each, ctx});
}

/* ---- learning ---- */

static const char *key_at(const cJSON *keys, const char *algorithm, const char *id)
{
	char name[MAX_ID + 16];

	(void)snprintf(name, sizeof name, "%s:%s", algorithm, id);
	return member_text(member_object(keys, "keys"), name);
}

static bool speaks_megolm(const cJSON *keys)
{
	const cJSON *one, *list = cJSON_GetObjectItemCaseSensitive(keys, "algorithms");

	cJSON_ArrayForEach(one, list)
		if (cJSON_IsString(one) && !strcmp(one->valuestring, "m.megolm.v1.aes-sha2"))
			return true;
	return false;
}

/* Is it what it says, signed by itself, and the same as before? */
static bool is_good(const cJSON *keys, const char *user, const char *id, const cJSON *before)
{
	const char *ed25519 = key_at(keys, "ed25519", id), *curve25519 = key_at(keys, "curve25519", id);

	if (strlen(id) > MAX_ID || !member_is(keys, "user_id", user) || !member_is(keys, "device_id", id) ||
		!speaks_megolm(keys) || strlen(curve25519) != E2E_KEY_SIZE - 1)
		return false;
	if (before && (!member_is(before, "ed25519", ed25519) || !member_is(before, "curve25519", curve25519)))
		return false;
	return canonical_verify(keys, user, id, ed25519);
}

static void learn_one(cJSON *list, const cJSON *keys, const char *user, const cJSON *before)
{
	const char *id = keys->string;
	const cJSON *was = member_object(before, id);
	cJSON *entry;

	if (!is_good(keys, user, id, was)) {
		if (was) /* somebody wants to be that device: the one that we know stays */
			member_set(list, id, cJSON_Duplicate(was, true));
		return;
	}
	entry = member_make(list, id);
	member_set_text(entry, "ed25519", key_at(keys, "ed25519", id));
	member_set_text(entry, "curve25519", key_at(keys, "curve25519", id));
	if (was && member_true(was, "verified"))
		cJSON_AddTrueToObject(entry, "verified");
}

void devices_learn(struct locker *l, const char *user, const cJSON *device_keys)
{
	cJSON *row = locker_json(l, ROW, user), *list = cJSON_CreateObject();
	const cJSON *keys;
	int n = 0;

	if (!row) {
		cJSON_Delete(list);
		return;
	}
	cJSON_ArrayForEach(keys, device_keys)
		if (n++ < DEVICES_MOST)
			learn_one(list, keys, user, member_object(row, "devices"));
	if (device_keys)
		member_set(row, "devices", list);
	else
		cJSON_Delete(list);
	set_stale(l, user, row, false);
}

void devices_verify(struct locker *l, const char *user, const char *id, bool verified)
{
	cJSON *row = locker_json(l, ROW, user);
	cJSON *entry = cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(row, "devices"), id);

	if (entry) {
		member_set(entry, "verified", cJSON_CreateBool(verified));
		locker_put_json(l, ROW, user, row);
	} else {
		cJSON_Delete(row);
	}
}

/* ---- asking ---- */

void devices_each(const struct locker *l, const char *user, void (*each)(void *ctx, const struct device *d), void *ctx)
{
	cJSON *row = locker_json(l, ROW, user);
	const cJSON *entry, *list = member_object(row, "devices");

	cJSON_ArrayForEach(entry, list)
		each(ctx, &(struct device){user, entry->string, member_text(entry, "curve25519"),
			member_text(entry, "ed25519"), member_true(entry, "verified")});
	cJSON_Delete(row);
}

enum devices_match devices_match(const struct locker *l, const char *user, const char *curve25519, const char *ed25519)
{
	cJSON *row = locker_json(l, ROW, user);
	const cJSON *entry, *list = member_object(row, "devices");
	enum devices_match match = !row || member_true(row, "stale") ? DEVICES_UNKNOWN : DEVICES_OTHER;

	cJSON_ArrayForEach(entry, list)
		if (member_is(entry, "curve25519", curve25519))
			match = member_is(entry, "ed25519", ed25519) ? DEVICES_SAME : DEVICES_OTHER;
	cJSON_Delete(row);
	return match;
}
