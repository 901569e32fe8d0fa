/* telegram_roles.h - what people may do in a group. */
#ifndef CHANNELS_TELEGRAM_ROLES_H
#define CHANNELS_TELEGRAM_ROLES_H

struct roles;
struct telegram_parts;

/* Free with roles_free; `parts` must outlive it. */
struct roles *telegram_roles_new(const struct telegram_parts *parts);

#endif
