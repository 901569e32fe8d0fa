/* needs.c - formulas over strings, and what of them a text holds.
 *
 * Once sealed, all is in a few flat tables: the strings lead to the sets that they belong to, and to the users that may begin
 * with them; a set, once one of its strings is found, to the users that it was chosen for. */
#include "rules/needs.h"

#include <stdlib.h>
#include <string.h>

#include "util/arena.h"
#include "util/mem.h"

enum { SHORTEST = 2, CLAUSES = 2, NO_SET = 0 };

enum kind { KIND_ALWAYS, KIND_STRING, KIND_AND, KIND_OR };

/* What a run costs: at one place, and at all places of a text. Measured it is 60 to 400 ns; but the weights of a list of strings
 * are guessed too high when added up, and places that are known are hardly ever worse. */
enum { COST_PLACE = 60, COST_TEXT = 20000 };

enum {
	OFTEN = 1200, /* times as frequent as its length says is what all rules speak of */
	FEW_USERS = 1000, /* too few for that to tell much */
};

struct formula {
	uint8_t kind;
	uint32_t first, count; /* of its parts, formulas in `parts`; of KIND_STRING `first` is the string */
};

struct user {
	int formula;
	uint32_t number;
	uint32_t first_begin, n_begins;
};

/* Several strings one of which is needed, as a part of `members`. */
struct clause {
	uint32_t first, count;
	float weight; /* how many of them a usual text holds */
};

struct choice {
	struct clause best[CLAUSES];
	size_t n;
};

/* Lists side by side: that of i is list[start[i] .. start[i + 1]). */
struct lists {
	uint32_t *start, *list;
};

struct begin_entry {
	uint32_t string;
	uint32_t user; /* doubled, and 1 more where the string's first space stands before the match */
};

struct needs {
	struct trie *strings;
	/* Until sealed: */
	struct formula *formulas;
	size_t n_formulas, cap_formulas;
	int *parts;
	size_t n_parts, cap_parts;
	struct user *users;
	size_t n_users, cap_users;
	struct begin_entry *begins;
	size_t n_begins, cap_begins;
	uint32_t *members;
	size_t n_members, cap_members;
	struct clause *sets;
	size_t n_sets, cap_sets;
	uint32_t *set_slots; /* number of a set; 0 free */
	size_t set_mask;
	uint32_t *counts; /* how often a string is told to be needed */
	/* Sealed: */
	struct lists sets_of; /* by string */
	struct lists begins_of; /* by string: as in begin_entry */
	struct lists users_of; /* by set */
	uint32_t (*asked)[CLAUSES]; /* by user: sets that must be there besides */
	uint8_t *by_place; /* by user */
	uint32_t *always;
	size_t n_always, most_users;
};

struct needs *needs_new(void)
{
	struct needs *n = mem_alloc(1, sizeof *n);

	n->strings = trie_new();
	mem_room(n->formulas, n->n_formulas, n->cap_formulas);
	n->formulas[n->n_formulas++] = (struct formula){KIND_ALWAYS, 0, 0};
	mem_room(n->sets, n->n_sets, n->cap_sets);
	n->sets[n->n_sets++] = (struct clause){0};
	return n;
}

static void lists_done(struct lists *l)
{
	free(l->start);
	free(l->list);
}

static void free_drafts(struct needs *n)
{
	free(n->formulas);
	free(n->parts);
	free(n->users);
	free(n->begins);
	free(n->members);
	free(n->sets);
	free(n->set_slots);
	free(n->counts);
	n->formulas = NULL;
	n->parts = NULL;
	n->users = NULL;
	n->begins = NULL;
	n->members = NULL;
	n->sets = NULL;
	n->set_slots = NULL;
	n->counts = NULL;
}

void needs_free(struct needs *n)
{
	if (!n)
		return;
	free_drafts(n);
	trie_free(n->strings);
	lists_done(&n->sets_of);
	lists_done(&n->begins_of);
	lists_done(&n->users_of);
	free(n->asked);
	free(n->by_place);
	free(n->always);
	free(n);
}

/* ---- formulas ---- */

