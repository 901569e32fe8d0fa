/* bundle_states.c - states of bundles, made as texts lead to them. */
#include "rules/bundle_inside.h"

#include <string.h>

void bundle_put(struct bundles *b, struct numbers *l, const struct group *g)
{
	if (l->n + g->n + 2u > MOST_NUMBERS) {
		b->full = true;
		return;
	}
	l->list[l->n++] = (uint16_t)(g->member | (g->n == 0 ? NO_PLACE : g->n == 1 ? ONE_PLACE : 0));
	if (g->n > 1)
		l->list[l->n++] = g->n;
	memcpy(l->list + l->n, g->places, g->n * sizeof *g->places);
	l->n += g->n;
}

/* How a member does before characters of one kind: whether it matches, and how many of the reached places go on. */
static bool matches(const struct bundles *b, const struct plan *p, bool whole, enum code_kind kind, size_t *go_on)
{
	const struct automata *a = b->a;
	const uint8_t *code = at(a, p->code);

	for (*go_on = 0; *go_on < a->reached.n; ++*go_on) {
		uint16_t place = a->reached.places[*go_on];

		if (is_end(code[place])) {
			*go_on = whole ? *go_on : 0;
			return true;
		}
		charset set = whole ? 0 : place_takes(a, p, place);
		if (charset_size(set) > ANY && (set & codes_of(kind))) {
			*go_on = 0;
			return true;
		}
	}
	return false;
}

bool bundle_step_member(struct bundles *b, const struct bundle *u, const struct group *g, const struct view *v, uint8_t code)
{
	struct automata *a = b->a;
	member m = members_of(b, u)[g->member];
	const struct plan *p = plan_of(b, m);
	size_t go_on;

	b->making++;
	places_reach(a, p, g->places, g->n, v);
	bool match = matches(b, p, is_whole(m), v->behind, &go_on);
	if (!go_on)
		return match;
	places_step(a, p, go_on, code);
	if (a->next.n)
		bundle_put(b, &b->next, &(struct group){g->member, (uint16_t)a->next.n, a->next.places});
	return match;
}

/* Which characters lead on from a state: each its own way, or all of their kind the same. */
struct leads {
	charset own, shared;
};

struct outlook {
	charset small[CODE_KINDS], large[CODE_KINDS], all_large[CODE_KINDS];
};

static void lead(struct bundles *b, const struct plan *p, size_t n, enum code_kind kind, struct outlook *out)
{
	for (size_t i = 0; i < n; i++) {
		charset by = place_takes(b->a, p, b->a->reached.places[i]) & codes_of(kind);

		if (charset_size(by) <= ANY) {
			out->small[kind] |= by;
		} else {
			out->large[kind] |= by;
			out->all_large[kind] &= by;
		}
	}
}

/* What one group does before each kind of character. */
static void look_out(struct bundles *b, const struct bundle *u, const struct group *g, enum code_kind before, struct outlook *out)
{
	member m = members_of(b, u)[g->member];
	const struct plan *p = plan_of(b, m);
	struct view v = {.relaxed = true, .before = before};
	size_t go_on;

	for (int kind = 0; kind < CODE_KINDS; kind++) {
		v.behind = (enum code_kind)kind;
		if (g->n && (!kind || b->a->conditions))
			places_reach(b->a, p, g->places, g->n, &v);
		if (!g->n || matches(b, p, is_whole(m), v.behind, &go_on))
			b->matching[kind][b->n_matching[kind]++] = (uint16_t)(g->member | (g->n && is_whole(m) ? 0 : MAY));
		if (g->n)
			lead(b, p, go_on, v.behind, out);
	}
}

uint32_t matched_new(struct bundles *b, const uint16_t *list, size_t n)
{
	uint32_t number = automata_take_aside(b->a, sizeof(struct matched) + n * sizeof *list);

	if (number) {
		struct matched *m = at(b->a, number);

		m->n = (uint16_t)n;
		memcpy(m->members, list, n * sizeof *list);
	}
	return number;
}

/* The lists of those that match, by kind; 0 when there is no room. */
static uint32_t matching_new(struct bundles *b)
{
	uint32_t by_kind = automata_take_aside(b->a, CODE_KINDS * sizeof(uint32_t)), number = 0;

	for (int k = 0; by_kind && k < CODE_KINDS; k++) {
		bool same = k && b->n_matching[k] == b->n_matching[k - 1] &&
			memcmp(b->matching[k], b->matching[k - 1], b->n_matching[k] * sizeof *b->matching[k]) == 0;

		if (!same)
			number = b->n_matching[k] ? matched_new(b, b->matching[k], b->n_matching[k]) : 0;
		if (b->n_matching[k] && !number)
			return 0;
		((uint32_t *)at(b->a, by_kind))[k] = number;
	}
	return by_kind;
}

