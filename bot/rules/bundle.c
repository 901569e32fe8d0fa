/* bundle.c - the regexes whose matches may begin with the same string, run over a text as one automaton.
 *
 * A state is a list of the members that are still in the run, each with the places in its code, in their order of preference. Such
 * states are large. So they are only made behind the first word, which all texts that lead to a bundle have in common; where a
 * text leads for the second time; and while several members are left. What is left otherwise is told as what may match. */
#include "rules/bundle_inside.h"

#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

struct bundles *bundles_new(struct automata *a, const struct needs *needs, const char *const *sources)
{
	struct bundles *b = mem_alloc(1, sizeof *b);

	*b = (struct bundles){.a = a, .needs = needs, .sources = sources,
		.by_string = mem_alloc(needs_strings(needs) * 2 + 1, sizeof *b->by_string)};
	return b;
}

void bundles_free(struct bundles *b)
{
	if (!b)
		return;
	free(b->by_string);
	free(b->now.list);
	free(b->next.list);
	for (int k = 0; k < CODE_KINDS; k++)
		free(b->matching[k]);
	free(b->found);
	free(b->told);
	free(b->found_as);
	free(b->drafted);
	free(b->drafted_in);
	free(b);
}

/* Room for what a bundle of so many takes while it is made and run. */
static void make_room(struct bundles *b)
{
	if (b->found)
		return;
	b->now.list = mem_alloc(MOST_NUMBERS, sizeof *b->now.list);
	b->next.list = mem_alloc(MOST_NUMBERS, sizeof *b->next.list);
	for (int k = 0; k < CODE_KINDS; k++)
		b->matching[k] = mem_alloc(MOST_MEMBERS, sizeof *b->matching[k]);
	b->found = mem_alloc(MOST_MEMBERS, sizeof *b->found);
	b->told = mem_alloc(MOST_MEMBERS, sizeof *b->told);
	b->found_as = mem_alloc(MOST_MEMBERS, sizeof *b->found_as);
	b->drafted = mem_alloc(MOST_MEMBERS, sizeof *b->drafted);
	b->drafted_in = mem_alloc(b->a->n + 1, sizeof *b->drafted_in);
}

/* `end`: as in struct sifted. */
static void tell(struct bundles *b, const struct bundle *u, uint16_t k, uint32_t end)
{
	uint16_t *as = &b->found_as[k];

	if (!*as) {
		b->found[b->n_found].user = members_of(b, u)[k] / 2;
		b->told[b->n_found] = k;
		*as = (uint16_t)++b->n_found;
	}
	b->found[*as - 1].end = end;
}

static void tell_matched(struct bundles *b, const struct bundle *u, uint32_t matched, size_t end)
{
	const struct matched *m = at(b->a, matched);

	for (uint16_t i = 0; i < m->n; i++)
		tell(b, u, m->members[i] & (MAY - 1), m->members[i] & MAY ? 0 : (uint32_t)end + 1);
}

/* Long texts of many new words: what is made for them takes longer than it saves, and would push out what serves others. */
static bool makes_too_much(const struct bundles *b)
{
	return b->making > MAKING + MAKING_PER_BYTE * b->s->len;
}

static bool are_many(const struct draft *d)
{
	struct group g;
	size_t n = 0;

	for (size_t i = 0; i < d->n_places && n <= MANY; n++)
		i = read_group(d->places, i, &g);
	return n > MANY;
}

/* Tells that all that are left may match. */
static void leave(struct bundles *b, const struct bundle *u, const struct draft *d)
{
	struct group g;

	for (size_t i = 0; i < d->n_places;) {
		i = read_group(d->places, i, &g);
		tell(b, u, g.member, 0);
	}
}

/* Where a state leads by the character, made if need be. MET: nowhere yet; who is left was told. 0: there is no room. */
static uint32_t follow(struct bundles *b, const struct bundle *u, uint32_t state, uint32_t target, uint8_t code)
{
	const struct draft *d = draft_of(b->a, state);

	if (target > MET)
		return target;
	if (!makes_too_much(b) && (target == MET || are_many(d)))
		return bundle_step(b, u, state, code);
	leave(b, u, d);
	return MET;
}

/* False when there is no room. */
static bool run(struct bundles *b, struct bundle *u, enum code_kind before, size_t i)
{
	const uint8_t *text = b->s->codes;
	size_t from = i;

	if (!u->start[before] && !bundle_start(b, u, before))
		return false;
	tell_matched(b, u, u->passed[before], 0);
	for (uint32_t number = u->start[before];; i++) {
		uint32_t *state = at(b->a, number), ends = *state >> ENDS_SHIFT;
		enum code_kind kind = code_kind(text[i]);

		if (ends >> kind & 1)
			tell_matched(b, u, ((const uint32_t *)at(b->a, draft_of(b->a, number)->looks))[kind], i);
		uint32_t *target = target_of(state, text[i]);
		if (!target)
			break;
		*target = follow(b, u, number, *target, text[i]);
		if (*target == MET)
			break;
		if (!(number = *target))
			return false;
	}
	b->steps += i - from + 1;
	return true;
}

static void forget(struct bundles *b)
{
	for (size_t i = 0; i < b->n_found; i++)
		b->found_as[b->told[i]] = 0;
	b->n_found = 0;
	b->full = false;
	if (b->a->end - b->a->used < AUTOMATA_RESERVE)
		automata_forget(b->a);
	if (b->forgotten == b->a->forgotten)
		return;
	memset(b->by_string, 0, needs_strings(b->needs) * 2 * sizeof *b->by_string);
	b->forgotten = b->a->forgotten;
}

static size_t sift(void *ctx, const struct string_found *chain, size_t n, bool before, size_t at_text, const struct sifted **out)
{
	struct bundles *b = ctx;
	uint32_t *number = &b->by_string[chain[n - 1].string * 2 + before];

	forget(b);
	if (b->s->strange || b->steps > STEPS + STEPS_PER_BYTE * b->s->len)
		return SIEVE_ALL;
	if (*number == EMPTY)
		return 0;
	if (!*number) {
		*number = MET;
		return SIEVE_ALL;
	}
	if (*number == MET && makes_too_much(b))
		return SIEVE_ALL;
	if (*number == MET) {
		uint32_t made = bundle_make(b, chain, n, before, at_text);

		if (made <= EMPTY)
			return made ? (*number = EMPTY, 0) : SIEVE_ALL;
		*number = made;
	}
	struct bundle *u = at(b->a, *number);
	if (!run(b, u, at_text ? code_kind(b->s->codes[at_text - 1]) : KIND_END, at_text + u->head))
		return SIEVE_ALL;
	*out = b->found;
	return b->n_found;
}

struct sieve bundles_sieve(struct bundles *b, const struct subject *s)
{
	make_room(b);
	b->s = s;
	b->steps = b->making = 0;
	return (struct sieve){b, sift};
}
