/* sqlite_home.h - the parts of the SQLite home, for each other and for tests. */
#ifndef STORE_SQLITE_HOME_H
#define STORE_SQLITE_HOME_H

#include "store/batch.h"
#include "store/home.h"
#include "store/sqlite_db.h"

struct sqlite_home {
	struct store_home home;
	struct db db;
	char *path;
	bool purge; /* something was forgotten that the log file still holds */
};

struct store_home *sqlite_home_open(const char *path, struct err *err);

/* A connection that works, before each use: the one there is, or a new one. */
int sqlite_ready(struct sqlite_home *h, struct err *err);

/* sqlite_ask.c */
int sqlite_load(struct store_home *h, const struct store_ask *ask, struct store_answer *got);
int sqlite_cursor(struct store_home *h, const struct store_ask *ask, struct store_answer *got);
int sqlite_setting(struct store_home *h, const struct store_ask *ask, struct store_answer *got);
int sqlite_settings(struct store_home *h, const struct store_ask *ask, struct store_answer *got);
int sqlite_kept(struct store_home *h, const struct store_ask *ask, struct store_answer *got);
int sqlite_due(struct store_home *h, const struct store_ask *ask, struct store_answer *got);
int sqlite_next_due(struct store_home *h, const struct store_ask *ask, struct store_answer *got);
int sqlite_verify(struct store_home *h, const struct store_ask *ask, struct store_answer *got);
/* Checks at opening, as much as is quick. */
int sqlite_sound(struct db *db, struct err *err);
/* Columns of an outbox row in the order that sqlite_row reads them. */
#define SQLITE_ROW_COLUMNS "id, room, thread, person, kind, body, txn, not_before_ms, created_ms, attempts"
/* Copies the row into the arena. `channel` is borrowed. */
void sqlite_row(sqlite3_stmt *stmt, const char *channel, struct arena *arena, struct store_out *out);

/* sqlite_commit.c */
void sqlite_commit(struct store_home *h, struct store_batch *const *batches, struct store_answer *const *got, size_t n);

/* sqlite_room.c, sqlite_person.c: steps of a batch, within its transaction. */
int sqlite_drop_room(struct db *db, int64_t channel, const struct store_step *s, struct err *err);
int sqlite_move_room(struct db *db, int64_t channel, const struct store_step *s, struct err *err);
int sqlite_forget(struct db *db, int64_t channel, const struct store_step *s, struct err *err);
int sqlite_export(struct store_home *h, const struct store_ask *ask, struct store_answer *got);
/* Makes SQL's names(text, person) known to a connection: whether the text holds the person's id as a word of its own. */
int sqlite_add_names(struct db *db, struct err *err);

/* sqlite_expire.c */
int sqlite_expire(struct store_home *h, const struct store_ask *ask, struct store_answer *got);

#endif
