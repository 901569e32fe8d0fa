/* said.c - which wording was used in a talk. */
#include "talk/said.h"

#include <string.h>

static uint32_t said_key(const char *text)
{
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 16777619u;
	return hash;
}

static size_t find(const struct said *s, uint32_t key)
{
	size_t i = 0;

	while (i < s->n && s->list[i].key != key)
		i++;
	return i;
}

unsigned said_times(const struct said *s, const char *first)
{
	size_t i = find(s, said_key(first));

	return i < s->n ? s->list[i].times : 0;
}

/* Takes the entry at `i` out and returns how often it was said. */
static uint16_t take_out(struct said *s, size_t i)
{
	uint16_t times = s->list[i].times;

	memmove(s->list + i, s->list + i + 1, (--s->n - i) * sizeof *s->list);
	return times;
}

size_t said_next(struct said *s, const char *first, size_t n)
{
	uint32_t key = said_key(first);
	size_t i = find(s, key);
	uint16_t times = i < s->n ? take_out(s, i) : 0;

	if (s->n == SAID_MAX)
		(void)take_out(s, 0);
	s->list[s->n].key = key;
	s->list[s->n++].times = times < UINT16_MAX ? (uint16_t)(times + 1) : times;
	return (s->seed + key % 7 + times) % n;
}
