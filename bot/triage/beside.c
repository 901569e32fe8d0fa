/* beside.c - emergency rules see nothing uncertain: one set of atoms is enough. */
#include "triage/beside.h"

#include "triage/tables.h"

void beside_init(struct beside *b, const struct tables *t, const struct facts *facts)
{
	b->tables = t;
	atoms_told(t->atoms, facts, true, &b->told);
	atoms_may_derive(t->atoms, &b->told, &b->may_derive);
	watch_find(&t->watch, &b->told, &b->may_fire);
}

static void tell(const struct tables *t, int finding, struct bits *held)
{
	const struct list *implied = &t->implied[finding];

	atoms_tell(t->atoms, finding, held);
	for (size_t i = 0; i < implied->n; i++)
		atoms_tell(t->atoms, implied->items[i], held);
}

bool beside_emergency(const struct beside *b, int finding)
{
	const struct tables *t = b->tables;
	const struct bits *emergencies = &t->rules_of[URGENCY_EMERGENCY];
	struct bits held = b->told, new, look;

	if (finding >= 0)
		tell(t, finding, &held);
	new = bits_without(&held, &b->told);
	atoms_may_derive(t->atoms, &new, &look);
	bits_add(&look, &b->may_derive);
	atoms_derive(t->atoms, &look, &held);
	new = bits_without(&held, &b->told);
	watch_find(&t->watch, &new, &look);
	bits_add(&look, &b->may_fire);
	for (int i = bits_next_common(&look, emergencies, 0); i >= 0; i = bits_next_common(&look, emergencies, i + 1))
		if (guard_holds(&t->rules[i].when, &held))
			return true;
	return false;
}

bool beside_related(const struct tables *t, int a, int b)
{
	return bits_meet(&t->touches[a], &t->touches[b]);
}
