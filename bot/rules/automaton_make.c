/* automaton_make.c - automata without any state yet. */
#include "rules/automaton_inside.h"

#include "util/strmap.h"

enum {
	MAX_NESTED = 4, /* looks in looks */
};

/* What every match begins with. */
static void find_first(struct automata *a, struct automaton *m)
{
	const struct plan *plan = at(a, m->plan);
	struct view all = {.all = true};
	uint16_t begin = 0;

	places_reach(a, plan, &begin, 1, &all);
	for (size_t i = 0; i < a->reached.n; i++) {
		m->first |= place_takes(a, plan, a->reached.places[i]);
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
	uint32_t number = bytes ? automata_take_aside(a, bytes) : 0;

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

	plan->looks = automata_take_aside(a, n * sizeof(struct automaton_look));
	for (size_t i = 0; plan->looks && i < n; i++) {
		uint32_t body = body_of_look(a, &looks[i], nested);
		const struct automaton *m = body ? at(a, body) : NULL;
		const struct plan *its = m && !m->refused ? at(a, m->plan) : NULL;

		if (!its || (looks[i].behind && its->shortest != its->longest))
			return false;
		of->groups |= m->groups;
		((struct automaton_look *)at(a, plan->looks))[i] =
			(struct automaton_look){m->may_be_empty ? ~(charset)0 : m->first, body, its->shortest, looks[i].ways,
				looks[i].behind, looks[i].negated};
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

uint32_t automaton_make(struct automata *a, const char *source, size_t len, int nested)
{
	struct look looks[PROGRAM_MAX_LOOKS];
	uint32_t plan = automata_take_aside(a, sizeof(struct plan));

	size_t begin = (a->used + LINE - 1) / LINE * LINE;
	if (!plan || begin > a->end)
		return 0;
	a->used = begin;
	uint32_t number = automata_take(a, sizeof(struct automaton) / 4);
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
