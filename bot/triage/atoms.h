/* atoms.h - what a rule can ask of a person: a finding, a denial ("absent:pain"), a told value ("age_years<16"), a
 * derived finding ("@pain"). Each atom has a number: a finding its own, the rest what comes after. Which atoms hold is
 * worked out once for a set of facts; then a rule is a few operations on bits. */
#ifndef TRIAGE_ATOMS_H
#define TRIAGE_ATOMS_H

#include <stdbool.h>
#include <stddef.h>

#include "triage/bits.h"

struct arena;
struct atoms;
struct err;
struct facts;
struct vocab;

/* all_of and none_of as they are; of the two any_of sets at least so many, where they are not empty. */
struct guard {
	struct bits all_of, any_of, and_any_of, none_of;
	int any_needs, and_any_needs; /* 0: there is no such set */
};

/* True when the guard's demands are met by the atoms that hold. A guard that demands nothing always holds. */
bool guard_holds(const struct guard *g, const struct bits *held);

/* `vocab` is borrowed. */
struct atoms *atoms_new(const struct vocab *vocab);
/* NULL is fine. */
void atoms_free(struct atoms *a);
/* A copy for reading only, whole in the arena and freed with it. */
struct atoms *atoms_copy(const struct atoms *a, struct arena *arena);

/* A finding that counts as present when it is past. */
void atoms_add_history(struct atoms *a, int finding);
bool atoms_is_history(const struct atoms *a, int finding);

/* Makes the name of a derived finding known ("@pain"). Returns its number among the derived ones, or -1 with `err` set.
 */
int atoms_declare(struct atoms *a, const char *id, struct err *err);
/* -1 when unknown. */
int atoms_derived(const struct atoms *a, const char *id);
const char *atoms_derived_id(const struct atoms *a, int derived);
void atoms_define(struct atoms *a, int derived, const struct guard *when);
/* Puts the derived findings in an order in which each comes after what it uses. Returns 0, or -1 and one that is part
 * of a circle. */
int atoms_sort(struct atoms *a, int *out_circle);

/* The number of an atom as written, or -1 with `err` saying what is unknown and what is near. */
int atoms_number(struct atoms *a, const char *text, struct err *err);
/* The atom of a derived finding. */
int atoms_of_derived(const struct atoms *a, int derived);

/* What an atom is about, for whoever looks for facts that make it hold. */
enum atom_kind { ATOM_FINDING, ATOM_DENIED, ATOM_VALUE, ATOM_DERIVED };
struct atom_view {
	enum atom_kind kind;
	int number; /* of the finding, the value kind, the derived finding */
	double value; /* ATOM_VALUE: one that fits */
	const struct guard *when; /* ATOM_DERIVED */
};
struct atom_view atoms_view(const struct atoms *a, int atom);

/* Which atoms hold; `strict`: what is uncertain does not count. Only after atoms_sort. */
void atoms_hold(const struct atoms *a, const struct facts *facts, bool strict, struct bits *out);
/* The same in steps: what is told; the derived findings that may follow from it, by their place in the order; those of them
 * that do, added to what is held. */
void atoms_told(const struct atoms *a, const struct facts *facts, bool strict, struct bits *out);
void atoms_may_derive(const struct atoms *a, const struct bits *held, struct bits *out);
void atoms_derive(const struct atoms *a, const struct bits *may, struct bits *held);
/* The finding is present now, whatever was told of it. */
void atoms_tell(const struct atoms *a, int finding, struct bits *held);

#endif
