/* automaton.c - regexes as deterministic automata, made as texts lead through them.
 *
 * A state is a list of places in the byte code, the first preferred, and the kind of what stands before. What edges of words and
 * the like say is known when the next character is: so a state tells for each kind of next character whether a match ends
 * here, and which characters lead on. Where looks ahead or behind are met, the state has variants, one for each outcome of them.
 *
 * All is in one block of memory, addressed in words of 32 bits. What takes time is to fetch states from memory: so they are as
 * small as can be and fill the block from its begin, where those that a text leads through one after the other stand side by
 * side; what only serves to make more of them fills it from its end. */
#include "rules/automaton.h"

#include <stdlib.h>
#include <string.h>

#include "rules/needs.h"
#include "rules/program.h"
#include "util/arena.h"
#include "util/mem.h"
#include "util/strmap.h"

enum {
	RESERVE = 512 << 8, /* words, for one regex to go on when the rest is used up */
	LINE = 16, /* words that are fetched at once */
	BUCKETS = 16,
	MAX_STATE_LOOKS = 64,
	MAX_NESTED = 4, /* looks in looks */
	MOST_BRANCHES = 48, /* that are tried out from a single place */
	MOST_WOUND = 4,
	MOST_OF_SMALL = 10, /* characters that are told one by one */
};

/* Of the number of a state: it has looks to be decided. Or it is no state, but a single place in the code from where it is tried
 * out, way by way, what matches: that needs no memory, and is as fast while there are few ways. */
#define UNDECIDED 0x80000000u
#define ALONE 0x40000000u

/* A state is three words, and one or the other behind:
 *   its draft, with the kinds of characters before which a match ends here in the upper bits, and whether as a skip;
 *   in two words, the characters that lead on each its own way;
 *   where SHARES is set: in two words, the characters that lead on the same way as all others of their kind, and for the kinds
 *   KIND_WORD and KIND_OTHER the number of the state that they lead to;
 *   for each character of its own way the number of the state.
 * The number is 0 where it is not known yet. */
enum { STATE_OWN = 1, STATE_PLAIN = 3, STATE_SHARED = 3, STATE_SHARING = 7, ENDS_SHIFT = 28, SHARES = 1 << 27, SKIPS = 1 << 26,
	DRAFTS = 1 << 26 /* more than there can be, at two words each */ };

/* What a state shows: before which kinds of characters a match ends, and which characters lead on. */
struct outlook {
	uint8_t ends, skips;
	charset own, shared;
};

/* What states are made from. */
struct draft {
	uint32_t state;
	uint32_t next; /* in the bucket */
	uint32_t looks; /* struct state_looks; of a variant: struct variant */
	uint16_t n_places;
	uint8_t before; /* enum code_kind of what stands before */
	uint16_t places[];
};

struct state_looks {
	uint32_t variants; /* the first one */
	uint32_t n;
	uint8_t numbers[MAX_STATE_LOOKS];
};

struct variant {
	uint64_t outcome; /* a bit for each look that holds */
	uint32_t next, looks, state;
};

struct automaton_look {
	charset first; /* the characters that the body may begin with */
	uint32_t body; /* an automaton */
	uint16_t length; /* behind: of all matches */
	uint8_t ways;
	bool behind, negated;
};

struct automaton {
	charset first; /* the characters that a match may begin with */
	uint32_t start[CODE_KINDS];
	uint32_t plan;
	uint32_t code, sets, looks; /* the same as in the plan */
	uint32_t serial, holds_before, fails_from; /* far: of which text, and from where a match is known to be and not to be */
	uint8_t wound; /* how often there were too many ways to try them out */
	bool refused, groups, skips, may_be_empty;
	bool far; /* begins with .* on each way: where it matches it does so from all places before */
	bool at_begin; /* matches only at the begin of the text */
	bool at_words; /* matches only where a word begins */
};

/* What its states are made from. */
struct plan {
	uint32_t code, sets, looks;
	uint16_t code_len;
	uint16_t shortest, longest; /* match */
	uint32_t buckets[BUCKETS]; /* drafts */
};

struct list {
	uint16_t *places;
	size_t n;
};

