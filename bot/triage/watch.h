/* watch.h - of many guards those that are worth a look: most demand an atom that does not hold. */
#ifndef TRIAGE_WATCH_H
#define TRIAGE_WATCH_H

#include <stddef.h>

#include "triage/atoms.h"

/* Guards by number, each under atoms of which one must hold for the guard to hold. Plain data. */
struct watch {
	struct bits by_atom[BITS_MAX], always;
};

/* Guard i is *guards[i]; at most BITS_MAX of them. */
void watch_make(struct watch *w, const struct guard *const *guards, size_t n);

/* Every guard that can hold with these atoms, and few that can't. */
void watch_find(const struct watch *w, const struct bits *held, struct bits *out);

#endif
