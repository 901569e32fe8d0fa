/* bundle.c - the regexes whose matches may begin with the same string, run over a text as one automaton.
 *
 * A state is a list of the members that are still in the run, each with the places in its code, in their order of preference. Such
 * states are larger than those of a single regex, so they are only
 * made behind the first word of the string, which all texts that lead here have in common, and no further than several members
 * are left: what is left then is told as what may match. */
#include "rules/bundle.h"

#include <stdlib.h>
#include <string.h>

#include "rules/automaton_inside.h"
#include "rules/needs.h"
#include "util/mem.h"

enum {
	MOST_MEMBERS = 1 << 14,
	MOST_NUMBERS = 60000, /* in the list of a state */
	FEW = 8, /* members are better followed alone */
	STEPS = 40000, /* of all bundles over one text, and so many more for each byte: */
	STEPS_PER_BYTE = 16,
	EMPTY = 1, /* in the place of a bundle: nothing begins so */
	MET = 2, /* a text led here: most do so once and never again, and are not worth a bundle or a state */
	MANY = 32, /* members are worth a state at once */
};

/* In the list of those that match at a state: it only may, and is not followed further. */
#define MAY 0x8000u

static const charset kinds[CODE_KINDS] = {[KIND_END] = 1, [KIND_WORD] = CODES_WORD, [KIND_SPACE] = (charset)1 << CODE_SPACE,
	[KIND_OTHER] = CODES_ALL & ~CODES_WORD & ~((charset)1 << CODE_SPACE)};

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

/* A regex behind the first character of a match. */
struct first_step {
	uint32_t automaton;
	uint8_t before, code;
	bool match; /* before it: then it is not followed further */
	uint16_t n, places[];
};

/* Who matches. */
struct matched {
	uint16_t n, members[];
};

/* What states of bundles are made from. Its `looks` is for each kind of character behind the list of those that match before it, as
 * struct matched, 0 for none. */
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
	size_t steps;
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

/* ---- members ---- */

static const struct automaton *automaton_of(const struct bundles *b, member m)
{
	return at(b->a, b->a->by_number[m / 2]);
}

static const struct plan *plan_of(const struct bundles *b, member m)
{
	return at(b->a, automaton_of(b, m)->plan);
}

static bool is_whole(member m)
{
	return m & 1;
}

static const member *members_of(const struct bundles *b, const struct bundle *u)
{
	return at(b->a, u->members);
}

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

static uint32_t number_of(const struct automata *a, const void *what)
{
	return (uint32_t)((const uint32_t *)what - a->words);
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

/* 0 when there is no room. */
static uint32_t bundle_make(struct bundles *b, const struct string_found *chain, size_t n_chain, bool before, size_t at_text)
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

/* ---- states ---- */

/* Puts a member with its places on a list. */
static void put_group(struct bundles *b, struct numbers *l, const struct group *g)
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

/* Reads the group at list[i]; returns where the next one is. */
static size_t read_group(const uint16_t *list, size_t i, struct group *g)
{
	uint16_t head = list[i++];

	g->member = head & (MOST_MEMBERS - 1);
	g->n = head & NO_PLACE ? 0 : head & ONE_PLACE ? 1 : list[i++];
	g->places = list + i;
	return i + g->n;
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
		if (charset_size(set) > ANY && (set & kinds[kind])) {
			*go_on = 0;
			return true;
		}
	}
	return false;
}

/* Puts what is left of a member behind one character on b->next. Returns whether it matches before it: then only one that is
 * followed to its end goes on. */