struct automata {
	void *block;
	uint32_t *words; /* in the block, where a line of the cache begins */
	size_t size, used, end; /* what lies between the last two is free */
	uint32_t *by_number; /* 0: not made yet */
	size_t n;
	struct strmap *bodies; /* of looks -> automaton */
	uint32_t serial; /* of the last text */
	struct program program;
	/* While a state is made: */
	struct list reached, next;
	uint16_t *stack;
	uint64_t *seen, *seen_next; /* bits of places */
};

struct run {
	struct automata *a;
	const struct subject *s;
	uint32_t *steps, most;
	size_t barred; /* no match begins before here */
	bool limit, full;
};

/* Where a run came to. */
struct ending {
	long at; /* -1 where nothing matches */
	bool skip;
};

static const charset kinds[CODE_KINDS] = {
	[KIND_END] = 1,
	[KIND_WORD] = CODES_WORD,
	[KIND_SPACE] = (charset)1 << CODE_SPACE,
	[KIND_OTHER] = CODES_ALL & ~CODES_WORD & ~((charset)1 << CODE_SPACE),
};

struct automata *automata_new(size_t n)
{
	struct automata *a = mem_alloc(1, sizeof *a);
	size_t bits = PROGRAM_MAX_CODE / 64 + 1, bytes = n * AUTOMATA_BYTES_EACH;
	size_t size = (bytes < AUTOMATA_MIN_BYTES ? AUTOMATA_MIN_BYTES : bytes < AUTOMATA_MAX_BYTES ? bytes : AUTOMATA_MAX_BYTES) / 8 * 2;

	*a = (struct automata){.size = size, .block = mem_alloc(size + LINE, 4), .used = LINE, .end = size, .by_number = mem_alloc(n ? n : 1, sizeof *a->by_number),
		.n = n, .bodies = strmap_new(), .reached = {mem_alloc(PROGRAM_MAX_CODE, 2), 0},
		.next = {mem_alloc(PROGRAM_MAX_CODE, 2), 0}, .stack = mem_alloc(PROGRAM_MAX_CODE, 2), .seen = mem_alloc(bits, 8),
		.seen_next = mem_alloc(bits, 8)};
	a->words = (uint32_t *)(((uintptr_t)a->block + LINE * 4 - 1) / (LINE * 4) * (LINE * 4));
	program_init(&a->program);
	return a;
}

void automata_free(struct automata *a)
{
	if (!a)
		return;
	program_done(&a->program);
	strmap_free(a->bodies);
	free(a->reached.places);
	free(a->next.places);
	free(a->stack);
	free(a->seen);
	free(a->seen_next);
	free(a->by_number);
	free(a->block);
	free(a);
}

static void forget_all(struct automata *a)
{
	memset(a->words, 0, a->used * 4);
	memset(a->words + a->end, 0, (a->size - a->end) * 4);
	memset(a->by_number, 0, a->n * sizeof *a->by_number);
	a->used = LINE;
	a->end = a->size;
	strmap_free(a->bodies);
	a->bodies = strmap_new();
}

/* Zeroed, for states and what runs need; 0 when there is no room. */
static uint32_t take(struct automata *a, size_t words)
{
	size_t number = a->used;

	if (words > a->end - a->used)
		return 0;
	a->used += words;
	return (uint32_t)number;
}

/* The same for what states are made from. */
static uint32_t take_aside(struct automata *a, size_t bytes)
{
	size_t words = (bytes + 7) / 8 * 2;

	if (words > a->end - a->used)
		return 0;
	a->end -= words;
	return (uint32_t)a->end;
}

static void *at(const struct automata *a, uint32_t number)
{
	return a->words + (number & ~UNDECIDED);
}

static charset charset_at(const uint32_t *word)
{
	charset set;

	memcpy(&set, word, sizeof set);
	return set;
}

static struct draft *draft_of(const struct automata *a, uint32_t state)
{
	return at(a, (*(const uint32_t *)at(a, state) & (DRAFTS - 1)) * 2);
}

/* How many of a set come before the one of `bit`. */
static size_t rank(charset set, charset bit)
{
	return set == bit ? 0 : charset_size(set & (bit - 1));
}

