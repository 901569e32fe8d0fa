/* sqlite_person.c - what concerns a person as a whole: a copy of everything, and its removal. */
#include <stdlib.h>
#include <string.h>

#include "store/export.h"
#include "store/person.h"
#include "store/sqlite_home.h"
#include "util/arena.h"

static void names(sqlite3_context *ctx, int n, sqlite3_value **values)
{
	const char *text = (const char *)sqlite3_value_text(values[0]);
	const char *person = (const char *)sqlite3_value_text(values[1]);

	(void)n;
	sqlite3_result_int(ctx, text && person && person_is_named(text, person));
}

int sqlite_add_names(struct db *db, struct err *err)
{
	int code = sqlite3_create_function(db->handle, "names", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, names, NULL, NULL);

	return code == SQLITE_OK ? 0 : db_fail(db, "open", err);
}

/* Rooms of the person where nobody else has a conversation. */
#define ROOMS_OF_THEIRS                                                                                                \
	"(SELECT room FROM conversation AS own WHERE own.channel=?1 AND own.person=?2 AND NOT EXISTS"                 \
	" (SELECT 1 FROM conversation AS other WHERE other.channel=?1 AND other.room=own.room AND other.person<>?2)"   \
	" UNION SELECT ?2)"

static const char *const forget_conversations[] = {
	"DELETE FROM setting WHERE channel=?1 AND name<>'" STORE_MANNERS "' AND room IN " ROOMS_OF_THEIRS,
	"DELETE FROM conversation WHERE channel=?1 AND person=?2",
	"DELETE FROM seen WHERE channel=?1 AND names(event, ?2)",
	"DELETE FROM failed WHERE channel=?1 AND (names(event, ?2) OR names(why, ?2))",
	"DELETE FROM outbox WHERE waits=2 AND channel=?1 AND person=?2 AND kind='" STORE_CHECK_IN "'",
};

static const char *const forget_waiting[] = {
	"DELETE FROM outbox WHERE waits=0 AND channel=?1 AND person=?2",
	"DELETE FROM outbox WHERE waits=1 AND channel=?1 AND person=?2",
	"DELETE FROM outbox WHERE waits=2 AND channel=?1 AND person=?2",
};

static int run_all(struct db *db, const char *const *sql, size_t n, int64_t channel, const char *person, struct err *err)
{
	for (size_t i = 0; i < n; i++)
		if (db_run(db, err, sql[i], "it", channel, person) < 0)
			return -1;
	return 0;
}

int sqlite_forget(struct db *db, int64_t channel, const struct store_step *s, struct err *err)
{
	bool keep_waiting = s->number != 0;
	const char *person = s->key.person;

	if (run_all(db, forget_conversations, sizeof forget_conversations / sizeof *forget_conversations, channel, person, err))
		return -1;
	return keep_waiting ? 0
			    : run_all(db, forget_waiting, sizeof forget_waiting / sizeof *forget_waiting, channel, person, err);
}

struct exporting {
	struct db *db;
	struct store_answer *got;
	struct export *export;
	const struct store_ask *ask;
	int64_t channel;
};

static int export_conversations(const struct exporting *x)
{
	int state = -1;
	sqlite3_stmt *stmt = db_bind(x->db, &x->got->err,
		"SELECT room, thread, state, version, ref, expires_ms FROM conversation LEFT JOIN shown ON conversation=id"
		" WHERE channel=? AND person=? ORDER BY room, thread",
		"it", x->channel, x->ask->name);

	while (stmt && (state = db_step(x->db, stmt, &x->got->err)) == 1) {
		struct store_key key = {.room = db_text(stmt, 0), .thread = db_text(stmt, 1)};
		struct store_conversation c = {db_text(stmt, 2), sqlite3_column_int64(stmt, 3), db_text(stmt, 4)};
		export_conversation(x->export, &key, &c, sqlite3_column_int64(stmt, 5));
	}
	return state;
}

static int export_settings(const struct exporting *x)
{
	int state = -1;
	sqlite3_stmt *stmt = db_bind(x->db, &x->got->err,
		"SELECT room, name, value FROM setting WHERE channel=?1 AND name<>'" STORE_MANNERS "' AND room IN " ROOMS_OF_THEIRS
		" ORDER BY room, name",
		"it", x->channel, x->ask->name);

	while (stmt && (state = db_step(x->db, stmt, &x->got->err)) == 1)
		export_setting(x->export, db_text(stmt, 0), db_text(stmt, 1), db_text(stmt, 2));
	return state;
}

static int export_outbox(const struct exporting *x)
{
	int state = -1;
	sqlite3_stmt *stmt = db_bind(x->db, &x->got->err,
		"SELECT " SQLITE_ROW_COLUMNS " FROM outbox WHERE id IN ("
		"SELECT id FROM outbox WHERE waits=0 AND channel=?1 AND person=?2"
		" UNION ALL SELECT id FROM outbox WHERE waits=1 AND channel=?1 AND person=?2"
		" UNION ALL SELECT id FROM outbox WHERE waits=2 AND channel=?1 AND person=?2) ORDER BY id",
		"it", x->channel, x->ask->name);

	while (stmt && (state = db_step(x->db, stmt, &x->got->err)) == 1) {
		struct store_out row;
		sqlite_row(stmt, x->ask->channel, x->got->arena, &row);
		export_waiting(x->export, &row);
	}
	return state;
}

int sqlite_export(struct store_home *home, const struct store_ask *ask, struct store_answer *got)
{
	struct sqlite_home *h = (struct sqlite_home *)home;
	struct exporting x = {.db = &h->db, .got = got, .ask = ask};
	int result;

	if (sqlite_ready(h, &got->err) || db_channel(&h->db, ask->channel, false, &x.channel, &got->err))
		return -1;
	x.export = export_new(ask->channel, ask->name);
	result = export_conversations(&x) || export_settings(&x) || export_outbox(&x) ? -1 : 0;
	got->text = export_text(x.export, got->arena);
	export_free(x.export);
	return result;
}