static int add(struct needs *n, enum kind kind, uint32_t first, size_t count)
{
	mem_room(n->formulas, n->n_formulas, n->cap_formulas);
	n->formulas[n->n_formulas] = (struct formula){(uint8_t)kind, first, (uint32_t)count};
	return (int)n->n_formulas++;
}

static size_t letters(chars s)
{
	size_t n = 0;

	for (size_t i = 0; i < chars_len(s); i++)
		n += chars_at(s, i) != ' ';
	return n;
}

int needs_string(struct needs *n, chars string)
{
	size_t len = chars_len(string);

	if ((len < SHORTEST && chars_at(string, 0) != '?') || !letters(string))
		return NEED_NOTHING;
	return add(n, KIND_STRING, trie_add(n->strings, string), 0);
}

static void add_part(struct needs *n, int part)
{
	mem_room(n->parts, n->n_parts, n->cap_parts);
	n->parts[n->n_parts++] = part;
}

int needs_and(struct needs *n, int a, int b)
{
	uint32_t first = (uint32_t)n->n_parts;

	if (a == NEED_NOTHING || b == NEED_NOTHING || a == b)
		return a == NEED_NOTHING ? b : a;
	add_part(n, a);
	add_part(n, b);
	return add(n, KIND_AND, first, 2);
}

int needs_or(struct needs *n, const int *list, size_t count)
{
	uint32_t first = (uint32_t)n->n_parts;

	for (size_t i = 0; i < count; i++)
		if (list[i] == NEED_NOTHING)
			return NEED_NOTHING;
	if (count < 2)
		return count ? list[0] : NEED_NOTHING;
	for (size_t i = 0; i < count; i++)
		add_part(n, list[i]);
	return add(n, KIND_OR, first, count);
}

void needs_attach(struct needs *n, uint32_t user, int formula, const struct begin *begins, size_t n_begins)
{
	mem_room(n->users, n->n_users, n->cap_users);
	n->users[n->n_users++] = (struct user){formula, user, (uint32_t)n->n_begins, (uint32_t)n_begins};
	for (size_t i = 0; i < n_begins; i++) {
		mem_room(n->begins, n->n_begins, n->cap_begins);
		n->begins[n->n_begins++] = (struct begin_entry){trie_add(n->strings, begins[i].string),
			user * 2 + begins[i].space_before};
	}
	if (user >= n->most_users)
		n->most_users = user + 1;
}

/* ---- choosing ---- */

static void count_strings(struct needs *n)
{
	n->counts = mem_alloc(trie_count(n->strings) + 1, sizeof *n->counts);
	for (size_t i = 0; i < n->n_formulas; i++)
		if (n->formulas[i].kind == KIND_STRING)
			n->counts[n->formulas[i].first]++;
	for (size_t i = 0; i < n->n_begins; i++)
		n->counts[n->begins[i].string]++;
}

/* How often a usual text holds a string, roughly: short words are frequent (Zipf), and so are those that many rules speak of. */
static float weight_of(const struct needs *n, uint32_t string)
{
	static const float by_length[CHARS_MAX + 1] = {1, 0.5F, 0.1F, 0.03F, 0.015F, 0.007F, 0.004F, 0.003F, 0.002F};
	chars s = trie_string(n->strings, string);
	size_t len = chars_len(s);
	size_t users = n->n_users < FEW_USERS ? FEW_USERS : n->n_users;
	float share = (float)n->counts[string] / (float)users;
	float weight = by_length[letters(s)] * (1 + share * OFTEN);

	if (chars_at(s, 0) != ' ')
		weight *= 2;
	if (chars_at(s, len - 1) != ' ' && len < CHARS_MAX)
		weight *= 2;
	return weight < 1 ? weight : 1;
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Sorts what was added to `members` from `first` on, each once, and weighs it. */
static struct clause close_clause(struct needs *n, size_t first)
{
	struct clause c = {(uint32_t)first, 0, 0};
	size_t kept = first;

	qsort(n->members + first, n->n_members - first, sizeof *n->members, by_number);
	for (size_t i = first; i < n->n_members; i++)
		if (i == first || n->members[i] != n->members[kept - 1])
			n->members[kept++] = n->members[i];
	n->n_members = kept;
	c.count = (uint32_t)(kept - first);
	for (size_t i = first; i < kept; i++)
		c.weight += weight_of(n, n->members[i]);
	return c;
}

static void add_members(struct needs *n, const uint32_t *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		mem_room(n->members, n->n_members, n->cap_members);
		n->members[n->n_members++] = list[i];
	}
}

