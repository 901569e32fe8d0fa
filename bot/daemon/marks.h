/* marks.h - what came of the rows of an outbox, on its way to the store: gathered while a commit is under way, written
 * together, tried again until it is written. */
#ifndef DAEMON_MARKS_H
#define DAEMON_MARKS_H

#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

struct log;
struct loop;
struct marks;

/* `written` is called for each row that is gone from the store, `idle` whenever nothing is left to write. */
struct marks *marks_new(struct loop *l, struct store *store, const struct log *log, void (*written)(void *ctx, int64_t id),
	void (*idle)(void *ctx), void *ctx);
/* NULL is fine. Nothing may be under way. */
void marks_free(struct marks *m);

void marks_done(struct marks *m, int64_t id);
void marks_retry(struct marks *m, int64_t id, int64_t not_before_ms);
/* That message shows the choices of a conversation now. */
void marks_shown(struct marks *m, const struct store_key *key, const char *ref);
bool marks_idle(const struct marks *m);

#endif
