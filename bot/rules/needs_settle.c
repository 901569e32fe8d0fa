/* needs_settle.c - which strings lead to which users: of each formula those clauses that usual texts hold least often. */
#include "rules/needs_inside.h"

#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

enum {
	CLAUSES = 6, /* of a user at most */
	SLOTS_AT_FIRST = 1024,
	PRIOR = 50, /* texts, half of one of which held each string: what was never met is not impossible */
};

#define OFTEN 0.8F /* a clause that so many texts hold rules out too little */

/* Strings one of which is needed, as a part of `members`. */
struct clause {
	uint32_t first, count;
	float share; /* of the usual texts hold one of them */
};

struct choice {
	struct clause best[CLAUSES]; /* the rarest first */
	size_t n;
};

/* Lists of numbers, each once. */
struct shared {
	struct lists lists;
	size_t cap_start, n_list, cap_list;
	uint32_t *slots; /* number of a list + 1; 0: free */
	size_t mask;
};

struct pair {
	uint32_t key, value;
};

struct pairs {
	struct pair *list;
	size_t n, cap;
};

struct settling {
	struct needs *n;
	const struct needs_draft *d;
	float *share; /* by string: of the usual texts hold it */
	uint32_t *members;
	size_t n_members, cap_members;
	struct shared clauses, begins;
	struct pairs users, asked;
};

/* ---- how often ---- */

static void count_line(const struct trie *t, const char *line, size_t len, uint32_t *counts, uint32_t *last, uint32_t number)
{
	uint8_t *codes = mem_alloc(len + 2, 1);
	struct string_found found[CHARS_MAX];

	for (size_t i = 0; i < len; i++)
		codes[i + 1] = trie_code(line[i]);
	for (size_t i = 0; i < len + 2; i++) {
		size_t n = trie_find(t, codes + i, len + 2 - i, found);

		for (size_t k = 0; k < n; k++) {
			counts[found[k].string] += last[found[k].string] != number;
			last[found[k].string] = number;
		}
	}
	free(codes);
}

static float *weigh(struct trie *t, const char *usual)
{
	size_t n = trie_count(t);
	uint32_t *counts = mem_alloc(n + 1, sizeof *counts), *last = mem_alloc(n + 1, sizeof *last), lines = 0;
	float *share = mem_alloc(n + 1, sizeof *share);

	for (const char *at = usual; *at; at += *at == '\n') {
		size_t len = strcspn(at, "\n");

		count_line(t, at, len, counts, last, ++lines);
		at += len;
	}
	for (size_t i = 0; i < n; i++)
		share[i] = ((float)counts[i] + 0.5F) / ((float)lines + PRIOR);
	free(counts);
	free(last);
	return share;
}

/* ---- lists that many share ---- */

static uint32_t hash_list(const uint32_t *list, size_t n)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ list[i]) * 16777619u;
	return h ^ h >> 15;
}

static size_t slot_of(const struct shared *s, const uint32_t *list, size_t n)
{
	const struct lists *l = &s->lists;
	size_t slot = hash_list(list, n) & s->mask;

	for (; s->slots[slot]; slot = (slot + 1) & s->mask) {
		uint32_t k = s->slots[slot] - 1;

		if (l->start[k + 1] - l->start[k] == n && memcmp(l->list + l->start[k], list, n * sizeof *list) == 0)
			break;
	}
	return slot;
}

static void shared_init(struct shared *s)
{
	*s = (struct shared){.slots = mem_alloc(SLOTS_AT_FIRST, sizeof *s->slots), .mask = SLOTS_AT_FIRST - 1};
	mem_room(s->lists.start, 0, s->cap_start);
}

static void grow_slots(struct shared *s)
{
	free(s->slots);
	s->mask = s->mask * 2 + 1;
	s->slots = mem_alloc(s->mask + 1, sizeof *s->slots);
	for (uint32_t k = 0; k < s->lists.n; k++) {
		const uint32_t *start = s->lists.start + k;

		s->slots[slot_of(s, s->lists.list + start[0], start[1] - start[0])] = k + 1;
	}
}

/* The number of a list, new or not. */
static uint32_t shared_number(struct shared *s, const uint32_t *list, size_t n)
{
	struct lists *l = &s->lists;
	size_t slot = slot_of(s, list, n);

	if (s->slots[slot])
		return s->slots[slot] - 1;
	for (size_t i = 0; i < n; i++) {
		mem_room(l->list, s->n_list, s->cap_list);
		l->list[s->n_list++] = list[i];
	}
	l->n++;
	mem_room(l->start, l->n, s->cap_start);
	l->start[l->n] = (uint32_t)s->n_list;
	s->slots[slot] = (uint32_t)l->n;
	if (l->n * 2 > s->mask)
		grow_slots(s);
	return (uint32_t)l->n - 1;
}

