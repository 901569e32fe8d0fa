/* loop.c - libuv behind loop.h. */
#include "net/loop.h"

#include <assert.h>
#include <malloc.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>

#include <uv.h>

#include "util/err.h"
#include "util/mem.h"

/* libuv starts all threads of its pool with the first work. The store is one job at a time; a second thread lets a
 * reload pass it. */
#define POOL_THREADS "2"

struct ending {
	void (*end)(void *arg);
	void *arg;
	struct ending *next;
};

struct loop {
	uv_loop_t uv;
	uv_timer_t stay; /* uv_run would return when nothing else is there */
	struct ending *endings;
	bool stopped;
};

struct timer {
	uv_timer_t uv;
	void (*fire)(void *ctx);
	void *ctx;
};

struct loop_signal {
	uv_signal_t uv;
	void (*got)(void *ctx);
	void *ctx;
};

struct work {
	uv_work_t uv;
	void (*work)(void *arg);
	void (*done)(void *arg);
	void *arg;
};

/* libuv can refuse only what is wrong with the call. */
static void must(int result)
{
	assert(result == 0);
	(void)result;
}

static void on_stay(uv_timer_t *t)
{
	(void)t;
}

struct loop *loop_new(struct err *err)
{
	static const uint64_t day_ms = 24 * 60 * 60 * 1000;
	struct loop *l = mem_alloc(1, sizeof *l);
	(void)setenv("UV_THREADPOOL_SIZE", POOL_THREADS, 0); /* an operator's own wish stays */
#ifdef M_ARENA_MAX
	(void)mallopt(M_ARENA_MAX, 1); /* nearly all is done by one thread: a heap for each would lie there unused */
#endif
	(void)signal(SIGPIPE, SIG_IGN); /* writing to who is gone is an error like others; OpenSSL can't say so itself */
	int failed = uv_loop_init(&l->uv);
	if (failed) {
		err_set(err, "cannot make an event loop: %s", uv_strerror(failed));
		free(l);
		return NULL;
	}
	must(uv_timer_init(&l->uv, &l->stay));
	must(uv_timer_start(&l->stay, on_stay, day_ms, day_ms));
	return l;
}

void loop_run(struct loop *l)
{
	while (!l->stopped)
		(void)uv_run(&l->uv, UV_RUN_DEFAULT); /* whether handles are left is no news */
	l->stopped = false;
}

void loop_stop(struct loop *l)
{
	l->stopped = true;
	uv_stop(&l->uv);
}

void loop_free(struct loop *l)
{
	if (!l)
		return;
	uv_close((uv_handle_t *)&l->stay, NULL);
	while (uv_run(&l->uv, UV_RUN_DEFAULT) != 0) /* once more after a loop_stop */
		;
	while (l->endings) {
		struct ending *e = l->endings;
		l->endings = e->next;
		e->end(e->arg);
		free(e);
	}
	(void)uv_run(&l->uv, UV_RUN_DEFAULT);
	must(uv_loop_close(&l->uv));
	free(l);
}

void *loop_uv(struct loop *l)
{
	return &l->uv;
}

void loop_at_end(struct loop *l, void (*end)(void *arg), void *arg)
{
	struct ending *e = mem_alloc(1, sizeof *e);
	*e = (struct ending){.end = end, .arg = arg, .next = l->endings};
	l->endings = e;
}

int64_t loop_clock_ms(void)
{
	return (int64_t)(uv_hrtime() / 1000000);
}

int64_t loop_now_ms(const struct loop *l)
{
	return (int64_t)uv_now(&l->uv);
}

static void on_work(uv_work_t *uv)
{
	struct work *w = uv->data;
	w->work(w->arg);
}

static void on_worked(uv_work_t *uv, int status)
{
	struct work *w = uv->data;
	(void)status; /* only uv_cancel makes it anything but 0 */
	void (*done)(void *arg) = w->done;
	void *arg = w->arg;
	free(w);
	done(arg);
}

void loop_work(void *loop, void (*work)(void *arg), void (*done)(void *arg), void *arg)
{
	struct loop *l = loop;
	struct work *w = mem_alloc(1, sizeof *w);
	*w = (struct work){.uv.data = w, .work = work, .done = done, .arg = arg};
	must(uv_queue_work(&l->uv, &w->uv, on_work, on_worked));
}

static void on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

static void on_timer(uv_timer_t *uv)
{
	struct timer *t = uv->data;
	t->fire(t->ctx);
}

struct timer *timer_new(struct loop *l, void (*fire)(void *ctx), void *ctx)
{
	struct timer *t = mem_alloc(1, sizeof *t);
	t->fire = fire;
	t->ctx = ctx;
	must(uv_timer_init(&l->uv, &t->uv));
	t->uv.data = t;
	return t;
}

void timer_start(struct timer *t, int64_t delay_ms)
{
	uv_update_time(t->uv.loop); /* a long turn would otherwise shorten the wait */
	must(uv_timer_start(&t->uv, on_timer, delay_ms > 0 ? (uint64_t)delay_ms : 0, 0));
}

void timer_stop(struct timer *t)
{
	must(uv_timer_stop(&t->uv));
}

void timer_free(struct timer *t)
{
	if (t)
		uv_close((uv_handle_t *)&t->uv, on_closed);
}

static void on_signal(uv_signal_t *uv, int number)
{
	struct loop_signal *s = uv->data;
	(void)number;
	s->got(s->ctx);
}

struct loop_signal *loop_signal_new(struct loop *l, int number, void (*got)(void *ctx), void *ctx)
{
	struct loop_signal *s = mem_alloc(1, sizeof *s);
	s->got = got;
	s->ctx = ctx;
	must(uv_signal_init(&l->uv, &s->uv));
	s->uv.data = s;
	must(uv_signal_start(&s->uv, on_signal, number));
	return s;
}

void loop_signal_free(struct loop_signal *s)
{
	if (s)
		uv_close((uv_handle_t *)&s->uv, on_closed);
}
