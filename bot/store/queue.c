/* queue.c - turns of calls, one at a time on the runner's thread. All but `turn_work` runs on the caller's thread. */
#include "store/queue.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "store/batch.h"
#include "util/arena.h"
#include "util/mem.h"

/* As many messages as wait at once under load; more would only make the first of them wait longer. */
enum { TURN_MAX = 64 };

enum turn_state {
	TURN_WAITING, /* for the runner */
	TURN_WORKING,
	TURN_WORKED,
	TURN_TAKEN_BACK, /* by queue_free, before the runner came to it */
};

/* What the runner is given. Freed when the runner says that it is done, even after the queue is gone. */
struct turn {
	pthread_mutex_t lock; /* of `state` */
	pthread_cond_t worked;
	enum turn_state state;
	struct store_home *home;
	struct call *calls;
	struct queue *queue; /* NULL when it is gone */
};

struct list {
	struct call *first, **end;
};

struct queue {
	struct store_home *home;
	struct store_runner runner;
	struct list waiting, answered;
	struct turn *turn; /* with the runner, or NULL */
	bool starting, telling; /* so that neither happens within itself */
	bool closing;
};

static void list_add(struct list *l, struct call *c)
{
	c->next = NULL;
	*l->end = c;
	l->end = &c->next;
}

static struct call *list_take(struct list *l)
{
	struct call *c = l->first;

	if (c) {
		l->first = c->next;
		if (!l->first)
			l->end = &l->first;
		c->next = NULL;
	}
	return c;
}

static void call_free(struct call *c)
{
	if (c->commit)
		store_batch_free(c->batch); /* whose arena was used for the answer */
	else
		arena_free(c->got.arena);
	free(c);
}

static void ask(struct store_home *h, struct call *c)
{
	c->got.failed = h->ops->ask[c->kind](h, &c->ask, &c->got) != 0;
}

static void commit(struct store_home *h, struct call *calls)
{
	struct store_batch *batches[TURN_MAX];
	struct store_answer *answers[TURN_MAX];
	size_t n = 0;

	for (struct call *c = calls; c; c = c->next) {
		if (c->settled)
			continue;
		assert(n < TURN_MAX);
		batches[n] = c->batch;
		answers[n++] = &c->got;
	}
	if (n > 0)
		h->ops->commit(h, batches, answers, n);
}

static void work(struct store_home *h, struct call *calls)
{
	if (calls->commit) {
		commit(h, calls);
		return;
	}
	for (struct call *c = calls; c; c = c->next)
		if (!c->settled)
			ask(h, c);
}

/* On the runner's thread. */
static void turn_work(void *arg)
{
	struct turn *t = arg;
	bool mine;

	pthread_mutex_lock(&t->lock);
	mine = t->state == TURN_WAITING;
	if (mine)
		t->state = TURN_WORKING;
	pthread_mutex_unlock(&t->lock);
	if (!mine)
		return;
	work(t->home, t->calls);
	pthread_mutex_lock(&t->lock);
	t->state = TURN_WORKED;
	pthread_cond_signal(&t->worked);
	pthread_mutex_unlock(&t->lock);
}

static struct turn *turn_new(struct queue *q, struct call *calls)
{
	struct turn *t = mem_alloc(1, sizeof *t);

	pthread_mutex_init(&t->lock, NULL);
	pthread_cond_init(&t->worked, NULL);
	t->home = q->home;
	t->calls = calls;
	t->queue = q;
	return t;
}

static void turn_free(struct turn *t)
{
	pthread_cond_destroy(&t->worked);
	pthread_mutex_destroy(&t->lock);
	free(t);
}

/* What takes long goes alone, so that nobody waits for it who was already answered. */
static bool quick(const struct call *c)
{
	return !c->commit && c->kind != ASK_EXPORT && c->kind != ASK_EXPIRE && c->kind != ASK_VERIFY;
}

/* The oldest calls that go together, taken from the queue. */
static struct call *next_calls(struct queue *q)
{
	struct list l = {NULL, &l.first};
	const struct call *first = q->waiting.first;
	bool together = first->commit || quick(first), commits = first->commit;
	size_t n = 0;

	do {
		list_add(&l, list_take(&q->waiting));
		n++;
	} while (together && n < TURN_MAX && q->waiting.first && q->waiting.first->commit == commits
		&& (commits || quick(q->waiting.first)));
	return l.first;
}

static void turn_done(void *arg);

/* Gives work to the runner while there is some. A runner that does it at once comes back here through turn_done. */
static void start(struct queue *q)
{
	if (q->starting)
		return;
	q->starting = true;
	while (!q->turn && q->waiting.first) {
		q->turn = turn_new(q, next_calls(q));
		q->runner.run(q->runner.ctx, turn_work, turn_done, q->turn);
	}
	q->starting = false;
}

static void tell(struct queue *q)
{
	struct call *c;

	if (q->telling)
		return;
	q->telling = true;
	while ((c = list_take(&q->answered))) {
		c->tell(c);
		call_free(c);
	}
	q->telling = false;
}

static void answered(struct queue *q, struct turn *t)
{
	for (struct call *c = t->calls, *next; c; c = next) {
		next = c->next;
		list_add(&q->answered, c);
	}
	t->calls = NULL;
	t->queue = NULL;
	q->turn = NULL;
}

static void turn_done(void *arg)
{
	struct turn *t = arg;
	struct queue *q = t->queue;

	if (q)
		answered(q, t);
	turn_free(t);
	if (q) {
		start(q); /* the disk has work while the callbacks run */
		tell(q);
	}
}

static void run_at_once(void *ctx, void (*do_work)(void *arg), void (*done)(void *arg), void *arg)
{
	(void)ctx;
	do_work(arg);
	done(arg);
}

struct queue *queue_new(struct store_home *home, const struct store_runner *runner)
{
	struct queue *q = mem_alloc(1, sizeof *q);

	q->home = home;
	q->runner = runner ? *runner : (struct store_runner){NULL, run_at_once};
	q->waiting.end = &q->waiting.first;
	q->answered.end = &q->answered.first;
	return q;
}

void queue_add(struct queue *q, struct call *c)
{
	if (q->closing) {
		err_set(&c->got.err, "the store is closing");
		c->got.failed = c->settled = true;
		list_add(&q->answered, c);
		return;
	}
	list_add(&q->waiting, c);
	start(q);
	tell(q);
}

/* Ends the turn that the runner has, on its thread or, where it was not begun, on ours. */
static void finish(struct queue *q)
{
	struct turn *t = q->turn;
	bool mine;

	pthread_mutex_lock(&t->lock);
	mine = t->state == TURN_WAITING;
	if (mine)
		t->state = TURN_TAKEN_BACK;
	while (t->state == TURN_WORKING)
		pthread_cond_wait(&t->worked, &t->lock);
	pthread_mutex_unlock(&t->lock);
	if (mine)
		work(q->home, t->calls);
	answered(q, t); /* the runner's `done` frees the turn, whenever it comes */
}

void queue_free(struct queue *q)
{
	assert(!q->telling); /* not from within a callback */
	if (q->turn)
		finish(q);
	while (q->waiting.first) {
		struct call *calls = next_calls(q);
		work(q->home, calls);
		for (struct call *c = calls, *next; c; c = next) {
			next = c->next;
			list_add(&q->answered, c);
		}
	}
	q->closing = true;
	tell(q);
	q->home->ops->close(q->home);
	free(q);
}