/* ---- choosing ---- */

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void add_member(struct settling *s, uint32_t string)
{
	mem_room(s->members, s->n_members, s->cap_members);
	s->members[s->n_members++] = string;
}

/* Sorts what was added to `members` from `first` on, each once, and weighs it. */
static struct clause close_clause(struct settling *s, size_t first)
{
	struct clause c = {(uint32_t)first, 0, 0};
	size_t kept = first;
	float none = 1;

	qsort(s->members + first, s->n_members - first, sizeof *s->members, by_number);
	for (size_t i = first; i < s->n_members; i++)
		if (i == first || s->members[i] != s->members[kept - 1])
			s->members[kept++] = s->members[i];
	s->n_members = kept;
	c.count = (uint32_t)(kept - first);
	for (size_t i = first; i < kept; i++)
		none *= 1 - s->share[s->members[i]];
	c.share = 1 - none;
	return c;
}

static bool same_clause(const struct settling *s, const struct clause *a, const struct clause *b)
{
	return a->count == b->count && memcmp(s->members + a->first, s->members + b->first, a->count * sizeof *s->members) == 0;
}

static void offer(const struct settling *s, struct choice *to, const struct clause *c)
{
	size_t i = to->n;

	for (size_t k = 0; k < to->n; k++)
		if (same_clause(s, &to->best[k], c))
			return;
	while (i > 0 && to->best[i - 1].share > c->share) {
		if (i < CLAUSES)
			to->best[i] = to->best[i - 1];
		i--;
	}
	if (i < CLAUSES)
		to->best[i] = *c;
	to->n += to->n < CLAUSES;
}

static void choose(struct settling *s, int formula, struct choice *out);

/* The rarest of each part together, the next of each, and so on. */
static void choose_of_any(struct settling *s, const struct formula *f, struct choice *out)
{
	struct choice *parts = mem_alloc(f->count, sizeof *parts);
	size_t most = 0;

	for (uint32_t i = 0; i < f->count; i++) {
		choose(s, s->d->parts[f->first + i], &parts[i]);
		most = parts[i].n > most ? parts[i].n : most;
	}
	for (size_t k = 0; k < most; k++) {
		size_t first = s->n_members;

		for (uint32_t i = 0; i < f->count; i++) {
			const struct clause *c = &parts[i].best[k < parts[i].n ? k : parts[i].n - 1];

			for (uint32_t m = 0; m < c->count; m++)
				add_member(s, s->members[c->first + m]);
		}
		struct clause c = close_clause(s, first);
		offer(s, out, &c);
	}
	free(parts);
}

/* Of what a formula needs, the rarest. */
static void choose(struct settling *s, int formula, struct choice *out)
{
	struct formula f = s->d->formulas[formula];
	size_t first = s->n_members;

	out->n = 0;
	if (f.kind == FORMULA_STRING) {
		add_member(s, f.first);
		struct clause c = close_clause(s, first);
		offer(s, out, &c);
	} else if (f.kind == FORMULA_OR) {
		choose_of_any(s, &f, out);
	} else if (f.kind == FORMULA_AND) {
		for (uint32_t i = 0; i < f.count; i++) {
			struct choice part;

			choose(s, s->d->parts[f.first + i], &part);
			for (size_t k = 0; k < part.n; k++)
				offer(s, out, &part.best[k]);
		}
	}
}

/* What matches begin with is needed as well. */
static void offer_begins(struct settling *s, const struct user *u, struct choice *out)
{
	size_t first = s->n_members;

	if (!u->n_begins)
		return;
	for (uint32_t i = 0; i < u->n_begins; i++)
		add_member(s, s->d->begins[u->first_begin + i] / 2);
	struct clause c = close_clause(s, first);
	offer(s, out, &c);
}

/* ---- tables ---- */

static void add_pair(struct pairs *p, uint32_t key, uint32_t value)
{
	mem_room(p->list, p->n, p->cap);
	p->list[p->n++] = (struct pair){key, value};
}

/* The values of each key side by side, in the order in which they were added. */
static struct lists listed(const struct pairs *p, size_t keys)
{
	struct lists l = {mem_alloc(keys + 2, sizeof *l.start), mem_alloc(p->n + 1, sizeof *l.list), keys};

