/* life.c - see life.h. */
#include "channels/life.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "channels/channel.h"
#include "channels/sending.h"
#include "channels/vitals.h"
#include "net/backoff.h"
#include "net/loop.h"
#include "util/log.h"
#include "util/mem.h"

enum {
	MOST_WAIT_MS = 60000,
	STOP_MS = 900, /* what is still under way then is given up */
	STOP_LOOK_MS = 10,
	MAX_EVENT = 64,
};

enum life_state { STOPPED, ASKING_WHO, WAITING, READING, STOPPING };

static const char *const names[] = {"stopped", "starting", "waiting", "reading", "stopping"};

struct life {
	struct life_parts parts;
	enum life_state state;
	bool failed, reader_stopped;
	char *cursor; /* to start from */
	struct timer *timer;
	struct backoff backoff;
	int64_t stop_ms;
	void (*stopped)(void *ctx);
	void *stopped_ctx;
};

static const struct channel_env *env_of(const struct life *l)
{
	return &l->parts.channel->env;
}

static void set_state(struct life *l, enum life_state state)
{
	static const bool allowed[][5] = {
		[STOPPED] = {[ASKING_WHO] = true},
		[ASKING_WHO] = {[WAITING] = true, [READING] = true, [STOPPING] = true},
		[WAITING] = {[ASKING_WHO] = true, [STOPPING] = true},
		[READING] = {[STOPPING] = true},
		[STOPPING] = {[STOPPED] = true},
	};

	assert(allowed[l->state][state]);
	log_event(env_of(l)->log, LOG_LEVEL_DEBUG, l->parts.channel->ops->name,
		LOG_FIELDS(LOG_TEXT("from", names[l->state]), LOG_TEXT("to", names[state])));
	l->state = state;
}

static void ask_who(struct life *l)
{
	set_state(l, ASKING_WHO);
	l->parts.ops->ask_who(l->parts.ctx);
}

void life_start(struct life *l, const char *cursor)
{
	free(l->cursor);
	l->cursor = mem_strdup(cursor);
	l->failed = false;
	ask_who(l);
}

void life_read_on(struct life *l)
{
	set_state(l, READING);
	vitals_well(l->parts.vitals);
	l->parts.ops->read(l->parts.ctx, l->cursor);
}

void life_ask_later(struct life *l, const char *why, int64_t after_ms)
{
	int64_t wait = backoff_next(&l->backoff);
	char event[MAX_EVENT];

	if (after_ms > 0)
		wait = after_ms;
	vitals_failed(l->parts.vitals, why);
	snprintf(event, sizeof event, "%s does not answer", l->parts.channel->ops->name);
	log_event(env_of(l)->log, LOG_LEVEL_WARN, event,
		LOG_FIELDS(LOG_TEXT("why", why), LOG_NUMBER("wait_ms", wait)));
	set_state(l, WAITING);
	timer_start(l->timer, wait);
}

void life_fail(struct life *l, const char *why)
{
	const struct channel_sink *sink = &env_of(l)->sink;

	if (l->failed || l->state == STOPPING || l->state == STOPPED)
		return;
	l->failed = true;
	vitals_ended(l->parts.vitals, why);
	sink->fatal(sink->ctx, l->parts.channel, l->parts.vitals->why);
}

/* ---- the end ---- */

static void look_whether_stopped(struct life *l)
{
	struct sendings *sendings = l->parts.sendings;
	bool late = loop_now_ms(env_of(l)->loop) - l->stop_ms >= STOP_MS;

	if (!late && (!l->reader_stopped || sendings->under_way.n)) {
		timer_start(l->timer, STOP_LOOK_MS);
		return;
	}
	sendings_stop(sendings);
	set_state(l, STOPPED);
	l->stopped(l->stopped_ctx);
}

static void on_reader_stopped(void *ctx)
{
	struct life *l = ctx;

	l->reader_stopped = true;
}

void life_stop(struct life *l, void (*stopped)(void *ctx), void *ctx)
{
	l->stopped = stopped;
	l->stopped_ctx = ctx;
	if (l->state == STOPPED) {
		stopped(ctx);
		return;
	}
	set_state(l, STOPPING);
	l->stop_ms = loop_now_ms(env_of(l)->loop);
	l->reader_stopped = false;
	l->parts.ops->stop(l->parts.ctx, on_reader_stopped, l);
	timer_start(l->timer, 0);
}

static void on_time(void *ctx)
{
	struct life *l = ctx;

	if (l->state == STOPPING)
		look_whether_stopped(l);
	else
		ask_who(l);
}

struct life *life_new(const struct life_parts *parts)
{
	struct life *l = mem_alloc(1, sizeof *l);

	l->parts = *parts;
	l->timer = timer_new(env_of(l)->loop, on_time, l);
	backoff_init(&l->backoff, parts->first_wait_ms, MOST_WAIT_MS, parts->seed);
	return l;
}

void life_free(struct life *l)
{
	if (!l)
		return;
	timer_free(l->timer);
	free(l->cursor);
	free(l);
}

bool life_failed(const struct life *l)
{
	return l->failed;
}

const char *life_state(const struct life *l, const char *reader)
{
	if (l->failed)
		return "failed";
	return l->state == READING ? reader : names[l->state];
}
