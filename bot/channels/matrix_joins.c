/* matrix_joins.c - one call a room, and a timer for the next try of any. */
#include "channels/matrix_joins.h"

#include <stdlib.h>
#include <string.h>

#include "channels/channel.h"
#include "channels/matrix.h"
#include "channels/matrix_api.h"
#include "channels/matrix_direct.h"
#include "channels/matrix_parse.h"
#include "channels/matrix_parts.h"
#include "net/loop.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/json_out.h"
#include "util/log.h"
#include "util/mem.h"

enum { MOST_JOINS = 16, MOST_SAVED = 6, MOST_TRIES = 6, MAX_ID = 256, WAIT_FACTOR = 4 };

static const char direct_list[] = "/v3/user/*/account_data/m.direct";

struct join {
	struct matrix_joins *joins;
	char *room, *by;
	bool direct;
	int tries;
	int64_t due_ms; /* by the loop's clock */
	struct matrix_call *call;
};

struct matrix_joins {
	const struct matrix_parts *parts;
	struct matrix_options policy; /* its lists are our own */
	struct join *list[MOST_JOINS];
	size_t n;
	struct timer *timer;
	bool stopped;
};

/* ---- policy ---- */

const char *matrix_server_of(const char *user)
{
	const char *colon = strchr(user, ':');

	return colon ? colon + 1 : "";
}

static bool is_listed(const struct matrix_options *o, const char *room, const char *by)
{
	for (size_t i = 0; i < o->n_from; i++)
		if (!strcmp(o->from[i], room) || !strcmp(o->from[i], by) || !strcmp(o->from[i], matrix_server_of(by)))
			return true;
	return false;
}

bool matrix_invite_ok(const struct matrix_options *o, const char *self, const char *room, const char *by, bool direct)
{
	bool own = *matrix_server_of(self) && !strcmp(matrix_server_of(self), matrix_server_of(by));

	switch (o->invites) {
	case MATRIX_INVITES_ANY:
		return true;
	case MATRIX_INVITES_LISTED:
		return is_listed(o, room, by);
	case MATRIX_INVITES_OWN_SERVER:
		return own;
	case MATRIX_INVITES_DIRECT:
		return own && direct;
	default:
		return false;
	}
}

/* ---- the list ---- */

static void join_end(struct join *join)
{
	struct matrix_joins *j = join->joins;

	for (size_t i = 0; i < j->n; i++)
		if (j->list[i] == join)
			j->list[i] = j->list[--j->n];
	matrix_call_cancel(join->call);
	free(join->room);
	free(join->by);
	free(join);
}

static int64_t now_of(const struct matrix_joins *j)
{
	return loop_now_ms(j->parts->channel->env.loop);
}

static void plan(struct matrix_joins *j)
{
	int64_t now = now_of(j), next = INT64_MAX;

	for (size_t i = 0; i < j->n; i++)
		if (!j->list[i]->call && j->list[i]->due_ms < next)
			next = j->list[i]->due_ms;
	if (next != INT64_MAX && !j->stopped)
		timer_start(j->timer, next > now ? next - now : 0);
}

/* 2, 8, 32 ... seconds; or what the server asks for. */
static void try_later(struct join *join, const struct matrix_answer *a)
{
	int64_t wait = 2 * join->joins->parts->first_wait_ms;

	for (int i = 1; i < join->tries; i++)
		wait *= WAIT_FACTOR;
	join->due_ms = now_of(join->joins) + (a->after_ms > wait ? a->after_ms : wait);
	log_event(join->joins->parts->channel->env.log, LOG_LEVEL_WARN, "room not joined yet",
		LOG_FIELDS(LOG_TEXT("room", join->room), LOG_TEXT("why", a->why), LOG_NUMBER("tries", join->tries)));
	plan(join->joins);
}

/* What fails from here on is left: the list is for show. */
static void on_direct(void *ctx, const struct matrix_answer *a)
{
	struct join *join = ctx;
	const struct matrix_parts *parts = join->joins->parts;
	bool told = a->verdict == MATRIX_DONE || a->verdict == MATRIX_MISSING;
	char *list = told ? matrix_direct_with(a->body, join->by, join->room) : NULL;

	join->call = NULL;
	if (list) {
		struct arena *arena = arena_new();

		matrix_api_tell(parts->api, "PUT", matrix_path(arena, direct_list, parts->self->user), list);
		arena_free(arena);
	}
	free(list);
	join_end(join);
}

static void note_direct(struct join *join)
{
	const struct matrix_parts *parts = join->joins->parts;
	struct arena *arena = arena_new();
	const struct matrix_ask ask = {.method = "GET", .path = matrix_path(arena, direct_list, parts->self->user)};

	join->call = matrix_api_call(parts->api, &ask, on_direct, join);
	arena_free(arena);
}

static void on_joined(void *ctx, const struct matrix_answer *a)
{
	struct join *join = ctx;
	const struct matrix_parts *parts = join->joins->parts;

	join->call = NULL;
	if (a->verdict == MATRIX_DONE) {
		log_event(parts->channel->env.log, LOG_LEVEL_NOTICE, "room joined",
			LOG_FIELDS(LOG_TEXT("room", join->room)));
		if (join->direct)
			note_direct(join);
		else
			join_end(join);
		return;
	}
	if (a->verdict == MATRIX_TOKEN)
		parts->token_gone(parts->ctx, a->soft_logout);
	if (join->tries < MOST_TRIES) {
		try_later(join, a);
		return;
	}
	log_event(parts->channel->env.log, LOG_LEVEL_ERROR, "room not joined",
		LOG_FIELDS(LOG_TEXT("room", join->room), LOG_TEXT("why", a->why)));
	join_end(join);
}