static bool step_member(struct bundles *b, const struct bundle *u, const struct group *g, const struct view *v, uint8_t code)
{
	struct automata *a = b->a;
	member m = members_of(b, u)[g->member];
	const struct plan *p = plan_of(b, m);
	const uint8_t *bytes = at(a, p->code);
	size_t go_on;

	places_reach(a, p, g->places, g->n, v);
	bool match = matches(b, p, is_whole(m), v->behind, &go_on);
	if (!go_on)
		return match;
	memset(a->seen_next, 0, (p->code_len / 64u + 1) * sizeof *a->seen_next);
	a->next.n = 0;
	for (size_t i = 0; i < go_on; i++) {
		uint16_t place = a->reached.places[i];

		if (!(place_takes(a, p, place) & code_bit(code)))
			continue;
		place = (uint16_t)(place + op_size(bytes[place]));
		while (bytes[place] == OP_JUMP)
			place = branch_of(bytes, place);
		if (!test_and_set(a->seen_next, place))
			a->next.places[a->next.n++] = place;
	}
	if (a->next.n)
		put_group(b, &b->next, &(struct group){g->member, (uint16_t)a->next.n, a->next.places});
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
		charset by = place_takes(b->a, p, b->a->reached.places[i]) & kinds[kind];

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

static uint32_t matched_new(struct bundles *b, const uint16_t *list, size_t n)
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

/* The state of a list; 0 when there is no room. */
static uint32_t state_new(struct bundles *b, const struct bundle *u, const struct numbers *l, enum code_kind before)
{
	struct automata *a = b->a;
	struct outlook o = {0};
	struct leads leads = {0};
	uint32_t ends = 0;

	memcpy(o.all_large, kinds, sizeof kinds);
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

static uint32_t state_of(struct bundles *b, const struct bundle *u, const struct numbers *l, enum code_kind before)
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
		put_group(b, l, &(struct group){left[i].member, 0, l->list});
}

static uint32_t step(struct bundles *b, struct bundle *u, uint32_t state, uint8_t code)
{
	const struct draft *d = draft_of(b->a, state);
	struct view v = {.relaxed = true, .before = (enum code_kind)d->before, .behind = code_kind(code)};

	b->next.n = 0;
	for (size_t i = 0; i < d->n_places && !b->full;) {
		struct group g;

		i = read_group(d->places, i, &g);
		(void)step_member(b, u, &g, &v, code);
	}
	leave_few(b, &b->next);
	return b->full ? 0 : state_of(b, u, &b->next, code_kind(code));
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
			put_group(b, &b->next, &(struct group){g->member, f->n, f->places});
		return f->match;
	}
	bool match = step_member(b, u, g, v, code);
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
		if (!(k ? step_member(b, u, &g, v, u->codes[k]) : step_first(b, u, &g, v, u->codes[0])))
			continue;
		b->matching[0][(*n_passed)++] = (uint16_t)(g.member | MAY);
		b->next.n = begin;
	}
	b->now = b->next;
	b->next = was;
}

/* The state behind the head. False when there is no room. */
static bool start(struct bundles *b, struct bundle *u, enum code_kind before)
{
	enum code_kind last = before;
	size_t n_passed = 0;

	b->now.n = 0;
	for (uint16_t i = 0; i < u->n_members; i++) {
		const struct automaton *m = automaton_of(b, members_of(b, u)[i]);

		if (m->refused || m->skips)
			b->matching[0][n_passed++] = (uint16_t)(i | MAY);
		else
			put_group(b, &b->now, &(struct group){i, 1, &(uint16_t){0}});
	}
	for (size_t k = 0; k < u->head; k++) {
		struct view v = {.relaxed = true, .before = last, .behind = code_kind(u->codes[k])};

		step_head(b, u, &v, k, &n_passed);
		last = v.behind;
	}
	uint32_t passed = b->full ? 0 : matched_new(b, b->matching[0], n_passed);
	uint32_t state = passed ? state_of(b, u, &b->now, last) : 0;
	u->passed[before] = passed;
	u->start[before] = state;
	return state;
}

/* ---- running ---- */

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

/* Tells that all that are left may match, unless they are many. */
static bool leave(struct bundles *b, const struct bundle *u, uint32_t state)
{
	const struct draft *d = draft_of(b->a, state);
	struct group left[MANY];
	size_t n = 0;

	for (size_t i = 0; i < d->n_places; n++) {
		if (n == MANY)
			return false;
		i = read_group(d->places, i, &left[n]);
	}
	for (size_t i = 0; i < n; i++)
		tell(b, u, left[i].member, 0);
	return true;
}

/* False when there is no room. */
static bool run(struct bundles *b, struct bundle *u, enum code_kind before, size_t i)
{
	const uint8_t *text = b->s->codes;
	size_t from = i;

	if (!u->start[before] && !start(b, u, before))
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
		if (!*target && leave(b, u, number)) {
			*target = MET;
			break;
		}
		if (*target <= MET)
			*target = step(b, u, number, text[i]);
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
	b->steps = 0;
	return (struct sieve){b, sift};
}
