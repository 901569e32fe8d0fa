/* matrix_backup.c - one request at a time:
 *
 *     IDLE -- start --> ASKING: which backup is there?
 *     ASKING -- ours, and new to us --> FETCHING -- all keys --> RESTORING, some at a turn of the loop --> READY
 *     ASKING -- ours, and known --> READY
 *     READY -- keys that are not in it, or must go from it --> SENDING -- taken --> READY
 *     ASKING -- none, or not ours --> OFF
 *     ASKING, FETCHING, SENDING -- no answer, or the backup is another now --> WAITING -- time --> ASKING */
#include "channels/matrix_backup.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channels/channel.h"
#include "channels/matrix_api.h"
#include "channels/matrix_identity.h"
#include "channels/matrix_parts.h"
#include "crypto/backup.h"
#include "crypto/locker.h"
#include "crypto/own_device.h"
#include "crypto/room_keys.h"
#include "net/backoff.h"
#include "net/loop.h"
#include "util/arena.h"
#include "util/json.h"
#include "util/log.h"
#include "util/mem.h"

/* The backup that this device has taken all keys out of, in the locker: "<device> <version>". Another device may have begun with
 * an old copy of the locker. */
#define ROW "backup"
#define ROW_ID "version"

enum {
	MOST_WAIT_MS = 600000,
	GATHER_MS = 2000, /* keys come in flocks */
	AT_ONCE = 50, /* sealed for one request; a tenth of a millisecond each */
	SLICE = 100, /* opened in one turn of the loop */
	MAX_VERSION = 128,
	MAX_ID = 256,
	MAX_ROW = MAX_ID + MAX_VERSION,
	FETCH_MS = 10 * 60 * 1000,
};

enum backup_state { IDLE, ASKING, FETCHING, RESTORING, READY, SENDING, WAITING, OFF };

static const char *const names[] = {"idle", "asking", "fetching", "restoring", "ready", "sending", "waiting", "off"};

/* One key that is under way to the server. */
struct sent {
	char *room, *session;
	uint32_t first;
};

struct matrix_backup {
	struct matrix_backup_env env;
	enum backup_state state;
	struct e2e_opener *opener;
	char version[MAX_VERSION];
	struct matrix_call *call;
	struct timer *timer;
	struct backoff backoff;
	struct sent sent[AT_ONCE];
	size_t n_sent;
	struct restore {
		char *text; /* the answer */
		struct json_span rooms, sessions; /* sessions.at NULL: between two rooms */
		size_t at_room, at_session;
		char room[MAX_ID];
		size_t n, lost;
	} restore;
};

static void ask(struct matrix_backup *b);
static void go_on(struct matrix_backup *b);

/* ---- life ---- */

static void on_time(void *ctx)
{
	struct matrix_backup *b = ctx;

	if (b->state == WAITING)
		ask(b);
	else
		go_on(b);
}

struct matrix_backup *matrix_backup_new(const struct matrix_backup_env *env)
{
	struct matrix_backup *b = mem_alloc(1, sizeof *b);

	b->env = *env;
	b->opener = e2e_opener_new(env->identity->backup);
	b->timer = timer_new(env->parts->channel->env.loop, on_time, b);
	backoff_init(&b->backoff, env->parts->first_wait_ms, MOST_WAIT_MS, env->parts->seed + 9);
	return b;
}

static void forget_sent(struct matrix_backup *b)
{
	for (size_t i = 0; i < b->n_sent; i++) {
		free(b->sent[i].room);
		free(b->sent[i].session);
	}
	b->n_sent = 0;
}

static void forget_restore(struct matrix_backup *b)
{
	free(b->restore.text);
	b->restore = (struct restore){.text = NULL};
}

void matrix_backup_free(struct matrix_backup *b)
{
	if (!b)
		return;
	matrix_call_cancel(b->call);
	timer_free(b->timer);
	forget_sent(b);
	forget_restore(b);
	e2e_opener_free(b->opener);
	free(b);
}

const char *matrix_backup_state(const struct matrix_backup *b)
{
	return names[b->state];
}

static void ask_later(struct matrix_backup *b, int64_t after_ms)
{
	int64_t wait = backoff_next(&b->backoff);

	b->state = WAITING;
	timer_start(b->timer, after_ms > wait ? after_ms : wait);
}

/* True when there is something to be read in it; else it is seen to. */
static bool is_answer(struct matrix_backup *b, const struct matrix_answer *a)
{
	const struct matrix_parts *parts = b->env.parts;

	b->call = NULL;
	if (a->verdict != MATRIX_AGAIN && a->verdict != MATRIX_TOKEN)
		return true;
	ask_later(b, a->after_ms);
	if (a->verdict == MATRIX_TOKEN)
		parts->token_gone(parts->ctx, a->soft_logout);
	return false;
}

static void off(struct matrix_backup *b, const char *why)
{
	b->state = OFF;
	log_event(b->env.parts->channel->env.log, LOG_LEVEL_WARN, "room keys are not backed up",
		LOG_FIELDS(LOG_TEXT("why", why)));
}

/* ---- out of the backup ---- */

