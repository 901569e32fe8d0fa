/* sqlite_ask.c - what is only read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "store/sqlite_home.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/json.h"

enum { CHECKED_AT_OPEN = 8 << 20, MAX_COMPLAINTS = 16 << 10 };

/* The connection, and the number of the channel: 0 where nothing was ever stored for it. */
static struct db *ready(struct store_home *home, const char *channel, int64_t *out, struct err *err)
{
	struct sqlite_home *h = (struct sqlite_home *)home;

	if (sqlite_ready(h, err) || db_channel(&h->db, channel, false, out, err))
		return NULL;
	return &h->db;
}

static int load_one(struct db *db, const struct store_key *key, struct store_conversation *out, struct store_answer *got)
{
	int64_t channel;

	*out = (struct store_conversation){.shown = ""};
	if (db_channel(db, key->channel, false, &channel, &got->err))
		return -1;
	sqlite3_stmt *stmt = db_bind(db, &got->err,
		"SELECT state, version, ref FROM conversation LEFT JOIN shown ON conversation=id"
		" WHERE channel=? AND person=? AND room=? AND thread=?",
		"ittt", channel, key->person, key->room, key->thread);
	int state = stmt ? db_step(db, stmt, &got->err) : -1;
	if (state == 1) {
		out->state = arena_strdup(got->arena, db_text(stmt, 0));
		out->version = sqlite3_column_int64(stmt, 1);
		out->shown = arena_strdup(got->arena, db_text(stmt, 2));
		(void)sqlite3_reset(stmt); /* the step was fine */
	}
	return state < 0 ? -1 : 0;
}

static int load_all(struct db *db, int64_t channel, const struct store_ask *ask, struct store_answer *got)
{
	int64_t found;

	got->conversations = arena_alloc(got->arena, ask->n_keys, sizeof *got->conversations);
	got->seen = arena_alloc(got->arena, ask->n_events, sizeof *got->seen);
	for (size_t i = 0; i < ask->n_keys; i++)
		if (load_one(db, &ask->keys[i], &got->conversations[i], got))
			return -1;
	for (size_t i = 0; i < ask->n_events; i++) {
		if (db_number(db, &found, &got->err, "SELECT 1 FROM seen WHERE channel=? AND event=?", "it", channel,
			    ask->events[i]))
			return -1;
		got->seen[i] = found != 0;
	}
	return 0;
}

/* In one transaction, as each of its own would lock and unlock the file. */
int sqlite_load(struct store_home *home, const struct store_ask *ask, struct store_answer *got)
{
	int64_t channel;
	struct db *db = ready(home, ask->channel, &channel, &got->err);

	if (!db || db_run(db, &got->err, "BEGIN", "") < 0)
		return -1;
	if (load_all(db, channel, ask, got)) {
		db_rollback(db);
		return -1;
	}
	return db_commit(db, &got->err);
}

/* The first column of the row that may be there, ended by a step. */
static int one_text(struct db *db, sqlite3_stmt *stmt, struct store_answer *got)
{
	int state = stmt ? db_step(db, stmt, &got->err) : -1;

	got->text = state == 1 ? arena_strdup(got->arena, db_text(stmt, 0)) : "";
	if (state == 1)
		(void)sqlite3_reset(stmt); /* the step was fine */
	return state < 0 ? -1 : 0;
}

int sqlite_cursor(struct store_home *home, const struct store_ask *ask, struct store_answer *got)
{
	int64_t channel;
	struct db *db = ready(home, ask->channel, &channel, &got->err);

	return db ? one_text(db, db_bind(db, &got->err, "SELECT value FROM cursor WHERE channel=?", "i", channel), got)
		  : -1;
}

int sqlite_setting(struct store_home *home, const struct store_ask *ask, struct store_answer *got)
{
	int64_t channel;
	struct db *db = ready(home, ask->channel, &channel, &got->err);

	if (!db)
		return -1;
	return one_text(db,
		db_bind(db, &got->err, "SELECT value FROM setting WHERE channel=? AND room=? AND name=?", "itt", channel,
			ask->room, ask->name),
		got);
}

