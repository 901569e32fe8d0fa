/* sqlite_db.c - what every use of SQLite needs, in one place. */
#include "store/sqlite_db.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/err.h"
#include "util/mem.h"

enum {
	BUSY_MS = 500, /* for another program that is just writing; the daemon must be able to stop within a second */
	CACHE_KIB = 2048, /* holds the inner pages of a million conversations */
	CHECKPOINT_PAGES = 2000,
	WAL_KEPT_BYTES = 16 << 20, /* what a long reader made it grow to is given back */
};

/* What the codes mean to the person who must act. The first that fits counts; extended codes stand before plain ones. */
static const struct {
	int code;
	bool broken;
	const char *text;
} failures[] = {
	{SQLITE_READONLY_DBMOVED, true, "the file was moved or deleted"},
	{SQLITE_FULL, false, "the disk is full"},
	{SQLITE_BUSY, false, "another program is writing to it"},
	{SQLITE_LOCKED, false, "another program is writing to it"},
	{SQLITE_CORRUPT, true, "the file is damaged: restore a backup, or move it away"},
	{SQLITE_NOTADB, true, "the file is no database, or damaged: restore a backup, or move it away"},
	{SQLITE_READONLY, true, "it may not be written: see the rights of the file and its folder"},
	{SQLITE_PERM, true, "it may not be opened: see the rights of the file and its folder"},
	{SQLITE_CANTOPEN, true, "it can't be opened: see that the folder is there, and its rights"},
	{SQLITE_IOERR, true, "reading or writing it failed"},
	{SQLITE_TOOBIG, false, "a value is too large"},
};

int db_fail(struct db *db, const char *doing, struct err *err)
{
	int code = sqlite3_extended_errcode(db->handle), os = sqlite3_system_errno(db->handle);
	const char *what = "unexpected";
	bool system_counts = (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN;

	for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
		if (code == failures[i].code || (code & 0xff) == failures[i].code) {
			what = failures[i].text;
			db->broken |= failures[i].broken;
			break;
		}
	}
	return err_set(err, "%s: %s: %s (SQLite %d: %s%s%s)", db->path, doing, what, code, sqlite3_errmsg(db->handle),
		system_counts && os ? ", " : "", system_counts && os ? strerror(os) : "");
}

int db_exec(struct db *db, const char *sql, struct err *err)
{
	return sqlite3_exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : db_fail(db, "prepare", err);
}

