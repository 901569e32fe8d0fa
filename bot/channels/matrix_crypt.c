/* matrix_crypt.c - life, our own keys at the server, the lists of others' devices. */
#include "channels/matrix_crypt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "channels/channel.h"
#include "channels/matrix_api.h"
#include "channels/matrix_crypt_parts.h"
#include "channels/matrix_parse.h"
#include "channels/matrix_parts.h"
#include "crypto/locker.h"
#include "crypto/member.h"
#include "crypto/own_device.h"
#include "crypto/vault.h"
#include "net/loop.h"
#include "util/arena.h"
#include "util/err.h"
#include "util/json.h"
#include "util/log.h"
#include "util/mem.h"
#include "util/strmap.h"

enum {
	AGAIN_MS = 30000,
	MOST_ASKED = 40, /* people in one question for devices */
	QUERY_MS = 10000, /* that the server may take to ask other servers */
	MARGIN_MS = 10000,
};

#define ROOM_ROW "room"

int64_t matrix_crypt_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int matrix_crypt_now_s(const struct matrix_crypt *c)
{
	return (int)(loop_now_ms(c->parts->channel->env.loop) / 1000);
}

void matrix_crypt_txn(struct matrix_crypt *c, char out[MATRIX_TXN_SIZE])
{
	(void)snprintf(out, MATRIX_TXN_SIZE, "k%lld.%llu", (long long)matrix_crypt_now_ms(),
		(unsigned long long)++c->n_txn);
}

/* ---- rooms ---- */

bool matrix_crypt_is_sealed(const struct matrix_crypt *c, const char *room)
{
	return c && locker_get(c->locker, ROOM_ROW, room);
}

void matrix_crypt_room_sealed(struct matrix_crypt *c, const char *room)
{
	if (c && !matrix_crypt_is_sealed(c, room)) {
		locker_put(c->locker, ROOM_ROW, room, "{\"sealed\":true}");
		(void)matrix_crypt_save(c, NULL, NULL);
	}
}

void matrix_crypt_left(struct matrix_crypt *c, const char *room)
{
	if (c && c->self)
		room_out_drop(&c->out, room);
}

void matrix_crypt_forget(struct matrix_crypt *c, const char *user)
{
	if (!c)
		return;
	if (c->self)
		room_keys_forget(&c->keys, user);
	matrix_crypt_wait_forget(c, user);
	matrix_crypt_trust_look(c); /* the backup forgets, too */
	(void)matrix_crypt_save(c, NULL, NULL);
}

/* ---- our keys at the server ---- */

static void plan_again(struct matrix_crypt *c)
{
	timer_start(c->later, AGAIN_MS);
}

static void on_uploaded(void *ctx, const struct matrix_answer *a)
{
	struct matrix_crypt *c = ctx;

	c->upload = NULL;
	if (a->verdict == MATRIX_DONE) {
		cJSON *answer = json_parse(a->body.at, a->body.len, NULL);

		own_device_uploaded(c->self, answer);
		cJSON_Delete(answer);
		(void)matrix_crypt_save(c, NULL, NULL);
		return;
	}
	/* Synapse says so of a device whose keys it has: ours are others then, as they were kept in a database that is gone. */
	log_event(c->parts->channel->env.log, LOG_LEVEL_ERROR, "keys not taken by the server",
		LOG_FIELDS(LOG_TEXT("why", a->why),
			LOG_TEXT("hint", "if the database was lost or replaced: remove the token's file, log in anew")));
	plan_again(c);
}

static void upload_saved(void *ctx, bool ok)
{
	struct matrix_crypt *c = ctx;
	cJSON *body = c->upload_body;
	char *text;

	c->upload_saving = NULL;
	c->upload_body = NULL;
	if (!ok) {
		cJSON_Delete(body);
		plan_again(c);
		return;
	}
	text = json_print(body);
	c->upload = matrix_api_call(c->parts->api,
		&(struct matrix_ask){.method = "POST", .path = "/v3/keys/upload", .body = text}, on_uploaded, c);
	free(text);
	cJSON_Delete(body);
}

/* The secrets of the keys are on disk before anybody can use them. */
static void upload(struct matrix_crypt *c)
{
	if (c->stopped || !c->self || c->upload || c->upload_saving || !own_device_must_upload(c->self))
		return;
	c->upload_body = own_device_upload(c->self, matrix_crypt_now_ms());
	c->upload_saving = matrix_crypt_save(c, upload_saved, c);
}

/* ---- whose devices are to be asked for ---- */

