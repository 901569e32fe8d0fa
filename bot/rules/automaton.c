/* automaton.c - regexes as deterministic automata, made as texts lead through them.
 *
 * A state is a list of places in the byte code, the first preferred, and the kind of what stands before. What edges of words and
 * the like say is known when the next character is: so a state tells for each kind of next character whether a match ends
 * here, and which characters lead on. Where looks ahead or behind are met, the state has variants, one for each outcome of them.
 *
 * All is in one block of memory, addressed in words of 32 bits. What takes time is to fetch states from memory: so they are as
 * small as can be and fill the block from its begin, where those that a text leads through one after the other stand side by
 * side; what only serves to make more of them fills it from its end. */
#include "rules/automaton_inside.h"

#include <stdlib.h>

#include "util/arena.h"
#include "util/mem.h"
#include "util/strmap.h"

enum {
	KNOWN_AT_FIRST = 1024,
	MOST_BRANCHES = 48, /* that are tried out from a single place */
	COLD_BRANCHES = 255, /* and from the begin of a regex that is new */
	COLD = 100, /* runs: most regexes are hardly ever run, and are not worth any state */
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

struct automata *automata_new(size_t n)
{
	struct automata *a = mem_alloc(1, sizeof *a);
	size_t bits = PROGRAM_MAX_CODE / 64 + 1, bytes = n * AUTOMATA_BYTES_EACH;
	size_t size = (bytes < AUTOMATA_MIN_BYTES ? AUTOMATA_MIN_BYTES : bytes < AUTOMATA_MAX_BYTES ? bytes : AUTOMATA_MAX_BYTES) / 8 * 2;

	*a = (struct automata){.size = size, .block = mem_alloc(size + LINE, 4), .used = LINE, .end = size,
		.by_number = mem_alloc(n ? n : 1, sizeof *a->by_number), .n = n, .bodies = strmap_new(), .reached = {mem_alloc(PROGRAM_MAX_CODE, 2), 0},
		.next = {mem_alloc(PROGRAM_MAX_CODE, 2), 0}, .stack = mem_alloc(PROGRAM_MAX_CODE, 2), .seen = mem_alloc(bits, 8),
		.seen_next = mem_alloc(bits, 8)};
	a->words = (uint32_t *)(((uintptr_t)a->block + LINE * 4 - 1) / (LINE * 4) * (LINE * 4));
	a->known = (struct known){mem_alloc(KNOWN_AT_FIRST, sizeof *a->known.slots), KNOWN_AT_FIRST - 1, 0};
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
	free(a->known.slots);
	free(a->block);
	free(a);
}

void automata_forget(struct automata *a)
{
	memset(a->words, 0, a->used * 4);
	memset(a->words + a->end, 0, (a->size - a->end) * 4);
	memset(a->by_number, 0, a->n * sizeof *a->by_number);
	a->used = LINE;
	a->end = a->size;
	a->forgotten++;
	memset(a->known.slots, 0, (a->known.mask + 1) * sizeof *a->known.slots);
	a->known.n = 0;
	strmap_free(a->bodies);
	a->bodies = strmap_new();
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
	return state_variant(r->a, plan, d, outcome);
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
	return view_holds(&v, op);
}

/* Tries out what matches from a place in the code at text[i], the preferred way first. `*out` is set where there is a match.
 * False when there are too many ways. */
static bool try_out(struct run *r, const struct automaton *m, uint16_t place, size_t i, size_t most, struct ending *out)
{
	struct {
		uint32_t text;
		uint16_t place;
	} left[COLD_BRANCHES];
	const uint8_t *code = at(r->a, m->code), *text = r->s->codes;
	const charset *sets = at(r->a, m->sets);
	size_t depth = 0, branches = 0;

	for (;;) {
		uint8_t op = code[place];
		bool on;

		if (op == OP_SPLIT || op == OP_SPLIT_BACK) {
			uint16_t target = branch_of(code, place), behind = (uint16_t)(place + op_size(op));

			if (branches++ == most)
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
	struct ending end = {-1, false};
	size_t i = from;

	if (m->runs < COLD) {
		m->runs++;
		if (try_out(r, m, 0, from, COLD_BRANCHES, &end))
			return end;
		m->runs = COLD;
	}
	uint32_t number = start_state(a, m, from ? code_kind(text[from - 1]) : KIND_END), *target = NULL;

	for (; number; i++) {
		if (number & UNDECIDED) {
			number = decide_looks(r, m, number, i);
		} else if (number & ALONE) {
			if (m->wound < MOST_WOUND && try_out(r, m, (uint16_t)(number & ~ALONE), i, MOST_BRANCHES, &end))
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
			*target = state_step(a, m, number, text[i]);
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

static bool find_at_places(struct run *r, struct automaton *m, const struct seek *seek, struct place *out)
{
	size_t words = (r->s->len + 1) / 64 + 1, i = seek->from / 64;

	for (uint64_t mask = UINT64_MAX << seek->from % 64; i < words; i++, mask = UINT64_MAX)
		for (uint64_t bits = seek->places[i] & mask; bits && !r->limit && !r->full; bits &= bits - 1)
			if (try_at(r, m, i * 64 + (size_t)__builtin_ctzll(bits), out))
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

enum sought automaton_find(struct automata *a, size_t i, const char *source, const struct subject *s, struct seek *seek,
	struct place *out)
{
	struct run r = {.a = a, .s = s, .steps = &seek->steps,
		.most = (uint32_t)(AUTOMATON_STEPS + AUTOMATON_STEPS_PER_BYTE * s->len)};

	if (a->end - a->used < AUTOMATA_RESERVE)
		automata_forget(a);
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
