/* loop.h - the one event loop (libuv): timers, signals, and work that blocks. Everything here belongs to the loop's
 * thread, but for the `work` of loop_work. */
#ifndef NET_LOOP_H
#define NET_LOOP_H

#include <stdint.h>

struct err;
struct loop;
struct timer;
struct loop_signal;

/* Returns a new loop (free with loop_free), or NULL with `err` set. The process ignores SIGPIPE from then on. */
struct loop *loop_new(struct err *err);
/* Runs until loop_stop, also while there is nothing to do. */
void loop_run(struct loop *l);
/* Before loop_run: it returns at once. Not for other threads, and not needed in signal handlers: see loop_signal_new. */
void loop_stop(struct loop *l);
/* NULL is fine. Everything that was made on it must be freed before. Waits for handles that are still closing and for
 * work under way, whose `done` is still called. */
void loop_free(struct loop *l);
/* libuv's uv_loop_t, for the other modules of net/ only. */
void *loop_uv(struct loop *l);
/* For the other modules of net/ only: loop_free calls end(arg) when all handles are closed, for what must be freed even
 * later. The last one first. */
void loop_at_end(struct loop *l, void (*end)(void *arg), void *arg);
/* Steady clock, since some time in the past; as of this turn of the loop. */
int64_t loop_now_ms(const struct loop *l);
/* The same clock, read anew: within one turn of the loop loop_now_ms stands still. */
int64_t loop_clock_ms(void);

/* Runs work(arg) on a thread of the pool, then done(arg) on the loop's. Fits store_runner with ctx = the loop. */
void loop_work(void *loop, void (*work)(void *arg), void (*done)(void *arg), void *arg);

/* Returns a new timer that does not run yet (free with timer_free). */
struct timer *timer_new(struct loop *l, void (*fire)(void *ctx), void *ctx);
/* Once, in delay_ms; 0 is the next turn of the loop. Started again, it forgets the former time. */
void timer_start(struct timer *t, int64_t delay_ms);
void timer_stop(struct timer *t);
/* NULL is fine; also from within its own `fire`. */
void timer_free(struct timer *t);

/* Calls got(ctx) in the loop whenever the signal arrives (free with loop_signal_free). */
struct loop_signal *loop_signal_new(struct loop *l, int number, void (*got)(void *ctx), void *ctx);
/* NULL is fine; also from within its own `got`. */
void loop_signal_free(struct loop_signal *s);

#endif
