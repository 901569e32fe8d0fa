/* arena.c - a chain of blocks, each twice as large as the one before up to the usual size; what is large beside that gets one
 * of its own. An arena at a place of its own fills one large block there first. */
#include "util/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "util/mem.h"

enum { SMALLEST = 1024, USUAL = 16 * 1024, ALIGN = alignof(max_align_t) };

struct block {
	struct block *next;
	size_t used, size;
	char *bytes; /* behind this, but for the block of an arena_new_at */
};

struct arena {
	struct block *first; /* the one being filled */
	size_t next, usual; /* bytes of the next block, of those after it */
	size_t held;
	struct block placed; /* of an arena_new_at */
};

static struct block *block_new(struct arena *a, size_t size)
{
	static_assert(sizeof(struct block) % ALIGN == 0, "what follows a block is aligned");
	struct block *b = mem_grow(NULL, 1, sizeof *b + size); /* what is taken is zeroed then */
	*b = (struct block){.size = size, .bytes = (char *)(b + 1)};
	a->held += sizeof *b + size;
	return b;
}

static struct arena *new_arena(size_t first, size_t usual)
{
	struct arena *a = mem_alloc(1, sizeof *a);
	a->first = block_new(a, first);
	a->next = first < usual ? first * 2 : usual;
	a->usual = usual;
	return a;
}

struct arena *arena_new(void)
{
	return new_arena(SMALLEST, USUAL);
}

struct arena *arena_new_large(size_t bytes)
{
	return new_arena(bytes, bytes);
}

struct arena *arena_new_at(void *place, size_t bytes)
{
	void *got = mmap(place, bytes, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
	if (got == MAP_FAILED)
		return NULL;
	if (got != place) { /* a kernel before 4.17 takes the place as a hint */
		(void)munmap(got, bytes);
		return NULL;
	}
	struct arena *a = mem_alloc(1, sizeof *a);
	a->placed = (struct block){.size = bytes, .bytes = got};
	a->first = &a->placed;
	a->next = a->usual = USUAL;
	return a;
}

size_t arena_placed(const struct arena *a)
{
	return a->first == &a->placed && !a->placed.next ? a->placed.used : 0;
}

void *arena_place(const struct arena *a)
{
	return a->placed.bytes;
}

static void free_chain(const struct arena *a, struct block *b)
{
	while (b) {
		struct block *next = b->next;
		if (b != &a->placed)
			free(b);
		b = next;
	}
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	free_chain(a, a->first);
	if (a->placed.bytes)
		(void)munmap(a->placed.bytes, a->placed.size); /* it was mapped so */
	free(a);
}

void arena_reset(struct arena *a)
{
	assert(!a->placed.bytes); /* these live as long as the process, or until they are freed */
	struct block *kept = a->first; /* the largest but for those of a single piece, which are put behind it */
	free_chain(a, kept->next);
	kept->next = NULL;
	kept->used = 0;
	a->held = sizeof *kept + kept->size;
}

static size_t aligned(size_t bytes, size_t align)
{
	return (bytes + align - 1) / align * align;
}

static bool has_room(const struct block *b, size_t bytes, size_t align)
{
	size_t at = aligned(b->used, align);
	return at <= b->size && bytes <= b->size - at;
}

static void *block_take(struct block *b, size_t bytes, size_t align)
{
	assert(has_room(b, bytes, align));
	size_t at = aligned(b->used, align);
	b->used = at + bytes;
	return memset(b->bytes + at, 0, bytes);
}

static struct block *room_for(struct arena *a, size_t bytes, size_t align)
{
	if (has_room(a->first, bytes, align))
		return a->first;
	while (a->next < a->usual && bytes > a->next / 4)
		a->next *= 2;
	if (bytes > a->next / 4) {
		struct block *large = block_new(a, bytes);
		large->next = a->first->next;
		a->first->next = large;
		return large;
	}
	struct block *b = block_new(a, a->next);
	a->next = a->next < a->usual ? a->next * 2 : a->usual;
	b->next = a->first;
	a->first = b;
	return b;
}

static void *take(struct arena *a, size_t n, size_t size, size_t align)
{
	size_t bytes;
	if (__builtin_mul_overflow(n, size, &bytes) || bytes > SIZE_MAX / 2) {
		fputs("arena: size overflows\n", stderr);
		abort();
	}
	if (bytes == 0)
		bytes = 1;
	return block_take(room_for(a, bytes, align), bytes, align);
}

void *arena_alloc(struct arena *a, size_t n, size_t size)
{
	return take(a, n, size, ALIGN);
}

void *arena_copy(struct arena *a, const void *from, size_t n, size_t size)
{
	if (n == 0)
		return NULL;
	return memcpy(take(a, n, size, size == 1 ? 1 : ALIGN), from, n * size);
}

char *arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *arena_strndup(struct arena *a, const char *s, size_t len)
{
	len = strnlen(s, len);
	char *copy = take(a, len + 1, 1, 1);
	memcpy(copy, s, len);
	return copy;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	struct block *b = a->first;
	size_t room = b->size - b->used;
	char *text = b->bytes + b->used;
	va_list ap, again;
	va_start(ap, fmt);
	va_copy(again, ap);
	int len = vsnprintf(text, room, fmt, ap); /* into what is free: mostly it fits */
	va_end(ap);
	assert(len >= 0);
	if ((size_t)len < room) {
		b->used += (size_t)len + 1;
	} else {
		text = take(a, (size_t)len + 1, 1, 1);
		(void)vsnprintf(text, (size_t)len + 1, fmt, again); /* the length was just measured */
	}
	va_end(again);
	return text;
}

size_t arena_size(const struct arena *a)
{
	return a->held;
}