static bool same_clause(const struct needs *n, const struct clause *a, const struct clause *b)
{
	return a->count == b->count && memcmp(n->members + a->first, n->members + b->first, a->count * sizeof *n->members) == 0;
}

static void offer(const struct needs *n, struct choice *to, const struct clause *c)
{
	size_t i = to->n;

	for (size_t k = 0; k < to->n; k++)
		if (same_clause(n, &to->best[k], c))
			return;
	while (i > 0 && to->best[i - 1].weight > c->weight) {
		if (i < CLAUSES)
			to->best[i] = to->best[i - 1];
		i--;
	}
	if (i < CLAUSES)
		to->best[i] = *c;
	to->n += to->n < CLAUSES;
}

static void choose(struct needs *n, int formula, struct choice *out);

static void choose_of_any(struct needs *n, const struct formula *f, struct choice *out)
{
	struct choice *parts = mem_alloc(f->count, sizeof *parts);
	size_t most = 0;

	for (uint32_t i = 0; i < f->count; i++) {
		choose(n, n->parts[f->first + i], &parts[i]);
		most = parts[i].n > most ? parts[i].n : most;
	}
	for (size_t k = 0; k < most; k++) {
		size_t first = n->n_members;

		for (uint32_t i = 0; i < f->count; i++) {
			const struct clause *c = &parts[i].best[k < parts[i].n ? k : parts[i].n - 1];

			for (uint32_t m = 0; m < c->count; m++) { /* members may move while they grow */
				mem_room(n->members, n->n_members, n->cap_members);
				n->members[n->n_members] = n->members[c->first + m];
				n->n_members++;
			}
		}
		struct clause c = close_clause(n, first);
		offer(n, out, &c);
	}
	free(parts);
}

/* Of what a formula needs, the rarest. */
static void choose(struct needs *n, int formula, struct choice *out)
{
	struct formula f = n->formulas[formula];
	size_t first = n->n_members;

	out->n = 0;
	if (f.kind == KIND_STRING) {
		add_members(n, &f.first, 1);
		struct clause c = close_clause(n, first);
		offer(n, out, &c);
	} else if (f.kind == KIND_OR) {
		choose_of_any(n, &f, out);
	} else if (f.kind == KIND_AND) {
		for (uint32_t i = 0; i < f.count; i++) {
			struct choice part;

			choose(n, n->parts[f.first + i], &part);
			for (size_t k = 0; k < part.n; k++)
				offer(n, out, &part.best[k]);
		}
	}
}

static uint32_t hash_clause(const struct needs *n, const struct clause *c)
{
	uint32_t h = 2166136261u;

	for (uint32_t i = 0; i < c->count; i++)
		h = (h ^ n->members[c->first + i]) * 16777619u;
	return h ^ h >> 15;
}

static void grow_sets(struct needs *n)
{
	free(n->set_slots);
	n->set_mask = n->set_mask ? n->set_mask * 2 + 1 : 1023;
	n->set_slots = mem_alloc(n->set_mask + 1, sizeof *n->set_slots);
	for (size_t i = 1; i < n->n_sets; i++) {
		size_t slot = hash_clause(n, &n->sets[i]) & n->set_mask;

		while (n->set_slots[slot])
			slot = (slot + 1) & n->set_mask;
		n->set_slots[slot] = (uint32_t)i;
	}
}

/* The number of the set of these strings. */
static uint32_t set_of(struct needs *n, const struct clause *c)
{
	if (n->n_sets * 2 > n->set_mask)
		grow_sets(n);
	size_t slot = hash_clause(n, c) & n->set_mask;
	while (n->set_slots[slot] && !same_clause(n, &n->sets[n->set_slots[slot]], c))
		slot = (slot + 1) & n->set_mask;
	if (!n->set_slots[slot]) {
		n->set_slots[slot] = (uint32_t)n->n_sets;
		mem_room(n->sets, n->n_sets, n->cap_sets);
		n->sets[n->n_sets++] = *c;
	}
	return n->set_slots[slot];
}

/* ---- sealing ---- */