/* Where a state has the number of the one that the character leads to; NULL when it leads nowhere. */
static uint32_t *target_of(uint32_t *state, uint8_t code)
{
	charset bit = code_bit(code), own = charset_at(state + STATE_OWN);

	if (own & bit)
		return state + (*state & SHARES ? STATE_SHARING : STATE_PLAIN) + rank(own, bit);
	if (!(*state & SHARES) || !(charset_at(state + STATE_SHARED) & bit))
		return NULL;
	return state + STATE_SHARED + 2 + (code_kind(code) == KIND_OTHER);
}

/* ---- places ---- */

static bool test_and_set(uint64_t *bits, uint16_t i)
{
	bool was = bits[i / 64] >> i % 64 & 1;

	bits[i / 64] |= 1ull << i % 64;
	return was;
}

static uint16_t branch_of(const uint8_t *code, uint16_t place)
{
	uint16_t offset;

	memcpy(&offset, code + place + 1, sizeof offset);
	return (uint16_t)(place + offset);
}

/* How the conditions that take no text are decided. */
struct view {
	bool all; /* every condition holds: what could be reached at all */
	struct state_looks *met; /* takes the looks that are met then, unless NULL */
	enum code_kind before, behind;
	const struct state_looks *looks;
	uint64_t outcome;
};

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

static bool holds(const struct view *v, const uint8_t *op)
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

static bool is_end(uint8_t op)
{
	return op == OP_MATCH || op == OP_SKIP;
}

static bool is_condition(uint8_t op)
{
	return op >= OP_WORD_EDGE && op <= OP_LOOK;
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
			} else if (holds(v, code + place)) {
				place = (uint16_t)(place + op_size(op));
			} else {
				break;
			}
		}
	}
}

/* The same from all places of a list. */
static void reach_all(struct automata *a, const struct plan *m, const uint16_t *places, size_t n, const struct view *v)
{
	const uint8_t *code = at(a, m->code);

	memset(a->seen, 0, (m->code_len / 64u + 1) * sizeof *a->seen);
	a->reached.n = 0;
	for (size_t i = 0; i < n; i++)
		reach(a, code, places[i], v);
}

/* The characters that a place takes; none where the match ends. */
static charset taken(const struct automata *a, const struct plan *m, uint16_t place)
{
	const uint8_t *code = (const uint8_t *)at(a, m->code) + place;

	if (*code == OP_SET)
		return ((const charset *)at(a, m->sets))[code[1]];
	return is_end(*code) ? 0 : code_bit((uint8_t)(*code - OP_LITERAL));
}

/* ---- states ---- */

static uint32_t hash_of(const uint16_t *places, size_t n, enum code_kind before)
{
	uint32_t h = 2166136261u ^ (uint32_t)before;

	for (size_t i = 0; i < n; i++)
		h = (h ^ places[i]) * 16777619u;
	return h ^ h >> 15;
}

/* The looks that could be met from these places. False when there are too many. */
static bool looks_met(struct automata *a, const struct plan *m, const struct list *l, struct state_looks *out)
{
	struct view all = {.all = true, .met = out};

	out->n = 0;
	if (m->looks)
		reach_all(a, m, l->places, l->n, &all);
	return out->n <= MAX_STATE_LOOKS;
}

/* The outlook before characters of one kind. Of those that are only met in large sets all lead on the same way. */
static void look_out(struct automata *a, const struct plan *m, enum code_kind kind, struct outlook *out)
{
	const uint8_t *code = at(a, m->code);
	charset small = 0, large = 0, all_large = kinds[kind];

	for (size_t i = 0; i < a->reached.n; i++) {
		uint8_t op = code[a->reached.places[i]];
		if (is_end(op)) { /* what is less preferred does not count any more */
			out->ends |= (uint8_t)(1 << kind);
			out->skips |= (uint8_t)((op == OP_SKIP) << kind);
			break;
		}
		charset by = taken(a, m, a->reached.places[i]) & kinds[kind];
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
		reach_all(a, m, d->places, d->n_places, v);
		look_out(a, m, v->behind, &out);
	}
	return out;
}

