/* loop.h - the one event loop (libuv): timers, signals, and work that blocks. Everything here belongs to the loop's
 * thread, but for the `work` of loop_work. */
#ifndef NET_LOOP_H
#define NET_LOOP_H

#include <stdint.h>

struct err;
struct loop;
struct timer;
struct loop_signal;

struct loop *loop_new(struct err *err);
/* Runs until loop_stop. */
void loop_run(struct loop *l);
void loop_stop(struct loop *l);
/* NULL is fine. Everything that was made on it must be freed before; handles that are still closing are waited for. */
void loop_free(struct loop *l);
/* libuv's uv_loop_t, for the other modules of net/ only. */
void *loop_uv(struct loop *l);
/* Steady clock, since some time in the past. */
int64_t loop_now_ms(const struct loop *l);

/* Runs work(arg) on a thread of the pool, then done(arg) on the loop's. Fits store_runner with ctx = the loop. */
void loop_work(void *loop, void (*work)(void *arg), void (*done)(void *arg), void *arg);

struct timer *timer_new(struct loop *l, void (*fire)(void *ctx), void *ctx);
/* Once, in delay_ms; 0 is the next turn of the loop. Started again, it forgets the former time. */
void timer_start(struct timer *t, int64_t delay_ms);
void timer_stop(struct timer *t);
/* NULL is fine; also from within its own `fire`. */
void timer_free(struct timer *t);

struct loop_signal *loop_signal_new(struct loop *l, int number, void (*got)(void *ctx), void *ctx);
void loop_signal_free(struct loop_signal *s);

#endif
