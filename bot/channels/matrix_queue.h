/* matrix_queue.h - requests that must leave one after the other, each once the one before was answered. What can be had later
 * is tried again; what is refused is told and passed by. In memory alone: what must not be lost goes through the outbox. */
#ifndef CHANNELS_MATRIX_QUEUE_H
#define CHANNELS_MATRIX_QUEUE_H

#include <stdint.h>

struct matrix_parts;
struct matrix_queue;

/* `parts` must outlive it. */
struct matrix_queue *matrix_queue_new(const struct matrix_parts *parts);
/* NULL is fine. What waits is dropped. */
void matrix_queue_free(struct matrix_queue *q);
/* Copies. When too much waits already the request is dropped, which is logged. */
void matrix_queue_add(struct matrix_queue *q, const char *method, const char *path, const char *body);

#endif
