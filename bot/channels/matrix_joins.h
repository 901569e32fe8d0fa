/* matrix_joins.h - rooms that we are on the way into: invitations that the policy allows, and rooms that take the place
 * of another. An invitation from another server may be there before the room knows of it, so a refused join is tried
 * for some minutes. What is under way goes into the cursor, as no server repeats an invitation. */
#ifndef CHANNELS_MATRIX_JOINS_H
#define CHANNELS_MATRIX_JOINS_H

#include <stdbool.h>

#include "channels/json_in.h"

struct buf;
struct matrix_joins;
struct matrix_options;
struct matrix_parts;

/* `parts` must outlive it; of the options what it needs is copied. */
struct matrix_joins *matrix_joins_new(const struct matrix_parts *parts, const struct matrix_options *options);
/* NULL is fine. */
void matrix_joins_free(struct matrix_joins *j);
/* Somebody invites us. */
void matrix_joins_invited(struct matrix_joins *j, const char *room, const char *by, bool direct);
/* `room` takes the place of one that we are in, which `by` closed. */
void matrix_joins_follow(struct matrix_joins *j, const char *room, const char *by);
/* Tries no more until the next start. */
void matrix_joins_stop(struct matrix_joins *j);
/* What is under way, as a JSON array. */
void matrix_joins_save(const struct matrix_joins *j, struct buf *out);
void matrix_joins_load(struct matrix_joins *j, struct json_span list);

/* Is an invitation by that person to that room one to follow? */
bool matrix_invite_ok(const struct matrix_options *options, const char *self, const char *room, const char *by,
	bool direct);
/* Behind the first colon of a user id: "" where there is none. */
const char *matrix_server_of(const char *user);

#endif
