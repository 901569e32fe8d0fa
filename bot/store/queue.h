/* queue.h - the calls of a store, waiting in line: the oldest go to the home together as one turn on the runner's thread,
 * and come back as callbacks on the caller's. Commits that wait one behind the other make one turn, so that they share one
 * wait for the disk: the fuller the queue, the cheaper each. */
#ifndef STORE_QUEUE_H
#define STORE_QUEUE_H

#include "store/home.h"

struct queue;

/* One call. Made by store.c, which fills what is asked; freed by the queue after `tell`. */
struct call {
	struct call *next;
	bool commit;
	enum store_ask_kind kind; /* where it is no commit */
	struct store_ask ask; /* texts in got.arena */
	struct store_batch *batch; /* of a commit: owned */
	struct store_answer got; /* the arena is the batch's, or owned */
	bool settled; /* failed before it reached the home, which is not asked */
	void (*tell)(struct call *c); /* calls back */
	void (*callback)(void); /* of the type that `tell` knows */
	void *ctx;
};

/* Takes the home. */
struct queue *queue_new(struct store_home *home, const struct store_runner *runner);
/* Takes the call. */
void queue_add(struct queue *q, struct call *c);
/* Does what waits, calls back, closes the home. Calls that are made meanwhile fail. */
void queue_free(struct queue *q);

#endif
