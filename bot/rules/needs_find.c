/* needs_find.c - what a text holds of what is needed. */
#include "rules/needs_inside.h"

#include <string.h>

#include "util/arena.h"

enum {
	PLACES_AT_FIRST = 256,
	SLOTS_AT_FIRST = 512,
};

/* Those of a string follow each other in the order of the text. */
struct string_place {
	uint32_t string, at; /* 1 more than in the text */
	uint32_t next; /* 0: none */
	uint32_t last; /* of the string; known of the first */
};

struct search {
	const struct needs *n;
	struct arena *arena;
	struct needed *out;
	uint64_t *led; /* bits of the clauses that were come by */
	size_t n_places, cap_places, n_strings;
};

static bool has(const uint64_t *bits, uint32_t i)
{
	return bits[i / 64] >> i % 64 & 1;
}

static bool test_and_set(uint64_t *bits, uint32_t i)
{
	bool was = has(bits, i);

	bits[i / 64] |= 1ull << i % 64;
	return was;
}

static size_t slot_of(const struct needed *f, uint32_t string)
{
	size_t slot = (string * 2654435769u >> 12) & f->mask;

	while (f->slots[slot] && f->places[f->slots[slot]].string != string)
		slot = (slot + 1) & f->mask;
	return slot;
}

static void make_slots(struct search *s, size_t n)
{
	struct needed *f = s->out;
	const uint32_t *was = f->slots;
	size_t n_was = was ? f->mask + 1 : 0;

	f->slots = arena_alloc(s->arena, n, sizeof *f->slots);
	f->mask = n - 1;
	for (size_t i = 0; i < n_was; i++)
		if (was[i])
			f->slots[slot_of(f, f->places[was[i]].string)] = was[i];
}

static void add_place(struct search *s, uint32_t string, size_t at)
{
	struct needed *f = s->out;
	uint32_t number = (uint32_t)s->n_places++;

	f->places[number] = (struct string_place){string, (uint32_t)at, 0, number};
	if (!test_and_set(f->strings, string)) {
		if (++s->n_strings * 2 > f->mask)
			make_slots(s, (f->mask + 1) * 2);
		f->slots[slot_of(f, string)] = number;
		return;
	}
	struct string_place *first = &f->places[f->slots[slot_of(f, string)]];
	f->places[first->last].next = number;
	first->last = number;
}

static void make_room(struct search *s, size_t more)
{
	struct needed *f = s->out;

	if (s->n_places + more <= s->cap_places)
		return;
	struct string_place *list = arena_alloc(s->arena, s->cap_places * 2, sizeof *list);
	memcpy(list, f->places, s->n_places * sizeof *list);
	f->places = list;
	s->cap_places *= 2;
}

static void walk(struct search *s, const char *text, size_t len)
{
	uint8_t *codes = arena_alloc(s->arena, len + 2, 1);
	struct string_found found[CHARS_MAX];

	for (size_t i = 0; i < len; i++)
		codes[i + 1] = trie_code(text[i]);
	for (size_t i = 0; (i = trie_skip(s->n->strings, codes, i, len + 2)) < len + 2; i++) {
		size_t n = trie_find(s->n->strings, codes + i, len + 2 - i, found);

		make_room(s, n);
		for (size_t k = 0; k < n; k++)
			add_place(s, found[k].string, i);
	}
}

static bool all_hold(const struct needed *found, uint32_t user)
{
	const struct lists *asked = &found->needs->asked;
	const uint32_t *at = asked->list + asked->start[user], *end = asked->list + asked->start[user + 1];

	while (at < end) {
		while (!has(found->strings, *at & ~CLAUSE_ENDS))
			if (*at++ & CLAUSE_ENDS)
				return false;
		while (!(*at++ & CLAUSE_ENDS))
			;
	}
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
		for (uint32_t k = n->users.start[clause]; k < n->users.start[clause + 1]; k++) {
			admit(s->out, n->users.list[k]);
		}
	}
}

void needs_find(const struct needs *n, const char *text, size_t len, struct arena *arena, struct needed *out)
{
	struct search s = {.n = n, .arena = arena, .out = out, .led = arena_alloc(arena, n->users.n / 64 + 1, 8),
		.n_places = 1, .cap_places = PLACES_AT_FIRST};
	size_t words = trie_count(n->strings) / 64 + 1;

	*out = (struct needed){.needs = n, .len = len};
	out->users = arena_alloc(arena, n->n_users / 64 + 1, sizeof *out->users);
	out->strings = arena_alloc(arena, words, sizeof *out->strings);
	out->places = arena_alloc(arena, PLACES_AT_FIRST, sizeof *out->places);
	make_slots(&s, SLOTS_AT_FIRST);
	walk(&s, text, len);
	for (size_t w = 0; w < words; w++)
		for (uint64_t bits = out->strings[w]; bits; bits &= bits - 1)
			follow(&s, (uint32_t)(w * 64) + (uint32_t)__builtin_ctzll(bits));
	for (size_t i = 0; i < n->n_always; i++)
		admit(out, n->always[i]);
}

static bool leads(const struct needed *found, uint32_t user)
{
	return has(found->needs->leads, user);
}

static bool is_told(const struct needed *found, uint32_t user)
{
	return has(found->users, user);
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
	uint32_t string = begin / 2, place;

	if (!has(found->strings, string))
		return;
	for (place = found->slots[slot_of(found, string)]; place; place = found->places[place].next) {
		uint32_t at = found->places[place].at + (begin & 1);

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