struct pairs {
	struct begin_entry *list; /* `string` is the key, `user` the value */
	size_t n, cap;
};

static void add_pair(struct pairs *p, uint32_t key, uint32_t value)
{
	mem_room(p->list, p->n, p->cap);
	p->list[p->n++] = (struct begin_entry){key, value};
}

/* The values of each key side by side, in the order in which they were added. */
static struct lists listed(const struct begin_entry *pairs, size_t n, size_t keys)
{
	struct lists l = {mem_alloc(keys + 2, sizeof *l.start), mem_alloc(n + 1, sizeof *l.list)};

	for (size_t i = 0; i < n; i++)
		l.start[pairs[i].string + 2]++;
	for (size_t k = 2; k < keys + 2; k++)
		l.start[k] += l.start[k - 1];
	for (size_t i = 0; i < n; i++)
		l.list[l.start[pairs[i].string + 1]++] = pairs[i].user;
	return l;
}

static float weight_of_begins(const struct needs *n, const struct user *u)
{
	float weight = 0;

	for (uint32_t i = 0; i < u->n_begins; i++)
		weight += weight_of(n, n->begins[u->first_begin + i].string);
	return weight;
}

/* By what a user is found: the places where it may begin, the set of strings that is rarest, or always. */
static void settle_user(struct needs *n, const struct user *u, struct pairs *begins, struct pairs *users)
{
	struct choice c;
	size_t asked = 0;
	float set_cost;

	choose(n, u->formula, &c);
	set_cost = c.n ? (c.best[0].weight < 1 ? c.best[0].weight : 1) * COST_TEXT : COST_TEXT;
	n->by_place[u->number] = u->n_begins && weight_of_begins(n, u) * COST_PLACE <= set_cost;
	if (n->by_place[u->number]) {
		for (uint32_t i = 0; i < u->n_begins; i++)
			add_pair(begins, n->begins[u->first_begin + i].string, n->begins[u->first_begin + i].user);
	} else if (c.n) {
		add_pair(users, set_of(n, &c.best[asked++]), u->number);
	} else {
		n->always[n->n_always++] = u->number;
	}
	for (size_t k = 0; asked < c.n; k++, asked++)
		if (c.best[asked].weight < 1)
			n->asked[u->number][k] = set_of(n, &c.best[asked]);
}

/* Keeps the strings that lead anywhere, under new numbers: most were not chosen. */
static void keep_strings(struct needs *n, struct pairs *begins, struct pairs *sets)
{
	struct trie *kept = trie_new();
	struct pairs *both[] = {begins, sets};

	for (size_t i = 0; i < 2; i++)
		for (size_t k = 0; k < both[i]->n; k++)
			both[i]->list[k].string = trie_add(kept, trie_string(n->strings, both[i]->list[k].string));
	trie_free(n->strings);
	n->strings = kept;
}

void needs_seal(struct needs *n)
{
	struct pairs begins = {0}, users = {0}, sets = {0};

	count_strings(n);
	n->asked = mem_alloc(n->most_users + 1, sizeof *n->asked);
	n->by_place = mem_alloc(n->most_users + 1, 1);
	n->always = mem_alloc(n->n_users + 1, sizeof *n->always);
	for (size_t i = 0; i < n->n_users; i++)
		settle_user(n, &n->users[i], &begins, &users);
	for (uint32_t s = 1; s < n->n_sets; s++)
		for (uint32_t m = 0; m < n->sets[s].count; m++)
			add_pair(&sets, n->members[n->sets[s].first + m], s);
	keep_strings(n, &begins, &sets);
	n->sets_of = listed(sets.list, sets.n, trie_count(n->strings));
	n->begins_of = listed(begins.list, begins.n, trie_count(n->strings));
	n->users_of = listed(users.list, users.n, n->n_sets);
	free(sets.list);
	free(begins.list);
	free(users.list);
	free_drafts(n);
	trie_seal(n->strings);
}

/* The lists of so many keys. */
static struct lists lists_copy(const struct lists *l, size_t keys, struct arena *arena)
{
	return (struct lists){arena_copy(arena, l->start, keys + 2, sizeof *l->start),
		arena_copy(arena, l->list, l->start[keys] + 1, sizeof *l->list)};
}

