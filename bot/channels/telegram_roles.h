/* telegram_roles.h - what people may do in a group: asked of Telegram each time, so that it is true now. */
#ifndef CHANNELS_TELEGRAM_ROLES_H
#define CHANNELS_TELEGRAM_ROLES_H

#include "channels/channel.h"

struct telegram_parts;
struct telegram_roles;

/* `parts` must outlive it. */
struct telegram_roles *telegram_roles_new(const struct telegram_parts *parts);
/* NULL is fine. Who still waits is told that it is unknown. */
void telegram_roles_free(struct telegram_roles *r);
/* As channel_ops.ask_role. */
void telegram_roles_ask(struct telegram_roles *r, const char *room, const char *person, channel_role_cb told, void *ctx);
/* Who still waits is told that it is unknown. */
void telegram_roles_stop(struct telegram_roles *r);

#endif
