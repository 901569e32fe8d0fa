/* sqlite_expire.c - what is out of date goes, in portions, and the room it took is given back. */
#include "store/sqlite_home.h"

enum {
	DAY_MS = 24 * 60 * 60 * 1000,
	SPARE_PAGES = 1024, /* free pages that are kept for what comes next */
	VACUUM_PAGES = 512, /* given back at a time: see the statement */
};

/* The conversations that it is time to look at (see the schema), at most a number of them. */
#define LOOKED_AT "(SELECT id FROM conversation WHERE look_ms<=?1 ORDER BY look_ms, id LIMIT ?2)"

/* Those that are not over yet are looked at again when they will be. Of the others the check-ins go first, as they are found
 * by the key; what a conversation shows hangs from it. */
static int expire_conversations(struct db *db, int64_t now_ms, size_t limit, struct err *err)
{
	int64_t looked_at;

	if (db_number(db, &looked_at, err, "SELECT count(*) FROM " LOOKED_AT, "ii", now_ms, (int64_t)limit)
		|| db_run(db, err,
			   "DELETE FROM outbox WHERE id IN (SELECT o.id FROM " LOOKED_AT
			   " JOIN conversation AS c USING(id) CROSS JOIN outbox AS o WHERE c.expires_ms<=?1 AND o.waits=2"
			   " AND o.channel=c.channel AND o.room=c.room AND o.thread=c.thread AND o.person=c.person"
			   " AND o.kind='" STORE_CHECK_IN "')",
			   "ii", now_ms, (int64_t)limit) < 0
		|| db_run(db, err, "DELETE FROM conversation WHERE id IN " LOOKED_AT " AND expires_ms<=?1", "ii", now_ms,
			   (int64_t)limit) < 0
		|| db_run(db, err, "UPDATE conversation SET look_ms=expires_ms WHERE id IN " LOOKED_AT " AND expires_ms>?1",
			   "ii", now_ms, looked_at) < 0)
		return -1;
	return (int)looked_at;
}

/* Those that came in one batch share their time and go together. */
static int expire_seen(struct db *db, int64_t now_ms, size_t limit, struct err *err)
{
	return db_run(db, err,
		"DELETE FROM seen WHERE until_ms<="
		"ifnull((SELECT until_ms FROM seen WHERE until_ms<=?1 ORDER BY until_ms LIMIT 1 OFFSET ?2-1), ?1)",
		"ii", now_ms, (int64_t)limit);
}

static int expire_failed(struct db *db, int64_t now_ms, size_t limit, struct err *err)
{
	return db_run(db, err,
		"DELETE FROM failed WHERE id IN (SELECT id FROM failed WHERE at_ms<=? ORDER BY at_ms LIMIT ?)", "ii",
		now_ms - (int64_t)STORE_FAILED_DAYS * DAY_MS, (int64_t)limit);
}

/* Whether something reached the limit, or -1. */
static int expire_all(struct db *db, int64_t now_ms, size_t limit, struct err *err)
{
	static int (*const parts[])(struct db *, int64_t, size_t, struct err *) = {
		expire_conversations, expire_seen, expire_failed};
	int more = 0;

	if (db_set_light(db, true, err) || db_begin(db, err))
		return -1;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		int rows = parts[i](db, now_ms, limit, err);
		if (rows < 0) {
			db_rollback(db);
			return -1;
		}
		more |= (size_t)rows >= limit;
	}
	return db_commit(db, err) ? -1 : more;
}

/* Whether there is still more free than we keep, or -1. */
static int give_back(struct db *db, struct err *err)
{
	int64_t unused;

	if (db_number(db, &unused, err, "PRAGMA freelist_count", ""))
		return -1;
	if (unused <= SPARE_PAGES)
		return 0;
	if (db_run(db, err, "PRAGMA incremental_vacuum(512)", "") < 0)
		return -1;
	return unused - VACUUM_PAGES > SPARE_PAGES;
}

int sqlite_expire(struct store_home *home, const struct store_ask *ask, struct store_answer *got)
{
	struct sqlite_home *h = (struct sqlite_home *)home;
	int more, spare;

	if (sqlite_ready(h, &got->err) || (more = expire_all(&h->db, ask->now_ms, ask->limit, &got->err)) < 0
		|| (spare = give_back(&h->db, &got->err)) < 0)
		return -1;
	got->text = more || spare ? "more" : "";
	return 0;
}
