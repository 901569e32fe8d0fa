/* automaton_states.c - states, made as texts lead to them. */
#include "rules/automaton_inside.h"

#include <stdlib.h>

#include "util/mem.h"

enum {
	MOST_OF_SMALL = 10, /* characters that are told one by one */
};

/* What a state shows: before which kinds of characters a match ends, and which characters lead on. */
struct outlook {
	uint8_t ends, skips;
	charset own, shared;
};

uint32_t automata_take(struct automata *a, size_t words)
{
	size_t number = a->used;

	if (words > a->end - a->used)
		return 0;
	a->used += words;
	return (uint32_t)number;
}

uint32_t automata_take_aside(struct automata *a, size_t bytes)
{
	size_t words = (bytes + 7) / 8 * 2;

	if (words > a->end - a->used)
		return 0;
	a->end -= words;
	return (uint32_t)a->end;
}

/* What is known under a hash, one after the other: *at begins with the hash. 0 behind the last. */
static uint32_t known_next(const struct known *k, uint32_t hash, size_t *at)
{
	for (;;) {
		const struct known_slot *slot = &k->slots[*at & k->mask];

		if (!slot->number)
			return 0;
		++*at;
		if (slot->hash == hash)
			return slot->number;
	}
}

static uint32_t hash_numbers(const uint16_t *list, size_t n, uint32_t of, uint32_t how)
{
	uint32_t h = (2166136261u ^ of) * 16777619u ^ how;

	for (size_t i = 0; i < n; i++)
		h = (h ^ list[i]) * 16777619u;
	return h ^ h >> 15;
}

static void put_known(struct known *k, struct known_slot slot)
{
	size_t i = slot.hash;

	while (k->slots[i & k->mask].number)
		i++;
	k->slots[i & k->mask] = slot;
	k->n++;
}

static void known_add(struct known *k, uint32_t hash, uint32_t number)
{
	if (k->n * 4 > k->mask * 3) {
		struct known was = *k;

		*k = (struct known){mem_alloc((was.mask + 1) * 2, sizeof *k->slots), was.mask * 2 + 1, 0};
		for (size_t i = 0; i <= was.mask; i++)
			if (was.slots[i].number)
				put_known(k, was.slots[i]);
		free(was.slots);
	}
	put_known(k, (struct known_slot){hash, number});
}

/* ---- places ---- */

static bool look_came_true(const struct view *v, uint8_t look)
{
	for (uint32_t i = 0; v->looks && i < v->looks->n; i++)
		if (v->looks->numbers[i] == look)
			return v->outcome >> i & 1;
	return false;
}

/* More than fit show by their number. */
static void meet(struct state_looks *met, uint8_t look)
{
	for (uint32_t i = 0; i < met->n && i < MAX_STATE_LOOKS; i++)
		if (met->numbers[i] == look)
			return;
	if (met->n < MAX_STATE_LOOKS)
		met->numbers[met->n] = look;
	met->n++;
}

bool view_holds(const struct view *v, const uint8_t *op)
{
	bool edge = (v->before == KIND_WORD) != (v->behind == KIND_WORD);

	if (v->all && v->met && *op == OP_LOOK)
		meet(v->met, op[1]);
	if (v->all)
		return true;
	switch (*op) {
	case OP_WORD_EDGE:
		return edge;
	case OP_NO_WORD_EDGE:
		return !edge;
	case OP_BEGIN:
		return v->before == KIND_END;
	case OP_END:
		return v->behind == KIND_END;
	case OP_FREE_BEFORE:
		return v->before == KIND_END || v->before == KIND_SPACE;
	case OP_FREE_AFTER:
		return v->behind == KIND_END || v->behind == KIND_SPACE;
	default:
		return look_came_true(v, op[1]);
	}
}

/* Adds to a->reached the places that take a character, or end the match, and can be reached from `place`; best first. */
static void reach(struct automata *a, const uint8_t *code, uint16_t place, const struct view *v)
{
	size_t depth = 0;

	a->stack[depth++] = place;
	while (depth) {
		place = a->stack[--depth];
		while (!test_and_set(a->seen, place)) {
			uint8_t op = code[place];

			if (op == OP_SPLIT || op == OP_SPLIT_BACK) {
				uint16_t target = branch_of(code, place), behind = (uint16_t)(place + 3);
				a->stack[depth++] = op == OP_SPLIT_BACK ? behind : target;
				place = op == OP_SPLIT_BACK ? target : behind;
			} else if (op == OP_JUMP) {
				place = branch_of(code, place);
			} else if (!is_condition(op)) {
				a->reached.places[a->reached.n++] = place;
				break;
			} else if (view_holds(v, code + place)) {
				place = (uint16_t)(place + op_size(op));
			} else {
				break;
			}
		}
	}
}

