/* store_fixture.h - a store in a folder of its own, and its calls as functions that return the answer. */
#ifndef TESTS_UNIT_STORE_FIXTURE_H
#define TESTS_UNIT_STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/store.h"
#include "util/err.h"

#define TG "telegram"

struct fixture {
	struct store *s;
	char folder[64], path[96];
	/* the last answer */
	bool called, failed, conflict, more;
	struct err err;
	char *text; /* of the last text */
	int64_t ids[16];
	size_t n_ids;
	struct store_conversation conversation; /* the first one; texts below */
	char state[STORE_MAX_STATE + 1], shown[STORE_MAX_NAME + 1];
	bool seen[4];
	struct {
		int64_t id, not_before_ms;
		int attempts;
		char room[64], kind[32], body[64], txn[32];
	} rows[64];
	size_t n_rows;
};

static inline struct store_key key(const char *room, const char *person)
{
	return (struct store_key){TG, room, "", person};
}

static inline void note(struct fixture *f, const struct err *err)
{
	assert_false(f->called);
	f->called = true;
	f->failed = err != NULL;
	f->err = err ? *err : (struct err){""};
}

static inline void on_text(void *ctx, const struct err *err, const char *text)
{
	struct fixture *f = ctx;

	note(f, err);
	assert_true((err == NULL) == (text != NULL));
	free(f->text);
	f->text = text ? strdup(text) : NULL;
}

static inline void on_committed(void *ctx, const struct store_committed *c)
{
	struct fixture *f = ctx;

	note(f, c->err);
	f->conflict = c->conflict;
	f->n_ids = c->n_out_ids;
	for (size_t i = 0; i < c->n_out_ids && i < 16; i++)
		f->ids[i] = c->out_ids[i];
}

static inline void on_loaded(void *ctx, const struct store_loaded *l)
{
	struct fixture *f = ctx;

	note(f, l->err);
	if (l->err)
		return;
	f->conversation = l->conversations[0];
	if (f->conversation.state)
		f->conversation.state = strcpy(f->state, f->conversation.state);
	f->conversation.shown = strcpy(f->shown, f->conversation.shown);
}

static inline void on_seen(void *ctx, const struct store_loaded *l)
{
	struct fixture *f = ctx;

	note(f, l->err);
	for (size_t i = 0; i < 4 && !l->err; i++)
		f->seen[i] = l->seen[i];
}

static inline void on_due(void *ctx, const struct err *err, const struct store_out *rows, size_t n, bool more)
{
	struct fixture *f = ctx;

	note(f, err);
	assert_true(n <= 64);
	f->n_rows = n;
	f->more = more;
	for (size_t i = 0; i < n; i++) {
		f->rows[i].id = rows[i].id;
		f->rows[i].not_before_ms = rows[i].not_before_ms;
		f->rows[i].attempts = rows[i].attempts;
		(void)snprintf(f->rows[i].room, sizeof f->rows[i].room, "%s", rows[i].key.room);
		(void)snprintf(f->rows[i].kind, sizeof f->rows[i].kind, "%s", rows[i].kind);
		(void)snprintf(f->rows[i].body, sizeof f->rows[i].body, "%s", rows[i].body);
		(void)snprintf(f->rows[i].txn, sizeof f->rows[i].txn, "%s", rows[i].txn);
	}
}

/* Every call below needs a store that answers before it returns. */
static inline void answered(struct fixture *f)
{
	assert_true(f->called);
	f->called = false;
}

static inline bool commit(struct fixture *f, struct store_batch *b)
{
	store_commit(f->s, b, on_committed, f);
	answered(f);
	return !f->failed;
}

static inline void commit_ok(struct fixture *f, struct store_batch *b)
{
	if (!commit(f, b))
		fail_msg("%s", f->err.text);
}

static inline void load(struct fixture *f, struct store_key k)
{
	store_load(f->s, &k, 1, TG, NULL, 0, on_loaded, f);
	answered(f);
	if (f->failed)
		fail_msg("%s", f->err.text);
}

