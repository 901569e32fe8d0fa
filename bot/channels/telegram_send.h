/* telegram_send.h - sends one stored request, and what can be mended about it is mended: without what Telegram did not
 * like, it is sent once more. */
#ifndef CHANNELS_TELEGRAM_SEND_H
#define CHANNELS_TELEGRAM_SEND_H

#include "channels/channel.h"

struct sendings;
struct telegram_parts;
struct telegram_sends;

/* `parts` must outlive it. */
struct telegram_sends *telegram_sends_new(const struct telegram_parts *parts);
/* NULL is fine. What is under way ends without its callback. */
void telegram_sends_free(struct telegram_sends *s);
/* As channel_ops.send. */
void telegram_send(struct telegram_sends *s, const char *room, const char *kind, const char *body, channel_sent_cb sent,
	void *ctx);
/* Those under way, to be stopped and counted. Borrowed. */
struct sendings *telegram_sends_list(struct telegram_sends *s);

#endif