static void take_key(void *ctx, const struct backup_session *s)
{
	struct matrix_backup *b = ctx;
	const struct room_key_owner owner = {.room = s->room, .user = "", .curve25519 = s->sender_key,
		.ed25519 = s->sender_ed25519, .forwarded = true};

	bool had = room_keys_has(b->env.keys, s->room, s->id); /* maybe a better one, which the backup lacks */
	uint32_t first;

	if (room_keys_add(b->env.keys, &owner, s->id, s->key, true, NULL) != 0) {
		b->restore.lost++;
		return;
	}
	if (!had && room_keys_first(b->env.keys, s->room, s->id, &first))
		room_keys_backed(b->env.keys, s->room, s->id, first);
	b->restore.n++;
}

/* The next room's sessions; false when there is none. */
static bool next_room(struct restore *r)
{
	struct json_span key, room;

	while (json_in_pair(r->rooms, &r->at_room, &key, &room)) {
		if (key.len >= sizeof r->room || !json_in_member(room, "sessions", &r->sessions))
			continue;
		memcpy(r->room, key.at, key.len);
		r->room[key.len] = '\0';
		r->at_session = 0;
		return true;
	}
	return false;
}

static bool next_session(struct restore *r, struct json_span *out_id, struct json_span *out)
{
	while (r->sessions.at || next_room(r)) {
		if (json_in_pair(r->sessions, &r->at_session, out_id, out))
			return true;
		r->sessions.at = NULL;
	}
	return false;
}

static void open_session(struct matrix_backup *b, struct json_span id, struct json_span entry)
{
	cJSON *tree = id.len < MAX_ID ? json_parse(entry.at, entry.len, NULL) : NULL;
	char name[MAX_ID];

	if (tree) {
		snprintf(name, sizeof name, "%.*s", (int)id.len, id.at);
		if (!backup_open(b->opener, b->restore.room, name, tree, take_key, b))
			b->restore.lost++;
	}
	cJSON_Delete(tree);
}

static const char *row_of(const struct matrix_backup *b, char out[MAX_ROW])
{
	snprintf(out, MAX_ROW, "%s %s", own_device_id(b->env.self), b->version);
	return out;
}

static void know_version(struct matrix_backup *b)
{
	char row[MAX_ROW];

	locker_put(b->env.locker, ROW, ROW_ID, row_of(b, row));
	b->env.changed(b->env.ctx);
	b->state = READY;
	matrix_backup_look(b);
}

static void restored(struct matrix_backup *b)
{
	log_event(b->env.parts->channel->env.log, LOG_LEVEL_NOTICE, "room keys restored",
		LOG_FIELDS(LOG_NUMBER("keys", (long long)b->restore.n),
			LOG_NUMBER("lost", (long long)b->restore.lost)));
	forget_restore(b);
	know_version(b);
	b->env.found(b->env.ctx);
}

static void restore_some(struct matrix_backup *b)
{
	struct json_span id, entry;

	for (int i = 0; i < SLICE; i++) {
		if (!next_session(&b->restore, &id, &entry)) {
			restored(b);
			return;
		}
		open_session(b, id, entry);
	}
	b->env.changed(b->env.ctx);
	timer_start(b->timer, 0);
}

static void on_keys(void *ctx, const struct matrix_answer *a)
{
	struct matrix_backup *b = ctx;
	struct restore *r = &b->restore;

	if (!is_answer(b, a))
		return;
	if (a->verdict != MATRIX_DONE) { /* it was replaced? */
		if (a->verdict == MATRIX_FORBIDDEN || a->verdict == MATRIX_MISSING)
			ask_later(b, -1);
		else
			off(b, a->why);
		return;
	}
	r->text = mem_strndup(a->body.at, a->body.len);
	if (!json_in_member((struct json_span){r->text, a->body.len}, "rooms", &r->rooms))
		r->rooms = (struct json_span){"{}", 2};
	b->state = RESTORING;
	restore_some(b);
}

static const char *keys_path(struct matrix_backup *b, struct arena *arena)
{
	return matrix_path(arena, "/v3/room_keys/keys?version=*", b->version);
}

static void fetch(struct matrix_backup *b)
{
	struct arena *arena = arena_new();

	b->state = FETCHING;
	b->call = matrix_api_call(b->env.parts->api, &(struct matrix_ask){.method = "GET", .path = keys_path(b, arena),
		.timeout_ms = FETCH_MS}, on_keys, b);
	arena_free(arena);
}

/* ---- which backup ---- */

/* A backup that takes the place of the one that we knew is empty, or has keys that we don't: both ways all is looked at
 * once more. */
static void use_version(struct matrix_backup *b, const char *version)
{
	const char *known = locker_get(b->env.locker, ROW, ROW_ID);
	char row[MAX_ROW];

	snprintf(b->version, sizeof b->version, "%s", version);
	backoff_reset(&b->backoff);
	if (known && strcmp(known, row_of(b, row)) == 0) {
		b->state = READY;
		matrix_backup_look(b);
		return;
	}
	if (known)
		room_keys_none_backed(b->env.keys);
	fetch(b);
}

