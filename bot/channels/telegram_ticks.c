/* telegram_ticks.c - one edit of a message at a time: two on their way could arrive the wrong way round. */
#include "channels/telegram_ticks.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "channels/telegram_api.h"
#include "channels/telegram_parse.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/json.h"
#include "util/mem.h"

enum { MAX_MARKUP = 32 << 10 };

/* The buttons of one message as they are to be. */
struct board {
	struct telegram_ticks *ticks;
	char *room, *message;
	char *markup; /* an InlineKeyboardMarkup */
	struct telegram_call *call;
	bool changed; /* since the edit under way */
	bool closed; /* answered: its buttons are taken away, and must not come back */
};

struct telegram_ticks {
	struct telegram_api *api;
	struct board *boards[TELEGRAM_MAX_BOARDS]; /* the latest used first */
	size_t n;
};

static void board_free(struct board *b)
{
	if (!b)
		return;
	telegram_call_cancel(b->call);
	free(b->room);
	free(b->message);
	free(b->markup);
	free(b);
}

static void to_front(struct telegram_ticks *t, size_t i)
{
	struct board *b = t->boards[i];

	memmove(t->boards + 1, t->boards, i * sizeof *t->boards);
	t->boards[0] = b;
}

static struct board *board_find(struct telegram_ticks *t, const struct telegram_update *u)
{
	for (size_t i = 0; i < t->n; i++)
		if (!strcmp(t->boards[i]->room, u->in.room) && !strcmp(t->boards[i]->message, u->pressed.message)) {
			to_front(t, i);
			return t->boards[0];
		}
	return NULL;
}

static struct board *board_add(struct telegram_ticks *t, const struct telegram_update *u)
{
	struct board *b = mem_alloc(1, sizeof *b);

	*b = (struct board){.ticks = t, .room = mem_strdup(u->in.room), .message = mem_strdup(u->pressed.message)};
	if (t->n == TELEGRAM_MAX_BOARDS)
		board_free(t->boards[--t->n]);
	t->boards[t->n++] = b;
	to_front(t, t->n - 1);
	return b;
}

static void show(struct board *b);

/* An edit that failed leaves a tick unseen, not unknown: what we have decides, and the next press shows all. */
static void on_shown(void *ctx, const struct telegram_answer *a)
{
	struct board *b = ctx;

	(void)a;
	b->call = NULL;
	if (b->changed && !b->closed)
		show(b);
}

static void show(struct board *b)
{
	struct buf body;

	b->changed = b->call != NULL;
	if (b->call)
		return;
	buf_init(&body, 2 * MAX_MARKUP);
	buf_addf(&body, "{\"chat_id\":%s,\"message_id\":%s,\"reply_markup\":%s}", b->room, b->message, b->markup);
	const struct telegram_ask ask = {.method = "editMessageReplyMarkup", .body = buf_str(&body), .len = body.len};
	b->call = telegram_api_call(b->ticks->api, &ask, on_shown, b);
	buf_done(&body);
}

/* What we know ourselves is newer than what Telegram showed with the press. */
static void read_keys(const struct board *b, struct telegram_update *u, struct arena *arena)
{
	cJSON *tree = b && b->markup ? json_parse(b->markup, strlen(b->markup), NULL) : NULL;

	if (tree)
		telegram_keys_read(tree, arena, &u->pressed.keys);
	cJSON_Delete(tree);
}

static void keep_keys(struct board *b, const struct telegram_keys *keys)
{
	struct buf markup;

	buf_init(&markup, MAX_MARKUP);
	telegram_keys_print(keys, &markup);
	free(b->markup);
	b->markup = mem_strdup(buf_str(&markup));
	buf_done(&markup);
}

static void tick(struct telegram_ticks *t, struct board *b, struct telegram_update *u, struct arena *arena)
{
	const struct telegram_press *press = &u->pressed.press;

	if (!telegram_keys_tick(&u->pressed.keys, arena, press->choice, press->kind == TELEGRAM_TICK))
		return;
	if (!b)
		b = board_add(t, u);
	keep_keys(b, &u->pressed.keys);
	if (!b->closed)
		show(b);
}

static void answer(struct board *b, struct telegram_update *u, struct arena *arena)
{
	struct incoming *in = &u->in;

	if (!b)
		return;
	b->closed = true;
	in->kind = INCOMING_CHOICE;
	in->n_picked = telegram_keys_ticked(&u->pressed.keys, arena, in->picked, CHANNEL_MAX_PICKED);
	if (u->pressed.press.kind == TELEGRAM_PICK && in->n_picked < CHANNEL_MAX_PICKED)
		in->picked[in->n_picked++] = u->pressed.press.choice;
}

void telegram_ticks_press(struct telegram_ticks *t, struct telegram_update *u, struct arena *arena)
{
	struct board *b = board_find(t, u);
	enum telegram_press_kind kind = u->pressed.press.kind;

	read_keys(b, u, arena);
	if (kind == TELEGRAM_TICK || kind == TELEGRAM_UNTICK)
		tick(t, b, u, arena);
	else
		answer(b, u, arena);
}

struct telegram_ticks *telegram_ticks_new(struct telegram_api *api)
{
	struct telegram_ticks *t = mem_alloc(1, sizeof *t);

	t->api = api;
	return t;
}

void telegram_ticks_free(struct telegram_ticks *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->n; i++)
		board_free(t->boards[i]);
	free(t);
}
