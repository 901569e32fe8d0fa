/* matrix_say.h - what is to be said as events. Pure. A request is an event's content as it will be sent. */
#ifndef CHANNELS_MATRIX_SAY_H
#define CHANNELS_MATRIX_SAY_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct channel_request;
struct outgoing;

/* Kinds of requests. */
#define MATRIX_SAY "say" /* never into an encrypted room */
#define MATRIX_TELL "tell" /* nothing that is about a person: into any room */

enum { MATRIX_MAX_PART = 8000 }; /* UTF-16 units of a part: with both bodies, all of it escaped, it stays under 40 kB */

/* At least one. In a room with several people they are notices, which no bot answers, and name the one whom they
 * answer. */
size_t matrix_say(const struct outgoing *o, bool shared, struct arena *arena, struct channel_request **out);
/* The content without what it need not have: a new text (free), or NULL when it can't be made smaller. */
char *matrix_smaller(const char *body);
/* The content in no thread and as no answer: better there than not at all. The same. */
char *matrix_outside(const char *body);

#endif
