/* commands.h - /commands of a chat, as data: responses/LANG/channels.yaml. And the way from a shared room to a private
 * one: the payload of a link that says where somebody comes from. */
#ifndef DAEMON_COMMANDS_H
#define DAEMON_COMMANDS_H

#include <stdbool.h>

struct arena;
struct channel_profile;
struct problems;
struct responses;
struct talk_data;

/* What a person would write instead of the command; NULL when what follows it is what they said, or it is not known. */
const char *commands_says(const struct responses *r, const char *name);

/* What follows the command that sets how we behave in a room: behind it, or behind a command without words of its own
 * (`settings off`, `calf settings off`). NULL when it is another. */
const char *commands_sets(const struct responses *r, const char *name, const char *args);

/* Made of A-Z a-z 0-9 _ - and at most 64 bytes, or NULL when the room's name can't be told in that. */
const char *commands_payload(const char *room, const char *thread, struct arena *arena);
/* Back from a payload. False when it is none. */
bool commands_origin(const char *payload, struct arena *arena, const char **out_room, const char **out_thread);

/* What is shown before somebody writes, and the list of commands; all in the arena. */
struct channel_profile *commands_profile(const struct talk_data *d, const char *region, struct arena *arena);

/* Complains of commands and texts that are missing or wrong. */
void commands_check(const struct responses *r, struct problems *problems);

#endif
