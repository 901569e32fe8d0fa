/* locker.h - what must outlive the program, in memory and, a moment later, on disk: texts by kind and id. The owner asks for
 * what has changed, writes it, and tells whether it is written; what was not is asked for again. On disk all is sealed. */
#ifndef CRYPTO_LOCKER_H
#define CRYPTO_LOCKER_H

#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

struct arena;
struct err;
struct locker;
struct vault;

struct locker_row {
	const char *kind, *id;
	const char *value; /* sealed; "" when it is gone */
};

/* `vault` must outlive it. */
struct locker *locker_new(const struct vault *vault);
/* NULL is fine. Wipes. */
void locker_free(struct locker *k);
/* A row as it is on disk. -1 when it can't be opened: it was sealed with another secret. */
int locker_load(struct locker *k, const struct locker_row *row, struct err *err);

/* NULL when there is none. Borrowed until the row is changed. */
const char *locker_get(const struct locker *k, const char *kind, const char *id);
/* As JSON: a new tree, or NULL. */
cJSON *locker_json(const struct locker *k, const char *kind, const char *id);
void locker_put(struct locker *k, const char *kind, const char *id, const char *text);
/* Takes the tree. */
void locker_put_json(struct locker *k, const char *kind, const char *id, cJSON *tree);
void locker_drop(struct locker *k, const char *kind, const char *id);
size_t locker_count(const struct locker *k, const char *kind);
/* Drops the oldest of a kind when there are `most` or more, some at once. */
void locker_bound(struct locker *k, const char *kind, size_t most);
/* All rows of a kind, oldest first. `each` may change or drop the row that it is told of, and no other. */
void locker_each(struct locker *k, const char *kind, void (*each)(void *ctx, const char *id, const char *text), void *ctx);
/* The same for those whose id begins with `prefix`. */
void locker_each_of(struct locker *k, const char *kind, const char *prefix,
	void (*each)(void *ctx, const char *id, const char *text), void *ctx);

/* Is there something that was not asked for yet? */
bool locker_changed(const struct locker *k);
/* Rows changed since the last time, in the arena, at most `limit`. They count as being written until locker_written. */
size_t locker_changes(struct locker *k, size_t limit, struct arena *arena, struct locker_row **out);
/* Those are on disk, or are not. */
void locker_written(struct locker *k, bool ok);

#endif
