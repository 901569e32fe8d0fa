/* strmap.h - from a string to an int; for ids and words. Grows as needed. */
#ifndef UTIL_STRMAP_H
#define UTIL_STRMAP_H

#include <stddef.h>

struct arena;
struct strmap;

struct strmap *strmap_new(void);
/* A copy for reading only, whole in the arena and freed with it. */
struct strmap *strmap_copy(const struct strmap *m, struct arena *arena);
/* NULL is fine. */
void strmap_free(struct strmap *m);
/* Copies `key`. An existing key gets the new value. */
void strmap_set(struct strmap *m, const char *key, size_t len, int value);
/* The value, or `otherwise`. */
int strmap_get(const struct strmap *m, const char *key, size_t len, int otherwise);
size_t strmap_count(const struct strmap *m);
/* The key nearest to `word` by edits (at most 2, and fewer than half its length), or NULL. Borrows from the map. For
 * hints in error texts: slow. */
const char *strmap_nearest(const struct strmap *m, const char *word);

#endif
