/* mem.h - memory that is always there: running out aborts, as every size is bounded where data enters. */
#ifndef UTIL_MEM_H
#define UTIL_MEM_H

#include <stddef.h>
#include <string.h>

/* Return new zeroed / grown / copied memory (free with free). Abort when there is none, or when n * size overflows. */
void *mem_alloc(size_t n, size_t size);
void *mem_grow(void *p, size_t n, size_t size);
char *mem_strdup(const char *s);
char *mem_strndup(const char *s, size_t len);

/* Makes room for one more element in a growing array: `*cap` doubles when `n` reaches it. The new room is zeroed, with what lies
 * between members: an image (image.h) holds nothing by chance. */
#define mem_room(array, n, cap)                                                                                        \
	do {                                                                                                           \
		if ((n) == (cap)) {                                                                                    \
			(cap) = (cap) ? (cap) * 2 : 8;                                                                 \
			(array) = mem_grow((array), (cap), sizeof *(array));                                           \
			memset((array) + (n), 0, ((cap) - (n)) * sizeof *(array));                                     \
		}                                                                                                      \
	} while (0)

#endif