	for (size_t i = 0; i < p->n; i++)
		l.start[p->list[i].key + 2]++;
	for (size_t k = 2; k < keys + 2; k++)
		l.start[k] += l.start[k - 1];
	for (size_t i = 0; i < p->n; i++)
		l.list[l.start[p->list[i].key + 1]++] = p->list[i].value;
	return l;
}

static uint32_t begin_list(struct settling *s, const struct user *u)
{
	if (!u->n_begins)
		return NO_LIST;
	begin_code *sorted = mem_alloc(u->n_begins, sizeof *sorted);
	memcpy(sorted, s->d->begins + u->first_begin, u->n_begins * sizeof *sorted);
	qsort(sorted, u->n_begins, sizeof *sorted, by_number);
	uint32_t number = shared_number(&s->begins, sorted, u->n_begins);
	free(sorted);
	return number;
}

static void ask(struct settling *s, uint32_t user, const uint32_t *clause, size_t n)
{
	for (size_t i = 0; i < n; i++)
		add_pair(&s->asked, user, clause[i] | (i + 1 == n ? CLAUSE_ENDS : 0));
}

/* One that leads is found by its rarest clause, or always. */
static void settle_user(struct settling *s, uint32_t number)
{
	const struct user *u = &s->d->users[number];
	struct choice c;

	s->n_members = 0;
	choose(s, u->formula, &c);
	offer_begins(s, u, &c);
	s->n->begin[number] = begin_list(s, u);
	if (u->leads)
		s->n->leads[number / 64] |= 1ull << number % 64;
	if (u->leads && !c.n)
		s->n->always[s->n->n_always++] = number;
	for (size_t k = 0; k < c.n && (!k || c.best[k].share < OFTEN); k++) {
		const uint32_t *list = s->members + c.best[k].first;

		if (u->leads && !k)
			add_pair(&s->users, shared_number(&s->clauses, list, c.best[k].count), number);
		else
			ask(s, number, list, c.best[k].count);
	}
}

/* The strings that clauses lead to users by. */
static struct lists leading(const struct settling *s)
{
	const struct lists *clauses = &s->clauses.lists;
	struct pairs p = {0};

	for (uint32_t c = 0; c < clauses->n; c++)
		for (uint32_t i = clauses->start[c]; i < clauses->start[c + 1]; i++)
			add_pair(&p, clauses->list[i], c);
	struct lists l = listed(&p, trie_count(s->n->strings));
	free(p.list);
	return l;
}

/* The number of a string among those that are kept: most were not chosen. */
static uint32_t kept_as(const struct settling *s, struct trie *kept, uint32_t string)
{
	return trie_add(kept, trie_string(s->n->strings, string));
}

static void settle_strings(struct settling *s)
{
	struct trie *kept = trie_new();

	for (size_t i = 0; i < s->clauses.n_list; i++)
		s->clauses.lists.list[i] = kept_as(s, kept, s->clauses.lists.list[i]);
	for (size_t i = 0; i < s->begins.n_list; i++)
		s->begins.lists.list[i] = kept_as(s, kept, s->begins.lists.list[i] / 2) * 2 + s->begins.lists.list[i] % 2;
	for (size_t i = 0; i < s->asked.n; i++) {
		uint32_t code = s->asked.list[i].value;

		s->asked.list[i].value = kept_as(s, kept, code & ~CLAUSE_ENDS) | (code & CLAUSE_ENDS);
	}
	trie_free(s->n->strings);
	s->n->strings = kept;
	trie_seal(kept);
}

void needs_settle(struct needs *n, const char *usual)
{
	struct settling s = {.n = n, .d = n->draft};

	trie_seal(n->strings);
	s.share = weigh(n->strings, usual);
	shared_init(&s.clauses);
	shared_init(&s.begins);
	n->n_users = s.d->n_users;
	n->begin = mem_alloc(n->n_users + 1, sizeof *n->begin);
	n->leads = mem_alloc(n->n_users / 64 + 1, sizeof *n->leads);
	n->always = mem_alloc(n->n_users + 1, sizeof *n->always);
	for (uint32_t i = 0; i < n->n_users; i++)
		settle_user(&s, i);
	settle_strings(&s);
	n->begins = s.begins.lists;
	n->users = listed(&s.users, s.clauses.lists.n);
	n->asked = listed(&s.asked, n->n_users);
	n->led_by = leading(&s);
	free(s.share);
	free(s.members);
	free(s.clauses.slots);
	free(s.clauses.lists.start);
	free(s.clauses.lists.list);
	free(s.begins.slots);
	free(s.users.list);
	free(s.asked.list);
}
