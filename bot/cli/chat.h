/* chat.h - one conversation held in memory, for the terminal and for scripts. */
#ifndef CLI_CHAT_H
#define CLI_CHAT_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/load.h"
#include "talk/state.h"
#include "talk/talk.h"

struct arena;

struct chat {
	struct knowledge *k;
	struct talk_state state;
	const char *region; /* --region, or NULL */
	int64_t now_ms; /* for tests; 0: the clock */
	bool human_there; /* somebody can take over */
};

void chat_init(struct chat *c, struct knowledge *k, const char *region);
/* One turn. `out` lives in the arena. */
void chat_say(struct chat *c, const char *text, size_t len, struct arena *arena, struct talk_out *out);
void chat_choose(struct chat *c, const char *const *picked, size_t n, struct arena *arena, struct talk_out *out);
/* TALK_CHECK_IN or TALK_MEDIA. */
void chat_event(struct chat *c, enum talk_kind kind, struct arena *arena, struct talk_out *out);
/* A new person: nothing remembered. */
void chat_reset(struct chat *c);

#endif
