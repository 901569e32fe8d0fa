/* room_keys.c - two rows a session, both named "<room> <session>": "in", the key and whose it is; "seen", which number
 * was which event. The second is bounded: of a session with more messages than that the smallest numbers are forgotten, and whatever
 * comes with one of them is not believed any more. */
#include "crypto/room_keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/base64.h"
#include "crypto/bytes.h"
#include "crypto/locker.h"
#include "crypto/member.h"
#include "crypto/olm.h"
#include "crypto/vault.h"
#include "util/err.h"
#include "util/json.h"
#include "util/mem.h"

#define ROW "in"
#define SEEN "seen"
#define EARLY "early"
#define ALGORITHM "m.megolm.v1.aes-sha2"

enum { MAX_ID = 255, MAX_NAME = ROOM_KEYS_NAME, MOST_SEEN = 1000, MARK_BYTES = 12, MAX_MARK = 20 };

static bool name_of(const char *room, const char *session, char out[MAX_NAME])
{
	if (strlen(room) > MAX_ID || strlen(session) > MAX_ID || !*room || !*session)
		return false;
	(void)snprintf(out, MAX_NAME, "%s %s", room, session);
	return true;
}

bool room_keys_has(const struct room_keys *k, const char *room, const char *session)
{
	char name[MAX_NAME];

	return name_of(room, session, name) && locker_get(k->locker, ROW, name);
}

/* ---- adding ---- */

static struct e2e_reader *reader_of(const struct room_keys *k, const cJSON *row)
{
	return row ? e2e_reader_unpickle(member_text(row, "pickle"), vault_pickle_key(k->vault), NULL) : NULL;
}

static void keep(const struct room_keys *k, const char *name, cJSON *row, struct e2e_reader *r)
{
	char *pickle = e2e_reader_pickle(r, vault_pickle_key(k->vault));

	member_set_text(row, "pickle", pickle);
	locker_put_json(k->locker, ROW, name, row);
	bytes_wipe(pickle);
}

/* What belongs to a key that is gone has nobody to ask for it. */
static void drop_orphan(void *ctx, const char *name, const char *text)
{
	const struct room_keys *k = ctx;

	(void)text;
	if (!locker_get(k->locker, ROW, name))
		locker_drop(k->locker, SEEN, name);
}

static void make_room(const struct room_keys *k)
{
	if (locker_count(k->locker, ROW) < ROOM_KEYS_MOST)
		return;
	locker_bound(k->locker, ROW, ROOM_KEYS_MOST);
	locker_each(k->locker, SEEN, drop_orphan, (void *)k);
}

/* Whoever has a key can pass it on as if it were their own: whose it is stays with the first who gave it. */
static bool is_better(struct e2e_reader *now, struct e2e_reader *before, const cJSON *row,
	const struct room_key_owner *owner)
{
	const char *user = member_text(row, "user");

	if (!before)
		return true;
	if (*user && *owner->user && strcmp(user, owner->user) != 0)
		return false;
	if (e2e_reader_first(now) < e2e_reader_first(before))
		return true;
	return member_true(row, "forwarded") && !owner->forwarded && e2e_reader_first(now) == e2e_reader_first(before);
}

static void put(const struct room_keys *k, const struct room_key_owner *owner, const char *name, struct e2e_reader *now)
{
	cJSON *row = locker_json(k->locker, ROW, name), *fresh;
	struct e2e_reader *before = reader_of(k, row);

	if (is_better(now, before, row, owner)) {
		fresh = cJSON_CreateObject();
		member_set_text(fresh, "user", *owner->user ? owner->user : member_text(row, "user"));
		member_set_text(fresh, "curve25519", owner->curve25519);
		member_set_text(fresh, "ed25519", owner->ed25519);
		cJSON_AddBoolToObject(fresh, "forwarded", owner->forwarded);
		make_room(k);
		keep(k, name, fresh, now);
	}
	e2e_reader_free(before);
	cJSON_Delete(row);
}

int room_keys_add(const struct room_keys *k, const struct room_key_owner *owner, const char *session, const char *key,
	bool exported, struct err *err)
{
	struct e2e_reader *r = exported ? e2e_reader_import(key, err) : e2e_reader_new(key, err);
	char name[MAX_NAME], *id;
	int result = 0;

	if (!r)
		return -1;
	id = e2e_reader_id(r);
	if (strcmp(id, session) != 0 || !name_of(owner->room, session, name))
		result = err_set(err, "a room key with another name than its session's");
	else
		put(k, owner, name, r);
	free(id);
	e2e_reader_free(r);
	return result;
}

