/* test_queue.c - calls become turns: which go together, in what order they come back, what closing does to them. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/home.h"
#include "store/store_memory.h"
#include "util/mem.h"

/* A home that writes down what it is asked: "c3" for three commits together, a letter for a question. */
struct diary {
	struct store_home home;
	char *log; /* of the test, as the home is freed */
};

static void log_add(struct diary *d, const char *what)
{
	strcat(d->log, what);
}

static int ask_cursor(struct store_home *h, const struct store_ask *ask, struct store_answer *got)
{
	(void)ask;
	log_add((struct diary *)h, "q ");
	got->text = "";
	return 0;
}

static int ask_verify(struct store_home *h, const struct store_ask *ask, struct store_answer *got)
{
	(void)ask;
	log_add((struct diary *)h, "v ");
	return err_set(&got->err, "is broken");
}

static void commit_all(struct store_home *h, struct store_batch *const *batches, struct store_answer *const *got, size_t n)
{
	char text[16];

	(void)batches;
	(void)snprintf(text, sizeof text, "c%zu ", n);
	log_add((struct diary *)h, text);
	for (size_t i = 0; i < n; i++)
		got[i]->failed = false;
}

static void close_diary(struct store_home *h)
{
	log_add((struct diary *)h, "closed");
	free(h);
}

static const struct store_home_ops diary_ops = {
	.ask = {[ASK_CURSOR] = ask_cursor, [ASK_VERIFY] = ask_verify}, .commit = commit_all, .close = close_diary};

/* Work is kept until somebody pumps. */
struct pump {
	void (*work)(void *arg), (*done)(void *arg);
	void *arg;
	int turns;
};

static void pump_run(void *ctx, void (*work)(void *arg), void (*done)(void *arg), void *arg)
{
	struct pump *p = ctx;

	assert_null(p->work); /* one at a time */
	p->work = work;
	p->done = done;
	p->arg = arg;
	p->turns++;
}

static void pump_once(struct pump *p)
{
	struct pump job = *p;

	p->work = NULL;
	job.work(job.arg);
	job.done(job.arg);
}

struct test {
	struct store *s;
	struct pump pump;
	char log[4096], told[4096];
};

static struct test *test_new(const struct store_runner *runner)
{
	struct test *t = mem_alloc(1, sizeof *t);
	struct diary *d = mem_alloc(1, sizeof *d);
	struct store_runner pump = {&t->pump, pump_run};

	d->home.ops = &diary_ops;
	d->log = t->log;
	t->s = store_new(&d->home, runner ? runner : &pump);
	return t;
}

static void told(struct test *t, const char *what, const struct err *err)
{
	strcat(t->told, what);
	strcat(t->told, err ? "! " : " ");
}

static void on_text(void *ctx, const struct err *err, const char *text)
{
	(void)text;
	told(ctx, "q", err);
}

static void on_committed(void *ctx, const struct store_committed *c)
{
	told(ctx, "c", c->err);
}

static void commit(struct test *t)
{
	struct store_batch *b = store_batch_new();

	store_batch_cursor(b, "telegram", "1");
	store_commit(t->s, b, on_committed, t);
}

static void commits_that_wait_go_together(void **state)
{
	struct test *t = test_new(NULL);

	(void)state;
	for (int i = 0; i < 5; i++)
		commit(t);
	assert_string_equal(t->told, "");
	pump_once(&t->pump);
	assert_string_equal(t->told, "c ");
	pump_once(&t->pump);
	assert_string_equal(t->told, "c c c c c ");
	assert_string_equal(t->log, "c1 c4 ");
	assert_null(t->pump.work);
	store_close(t->s);
	store_close(NULL);
	assert_string_equal(t->log, "c1 c4 closed");
	free(t);
}

static void questions_do_not_overtake(void **state)
{
	struct test *t = test_new(NULL);

	(void)state;
	commit(t);
	commit(t);
	store_cursor(t->s, "telegram", on_text, t);
	store_cursor(t->s, "telegram", on_text, t);
	store_verify(t->s, on_text, t); /* slow: alone */
	store_cursor(t->s, "telegram", on_text, t);
	commit(t);
	commit(t);
	while (t->pump.work)
		pump_once(&t->pump);
	assert_string_equal(t->log, "c1 c1 q q v q c2 ");
	assert_string_equal(t->told, "c c q q q! q c c ");
	assert_int_equal(t->pump.turns, 6);
	store_close(t->s);
	free(t);
}

static void a_turn_has_a_ceiling(void **state)
{
	struct test *t = test_new(NULL);

	(void)state;
	for (int i = 0; i < 1 + 64 + 3; i++)
		commit(t);
	while (t->pump.work)
		pump_once(&t->pump);
	assert_string_equal(t->log, "c1 c64 c3 ");
	store_close(t->s);
	free(t);
}

