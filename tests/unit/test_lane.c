/* test_lane.c - a lane that is told to end while the store has not said yet where to go on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "channels/channel.h"
#include "daemon/config.h"
#include "daemon/lane.h"
#include "net/loop.h"
#include "store/store.h"
#include "store/store_memory.h"
#include "util/err.h"
#include "util/log.h"
#include "util/mem.h"

/* A disk that does not answer: its work waits until the test lets go of it. */
static struct {
	void (*done)(void *arg);
	void *arg;
} held;

static void hold(void *ctx, void (*work)(void *arg), void (*done)(void *arg), void *arg)
{
	(void)ctx;
	(void)work;
	held.done = done;
	held.arg = arg;
}

static int started, ended, freed;

static void note_start(struct channel *c, const char *cursor)
{
	(void)c;
	(void)cursor;
	started++;
}

static void stop_at_once(struct channel *c, void (*stopped)(void *ctx), void *ctx)
{
	(void)c;
	stopped(ctx);
}

static void note_free(struct channel *c)
{
	freed++;
	free(c);
}

static const struct channel_ops ops = {.name = "fake", .start = note_start, .stop = stop_at_once, .free = note_free};

static void note_end(void *ctx)
{
	(void)ctx;
	ended++;
}

static int64_t now(void)
{
	return 1700000000000;
}

static void ending_before_the_beginning(void **state)
{
	static const struct config config = {.state_dir = "/nowhere"};
	static const struct talk_data data;
	static const struct log quiet;
	struct err err;
	struct loop *loop = loop_new(&err);
	struct store *store = store_memory_open(&(struct store_runner){.run = hold});
	struct channel *channel = mem_alloc(1, sizeof *channel);
	(void)state;
	assert_non_null(loop);
	channel->ops = &ops;
	struct lane *lane = lane_new(&(struct lane_parts){.loop = loop, .store = store, .log = &quiet,
		.config = &config, .data = &data, .now_ms = now});
	lane_set_channel(lane, channel);
	lane_start(lane);
	assert_non_null(held.done);
	lane_stop(lane, note_end, NULL);
	assert_int_equal(ended, 1);
	lane_close(lane);
	assert_int_equal(freed, 1);
	store_close(store); /* tells it now, when the channel is gone */
	assert_int_equal(started, 0);
	held.done(held.arg);
	lane_free(lane);
	loop_free(loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ending_before_the_beginning),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
