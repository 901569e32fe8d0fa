/* arena.c - a chain of blocks; what does not fit into a block of the usual size gets one of its own. */
#include "util/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

enum { BLOCK_BYTES = 16 * 1024, ALIGN = alignof(max_align_t) };

struct block {
	struct block *next;
	size_t used, size;
	alignas(max_align_t) char bytes[];
};

struct arena {
	struct block *first; /* the one being filled */
	size_t held;
};

static struct block *block_new(struct arena *a, size_t size)
{
	struct block *b = mem_alloc(1, sizeof *b + size);
	b->size = size;
	a->held += sizeof *b + size;
	return b;
}

struct arena *arena_new(void)
{
	struct arena *a = mem_alloc(1, sizeof *a);
	a->first = block_new(a, BLOCK_BYTES);
	return a;
}

static void free_chain(struct block *b)
{
	while (b) {
		struct block *next = b->next;
		free(b);
		b = next;
	}
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	free_chain(a->first);
	free(a);
}

void arena_reset(struct arena *a)
{
	/* The block being filled is always of the usual size: large ones are put behind it. */
	struct block *kept = a->first;
	free_chain(kept->next);
	kept->next = NULL;
	kept->used = 0;
	a->held = sizeof *kept + kept->size;
}

static void *block_take(struct block *b, size_t bytes)
{
	assert(bytes <= b->size - b->used);
	void *p = b->bytes + b->used;
	b->used += bytes;
	return memset(p, 0, bytes);
}

static struct block *room_for(struct arena *a, size_t bytes)
{
	if (bytes <= a->first->size - a->first->used)
		return a->first;
	if (bytes > BLOCK_BYTES / 4) {
		struct block *large = block_new(a, bytes);
		large->next = a->first->next;
		a->first->next = large;
		return large;
	}
	struct block *b = block_new(a, BLOCK_BYTES);
	b->next = a->first;
	a->first = b;
	return b;
}

void *arena_alloc(struct arena *a, size_t n, size_t size)
{
	size_t bytes;
	if (__builtin_mul_overflow(n, size, &bytes) || bytes > SIZE_MAX / 2) {
		fputs("arena: size overflows\n", stderr);
		abort();
	}
	bytes = (bytes + ALIGN - 1) / ALIGN * ALIGN;
	if (bytes == 0)
		bytes = ALIGN;
	return block_take(room_for(a, bytes), bytes);
}

char *arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *arena_strndup(struct arena *a, const char *s, size_t len)
{
	len = strnlen(s, len);
	char *copy = arena_alloc(a, len + 1, 1);
	memcpy(copy, s, len);
	return copy;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap, again;
	va_start(ap, fmt);
	va_copy(again, ap);
	int len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	assert(len >= 0);
	char *text = arena_alloc(a, (size_t)len + 1, 1);
	(void)vsnprintf(text, (size_t)len + 1, fmt, again); /* the length was just measured */
	va_end(again);
	return text;
}

size_t arena_size(const struct arena *a)
{
	return a->held;
}
