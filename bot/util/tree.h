/* tree.h - what is in a folder and in those below it, as a digest. */
#ifndef UTIL_TREE_H
#define UTIL_TREE_H

#include <stddef.h>

struct digest;
struct err;

enum { TREE_MAX_DEPTH = 8 };

/* Adds the names and contents of all files in `dir`/`sub` and below it, in the order of their names; names count from `sub` on.
 * Returns 0, or -1 with `err` set: something can't be read, is nested too deep, or there are more than `max` bytes. */
int tree_digest(struct digest *d, const char *dir, const char *sub, size_t max, struct err *err);

#endif