static inline const char *text(struct fixture *f)
{
	answered(f);
	if (f->failed)
		fail_msg("%s", f->err.text);
	return f->text;
}

static inline const char *cursor(struct fixture *f)
{
	store_cursor(f->s, TG, on_text, f);
	return text(f);
}

static inline const char *setting(struct fixture *f, const char *room, const char *name)
{
	store_setting(f->s, TG, room, name, on_text, f);
	return text(f);
}

static inline const char *settings(struct fixture *f, const char *name)
{
	store_settings(f->s, TG, name, on_text, f);
	return text(f);
}

static inline const char *next_due(struct fixture *f, int64_t now_ms)
{
	store_next_due(f->s, TG, now_ms, on_text, f);
	return text(f);
}

static inline const char *expire(struct fixture *f, int64_t now_ms, size_t limit)
{
	store_expire(f->s, now_ms, limit, on_text, f);
	return text(f);
}

static inline const char *export(struct fixture *f, const char *person)
{
	store_export(f->s, TG, person, on_text, f);
	return text(f);
}

static inline const char *verify(struct fixture *f)
{
	store_verify(f->s, on_text, f);
	return text(f);
}

static inline void due(struct fixture *f, int64_t after, int64_t now_ms, size_t limit)
{
	store_due(f->s, TG, after, now_ms, limit, on_due, f);
	answered(f);
	if (f->failed)
		fail_msg("%s", f->err.text);
}

/* "body body", of what is due. */
static inline const char *due_bodies(struct fixture *f, int64_t now_ms)
{
	static char bodies[2048];

	due(f, 0, now_ms, 64);
	bodies[0] = '\0';
	for (size_t i = 0; i < f->n_rows; i++) {
		if (i > 0)
			strcat(bodies, " ");
		strcat(bodies, f->rows[i].body);
	}
	return bodies;
}

static inline bool was_seen(struct fixture *f, const char *event)
{
	const char *events[4] = {event, "no-such-event", event, "another"};

	store_load(f->s, NULL, 0, TG, events, 4, on_seen, f);
	answered(f);
	assert_false(f->failed || f->seen[1] || f->seen[3]);
	assert_true(f->seen[0] == f->seen[2]);
	return f->seen[0];
}

/* A row with that body, due at once unless `not_before_ms` says otherwise. */
static inline void out(struct store_batch *b, struct store_key k, const char *kind, const char *body, int64_t not_before_ms)
{
	store_batch_out(b, &(struct store_out){.key = k, .kind = kind, .body = body, .txn = "t1",
		.not_before_ms = not_before_ms, .created_ms = 1000});
}

static inline void put(struct fixture *f, struct store_key k, const char *state, int64_t version, int64_t expires_ms)
{
	struct store_batch *b = store_batch_new();

	store_batch_put(b, &k, state, version, expires_ms);
	commit_ok(f, b);
}

/* A new folder, with the path of a file in it. */
static inline struct fixture *fixture_new(void)
{
	struct fixture *f = calloc(1, sizeof *f);

	assert_non_null(f);
	/* what is tested here does not need a disk to wait for */
	(void)snprintf(f->folder, sizeof f->folder, "%s/soleus-store-XXXXXX",
		access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	assert_non_null(mkdtemp(f->folder));
	(void)snprintf(f->path, sizeof f->path, "%s/s.db", f->folder);
	return f;
}

static inline void fixture_free(struct fixture *f)
{
	static const char *const files[] = {"s.db", "s.db-wal", "s.db-shm", "copy.db", "copy.db-wal", "copy.db-shm",
		"s.db.synced", "s.db-wal.synced", "s.db-journal.synced"};
	char path[128];

	store_close(f->s);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", f->folder, files[i]);
		(void)unlink(path); /* not all are there */
	}
	assert_int_equal(rmdir(f->folder), 0);
	free(f->text);
	free(f);
}

#endif