static void what_is_refused_does_not_reach_the_home(void **state)
{
	struct test *t = test_new(NULL);
	struct store_batch *b = store_batch_new();
	char name[STORE_MAX_NAME + 2];

	(void)state;
	memset(name, 'x', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	store_batch_seen(b, "telegram", name, 1);
	commit(t);
	store_commit(t->s, b, on_committed, t);
	store_commit(t->s, store_batch_new(), on_committed, t);
	commit(t);
	store_cursor(t->s, name, on_text, t);
	store_cursor(t->s, "telegram", on_text, t);
	assert_string_equal(t->told, ""); /* in its turn, not before others */
	while (t->pump.work)
		pump_once(&t->pump);
	assert_string_equal(t->log, "c1 c1 q ");
	assert_string_equal(t->told, "c c! c c q! q ");
	store_close(t->s);
	free(t);
}

static void run_at_once(void *ctx, void (*work)(void *arg), void (*done)(void *arg), void *arg)
{
	(void)ctx;
	work(arg);
	done(arg);
}

static void on_text_commits(void *ctx, const struct err *err, const char *text)
{
	struct test *t = ctx;

	on_text(t, err, text);
	commit(t);
	commit(t);
	strcat(t->told, "called ");
}

static void callbacks_do_not_nest(void **state)
{
	struct store_runner at_once = {NULL, run_at_once};
	struct test *t = test_new(&at_once);

	(void)state;
	store_cursor(t->s, "telegram", on_text_commits, t);
	assert_string_equal(t->told, "q called c c ");
	store_close(t->s);
	free(t);
}

static void closing_does_what_waits(void **state)
{
	struct test *t = test_new(NULL);

	(void)state;
	commit(t); /* with the runner, which does not come to it */
	commit(t);
	store_cursor(t->s, "telegram", on_text_commits, t); /* its own calls are too late */
	commit(t);
	store_close(t->s);
	assert_string_equal(t->log, "c1 c1 q c1 closed");
	assert_string_equal(t->told, "c c q called c c! c! ");
	pump_once(&t->pump); /* the runner comes to it after all, and the home is gone */
	assert_string_equal(t->log, "c1 c1 q c1 closed");
	free(t);
}

/* A thread of its own for each turn; `done` waits for the pump. */
struct threads {
	pthread_mutex_t lock;
	pthread_cond_t ready;
	pthread_t thread;
	void (*work)(void *arg), (*done)(void *arg);
	void *arg;
	bool finished;
};

static void *thread_main(void *arg)
{
	struct threads *r = arg;

	r->work(r->arg);
	pthread_mutex_lock(&r->lock);
	r->finished = true;
	pthread_cond_signal(&r->ready);
	pthread_mutex_unlock(&r->lock);
	return NULL;
}

static void threads_run(void *ctx, void (*work)(void *arg), void (*done)(void *arg), void *arg)
{
	struct threads *r = ctx;

	r->work = work;
	r->done = done;
	r->arg = arg;
	r->finished = false;
	assert_int_equal(pthread_create(&r->thread, NULL, thread_main, r), 0);
}

static void threads_pump(struct threads *r)
{
	void (*done)(void *arg) = r->done;
	void *arg = r->arg;

	pthread_mutex_lock(&r->lock);
	while (!r->finished)
		pthread_cond_wait(&r->ready, &r->lock);
	pthread_mutex_unlock(&r->lock);
	pthread_join(r->thread, NULL);
	r->done = NULL;
	done(arg);
}

static void on_counted(void *ctx, const struct store_committed *c)
{
	assert_null(c->err);
	(*(int *)ctx)++;
}

static void works_with_a_thread(void **state)
{
	struct threads r = {.lock = PTHREAD_MUTEX_INITIALIZER, .ready = PTHREAD_COND_INITIALIZER};
	struct store_runner runner = {&r, threads_run};
	struct store *s = store_memory_open(&runner);
	int n = 0;
	char value[16];

	(void)state;
	for (int i = 0; i < 300; i++) {
		struct store_batch *b = store_batch_new();
		(void)snprintf(value, sizeof value, "%d", i);
		store_batch_cursor(b, "telegram", value);
		store_commit(s, b, on_counted, &n);
		if (i % 3 == 0)
			threads_pump(&r);
	}
	while (r.done)
		threads_pump(&r);
	assert_int_equal(n, 300);
	store_close(s);
}

static void closing_waits_for_work(void **state)
{
	struct threads r = {.lock = PTHREAD_MUTEX_INITIALIZER, .ready = PTHREAD_COND_INITIALIZER};
	struct store_runner runner = {&r, threads_run};

	(void)state;
	for (int i = 0; i < 50; i++) {
		struct test *t = test_new(&runner);
		commit(t);
		commit(t);
		store_close(t->s);
		assert_string_equal(t->told, "c c ");
		assert_string_equal(t->log, "c1 c1 closed");
		threads_pump(&r);
		assert_string_equal(t->told, "c c ");
		free(t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commits_that_wait_go_together),
		cmocka_unit_test(questions_do_not_overtake),
		cmocka_unit_test(a_turn_has_a_ceiling),
		cmocka_unit_test(what_is_refused_does_not_reach_the_home),
		cmocka_unit_test(callbacks_do_not_nest),
		cmocka_unit_test(closing_does_what_waits),
		cmocka_unit_test(works_with_a_thread),
		cmocka_unit_test(closing_waits_for_work),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
