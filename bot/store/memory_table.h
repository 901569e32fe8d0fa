/* memory_table.h - the rows of the memory home: one list for all tables, its texts in one arena. */
#ifndef STORE_MEMORY_TABLE_H
#define STORE_MEMORY_TABLE_H

#include <stdbool.h>

#include "store/batch.h"
#include "store/home.h"

enum memory_kind { MEMORY_CONVERSATION, MEMORY_CURSOR, MEMORY_SETTING, MEMORY_SEEN, MEMORY_FAILED, MEMORY_OUT,
	MEMORY_KEPT /* key.room is its kind */ };

/* As SQLite's tables (sqlite_schema.c). Fields that a kind has no use for are "" or 0. */
struct memory_row {
	enum memory_kind kind;
	bool gone; /* to be swept */
	struct store_key key;
	const char *name; /* setting; event; kind of an outbox row */
	const char *text; /* state, value, why, body */
	const char *txn, *shown;
	int64_t id, version, at_ms, created_ms;
	int attempts, waits;
};

struct memory_table {
	struct arena *arena;
	struct memory_row *rows; /* outbox rows in the order of their ids */
	size_t n, cap;
	int64_t last_id;
};

void memory_init(struct memory_table *t);
void memory_done(struct memory_table *t);
/* Initialises `to` as a copy. */
void memory_copy(struct memory_table *to, const struct memory_table *from);
/* Copies the row's texts; NULL becomes "". Valid until the next is added. */
struct memory_row *memory_add(struct memory_table *t, const struct memory_row *row);
/* A copy of the text for a row. */
const char *memory_text(struct memory_table *t, const char *text);
/* Forgets the rows that are gone. */
void memory_sweep(struct memory_table *t);
/* The row of a kind with that key and name (NULL: any), or NULL. */
struct memory_row *memory_find(const struct memory_table *t, enum memory_kind kind, const struct store_key *key,
	const char *name);
bool memory_same_key(const struct store_key *a, const struct store_key *b);
/* Nobody but the person has a conversation in the room. */
bool memory_room_is_theirs(const struct memory_table *t, const char *channel, const char *room, const char *person);
/* The setting is of such a room, and says something about the person. */
bool memory_setting_is_theirs(const struct memory_table *t, const struct memory_row *setting, const char *person);

/* Writes one step; -1 with got->err. */
int memory_step(struct memory_table *t, const struct store_step *s, struct store_answer *got);

#endif