int sqlite_settings(struct store_home *home, const struct store_ask *ask, struct store_answer *got)
{
	int64_t channel;
	struct db *db = ready(home, ask->channel, &channel, &got->err);
	sqlite3_stmt *stmt = db ? db_bind(db, &got->err, "SELECT room, value FROM setting WHERE channel=? AND name=?", "it",
		channel, ask->name) : NULL;
	cJSON *found = cJSON_CreateObject();
	int state = -1;
	char *text;

	while (stmt && (state = db_step(db, stmt, &got->err)) == 1)
		cJSON_AddStringToObject(found, db_text(stmt, 0), db_text(stmt, 1));
	text = json_print(found);
	got->text = arena_strdup(got->arena, text);
	free(text);
	cJSON_Delete(found);
	return state;
}

static int add_kept(struct db *db, sqlite3_stmt *stmt, struct store_answer *got)
{
	size_t cap = 0;
	int state;

	while ((state = db_step(db, stmt, &got->err)) == 1) {
		if (got->n_rows == cap) { /* the arena has no way to grow what is there */
			struct store_kept *more = arena_alloc(got->arena, cap ? 2 * cap : 64, sizeof *more);

			if (cap)
				memcpy(more, got->kept, cap * sizeof *more);
			cap = cap ? 2 * cap : 64;
			got->kept = more;
		}
		got->kept[got->n_rows++] = (struct store_kept){arena_strdup(got->arena, db_text(stmt, 0)),
			arena_strdup(got->arena, db_text(stmt, 1)), arena_strdup(got->arena, db_text(stmt, 2))};
	}
	return state;
}

int sqlite_kept(struct store_home *home, const struct store_ask *ask, struct store_answer *got)
{
	int64_t channel;
	struct db *db = ready(home, ask->channel, &channel, &got->err);
	sqlite3_stmt *stmt;

	if (!db)
		return -1;
	if (ask->name[0])
		stmt = db_bind(db, &got->err, "SELECT kind, id, value FROM kept WHERE channel=? AND kind=? AND id=?", "itt",
			channel, ask->room, ask->name);
	else if (ask->room[0])
		stmt = db_bind(db, &got->err, "SELECT kind, id, value FROM kept WHERE channel=? AND kind=? ORDER BY id", "it",
			channel, ask->room);
	else
		stmt = db_bind(db, &got->err, "SELECT kind, id, value FROM kept WHERE channel=? ORDER BY kind, id", "i", channel);
	return stmt ? add_kept(db, stmt, got) : -1;
}

/* Each kind of row through the index that is made for it; a kind that waits for no clock needs none. */
int sqlite_next_due(struct store_home *home, const struct store_ask *ask, struct store_answer *got)
{
	int64_t channel;
	struct db *db = ready(home, ask->channel, &channel, &got->err);

	if (!db)
		return -1;
	return one_text(db,
		db_bind(db, &got->err,
			"SELECT min(at) FROM ("
			"SELECT min(not_before_ms) AS at FROM outbox WHERE waits=1 AND channel=?1 AND not_before_ms>?2"
			" UNION ALL "
			"SELECT min(not_before_ms) FROM outbox WHERE waits=2 AND channel=?1 AND not_before_ms>?2)",
			"ii", channel, ask->now_ms),
		got);
}

void sqlite_row(sqlite3_stmt *stmt, const char *channel, struct arena *arena, struct store_out *out)
{
	*out = (struct store_out){
		.id = sqlite3_column_int64(stmt, 0),
		.key = {channel, arena_strdup(arena, db_text(stmt, 1)), arena_strdup(arena, db_text(stmt, 2)),
			arena_strdup(arena, db_text(stmt, 3))},
		.kind = arena_strdup(arena, db_text(stmt, 4)),
		.body = arena_strdup(arena, db_text(stmt, 5)),
		.txn = arena_strdup(arena, db_text(stmt, 6)),
		.not_before_ms = sqlite3_column_int64(stmt, 7),
		.created_ms = sqlite3_column_int64(stmt, 8),
		.attempts = sqlite3_column_int(stmt, 9),
	};
}

