/* bundle_make.c - who is in a bundle, and how they fare over its head: what all texts have in common that lead there. */
#include "rules/bundle_inside.h"

#include <string.h>

/* A regex behind the first character of a match. */
struct first_step {
	uint32_t automaton;
	uint8_t before, code;
	bool match; /* before it: then it is not followed further */
	uint16_t n, places[];
};

/* What becomes of a regex that begins like the others. False when there is no room. */
static bool draft_member(struct bundles *b, uint32_t user, member *out)
{
	struct automata *a = b->a;

	if (!a->by_number[user])
		a->by_number[user] = automaton_make(a, b->sources[user], strlen(b->sources[user]), 0);
	if (!a->by_number[user])
		return false;
	const struct automaton *m = at(a, a->by_number[user]);
	*out = user * 2 + (!m->refused && !m->skips && !m->looks && !m->any_words);
	return true;
}

/* The members that begin with one of the strings, each once: n of them, or -1 when there is no room. */
static int draft_members(struct bundles *b, const struct string_found *chain, size_t n_chain, bool before)
{
	int n = 0;

	b->made++;
	for (size_t k = 0; k < n_chain; k++) {
		const uint32_t *list;
		size_t count = needs_begins(b->needs, chain[k].string, &list);

		for (size_t i = 0; i < count; i++) {
			if ((list[i] & 1) != before || b->drafted_in[list[i] / 2] == b->made)
				continue;
			if (n == MOST_MEMBERS || !draft_member(b, list[i] / 2, &b->drafted[n]))
				return -1;
			b->drafted_in[list[i] / 2] = b->made;
			n++;
		}
	}
	return n;
}

static uint32_t copy_aside(struct automata *a, const void *from, size_t bytes)
{
	uint32_t number = automata_take_aside(a, bytes);

	if (number)
		memcpy(at(a, number), from, bytes);
	return number;
}

/* What all texts have in common that lead here, as far as it is told apart: the letters of the first word. */
static void read_head(struct bundle *u, const struct subject *s, size_t at, size_t most)
{
	while (u->head < most && at + u->head < s->len && code_kind(s->codes[at + u->head]) == KIND_WORD) {
		u->codes[u->head] = s->codes[at + u->head];
		u->head++;
	}
}

uint32_t bundle_make(struct bundles *b, const struct string_found *chain, size_t n_chain, bool before, size_t at_text)
{
	int n = draft_members(b, chain, n_chain, before);

	if (n <= 0)
		return n < 0 ? 0 : EMPTY;
	uint32_t members = copy_aside(b->a, b->drafted, (size_t)n * sizeof *b->drafted);
	uint32_t number = automata_take_aside(b->a, sizeof(struct bundle));
	if (!members || !number)
		return 0;
	struct bundle *u = at(b->a, number);
	*u = (struct bundle){.members = members, .n_members = (uint16_t)n};
	read_head(u, b->s, at_text, chain[n_chain - 1].len - before);
	return number;
}

/* The first character, which many strings have in common. */
static bool step_first(struct bundles *b, const struct bundle *u, const struct group *g, const struct view *v, uint8_t code)
{
	struct automata *a = b->a;
	uint32_t automaton = a->by_number[members_of(b, u)[g->member] / 2], number;
	uint32_t hash = hash_numbers(&(uint16_t){code}, 1, automaton, v->before);
	size_t i = hash, was = b->next.n;

	while ((number = known_next(&a->known, hash, &i))) {
		const struct first_step *f = at(a, number);

		if (f->automaton != automaton || f->before != v->before || f->code != code)
			continue;
		if (f->n)
			bundle_put(b, &b->next, &(struct group){g->member, f->n, f->places});
		return f->match;
	}
	bool match = bundle_step_member(b, u, g, v, code);
	size_t n = b->next.n > was ? a->next.n : 0;
	number = automata_take_aside(a, sizeof(struct first_step) + n * sizeof(uint16_t));
	if (number) {
		struct first_step *f = at(a, number);

		*f = (struct first_step){automaton, (uint8_t)v->before, code, match, (uint16_t)n};
		memcpy(f->places, a->next.places, n * sizeof *f->places);
		known_add(&a->known, hash, number);
	}
	return match;
}

/* One character of the head, which no states are made for. Those that match within it, or are followed no further, go to
 * b->matching[0]. */
static void step_head(struct bundles *b, const struct bundle *u, const struct view *v, size_t k, size_t *n_passed)
{
	struct numbers was = b->now;

	b->next.n = 0;
	for (size_t i = 0; i < b->now.n && !b->full;) {
		size_t begin = b->next.n;
		struct group g;

		i = read_group(b->now.list, i, &g);
		if (!(k ? bundle_step_member(b, u, &g, v, u->codes[k]) : step_first(b, u, &g, v, u->codes[0])))
			continue;
		b->matching[0][(*n_passed)++] = (uint16_t)(g.member | MAY);
		b->next.n = begin;
	}
	b->now = b->next;
	b->next = was;
}

bool bundle_start(struct bundles *b, struct bundle *u, enum code_kind before)
{
	enum code_kind last = before;
	size_t n_passed = 0;

	b->now.n = 0;
	for (uint16_t i = 0; i < u->n_members; i++) {
		const struct automaton *m = automaton_of(b, members_of(b, u)[i]);

		if (m->refused || m->skips)
			b->matching[0][n_passed++] = (uint16_t)(i | MAY);
		else
			bundle_put(b, &b->now, &(struct group){i, 1, &(uint16_t){0}});
	}
	for (size_t k = 0; k < u->head; k++) {
		struct view v = {.relaxed = true, .before = last, .behind = code_kind(u->codes[k])};

		step_head(b, u, &v, k, &n_passed);
		last = v.behind;
	}
	uint32_t passed = b->full ? 0 : matched_new(b, b->matching[0], n_passed);
	uint32_t state = passed ? bundle_state(b, u, &b->now, last) : 0;
	u->passed[before] = passed;
	u->start[before] = state;
	return state;
}
