/* telegram_roles.c - questions under way are a list (Bot API 10.2: getChatMember). */
#include "channels/telegram_roles.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "channels/telegram_api.h"
#include "channels/telegram_parts.h"
#include "util/arena.h"
#include "util/links.h"
#include "util/mem.h"

enum { MOST_AT_ONCE = 16 };

struct question {
	struct link link;
	struct telegram_roles *roles;
	struct telegram_call *call;
	channel_role_cb told;
	void *ctx;
};

struct telegram_roles {
	const struct telegram_parts *parts;
	struct links questions;
};

static void finish(struct question *q, enum channel_role role)
{
	channel_role_cb told = q->told;
	void *ctx = q->ctx;

	telegram_call_cancel(q->call);
	links_remove(&q->link);
	free(q);
	told(ctx, role);
}

static enum channel_role role_of(const struct telegram_answer *a)
{
	struct json_span status;

	if (a->verdict != TELEGRAM_DONE_WELL || !json_in_member(a->result, "status", &status))
		return CHANNEL_ROLE_UNKNOWN;
	if (json_in_is(status, "\"creator\"") || json_in_is(status, "\"administrator\""))
		return CHANNEL_ROLE_ADMIN;
	return CHANNEL_ROLE_MEMBER;
}

static void on_member(void *ctx, const struct telegram_answer *a)
{
	struct question *q = ctx;

	q->call = NULL;
	finish(q, role_of(a));
}

static bool is_id(const char *s)
{
	s += *s == '-';
	if (!*s)
		return false;
	while (isdigit((unsigned char)*s))
		s++;
	return !*s;
}

static void ask(struct question *q, const char *room, const char *person)
{
	struct arena *arena = arena_new();
	const char *body = arena_printf(arena, "{\"chat_id\":%s,\"user_id\":%s}", room, person);

	q->call = telegram_api_call(q->roles->parts->api,
		&(struct telegram_ask){.method = "getChatMember", .body = body, .len = strlen(body)}, on_member, q);
	arena_free(arena);
}

void telegram_roles_ask(struct telegram_roles *r, const char *room, const char *person, channel_role_cb told,
	void *ctx)
{
	struct question *q;

	if (r->questions.n == MOST_AT_ONCE || !is_id(room) || !is_id(person)) {
		told(ctx, CHANNEL_ROLE_UNKNOWN);
		return;
	}
	q = mem_alloc(1, sizeof *q);
	*q = (struct question){.roles = r, .told = told, .ctx = ctx};
	links_add(&r->questions, &q->link);
	ask(q, room, person);
}

struct telegram_roles *telegram_roles_new(const struct telegram_parts *parts)
{
	struct telegram_roles *r = mem_alloc(1, sizeof *r);

	r->parts = parts;
	links_init(&r->questions);
	return r;
}

static void give_up(struct link *question)
{
	finish((struct question *)question, CHANNEL_ROLE_UNKNOWN);
}

void telegram_roles_stop(struct telegram_roles *r)
{
	links_drain(&r->questions, give_up); /* one that asks anew is not for us to tell */
}

void telegram_roles_free(struct telegram_roles *r)
{
	if (!r)
		return;
	telegram_roles_stop(r);
	free(r);
}
