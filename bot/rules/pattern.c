/* pattern.c - the pool of all PCRE2 patterns of a rule set. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "rules/pattern.h"

#include <stdlib.h>
#include <string.h>

#include <pcre2.h>

#include "rules/codes.h"
#include "rules/literal.h"
#include "rules/needs.h"
#include "util/arena.h"
#include "util/mem.h"
#include "util/strmap.h"

struct patterns {
	char **sources;
	size_t n, cap;
	struct strmap *index;
	struct needs *needs; /* strings without which a pattern need not run */
	struct codes *codes;
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
	p->codes = codes_new(CODES_MAX_BYTES, CODES_MAX_JIT_BYTES);
	return p;
}

void patterns_free(struct patterns *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->n; i++)
		free(p->sources[i]);
	free(p->sources);
	needs_free(p->needs);
	strmap_free(p->index);
	codes_free(p->codes);
	free(p);
}

int patterns_add(struct patterns *p, const char *source, struct err *err)
{
	int number = strmap_get(p->index, source, strlen(source), -1);

	if (number >= 0)
		return number;
	if (codes_check(source, err) < 0)
		return -1;
	mem_room(p->sources, p->n, p->cap);
	p->sources[p->n] = mem_strdup(source);
	strmap_set(p->index, source, strlen(source), (int)p->n);
	return (int)p->n++;
}

void patterns_seal(struct patterns *p)
{
	p->needs = needs_new();
	for (size_t i = 0; i < p->n; i++)
		needs_attach(p->needs, literal_needs(p->needs, p->sources[i]), (uint32_t)i);
	needs_seal(p->needs);
	strmap_free(p->index);
	p->index = NULL;
}

size_t patterns_count(const struct patterns *p)
{
	return p->n;
}

const char *patterns_source(const struct patterns *p, int pattern)
{
	return p->sources[pattern];
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
	return codes_match(s->patterns->codes, pattern, s->patterns->sources[pattern], s->text, s->len, from);
}

static struct span span_of(const size_t *at, int groups)
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
		const size_t *at = codes_places(s->patterns->codes);

		if (groups == PCRE2_ERROR_NOMATCH)
			break;
		if (groups < 0 || n == PATTERN_MAX_SPANS) {
			spans->failed = true;
			break;
		}
		found[n++] = span_of(at, groups ? groups : CODES_MAX_GROUPS);
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
	struct codes *codes = s->patterns->codes;
	int groups[CODES_MAX_GROUPS];
	size_t n = codes_groups(codes, pattern, s->patterns->sources[pattern], name, groups, CODES_MAX_GROUPS);

	if (!n || match_at(s, pattern, from) < 0)
		return false;
	const size_t *at = codes_places(codes);
	for (size_t i = 0; i < n; i++)
		if (groups[i] < CODES_MAX_GROUPS && at[2 * groups[i]] != PCRE2_UNSET) {
			*out = s->text + at[2 * groups[i]];
			*out_len = at[2 * groups[i] + 1] - at[2 * groups[i]];
			return true;
		}
	return false;
}
