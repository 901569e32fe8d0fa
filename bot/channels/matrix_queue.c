/* matrix_queue.c - a list, one call, a timer for the next try. */
#include "channels/matrix_queue.h"

#include <stdlib.h>
#include <string.h>

#include "channels/channel.h"
#include "channels/matrix_api.h"
#include "channels/matrix_parts.h"
#include "net/backoff.h"
#include "net/loop.h"
#include "util/log.h"
#include "util/mem.h"

enum { MOST_WAITING = 256, MOST_TRIES = 8, MOST_WAIT_MS = 60000 };

struct request {
	char *method, *path, *body;
	struct request *next;
};

struct matrix_queue {
	const struct matrix_parts *parts;
	struct request *first, **last;
	size_t n;
	int tries; /* of the first */
	struct matrix_call *call;
	struct timer *timer;
	struct backoff backoff;
};

static void send_first(struct matrix_queue *q);

static void on_time(void *ctx)
{
	send_first(ctx);
}

struct matrix_queue *matrix_queue_new(const struct matrix_parts *parts)
{
	struct matrix_queue *q = mem_alloc(1, sizeof *q);

	q->parts = parts;
	q->last = &q->first;
	q->timer = timer_new(parts->channel->env.loop, on_time, q);
	backoff_init(&q->backoff, parts->first_wait_ms, MOST_WAIT_MS, parts->seed + 7);
	return q;
}

static void drop_first(struct matrix_queue *q)
{
	struct request *r = q->first;

	q->first = r->next;
	if (!q->first)
		q->last = &q->first;
	q->n--;
	q->tries = 0;
	free(r->method);
	free(r->path);
	free(r->body);
	free(r);
}

void matrix_queue_free(struct matrix_queue *q)
{
	if (!q)
		return;
	matrix_call_cancel(q->call);
	timer_free(q->timer);
	while (q->first)
		drop_first(q);
	free(q);
}

static void later(struct matrix_queue *q, int64_t after_ms)
{
	int64_t wait = backoff_next(&q->backoff);

	timer_start(q->timer, after_ms > wait ? after_ms : wait);
}

static void on_answer(void *ctx, const struct matrix_answer *a)
{
	struct matrix_queue *q = ctx;
	const struct matrix_parts *parts = q->parts;

	q->call = NULL;
	if ((a->verdict == MATRIX_AGAIN || a->verdict == MATRIX_TOKEN) && ++q->tries < MOST_TRIES) {
		later(q, a->after_ms);
		if (a->verdict == MATRIX_TOKEN)
			parts->token_gone(parts->ctx, a->soft_logout);
		return;
	}
	if (a->verdict != MATRIX_DONE)
		log_event(parts->channel->env.log, LOG_LEVEL_WARN, "request refused",
			LOG_FIELDS(LOG_TEXT("why", a->why)));
	backoff_reset(&q->backoff);
	drop_first(q);
	send_first(q);
}

static void send_first(struct matrix_queue *q)
{
	const struct request *r = q->first;

	if (r && !q->call)
		q->call = matrix_api_call(q->parts->api,
			&(struct matrix_ask){.method = r->method, .path = r->path, .body = r->body}, on_answer, q);
}

void matrix_queue_add(struct matrix_queue *q, const char *method, const char *path, const char *body)
{
	struct request *r;

	if (q->n == MOST_WAITING) {
		log_event(q->parts->channel->env.log, LOG_LEVEL_WARN, "too many requests wait: one is dropped", NULL);
		return;
	}
	r = mem_alloc(1, sizeof *r);
	*r = (struct request){.method = mem_strdup(method), .path = mem_strdup(path), .body = mem_strdup(body)};
	*q->last = r;
	q->last = &r->next;
	q->n++;
	if (q->n == 1)
		send_first(q);
}