char *matrix_query_body(const char *const *users, size_t n)
{
	cJSON *body = cJSON_CreateObject(), *list = cJSON_AddObjectToObject(body, "device_keys");
	char *text;

	for (size_t i = 0; i < n; i++)
		cJSON_AddArrayToObject(list, users[i]);
	member_set_whole(body, "timeout", QUERY_MS);
	text = json_print(body);
	cJSON_Delete(body);
	return text;
}

/* The member `key` of an object whose keys may be any text. */
static cJSON *tree_of(struct json_span object, const char *key)
{
	struct json_span value, name;
	size_t at = 0;

	while (json_in_pair(object, &at, &name, &value))
		if (name.len == strlen(key) && !memcmp(name.at, key, name.len))
			return json_parse(value.at, value.len, NULL);
	return NULL;
}

void matrix_crypt_learn(struct matrix_crypt *c, struct json_span answer, const char *const *users, size_t n,
	uint64_t list_changes)
{
	struct json_span list = {"{}", 2}, failures = {"{}", 2}, masters = {"{}", 2}, signers = {"{}", 2};

	(void)json_in_member(answer, "device_keys", &list);
	(void)json_in_member(answer, "master_keys", &masters);
	(void)json_in_member(answer, "self_signing_keys", &signers);
	(void)json_in_member(answer, "failures", &failures);
	for (size_t i = 0; i < n; i++) {
		const char *server = strchr(users[i], ':');
		cJSON *devices = tree_of(list, users[i]);
		cJSON *failure = server ? tree_of(failures, server + 1) : NULL;

		if (devices || !failure) {
			devices_learn(c->locker, users[i], devices);
			matrix_crypt_trust_judge(c, users[i], devices, tree_of(masters, users[i]),
				tree_of(signers, users[i]));
		}
		if (!devices && failure) /* their server is away: not asked again for a while */
			strmap_set(c->asked, users[i], strlen(users[i]), matrix_crypt_now_s(c));
		if (c->list_changes != list_changes) /* while we were asking: maybe theirs */
			devices_changed(c->locker, users[i]);
		cJSON_Delete(devices);
		cJSON_Delete(failure);
	}
}

struct query {
	struct matrix_crypt *crypt;
	struct arena *arena;
	const char *users[MOST_ASKED];
	size_t n;
	uint64_t list_changes;
};

static void query_end(struct query *q)
{
	arena_free(q->arena);
	free(q);
}

static void query(struct matrix_crypt *c);

static void on_queried(void *ctx, const struct matrix_answer *a)
{
	struct query *q = ctx;
	struct matrix_crypt *c = q->crypt;

	c->query = NULL;
	c->query_of = NULL;
	if (a->verdict == MATRIX_DONE) {
		matrix_crypt_learn(c, a->body, q->users, q->n, q->list_changes);
		(void)matrix_crypt_save(c, NULL, NULL);
	} else {
		plan_again(c);
	}
	query_end(q);
	if (a->verdict == MATRIX_DONE)
		query(c);
}

static void add_stale(void *ctx, const char *user)
{
	struct query *q = ctx;

	if (q->n < MOST_ASKED && strmap_get(q->crypt->asked, user, strlen(user), -AGAIN_MS / 1000) + AGAIN_MS / 1000 <=
			matrix_crypt_now_s(q->crypt))
		q->users[q->n++] = arena_strdup(q->arena, user);
}

/* In the background, so that whoever is to be written to is known already. */
static void query(struct matrix_crypt *c)
{
	struct query *q;
	char *body;

	if (c->stopped || !c->self || c->query)
		return;
	q = mem_alloc(1, sizeof *q);
	*q = (struct query){.crypt = c, .arena = arena_new(), .list_changes = c->list_changes};
	devices_each_stale(c->locker, add_stale, q);
	if (!q->n) {
		query_end(q);
		return;
	}
	c->query_of = q;
	body = matrix_query_body(q->users, q->n);
	c->query = matrix_api_call(c->parts->api, &(struct matrix_ask){.method = "POST", .path = "/v3/keys/query",
		.body = body, .timeout_ms = QUERY_MS + MARGIN_MS}, on_queried, q);
	free(body);
}

static void on_later(void *ctx)
{
	upload(ctx);
	query(ctx);
}

/* ---- an answer of /sync ---- */

static bool take_lists(struct matrix_crypt *c, struct json_span lists)
{
	static const char *const kinds[] = {"changed", "left"};
	struct json_span users, one;
	char user[256];
	bool any = false;

	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
		size_t at = 0;

		if (!json_in_member(lists, kinds[k], &users))
			continue;
		while (json_in_element(users, &at, &one)) {
			if (!json_in_word(one, user, sizeof user))
				continue;
			any = true;
			c->list_changes++;
			if (k == 0)
				devices_changed(c->locker, user);
			else if (strcmp(user, c->parts->self->user) != 0)
				devices_drop(c->locker, user);
		}
	}
	return any;
}