/* The three kinds of rows (see the schema), in the order of ids. Rows to be tried again come whatever the clock says: they
 * hold back the later ones of their room. */
int sqlite_due(struct store_home *home, const struct store_ask *ask, struct store_answer *got)
{
	int64_t channel;
	struct db *db = ready(home, ask->channel, &channel, &got->err);
	int state;

	if (!db)
		return -1;
	sqlite3_stmt *stmt = db_bind(db, &got->err,
		"SELECT " SQLITE_ROW_COLUMNS " FROM outbox WHERE id IN ("
		"SELECT id FROM (SELECT id FROM outbox WHERE waits=0 AND channel=?1 AND id>?2 ORDER BY id LIMIT ?4)"
		" UNION ALL SELECT id FROM outbox WHERE waits=1 AND channel=?1 AND id>?2"
		" UNION ALL SELECT id FROM outbox WHERE waits=2 AND channel=?1 AND not_before_ms<=?3 AND id>?2)"
		" ORDER BY id LIMIT ?4",
		"iiii", channel, ask->after, ask->now_ms, (int64_t)ask->limit + 1);
	if (!stmt)
		return -1;
	got->rows = arena_alloc(got->arena, ask->limit, sizeof *got->rows);
	while ((state = db_step(db, stmt, &got->err)) == 1) {
		if (got->n_rows == ask->limit) {
			got->more = true;
			(void)sqlite3_reset(stmt); /* the step was fine */
			return 0;
		}
		sqlite_row(stmt, ask->channel, got->arena, &got->rows[got->n_rows++]);
	}
	return state;
}

/* Adds the rows that a check complains with. Those of integrity_check say "ok" when there is nothing. */
static int complaints(struct db *db, sqlite3_stmt *stmt, struct buf *out, struct err *err)
{
	int state = stmt ? 0 : -1;

	while (stmt && (state = db_step(db, stmt, err)) == 1) {
		const char *text = db_text(stmt, 0);
		if (strcmp(text, "ok") != 0)
			buf_addf(out, "%s%s", out->len ? "; " : "", text);
	}
	return state;
}

int sqlite_verify(struct store_home *home, const struct store_ask *ask, struct store_answer *got)
{
	struct sqlite_home *h = (struct sqlite_home *)home;
	struct buf found;

	(void)ask;
	if (sqlite_ready(h, &got->err))
		return -1;
	buf_init(&found, MAX_COMPLAINTS);
	int failed = complaints(&h->db, db_bind(&h->db, &got->err, "PRAGMA integrity_check(20)", ""), &found, &got->err)
		|| complaints(&h->db,
			db_bind(&h->db, &got->err,
				"SELECT 'a row of ' || \"table\" || ' hangs from nothing in ' || parent"
				" FROM pragma_foreign_key_check LIMIT 20",
				""),
			&found, &got->err);
	got->text = arena_strdup(got->arena, buf_str(&found));
	h->db.broken |= found.len > 0; /* what is bad is in the cache now, also when the file gets mended */
	buf_done(&found);
	return failed ? -1 : 0;
}

static int check_tables(struct db *db, bool whole, struct buf *found, struct err *err)
{
	if (whole)
		return complaints(db, db_bind(db, err, "PRAGMA quick_check(3)", ""), found, err);
	return complaints(db, db_bind(db, err, "PRAGMA quick_check(channel)", ""), found, err)
		|| complaints(db, db_bind(db, err, "PRAGMA quick_check(cursor)", ""), found, err);
}

int sqlite_sound(struct db *db, struct err *err)
{
	struct stat st;
	struct buf found;
	int result;

	if (stat(db->path, &st) < 0)
		return err_set(err, "%s: is gone", db->path);
	buf_init(&found, MAX_COMPLAINTS);
	result = check_tables(db, st.st_size <= CHECKED_AT_OPEN, &found, err);
	if (result == 0 && found.len > 0)
		result = err_set(err, "%s: the file is damaged: restore a backup, or move it away (%.200s)", db->path,
			buf_str(&found));
	buf_done(&found);
	return result;
}
