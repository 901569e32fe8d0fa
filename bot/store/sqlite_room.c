/* sqlite_room.c - what concerns a room as a whole. Rare: it may look at every row that waits. */
#include <string.h>

#include "store/sqlite_home.h"

/* The index of each kind of row has to be named (see the schema). */
static const char *const drops[] = {
	"DELETE FROM outbox WHERE waits=0 AND channel=? AND room=?",
	"DELETE FROM outbox WHERE waits=1 AND channel=? AND room=?",
	"DELETE FROM outbox WHERE waits=2 AND channel=? AND room=?",
};

static const char *const moves[] = {
	"UPDATE outbox SET room=? WHERE waits=0 AND channel=? AND room=?",
	"UPDATE outbox SET room=? WHERE waits=1 AND channel=? AND room=?",
	"UPDATE outbox SET room=? WHERE waits=2 AND channel=? AND room=?",
};

int sqlite_drop_room(struct db *db, int64_t channel, const struct store_step *s, struct err *err)
{
	for (size_t i = 0; i < sizeof drops / sizeof *drops; i++)
		if (db_run(db, err, drops[i], "it", channel, s->key.room) < 0)
			return -1;
	return 0;
}

/* Of two conversations of one person the one that was spoken in later stays, which is the one that expires later. Its
 * version passes both, so that whoever loaded either of them notices. */
static int move_conversations(struct db *db, int64_t channel, const char *from, const char *to, struct err *err)
{
	if (db_run(db, err,
		    "UPDATE conversation AS new SET version=1+max(new.version, old.version),"
		    " state=CASE WHEN old.expires_ms>new.expires_ms THEN old.state ELSE new.state END,"
		    " expires_ms=max(new.expires_ms, old.expires_ms)" /* look_ms may stay: it is not after either */
		    " FROM (SELECT person, thread, version, state, expires_ms FROM conversation WHERE channel=?1 AND room=?2) AS old"
		    " WHERE new.channel=?1 AND new.room=?3 AND new.person=old.person AND new.thread=old.thread",
		    "itt", channel, from, to) < 0)
		return -1;
	if (db_run(db, err, "UPDATE OR IGNORE conversation SET room=?, version=version+1 WHERE channel=? AND room=?", "tit", to,
		    channel, from) < 0)
		return -1;
	return db_run(db, err, "DELETE FROM conversation WHERE channel=? AND room=?", "it", channel, from) < 0 ? -1 : 0;
}

/* The settings of the new room were made since. */
static int move_settings(struct db *db, int64_t channel, const char *from, const char *to, struct err *err)
{
	if (db_run(db, err, "UPDATE OR IGNORE setting SET room=? WHERE channel=? AND room=?", "tit", to, channel, from) < 0)
		return -1;
	return db_run(db, err, "DELETE FROM setting WHERE channel=? AND room=?", "it", channel, from) < 0 ? -1 : 0;
}

static int move_outbox(struct db *db, int64_t channel, const char *from, const char *to, struct err *err)
{
	for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
		if (db_run(db, err, moves[i], "tit", to, channel, from) < 0)
			return -1;
	return 0;
}

int sqlite_move_room(struct db *db, int64_t channel, const struct store_step *s, struct err *err)
{
	const char *from = s->key.room, *to = s->name;

	if (strcmp(from, to) == 0)
		return 0; /* nothing to move, and nothing may be deleted */
	if (move_conversations(db, channel, from, to, err) || move_settings(db, channel, from, to, err))
		return -1;
	return move_outbox(db, channel, from, to, err);
}
