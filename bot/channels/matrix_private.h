/* matrix_private.h - a private room with somebody who writes to us in a shared one: the one that is there (by the account's
 * m.direct, or made by us for them before), else a new one that they are invited to. One at a time, so that nobody is
 * given two; only so many new ones an hour. */
#ifndef CHANNELS_MATRIX_PRIVATE_H
#define CHANNELS_MATRIX_PRIVATE_H

#include <stdbool.h>

#include "channels/channel.h"

struct matrix_parts;
struct matrix_private;

/* `parts` must outlive it. No rooms are made when `per_hour` is 0. `encrypt`: they are encrypted, if we can. */
struct matrix_private *matrix_private_new(const struct matrix_parts *parts, int per_hour, bool encrypt);
/* NULL is fine. Who still waits is told to ask again. */
void matrix_private_free(struct matrix_private *p);
/* As channel_ops.open_private. */
void matrix_private_open(struct matrix_private *p, const char *person, channel_private_cb told, void *ctx);
/* Who still waits is told to ask again. */
void matrix_private_stop(struct matrix_private *p);

#endif