/* ---- before we come ---- */

void room_keys_add_early(const struct room_keys *k, const struct room_key_owner *owner, const char *session, const char *key)
{
	char name[MAX_NAME];
	cJSON *row;

	if (!name_of(owner->room, session, name) || locker_get(k->locker, EARLY, name))
		return;
	locker_bound(k->locker, EARLY, ROOM_KEYS_EARLY);
	row = cJSON_CreateObject();
	member_set_text(row, "room", owner->room);
	member_set_text(row, "session", session);
	member_set_text(row, "user", owner->user);
	member_set_text(row, "curve25519", owner->curve25519);
	member_set_text(row, "ed25519", owner->ed25519);
	member_set_text(row, "key", key);
	locker_put_json(k->locker, EARLY, name, row);
}

struct coming {
	const struct room_keys *keys;
	const char *room;
};

static void take_early(void *ctx, const char *name, const char *text)
{
	const struct coming *c = ctx;
	cJSON *row = json_parse(text, strlen(text), NULL);
	const struct room_key_owner owner = {.room = c->room, .user = member_text(row, "user"),
		.curve25519 = member_text(row, "curve25519"), .ed25519 = member_text(row, "ed25519")};

	if (member_is(row, "room", c->room)) {
		(void)room_keys_add(c->keys, &owner, member_text(row, "session"), member_text(row, "key"), false, NULL);
		locker_drop(c->keys->locker, EARLY, name);
	}
	cJSON_Delete(row);
}

void room_keys_came(const struct room_keys *k, const char *room)
{
	struct coming c = {k, room};

	locker_each_of(k->locker, EARLY, room, take_early, &c);
}

/* ---- reading ---- */

/* A short mark of the event: an event has an id, but ids are long. */
static void mark_of(const char *event, char out[MAX_MARK])
{
	uint8_t hash[BYTES_HASH];
	char *text;

	bytes_hash(event, strlen(event), hash);
	text = base64_text(hash, MARK_BYTES);
	(void)snprintf(out, MAX_MARK, "%s", text);
	free(text);
}

/* The smallest number of those that are known goes; what is below from now on is too old to be told apart. */
static void forget_smallest(cJSON *row)
{
	cJSON *marks = member_make(row, "at"), *one;
	const char *smallest = NULL;
	long least = 0;

	cJSON_ArrayForEach(one, marks)
		if (!smallest || strtol(one->string, NULL, 10) < least) {
			smallest = one->string;
			least = strtol(smallest, NULL, 10);
		}
	member_set_whole(row, "floor", least + 1);
	cJSON_DeleteItemFromObjectCaseSensitive(marks, smallest);
}

/* False when that number was another event, or may have been. */
static bool is_first_time(const struct room_keys *k, const char *name, uint32_t index, const char *event)
{
	cJSON *row = locker_json(k->locker, SEEN, name), *marks;
	char mark[MAX_MARK], number[16];
	const char *was;
	bool ok;

	if (!row)
		row = cJSON_CreateObject();
	marks = member_make(row, "at");
	mark_of(event, mark);
	(void)snprintf(number, sizeof number, "%u", (unsigned)index);
	was = member_text(marks, number);
	ok = *was ? !strcmp(was, mark) : index >= member_whole(row, "floor");
	if (!ok || *was) {
		cJSON_Delete(row);
		return ok;
	}
	member_set_text(marks, number, mark);
	if (cJSON_GetArraySize(marks) > MOST_SEEN)
		forget_smallest(row);
	locker_put_json(k->locker, SEEN, name, row);
	return true;
}

/* Whether the session is that sender's. A key of a backup does not say whose it is: then the first who is heard with it. */
static bool is_theirs(const struct room_keys *k, const char *name, cJSON **row, const struct room_message *m)
{
	const char *user = member_text(*row, "user");

	if (*user)
		return !strcmp(user, m->sender);
	member_set_text(*row, "user", m->sender);
	locker_put_json(k->locker, ROW, name, cJSON_Duplicate(*row, true));
	return true;
}

