/* matrix_direct.h - the account's own list of private chats (m.direct), which other clients of the account go by.
 * Pure. */
#ifndef CHANNELS_MATRIX_DIRECT_H
#define CHANNELS_MATRIX_DIRECT_H

#include "channels/json_in.h"

/* The list with the room in it: a new text (free), or NULL when it is there already. */
char *matrix_direct_with(struct json_span list, const char *person, const char *room);

#endif
