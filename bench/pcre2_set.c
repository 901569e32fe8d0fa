/* pcre2_set.c - patterns compiled as the program itself compiles them, and run one by one. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "pcre2_set.h"

#include <stdio.h>
#include <stdlib.h>

#include <pcre2.h>

#include "engine.h"
#include "rules/pattern.h"
#include "util/mem.h"

enum {
	/* As in bot/rules/codes.c: a difference here would be a difference in what is compared. */
	CAPTURES = 16,
	STACK_MIN = 16 << 10,
	STACK_MAX = 256 << 10,
	/* The program's own is lower, as it may well not know; a yardstick that gives up tells other matches. */
	MATCH_LIMIT = 10000000,
};

struct pcre2_set {
	pcre2_code **list; /* NULL where not wanted */
	size_t n;
	pcre2_match_context *limits;
	pcre2_jit_stack *stack;
	pcre2_match_data *match;
};

static pcre2_code *compile(const char *source)
{
	int code = 0;
	PCRE2_SIZE at = 0;
	pcre2_code *compiled = pcre2_compile((PCRE2_SPTR)source, PCRE2_ZERO_TERMINATED,
		PCRE2_NEVER_UTF | PCRE2_DUPNAMES | PCRE2_NEVER_BACKSLASH_C, &code, &at, NULL);

	if (!compiled) {
		fprintf(stderr, "PCRE2 refuses, at character %zu: %s\n", (size_t)at + 1, source);
		exit(1);
	}
	(void)pcre2_jit_compile(compiled, PCRE2_JIT_COMPLETE);
	return compiled;
}

struct pcre2_set *pcre2_set_new(char *const *patterns, size_t n, const bool *wanted)
{
	struct pcre2_set *set = mem_alloc(1, sizeof *set);

	set->list = mem_alloc(n, sizeof *set->list);
	set->n = n;
	for (size_t i = 0; i < n; i++)
		if (!wanted || wanted[i])
			set->list[i] = compile(patterns[i]);
	set->limits = pcre2_match_context_create(NULL);
	set->stack = pcre2_jit_stack_create(STACK_MIN, STACK_MAX, NULL);
	set->match = pcre2_match_data_create(CAPTURES, NULL);
	if (!set->limits || !set->stack || !set->match)
		abort();
	pcre2_set_match_limit(set->limits, MATCH_LIMIT);
	pcre2_jit_stack_assign(set->limits, NULL, set->stack);
	return set;
}

void pcre2_set_free(struct pcre2_set *set)
{
	if (!set)
		return;
	for (size_t i = 0; i < set->n; i++)
		pcre2_code_free(set->list[i]);
	pcre2_match_data_free(set->match);
	pcre2_jit_stack_free(set->stack);
	pcre2_match_context_free(set->limits);
	free(set->list);
	free(set);
}

static int match_from(struct pcre2_set *set, size_t pattern, const char *text, size_t len, size_t from)
{
	return pcre2_match(set->list[pattern], (PCRE2_SPTR)text, len, from, PCRE2_NO_UTF_CHECK, set->match, set->limits);
}

bool pcre2_set_test(struct pcre2_set *set, size_t pattern, const char *text, size_t len)
{
	return match_from(set, pattern, text, len, 0) >= 0;
}

void pcre2_set_spans(struct pcre2_set *set, size_t pattern, const char *text, size_t len, size_t message, struct tally *out)
{
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(set->match);
	size_t n = 0;

	for (size_t from = 0; from <= len; n++) {
		int groups = match_from(set, pattern, text, len, from);

		if (groups == PCRE2_ERROR_NOMATCH)
			break;
		if (groups < 0 || n == PATTERN_MAX_SPANS) {
			out->failed++;
			break;
		}
		tally_span(out, message, pattern, at[0], at[1]);
		from = at[1] > at[0] ? at[1] : at[1] + 1;
	}
	if (n)
		tally_pair(out, message, pattern);
}
