/* telegram_roles.c - getChatMember tells (Bot API 10.2). */
#include "channels/telegram_roles.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "channels/roles.h"
#include "channels/telegram_api.h"
#include "channels/telegram_parts.h"
#include "util/arena.h"

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
	role_told(ctx, role_of(a));
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

static void *ask(const void *ctx, struct role_question *q, const char *room, const char *person)
{
	const struct telegram_parts *parts = ctx;
	struct telegram_call *call = NULL;
	struct arena *arena = arena_new();
	const char *body = arena_printf(arena, "{\"chat_id\":%s,\"user_id\":%s}", room, person);

	if (is_id(room) && is_id(person))
		call = telegram_api_call(parts->api,
			&(struct telegram_ask){.method = "getChatMember", .body = body, .len = strlen(body)}, on_member, q);
	arena_free(arena);
	return call;
}

static void cancel(void *call)
{
	telegram_call_cancel(call);
}

struct roles *telegram_roles_new(const struct telegram_parts *parts)
{
	static const struct roles_ops ops = {.ask = ask, .cancel = cancel};

	return roles_new(&ops, parts);
}