static void on_version(void *ctx, const struct matrix_answer *a)
{
	struct matrix_backup *b = ctx;
	const struct matrix_identity *identity = b->env.identity;
	cJSON *tree;
	const char *version;

	if (!is_answer(b, a))
		return;
	tree = a->verdict == MATRIX_DONE ? json_parse(a->body.at, a->body.len, NULL) : NULL;
	version = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(tree, "version"));
	if (!version || strlen(version) >= MAX_VERSION)
		off(b, a->verdict == MATRIX_DONE ? "half an answer" : a->why);
	else if (!backup_version_is_ours(tree, identity->user_id, identity->master, e2e_opener_key(b->opener)))
		off(b, "the backup at the server is not ours");
	else
		use_version(b, version);
	cJSON_Delete(tree);
}

static void ask(struct matrix_backup *b)
{
	b->state = ASKING;
	b->call = matrix_api_call(b->env.parts->api,
		&(struct matrix_ask){.method = "GET", .path = "/v3/room_keys/version"}, on_version, b);
}

void matrix_backup_start(struct matrix_backup *b)
{
	if (b->state == IDLE)
		ask(b);
}

/* ---- into the backup ---- */

static void on_sent(void *ctx, const struct matrix_answer *a)
{
	struct matrix_backup *b = ctx;

	if (is_answer(b, a) && a->verdict == MATRIX_DONE) {
		for (size_t i = 0; i < b->n_sent; i++)
			room_keys_backed(b->env.keys, b->sent[i].room, b->sent[i].session, b->sent[i].first);
		backoff_reset(&b->backoff);
		b->env.changed(b->env.ctx);
		b->state = READY;
		timer_start(b->timer, 0);
	} else if (a->verdict == MATRIX_FORBIDDEN || a->verdict == MATRIX_MISSING) { /* it was replaced */
		ask_later(b, -1);
	} else if (b->state == SENDING) {
		off(b, a->why);
	}
	forget_sent(b);
}

/* ---- what is to be forgotten ---- */

static void on_erased(void *ctx, const struct matrix_answer *a)
{
	struct matrix_backup *b = ctx;

	if (is_answer(b, a) && (a->verdict == MATRIX_DONE || a->verdict == MATRIX_MISSING)) {
		room_keys_erased(b->env.keys, b->sent[0].room, b->sent[0].session);
		backoff_reset(&b->backoff);
		b->env.changed(b->env.ctx);
		b->state = READY;
		timer_start(b->timer, 0);
	} else if (a->verdict == MATRIX_FORBIDDEN) { /* the backup was replaced */
		ask_later(b, -1);
	} else if (b->state == SENDING) {
		off(b, a->why);
	}
	forget_sent(b);
}

/* The server keeps the better of two keys: what begins later does not take the place of what is there. */
static bool erase_one(struct matrix_backup *b)
{
	char room[ROOM_KEYS_NAME];
	const char *session = room_keys_to_erase(b->env.keys, room);
	struct arena *arena;

	if (!session)
		return false;
	arena = arena_new();
	b->sent[b->n_sent++] = (struct sent){mem_strdup(room), mem_strdup(session), 0};
	b->state = SENDING;
	b->call = matrix_api_call(b->env.parts->api, &(struct matrix_ask){.method = "DELETE",
		.path = matrix_path(arena, "/v3/room_keys/keys/*/*?version=*", room, session, b->version)}, on_erased, b);
	arena_free(arena);
	return true;
}

/* ---- what is new ---- */

struct batch {
	struct matrix_backup *backup;
	cJSON *body;
};

static void add_key(void *ctx, const char *room, const char *session, const cJSON *data, uint32_t first, bool forwarded)
{
	struct batch *batch = ctx;
	struct matrix_backup *b = batch->backup;
	const struct backup_entry entry = {.room = room, .session = session, .data = data, .first = first,
		.forwarded = forwarded};

	if (b->n_sent < AT_ONCE && backup_add(batch->body, e2e_opener_key(b->opener), &entry, NULL) == 0)
		b->sent[b->n_sent++] = (struct sent){mem_strdup(room), mem_strdup(session), first};
}

static void submit(struct matrix_backup *b, const cJSON *body)
{
	struct arena *arena = arena_new();
	char *text = json_print(body);

	b->state = SENDING;
	b->call = matrix_api_call(b->env.parts->api, &(struct matrix_ask){.method = "PUT", .path = keys_path(b, arena),
		.body = text}, on_sent, b);
	free(text);
	arena_free(arena);
}

static void send_some(struct matrix_backup *b)
{
	struct batch batch;

	if (erase_one(b))
		return;
	batch = (struct batch){b, cJSON_CreateObject()};
	(void)room_keys_not_backed(b->env.keys, AT_ONCE, add_key, &batch);
	if (b->n_sent)
		submit(b, batch.body);
	cJSON_Delete(batch.body);
}

static void go_on(struct matrix_backup *b)
{
	if (b->state == RESTORING)
		restore_some(b);
	else if (b->state == READY)
		send_some(b);
}

void matrix_backup_look(struct matrix_backup *b)
{
	if (b->state == READY)
		timer_start(b->timer, GATHER_MS);
}