static enum room_keys_result read_with(const struct room_keys *k, const char *name, struct e2e_reader *r,
	const struct room_message *m, cJSON **out)
{
	uint32_t index;
	size_t len;
	struct err err;
	char *plain = e2e_reader_decrypt(r, member_text(m->content, "ciphertext"), &len, &index, &err);
	cJSON *payload = plain ? json_parse(plain, len, NULL) : NULL;
	bool good = member_is(payload, "room_id", m->room) && *member_text(payload, "type") &&
		member_object(payload, "content");

	bytes_wipe(plain);
	if (!plain)
		return strstr(err.text, "UNKNOWN_MESSAGE_INDEX") ? ROOM_KEYS_MISSING : ROOM_KEYS_BAD;
	if (good && is_first_time(k, name, index, m->event)) {
		*out = payload;
		return ROOM_KEYS_READ;
	}
	cJSON_Delete(payload);
	return good ? ROOM_KEYS_REPLAY : ROOM_KEYS_BAD;
}

enum room_keys_result room_keys_open(const struct room_keys *k, const struct room_message *m, cJSON **out_payload)
{
	enum room_keys_result result = ROOM_KEYS_BAD;
	struct e2e_reader *r;
	char name[MAX_NAME];
	cJSON *row;

	if (!member_is(m->content, "algorithm", ALGORITHM) || !name_of(m->room, member_text(m->content, "session_id"), name))
		return ROOM_KEYS_BAD;
	row = locker_json(k->locker, ROW, name);
	if (!row)
		return ROOM_KEYS_MISSING;
	r = reader_of(k, row);
	if (r && is_theirs(k, name, &row, m))
		result = read_with(k, name, r, m, out_payload);
	e2e_reader_free(r);
	cJSON_Delete(row);
	return result;
}

/* ---- giving ---- */

cJSON *room_keys_forward(const struct room_keys *k, const char *room, const char *session)
{
	char name[MAX_NAME], *key;
	cJSON *row = name_of(room, session, name) ? locker_json(k->locker, ROW, name) : NULL, *content = NULL;
	struct e2e_reader *r = reader_of(k, row);

	if (r) {
		key = e2e_reader_export(r, e2e_reader_first(r));
		content = cJSON_CreateObject();
		member_set_text(content, "algorithm", ALGORITHM);
		member_set_text(content, "room_id", room);
		member_set_text(content, "session_id", session);
		member_set_text(content, "session_key", key);
		member_set_text(content, "sender_key", member_text(row, "curve25519"));
		member_set_text(content, "sender_claimed_ed25519_key", member_text(row, "ed25519"));
		cJSON_AddArrayToObject(content, "forwarding_curve25519_key_chain");
		bytes_wipe(key);
	}
	e2e_reader_free(r);
	cJSON_Delete(row);
	return content;
}

/* ---- backup ---- */

struct backing {
	const struct room_keys *keys;
	size_t limit, n;
	room_keys_each each;
	void *ctx;
};

static void tell_data(const struct backing *b, const char *name, const cJSON *row, struct e2e_reader *r)
{
	char *key = e2e_reader_export(r, e2e_reader_first(r)), *room = mem_strdup(name);
	char *session = strrchr(room, ' ');
	cJSON *data = cJSON_CreateObject();

	*session++ = '\0';
	member_set_text(data, "algorithm", ALGORITHM);
	member_set_text(data, "sender_key", member_text(row, "curve25519"));
	member_set_text(member_make(data, "sender_claimed_keys"), "ed25519", member_text(row, "ed25519"));
	cJSON_AddArrayToObject(data, "forwarding_curve25519_key_chain");
	member_set_text(data, "session_key", key);
	b->each(b->ctx, room, session, data, e2e_reader_first(r), member_true(row, "forwarded"));
	bytes_wipe(key);
	cJSON_Delete(data);
	free(room);
}

static void tell_row(void *ctx, const char *name, const char *text)
{
	struct backing *b = ctx;
	cJSON *row;
	struct e2e_reader *r;

	if (b->n >= b->limit || strstr(text, "\"backed\":true") || strstr(text, "\"erase\":true") || !strchr(name, ' '))
		return;
	row = json_parse(text, strlen(text), NULL);
	r = reader_of(b->keys, row);
	if (r) {
		b->n++;
		tell_data(b, name, row, r);
	}
	e2e_reader_free(r);
	cJSON_Delete(row);
}

size_t room_keys_not_backed(const struct room_keys *k, size_t limit, room_keys_each each, void *ctx)
{
	struct backing b = {.keys = k, .limit = limit, .each = each, .ctx = ctx};

	locker_each(k->locker, ROW, tell_row, &b);
	return b.n;
}

