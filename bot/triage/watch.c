/* watch.c - a guard is listed under one atom of those that it needs all, the one that the fewest guards need; else under each
 * of those that it needs some of. */
#include "triage/watch.h"

#include <string.h>

static int rarest(const struct bits *atoms, const int uses[BITS_MAX])
{
	int best = -1;

	for (int i = 0; i < BITS_MAX; i++)
		if (bits_has(atoms, i) && (best < 0 || uses[i] < uses[best]))
			best = i;
	return best;
}

static void list(struct watch *w, const struct guard *g, int number, const int uses[BITS_MAX])
{
	const struct bits *some = g->any_needs > 0 ? &g->any_of : g->and_any_needs > 0 ? &g->and_any_of : NULL;
	int one = rarest(&g->all_of, uses);

	if (one >= 0)
		bits_set(&w->by_atom[one], number);
	else if (!some)
		bits_set(&w->always, number);
	for (int i = 0; one < 0 && some && i < BITS_MAX; i++)
		if (bits_has(some, i))
			bits_set(&w->by_atom[i], number);
}

void watch_make(struct watch *w, const struct guard *const *guards, size_t n)
{
	int uses[BITS_MAX] = {0};

	memset(w, 0, sizeof *w);
	for (size_t i = 0; i < n; i++)
		for (int atom = 0; atom < BITS_MAX; atom++)
			uses[atom] += bits_has(&guards[i]->all_of, atom);
	for (size_t i = 0; i < n; i++)
		list(w, guards[i], (int)i, uses);
}

void watch_find(const struct watch *w, const struct bits *held, struct bits *out)
{
	*out = w->always;
	for (int i = bits_next(held, 0); i >= 0; i = bits_next(held, i + 1))
		bits_add(out, &w->by_atom[i]);
}
