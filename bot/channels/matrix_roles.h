/* matrix_roles.h - what people may do in a room: asked of the server each time, so that it is true now. */
#ifndef CHANNELS_MATRIX_ROLES_H
#define CHANNELS_MATRIX_ROLES_H

#include "channels/channel.h"

struct matrix_parts;
struct matrix_roles;

/* `parts` must outlive it. */
struct matrix_roles *matrix_roles_new(const struct matrix_parts *parts);
/* NULL is fine. Who still waits is told that it is unknown. */
void matrix_roles_free(struct matrix_roles *r);
/* As channel_ops.ask_role. */
void matrix_roles_ask(struct matrix_roles *r, const char *room, const char *person, channel_role_cb told, void *ctx);
/* Who still waits is told that it is unknown. */
void matrix_roles_stop(struct matrix_roles *r);

#endif
