/* atoms.c - numbering the atoms and telling which hold. */
#include "triage/atoms.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/facts.h"
#include "rules/names.h"
#include "rules/vocab.h"
#include "triage/watch.h"
#include "util/arena.h"
#include "util/err.h"
#include "util/mem.h"

enum comparison { LESS, AT_MOST, MORE, AT_LEAST };

struct atom {
	enum { DENIED, VALUE, DERIVED } kind;
	int number; /* of the finding, the value kind, the derived finding */
	enum comparison comparison;
	int than; /* whole, as nobody is told apart by half a year */
};

enum { EXTRA_MAX = BITS_MAX - FACTS_MAX };

struct atoms {
	const struct vocab *vocab;
	struct names *texts; /* of the extra atoms, so that each is kept once */
	struct atom extra[EXTRA_MAX]; /* atom number FACTS_MAX + i */
	struct names *derived;
	struct guard when[EXTRA_MAX]; /* by derived number */
	int atom_of[EXTRA_MAX]; /* by derived number */
	int order[EXTRA_MAX]; /* derived numbers, each after what it uses */
	struct watch watch; /* of their guards, by the place in that order */
	bool history[FACTS_MAX];
	int denied[FACTS_MAX]; /* by finding: the atom that holds when it is absent, 0 for none */
	int values[EXTRA_MAX]; /* atoms that ask for a told value */
	size_t n_values;
};

bool guard_holds(const struct guard *g, const struct bits *held)
{
	return bits_within(&g->all_of, held) && (!g->any_needs || bits_common(&g->any_of, held) >= g->any_needs) &&
		(!g->and_any_needs || bits_common(&g->and_any_of, held) >= g->and_any_needs) &&
		!bits_meet(&g->none_of, held);
}

struct atoms *atoms_new(const struct vocab *vocab)
{
	struct atoms *a = mem_alloc(1, sizeof *a);
	a->vocab = vocab;
	a->texts = names_new();
	a->derived = names_new();
	return a;
}

void atoms_free(struct atoms *a)
{
	if (!a)
		return;
	names_free(a->texts);
	names_free(a->derived);
	free(a);
}

struct atoms *atoms_copy(const struct atoms *a, struct arena *arena)
{
	struct atoms *copy = arena_copy(arena, a, 1, sizeof *a);
	copy->texts = names_copy(a->texts, arena);
	copy->derived = names_copy(a->derived, arena);
	return copy;
}

void atoms_add_history(struct atoms *a, int finding)
{
	a->history[finding] = true;
}

bool atoms_is_history(const struct atoms *a, int finding)
{
	return a->history[finding];
}

static int add_extra(struct atoms *a, const char *text, struct atom atom, struct err *err)
{
	int known = names_number(a->texts, text);
	if (known >= 0)
		return FACTS_MAX + known;
	if (names_count(a->texts) == EXTRA_MAX)
		return err_set(err, "more than %d atoms that are no findings", EXTRA_MAX);
	int i = names_add(a->texts, text);
	a->extra[i] = atom;
	if (atom.kind == DENIED)
		a->denied[atom.number] = FACTS_MAX + i;
	if (atom.kind == VALUE)
		a->values[a->n_values++] = FACTS_MAX + i;
	return FACTS_MAX + i;
}

int atoms_declare(struct atoms *a, const char *id, struct err *err)
{
	if (id[0] != '@' || !id[1])
		return err_set(err, "'%s': the id of a derived finding begins with @", id);
	int derived = names_add(a->derived, id);
	if (derived < 0)
		return err_set(err, "'%s' is there twice", id);
	int atom = add_extra(a, id, (struct atom){.kind = DERIVED, .number = derived}, err);
	if (atom < 0)
		return -1;
	a->atom_of[derived] = atom;
	a->order[derived] = derived;
	return derived;
}

int atoms_derived(const struct atoms *a, const char *id)
{
	return names_number(a->derived, id);
}

