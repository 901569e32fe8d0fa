/* sqlite_schema.c - the tables, version by version. */
#include "store/sqlite_schema.h"

#include <stdio.h>

#include "store/sqlite_db.h"
#include "util/err.h"

/* "sole": marks the file as ours, in its header. */
#define APPLICATION_ID 0x736f6c65

/* Names of channels are numbers elsewhere: they stand in every row and every index.
 *
 * A conversation is found by its key, its person (forget, export) or its room (move). What it shows is a table of its own, as
 * it changes without the state, which is large. Its expiry moves with every message; an index of that would cost each message
 * two more pages among a million conversations. So look_ms is in the index instead, a time not after the expiry, when
 * somebody looks whether it is over, and if not, when to look again.
 *
 * The outbox has three kinds of rows (waits): 0 due from the start, 1 to be tried again, 2 planned for later. A row of the
 * first kind comes and goes with every message, so it is in one small index; only planned rows, of which there may be as
 * many as conversations, have indexes for the ways to drop them. AUTOINCREMENT, as an id that comes twice would pass for
 * one that was done. */
static const char version_1[] =
	"CREATE TABLE channel(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
	"CREATE TABLE cursor(channel INTEGER PRIMARY KEY REFERENCES channel, value TEXT NOT NULL);"
	"CREATE TABLE setting(channel INTEGER NOT NULL REFERENCES channel, room TEXT NOT NULL, name TEXT NOT NULL,"
	" value TEXT NOT NULL, PRIMARY KEY(channel, room, name)) WITHOUT ROWID;"
	"CREATE TABLE seen(channel INTEGER NOT NULL REFERENCES channel, event TEXT NOT NULL, until_ms INTEGER NOT NULL,"
	" PRIMARY KEY(channel, event)) WITHOUT ROWID;"
	"CREATE INDEX seen_until ON seen(until_ms);"
	"CREATE TABLE failed(id INTEGER PRIMARY KEY, channel INTEGER NOT NULL REFERENCES channel, event TEXT NOT NULL,"
	" why TEXT NOT NULL, at_ms INTEGER NOT NULL);"
	"CREATE INDEX failed_at ON failed(at_ms);"
	"CREATE TABLE conversation(id INTEGER PRIMARY KEY, channel INTEGER NOT NULL REFERENCES channel,"
	" person TEXT NOT NULL, room TEXT NOT NULL, thread TEXT NOT NULL, version INTEGER NOT NULL,"
	" expires_ms INTEGER NOT NULL, look_ms INTEGER NOT NULL, state TEXT NOT NULL, UNIQUE(channel, person, room, thread));"
	"CREATE INDEX conversation_room ON conversation(channel, room, person);"
	"CREATE INDEX conversation_look ON conversation(look_ms);"
	"CREATE TABLE shown(conversation INTEGER PRIMARY KEY REFERENCES conversation ON DELETE CASCADE,"
	" ref TEXT NOT NULL);"
	"CREATE TABLE outbox(id INTEGER PRIMARY KEY AUTOINCREMENT, channel INTEGER NOT NULL REFERENCES channel,"
	" room TEXT NOT NULL, thread TEXT NOT NULL, person TEXT NOT NULL, kind TEXT NOT NULL, txn TEXT NOT NULL,"
	" not_before_ms INTEGER NOT NULL, created_ms INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,"
	" waits INTEGER NOT NULL, body TEXT NOT NULL);"
	"CREATE INDEX outbox_now ON outbox(channel) WHERE waits=0;"
	"CREATE INDEX outbox_again ON outbox(channel, not_before_ms) WHERE waits=1;"
	"CREATE INDEX outbox_planned ON outbox(channel, not_before_ms) WHERE waits=2;"
	"CREATE INDEX outbox_planned_room ON outbox(channel, room, thread, person) WHERE waits=2;"
	"CREATE INDEX outbox_planned_person ON outbox(channel, person) WHERE waits=2;";

/* What channels keep for themselves: read whole when they start, written by key. */
static const char version_2[] =
	"CREATE TABLE kept(channel INTEGER NOT NULL REFERENCES channel, kind TEXT NOT NULL, id TEXT NOT NULL,"
	" value TEXT NOT NULL, PRIMARY KEY(channel, kind, id)) WITHOUT ROWID;";

const char *const schema_steps[] = {version_1, version_2};
const size_t schema_n_steps = sizeof schema_steps / sizeof *schema_steps;

static int one_step(struct db *db, const char *sql, size_t version, struct err *err)
{
	char mark[96];

	(void)snprintf(mark, sizeof mark, "PRAGMA application_id=%d; PRAGMA user_version=%zu", APPLICATION_ID, version);
	if (db_begin(db, err))
		return -1;
	if (db_exec(db, sql, err) || db_exec(db, mark, err)) {
		db_rollback(db);
		return -1;
	}
	return db_commit(db, err);
}

/* An empty file is ours to be. */
static int check_owner(struct db *db, int64_t version, struct err *err)
{
	int64_t id, tables;

	if (db_number(db, &id, err, "PRAGMA application_id", "")
		|| db_number(db, &tables, err, "SELECT count(*) FROM sqlite_schema", ""))
		return -1;
	if (id == APPLICATION_ID || (id == 0 && version == 0 && tables == 0))
		return 0;
	return err_set(err, "%s: is a database of another program", db->path);
}

int schema_check(struct db *db, size_t n, struct err *err)
{
	int64_t version;

	if (db_number(db, &version, err, "PRAGMA user_version", "") || check_owner(db, version, err))
		return -1;
	if (version >= 0 && (uint64_t)version <= n)
		return 0;
	return err_set(err,
		"%s: was written by a newer soleus (schema %lld, this one knows %zu): run that one, or restore a backup",
		db->path, (long long)version, n);
}

int schema_upgrade(struct db *db, const char *const *steps, size_t n, struct err *err)
{
	int64_t version;

	if (db_number(db, &version, err, "PRAGMA user_version", ""))
		return -1;
	for (size_t i = (size_t)version; i < n; i++)
		if (one_step(db, steps[i], i + 1, err))
			return -1;
	return 0;
}