static void submit(struct join *join)
{
	struct arena *arena = arena_new();
	const char *server = matrix_server_of(join->by);
	const struct matrix_ask ask = {.method = "POST", .body = "{}",
		.path = *server ? matrix_path(arena, "/v3/join/*?via=*&server_name=*", join->room, server, server)
				: matrix_path(arena, "/v3/join/*", join->room)};

	join->tries++;
	join->call = matrix_api_call(join->joins->parts->api, &ask, on_joined, join);
	arena_free(arena);
}

static void on_time(void *ctx)
{
	struct matrix_joins *j = ctx;
	int64_t now = now_of(j);

	for (size_t i = 0; i < j->n; i++)
		if (!j->list[i]->call && j->list[i]->due_ms <= now)
			submit(j->list[i]);
	plan(j);
}

static void add(struct matrix_joins *j, const char *room, const char *by, bool direct)
{
	struct join *join;

	for (size_t i = 0; i < j->n; i++)
		if (!strcmp(j->list[i]->room, room)) { /* called again: maybe it works now */
			j->list[i]->tries = 0;
			j->list[i]->due_ms = now_of(j);
			plan(j);
			return;
		}
	if (j->n == MOST_JOINS) {
		log_event(j->parts->channel->env.log, LOG_LEVEL_ERROR, "too many rooms to join at once",
			LOG_FIELDS(LOG_TEXT("room", room)));
		return;
	}
	join = mem_alloc(1, sizeof *join);
	*join = (struct join){.joins = j, .room = mem_strdup(room), .by = mem_strdup(by), .direct = direct,
		.due_ms = now_of(j)};
	j->list[j->n++] = join;
	plan(j);
}

static void decline(struct matrix_joins *j, const char *room, const char *by)
{
	struct arena *arena = arena_new();

	log_event(j->parts->channel->env.log, LOG_LEVEL_NOTICE, "invitation declined",
		LOG_FIELDS(LOG_TEXT("room", room), LOG_TEXT("server", matrix_server_of(by))));
	matrix_api_tell(j->parts->api, "POST", matrix_path(arena, "/v3/rooms/*/leave", room), "{}");
	arena_free(arena);
}

void matrix_joins_invited(struct matrix_joins *j, const char *room, const char *by, bool direct)
{
	if (matrix_invite_ok(&j->policy, j->parts->self->user, room, by, direct))
		add(j, room, by, direct);
	else
		decline(j, room, by);
}

void matrix_joins_follow(struct matrix_joins *j, const char *room, const char *by)
{
	add(j, room, by, false);
}

/* ---- across restarts ---- */

void matrix_joins_save(const struct matrix_joins *j, struct buf *out)
{
	buf_addc(out, '[');
	for (size_t i = 0; i < j->n && i < MOST_SAVED; i++) {
		buf_adds(out, i ? ",{" : "{");
		json_out_text(out, "room", j->list[i]->room);
		json_out_text(out, "by", j->list[i]->by);
		json_out_raw(out, "direct", j->list[i]->direct ? "true" : "false");
		buf_addc(out, '}');
	}
	buf_addc(out, ']');
}

void matrix_joins_load(struct matrix_joins *j, struct json_span list)
{
	char room[MAX_ID], by[MAX_ID];
	struct json_span join, value;
	size_t at = 0;

	while (json_in_element(list, &at, &join))
		if (json_in_member(join, "room", &value) && json_in_word(value, room, sizeof room) &&
			json_in_member(join, "by", &value) && json_in_word(value, by, sizeof by))
			add(j, room, by, json_in_member(join, "direct", &value) && json_in_is(value, "true"));
}

/* ---- life ---- */

struct matrix_joins *matrix_joins_new(const struct matrix_parts *parts, const struct matrix_options *o)
{
	struct matrix_joins *j = mem_alloc(1, sizeof *j);
	const char **from = mem_alloc(o->n_from + 1, sizeof *from);

	*j = (struct matrix_joins){.parts = parts,
		.policy = {.invites = o->invites, .from = from, .n_from = o->n_from}};
	for (size_t i = 0; i < o->n_from; i++)
		from[i] = mem_strdup(o->from[i]);
	j->timer = timer_new(parts->channel->env.loop, on_time, j);
	return j;
}

void matrix_joins_free(struct matrix_joins *j)
{
	if (!j)
		return;
	while (j->n)
		join_end(j->list[0]);
	for (size_t i = 0; i < j->policy.n_from; i++)
		free((char *)j->policy.from[i]);
	free((char **)j->policy.from);
	timer_free(j->timer);
	free(j);
}

void matrix_joins_stop(struct matrix_joins *j)
{
	j->stopped = true;
	timer_stop(j->timer);
	for (size_t i = 0; i < j->n; i++) {
		matrix_call_cancel(j->list[i]->call);
		j->list[i]->call = NULL;
	}
}