struct needs *needs_copy(const struct needs *n, struct arena *arena)
{
	struct needs *copy = arena_copy(arena, n, 1, sizeof *n);

	copy->strings = trie_copy(n->strings, arena);
	copy->sets_of = lists_copy(&n->sets_of, trie_count(n->strings), arena);
	copy->begins_of = lists_copy(&n->begins_of, trie_count(n->strings), arena);
	copy->users_of = lists_copy(&n->users_of, n->n_sets, arena);
	copy->asked = arena_copy(arena, n->asked, n->most_users + 1, sizeof *n->asked);
	copy->by_place = arena_copy(arena, n->by_place, n->most_users + 1, 1);
	copy->always = arena_copy(arena, n->always, n->n_always, sizeof *n->always);
	return copy;
}

/* ---- finding ---- */

struct search {
	const struct needs *n;
	const struct sieve *sieve;
	struct arena *arena;
	struct needed *out;
	uint64_t *there; /* bits of the sets that are */
	uint64_t *seen; /* bits of the strings that are */
	uint32_t *sets; /* those that are there */
	size_t n_sets;
	uint32_t *users, *last; /* by number of a user: who it is, its last place */
	size_t cap_slots;
	struct needed_place *places;
	size_t n_places, cap_places;
};

static bool test_and_set(uint64_t *bits, uint32_t i)
{
	uint64_t bit = 1ull << i % 64;
	bool was = bits[i / 64] & bit;

	bits[i / 64] |= bit;
	return was;
}

static void *grown(struct search *s, const void *list, size_t n, size_t cap, size_t size)
{
	void *more = arena_alloc(s->arena, cap, size);

	return n ? memcpy(more, list, n * size) : more;
}

static uint32_t new_place(struct search *s, uint32_t at, uint32_t end)
{
	if (s->n_places == s->cap_places) {
		s->cap_places *= 2;
		s->places = grown(s, s->places, s->n_places, s->cap_places, sizeof *s->places);
	}
	s->places[s->n_places] = (struct needed_place){at, 0, end};
	return (uint32_t)s->n_places++;
}

static uint32_t slot_of(struct search *s, uint32_t user)
{
	struct needed *out = s->out;

	if (out->slots[user])
		return out->slots[user];
	if (out->n_slots == s->cap_slots) {
		s->cap_slots *= 2;
		s->users = grown(s, s->users, out->n_slots, s->cap_slots, sizeof *s->users);
		s->last = grown(s, s->last, out->n_slots, s->cap_slots, sizeof *s->last);
		out->first = grown(s, out->first, out->n_slots, s->cap_slots, sizeof *out->first);
	}
	s->users[out->n_slots] = user;
	return out->slots[user] = (uint32_t)out->n_slots++;
}

/* Strings are found by where they begin, so places come nearly in order: one may stand before or behind its first space. */
static void add_place(struct search *s, uint32_t user, uint32_t at, uint32_t end)
{
	uint32_t slot = slot_of(s, user), last = s->last[slot], first = s->out->first[slot], before = 0;

	if (first && s->places[last].at == at)
		return;
	uint32_t new = new_place(s, at, end);
	if (!first || s->places[last].at < at) {
		if (first)
			s->places[last].next = new;
		else
			s->out->first[slot] = new;
		s->last[slot] = new;
		return;
	}
	for (uint32_t k = first; s->places[k].at < at; k = s->places[k].next)
		before = k;
	s->places[new].next = before ? s->places[before].next : first;
	if (before)
		s->places[before].next = new;
	else
		s->out->first[slot] = new;
}

static void add_begins(struct search *s, uint32_t string, bool before, size_t at)
{
	const uint32_t *list;
	size_t n = needs_begins(s->n, string, &list);

	for (size_t i = 0; i < n; i++)
		if ((list[i] & 1) == before)
			add_place(s, list[i] / 2, (uint32_t)at, 0);
}

/* Those that may begin at a place with one of the strings. */
static void sift(struct search *s, const struct string_found *chain, size_t n, bool before, size_t at)
{
	const struct sifted *list;
	size_t count = s->sieve ? s->sieve->sift(s->sieve->ctx, chain, n, before, at, &list) : SIEVE_ALL;

	if (count == SIEVE_ALL) {
		for (size_t k = 0; k < n; k++)
			add_begins(s, chain[k].string, before, at);
		return;
	}
	for (size_t i = 0; i < count; i++)
		add_place(s, list[i].user, (uint32_t)at, list[i].end);
}

