/* matrix_send.h - sends one stored request. A try that went wrong on the way is repeated under the same transaction id,
 * so that the server drops what it has already. */
#ifndef CHANNELS_MATRIX_SEND_H
#define CHANNELS_MATRIX_SEND_H

#include "channels/channel.h"

struct matrix_parts;
struct matrix_sends;
struct sendings;

/* `parts` must outlive it. */
struct matrix_sends *matrix_sends_new(const struct matrix_parts *parts);
/* NULL is fine. What is under way ends without its callback. */
void matrix_sends_free(struct matrix_sends *s);
/* As channel_ops.send. */
void matrix_send(struct matrix_sends *s, const char *room, const char *kind, const char *body, const char *txn,
	channel_sent_cb sent, void *ctx);
/* Those under way, to be stopped and counted. Borrowed. */
struct sendings *matrix_sends_list(struct matrix_sends *s);

#endif
