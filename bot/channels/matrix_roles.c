/* matrix_roles.c - questions under way are a list. */
#include "channels/matrix_roles.h"

#include <stdlib.h>

#include "channels/matrix_api.h"
#include "channels/matrix_parts.h"
#include "channels/matrix_power.h"
#include "util/arena.h"
#include "util/links.h"
#include "util/mem.h"

enum { MOST_AT_ONCE = 16 };

struct question {
	struct link link;
	struct matrix_roles *roles;
	char *person;
	struct matrix_call *call;
	channel_role_cb told;
	void *ctx;
};

struct matrix_roles {
	const struct matrix_parts *parts;
	struct links questions;
};

static void finish(struct question *q, enum channel_role role)
{
	channel_role_cb told = q->told;
	void *ctx = q->ctx;

	matrix_call_cancel(q->call);
	links_remove(&q->link);
	free(q->person);
	free(q);
	told(ctx, role);
}

static void on_state(void *ctx, const struct matrix_answer *a)
{
	struct question *q = ctx;
	const struct matrix_parts *parts = q->roles->parts;

	q->call = NULL;
	if (a->verdict == MATRIX_TOKEN)
		parts->token_gone(parts->ctx, a->soft_logout);
	if (a->verdict != MATRIX_DONE)
		finish(q, CHANNEL_ROLE_UNKNOWN);
	else
		finish(q, matrix_may_set(a->body, q->person) ? CHANNEL_ROLE_ADMIN : CHANNEL_ROLE_MEMBER);
}

void matrix_roles_ask(struct matrix_roles *r, const char *room, const char *person, channel_role_cb told,
	void *ctx)
{
	struct question *q;
	struct arena *arena;

	if (r->questions.n == MOST_AT_ONCE) {
		told(ctx, CHANNEL_ROLE_UNKNOWN);
		return;
	}
	q = mem_alloc(1, sizeof *q);
	*q = (struct question){.roles = r, .person = mem_strdup(person), .told = told, .ctx = ctx};
	links_add(&r->questions, &q->link);
	arena = arena_new();
	q->call = matrix_api_call(r->parts->api,
		&(struct matrix_ask){.method = "GET", .path = matrix_path(arena, "/v3/rooms/*/state", room)}, on_state, q);
	arena_free(arena);
}

struct matrix_roles *matrix_roles_new(const struct matrix_parts *parts)
{
	struct matrix_roles *r = mem_alloc(1, sizeof *r);

	r->parts = parts;
	links_init(&r->questions);
	return r;
}

static void give_up(struct link *question)
{
	finish((struct question *)question, CHANNEL_ROLE_UNKNOWN);
}

void matrix_roles_stop(struct matrix_roles *r)
{
	links_drain(&r->questions, give_up); /* one that asks anew is not for us to tell */
}

void matrix_roles_free(struct matrix_roles *r)
{
	if (!r)
		return;
	matrix_roles_stop(r);
	free(r);
}
