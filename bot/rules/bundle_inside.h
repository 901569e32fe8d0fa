/* bundle_inside.h - what bundles are made of, for the files that make and run them only (bundle*.c). */
#ifndef RULES_BUNDLE_INSIDE_H
#define RULES_BUNDLE_INSIDE_H

#include "rules/automaton_inside.h"
#include "rules/bundle.h"
#include "rules/needs.h"

enum {
	MOST_MEMBERS = 1 << 14,
	MOST_NUMBERS = 60000, /* in the list of a state */
	FEW = 8, /* members are better followed alone */
	STEPS = 40000, /* of all bundles over one text, and so many more for each byte: */
	STEPS_PER_BYTE = 16,
	MAKING = 200, /* steps of members, that bundles and states are made by, over one text; and so many more for each byte: */
	MAKING_PER_BYTE = 1,
	EMPTY = 1, /* in the place of a bundle: nothing begins so */
	MET = 2, /* a text led here: most do so once and never again, and are not worth a bundle or a state */
	MANY = 32, /* members are worth a state at once */
};

/* In the list of those that match at a state: it only may, and is not followed further. */
#define MAY 0x8000u

/* A member is the number of its regex, doubled, and 1 more where it is followed to its end. */
typedef uint32_t member;

/* In the automata's block. */
struct bundle {
	uint32_t start[CODE_KINDS]; /* states behind the head, by what stands before; 0: not made yet */
	uint32_t passed[CODE_KINDS]; /* members of which the head says nothing more: struct matched */
	uint32_t members; /* list of member */
	uint16_t n_members;
	uint8_t head; /* characters */
	uint8_t codes[CHARS_MAX];
};

/* Who matches. */
struct matched {
	uint16_t n, members[];
};

/* States of bundles are like those of automata. In their drafts `places` are groups, and `looks` is for each kind of character
 * the list of those that match before it, as struct matched, 0 for none. */

/* A member in the list of a state. Without places: it may match, and is not followed further. */
struct group {
	uint16_t member, n;
	const uint16_t *places;
};

/* Groups: the member with one of these, the number of its places where neither is set, the places. */
enum { ONE_PLACE = 0x4000, NO_PLACE = 0x8000 };

struct numbers {
	uint16_t *list;
	size_t n;
};

struct bundles {
	struct automata *a;
	const struct needs *needs;
	const char *const *sources;
	const struct subject *s;
	uint32_t forgotten; /* as often as that the automata's memory had been when these were made */
	uint32_t *by_string; /* doubled, and one more where the first space stands before the match */
	size_t steps, making; /* over this text */
	struct numbers now, next;
	uint16_t *matching[CODE_KINDS];
	size_t n_matching[CODE_KINDS];
	struct sifted *found; /* of the last run */
	size_t n_found;
	uint16_t *told; /* the members that they are */
	uint16_t *found_as; /* by member: 1 more than its place in `found` */
	member *drafted; /* members of a bundle that is made */
	uint32_t *drafted_in; /* by number of a regex: the last bundle that it was drafted for */
	uint32_t made; /* bundles so far */
	bool full;
};

static inline const struct automaton *automaton_of(const struct bundles *b, member m)
{
	return at(b->a, b->a->by_number[m / 2]);
}

static inline const struct plan *plan_of(const struct bundles *b, member m)
{
	return at(b->a, automaton_of(b, m)->plan);
}

static inline bool is_whole(member m)
{
	return m & 1;
}

static inline const member *members_of(const struct bundles *b, const struct bundle *u)
{
	return at(b->a, u->members);
}

static inline uint32_t number_of(const struct automata *a, const void *what)
{
	return (uint32_t)((const uint32_t *)what - a->words);
}

/* Reads the group at list[i]; returns where the next one is. */
static inline size_t read_group(const uint16_t *list, size_t i, struct group *g)
{
	uint16_t head = list[i++];

	g->member = head & (MOST_MEMBERS - 1);
	g->n = head & NO_PLACE ? 0 : head & ONE_PLACE ? 1 : list[i++];
	g->places = list + i;
	return i + g->n;
}

/* Puts a member with its places on a list. */
void bundle_put(struct bundles *b, struct numbers *l, const struct group *g);
/* A new list of members that match, and whether they only may; 0 when there is no room. */
uint32_t matched_new(struct bundles *b, const uint16_t *list, size_t n);
/* Puts what is left of a member behind one character on b->next. Returns whether it matches before it: then only one that is
 * followed to its end goes on. */
bool bundle_step_member(struct bundles *b, const struct bundle *u, const struct group *g, const struct view *v, uint8_t code);
/* The state of a list, new or not; 0 when there is no room. */
uint32_t bundle_state(struct bundles *b, const struct bundle *u, const struct numbers *l, enum code_kind before);
/* Where a state leads by a character: the same. */
uint32_t bundle_step(struct bundles *b, const struct bundle *u, uint32_t state, uint8_t code);

/* A new bundle of those that begin with the strings; EMPTY when none does, 0 when there is no room. */
uint32_t bundle_make(struct bundles *b, const struct string_found *chain, size_t n_chain, bool before, size_t at_text);
/* Makes its state behind the head. False when there is no room. */
bool bundle_start(struct bundles *b, struct bundle *u, enum code_kind before);

#endif
