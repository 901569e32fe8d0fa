/* codes.c - a bounded store of compiled patterns.
 *
 * Most patterns run seldom or never: they are compiled when first needed, which takes some 10 us, and interpreted. Those that
 * run often are compiled for the machine, whose code is several times as large. When a ceiling is reached, a hand goes round
 * over what is held, halves how often each was used and drops what comes to nothing.
 *
 * The interpreter counts more steps than machine code does, and would reach the limit of steps earlier. So where it does, the
 * machine code has the last word: the outcome is the same whichever runs first. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "rules/codes.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pcre2.h>

#include "rules/pattern.h"
#include "util/err.h"
#include "util/mem.h"

enum {
	JIT_AFTER = 16, /* uses */
	MAX_USES = 255,
	ROUNDS = 8, /* of the hand, after which all are dropped */
	HAND_STEPS = 16, /* that the hand goes for room for one machine code */
	JIT_STACK_MIN = 16 << 10,
	JIT_STACK_MAX = 256 << 10,
};

struct code {
	pcre2_code *code;
	uint32_t bytes, jit_bytes;
	int number;
	uint8_t uses;
	bool jit_refused; /* the machine has no code for it */
};

struct codes {
	uint32_t *slots; /* by pattern: index in held + 1, 0 when it is not held */
	size_t n_slots;
	struct code *held;
	size_t n, cap, hand;
	size_t bytes, jit_bytes, max_bytes, max_jit_bytes;
	pcre2_match_context *limits;
	pcre2_jit_stack *stack;
	pcre2_match_data *match;
};

struct codes *codes_new(size_t max_bytes, size_t max_jit_bytes)
{
	struct codes *c = mem_alloc(1, sizeof *c);

	c->max_bytes = max_bytes;
	c->max_jit_bytes = max_jit_bytes;
	c->limits = pcre2_match_context_create(NULL);
	c->stack = pcre2_jit_stack_create(JIT_STACK_MIN, JIT_STACK_MAX, NULL);
	c->match = pcre2_match_data_create(CODES_MAX_GROUPS, NULL);
	if (!c->limits || !c->stack || !c->match)
		abort();
	pcre2_set_match_limit(c->limits, PATTERN_MATCH_LIMIT);
	pcre2_set_depth_limit(c->limits, PATTERN_DEPTH_LIMIT);
	pcre2_jit_stack_assign(c->limits, NULL, c->stack);
	return c;
}

void codes_free(struct codes *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->n; i++)
		pcre2_code_free(c->held[i].code);
	free(c->held);
	free(c->slots);
	pcre2_match_data_free(c->match);
	pcre2_jit_stack_free(c->stack);
	pcre2_match_context_free(c->limits);
	free(c);
}

/* The text is folded to lower case and rules are written so; CASELESS would only cost time. */
static pcre2_code *compile(const char *source, int *why, PCRE2_SIZE *at)
{
	return pcre2_compile((PCRE2_SPTR)source, PCRE2_ZERO_TERMINATED,
		PCRE2_NEVER_UTF | PCRE2_DUPNAMES | PCRE2_NEVER_BACKSLASH_C, why, at, NULL);
}

int codes_check(const char *source, struct err *err)
{
	int why = 0;
	PCRE2_SIZE at = 0;
	PCRE2_UCHAR reason[160];
	pcre2_code *code = compile(source, &why, &at);

	if (!code) {
		pcre2_get_error_message(why, reason, sizeof reason);
		return err_set(err, "bad regex, at character %zu: %s", (size_t)at + 1, (const char *)reason);
	}
	pcre2_code_free(code);
	return 0;
}

static uint32_t size_of(const pcre2_code *code, uint32_t what)
{
	size_t bytes = 0;

	(void)pcre2_pattern_info(code, what, &bytes); /* leaves 0 where there is none */
	return (uint32_t)bytes;
}

static void drop(struct codes *c, size_t i)
{
	struct code *gone = &c->held[i];

	c->bytes -= gone->bytes;
	c->jit_bytes -= gone->jit_bytes;
	c->slots[gone->number] = 0;
	pcre2_code_free(gone->code);
	if (i != --c->n) {
		*gone = c->held[c->n];
		c->slots[gone->number] = (uint32_t)i + 1;
	}
}

