/* matrix_roles.c - the room's state tells. */
#include "channels/matrix_roles.h"

#include "channels/matrix_api.h"
#include "channels/matrix_parts.h"
#include "channels/matrix_power.h"
#include "channels/roles.h"
#include "util/arena.h"

static void on_state(void *ctx, const struct matrix_answer *a)
{
	struct role_question *q = ctx;
	const struct matrix_parts *parts = q->parts;

	if (a->verdict == MATRIX_TOKEN)
		parts->token_gone(parts->ctx, a->soft_logout);
	if (a->verdict != MATRIX_DONE)
		role_told(q, CHANNEL_ROLE_UNKNOWN);
	else
		role_told(q, matrix_may_set(a->body, q->person) ? CHANNEL_ROLE_ADMIN : CHANNEL_ROLE_MEMBER);
}

static void *ask(const void *ctx, struct role_question *q, const char *room, const char *person)
{
	const struct matrix_parts *parts = ctx;
	struct arena *arena = arena_new();
	const struct matrix_ask what = {.method = "GET", .path = matrix_path(arena, "/v3/rooms/*/state", room)};
	struct matrix_call *call = matrix_api_call(parts->api, &what, on_state, q);

	(void)person;
	arena_free(arena);
	return call;
}

static void cancel(void *call)
{
	matrix_call_cancel(call);
}

struct roles *matrix_roles_new(const struct matrix_parts *parts)
{
	static const struct roles_ops ops = {.ask = ask, .cancel = cancel};

	return roles_new(&ops, parts);
}
