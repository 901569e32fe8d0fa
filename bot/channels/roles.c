/* roles.c - see roles.h. */
#include "channels/roles.h"

#include <stdlib.h>

#include "util/mem.h"

enum { MOST_AT_ONCE = 16 };

struct roles {
	const struct roles_ops *ops;
	const void *parts;
	struct links questions;
};

struct roles *roles_new(const struct roles_ops *ops, const void *parts)
{
	struct roles *r = mem_alloc(1, sizeof *r);

	*r = (struct roles){.ops = ops, .parts = parts};
	links_init(&r->questions);
	return r;
}

void roles_free(struct roles *r)
{
	if (!r)
		return;
	roles_stop(r);
	free(r);
}

void role_told(struct role_question *q, enum channel_role role)
{
	channel_role_cb told = q->told;
	void *ctx = q->ctx;

	links_remove(&q->link);
	free(q->person);
	free(q);
	told(ctx, role);
}

void roles_ask(struct roles *r, const char *room, const char *person, channel_role_cb told, void *ctx)
{
	struct role_question *q;

	if (r->questions.n == MOST_AT_ONCE) {
		told(ctx, CHANNEL_ROLE_UNKNOWN);
		return;
	}
	q = mem_alloc(1, sizeof *q);
	*q = (struct role_question){
		.roles = r, .parts = r->parts, .person = mem_strdup(person), .told = told, .ctx = ctx};
	links_add(&r->questions, &q->link);
	q->call = r->ops->ask(r->parts, q, room, person);
	if (!q->call)
		role_told(q, CHANNEL_ROLE_UNKNOWN);
}

static void give_up(struct link *link)
{
	struct role_question *q = (struct role_question *)link;

	q->roles->ops->cancel(q->call);
	role_told(q, CHANNEL_ROLE_UNKNOWN);
}

void roles_stop(struct roles *r)
{
	links_drain(&r->questions, give_up); /* one that asks anew is not for us to tell */
}
