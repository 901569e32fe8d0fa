/* telegram_ticks.h - lines that people tick under a message. The message itself keeps the ticks (telegram_keys.h); here
 * is only what Telegram may not have shown yet, so that quick fingers lose nothing. */
#ifndef CHANNELS_TELEGRAM_TICKS_H
#define CHANNELS_TELEGRAM_TICKS_H

#include <stddef.h>

struct arena;
struct telegram_api;
struct telegram_ticks;
struct telegram_update;

enum { TELEGRAM_MAX_BOARDS = 64 }; /* messages that are remembered, the latest */

struct telegram_ticks *telegram_ticks_new(struct telegram_api *api);
/* NULL is fine. */
void telegram_ticks_free(struct telegram_ticks *t);
/* A press that was read: a tick is shown in the message; an answer gets what is ticked into `u->in`. Texts are in the
 * arena. */
void telegram_ticks_press(struct telegram_ticks *t, struct telegram_update *u, struct arena *arena);

#endif
