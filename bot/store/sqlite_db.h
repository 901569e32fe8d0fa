/* sqlite_db.h - one connection to an SQLite file: opening with our settings, statements kept prepared, failures in words. */
#ifndef STORE_SQLITE_DB_H
#define STORE_SQLITE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <sqlite3.h>

struct err;

enum { DB_MAX_STATEMENTS = 80, DB_MAX_CHANNELS = 16 };

struct db {
	sqlite3 *handle; /* NULL when closed */
	char *path;
	dev_t device; /* of the open file, with its inode: SQLite itself would write on into a file that was deleted */
	ino_t inode;
	bool broken; /* failed in a way that a new connection may mend */
	bool light; /* commits don't wait for the disk */
	struct db_statement {
		const char *sql;
		sqlite3_stmt *stmt;
	} statements[DB_MAX_STATEMENTS];
	size_t n_statements;
	struct db_channel {
		char *name;
		int64_t id;
	} channels[DB_MAX_CHANNELS];
	size_t n_channels; /* a memory of the table; forgotten when a transaction is rolled back */
};

/* Opens `path` (and makes it, when `create`), for the owner's eyes only. Writes nothing into it. */
int db_open(struct db *db, const char *path, bool create, struct err *err);
/* Puts our settings in force: once it is known that the file is ours. */
int db_set_up(struct db *db, struct err *err);
/* Whether the path still names the file that is open. */
bool db_is_there(const struct db *db);
/* Can be opened again. */
void db_close(struct db *db);

/* Sets `err` and notes whether the connection is done for. `doing` says what failed: "commit". Returns -1. */
int db_fail(struct db *db, const char *doing, struct err *err);

/* Several statements without values or rows. */
int db_exec(struct db *db, const char *sql, struct err *err);
/* A statement with its values bound: in `types`, one letter a value, 't' is a const char *, 'i' an int64_t. `sql` must be a
 * literal: it is prepared once and found by its address. The values are borrowed until it is bound or reset next. NULL
 * with `err` set on failure. Ended by stepping to the end, or sqlite3_reset. */
sqlite3_stmt *db_bind(struct db *db, struct err *err, const char *sql, const char *types, ...);
/* 1: a row, 0: the end (and reset), -1: failed (and reset). */
int db_step(struct db *db, sqlite3_stmt *stmt, struct err *err);
/* db_bind, and all steps. Returns the number of rows changed, or -1. */
int db_run(struct db *db, struct err *err, const char *sql, const char *types, ...);
/* The first column of the only row; 0 without a row. */
int db_number(struct db *db, int64_t *out, struct err *err, const char *sql, const char *types, ...);
/* Column of a row as text, never NULL; valid until the next step. */
const char *db_text(sqlite3_stmt *stmt, int column);

/* Whether commits wait for the disk (light: they don't). Outside a transaction only. */
int db_set_light(struct db *db, bool light, struct err *err);
int db_begin(struct db *db, struct err *err);
/* Rolls back when it fails. */
int db_commit(struct db *db, struct err *err);
void db_rollback(struct db *db);
/* Writes the log back into the file and empties it. False when that can't be now, as somebody reads: does not wait. */
bool db_empty_log(struct db *db);

/* The number of a channel in the table of channels. When it isn't there: makes it, or without `make` tells 0. */
int db_channel(struct db *db, const char *name, bool make, int64_t *out, struct err *err);

#endif