/* 0 when there is no room. */
static uint32_t draft_new(struct automata *a, const struct list *l, enum code_kind before)
{
	uint32_t number = take_aside(a, sizeof(struct draft) + l->n * sizeof *l->places);

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
	uint32_t number = take(a, (o.shared ? STATE_SHARING : STATE_PLAIN) + charset_size(o.own));
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
	uint32_t number = take(a, 1), list = take_aside(a, sizeof *looks);
	struct draft *d = at(a, draft);

	if (!number || !list)
		return 0;
	memcpy(at(a, list), looks, sizeof *looks);
	d->looks = list;
	*(uint32_t *)at(a, number) = draft / 2;
	return d->state = number | UNDECIDED;
}

/* The state of these places, new or not; 0 when there is no room, or when the regex turns out to be too much. */
static uint32_t state_for(struct automata *a, struct automaton *of, const struct list *l, enum code_kind before)
{
	struct plan *m = at(a, of->plan);
	uint32_t *bucket = &m->buckets[hash_of(l->places, l->n, before) % BUCKETS];
	struct state_looks looks = {0};
	struct view v = {.before = before};
	const struct draft *d;

	for (uint32_t number = *bucket; number; number = d->next) {
		d = at(a, number);
		if (d->before == before && d->n_places == l->n && memcmp(d->places, l->places, l->n * 2) == 0)
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
	((struct draft *)at(a, draft))->next = *bucket;
	*bucket = draft;
	return state;
}

/* Where a state leads by a character. */
static uint32_t step(struct automata *a, struct automaton *of, uint32_t state, uint8_t code)
{
	const struct plan *m = at(a, of->plan);
	const struct draft *d = draft_of(a, state);
	const uint8_t *bytes = at(a, m->code);
	const struct variant *variant = d->looks ? at(a, d->looks) : NULL;
	struct view v = {.before = (enum code_kind)d->before, .behind = code_kind(code),
		.looks = variant ? at(a, variant->looks) : NULL, .outcome = variant ? variant->outcome : 0};

	memset(a->seen_next, 0, (m->code_len / 64u + 1) * sizeof *a->seen_next);
	a->next.n = 0;
	reach_all(a, m, d->places, d->n_places, &v);
	for (size_t i = 0; i < a->reached.n && !is_end(bytes[a->reached.places[i]]); i++) {
		uint16_t place = a->reached.places[i];

		if (!(taken(a, m, place) & code_bit(code)))
			continue;
		place = (uint16_t)(place + op_size(bytes[place]));
		while (bytes[place] == OP_JUMP)
			place = branch_of(bytes, place);
		if (!test_and_set(a->seen_next, place))
			a->next.places[a->next.n++] = place;
	}
	if (a->next.n == 1 && of->wound < MOST_WOUND)
		return a->next.places[0] | ALONE;
	return state_for(a, of, &a->next, code_kind(code));
}

/* The variant of a state for this outcome of its looks; 0 when there is no room. */
static uint32_t variant_of(struct automata *a, const struct plan *m, struct draft *d, uint64_t outcome)
{
	struct state_looks *looks = at(a, d->looks);
	struct view v = {.before = (enum code_kind)d->before, .looks = looks, .outcome = outcome};
	struct list l = {d->places, d->n_places};

	for (uint32_t k = looks->variants; k; k = ((const struct variant *)at(a, k))->next)
		if (((const struct variant *)at(a, k))->outcome == outcome)
			return ((const struct variant *)at(a, k))->state;
	uint32_t draft = draft_new(a, &l, v.before), entry = take_aside(a, sizeof(struct variant));
	uint32_t made = draft && entry ? state_new(a, m, draft, &v) : 0;
	if (!made)
		return 0;
	*(struct variant *)at(a, entry) = (struct variant){outcome, looks->variants, d->looks, made};
	((struct draft *)at(a, draft))->looks = entry;
	looks->variants = entry;
	return made;
}

/* ---- running ---- */

static struct ending run_from(struct run *r, struct automaton *m, size_t from, bool any);

/* Whether the body of a look ahead matches at a place. What begins with .* is soon known for all places of a text. */
static bool body_matches(struct run *r, struct automaton *m, size_t place)
{
	if (!m->far)
		return run_from(r, m, place, true).at >= 0;
	if (m->serial != r->s->serial) {
		m->serial = r->s->serial;
		m->holds_before = 0;
		m->fails_from = UINT32_MAX;
	}
	if (place >= m->holds_before && place < m->fails_from) {
		if (run_from(r, m, place, true).at >= 0)
			m->holds_before = (uint32_t)place + 1;
		else if (!r->limit && !r->full)
			m->fails_from = (uint32_t)place;
	}
	return place < m->holds_before;
}

static bool look_holds(struct run *r, const struct automaton_look *look, size_t place)
{
	for (size_t i = 0; i < look->ways; i++) {
		size_t from = look->behind ? place - look[i].length : place;

		if (look->behind && place < look[i].length)
			continue;
		if ((look[i].first & code_bit(r->s->codes[from])) && body_matches(r, at(r->a, look[i].body), from))
			return !look->negated;
	}
	return look->negated;
}

/* A state with looks: the variant for what holds at this place. */
static uint32_t decide_looks(struct run *r, const struct automaton *m, uint32_t state, size_t place)
{
	const struct plan *plan = at(r->a, m->plan);
	struct draft *d = draft_of(r->a, state);
	const struct state_looks *met = at(r->a, d->looks);
	const struct automaton_look *looks = at(r->a, plan->looks);
	uint64_t outcome = 0;

	for (uint32_t i = 0; i < met->n; i++)
		outcome |= (uint64_t)look_holds(r, &looks[met->numbers[i]], place) << i;
	return variant_of(r->a, plan, d, outcome);
}

static uint32_t start_state(struct automata *a, struct automaton *m, enum code_kind before)
{
	uint16_t begin = 0;
	struct list l = {&begin, 1};

	if (!m->start[before])
		m->start[before] = state_for(a, m, &l, before);
	return m->start[before];
}

/* Whether a condition of the code holds at a place of the text. */
static bool holds_at(struct run *r, const struct automaton *m, const uint8_t *op, size_t place)
{
	const uint8_t *text = r->s->codes;
	struct view v = {.before = place ? code_kind(text[place - 1]) : KIND_END, .behind = code_kind(text[place])};

	if (*op == OP_LOOK)
		return look_holds(r, (const struct automaton_look *)at(r->a, m->looks) + op[1], place);
	return holds(&v, op);
}

/* Tries out what matches from a place in the code at text[i], the preferred way first. `*out` is set where there is a match.
 * False when there are too many ways. */
static bool try_out(struct run *r, const struct automaton *m, uint16_t place, size_t i, struct ending *out)
{
	struct {
		uint32_t text;
		uint16_t place;
	} left[MOST_BRANCHES];
	const uint8_t *code = at(r->a, m->code), *text = r->s->codes;
	const charset *sets = at(r->a, m->sets);
	size_t depth = 0, branches = 0;

	for (;;) {
		uint8_t op = code[place];
		bool on;

		if (op == OP_SPLIT || op == OP_SPLIT_BACK) {
			uint16_t target = branch_of(code, place), behind = (uint16_t)(place + op_size(op));

			if (branches++ == MOST_BRANCHES)
				return false;
			left[depth].text = (uint32_t)i;
			left[depth++].place = op == OP_SPLIT ? target : behind;
			place = op == OP_SPLIT ? behind : target;
			continue;
		}
		if (is_end(op)) {
			*out = (struct ending){(long)i, op == OP_SKIP};
			return true;
		}
		if (op == OP_JUMP) {
			place = branch_of(code, place);
			continue;
		}
		if (is_condition(op)) {
			on = holds_at(r, m, code + place, i);
		} else {
			on = op == OP_SET ? sets[code[place + 1]] & code_bit(text[i]) : text[i] == op - OP_LITERAL;
			i += on;
		}
		if (on) {
			place = (uint16_t)(place + op_size(op));
		} else if (depth) {
			i = left[--depth].text;
			place = left[depth].place;
		} else {
			return true;
		}
	}
}

/* Where there turned out to be too many ways from a single place: its state. */
static uint32_t alone_state(struct run *r, struct automaton *m, uint32_t number, size_t i, uint32_t *from)
{
	uint16_t place = (uint16_t)(number & ~ALONE);
	struct list l = {&place, 1};

	m->wound += m->wound < MOST_WOUND;
	number = state_for(r->a, m, &l, code_kind(r->s->codes[i - 1]));
	if (m->wound == MOST_WOUND)
		*from = number;
	return number;
}

/* The end of the match that begins at `from`, or -1; of `any` match where that is enough. */
static struct ending run_from(struct run *r, struct automaton *m, size_t from, bool any)
{
	struct automata *a = r->a;
	const uint8_t *text = r->s->codes;
	uint32_t number = start_state(a, m, from ? code_kind(text[from - 1]) : KIND_END), *target = NULL;
	struct ending end = {-1, false};
	size_t i = from;

	for (; number; i++) {
		if (number & UNDECIDED) {
			number = decide_looks(r, m, number, i);
		} else if (number & ALONE) {
			if (m->wound < MOST_WOUND && try_out(r, m, (uint16_t)(number & ~ALONE), i, &end))
				break;
			number = alone_state(r, m, number, i, target);
			if (number & UNDECIDED)
				number = decide_looks(r, m, number, i);
		}
		if (!number)
			break;
		uint32_t *state = at(a, number), ends = *state >> ENDS_SHIFT;

		if (ends && ends >> code_kind(text[i]) & 1) {
			end = (struct ending){(long)i, *state & SKIPS};
			if (any)
				break;
		}
		target = target_of(state, text[i]);
		if (!target)
			break;
		if (!*target)
			*target = step(a, m, number, text[i]);
		number = *target;
	}
	*r->steps += (uint32_t)(i - from) + 1;
	r->limit |= *r->steps > r->most;
	r->full |= !number;
	return end;
}

static bool try_at(struct run *r, struct automaton *m, size_t place, struct place *out)
{
	bool may = place >= r->barred && ((m->first & code_bit(r->s->codes[place])) || m->may_be_empty);
	struct ending end = {-1, false};

	if (may)
		end = run_from(r, m, place, false);
	if (end.skip)
		r->barred = (size_t)end.at;
	if (end.at < 0 || end.skip)
		return false;
	*out = (struct place){place, (size_t)end.at, m->groups};
	return true;
}

static bool find_at_words(struct run *r, struct automaton *m, size_t from, struct place *out)
{
	const struct subject *s = r->s;
	size_t k = 0;

	if (!(m->first & s->initials))
		return false;
	while (k < s->n_words && s->words[k] < from)
		k++;
	for (; k < s->n_words && !r->limit && !r->full; k++)
		if (try_at(r, m, s->words[k], out))
			return true;
	return false;
}

static bool find_anywhere(struct run *r, struct automaton *m, size_t from, struct place *out)
{
	const struct subject *s = r->s;

	if (!m->may_be_empty && !(m->first & s->letters))
		return false;
	for (size_t i = from; i <= s->len && !r->limit && !r->full; i++)
		if (try_at(r, m, i, out))
			return true;
	return false;
}

static bool find_at_places(struct run *r, struct automaton *m, struct seek *seek, struct place *out)
{
	for (; seek->place && !r->limit && !r->full; seek->place = seek->places[seek->place].next)
		if (seek->places[seek->place].at >= seek->from && try_at(r, m, seek->places[seek->place].at, out))
			return true;
	return false;
}

static bool find_from(struct run *r, struct automaton *m, struct seek *seek, struct place *out)
{
	if (seek->places && !m->skips) /* which are not told of what is to be skipped */
		return find_at_places(r, m, seek, out);
	if (m->at_begin)
		return seek->from == 0 && try_at(r, m, 0, out);
	return m->at_words ? find_at_words(r, m, seek->from, out) : find_anywhere(r, m, seek->from, out);
}

static uint32_t automaton_make(struct automata *a, const char *source, size_t len, int nested);

enum sought automaton_find(struct automata *a, size_t i, const char *source, const struct subject *s, struct seek *seek,
	struct place *out)
{
	struct run r = {.a = a, .s = s, .steps = &seek->steps,
		.most = (uint32_t)(AUTOMATON_STEPS + AUTOMATON_STEPS_PER_BYTE * s->len)};

	if (a->end - a->used < RESERVE)
		forget_all(a);
	if (!a->by_number[i])
		a->by_number[i] = automaton_make(a, source, strlen(source), 0);
	struct automaton *m = a->by_number[i] ? at(a, a->by_number[i]) : NULL;
	if (!m || m->refused || s->strange)
		return SOUGHT_REFUSED;
	bool found = find_from(&r, m, seek, out);
	if (r.full || m->refused)
		return SOUGHT_REFUSED;
	return r.limit ? SOUGHT_LIMIT : found ? SOUGHT_FOUND : SOUGHT_NOT_FOUND;
}

static void expect(const struct automata *a, uint32_t number, bool start)
{
	const struct automaton *m = at(a, number);

	__builtin_prefetch(start && m->start[KIND_SPACE] ? at(a, m->start[KIND_SPACE]) : m);
}

/* First the automata, then the states that they begin with: by then the first are there. */
void automata_expect(const struct automata *a, const uint64_t *numbers, size_t n)
{
	for (int start = 0; start < 2; start++)
		for (size_t w = 0; w <= n / 64; w++)
			for (uint64_t bits = numbers[w]; bits; bits &= bits - 1) {
				size_t i = w * 64 + (size_t)__builtin_ctzll(bits);

				if (a->by_number[i])
					expect(a, a->by_number[i], start);
			}
}

/* ---- making ---- */

/* What every match begins with. */
static void find_first(struct automata *a, struct automaton *m)
{
	const struct plan *plan = at(a, m->plan);
	struct view all = {.all = true};
	uint16_t begin = 0;

	reach_all(a, plan, &begin, 1, &all);
	for (size_t i = 0; i < a->reached.n; i++) {
		m->first |= taken(a, plan, a->reached.places[i]);
		m->may_be_empty |= is_end(((const uint8_t *)at(a, plan->code))[a->reached.places[i]]);
	}
}

/* Whether each way begins with an edge, looks not counted. */
static void find_edges(struct automata *a, struct automaton *m)
{
	const struct plan *plan = at(a, m->plan);
	const uint8_t *code = at(a, plan->code);
	size_t depth = 0;

	m->at_begin = true;
	m->at_words = !m->may_be_empty && !(m->first & ~CODES_WORD);
	memset(a->seen, 0, (plan->code_len / 64u + 1) * sizeof *a->seen);
	a->stack[depth++] = 0;
	while (depth) {
		uint16_t place = a->stack[--depth];
		uint8_t op = code[place];

		if (test_and_set(a->seen, place))
			continue;
		if (op == OP_SPLIT || op == OP_SPLIT_BACK || op == OP_JUMP)
			a->stack[depth++] = branch_of(code, place);
		if (op == OP_SPLIT || op == OP_SPLIT_BACK || op == OP_LOOK)
			a->stack[depth++] = (uint16_t)(place + op_size(op));
		if (op == OP_SPLIT || op == OP_SPLIT_BACK || op == OP_JUMP || op == OP_LOOK)
			continue;
		m->at_begin &= op == OP_BEGIN;
		m->at_words &= op == OP_BEGIN || op == OP_WORD_EDGE || op == OP_FREE_BEFORE;
	}
}

static uint32_t copied(struct automata *a, const void *from, size_t bytes)
{
	uint32_t number = bytes ? take_aside(a, bytes) : 0;

	if (number)
		memcpy(at(a, number), from, bytes);
	return number;
}

/* Whether all of a regex stands behind a ".*". */
static bool is_far(const char *body, size_t len)
{
	size_t depth = 0;

	if (len < 2 || memcmp(body, ".*", 2) != 0)
		return false;
	for (size_t i = 0; i + 1 < len; i++) {
		if (body[i] == '\\') {
			i++;
		} else if (body[i] == '[' || (body[i] == '|' && !depth)) { /* brackets may hold anything: not looked into */
			return false;
		} else {
			depth += body[i] == '(';
			depth -= body[i] == ')';
		}
	}
	return true;
}

/* The same words are looked for beside many a regex. */
static uint32_t body_of_look(struct automata *a, const struct look *l, int nested)
{
	int known = strmap_get(a->bodies, l->body, l->len, 0);

	if (!known) {
		known = (int)automaton_make(a, l->body, l->len, nested + 1);
		if (known)
			((struct automaton *)at(a, (uint32_t)known))->far = is_far(l->body, l->len);
		strmap_set(a->bodies, l->body, l->len, known);
	}
	return (uint32_t)known;
}

/* The automata of the looks; false when one is refused. */
static bool make_looks(struct automata *a, struct automaton *of, const struct look *looks, size_t n, int nested)
{
	struct plan *plan = at(a, of->plan);

	plan->looks = take_aside(a, n * sizeof(struct automaton_look));
	for (size_t i = 0; plan->looks && i < n; i++) {
		uint32_t body = body_of_look(a, &looks[i], nested);
		const struct automaton *m = body ? at(a, body) : NULL;
		const struct plan *its = m && !m->refused ? at(a, m->plan) : NULL;

		if (!its || (looks[i].behind && its->shortest != its->longest))
			return false;
		of->groups |= m->groups;
		((struct automaton_look *)at(a, plan->looks))[i] =
			(struct automaton_look){m->may_be_empty ? ~(charset)0 : m->first, body, its->shortest, looks[i].ways, looks[i].behind, looks[i].negated};
	}
	return plan->looks;
}

/* False when there is no room. */
static bool fill_plan(struct automata *a, struct plan *plan)
{
	const struct program *p = &a->program;

	plan->code_len = (uint16_t)p->len;
	plan->shortest = (uint16_t)p->shortest;
	plan->longest = (uint16_t)p->longest;
	plan->code = copied(a, p->code, p->len);
	plan->sets = copied(a, p->sets, p->n_sets * sizeof *p->sets);
	return plan->code && (!p->n_sets || plan->sets);
}

/* Returns 0 when there is no room. */
static uint32_t automaton_make(struct automata *a, const char *source, size_t len, int nested)
{
	struct look looks[PROGRAM_MAX_LOOKS];
	uint32_t plan = take_aside(a, sizeof(struct plan));

	size_t begin = (a->used + LINE - 1) / LINE * LINE;
	if (!plan || begin > a->end)
		return 0;
	a->used = begin;
	uint32_t number = take(a, sizeof(struct automaton) / 4);
	if (!number)
		return 0;
	struct automaton *m = at(a, number);
	m->plan = plan;
	m->refused = nested > MAX_NESTED || !program_compile(&a->program, source, len) || (nested && a->program.skips);
	if (m->refused)
		return number;
	m->groups = a->program.captures;
	m->skips = a->program.skips;
	if (!fill_plan(a, at(a, plan)))
		return 0;
	m->code = ((const struct plan *)at(a, plan))->code;
	m->sets = ((const struct plan *)at(a, plan))->sets;
	find_first(a, m);
	find_edges(a, m);
	size_t n_looks = a->program.n_looks;
	memcpy(looks, a->program.looks, n_looks * sizeof *looks);
	m->refused = n_looks && !make_looks(a, m, looks, n_looks, nested);
	m->looks = ((const struct plan *)at(a, plan))->looks;
	return number;
}

/* ---- texts ---- */

void subject_init(struct subject *s, struct automata *a, const char *text, size_t len, struct arena *arena)
{
	uint8_t *plain = arena_alloc(arena, len + 1, 1);
	uint32_t *words = arena_alloc(arena, len / 2 + 1, sizeof *words);
	bool inside = false;

	*s = (struct subject){.len = len, .codes = plain, .words = words, .serial = ++a->serial};
	for (size_t i = 0; i < len; i++) {
		uint8_t code = plain[i] = alphabet_codes[(unsigned char)text[i]];
		bool word = code_kind(code) == KIND_WORD;

		s->letters |= code_bit(code);
		if (word && !inside) {
			words[s->n_words++] = (uint32_t)i;
			s->initials |= code_bit(code);
		}
		inside = word;
	}
	s->strange = s->letters & code_bit(CODE_NONE);
}