const char *atoms_derived_id(const struct atoms *a, int derived)
{
	return names_id(a->derived, derived);
}

void atoms_define(struct atoms *a, int derived, const struct guard *when)
{
	a->when[derived] = *when;
}

int atoms_of_derived(const struct atoms *a, int derived)
{
	return a->atom_of[derived];
}

static bool guard_uses(const struct guard *g, int atom)
{
	return bits_has(&g->all_of, atom) || bits_has(&g->any_of, atom) || bits_has(&g->and_any_of, atom) ||
		bits_has(&g->none_of, atom);
}

enum mark { NEW, OPEN, DONE };

/* Depth first; an open one met again is part of a circle. */
static int visit(struct atoms *a, int derived, enum mark *marks, int *n_done, int *out_circle)
{
	if (marks[derived] == DONE)
		return 0;
	if (marks[derived] == OPEN) {
		*out_circle = derived;
		return -1;
	}
	marks[derived] = OPEN;
	for (int other = 0; other < (int)names_count(a->derived); other++)
		if (guard_uses(&a->when[derived], a->atom_of[other]) && visit(a, other, marks, n_done, out_circle) < 0)
			return -1;
	marks[derived] = DONE;
	a->order[(*n_done)++] = derived;
	return 0;
}

int atoms_sort(struct atoms *a, int *out_circle)
{
	enum mark marks[EXTRA_MAX] = {NEW};
	const struct guard *guards[EXTRA_MAX];
	int n_done = 0;
	for (int i = 0; i < (int)names_count(a->derived); i++)
		if (visit(a, i, marks, &n_done, out_circle) < 0)
			return -1;
	for (int i = 0; i < n_done; i++)
		guards[i] = &a->when[a->order[i]];
	watch_make(&a->watch, guards, (size_t)n_done);
	return 0;
}

static int unknown(const char *what, const char *text, const char *near, struct err *err)
{
	if (near)
		return err_set(err, "unknown %s '%s', did you mean '%s'?", what, text, near);
	return err_set(err, "unknown %s '%s'", what, text);
}

static int denied_number(struct atoms *a, const char *text, struct err *err)
{
	const char *id = text + strlen("absent:");
	int finding = vocab_finding(a->vocab, id);
	if (finding < 0)
		return unknown("finding", id, vocab_finding_near(a->vocab, id), err);
	return add_extra(a, text, (struct atom){.kind = DENIED, .number = finding}, err);
}

/* "age_years<16". */
static int value_number(struct atoms *a, const char *text, struct err *err)
{
	size_t len = strcspn(text, "<>");
	char id[64];
	if (len >= sizeof id)
		return err_set(err, "'%s' compares nothing known", text);
	memcpy(id, text, len);
	id[len] = '\0';
	int finding = vocab_finding(a->vocab, id);
	int kind = finding < 0 ? -1 : vocab_value_kind(a->vocab, finding);
	if (kind < 0)
		return err_set(err, "'%s' carries no value to compare", id);
	bool less = text[len] == '<', equal = text[len + 1] == '=';
	const char *number = text + len + 1 + equal;
	size_t digits = strspn(number, "0123456789");
	if (digits == 0 || digits > 6 || number[digits])
		return err_set(err, "'%s': a whole number must follow", text);
	enum comparison comparison = less ? (equal ? AT_MOST : LESS) : (equal ? AT_LEAST : MORE);
	struct atom atom = {.kind = VALUE, .number = kind, .comparison = comparison, .than = (int)strtol(number, NULL, 10)};
	return add_extra(a, text, atom, err);
}

int atoms_number(struct atoms *a, const char *text, struct err *err)
{
	if (text[0] == '@') {
		int derived = names_number(a->derived, text);
		if (derived < 0)
			return unknown("derived finding", text, names_near(a->derived, text), err);
		return a->atom_of[derived];
	}
	if (strncmp(text, "absent:", strlen("absent:")) == 0)
		return denied_number(a, text, err);
	if (strpbrk(text, "<>"))
		return value_number(a, text, err);
	int finding = vocab_finding(a->vocab, text);
	if (finding < 0)
		return unknown("finding", text, vocab_finding_near(a->vocab, text), err);
	return finding;
}

