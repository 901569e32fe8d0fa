/* test_listener.c - connections are taken, kept waiting, and survive a lack of descriptors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "net/listener.h"
#include "net_fixture.h"
#include "util/err.h"

enum { MOST = 100 };

struct world {
	struct loop *loop;
	struct listener *listener;
	struct timer *timer;
	int taken[MOST], n, stop_at, pause_at;
};

static void on_accepted(void *ctx, int fd)
{
	struct world *w = ctx;
	assert_true(w->n < MOST);
	w->taken[w->n++] = fd;
	if (w->n == w->pause_at)
		listener_pause(w->listener);
	if (w->n == w->stop_at)
		loop_stop(w->loop);
}

static void on_timer(void *ctx)
{
	struct world *w = ctx;
	loop_stop(w->loop);
}

static int make_world(void **state)
{
	static struct world w;
	w = (struct world){.loop = loop_new(NULL)};
	w.listener = listener_new(w.loop, "127.0.0.1", 0, on_accepted, &w, NULL);
	w.timer = timer_new(w.loop, on_timer, &w);
	*state = &w;
	return w.listener ? 0 : -1;
}

static int free_world(void **state)
{
	struct world *w = *state;
	for (int i = 0; i < w->n; i++)
		(void)close(w->taken[i]);
	listener_free(w->listener);
	timer_free(w->timer);
	loop_free(w->loop);
	return 0;
}

static void connect_all(struct world *w, int *fds, int n)
{
	for (int i = 0; i < n; i++)
		fds[i] = raw_connect(listener_port(w->listener)); /* the kernel answers */
}

static void close_all(const int *fds, int n)
{
	for (int i = 0; i < n; i++)
		(void)close(fds[i]);
}

static void takes_all(void **state)
{
	struct world *w = *state;
	int fds[MOST];
	connect_all(w, fds, MOST);
	w->stop_at = MOST;
	loop_run(w->loop);
	assert_int_equal(w->n, MOST);
	close_all(fds, MOST);
}

static void pauses(void **state)
{
	struct world *w = *state;
	int fds[5];
	connect_all(w, fds, 5);
	w->pause_at = w->stop_at = 2;
	loop_run(w->loop);
	timer_start(w->timer, 20);
	loop_run(w->loop);
	assert_int_equal(w->n, 2);
	w->pause_at = 0;
	w->stop_at = 5;
	listener_resume(w->listener);
	listener_resume(w->listener);
	loop_run(w->loop);
	assert_int_equal(w->n, 5);
	close_all(fds, 5);
}

static void out_of_descriptors(void **state)
{
	struct world *w = *state;
	int fds[3], more[3];
	struct rlimit before, none;
	connect_all(w, fds, 3);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = before;
	none.rlim_cur = (rlim_t)fds[2] + 1; /* all below are taken */
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	timer_start(w->timer, 20);
	loop_run(w->loop);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_int_equal(w->n, 0);
	connect_all(w, more, 3); /* under valgrind the one that was refused is lost */
	w->stop_at = 3;
	loop_run(w->loop); /* it tries again by itself */
	assert_in_range(w->n, 3, 6);
	close_all(fds, 3);
	close_all(more, 3);
}

static void addresses(void **state)
{
	struct world *w = *state;
	struct err err = {{0}};
	struct listener *name = listener_new(w->loop, "localhost", 0, on_accepted, w, &err);
	assert_non_null(name);
	assert_true(listener_port(name) > 0 && listener_port(name) != listener_port(w->listener));
	listener_free(name);
	assert_null(listener_new(w->loop, "127.0.0.1", listener_port(w->listener), on_accepted, w, &err));
	assert_non_null(strstr(err.text, "Address already in use"));
	assert_null(listener_new(w->loop, "203.0.113.1", 0, on_accepted, w, &err)); /* nobody's: RFC 5737 */
	assert_non_null(strstr(err.text, "Cannot assign requested address"));
	assert_null(listener_new(w->loop, "127.0.0.1", 70000, on_accepted, w, &err));
	assert_string_equal(err.text, "there is no port 70000");
	listener_free(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_world, free_world)

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(takes_all), TEST(pauses), TEST(out_of_descriptors), TEST(addresses)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
