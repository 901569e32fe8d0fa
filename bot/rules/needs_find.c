/* needs_find.c - what a text holds of what is needed. */
#include "rules/needs_inside.h"

#include <string.h>

#include "util/arena.h"

struct search {
	const struct needs *n;
	struct arena *arena;
	struct needed *out;
	uint64_t *led; /* bits of the clauses that were come by */
	struct occurrence {
		uint32_t string, at;
	} *found; /* in the order of the text */
	size_t n_found, cap_found;
};

static bool test_and_set(uint64_t *bits, uint32_t i)
{
	uint64_t bit = 1ull << i % 64;
	bool was = bits[i / 64] & bit;

	bits[i / 64] |= bit;
	return was;
}

static struct ranked ranked_new(struct arena *arena, size_t n)
{
	size_t words = n / 64 + 1;

	return (struct ranked){arena_alloc(arena, words, 8), arena_alloc(arena, words, 4), words};
}

/* Returns how many there are. */
static uint32_t ranked_close(struct ranked *r)
{
	uint32_t n = 0;

	for (size_t i = 0; i < r->words; i++) {
		r->before[i] = n;
		n += (uint32_t)charset_size(r->bits[i]);
	}
	return n;
}

static void add_occurrence(struct search *s, uint32_t string, size_t at)
{
	if (s->n_found == s->cap_found) {
		struct occurrence *more = arena_alloc(s->arena, s->cap_found * 2, sizeof *more);

		memcpy(more, s->found, s->n_found * sizeof *more);
		s->found = more;
		s->cap_found *= 2;
	}
	s->found[s->n_found++] = (struct occurrence){string, (uint32_t)at};
}

static void walk(struct search *s, const char *text, size_t len)
{
	uint8_t *codes = arena_alloc(s->arena, len + 2, 1);
	struct string_found found[CHARS_MAX];

	for (size_t i = 0; i < len; i++)
		codes[i + 1] = trie_code(text[i]);
	for (size_t i = 0; i < len + 2; i++) {
		size_t n = trie_find(s->n->strings, codes + i, len + 2 - i, found);

		for (size_t k = 0; k < n; k++) {
			add_occurrence(s, found[k].string, i);
			(void)test_and_set(s->out->strings.bits, found[k].string);
		}
	}
}

/* The places of each string side by side. */
static void list_places(struct search *s)
{
	struct needed *out = s->out;
	uint32_t n = ranked_close(&out->strings);

	out->first = arena_alloc(s->arena, n + 2, sizeof *out->first);
	out->places = arena_alloc(s->arena, s->n_found + 1, sizeof *out->places);
	for (size_t i = 0; i < s->n_found; i++)
		out->first[ranked_rank(&out->strings, s->found[i].string) + 2]++;
	for (uint32_t k = 2; k < n + 2; k++)
		out->first[k] += out->first[k - 1];
	for (size_t i = 0; i < s->n_found; i++)
		out->places[out->first[ranked_rank(&out->strings, s->found[i].string) + 1]++] = s->found[i].at;
}

static bool clause_holds(const struct needed *found, uint32_t clause)
{
	const struct lists *c = &found->needs->clauses;

	for (uint32_t i = c->start[clause]; i < c->start[clause + 1]; i++)
		if (ranked_has(&found->strings, c->list[i]))
			return true;
	return false;
}

static bool all_hold(const struct needed *found, uint32_t user)
{
	const struct lists *asked = &found->needs->asked;

	for (uint32_t i = asked->start[user]; i < asked->start[user + 1]; i++)
		if (!clause_holds(found, asked->list[i]))
			return false;
	return true;
}

static void admit(struct needed *out, uint32_t user)
{
	if (all_hold(out, user))
		out->users[user / 64] |= 1ull << user % 64;
}

/* The users that a string may lead to. */
static void follow(struct search *s, uint32_t string)
{
	const struct needs *n = s->n;

	for (uint32_t i = n->led_by.start[string]; i < n->led_by.start[string + 1]; i++) {
		uint32_t clause = n->led_by.list[i];

		if (test_and_set(s->led, clause))
			continue;
		for (uint32_t k = n->users.start[clause]; k < n->users.start[clause + 1]; k++)
			admit(s->out, n->users.list[k]);
	}
}

void needs_find(const struct needs *n, const char *text, size_t len, struct arena *arena, struct needed *out)
{
	enum { OCCURRENCES = 256 };
	struct search s = {.n = n, .arena = arena, .out = out, .led = arena_alloc(arena, n->clauses.n / 64 + 1, 8),
		.found = arena_alloc(arena, OCCURRENCES, sizeof *s.found), .cap_found = OCCURRENCES};

	*out = (struct needed){.needs = n, .len = len};
	out->users = arena_alloc(arena, n->n_users / 64 + 1, sizeof *out->users);
	out->strings = ranked_new(arena, trie_count(n->strings));
	walk(&s, text, len);
	list_places(&s);
	for (size_t w = 0; w < out->strings.words; w++)
		for (uint64_t bits = out->strings.bits[w]; bits; bits &= bits - 1)
			follow(&s, (uint32_t)(w * 64) + (uint32_t)__builtin_ctzll(bits));
	for (size_t i = 0; i < n->n_always; i++)
		admit(out, n->always[i]);
}

static bool leads(const struct needed *found, uint32_t user)
{
	return found->needs->leads[user / 64] >> user % 64 & 1;
}

static bool is_told(const struct needed *found, uint32_t user)
{
	return found->users[user / 64] >> user % 64 & 1;
}

bool needs_ruled_out(const struct needed *found, uint32_t user)
{
	return leads(found, user) && !is_told(found, user);
}

bool needs_hold(const struct needed *found, uint32_t user)
{
	return leads(found, user) ? is_told(found, user) : all_hold(found, user);
}

/* Adds where matches begin with a string: it may start before them with a space that they do not hold. */
static void add_begins(const struct needed *found, begin_code begin, uint64_t *bits)
{
	uint32_t string = begin / 2;

	if (!ranked_has(&found->strings, string))
		return;
	uint32_t rank = ranked_rank(&found->strings, string);
	for (uint32_t i = found->first[rank]; i < found->first[rank + 1]; i++) {
		uint32_t at = found->places[i] + (begin & 1);

		if (at) /* before the text there is no space that a match could hold */
			bits[(at - 1) / 64] |= 1ull << (at - 1) % 64;
	}
}

const uint64_t *needs_places(const struct needed *found, uint32_t user, struct arena *arena)
{
	const struct needs *n = found->needs;
	uint32_t list = n->begin[user];

	if (list == NO_LIST)
		return NULL;
	uint64_t *bits = arena_alloc(arena, (found->len + 1) / 64 + 1, sizeof *bits);
	for (uint32_t i = n->begins.start[list]; i < n->begins.start[list + 1]; i++)
		add_begins(found, n->begins.list[i], bits);
	return bits;
}
