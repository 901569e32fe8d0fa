/* telegram_poll.c - Bot API 10.2, getUpdates.
 *
 *     STOPPED -- start --> ASKING -- updates --> SAVING -- saved --> ASKING
 *     ASKING  -- no answer, garbage, 429, 5xx, another poller --> WAITING -- time --> ASKING
 *     SAVING  -- not saved --> WAITING: the same updates come again
 *     ASKING  -- a webhook is set --> UNHOOKING -- taken away --> ASKING
 *     stop: from ASKING, WAITING, UNHOOKING at once, from SAVING when saved --> CONFIRMING --> STOPPED
 *
 * Ids of updates are random after a week of silence, and may be lower: nothing is taken for old because of its id, and
 * the next id to ask for follows from the latest batch alone. */
#include "channels/telegram_poll.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channels/channel.h"
#include "channels/life.h"
#include "channels/telegram_api.h"
#include "channels/telegram_inbox.h"
#include "channels/telegram_parts.h"
#include "channels/vitals.h"
#include "net/backoff.h"
#include "net/loop.h"
#include "util/arena.h"
#include "util/log.h"
#include "util/mem.h"

enum {
	MOST_UPDATES = 100, /* that Telegram gives at once */
	MARGIN_WAITS = 10, /* first waits, so 10 s: after them a poll is dead and not only slow */
	MOST_WAIT_MS = 60000,
	MOST_CONFLICTS = 6, /* our own former poll may still be open after a restart; more is another program */
	CONFLICT_FORGOTTEN_MS = 120000,
	MOST_HOOKS = 3, /* that are taken away before somebody is believed to want them */
	QUICK_MS = 1000, /* an empty answer before that is no long poll: a server that doesn't hold them */
	CONFIRM_TIMEOUT_MS = 900,
};

enum poll_state { STOPPED, ASKING, SAVING, WAITING, UNHOOKING, CONFIRMING };

static const char *const names[] = {"stopped", "polling", "saving", "waiting", "polling", "stopping"};

/* What waits for being saved; it outlives the poll, as the answer may come when that is gone. */
struct saving {
	struct telegram_poll *poll; /* NULL: gone */
};

struct telegram_poll {
	const struct telegram_parts *parts;
	enum poll_state state;
	int timeout_s;
	int64_t next; /* the update to ask for, 0 for the oldest */
	int64_t then; /* what `next` becomes when what came in is saved */
	bool unconfirmed; /* something was saved and not yet asked past */
	struct telegram_call *call;
	struct saving *saving;
	struct timer *timer;
	struct arena *arena; /* of the batch at work */
	struct backoff backoff, conflict_backoff;
	int64_t asked_ms, conflict_ms;
	int conflicts, hooks;
	bool stopping;
	void (*stopped)(void *ctx);
	void *stopped_ctx;
};

static void set_state(struct telegram_poll *p, enum poll_state state)
{
	static const bool allowed[][6] = {
		[STOPPED] = {[ASKING] = true, [CONFIRMING] = true},
		[ASKING] = {[STOPPED] = true, [ASKING] = true, [SAVING] = true, [WAITING] = true, [UNHOOKING] = true,
			[CONFIRMING] = true},
		[SAVING] = {[STOPPED] = true, [ASKING] = true, [WAITING] = true, [CONFIRMING] = true},
		[WAITING] = {[STOPPED] = true, [ASKING] = true, [CONFIRMING] = true},
		[UNHOOKING] = {[STOPPED] = true, [ASKING] = true, [WAITING] = true, [CONFIRMING] = true},
		[CONFIRMING] = {[STOPPED] = true},
	};
	assert(allowed[p->state][state]);
	log_event(p->parts->channel->env.log, LOG_LEVEL_DEBUG, "telegram poll",
		LOG_FIELDS(LOG_TEXT("from", names[p->state]), LOG_TEXT("to", names[state])));
	p->state = state;
}

static void ask(struct telegram_poll *p);

static void wait_for(struct telegram_poll *p, int64_t ms)
{
	set_state(p, WAITING);
	timer_start(p->timer, ms);
}

static void on_time(void *ctx)
{
	ask(ctx);
}

/* ---- stopping ---- */

static void end(struct telegram_poll *p)
{
	void (*stopped)(void *ctx) = p->stopped;

	set_state(p, STOPPED);
	p->stopping = false;
	p->stopped = NULL;
	if (stopped)
		stopped(p->stopped_ctx);
}

static void on_confirmed(void *ctx, const struct telegram_answer *a)
{
	struct telegram_poll *p = ctx;

	(void)a; /* when it failed the updates come again, and were seen before */
	p->call = NULL;
	end(p);
}

