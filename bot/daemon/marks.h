/* marks.h - what came of the rows of an outbox, on its way to the store: gathered, written together, tried again until it is
 * written. Best with a commit that is made anyway; where none comes soon, with one of their own. */
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

/* The message that shows the choices of a conversation, where the store does not know it yet; else NULL. Borrowed until the
 * next turn of the loop. */
const char *marks_shown_in(const struct marks *m, const struct store_key *key);
/* Puts what waits in front of what is in the batch, which is to be committed; marks_settled tells what came of that. */
void marks_join(struct marks *m, struct store_batch *b);
void marks_settled(struct marks *m, bool written);

#endif
