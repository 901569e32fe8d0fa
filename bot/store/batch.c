/* batch.c - a list of steps with their texts in one arena. What is too long is noticed here, before anything is written. */
#include "store/batch.h"

#include <stdlib.h>
#include <string.h>

#include "util/arena.h"
#include "util/json.h"
#include "util/mem.h"

int store_name_check(const char *what, const char *name, struct err *err)
{
	size_t len = name ? strlen(name) : 0;

	if (len > STORE_MAX_NAME)
		return err_set(err, "%s of %zu bytes is longer than %d", what, len, STORE_MAX_NAME);
	if (!json_utf8(name ? name : "", len))
		return err_set(err, "%s is not UTF-8", what);
	return 0;
}

int store_key_check(const struct store_key *key, struct err *err)
{
	if (!key->channel || !key->channel[0])
		return err_set(err, "a channel without a name");
	if (store_name_check("channel", key->channel, err) || store_name_check("room", key->room, err)
		|| store_name_check("thread", key->thread, err) || store_name_check("person", key->person, err))
		return -1;
	return 0;
}

static const char *copy(struct arena *arena, const char *text)
{
	return text && text[0] ? arena_strdup(arena, text) : "";
}

struct store_key store_key_copy(const struct store_key *key, struct arena *arena)
{
	return (struct store_key){copy(arena, key->channel), copy(arena, key->room), copy(arena, key->thread),
		copy(arena, key->person)};
}

int batch_in_order(const struct store_batch *b, int (*step)(void *ctx, const struct store_step *s), void *ctx)
{
	int result = 0;

	for (size_t i = 0; i < b->n && result == 0; i++)
		if (b->steps[i].kind != STEP_SEEN)
			result = step(ctx, &b->steps[i]);
	for (size_t i = 0; i < b->n && result == 0 && b->count[STEP_SEEN] > 0; i++)
		if (b->steps[i].kind == STEP_SEEN)
			result = step(ctx, &b->steps[i]);
	return result;
}

struct store_batch *store_batch_new(void)
{
	struct store_batch *b = mem_alloc(1, sizeof *b);

	b->arena = arena_new();
	return b;
}

void store_batch_free(struct store_batch *b)
{
	if (!b)
		return;
	arena_free(b->arena);
	free(b->steps);
	free(b);
}

bool store_batch_empty(const struct store_batch *b)
{
	return b->n == 0 && !b->refused;
}

void store_batch_light(struct store_batch *b)
{
	b->light = true;
}

/* The first reason is kept. */
static int refuse(struct store_batch *b, const struct err *why)
{
	if (!b->refused)
		b->err = *why;
	b->refused = true;
	return -1;
}

static int text_check(const char *what, const char *text, size_t max, struct err *err)
{
	size_t len = text ? strlen(text) : 0;

	if (len > max)
		return err_set(err, "%s of %zu bytes is longer than %zu", what, len, max);
	if (!json_utf8(text ? text : "", len))
		return err_set(err, "%s is not UTF-8", what);
	return 0;
}

/* What the text of each kind is, how long it may be; and what its name is. NULL where there is none. */
static const struct {
	const char *text;
	size_t text_max;
	const char *name;
} limits[STEP_KINDS] = {
	[STEP_PUT] = {"state", STORE_MAX_STATE, NULL},
	[STEP_SHOWN] = {"reference", STORE_MAX_NAME, NULL},
	[STEP_CURSOR] = {"cursor", STORE_MAX_TEXT, NULL},
	[STEP_SEEN] = {NULL, 0, "event"},
	[STEP_SETTING] = {"value of a setting", STORE_MAX_TEXT, "name of a setting"},
	[STEP_KEEP] = {"what is kept", STORE_MAX_KEPT, "id of what is kept"},
	[STEP_OUT] = {"body", STORE_MAX_BODY, "kind of a request"},
	[STEP_MOVE_ROOM] = {NULL, 0, "new room"},
	[STEP_FAILED] = {NULL, 0, "event"},
};

static int step_check(const struct store_batch *b, const struct store_step *s, struct err *err)
{
	if (b->count[s->kind] >= STORE_MAX_BATCH)
		return err_set(err, "more than %d steps of one kind in a batch", STORE_MAX_BATCH);
	if (s->kind != STEP_OUT_DONE && s->kind != STEP_OUT_RETRY && store_key_check(&s->key, err))
		return -1;
	if (limits[s->kind].text && text_check(limits[s->kind].text, s->text, limits[s->kind].text_max, err))
		return -1;
	if (limits[s->kind].name && store_name_check(limits[s->kind].name, s->name, err))
		return -1;
	return store_name_check("transaction id", s->txn, err);
}

