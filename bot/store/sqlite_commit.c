/* sqlite_commit.c - batches into transactions: those that wait share one, unless one of them stands in the way. */
#include "store/sqlite_home.h"

#include "util/arena.h"

struct writer {
	struct db *db;
	struct store_answer *got;
	bool purge;
};

/* No row means that it was changed, or went, since it was loaded; a row where there was none the same. */
static int conflict(struct writer *w, const struct store_step *s)
{
	w->got->conflict = true;
	return err_set(&w->got->err, "a conversation was changed since version %lld", (long long)s->number);
}

static int put_new(struct writer *w, int64_t channel, const struct store_step *s)
{
	const struct store_key *k = &s->key;

	return db_run(w->db, &w->got->err,
		"INSERT INTO conversation(channel, person, room, thread, version, expires_ms, look_ms, state)"
		" VALUES(?1, ?2, ?3, ?4, 1, ?5, ?5, ?6) ON CONFLICT DO NOTHING",
		"itttit", channel, k->person, k->room, k->thread, s->at_ms, s->text);
}

/* An expiry that comes nearer is rare: only then the time to look at it is written, and its index. */
static int put_again(struct writer *w, int64_t channel, const struct store_step *s)
{
	const struct store_key *k = &s->key;
	int rows = db_run(w->db, &w->got->err,
		"UPDATE conversation SET state=?1, version=version+1, expires_ms=?2"
		" WHERE channel=?3 AND person=?4 AND room=?5 AND thread=?6 AND version=?7 AND look_ms<=?2",
		"tiittti", s->text, s->at_ms, channel, k->person, k->room, k->thread, s->number);

	return rows != 0 ? rows
			 : db_run(w->db, &w->got->err,
				   "UPDATE conversation SET state=?1, version=version+1, expires_ms=?2, look_ms=?2"
				   " WHERE channel=?3 AND person=?4 AND room=?5 AND thread=?6 AND version=?7",
				   "tiittti", s->text, s->at_ms, channel, k->person, k->room, k->thread, s->number);
}

static int write_put(struct writer *w, int64_t channel, const struct store_step *s)
{
	int rows = s->number > 0 ? put_again(w, channel, s) : put_new(w, channel, s);

	return rows == 0 ? conflict(w, s) : rows < 0 ? -1 : 0;
}

static int write_shown(struct writer *w, int64_t channel, const struct store_step *s)
{
	const struct store_key *k = &s->key;
	int rows;

	if (s->text[0])
		rows = db_run(w->db, &w->got->err,
			"INSERT INTO shown SELECT id, ? FROM conversation WHERE channel=? AND person=? AND room=? AND thread=?"
			" ON CONFLICT DO UPDATE SET ref=excluded.ref",
			"tittt", s->text, channel, k->person, k->room, k->thread);
	else
		rows = db_run(w->db, &w->got->err,
			"DELETE FROM shown WHERE conversation="
			"(SELECT id FROM conversation WHERE channel=? AND person=? AND room=? AND thread=?)",
			"ittt", channel, k->person, k->room, k->thread);
	return rows < 0 ? -1 : 0;
}

static int write_cursor(struct writer *w, int64_t channel, const struct store_step *s)
{
	return db_run(w->db, &w->got->err,
		"INSERT INTO cursor VALUES(?, ?) ON CONFLICT DO UPDATE SET value=excluded.value", "it", channel, s->text);
}

static int write_seen(struct writer *w, int64_t channel, const struct store_step *s)
{
	return db_run(w->db, &w->got->err,
		"INSERT INTO seen VALUES(?, ?, ?) ON CONFLICT DO UPDATE SET until_ms=max(until_ms, excluded.until_ms)", "iti",
		channel, s->name, s->at_ms);
}

static int write_setting(struct writer *w, int64_t channel, const struct store_step *s)
{
	if (!s->text[0])
		return db_run(w->db, &w->got->err, "DELETE FROM setting WHERE channel=? AND room=? AND name=?", "itt", channel,
			s->key.room, s->name);
	return db_run(w->db, &w->got->err,
		"INSERT INTO setting VALUES(?, ?, ?, ?) ON CONFLICT DO UPDATE SET value=excluded.value", "ittt", channel,
		s->key.room, s->name, s->text);
}

static int write_keep(struct writer *w, int64_t channel, const struct store_step *s)
{
	if (!s->text[0])
		return db_run(w->db, &w->got->err, "DELETE FROM kept WHERE channel=? AND kind=? AND id=?", "itt", channel,
			s->key.room, s->name);
	return db_run(w->db, &w->got->err,
		"INSERT INTO kept VALUES(?, ?, ?, ?) ON CONFLICT DO UPDATE SET value=excluded.value", "ittt", channel,
		s->key.room, s->name, s->text);
}

static int write_out(struct writer *w, int64_t channel, const struct store_step *s)
{
	const struct store_key *k = &s->key;
	int rows = db_run(w->db, &w->got->err,
		"INSERT INTO outbox(channel, room, thread, person, kind, txn, not_before_ms, created_ms, waits, body)"
		" VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,"
		" CASE WHEN ?5='" STORE_CHECK_IN "' OR ?7>?8 THEN 2 ELSE 0 END, ?9)",
		"itttttiit", channel, k->room, k->thread, k->person, s->name, s->txn, s->at_ms, s->number, s->text);

	if (rows > 0)
		w->got->out_ids[w->got->n_out_ids++] = sqlite3_last_insert_rowid(w->db->handle);
	return rows;
}

static int write_out_done(struct writer *w, int64_t channel, const struct store_step *s)
{
	(void)channel;
	return db_run(w->db, &w->got->err, "DELETE FROM outbox WHERE id=?", "i", s->number);
}