void places_reach(struct automata *a, const struct plan *m, const uint16_t *places, size_t n, const struct view *v)
{
	const uint8_t *code = at(a, m->code);

	memset(a->seen, 0, (m->code_len / 64u + 1) * sizeof *a->seen);
	a->reached.n = 0;
	for (size_t i = 0; i < n; i++)
		reach(a, code, places[i], v);
}

void places_step(struct automata *a, const struct plan *m, size_t n, uint8_t code)
{
	const uint8_t *bytes = at(a, m->code);

	memset(a->seen_next, 0, (m->code_len / 64u + 1) * sizeof *a->seen_next);
	a->next.n = 0;
	for (size_t i = 0; i < n; i++) {
		uint16_t place = a->reached.places[i];

		if (!(place_takes(a, m, place) & code_bit(code)))
			continue;
		place = (uint16_t)(place + op_size(bytes[place]));
		while (bytes[place] == OP_JUMP)
			place = branch_of(bytes, place);
		if (!test_and_set(a->seen_next, place))
			a->next.places[a->next.n++] = place;
	}
}

charset place_takes(const struct automata *a, const struct plan *m, uint16_t place)
{
	const uint8_t *code = (const uint8_t *)at(a, m->code) + place;

	if (*code == OP_SET)
		return ((const charset *)at(a, m->sets))[code[1]];
	return is_end(*code) ? 0 : code_bit((uint8_t)(*code - OP_LITERAL));
}

/* ---- states ---- */

/* The looks that could be met from these places. False when there are too many. */
static bool looks_met(struct automata *a, const struct plan *m, const struct list *l, struct state_looks *out)
{
	struct view all = {.all = true, .met = out};

	out->n = 0;
	if (m->looks)
		places_reach(a, m, l->places, l->n, &all);
	return out->n <= MAX_STATE_LOOKS;
}

/* The outlook before characters of one kind. Of those that are only met in large sets all lead on the same way. */
static void look_out(struct automata *a, const struct plan *m, enum code_kind kind, struct outlook *out)
{
	const uint8_t *code = at(a, m->code);
	charset small = 0, large = 0, all_large = codes_of(kind);

	for (size_t i = 0; i < a->reached.n; i++) {
		uint8_t op = code[a->reached.places[i]];
		if (is_end(op)) { /* what is less preferred does not count any more */
			out->ends |= (uint8_t)(1 << kind);
			out->skips |= (uint8_t)((op == OP_SKIP) << kind);
			break;
		}
		charset by = place_takes(a, m, a->reached.places[i]) & codes_of(kind);
		if (charset_size(by) <= (kind == KIND_WORD ? MOST_OF_SMALL : MOST_OF_SMALL / 2)) {
			small |= by;
		} else {
			large |= by;
			all_large &= by;
		}
	}
	charset shared = large ? all_large & ~small : 0;
	out->shared |= shared;
	out->own |= (small | large) & ~shared;
}

static struct outlook outlook(struct automata *a, const struct plan *m, const struct draft *d, struct view *v)
{
	struct outlook out = {0};

	for (int kind = 0; kind < CODE_KINDS; kind++) {
		v->behind = (enum code_kind)kind;
		places_reach(a, m, d->places, d->n_places, v);
		look_out(a, m, v->behind, &out);
	}
	return out;
}

/* 0 when there is no room. */
static uint32_t draft_new(struct automata *a, const struct list *l, enum code_kind before)
{
	uint32_t number = automata_take_aside(a, sizeof(struct draft) + l->n * sizeof *l->places);

	if (!number)
		return 0;
	struct draft *d = at(a, number);
	d->n_places = (uint16_t)l->n;
	d->before = (uint8_t)before;
	memcpy(d->places, l->places, l->n * sizeof *l->places);
	return number;
}