struct atom_view atoms_view(const struct atoms *a, int atom)
{
	static const double step[] = {[LESS] = -1, [AT_MOST] = 0, [MORE] = 1, [AT_LEAST] = 0};
	const struct atom *x = &a->extra[atom < FACTS_MAX ? 0 : atom - FACTS_MAX];
	if (atom < FACTS_MAX)
		return (struct atom_view){.kind = ATOM_FINDING, .number = atom};
	if (x->kind == DENIED)
		return (struct atom_view){.kind = ATOM_DENIED, .number = x->number};
	if (x->kind == VALUE)
		return (struct atom_view){
			.kind = ATOM_VALUE, .number = x->number, .value = x->than + step[x->comparison]};
	return (struct atom_view){.kind = ATOM_DERIVED, .number = x->number, .when = &a->when[x->number]};
}

static bool finding_counts(const struct atoms *a, int finding, enum finding_state state, bool strict)
{
	return state == STATE_PRESENT || (state == STATE_UNCERTAIN && !strict) ||
		(state == STATE_PAST && a->history[finding]);
}

static bool compare(enum comparison comparison, double value, double than)
{
	switch (comparison) {
	case LESS:
		return value < than;
	case AT_MOST:
		return value <= than;
	case MORE:
		return value > than;
	case AT_LEAST:
		return value >= than;
	}
	assert(!"no such comparison");
	return false;
}

/* Nothing is known of most findings: eight at a time are passed by. */
static void hold_findings(const struct atoms *a, const struct facts *facts, bool strict, struct bits *out)
{
	for (int from = 0; from < FACTS_MAX; from += 8) {
		uint64_t known;
		memcpy(&known, &facts->state[from], sizeof known);
		for (int i = from; known && i < from + 8; i++) {
			enum finding_state state = facts->state[i];
			if (state == STATE_ABSENT && a->denied[i])
				bits_set(out, a->denied[i]);
			else if (state != STATE_UNKNOWN && finding_counts(a, i, state, strict))
				bits_set(out, i);
		}
	}
}

static void hold_values(const struct atoms *a, const struct facts *facts, struct bits *out)
{
	for (size_t i = 0; i < a->n_values; i++) {
		const struct atom *x = &a->extra[a->values[i] - FACTS_MAX];
		if (facts->has_value[x->number] && compare(x->comparison, facts->value[x->number], x->than))
			bits_set(out, a->values[i]);
	}
}

void atoms_told(const struct atoms *a, const struct facts *facts, bool strict, struct bits *out)
{
	*out = (struct bits){0};
	hold_findings(a, facts, strict, out);
	hold_values(a, facts, out);
}

void atoms_tell(const struct atoms *a, int finding, struct bits *held)
{
	bits_set(held, finding);
	if (a->denied[finding])
		bits_clear(held, a->denied[finding]);
}

void atoms_may_derive(const struct atoms *a, const struct bits *held, struct bits *out)
{
	watch_find(&a->watch, held, out);
}

/* One that holds may let others hold, all of which come later in the order. */
void atoms_derive(const struct atoms *a, const struct bits *may, struct bits *held)
{
	struct bits look = *may;
	for (int i = bits_next(&look, 0); i >= 0; i = bits_next(&look, i + 1)) {
		if (!guard_holds(&a->when[a->order[i]], held))
			continue;
		bits_set(held, a->atom_of[a->order[i]]);
		bits_add(&look, &a->watch.by_atom[a->atom_of[a->order[i]]]);
	}
}

void atoms_hold(const struct atoms *a, const struct facts *facts, bool strict, struct bits *out)
{
	struct bits may;
	atoms_told(a, facts, strict, out);
	atoms_may_derive(a, out, &may);
	atoms_derive(a, &may, out);
}
