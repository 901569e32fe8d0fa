/* telegram_poll.h - reading by long polling. What came in is confirmed, by asking for what comes behind it, only when
 * it is saved; so a crash makes it come again, and never lost. */
#ifndef CHANNELS_TELEGRAM_POLL_H
#define CHANNELS_TELEGRAM_POLL_H

struct telegram_parts;
struct telegram_poll;

/* `parts` must outlive it. */
struct telegram_poll *telegram_poll_new(const struct telegram_parts *parts, int timeout_s);
/* NULL is fine. */
void telegram_poll_free(struct telegram_poll *p);
/* `cursor`: the update to begin with, "" for the oldest that there is. */
void telegram_poll_start(struct telegram_poll *p, const char *cursor);
/* Asks no more, but waits for what is being saved and confirms it; then `stopped`, maybe at once. */
void telegram_poll_stop(struct telegram_poll *p, void (*stopped)(void *ctx), void *ctx);
const char *telegram_poll_state(const struct telegram_poll *p);

#endif
