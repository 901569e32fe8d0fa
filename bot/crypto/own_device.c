/* own_device.c - one row in the locker: the account's pickle, and what the server has of it. */
#include "crypto/own_device.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/bytes.h"
#include "crypto/canonical.h"
#include "crypto/locker.h"
#include "crypto/member.h"
#include "crypto/olm.h"
#include "crypto/vault.h"
#include "util/err.h"
#include "util/mem.h"

#define ROW "account"

static const int64_t FALLBACK_OLD_MS = 60 * 60 * 1000; /* after that long nobody is still on the way with the one before */

struct own_device {
	struct locker *locker;
	const struct vault *vault;
	char *user, *device;
	struct e2e_account *account;
	bool known; /* the server has our device keys */
	bool counted; /* it has told how many one-time keys it has */
	int64_t count;
	bool fallback_used;
	bool has_fallback;
	int64_t fallback_ms; /* when the present one was made */
	bool old_fallback; /* the one before it is still there */
};

/* ---- kept ---- */

struct dropping {
	struct locker *locker;
	const char *kind;
};

static void drop_row(void *ctx, const char *id, const char *text)
{
	struct dropping *what = ctx;

	(void)text;
	locker_drop(what->locker, what->kind, id);
}

/* Sessions belong to the device that they were made for. */
static void drop_sessions(struct locker *locker)
{
	static const char *const kinds[] = {ROW, "olm", "out", "shared"};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		locker_each(locker, kinds[i], drop_row, &(struct dropping){locker, kinds[i]});
}

static int read_row(struct own_device *d, const cJSON *row, struct err *err)
{
	d->account = e2e_account_unpickle(member_text(row, "pickle"), vault_pickle_key(d->vault), err);
	d->known = member_true(row, "known");
	d->has_fallback = member_true(row, "has_fallback");
	d->old_fallback = member_true(row, "old_fallback");
	d->fallback_ms = member_whole(row, "fallback_ms");
	return d->account ? 0 : -1;
}

void own_device_save(struct own_device *d)
{
	cJSON *row = cJSON_CreateObject();
	char *pickle = e2e_account_pickle(d->account, vault_pickle_key(d->vault));

	member_set_text(row, "pickle", pickle);
	cJSON_AddBoolToObject(row, "known", d->known);
	cJSON_AddBoolToObject(row, "has_fallback", d->has_fallback);
	cJSON_AddBoolToObject(row, "old_fallback", d->old_fallback);
	member_set_whole(row, "fallback_ms", d->fallback_ms);
	locker_put_json(d->locker, ROW, d->device, row);
	bytes_wipe(pickle);
}

struct own_device *own_device_open(struct locker *locker, const struct vault *vault, const char *user, const char *device,
	struct err *err)
{
	struct own_device *d = mem_alloc(1, sizeof *d);
	cJSON *row = locker_json(locker, ROW, device);
	int result = 0;

	*d = (struct own_device){.locker = locker, .vault = vault, .user = mem_strdup(user), .device = mem_strdup(device)};
	if (row) {
		result = read_row(d, row, err);
	} else {
		drop_sessions(locker);
		d->account = e2e_account_new();
		own_device_save(d);
	}
	cJSON_Delete(row);
	if (result == 0)
		return d;
	own_device_free(d);
	return NULL;
}

void own_device_free(struct own_device *d)
{
	if (!d)
		return;
	e2e_account_free(d->account);
	free(d->user);
	free(d->device);
	free(d);
}

const char *own_device_user(const struct own_device *d)
{
	return d->user;
}

const char *own_device_id(const struct own_device *d)
{
	return d->device;
}

struct e2e_account *own_device_account(struct own_device *d)
{
	return d->account;
}

/* ---- what the server has ---- */

void own_device_counts(struct own_device *d, const cJSON *counts, const cJSON *unused)
{
	const cJSON *type;

	if (cJSON_IsObject(counts)) {
		d->counted = true;
		d->count = member_whole(counts, "signed_curve25519");
	}
	if (!cJSON_IsArray(unused))
		return;
	d->fallback_used = true;
	cJSON_ArrayForEach(type, unused)
		if (cJSON_IsString(type) && !strcmp(type->valuestring, "signed_curve25519"))
			d->fallback_used = false;
}

