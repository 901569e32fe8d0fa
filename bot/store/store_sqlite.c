/* store_sqlite.c - opening, and opening again when the world has failed and healed. */
#include "store/store_sqlite.h"

#include <stdlib.h>

#include "store/sqlite_home.h"
#include "store/sqlite_schema.h"
#include "util/mem.h"

static int connect(struct sqlite_home *h, bool create, struct err *err)
{
	struct db *db = &h->db;

	if (db_open(db, h->path, create, err))
		return -1;
	if (schema_check(db, schema_n_steps, err) || db_set_up(db, err) || sqlite_sound(db, err)
		|| sqlite_add_names(db, err) || schema_upgrade(db, schema_steps, schema_n_steps, err)) {
		db_close(db);
		return -1;
	}
	return 0;
}

/* Once it ran, a file that is gone is not replaced by an empty one: people's conversations may come back with it. */
int sqlite_ready(struct sqlite_home *h, struct err *err)
{
	if (h->db.handle && !h->db.broken && db_is_there(&h->db))
		return 0;
	db_close(&h->db);
	return connect(h, false, err);
}

/* The last connection that closes writes the log back into the file. */
static void close_home(struct store_home *home)
{
	struct sqlite_home *h = (struct sqlite_home *)home;

	db_close(&h->db);
	free(h->path);
	free(h);
}

static const struct store_home_ops sqlite_ops = {
	.ask = {
		[ASK_LOAD] = sqlite_load,
		[ASK_CURSOR] = sqlite_cursor,
		[ASK_SETTING] = sqlite_setting,
		[ASK_SETTINGS] = sqlite_settings,
		[ASK_KEPT] = sqlite_kept,
		[ASK_DUE] = sqlite_due,
		[ASK_NEXT_DUE] = sqlite_next_due,
		[ASK_EXPORT] = sqlite_export,
		[ASK_EXPIRE] = sqlite_expire,
		[ASK_VERIFY] = sqlite_verify,
	},
	.commit = sqlite_commit,
	.close = close_home,
};

struct store_home *sqlite_home_open(const char *path, struct err *err)
{
	struct sqlite_home *h = mem_alloc(1, sizeof *h);

	h->home.ops = &sqlite_ops;
	h->path = mem_strdup(path);
	if (connect(h, true, err)) {
		close_home(&h->home);
		return NULL;
	}
	return &h->home;
}

struct store *store_sqlite_open(const char *path, const struct store_runner *runner, struct err *err)
{
	struct store_home *home = sqlite_home_open(path, err);

	return home ? store_new(home, runner) : NULL;
}
