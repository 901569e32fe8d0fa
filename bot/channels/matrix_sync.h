/* matrix_sync.h - reading by /sync. The place that was read up to is saved together with what came in, so that a crash
 * makes it come again, and never lost. */
#ifndef CHANNELS_MATRIX_SYNC_H
#define CHANNELS_MATRIX_SYNC_H

#include <stdint.h>

struct matrix_parts;
struct matrix_sync;

/* `parts` must outlive it. */
struct matrix_sync *matrix_sync_new(const struct matrix_parts *parts);
/* NULL is fine. */
void matrix_sync_free(struct matrix_sync *s);
/* `cursor`: as it was handed over last, "" for the very first time: then nothing that was said before is answered. */
void matrix_sync_start(struct matrix_sync *s, const char *cursor);
/* Asks no more, but waits for what is being saved; then `stopped`, maybe at once. */
void matrix_sync_stop(struct matrix_sync *s, void (*stopped)(void *ctx), void *ctx);
const char *matrix_sync_state(const struct matrix_sync *s);
/* Since it was made: events that were handed over; those that could not be read. */
void matrix_sync_counts(const struct matrix_sync *s, uint64_t *out_events, uint64_t *out_sealed);

#endif