/* Half of what the account can hold: the rest is for keys that were given out and not used yet. */
static int64_t wanted(const struct own_device *d)
{
	return (int64_t)e2e_account_most_keys(d->account) / 2;
}

bool own_device_must_upload(const struct own_device *d)
{
	return !d->known || !d->has_fallback || (d->counted && (d->count < wanted(d) || d->fallback_used));
}

cJSON *own_device_keys(struct own_device *d)
{
	cJSON *keys = cJSON_CreateObject(), *list = cJSON_AddArrayToObject(keys, "algorithms"), *map;
	char name[300];

	cJSON_AddItemToArray(list, cJSON_CreateString("m.olm.v1.curve25519-aes-sha2"));
	cJSON_AddItemToArray(list, cJSON_CreateString("m.megolm.v1.aes-sha2"));
	member_set_text(keys, "user_id", d->user);
	member_set_text(keys, "device_id", d->device);
	map = member_make(keys, "keys");
	(void)snprintf(name, sizeof name, "curve25519:%s", d->device);
	member_set_text(map, name, e2e_account_curve25519(d->account));
	(void)snprintf(name, sizeof name, "ed25519:%s", d->device);
	member_set_text(map, name, e2e_account_ed25519(d->account));
	(void)canonical_sign(keys, d->user, d->device, d->account); /* it has a canonical form */
	return keys;
}

struct signing {
	struct own_device *device;
	cJSON *list;
	bool fallback;
};

static void add_key(void *ctx, const char *id, const char *key)
{
	struct signing *s = ctx;
	cJSON *entry = cJSON_CreateObject();
	char name[80];

	member_set_text(entry, "key", key);
	if (s->fallback)
		cJSON_AddTrueToObject(entry, "fallback");
	(void)canonical_sign(entry, s->device->user, s->device->device, s->device->account);
	(void)snprintf(name, sizeof name, "signed_curve25519:%s", id);
	cJSON_AddItemToObject(s->list, name, entry);
}

static void count_key(void *ctx, const char *id, const char *key)
{
	(void)id;
	(void)key;
	++*(int64_t *)ctx;
}

/* What was made before and never marked as published goes along, lest it be lost between here and there. */
static void make_keys(struct own_device *d, int64_t now_ms)
{
	int64_t made = 0;

	e2e_account_each_key(d->account, count_key, &made);
	if ((d->counted || !d->known) && d->count + made < wanted(d))
		e2e_account_make_keys(d->account, (size_t)(wanted(d) - d->count - made));
	if (d->old_fallback && now_ms - d->fallback_ms > FALLBACK_OLD_MS) {
		e2e_account_forget_fallback(d->account);
		d->old_fallback = false;
	}
	if (!d->has_fallback || d->fallback_used) {
		e2e_account_make_fallback(d->account);
		d->old_fallback = d->has_fallback;
		d->has_fallback = true;
		d->fallback_used = false;
		d->fallback_ms = now_ms;
	}
}

cJSON *own_device_upload(struct own_device *d, int64_t now_ms)
{
	cJSON *body = cJSON_CreateObject();
	struct signing s = {.device = d};

	make_keys(d, now_ms);
	if (!d->known)
		member_set(body, "device_keys", own_device_keys(d));
	s.list = cJSON_AddObjectToObject(body, "one_time_keys");
	e2e_account_each_key(d->account, add_key, &s);
	s.list = cJSON_AddObjectToObject(body, "fallback_keys");
	s.fallback = true;
	e2e_account_each_fallback(d->account, add_key, &s);
	own_device_save(d);
	return body;
}

void own_device_uploaded(struct own_device *d, const cJSON *answer)
{
	d->known = true;
	own_device_counts(d, member_object(answer, "one_time_key_counts"), NULL);
	e2e_account_published(d->account);
	own_device_save(d);
}