static void submit(struct telegram_poll *p, int limit, int timeout_s, int deadline_ms, telegram_done done)
{
	char body[256], offset[40] = "";

	if (p->next)
		snprintf(offset, sizeof offset, "\"offset\":%lld,", (long long)p->next);
	int len = snprintf(body, sizeof body, "{%s\"limit\":%d,\"timeout\":%d,\"allowed_updates\":%s}", offset, limit,
		timeout_s, TELEGRAM_ALLOWED_UPDATES);
	assert(len > 0 && (size_t)len < sizeof body);
	const struct telegram_ask what = {
		.method = "getUpdates", .body = body, .len = (size_t)len, .timeout_ms = deadline_ms};
	p->call = telegram_api_call(p->parts->api, &what, done, p);
}

static void confirm_and_end(struct telegram_poll *p)
{
	if (!p->unconfirmed) {
		end(p);
		return;
	}
	set_state(p, CONFIRMING);
	submit(p, 1, 0, CONFIRM_TIMEOUT_MS, on_confirmed);
}

void telegram_poll_stop(struct telegram_poll *p, void (*stopped)(void *ctx), void *ctx)
{
	p->stopped = stopped;
	p->stopped_ctx = ctx;
	p->stopping = true;
	if (p->state == SAVING || p->state == CONFIRMING)
		return;
	telegram_call_cancel(p->call);
	p->call = NULL;
	timer_stop(p->timer);
	if (p->state == STOPPED) {
		p->stopping = false;
		stopped(ctx);
		return;
	}
	confirm_and_end(p);
}

/* ---- what went wrong ---- */

/* Not before what came in is saved: with a full disk the waits must grow although Telegram answers. */
static void all_is_well(struct telegram_poll *p)
{
	vitals_well(p->parts->vitals);
	backoff_reset(&p->backoff);
}

static void note_failure(struct telegram_poll *p, const char *why, int64_t wait_ms)
{
	vitals_failed(p->parts->vitals, why);
	log_event(p->parts->channel->env.log, LOG_LEVEL_WARN, "telegram poll failed",
		LOG_FIELDS(LOG_TEXT("why", why), LOG_NUMBER("failures", p->parts->vitals->failures), LOG_NUMBER("wait_ms", wait_ms)));
}

static void try_later(struct telegram_poll *p, const char *why, int64_t after_ms)
{
	int64_t wait = backoff_next(&p->backoff);

	if (after_ms > 0)
		wait = after_ms;
	note_failure(p, why, wait);
	wait_for(p, wait);
}

static void give_up(struct telegram_poll *p, const char *why)
{
	set_state(p, STOPPED);
	life_fail(p->parts->life, why);
}

static void on_conflict(struct telegram_poll *p, const char *why)
{
	int64_t now = loop_now_ms(p->parts->channel->env.loop);

	if (now - p->conflict_ms > CONFLICT_FORGOTTEN_MS)
		p->conflicts = 0;
	p->conflict_ms = now;
	if (++p->conflicts >= MOST_CONFLICTS) {
		give_up(p, "another program polls with the same token");
		return;
	}
	int64_t wait = backoff_next(&p->conflict_backoff);
	note_failure(p, why, wait);
	wait_for(p, wait);
}

static void on_unhooked(void *ctx, const struct telegram_answer *a)
{
	struct telegram_poll *p = ctx;

	p->call = NULL;
	if (a->verdict == TELEGRAM_FATAL)
		give_up(p, a->why);
	else if (a->verdict != TELEGRAM_DONE_WELL)
		try_later(p, a->why, a->after_ms);
	else
		ask(p);
}

/* A webhook that is left over from another time. What waits there is kept. */
static void unhook(struct telegram_poll *p)
{
	static const char body[] = "{\"drop_pending_updates\":false}";
	const struct telegram_ask what = {.method = "deleteWebhook", .body = body, .len = sizeof body - 1};

	if (++p->hooks > MOST_HOOKS) {
		give_up(p, "a webhook is set again and again by somebody else");
		return;
	}
	log_event(p->parts->channel->env.log, LOG_LEVEL_WARN, "a webhook was set and is taken away", NULL);
	set_state(p, UNHOOKING);
	p->call = telegram_api_call(p->parts->api, &what, on_unhooked, p);
}

/* ---- updates ---- */

static void on_saved(void *ctx, bool saved)
{
	struct saving *saving = ctx;
	struct telegram_poll *p = saving->poll;

	free(saving);
	if (!p)
		return;
	p->saving = NULL;
	if (saved) {
		p->next = p->then;
		p->unconfirmed = true;
		all_is_well(p);
	}
	if (p->stopping)
		confirm_and_end(p);
	else if (saved)
		ask(p);
	else
		try_later(p, "updates could not be saved", -1);
}