void room_keys_backed(const struct room_keys *k, const char *room, const char *session, uint32_t first)
{
	char name[MAX_NAME];
	cJSON *row = name_of(room, session, name) ? locker_json(k->locker, ROW, name) : NULL;
	struct e2e_reader *r = reader_of(k, row);

	if (r && e2e_reader_first(r) == first) {
		member_set(row, "backed", cJSON_CreateBool(true));
		locker_put_json(k->locker, ROW, name, row);
		row = NULL;
	}
	e2e_reader_free(r);
	cJSON_Delete(row);
}

bool room_keys_first(const struct room_keys *k, const char *room, const char *session, uint32_t *out)
{
	char name[MAX_NAME];
	cJSON *row = name_of(room, session, name) ? locker_json(k->locker, ROW, name) : NULL;
	struct e2e_reader *r = reader_of(k, row);

	if (r)
		*out = e2e_reader_first(r);
	e2e_reader_free(r);
	cJSON_Delete(row);
	return r != NULL;
}

static void not_backed(void *ctx, const char *name, const char *text)
{
	const struct room_keys *k = ctx;
	cJSON *row = strstr(text, "\"backed\":true") ? json_parse(text, strlen(text), NULL) : NULL;

	if (!row)
		return;
	member_set(row, "backed", cJSON_CreateBool(false));
	locker_put_json(k->locker, ROW, name, row);
}

void room_keys_none_backed(const struct room_keys *k)
{
	locker_each(k->locker, ROW, not_backed, (void *)k);
}

struct erasing {
	char *out, *session;
};

static void find_erased(void *ctx, const char *name, const char *text)
{
	struct erasing *e = ctx;

	if (e->session || !strstr(text, "\"erase\":true") || strlen(name) >= ROOM_KEYS_NAME || !strchr(name, ' '))
		return;
	(void)snprintf(e->out, ROOM_KEYS_NAME, "%s", name);
	e->session = strrchr(e->out, ' ');
	*e->session++ = '\0';
}

const char *room_keys_to_erase(const struct room_keys *k, char out_room[ROOM_KEYS_NAME])
{
	struct erasing e = {.out = out_room};

	locker_each(k->locker, ROW, find_erased, &e);
	return e.session;
}

void room_keys_erased(const struct room_keys *k, const char *room, const char *session)
{
	char name[MAX_NAME];
	cJSON *row = name_of(room, session, name) ? locker_json(k->locker, ROW, name) : NULL;

	if (!row)
		return;
	cJSON_DeleteItemFromObjectCaseSensitive(row, "erase");
	locker_put_json(k->locker, ROW, name, row);
}

/* ---- forgetting ---- */

struct forgetting {
	const struct room_keys *keys;
	const char *user;
};

static uint32_t next_index(const struct room_keys *k, const char *name, uint32_t first)
{
	cJSON *row = locker_json(k->locker, SEEN, name);
	const cJSON *one, *marks = member_object(row, "at");
	uint32_t next = first;

	cJSON_ArrayForEach(one, marks)
		if (strtoul(one->string, NULL, 10) >= next)
			next = (uint32_t)strtoul(one->string, NULL, 10) + 1;
	cJSON_Delete(row);
	return next;
}

/* A key that begins later can't read what was before, and nobody can make an earlier one of it. */
static void move_on(const struct forgetting *f, const char *name, cJSON *row, struct e2e_reader *r)
{
	char *later = e2e_reader_export(r, next_index(f->keys, name, e2e_reader_first(r)));
	struct e2e_reader *next = later ? e2e_reader_import(later, NULL) : NULL;

	if (member_true(row, "backed")) {
		member_set(row, "backed", cJSON_CreateBool(false));
		member_set(row, "erase", cJSON_CreateBool(true));
	}
	if (next)
		keep(f->keys, name, cJSON_Duplicate(row, true), next);
	bytes_wipe(later);
	e2e_reader_free(next);
}

static void forget_row(void *ctx, const char *name, const char *text)
{
	const struct forgetting *f = ctx;
	cJSON *row = json_parse(text, strlen(text), NULL);
	struct e2e_reader *r = member_is(row, "user", f->user) ? reader_of(f->keys, row) : NULL;

	if (r)
		move_on(f, name, row, r);
	e2e_reader_free(r);
	cJSON_Delete(row);
}

void room_keys_forget(const struct room_keys *k, const char *user)
{
	struct forgetting f = {k, user};

	locker_each(k->locker, ROW, forget_row, &f);
}
