/* sent.h - the requests that were sent last, in a small mapped file: known at once and however the process ends, while the
 * store needs a moment to note them. Only a loss of power can lose it; then something may be said twice. */
#ifndef DAEMON_SENT_H
#define DAEMON_SENT_H

#include <stdbool.h>
#include <stdint.h>

struct err;
struct sent;

enum { SENT_MAX = 4096 }; /* remembered; far more than wait to be noted */

/* Opens or makes the file. NULL with `err` set when that can't be. */
struct sent *sent_open(const char *path, struct err *err);
/* NULL is fine. */
void sent_close(struct sent *s);

/* A row of the outbox is told by its id and the time it was made, lest another store's row be taken for it. */
void sent_add(struct sent *s, int64_t id, int64_t created_ms);
bool sent_has(const struct sent *s, int64_t id, int64_t created_ms);

#endif
