/* memory_step.c - the steps of a batch, each as SQLite's statements do it. */
#include <string.h>

#include "store/memory_table.h"
#include "store/person.h"
#include "util/arena.h"

static int conflict(const struct store_step *s, struct store_answer *got)
{
	got->conflict = true;
	return err_set(&got->err, "a conversation was changed since version %lld", (long long)s->number);
}

static int put(struct memory_table *t, const struct store_step *s, struct store_answer *got)
{
	struct memory_row *r = memory_find(t, MEMORY_CONVERSATION, &s->key, NULL);

	if (s->number > 0 ? !r || r->version != s->number : r != NULL)
		return conflict(s, got);
	if (!r)
		r = memory_add(t, &(struct memory_row){.kind = MEMORY_CONVERSATION, .key = s->key});
	r->text = memory_text(t, s->text);
	r->at_ms = s->at_ms;
	r->version++;
	return 0;
}

static int shown(struct memory_table *t, const struct store_step *s, struct store_answer *got)
{
	struct memory_row *r = memory_find(t, MEMORY_CONVERSATION, &s->key, NULL);

	(void)got;
	if (r)
		r->shown = memory_text(t, s->text);
	return 0;
}

/* The row of that kind, key and name, made when it is missing. */
static struct memory_row *row_for(struct memory_table *t, enum memory_kind kind, const struct store_step *s)
{
	struct memory_row *r = memory_find(t, kind, &s->key, s->name);

	return r ? r : memory_add(t, &(struct memory_row){.kind = kind, .key = s->key, .name = s->name});
}

static int cursor(struct memory_table *t, const struct store_step *s, struct store_answer *got)
{
	(void)got;
	row_for(t, MEMORY_CURSOR, s)->text = memory_text(t, s->text);
	return 0;
}

static int seen(struct memory_table *t, const struct store_step *s, struct store_answer *got)
{
	struct memory_row *r = row_for(t, MEMORY_SEEN, s);

	(void)got;
	r->at_ms = s->at_ms > r->at_ms ? s->at_ms : r->at_ms;
	return 0;
}

static int setting(struct memory_table *t, const struct store_step *s, struct store_answer *got)
{
	struct memory_row *r = row_for(t, MEMORY_SETTING, s);

	(void)got;
	r->text = memory_text(t, s->text);
	r->gone = !s->text[0];
	return 0;
}

static int keep(struct memory_table *t, const struct store_step *s, struct store_answer *got)
{
	struct memory_row *r = row_for(t, MEMORY_KEPT, s);

	(void)got;
	r->text = memory_text(t, s->text);
	r->gone = !s->text[0];
	return 0;
}

static int out(struct memory_table *t, const struct store_step *s, struct store_answer *got)
{
	bool planned = strcmp(s->name, STORE_CHECK_IN) == 0 || s->at_ms > s->number;

	memory_add(t, &(struct memory_row){.kind = MEMORY_OUT, .key = s->key, .name = s->name, .text = s->text,
		.txn = s->txn, .id = ++t->last_id, .at_ms = s->at_ms, .created_ms = s->number, .waits = planned ? 2 : 0});
	got->out_ids[got->n_out_ids++] = t->last_id;
	return 0;
}

static struct memory_row *out_row(const struct memory_table *t, int64_t id)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->rows[i].kind == MEMORY_OUT && !t->rows[i].gone && t->rows[i].id == id)
			return &t->rows[i];
	return NULL;
}

static int out_done(struct memory_table *t, const struct store_step *s, struct store_answer *got)
{
	struct memory_row *r = out_row(t, s->number);

	(void)got;
	if (r)
		r->gone = true;
	return 0;
}

static int out_retry(struct memory_table *t, const struct store_step *s, struct store_answer *got)
{
	struct memory_row *r = out_row(t, s->number);

	(void)got;
	if (r) {
		r->attempts++;
		r->at_ms = s->at_ms;
		r->waits = strcmp(r->name, STORE_CHECK_IN) == 0 ? 2 : 1;
	}
	return 0;
}

static bool is_check_in(const struct memory_row *r)
{
	return r->kind == MEMORY_OUT && strcmp(r->name, STORE_CHECK_IN) == 0;
}

static int drop_check_ins(struct memory_table *t, const struct store_step *s, struct store_answer *got)
{
	(void)got;
	for (size_t i = 0; i < t->n; i++)
		t->rows[i].gone |= is_check_in(&t->rows[i]) && memory_same_key(&t->rows[i].key, &s->key);
	return 0;
}

