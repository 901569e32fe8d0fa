/* telegram_say.h - what is to be said as requests. Pure. A request is kept without its chat: `telegram_send` puts the
 * room in front when it is sent, as a group may have another id by then. */
#ifndef CHANNELS_TELEGRAM_SAY_H
#define CHANNELS_TELEGRAM_SAY_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct channel_request;
struct outgoing;

enum {
	TELEGRAM_MAX_UNITS = 4096, /* of one message, in UTF-16: satisfies every way of counting */
	TELEGRAM_MAX_BOLD = 100, /* places set off in one message; Telegram leaves out what is more */
};

/* At least one request. Buttons stand under the last one, an answer to a message hangs from it with the first one. */
size_t telegram_say(const struct outgoing *o, struct arena *arena, struct channel_request **out);
/* A link to a chat with `username` alone; NULL when that is "", or the payload is none that Telegram takes. */
const char *telegram_private_link(const char *username, const char *payload, struct arena *arena);
/* Takes the buttons away; false when `ref` names no message. */
bool telegram_unshow(const char *ref, struct arena *arena, struct channel_request *out);

#endif