static int write_out_retry(struct writer *w, int64_t channel, const struct store_step *s)
{
	(void)channel;
	return db_run(w->db, &w->got->err,
		"UPDATE outbox SET attempts=attempts+1, not_before_ms=?,"
		" waits=CASE kind WHEN '" STORE_CHECK_IN "' THEN 2 ELSE 1 END WHERE id=?",
		"ii", s->at_ms, s->number);
}

static int write_drop_check_ins(struct writer *w, int64_t channel, const struct store_step *s)
{
	return db_run(w->db, &w->got->err,
		"DELETE FROM outbox WHERE waits=2 AND channel=? AND room=? AND thread=? AND person=?"
		" AND kind='" STORE_CHECK_IN "'",
		"ittt", channel, s->key.room, s->key.thread, s->key.person);
}

static int write_drop_room(struct writer *w, int64_t channel, const struct store_step *s)
{
	return sqlite_drop_room(w->db, channel, s, &w->got->err);
}

static int write_move_room(struct writer *w, int64_t channel, const struct store_step *s)
{
	return sqlite_move_room(w->db, channel, s, &w->got->err);
}

static int write_forget(struct writer *w, int64_t channel, const struct store_step *s)
{
	w->purge = true;
	return sqlite_forget(w->db, channel, s, &w->got->err);
}

static int write_failed(struct writer *w, int64_t channel, const struct store_step *s)
{
	return db_run(w->db, &w->got->err, "INSERT INTO failed(channel, event, why, at_ms) VALUES(?, ?, ?, ?)", "itti",
		channel, s->name, s->text, s->at_ms);
}

/* Each returns less than 0 when it failed. */
static int (*const writers[STEP_KINDS])(struct writer *w, int64_t channel, const struct store_step *s) = {
	[STEP_PUT] = write_put,
	[STEP_SHOWN] = write_shown,
	[STEP_CURSOR] = write_cursor,
	[STEP_SEEN] = write_seen,
	[STEP_SETTING] = write_setting,
	[STEP_KEEP] = write_keep,
	[STEP_OUT] = write_out,
	[STEP_OUT_DONE] = write_out_done,
	[STEP_OUT_RETRY] = write_out_retry,
	[STEP_DROP_CHECK_INS] = write_drop_check_ins,
	[STEP_DROP_ROOM] = write_drop_room,
	[STEP_MOVE_ROOM] = write_move_room,
	[STEP_FORGET] = write_forget,
	[STEP_FAILED] = write_failed,
};

static int write_step(void *ctx, const struct store_step *s)
{
	struct writer *w = ctx;
	int64_t channel = 0;

	if (s->key.channel[0] && db_channel(w->db, s->key.channel, true, &channel, &w->got->err))
		return -1;
	return writers[s->kind](w, channel, s) < 0 ? -1 : 0;
}

enum outcome {
	WRITTEN,
	REFUSED, /* one batch can't be written: the others may be */
	HOPELESS, /* nothing can be written now */
};

static bool all_light(struct store_batch *const *batches, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!batches[i]->light)
			return false;
	return true;
}

/* All in one transaction. Unless written, it was rolled back and `err` says why. */
static enum outcome write_together(struct sqlite_home *h, struct store_batch *const *batches,
	struct store_answer *const *got, size_t n, struct err *err)
{
	bool purge = false;

	if (sqlite_ready(h, err) || db_set_light(&h->db, all_light(batches, n), err) || db_begin(&h->db, err))
		return HOPELESS;
	for (size_t i = 0; i < n; i++) {
		struct writer w = {&h->db, got[i], false};
		if (batch_in_order(batches[i], write_step, &w)) {
			*err = got[i]->err;
			db_rollback(&h->db);
			return got[i]->conflict ? REFUSED : h->db.broken ? HOPELESS : REFUSED;
		}
		purge |= w.purge;
	}
	if (db_commit(&h->db, err))
		return HOPELESS;
	h->purge |= purge;
	return WRITTEN;
}

static void begin_answer(struct store_answer *got)
{
	got->failed = got->conflict = false;
	got->n_out_ids = 0;
}

static void fail_all(struct store_answer *const *got, size_t n, const struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		bool own_conflict = got[i]->conflict;
		begin_answer(got[i]);
		got[i]->failed = true;
		got[i]->conflict = own_conflict;
		got[i]->err = *err;
	}
}

/* One after the other, until nothing goes any more. */
static void write_each(struct sqlite_home *h, struct store_batch *const *batches, struct store_answer *const *got, size_t n)
{
	struct err err;

	for (size_t i = 0; i < n; i++) {
		begin_answer(got[i]);
		switch (write_together(h, &batches[i], &got[i], 1, &err)) {
		case WRITTEN:
			break;
		case REFUSED:
			fail_all(&got[i], 1, &err);
			break;
		case HOPELESS:
			fail_all(&got[i], n - i, &err);
			return;
		}
	}
}

void sqlite_commit(struct store_home *home, struct store_batch *const *batches, struct store_answer *const *got, size_t n)
{
	struct sqlite_home *h = (struct sqlite_home *)home;
	struct err err;

	switch (write_together(h, batches, got, n, &err)) {
	case WRITTEN:
		break;
	case REFUSED:
		write_each(h, batches, got, n);
		break;
	case HOPELESS:
		fail_all(got, n, &err);
		break;
	}
	/* What was forgotten still stands in the log until that is written back and cut. While another program reads, it
	 * can't be: then it is tried after the next commit. */
	if (h->purge && h->db.handle && !h->db.broken && db_empty_log(&h->db))
		h->purge = false;
}
