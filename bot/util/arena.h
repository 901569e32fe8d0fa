/* arena.h - memory of one message or one rule set, freed in one go. */
#ifndef UTIL_ARENA_H
#define UTIL_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

struct arena *arena_new(void);
/* The same with blocks of so many bytes from the first on: for one that is filled and reset again and again. */
struct arena *arena_new_large(size_t bytes);
/* An arena whose memory lies at `place`, so that what points into itself can be written to a file and mapped there again. NULL
 * when some of these bytes are taken. `place` and `bytes` are multiples of the page size; pages are taken as they are filled.
 * What does not fit any more comes from elsewhere. */
struct arena *arena_new_at(void *place, size_t bytes);
/* How many bytes from its place on are handed out; 0 when some are elsewhere. */
size_t arena_placed(const struct arena *a);
/* Its place, NULL where it has none. */
void *arena_place(const struct arena *a);
/* NULL is fine. */
void arena_free(struct arena *a);
/* Forgets everything that was handed out, keeps one block for the next message. */
void arena_reset(struct arena *a);
/* Zeroed, aligned for any type, valid until reset or free. Aborts when there is no memory or n * size overflows. */
void *arena_alloc(struct arena *a, size_t n, size_t size);
/* A copy of n things of that size; NULL for none. Bytes and texts are not aligned. */
void *arena_copy(struct arena *a, const void *from, size_t n, size_t size);
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t len);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Bytes held from the system: for tests and metrics. */
size_t arena_size(const struct arena *a);

#endif
