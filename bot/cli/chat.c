/* chat.c - one conversation held in memory. */
#include "cli/chat.h"

#include <string.h>
#include <time.h>

#include "cli/lines.h"

void chat_init(struct chat *c, struct knowledge *k, const char *region)
{
	*c = (struct chat){.k = k, .region = region};
	state_init(&c->state);
}

void chat_reset(struct chat *c)
{
	state_init(&c->state);
}

static void turn(struct chat *c, struct talk_in *in, struct arena *arena, struct talk_out *out)
{
	struct talk_data data = {c->k->rules, c->k->tables, c->k->responses};

	struct tm local = {0};

	in->now_ms = c->now_ms ? c->now_ms : (int64_t)time(NULL) * 1000;
	in->today = lines_moment(in->now_ms);
	in->knows_hour = localtime_r(&(time_t){(time_t)(in->now_ms / 1000)}, &local) != NULL;
	in->hour = local.tm_hour;
	in->region = c->region;
	in->human_there = c->human_there;
	talk_turn(&data, &c->state, in, arena, out);
}

void chat_say(struct chat *c, const char *text, size_t len, struct arena *arena, struct talk_out *out)
{
	struct talk_in in = {.kind = TALK_SAY, .text = text, .len = len};

	turn(c, &in, arena, out);
}

void chat_choose(struct chat *c, const char *const *picked, size_t n, struct arena *arena, struct talk_out *out)
{
	struct talk_in in = {.kind = TALK_CHOOSE};

	for (size_t i = 0; i < n && i < TALK_MAX_PICKED; i++)
		in.picked[in.n_picked++] = picked[i];
	turn(c, &in, arena, out);
}

void chat_event(struct chat *c, enum talk_kind kind, struct arena *arena, struct talk_out *out)
{
	struct talk_in in = {.kind = kind};

	turn(c, &in, arena, out);
}