static void take(struct telegram_poll *p, struct json_span updates)
{
	const struct channel_sink *sink = &p->parts->channel->env.sink;
	struct incoming *list = arena_alloc(p->arena, MOST_UPDATES, sizeof *list);
	struct json_span one;
	struct telegram_update u;
	size_t n = 0, at = 0, read = 0;
	char cursor[32];

	p->then = p->next;
	while (read < MOST_UPDATES && json_in_element(updates, &at, &one)) {
		telegram_inbox_read(p->parts->inbox, one, p->arena, &u);
		/* One without a readable id is passed by too: ids grow by one. */
		p->then = u.id >= 0 ? u.id + 1 : p->then + (p->then > 0);
		if (u.in.kind != INCOMING_NOTHING)
			list[n++] = u.in;
		read++;
	}
	if (!n && p->then == p->next) {
		arena_reset(p->arena);
		try_later(p, "updates without an id", -1); /* asking at once would bring the same */
		return;
	}
	snprintf(cursor, sizeof cursor, "%lld", (long long)p->then);
	set_state(p, SAVING);
	p->saving = mem_alloc(1, sizeof *p->saving);
	p->saving->poll = p;
	sink->take(sink->ctx, p->parts->channel, list, n, cursor, on_saved, p->saving);
	arena_reset(p->arena);
}

static void on_updates(struct telegram_poll *p, struct json_span updates)
{
	const struct channel_env *env = &p->parts->channel->env;
	struct json_span one;
	size_t at = 0;

	p->parts->vitals->last_ms = env->now_ms();
	p->unconfirmed = false;
	p->hooks = 0;
	if (json_in_element(updates, &at, &one)) {
		take(p, updates);
		return;
	}
	all_is_well(p);
	if (loop_now_ms(env->loop) - p->asked_ms < QUICK_MS)
		wait_for(p, QUICK_MS / 2);
	else
		ask(p);
}

static bool is_list(struct json_span s)
{
	return s.len >= 2 && s.at[0] == '[' && s.at[s.len - 1] == ']';
}

static void on_answer(void *ctx, const struct telegram_answer *a)
{
	struct telegram_poll *p = ctx;

	p->call = NULL;
	switch (a->verdict) {
	case TELEGRAM_DONE_WELL:
		if (is_list(a->result))
			on_updates(p, a->result);
		else
			try_later(p, "half an answer", -1);
		break;
	case TELEGRAM_OTHER_POLLER:
		on_conflict(p, a->why);
		break;
	case TELEGRAM_HOOKED:
		unhook(p);
		break;
	case TELEGRAM_FATAL:
		give_up(p, a->why);
		break;
	default:
		try_later(p, a->why, a->after_ms);
	}
}

static void ask(struct telegram_poll *p)
{
	set_state(p, ASKING);
	p->asked_ms = loop_now_ms(p->parts->channel->env.loop);
	int margin_ms = (int)(MARGIN_WAITS * p->parts->first_wait_ms);
	submit(p, MOST_UPDATES, p->timeout_s, p->timeout_s * 1000 + margin_ms, on_answer);
}

/* ---- life ---- */

struct telegram_poll *telegram_poll_new(const struct telegram_parts *parts, int timeout_s)
{
	struct telegram_poll *p = mem_alloc(1, sizeof *p);

	*p = (struct telegram_poll){.parts = parts, .timeout_s = timeout_s, .arena = arena_new()};
	p->timer = timer_new(parts->channel->env.loop, on_time, p);
	backoff_init(&p->backoff, parts->first_wait_ms, MOST_WAIT_MS, parts->seed);
	backoff_init(&p->conflict_backoff, 2 * parts->first_wait_ms, 8 * parts->first_wait_ms, parts->seed + 1);
	return p;
}

void telegram_poll_free(struct telegram_poll *p)
{
	if (!p)
		return;
	if (p->saving)
		p->saving->poll = NULL;
	telegram_call_cancel(p->call);
	timer_free(p->timer);
	arena_free(p->arena);
	free(p);
}

void telegram_poll_start(struct telegram_poll *p, const char *cursor)
{
	char *end_of_number;

	assert(p->state == STOPPED);
	p->next = strtoll(cursor, &end_of_number, 10);
	if (*end_of_number || p->next < 0)
		p->next = 0; /* a negative offset would throw updates away */
	ask(p);
}

const char *telegram_poll_state(const struct telegram_poll *p)
{
	return names[p->state];
}
