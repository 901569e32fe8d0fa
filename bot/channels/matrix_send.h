/* matrix_send.h - sends one stored request. A try that went wrong on the way is repeated under the same transaction id,
 * so that the server drops what it has already. */
#ifndef CHANNELS_MATRIX_SEND_H
#define CHANNELS_MATRIX_SEND_H

#include <stddef.h>
#include <stdint.h>

#include "channels/channel.h"

struct matrix_parts;
struct matrix_sends;

/* `parts` must outlive it. */
struct matrix_sends *matrix_sends_new(const struct matrix_parts *parts);
/* NULL is fine. What is under way ends without its callback. */
void matrix_sends_free(struct matrix_sends *s);
/* As channel_ops.send. */
void matrix_send(struct matrix_sends *s, const char *room, const char *kind, const char *body, const char *txn,
	channel_sent_cb sent, void *ctx);
size_t matrix_sends_under_way(const struct matrix_sends *s);
/* Everything under way is given back, to be tried again. */
void matrix_sends_stop(struct matrix_sends *s);
void matrix_sends_counts(const struct matrix_sends *s, uint64_t *out_sent, uint64_t *out_refused);

#endif