/* Copies the texts of `s`. */
static void add(struct store_batch *b, struct store_step s)
{
	struct err err;

	if (step_check(b, &s, &err)) {
		(void)refuse(b, &err); /* told when it is committed */
		return;
	}
	s.key = store_key_copy(&s.key, b->arena);
	s.name = copy(b->arena, s.name);
	s.text = copy(b->arena, s.text);
	s.txn = copy(b->arena, s.txn);
	mem_room(b->steps, b->n, b->cap);
	b->steps[b->n++] = s;
	b->count[s.kind]++;
}

void store_batch_put(struct store_batch *b, const struct store_key *key, const char *state, int64_t version,
	int64_t expires_ms)
{
	add(b, (struct store_step){
		.kind = STEP_PUT, .key = *key, .text = state, .number = version, .at_ms = expires_ms});
}

void store_batch_shown(struct store_batch *b, const struct store_key *key, const char *ref)
{
	add(b, (struct store_step){.kind = STEP_SHOWN, .key = *key, .text = ref});
}

void store_batch_cursor(struct store_batch *b, const char *channel, const char *value)
{
	add(b, (struct store_step){.kind = STEP_CURSOR, .key.channel = channel, .text = value});
}

void store_batch_seen(struct store_batch *b, const char *channel, const char *event, int64_t until_ms)
{
	add(b, (struct store_step){.kind = STEP_SEEN, .key.channel = channel, .name = event, .at_ms = until_ms});
}

void store_batch_setting(struct store_batch *b, const char *channel, const char *room, const char *name, const char *value)
{
	add(b, (struct store_step){
		.kind = STEP_SETTING, .key.channel = channel, .key.room = room, .name = name, .text = value});
}

void store_batch_keep(struct store_batch *b, const char *channel, const struct store_kept *kept)
{
	add(b, (struct store_step){
		.kind = STEP_KEEP, .key.channel = channel, .key.room = kept->kind, .name = kept->id, .text = kept->value});
}

void store_batch_out(struct store_batch *b, const struct store_out *row)
{
	add(b, (struct store_step){.kind = STEP_OUT, .key = row->key, .name = row->kind, .text = row->body,
		.txn = row->txn, .at_ms = row->not_before_ms, .number = row->created_ms});
}

void store_batch_out_done(struct store_batch *b, int64_t id)
{
	add(b, (struct store_step){.kind = STEP_OUT_DONE, .number = id});
}

void store_batch_out_retry(struct store_batch *b, int64_t id, int64_t not_before_ms)
{
	add(b, (struct store_step){.kind = STEP_OUT_RETRY, .number = id, .at_ms = not_before_ms});
}

void store_batch_drop_check_ins(struct store_batch *b, const struct store_key *key)
{
	add(b, (struct store_step){.kind = STEP_DROP_CHECK_INS, .key = *key});
}

void store_batch_drop_room(struct store_batch *b, const char *channel, const char *room)
{
	add(b, (struct store_step){.kind = STEP_DROP_ROOM, .key.channel = channel, .key.room = room});
}

void store_batch_move_room(struct store_batch *b, const char *channel, const char *from, const char *to)
{
	add(b, (struct store_step){.kind = STEP_MOVE_ROOM, .key.channel = channel, .key.room = from, .name = to});
}

void store_batch_forget(struct store_batch *b, const char *channel, const char *person, bool keep_out)
{
	if (!person || !person[0])
		return;
	add(b, (struct store_step){
		.kind = STEP_FORGET, .key.channel = channel, .key.person = person, .number = keep_out});
}

/* A reason is there for people: one that is too long or garbled is mended, for a failure that can't be noted would come
 * back for ever. */
static const char *mended(struct arena *arena, const char *why)
{
	size_t len = strnlen(why, STORE_MAX_NAME);
	char *text = arena_strndup(arena, why, len);

	while (len > 0 && !json_utf8(text, len) && len + 4 > STORE_MAX_NAME)
		text[--len] = '\0'; /* a character that was cut */
	for (size_t i = 0; !json_utf8(text, len) && i < len; i++)
		if ((unsigned char)text[i] >= 0x80)
			text[i] = '?';
	return text;
}

void store_batch_failed(struct store_batch *b, const char *channel, const char *event, const char *why, int64_t at_ms)
{
	add(b, (struct store_step){.kind = STEP_FAILED, .key.channel = channel, .name = event,
		.text = mended(b->arena, why ? why : ""), .at_ms = at_ms});
}