/* The file with the right mode before SQLite makes it with the usual one. Its log files get the same mode. */
static int file_ready(const char *path, bool create, struct stat *out, struct err *err)
{
	int fd = create ? open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;

	if (fd < 0 && create && errno != EEXIST)
		return err_set(err, "%s: can't be made: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	if (stat(path, out) < 0)
		return err_set(err, "%s: can't be opened: %s", path, strerror(errno));
	if (!S_ISREG(out->st_mode))
		return err_set(err, "%s: is no regular file", path);
	if ((out->st_mode & 077) != 0 && chmod(path, out->st_mode & 0700) < 0)
		return err_set(err, "%s: others may read it, and that can't be changed: %s", path, strerror(errno));
	return 0;
}

/* auto_vacuum only takes effect before the first table. Cache and log are bounded; nothing is mapped, as that would count as
 * our memory; nothing temporary goes to a file; what is deleted is overwritten. */
int db_set_up(struct db *db, struct err *err)
{
	char sql[512];

	(void)snprintf(sql, sizeof sql,
		"PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
		"PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0;"
		"PRAGMA cache_size=-%d; PRAGMA wal_autocheckpoint=%d; PRAGMA journal_size_limit=%d;"
		"PRAGMA trusted_schema=OFF",
		CACHE_KIB, CHECKPOINT_PAGES, WAL_KEPT_BYTES); /* fits: numbers alone vary */
	db->light = false;
	return db_exec(db, sql, err);
}

int db_open(struct db *db, const char *path, bool create, struct err *err)
{
	struct stat st;

	*db = (struct db){.path = mem_strdup(path)};
	if (file_ready(path, create, &st, err)) {
		db_close(db);
		return -1;
	}
	db->device = st.st_dev;
	db->inode = st.st_ino;
	/* One thread at a time uses it, though not always the same one. */
	int code = sqlite3_open_v2(path, &db->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	if (code == SQLITE_OK) {
		sqlite3_busy_timeout(db->handle, BUSY_MS);
		sqlite3_extended_result_codes(db->handle, 1);
	}
	if (code == SQLITE_OK)
		return 0;
	db_fail(db, "open", err);
	db_close(db);
	return -1;
}

bool db_is_there(const struct db *db)
{
	struct stat st;

	return stat(db->path, &st) == 0 && st.st_dev == db->device && st.st_ino == db->inode;
}

static void forget_channels(struct db *db)
{
	for (size_t i = 0; i < db->n_channels; i++)
		free(db->channels[i].name);
	db->n_channels = 0;
}

void db_close(struct db *db)
{
	for (size_t i = 0; i < db->n_statements; i++)
		(void)sqlite3_finalize(db->statements[i].stmt); /* tells of the last step, which was told before */
	forget_channels(db);
	int code = sqlite3_close(db->handle);
	assert(code == SQLITE_OK); /* a statement that is not in our list */
	(void)code;
	free(db->path);
	*db = (struct db){0};
}

static sqlite3_stmt *statement(struct db *db, const char *sql, struct err *err)
{
	sqlite3_stmt *stmt = NULL;

	for (size_t i = 0; i < db->n_statements; i++)
		if (db->statements[i].sql == sql)
			return db->statements[i].stmt;
	assert(db->n_statements < DB_MAX_STATEMENTS);
	if (sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL) != SQLITE_OK) {
		db_fail(db, "prepare", err);
		return NULL;
	}
	db->statements[db->n_statements++] = (struct db_statement){sql, stmt};
	return stmt;
}

static sqlite3_stmt *bind(struct db *db, struct err *err, const char *sql, const char *types, va_list ap)
{
	sqlite3_stmt *stmt = statement(db, sql, err);
	int code = SQLITE_OK;

	if (!stmt)
		return NULL;
	assert((size_t)sqlite3_bind_parameter_count(stmt) == strlen(types));
	for (int i = 0; types[i] && code == SQLITE_OK; i++) {
		assert(types[i] == 't' || types[i] == 'i');
		if (types[i] == 't')
			code = sqlite3_bind_text(stmt, i + 1, va_arg(ap, const char *), -1, SQLITE_STATIC);
		else
			code = sqlite3_bind_int64(stmt, i + 1, va_arg(ap, int64_t));
	}
	if (code != SQLITE_OK) {
		db_fail(db, "bind", err);
		return NULL;
	}
	return stmt;
}

sqlite3_stmt *db_bind(struct db *db, struct err *err, const char *sql, const char *types, ...)
{
	va_list ap;

	va_start(ap, types);
	sqlite3_stmt *stmt = bind(db, err, sql, types, ap);
	va_end(ap);
	return stmt;
}

/* SQLite takes a COMMIT for something that only reads. */
static const char *doing(sqlite3_stmt *stmt)
{
	return strncmp(sqlite3_sql(stmt), "COMMIT", 6) != 0 && sqlite3_stmt_readonly(stmt) ? "read" : "write";
}

int db_step(struct db *db, sqlite3_stmt *stmt, struct err *err)
{
	int code = sqlite3_step(stmt);

	if (code == SQLITE_ROW)
		return 1;
	if (code != SQLITE_DONE)
		db_fail(db, doing(stmt), err);
	(void)sqlite3_reset(stmt); /* says the same again */
	return code == SQLITE_DONE ? 0 : -1;
}

int db_run(struct db *db, struct err *err, const char *sql, const char *types, ...)
{
	va_list ap;
	int state;

	va_start(ap, types);
	sqlite3_stmt *stmt = bind(db, err, sql, types, ap);
	va_end(ap);
	if (!stmt)
		return -1;
	while ((state = db_step(db, stmt, err)) == 1)
		; /* what a pragma tells */
	return state < 0 ? -1 : sqlite3_changes(db->handle);
}

int db_number(struct db *db, int64_t *out, struct err *err, const char *sql, const char *types, ...)
{
	va_list ap;

	va_start(ap, types);
	sqlite3_stmt *stmt = bind(db, err, sql, types, ap);
	va_end(ap);
	int state = stmt ? db_step(db, stmt, err) : -1;
	if (state < 0)
		return -1;
	*out = state == 1 ? sqlite3_column_int64(stmt, 0) : 0;
	(void)sqlite3_reset(stmt); /* the step was fine */
	return 0;
}

const char *db_text(sqlite3_stmt *stmt, int column)
{
	const unsigned char *text = sqlite3_column_text(stmt, column);

	return text ? (const char *)text : "";
}

/* A second connection for light commits would throw away each other's cache at every turn. */
int db_set_light(struct db *db, bool light, struct err *err)
{
	if (db->light == light)
		return 0;
	if (db_exec(db, light ? "PRAGMA synchronous=NORMAL" : "PRAGMA synchronous=FULL", err))
		return -1;
	db->light = light;
	return 0;
}

int db_begin(struct db *db, struct err *err)
{
	return db_run(db, err, "BEGIN IMMEDIATE", "") < 0 ? -1 : 0;
}

int db_commit(struct db *db, struct err *err)
{
	if (db_run(db, err, "COMMIT", "") >= 0)
		return 0;
	db_rollback(db);
	return -1;
}

void db_rollback(struct db *db)
{
	forget_channels(db); /* one of them may have been new */
	if (!sqlite3_get_autocommit(db->handle))
		(void)db_run(db, NULL, "ROLLBACK", ""); /* where it fails, SQLite has rolled back by itself */
}

bool db_empty_log(struct db *db)
{
	int64_t busy = 1;

	sqlite3_busy_timeout(db->handle, 0);
	bool told = db_number(db, &busy, NULL, "PRAGMA wal_checkpoint(TRUNCATE)", "") == 0;
	sqlite3_busy_timeout(db->handle, BUSY_MS);
	return told && busy == 0;
}

static void remember_channel(struct db *db, const char *name, int64_t id)
{
	if (db->n_channels == DB_MAX_CHANNELS)
		forget_channels(db);
	db->channels[db->n_channels++] = (struct db_channel){mem_strdup(name), id};
}

int db_channel(struct db *db, const char *name, bool make, int64_t *out, struct err *err)
{
	int64_t id;

	for (size_t i = 0; i < db->n_channels; i++) {
		if (strcmp(db->channels[i].name, name) == 0) {
			*out = db->channels[i].id;
			return 0;
		}
	}
	if (db_number(db, &id, err, "SELECT id FROM channel WHERE name=?", "t", name))
		return -1;
	if (id == 0 && make) {
		if (db_run(db, err, "INSERT INTO channel(name) VALUES(?)", "t", name) < 0)
			return -1;
		id = sqlite3_last_insert_rowid(db->handle);
	}
	if (id != 0)
		remember_channel(db, name, id);
	*out = id;
	return 0;
}
