/* budget.c - how much one person may write in a minute: a table of slots, each the newest person of its hash. */
#include "daemon/budget.h"

#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

enum { SLOTS = 1024, MINUTE_MS = 60 * 1000 };

struct slot {
	uint64_t who;
	int64_t since_ms;
	int n;
};

struct budget {
	struct slot slots[SLOTS];
};

/* FNV-1a, 64 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
static uint64_t hash(const char *s)
{
	uint64_t h = 14695981039346656037ULL;

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 1099511628211ULL;
	return h;
}

struct budget *budget_new(void)
{
	return mem_alloc(1, sizeof(struct budget));
}

void budget_free(struct budget *b)
{
	free(b);
}

enum budget_verdict budget_take(struct budget *b, const char *person, int per_minute, int64_t now_ms)
{
	uint64_t who = hash(person);
	struct slot *s = &b->slots[who % SLOTS];

	if (s->who != who || now_ms - s->since_ms >= MINUTE_MS || now_ms < s->since_ms)
		*s = (struct slot){.who = who, .since_ms = now_ms};
	s->n++;
	if (!per_minute || s->n <= per_minute)
		return BUDGET_FINE;
	return s->n == per_minute + 1 ? BUDGET_FIRST_OVER : BUDGET_OVER;
}