static bool in_room(const struct memory_row *r, const struct store_step *s)
{
	return !r->gone && r->kind != MEMORY_KEPT && strcmp(r->key.channel, s->key.channel) == 0 && strcmp(r->key.room, s->key.room) == 0;
}

static int drop_room(struct memory_table *t, const struct store_step *s, struct store_answer *got)
{
	(void)got;
	for (size_t i = 0; i < t->n; i++)
		t->rows[i].gone |= t->rows[i].kind == MEMORY_OUT && in_room(&t->rows[i], s);
	return 0;
}

/* Two rows that now have one key: the conversation that expires later stays, the setting that was there first in `to`. */
static void merge(struct memory_row *moved, struct memory_row *there)
{
	moved->gone = true;
	if (moved->kind != MEMORY_CONVERSATION)
		return;
	there->version = 1 + (moved->version > there->version ? moved->version : there->version);
	if (moved->at_ms > there->at_ms) {
		there->text = moved->text;
		there->at_ms = moved->at_ms;
	}
}

static void move_row(struct memory_table *t, struct memory_row *r, const char *to)
{
	struct store_key key = {r->key.channel, to, r->key.thread, r->key.person};
	struct memory_row *there =
		r->kind == MEMORY_OUT ? NULL : memory_find(t, r->kind, &key, r->kind == MEMORY_SETTING ? r->name : NULL);

	if (there) {
		merge(r, there);
	} else {
		r->key = store_key_copy(&key, t->arena);
		r->version += r->kind == MEMORY_CONVERSATION;
	}
}

static int move_room(struct memory_table *t, const struct store_step *s, struct store_answer *got)
{
	(void)got;
	for (size_t i = 0; i < t->n && strcmp(s->key.room, s->name) != 0; i++) {
		struct memory_row *r = &t->rows[i];
		if (in_room(r, s) && (r->kind == MEMORY_CONVERSATION || r->kind == MEMORY_SETTING || r->kind == MEMORY_OUT))
			move_row(t, r, s->name);
	}
	return 0;
}

static bool about(const struct memory_table *t, const struct memory_row *r, const struct store_step *s)
{
	const char *person = s->key.person;
	bool keep_waiting = s->number != 0, theirs = strcmp(r->key.person, person) == 0;

	if (strcmp(r->key.channel, s->key.channel) != 0)
		return false;
	switch (r->kind) {
	case MEMORY_CONVERSATION:
		return theirs;
	case MEMORY_OUT:
		return theirs && (!keep_waiting || is_check_in(r));
	case MEMORY_SETTING:
		return memory_setting_is_theirs(t, r, person);
	case MEMORY_SEEN:
		return person_is_named(r->name, person);
	case MEMORY_FAILED:
		return person_is_named(r->name, person) || person_is_named(r->text, person);
	case MEMORY_CURSOR:
	case MEMORY_KEPT: /* sealed: whose it is only the channel knows */
		break;
	}
	return false;
}

static int forget(struct memory_table *t, const struct store_step *s, struct store_answer *got)
{
	(void)got;
	memory_sweep(t); /* what went before does not count for whose a room is */
	for (size_t i = 0; i < t->n; i++)
		t->rows[i].gone = about(t, &t->rows[i], s);
	return 0;
}

static int failed(struct memory_table *t, const struct store_step *s, struct store_answer *got)
{
	(void)got;
	memory_add(t, &(struct memory_row){
		.kind = MEMORY_FAILED, .key = s->key, .name = s->name, .text = s->text, .at_ms = s->at_ms});
	return 0;
}

static int (*const steps[STEP_KINDS])(struct memory_table *t, const struct store_step *s, struct store_answer *got) = {
	[STEP_PUT] = put,
	[STEP_SHOWN] = shown,
	[STEP_CURSOR] = cursor,
	[STEP_SEEN] = seen,
	[STEP_SETTING] = setting,
	[STEP_KEEP] = keep,
	[STEP_OUT] = out,
	[STEP_OUT_DONE] = out_done,
	[STEP_OUT_RETRY] = out_retry,
	[STEP_DROP_CHECK_INS] = drop_check_ins,
	[STEP_DROP_ROOM] = drop_room,
	[STEP_MOVE_ROOM] = move_room,
	[STEP_FORGET] = forget,
	[STEP_FAILED] = failed,
};

int memory_step(struct memory_table *t, const struct store_step *s, struct store_answer *got)
{
	return steps[s->kind](t, s, got);
}