static uint32_t draft_new(struct bundles *b, const struct numbers *l, enum code_kind before)
{
	uint32_t number = automata_take_aside(b->a, sizeof(struct draft) + l->n * sizeof *l->list);

	if (!number)
		return 0;
	struct draft *d = at(b->a, number);
	d->n_places = (uint16_t)l->n;
	d->before = (uint8_t)before;
	memcpy(d->places, l->list, l->n * sizeof *l->list);
	return number;
}

/* 0 when there is no room. */
static uint32_t state_new(struct bundles *b, const struct bundle *u, const struct numbers *l, enum code_kind before)
{
	struct automata *a = b->a;
	struct outlook o = {0};
	struct leads leads = {0};
	uint32_t ends = 0;

	for (int kind = 0; kind < CODE_KINDS; kind++)
		o.all_large[kind] = codes_of((enum code_kind)kind);
	memset(b->n_matching, 0, sizeof b->n_matching);
	for (size_t i = 0; i < l->n;) {
		struct group g;

		i = read_group(l->list, i, &g);
		look_out(b, u, &g, before, &o);
	}
	for (int k = 0; k < CODE_KINDS; k++) {
		charset shared = o.large[k] ? o.all_large[k] & ~o.small[k] : 0;

		leads.shared |= shared;
		leads.own |= (o.small[k] | o.large[k]) & ~shared;
		ends |= (uint32_t)(b->n_matching[k] > 0) << k;
	}
	uint32_t draft = draft_new(b, l, before), matching = ends ? matching_new(b) : 0;
	uint32_t number = automata_take(a, (leads.shared ? STATE_SHARING : STATE_PLAIN) + charset_size(leads.own));
	if (!draft || !number || (ends && !matching))
		return 0;
	uint32_t *state = at(a, number);
	*state = draft / 2 | ends << ENDS_SHIFT | (leads.shared ? SHARES : 0);
	memcpy(state + STATE_OWN, &leads.own, sizeof leads.own);
	if (leads.shared)
		memcpy(state + STATE_SHARED, &leads.shared, sizeof leads.shared);
	struct draft *d = at(a, draft);
	d->looks = matching;
	d->state = number;
	return number;
}

uint32_t bundle_state(struct bundles *b, const struct bundle *u, const struct numbers *l, enum code_kind before)
{
	uint32_t of = number_of(b->a, u), hash = hash_numbers(l->list, l->n, of, before), number;
	struct draft *d;
	size_t i = hash;

	while ((number = known_next(&b->a->known, hash, &i))) {
		d = at(b->a, number);
		if (d->of == of && d->before == before && d->n_places == l->n && memcmp(d->places, l->list, l->n * 2) == 0)
			return d->state;
	}
	uint32_t state = state_new(b, u, l, before);
	if (!state)
		return 0;
	d = draft_of(b->a, state);
	d->of = of;
	known_add(&b->a->known, hash, number_of(b->a, d));
	return state;
}

/* Where few are left they are told as what may match, which a group without places stands for. */
static void leave_few(struct bundles *b, struct numbers *l)
{
	struct group left[FEW];
	size_t n = 0;

	for (size_t i = 0; i < l->n; n++) {
		if (n == FEW)
			return;
		i = read_group(l->list, i, &left[n]);
	}
	l->n = 0;
	for (size_t i = 0; i < n; i++)
		bundle_put(b, l, &(struct group){left[i].member, 0, l->list});
}

uint32_t bundle_step(struct bundles *b, const struct bundle *u, uint32_t state, uint8_t code)
{
	const struct draft *d = draft_of(b->a, state);
	struct view v = {.relaxed = true, .before = (enum code_kind)d->before, .behind = code_kind(code)};

	b->next.n = 0;
	for (size_t i = 0; i < d->n_places && !b->full;) {
		struct group g;

		i = read_group(d->places, i, &g);
		(void)bundle_step_member(b, u, &g, &v, code);
	}
	leave_few(b, &b->next);
	return b->full ? 0 : bundle_state(b, u, &b->next, code_kind(code));
}
