/* needs.c - formulas over strings, until they are sealed. */
#include "rules/needs_inside.h"

#include <stdlib.h>

#include "util/arena.h"
#include "util/mem.h"

enum { SHORTEST = 2 };

struct needs *needs_new(void)
{
	struct needs *n = mem_alloc(1, sizeof *n);
	struct needs_draft *d = n->draft = mem_alloc(1, sizeof *d);

	n->strings = trie_new();
	mem_room(d->formulas, d->n_formulas, d->cap_formulas);
	d->formulas[d->n_formulas++] = (struct formula){FORMULA_ALWAYS, 0, 0};
	return n;
}

static void lists_done(struct lists *l)
{
	free(l->start);
	free(l->list);
}

static void draft_free(struct needs_draft *d)
{
	if (!d)
		return;
	free(d->formulas);
	free(d->parts);
	free(d->users);
	free(d->begins);
	free(d);
}

void needs_free(struct needs *n)
{
	if (!n)
		return;
	draft_free(n->draft);
	trie_free(n->strings);
	lists_done(&n->begins);
	lists_done(&n->led_by);
	lists_done(&n->users);
	lists_done(&n->asked);
	free(n->begin);
	free(n->leads);
	free(n->always);
	free(n);
}

static int add(struct needs_draft *d, enum formula_kind kind, uint32_t first, size_t count)
{
	mem_room(d->formulas, d->n_formulas, d->cap_formulas);
	d->formulas[d->n_formulas] = (struct formula){(uint8_t)kind, first, (uint32_t)count};
	return (int)d->n_formulas++;
}

static size_t letters(chars s)
{
	size_t n = 0;

	for (size_t i = 0; i < chars_len(s); i++)
		n += chars_at(s, i) != ' ';
	return n;
}

bool needs_tells(chars string)
{
	char first = chars_at(string, 0);

	return letters(string) && (chars_len(string) >= SHORTEST || first == '?' || (first >= '0' && first <= '9'));
}

int needs_string(struct needs *n, chars string)
{
	if (!needs_tells(string))
		return NEED_NOTHING;
	return add(n->draft, FORMULA_STRING, trie_add(n->strings, string), 0);
}

static void add_part(struct needs_draft *d, int part)
{
	mem_room(d->parts, d->n_parts, d->cap_parts);
	d->parts[d->n_parts++] = part;
}

int needs_and(struct needs *n, int a, int b)
{
	struct needs_draft *d = n->draft;
	uint32_t first = (uint32_t)d->n_parts;

	if (a == NEED_NOTHING || b == NEED_NOTHING || a == b)
		return a == NEED_NOTHING ? b : a;
	add_part(d, a);
	add_part(d, b);
	return add(d, FORMULA_AND, first, 2);
}

int needs_or(struct needs *n, const int *list, size_t count)
{
	struct needs_draft *d = n->draft;
	uint32_t first = (uint32_t)d->n_parts;

	for (size_t i = 0; i < count; i++)
		if (list[i] == NEED_NOTHING)
			return NEED_NOTHING;
	if (count < 2)
		return count ? list[0] : NEED_NOTHING;
	for (size_t i = 0; i < count; i++)
		add_part(d, list[i]);
	return add(d, FORMULA_OR, first, count);
}

static struct user *user_of(struct needs_draft *d, uint32_t number)
{
	while (d->n_users <= number) {
		mem_room(d->users, d->n_users, d->cap_users);
		d->users[d->n_users++] = (struct user){.formula = NEED_NOTHING};
	}
	return &d->users[number];
}

void needs_attach(struct needs *n, uint32_t user, int formula, const struct begin *begins, size_t n_begins)
{
	struct needs_draft *d = n->draft;

	struct user *u = user_of(d, user);

	*u = (struct user){formula, (uint32_t)d->n_begins, (uint32_t)n_begins, u->leads};
	for (size_t i = 0; i < n_begins; i++) {
		mem_room(d->begins, d->n_begins, d->cap_begins);
		d->begins[d->n_begins++] = trie_add(n->strings, begins[i].string) * 2 + begins[i].space_before;
	}
}

void needs_lead(struct needs *n, uint32_t user)
{
	user_of(n->draft, user)->leads = true;
}

void needs_seal(struct needs *n, const char *usual)
{
	needs_settle(n, usual);
	draft_free(n->draft);
	n->draft = NULL;
}

static struct lists lists_copy(const struct lists *l, struct arena *arena)
{
	return (struct lists){arena_copy(arena, l->start, l->n + 1, sizeof *l->start),
		arena_copy(arena, l->list, l->start[l->n], sizeof *l->list), l->n};
}

struct needs *needs_copy(const struct needs *n, struct arena *arena)
{
	struct needs *copy = arena_copy(arena, n, 1, sizeof *n);

	copy->strings = trie_copy(n->strings, arena);
	copy->begins = lists_copy(&n->begins, arena);
	copy->led_by = lists_copy(&n->led_by, arena);
	copy->users = lists_copy(&n->users, arena);
	copy->asked = lists_copy(&n->asked, arena);
	copy->begin = arena_copy(arena, n->begin, n->n_users, sizeof *n->begin);
	copy->leads = arena_copy(arena, n->leads, n->n_users / 64 + 1, sizeof *n->leads);
	copy->always = arena_copy(arena, n->always, n->n_always, sizeof *n->always);
	return copy;
}
