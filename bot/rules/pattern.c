/* pattern.c - the pool of all PCRE2 patterns of a rule set. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "rules/pattern.h"

#include <stdlib.h>
#include <string.h>

#include <pcre2.h>

#include "rules/literal.h"
#include "rules/needs.h"
#include "util/arena.h"
#include "util/err.h"
#include "util/mem.h"
#include "util/strmap.h"

enum { MAX_CAPTURES = 16, JIT_STACK_MAX = 256 << 10 };

struct pattern {
	char *source;
	pcre2_code *code;
	bool jit_tried;
};

struct patterns {
	struct pattern *list;
	size_t n, cap;
	struct strmap *index;
	pcre2_match_context *limits;
	pcre2_jit_stack *stack;
	pcre2_match_data *match;
	struct needs *needs; /* strings without which a pattern need not run */
};

struct scan {
	struct patterns *patterns;
	const char *text;
	size_t len;
	struct arena *arena;
	struct spans **found; /* by pattern; NULL until asked */
	uint64_t *possible; /* bits of the patterns that could match */
};

struct patterns *patterns_new(void)
{
	struct patterns *p = mem_alloc(1, sizeof *p);

	p->index = strmap_new();
	p->limits = pcre2_match_context_create(NULL);
	p->stack = pcre2_jit_stack_create(16 << 10, JIT_STACK_MAX, NULL);
	p->match = pcre2_match_data_create(MAX_CAPTURES, NULL);
	if (!p->limits || !p->stack || !p->match)
		abort();
	pcre2_set_match_limit(p->limits, PATTERN_MATCH_LIMIT);
	pcre2_set_depth_limit(p->limits, PATTERN_DEPTH_LIMIT);
	pcre2_jit_stack_assign(p->limits, NULL, p->stack);
	return p;
}

void patterns_free(struct patterns *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->n; i++) {
		pcre2_code_free(p->list[i].code);
		free(p->list[i].source);
	}
	free(p->list);
	needs_free(p->needs);
	strmap_free(p->index);
	pcre2_match_data_free(p->match);
	pcre2_jit_stack_free(p->stack);
	pcre2_match_context_free(p->limits);
	free(p);
}

int patterns_add(struct patterns *p, const char *source, struct err *err)
{
	int number = strmap_get(p->index, source, strlen(source), -1), code = 0;
	PCRE2_SIZE at = 0;
	PCRE2_UCHAR reason[160];

	if (number >= 0)
		return number;
	/* The text is folded to lower case and rules are written so; CASELESS would only cost time. */
	pcre2_code *compiled = pcre2_compile((PCRE2_SPTR)source, PCRE2_ZERO_TERMINATED,
		PCRE2_NEVER_UTF | PCRE2_DUPNAMES | PCRE2_NEVER_BACKSLASH_C, &code, &at, NULL);
	if (!compiled) {
		pcre2_get_error_message(code, reason, sizeof reason);
		return err_set(err, "bad regex, at character %zu: %s", (size_t)at + 1, (const char *)reason);
	}
	mem_room(p->list, p->n, p->cap);
	p->list[p->n] = (struct pattern){mem_strdup(source), compiled, false};
	strmap_set(p->index, source, strlen(source), (int)p->n);
	return (int)p->n++;
}

void patterns_seal(struct patterns *p)
{
	p->needs = needs_new();
	for (size_t i = 0; i < p->n; i++)
		needs_attach(p->needs, literal_needs(p->needs, p->list[i].source), (uint32_t)i);
	needs_seal(p->needs);
}

size_t patterns_count(const struct patterns *p)
{
	return p->n;
}

const char *patterns_source(const struct patterns *p, int pattern)
{
	return p->list[pattern].source;
}

struct scan *scan_new(struct patterns *p, const char *text, size_t len, struct arena *arena)
{
	struct scan *s = arena_alloc(arena, 1, sizeof *s);

	*s = (struct scan){p, text, len, arena, arena_alloc(arena, p->n, sizeof(struct spans *)),
		arena_alloc(arena, p->n / 64 + 1, sizeof *s->possible)};
	needs_find(p->needs, text, len, arena, s->possible);
	return s;
}

static int match_at(struct scan *s, int pattern, size_t from)
{
	struct patterns *p = s->patterns;
	struct pattern *one = &p->list[pattern];

	if (!one->jit_tried) { /* most patterns never run in the life of a short process */
		one->jit_tried = true;
		(void)pcre2_jit_compile(one->code, PCRE2_JIT_COMPLETE); /* without it the interpreter serves */
	}
	return pcre2_match(one->code, (PCRE2_SPTR)s->text, s->len, from, PCRE2_NO_UTF_CHECK, p->match, p->limits);
}

static struct span span_of(const PCRE2_SIZE *at, int groups)
{
	struct span span = {.start = (uint32_t)at[0], .end = (uint32_t)at[1]};

	for (int i = 1; i < groups && span.n_gaps < PATTERN_MAX_GAPS; i++) {
		if (at[2 * i] == PCRE2_UNSET || at[2 * i] == at[2 * i + 1])
			continue;
		span.gaps[span.n_gaps].start = (uint32_t)at[2 * i];
		span.gaps[span.n_gaps++].end = (uint32_t)at[2 * i + 1];
	}
	return span;
}

static struct spans *find_all(struct scan *s, int pattern)
{
	struct span found[PATTERN_MAX_SPANS];
	struct spans *spans = arena_alloc(s->arena, 1, sizeof *spans);
	size_t n = 0, from = 0;

	while (from <= s->len) {
		int groups = match_at(s, pattern, from);
		const PCRE2_SIZE *at = pcre2_get_ovector_pointer(s->patterns->match);

		if (groups == PCRE2_ERROR_NOMATCH)
			break;
		if (groups < 0 || n == PATTERN_MAX_SPANS) {
			spans->failed = true;
			break;
		}
		found[n++] = span_of(at, groups ? groups : MAX_CAPTURES);
		from = at[1] > at[0] ? at[1] : at[1] + 1;
	}
	struct span *list = arena_alloc(s->arena, n ? n : 1, sizeof *list);
	memcpy(list, found, n * sizeof *list);
	spans->list = list;
	spans->n = n;
	return spans;
}

const struct spans *scan_spans(struct scan *s, int pattern)
{
	static const struct spans none = {0};

	if (!(s->possible[pattern / 64] >> pattern % 64 & 1))
		return &none;
	if (!s->found[pattern])
		s->found[pattern] = find_all(s, pattern);
	return s->found[pattern];
}

bool scan_group(struct scan *s, int pattern, size_t from, const char *name, const char **out, size_t *out_len)
{
	PCRE2_SPTR first, last;
	const pcre2_code *code = s->patterns->list[pattern].code;
	int size = pcre2_substring_nametable_scan(code, (PCRE2_SPTR)name, &first, &last);

	if (size < 0 || match_at(s, pattern, from) < 0)
		return false;
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(s->patterns->match);
	for (PCRE2_SPTR entry = first; entry <= last; entry += size) {
		int group = entry[0] << 8 | entry[1];

		if (group < MAX_CAPTURES && at[2 * group] != PCRE2_UNSET) {
			*out = s->text + at[2 * group];
			*out_len = at[2 * group + 1] - at[2 * group];
			return true;
		}
	}
	return false;
}
