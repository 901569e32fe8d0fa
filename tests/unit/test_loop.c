/* test_loop.c - timers, signals and work on the loop, and an end with nothing left open. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <threads.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/loop.h"

struct seen {
	struct loop *loop;
	struct timer *timer;
	struct loop_signal *signal;
	int count, stop_at;
	int64_t at_ms;
	thrd_t worker;
};

static void count(void *ctx)
{
	struct seen *s = ctx;
	s->at_ms = loop_now_ms(s->loop);
	if (++s->count == s->stop_at)
		loop_stop(s->loop);
}

static int make_loop(void **state)
{
	static struct seen s;
	s = (struct seen){.loop = loop_new(NULL), .stop_at = 1};
	*state = &s;
	return s.loop ? 0 : -1;
}

static int free_loop(void **state)
{
	struct seen *s = *state;
	loop_free(s->loop);
	return 0;
}

static void timer_fires_once_after_its_delay(void **state)
{
	struct seen *s = *state;
	struct timer *t = timer_new(s->loop, count, s);
	int64_t began = loop_now_ms(s->loop);
	timer_start(t, 20);
	loop_run(s->loop);
	assert_int_equal(s->count, 1);
	assert_true(s->at_ms - began >= 20);
	timer_free(t);
	timer_free(NULL);
}

static void timer_started_again_forgets_the_former_time(void **state)
{
	struct seen *s = *state;
	struct timer *never = timer_new(s->loop, count, s), *t = timer_new(s->loop, count, s);
	timer_start(t, 1000000);
	timer_start(t, 0);
	timer_start(never, 0);
	timer_stop(never);
	loop_run(s->loop);
	assert_int_equal(s->count, 1);
	timer_free(t);
	timer_free(never);
}

static void free_and_stop(void *ctx)
{
	struct seen *s = ctx;
	timer_free(s->timer);
	loop_stop(s->loop);
}

static void timer_may_free_itself(void **state)
{
	struct seen *s = *state;
	s->timer = timer_new(s->loop, free_and_stop, s);
	timer_start(s->timer, -5);
	loop_run(s->loop);
}

static void signal_arrives(void **state)
{
	struct seen *s = *state;
	struct loop_signal *sig = loop_signal_new(s->loop, SIGUSR1, count, s);
	assert_int_equal(kill(getpid(), SIGUSR1), 0);
	loop_run(s->loop);
	assert_int_equal(s->count, 1);
	loop_signal_free(sig);
	loop_signal_free(NULL);
}

static void work(void *arg)
{
	struct seen *s = arg;
	s->worker = thrd_current();
}

static void work_runs_elsewhere_and_ends_here(void **state)
{
	struct seen *s = *state;
	s->worker = thrd_current();
	loop_work(s->loop, work, count, s);
	assert_int_equal(s->count, 0);
	loop_run(s->loop);
	assert_int_equal(s->count, 1);
	assert_false(thrd_equal(s->worker, thrd_current()));
}

static void loop_free_waits_for_work(void **state)
{
	(void)state;
	struct seen s = {.loop = loop_new(NULL)};
	for (int i = 0; i < 10; i++)
		loop_work(s.loop, work, count, &s);
	loop_free(s.loop);
	assert_int_equal(s.count, 10);
}

static void count_end(void *arg)
{
	(*(int *)arg)++;
}

static void ends_come_last(void **state)
{
	(void)state;
	int ends = 0;
	struct loop *l = loop_new(NULL);
	loop_at_end(l, count_end, &ends);
	loop_at_end(l, count_end, &ends);
	loop_stop(l);
	loop_run(l); /* stopped before */
	assert_int_equal(ends, 0);
	loop_free(l);
	assert_int_equal(ends, 2);
	loop_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(timer_fires_once_after_its_delay, make_loop, free_loop),
		cmocka_unit_test_setup_teardown(timer_started_again_forgets_the_former_time, make_loop, free_loop),
		cmocka_unit_test_setup_teardown(timer_may_free_itself, make_loop, free_loop),
		cmocka_unit_test_setup_teardown(signal_arrives, make_loop, free_loop),
		cmocka_unit_test_setup_teardown(work_runs_elsewhere_and_ends_here, make_loop, free_loop),
		cmocka_unit_test(loop_free_waits_for_work),
		cmocka_unit_test(ends_come_last),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
