/* kept.h - what must outlive the program, in memory and, a moment later, on disk: texts by kind and id. The owner asks for
 * what has changed, writes it, and tells whether it is written; what was not is asked for again. On disk all is sealed. */
#ifndef CRYPTO_KEPT_H
#define CRYPTO_KEPT_H

#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

struct arena;
struct err;
struct kept;
struct vault;

struct kept_row {
	const char *kind, *id;
	const char *value; /* sealed; "" when it is gone */
};

/* `vault` must outlive it. */
struct kept *kept_new(const struct vault *vault);
/* NULL is fine. Wipes. */
void kept_free(struct kept *k);
/* A row as it is on disk. -1 when it can't be opened: it was sealed with another secret. */
int kept_load(struct kept *k, const struct kept_row *row, struct err *err);

/* NULL when there is none. Borrowed until the row is changed. */
const char *kept_get(const struct kept *k, const char *kind, const char *id);
/* As JSON: a new tree, or NULL. */
cJSON *kept_json(const struct kept *k, const char *kind, const char *id);
void kept_put(struct kept *k, const char *kind, const char *id, const char *text);
/* Takes the tree. */
void kept_put_json(struct kept *k, const char *kind, const char *id, cJSON *tree);
void kept_drop(struct kept *k, const char *kind, const char *id);
size_t kept_count(const struct kept *k, const char *kind);
/* All rows of a kind, oldest first. `each` may change or drop the row that it is told of, and no other. */
void kept_each(struct kept *k, const char *kind, void (*each)(void *ctx, const char *id, const char *text), void *ctx);

/* Is there something that was not asked for yet? */
bool kept_changed(const struct kept *k);
/* Rows changed since the last time, in the arena, at most `limit`. They count as being written until kept_written. */
size_t kept_changes(struct kept *k, size_t limit, struct arena *arena, struct kept_row **out);
/* Those are on disk, or are not. */
void kept_written(struct kept *k, bool ok);

#endif