/* The strings that begin at one place. */
static void add_strings(struct search *s, const struct string_found *found, size_t n, size_t at)
{
	const struct lists *begins = &s->n->begins_of, *sets = &s->n->sets_of;
	struct string_found chain[CHARS_MAX];
	size_t count = 0;

	for (size_t k = 0; k < n; k++) {
		uint32_t string = found[k].string;

		if (begins->start[string] < begins->start[string + 1])
			chain[count++] = found[k];
		if (test_and_set(s->seen, string))
			continue;
		for (uint32_t i = sets->start[string]; i < sets->start[string + 1]; i++)
			if (!test_and_set(s->there, sets->list[i]))
				s->sets[s->n_sets++] = sets->list[i];
	}
	if (count && at) /* before the text there is no space that a match could hold */
		sift(s, chain, count, false, at - 1);
	if (count)
		sift(s, chain, count, true, at);
}

static void walk(struct search *s, const char *text, size_t len)
{
	uint8_t *codes = arena_alloc(s->arena, len + 2, 1);
	struct string_found found[CHARS_MAX];

	for (size_t i = 0; i < len; i++)
		codes[i + 1] = trie_code(text[i]);
	for (size_t i = 0; i < len + 2; i++) {
		size_t n = trie_find(s->n->strings, codes + i, len + 2 - i, found);

		if (n)
			add_strings(s, found, n, i);
	}
}

static void admit(struct search *s, uint32_t user)
{
	const uint32_t *asked = s->n->asked[user];

	for (size_t k = 0; k < CLAUSES && asked[k] != NO_SET; k++)
		if (!(s->there[asked[k] / 64] >> asked[k] % 64 & 1))
			return;
	s->out->users[user / 64] |= 1ull << user % 64;
	(void)slot_of(s, user);
}

static void search_init(struct search *s, const struct needs *n, struct arena *arena, struct needed *out)
{
	enum { PLACES = 256, SLOTS = 256 };

	*s = (struct search){.n = n, .arena = arena, .out = out, .there = arena_alloc(arena, n->n_sets / 64 + 1, 8),
		.seen = arena_alloc(arena, trie_count(n->strings) / 64 + 1, 8), .sets = arena_alloc(arena, n->n_sets + 1, 4),
		.n_places = 1, .cap_places = PLACES, .cap_slots = SLOTS};
	s->places = grown(s, NULL, 0, PLACES, sizeof *s->places);
	s->users = grown(s, NULL, 0, SLOTS, sizeof *s->users);
	s->last = grown(s, NULL, 0, SLOTS, sizeof *s->last);
	*out = (struct needed){arena_alloc(arena, n->most_users / 64 + 1, 8), arena_alloc(arena, n->most_users + 1, 4), 1,
		grown(s, NULL, 0, SLOTS, sizeof *out->first), NULL};
}

size_t needs_begins(const struct needs *n, uint32_t string, const uint32_t **out)
{
	*out = n->begins_of.list + n->begins_of.start[string];
	return n->begins_of.start[string + 1] - n->begins_of.start[string];
}

size_t needs_strings(const struct needs *n)
{
	return trie_count(n->strings);
}

void needs_find(const struct needs *n, const char *text, size_t len, const struct sieve *sieve, struct arena *arena,
	struct needed *out)
{
	struct search s;

	search_init(&s, n, arena, out);
	s.sieve = sieve;
	walk(&s, text, len);
	for (size_t i = out->n_slots; i-- > 1;)
		admit(&s, s.users[i]);
	for (size_t i = 0; i < s.n_sets; i++)
		for (uint32_t k = n->users_of.start[s.sets[i]]; k < n->users_of.start[s.sets[i] + 1]; k++)
			admit(&s, n->users_of.list[k]);
	for (size_t i = 0; i < n->n_always; i++)
		admit(&s, n->always[i]);
	out->places = s.places;
}

bool needs_places(const struct needs *n, uint32_t user)
{
	return n->by_place[user];
}
