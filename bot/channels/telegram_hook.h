/* telegram_hook.h - reading by webhook: Telegram delivers each update until it is answered with 200, which we do when
 * it is saved. */
#ifndef CHANNELS_TELEGRAM_HOOK_H
#define CHANNELS_TELEGRAM_HOOK_H

#include <stdint.h>

struct err;
struct telegram_hook;
struct telegram_parts;
struct telegram_web;

/* Serves at once, sets the webhook with telegram_web_start. Copies the options. NULL with `err` set when the
 * certificate can't be read. `parts` must outlive it. */
struct telegram_web *telegram_web_new(const struct telegram_parts *parts, const struct telegram_hook *options,
	struct err *err);
/* NULL is fine. Deliveries that come later are refused. */
void telegram_web_free(struct telegram_web *w);
void telegram_web_start(struct telegram_web *w);
/* Takes no more deliveries; `stopped` when those under way are answered, maybe at once. The webhook stays: Telegram
 * keeps what comes in the meantime. */
void telegram_web_stop(struct telegram_web *w, void (*stopped)(void *ctx), void *ctx);
const char *telegram_web_state(const struct telegram_web *w);
/* How many updates Telegram keeps for us, as it told last; -1: it has not. */
int64_t telegram_web_pending(const struct telegram_web *w);

#endif