static bool take_events(struct matrix_crypt *c, struct json_span events)
{
	struct json_span one;
	size_t at = 0;
	bool any = false;

	while (json_in_element(events, &at, &one)) {
		cJSON *event = json_parse(one.at, one.len, NULL);

		any = true;
		if (event)
			matrix_crypt_take_to_device(c, event);
		cJSON_Delete(event);
	}
	return any;
}

static void take_counts(struct matrix_crypt *c, struct json_span answer)
{
	struct json_span value;
	cJSON *counts = NULL, *unused = NULL;

	if (json_in_member(answer, "device_one_time_keys_count", &value))
		counts = json_parse(value.at, value.len, NULL);
	if (json_in_member(answer, "device_unused_fallback_key_types", &value))
		unused = json_parse(value.at, value.len, NULL);
	own_device_counts(c->self, counts, unused);
	cJSON_Delete(counts);
	cJSON_Delete(unused);
}

bool matrix_crypt_sync(struct matrix_crypt *c, struct json_span answer, bool first)
{
	struct json_span value;
	bool any = false;

	if (!c || !c->self)
		return false;
	if (first) {
		c->list_changes++;
		devices_all_changed(c->locker);
	}
	/* Lists first: who has a new device may have written with it. */
	if (json_in_member(answer, "device_lists", &value))
		any |= take_lists(c, value);
	if (json_in_path(answer, &value, "to_device", "events", NULL))
		any |= take_events(c, value);
	take_counts(c, answer);
	upload(c);
	query(c);
	matrix_crypt_trust_look(c);
	return matrix_crypt_trust_found(c) || any;
}

/* ---- life ---- */

struct matrix_crypt *matrix_crypt_new(const struct matrix_parts *parts, const char *secret)
{
	struct matrix_crypt *c = mem_alloc(1, sizeof *c);
	struct loop *loop = parts->channel->env.loop;

	c->parts = parts;
	c->vault = vault_new(secret);
	c->locker = locker_new(c->vault);
	links_init(&c->mending);
	matrix_crypt_save_begin(c);
	c->later = timer_new(loop, on_later, c);
	c->asked = strmap_new();
	c->mended = strmap_new();
	c->unreached = strmap_new();
	matrix_crypt_wait_begin(c);
	return c;
}

int matrix_crypt_restore(struct matrix_crypt *c, const struct channel_kept *list, size_t n, struct err *err)
{
	for (size_t i = 0; i < n; i++)
		if (locker_load(c->locker, &(struct locker_row){list[i].kind, list[i].id, list[i].value}, err) != 0)
			return -1;
	return 0;
}

int matrix_crypt_begin(struct matrix_crypt *c, const char *user, const char *device, struct err *err)
{
	if (!c)
		return 0;
	c->stopped = false;
	if (c->self) {
		matrix_crypt_trust_begin(c);
		return 0;
	}
	c->self = own_device_open(c->locker, c->vault, user, device, err);
	if (!c->self)
		return -1;
	c->olm = (struct olm_talk){c->locker, c->vault, c->self, matrix_crypt_now_ms};
	c->keys = (struct room_keys){c->locker, c->vault};
	c->out = (struct room_out){c->locker, c->vault, c->self, &c->keys, matrix_crypt_now_ms};
	devices_track(c->locker, user);
	upload(c);
	query(c);
	matrix_crypt_trust_begin(c);
	return 0;
}

void matrix_crypt_stop(struct matrix_crypt *c)
{
	if (!c)
		return;
	c->stopped = true;
	timer_stop(c->later);
	matrix_crypt_trust_stop(c);
	matrix_crypt_in_stop(c);
	matrix_crypt_wait_stop(c);
}

void matrix_crypt_free(struct matrix_crypt *c)
{
	if (!c)
		return;
	matrix_crypt_trust_free(c);
	matrix_crypt_in_stop(c);
	matrix_crypt_wait_free(c);
	matrix_crypt_out_free(c);
	matrix_crypt_save_free(c);
	if (c->query_of)
		query_end(c->query_of);
	cJSON_Delete(c->upload_body);
	timer_free(c->later);
	strmap_free(c->asked);
	strmap_free(c->mended);
	strmap_free(c->unreached);
	own_device_free(c->self);
	locker_free(c->locker);
	vault_free(c->vault);
	free(c);
}

void matrix_crypt_counts(const struct matrix_crypt *c, struct matrix_crypt_counts *out)
{
	*out = c ? c->counts : (struct matrix_crypt_counts){0};
	if (c)
		out->waiting = locker_count(c->locker, "waiting");
}
