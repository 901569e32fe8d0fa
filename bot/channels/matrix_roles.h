/* matrix_roles.h - what people may do in a room. */
#ifndef CHANNELS_MATRIX_ROLES_H
#define CHANNELS_MATRIX_ROLES_H

struct matrix_parts;
struct roles;

/* Free with roles_free; `parts` must outlive it. */
struct roles *matrix_roles_new(const struct matrix_parts *parts);

#endif