/* The state of a draft whose looks, if any, are decided; 0 when there is no room. */
static uint32_t state_new(struct automata *a, const struct plan *m, uint32_t draft, struct view *v)
{
	struct draft *d = at(a, draft);
	struct outlook o = outlook(a, m, d, v);

	if (o.skips && o.skips != o.ends) /* a match before some characters and a skip before others: PCRE2 may tell them apart */
		return 0;
	uint32_t number = automata_take(a, (o.shared ? STATE_SHARING : STATE_PLAIN) + charset_size(o.own));
	uint32_t *state = at(a, number);

	if (!number)
		return 0;
	*state = draft / 2 | (uint32_t)o.ends << ENDS_SHIFT | (o.skips ? SKIPS : 0) | (o.shared ? SHARES : 0);
	memcpy(state + STATE_OWN, &o.own, sizeof o.own);
	if (o.shared)
		memcpy(state + STATE_SHARED, &o.shared, sizeof o.shared);
	return d->state = number;
}

/* One whose looks must be decided first. */
static uint32_t undecided_new(struct automata *a, uint32_t draft, const struct state_looks *looks)
{
	uint32_t number = automata_take(a, 1), list = automata_take_aside(a, sizeof *looks);
	struct draft *d = at(a, draft);

	if (!number || !list)
		return 0;
	memcpy(at(a, list), looks, sizeof *looks);
	d->looks = list;
	*(uint32_t *)at(a, number) = draft / 2;
	return d->state = number | UNDECIDED;
}

uint32_t state_for(struct automata *a, struct automaton *of, const struct list *l, enum code_kind before)
{
	struct plan *m = at(a, of->plan);
	uint32_t hash = hash_numbers(l->places, l->n, of->plan, before), number;
	size_t i = hash;
	struct state_looks looks = {0};
	struct view v = {.before = before};
	const struct draft *d;

	while ((number = known_next(&a->known, hash, &i))) {
		d = at(a, number);
		if (d->of == of->plan && d->before == before && d->n_places == l->n && memcmp(d->places, l->places, l->n * 2) == 0)
			return d->state;
	}
	if (!looks_met(a, m, l, &looks)) {
		of->refused = true;
		return 0;
	}
	uint32_t draft = draft_new(a, l, before);
	uint32_t state = !draft ? 0 : looks.n ? undecided_new(a, draft, &looks) : state_new(a, m, draft, &v);
	if (!state)
		return 0;
	((struct draft *)at(a, draft))->of = of->plan;
	known_add(&a->known, hash, draft);
	return state;
}

uint32_t state_step(struct automata *a, struct automaton *of, uint32_t state, uint8_t code)
{
	const struct plan *m = at(a, of->plan);
	const struct draft *d = draft_of(a, state);
	const uint8_t *bytes = at(a, m->code);
	const struct variant *variant = d->looks ? at(a, d->looks) : NULL;
	struct view v = {.before = (enum code_kind)d->before, .behind = code_kind(code),
		.looks = variant ? at(a, variant->looks) : NULL, .outcome = variant ? variant->outcome : 0};
	size_t go_on = 0;

	places_reach(a, m, d->places, d->n_places, &v);
	while (go_on < a->reached.n && !is_end(bytes[a->reached.places[go_on]]))
		go_on++;
	places_step(a, m, go_on, code);
	if (a->next.n == 1 && of->wound < MOST_WOUND)
		return a->next.places[0] | ALONE;
	return state_for(a, of, &a->next, code_kind(code));
}

uint32_t state_variant(struct automata *a, const struct plan *m, struct draft *d, uint64_t outcome)
{
	struct state_looks *looks = at(a, d->looks);
	struct view v = {.before = (enum code_kind)d->before, .looks = looks, .outcome = outcome};
	struct list l = {d->places, d->n_places};

	for (uint32_t k = looks->variants; k; k = ((const struct variant *)at(a, k))->next)
		if (((const struct variant *)at(a, k))->outcome == outcome)
			return ((const struct variant *)at(a, k))->state;
	uint32_t draft = draft_new(a, &l, v.before), entry = automata_take_aside(a, sizeof(struct variant));
	uint32_t made = draft && entry ? state_new(a, m, draft, &v) : 0;
	if (!made)
		return 0;
	*(struct variant *)at(a, entry) = (struct variant){outcome, looks->variants, d->looks, made};
	((struct draft *)at(a, draft))->looks = entry;
	looks->variants = entry;
	return made;
}