/* One step of the hand: what was not used for long goes, unless it is `spared`. */
static void hand_step(struct codes *c, int spared)
{
	if (c->hand >= c->n)
		c->hand = 0;
	struct code *at = &c->held[c->hand];
	at->uses /= 2;
	if (at->uses || at->number == spared)
		c->hand++;
	else
		drop(c, c->hand);
}

static uint32_t *slot_of(struct codes *c, int number)
{
	size_t i = (size_t)number;

	if (i >= c->n_slots) {
		size_t n = i + i / 2 + 64;

		c->slots = mem_grow(c->slots, n, sizeof *c->slots);
		for (size_t k = c->n_slots; k < n; k++)
			c->slots[k] = 0;
		c->n_slots = n;
	}
	return &c->slots[i];
}

static struct code *get(struct codes *c, int number, const char *source)
{
	uint32_t *slot = slot_of(c, number);
	int why = 0;
	PCRE2_SIZE at = 0;

	if (*slot)
		return &c->held[*slot - 1];
	pcre2_code *code = compile(source, &why, &at);
	if (!code)
		return NULL;
	mem_room(c->held, c->n, c->cap);
	c->held[c->n] = (struct code){.code = code, .bytes = size_of(code, PCRE2_INFO_SIZE), .number = number};
	c->bytes += c->held[c->n].bytes;
	*slot = (uint32_t)++c->n;
	while (c->bytes > c->max_bytes && c->n > 1)
		hand_step(c, number);
	return &c->held[*slot - 1];
}

/* Makes machine code where there is room, or at any price. May move what is held. */
static bool make_jit(struct codes *c, int number, bool at_any_price)
{
	size_t steps = at_any_price ? c->n * (ROUNDS + 1) : HAND_STEPS;

	for (size_t i = 0; i < steps && c->jit_bytes > c->max_jit_bytes; i++)
		hand_step(c, number);
	struct code *it = &c->held[c->slots[number] - 1];
	if (it->jit_bytes || it->jit_refused || (c->jit_bytes > c->max_jit_bytes && !at_any_price))
		return it->jit_bytes;
	it->jit_refused = pcre2_jit_compile(it->code, PCRE2_JIT_COMPLETE) < 0;
	it->jit_bytes = size_of(it->code, PCRE2_INFO_JITSIZE);
	c->jit_bytes += it->jit_bytes;
	return it->jit_bytes;
}

/* One more use; those that are used often get machine code. */
static void count_use(struct codes *c, struct code *it)
{
	if (it->uses == MAX_USES)
		return;
	if (++it->uses % JIT_AFTER == 0 && !it->jit_bytes)
		(void)make_jit(c, it->number, false); /* without it the interpreter serves */
}

static int run(struct codes *c, int number, const char *text, size_t len, size_t from)
{
	return pcre2_match(c->held[c->slots[number] - 1].code, (PCRE2_SPTR)text, len, from, PCRE2_NO_UTF_CHECK, c->match, c->limits);
}

int codes_match(struct codes *c, int number, const char *source, const char *text, size_t len, size_t from)
{
	struct code *it = get(c, number, source);

	if (!it)
		return PCRE2_ERROR_NOMEMORY; /* it was compiled once, when it was checked */
	count_use(c, it);
	bool jit = c->held[c->slots[number] - 1].jit_bytes;
	int groups = run(c, number, text, len, from);
	if (groups < PCRE2_ERROR_NOMATCH && !jit && make_jit(c, number, true))
		groups = run(c, number, text, len, from);
	return groups;
}

const size_t *codes_places(const struct codes *c)
{
	return pcre2_get_ovector_pointer(c->match);
}

size_t codes_groups(struct codes *c, int number, const char *source, const char *name, int *out, size_t most)
{
	PCRE2_SPTR first, last;
	const struct code *it = get(c, number, source);
	int size = it ? pcre2_substring_nametable_scan(it->code, (PCRE2_SPTR)name, &first, &last) : -1;
	size_t n = 0;

	if (size < 0)
		return 0;
	for (PCRE2_SPTR entry = first; entry <= last && n < most; entry += size)
		out[n++] = entry[0] << 8 | entry[1];
	return n;
}

void codes_library(char out[CODES_LIBRARY_BYTES])
{
	memset(out, 0, CODES_LIBRARY_BYTES);
	(void)pcre2_config(PCRE2_CONFIG_VERSION, out); /* 24 characters at most, says pcre2api */
}

size_t codes_bytes(const struct codes *c)
{
	return c->bytes;
}

size_t codes_jit_bytes(const struct codes *c)
{
	return c->jit_bytes;
}
