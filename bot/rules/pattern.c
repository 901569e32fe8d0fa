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

struct pool {
	char **sources;
	size_t n, cap;
	struct strmap *index; /* NULL when sealed */
	struct needs *needs; /* strings without which a pattern need not run */
};

struct patterns {
	const struct pool *pool;
	struct pool *own; /* the same, or NULL where it is borrowed */
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

struct patterns *patterns_open(const struct pool *pool)
{
	struct patterns *p = mem_alloc(1, sizeof *p);

	p->pool = pool;
	p->codes = codes_new(CODES_MAX_BYTES, CODES_MAX_JIT_BYTES);
	return p;
}

struct patterns *patterns_new(void)
{
	struct pool *own = mem_alloc(1, sizeof *own);
	struct patterns *p = patterns_open(own);

	p->own = own;
	own->index = strmap_new();
	return p;
}

static void pool_free(struct pool *pool)
{
	if (!pool)
		return;
	for (size_t i = 0; i < pool->n; i++)
		free(pool->sources[i]);
	free(pool->sources);
	needs_free(pool->needs);
	strmap_free(pool->index);
	free(pool);
}

void patterns_free(struct patterns *p)
{
	if (!p)
		return;
	pool_free(p->own);
	codes_free(p->codes);
	free(p);
}

struct pool *pool_copy(const struct patterns *p, struct arena *arena)
{
	struct pool *copy = arena_copy(arena, p->pool, 1, sizeof *p->pool);

	copy->sources = arena_copy(arena, p->pool->sources, p->pool->n, sizeof *p->pool->sources);
	for (size_t i = 0; i < copy->n; i++)
		copy->sources[i] = arena_strdup(arena, p->pool->sources[i]);
	copy->cap = copy->n;
	copy->needs = needs_copy(p->pool->needs, arena);
	return copy;
}

int patterns_add(struct patterns *p, const char *source, struct err *err)
{
	struct pool *own = p->own;
	int number = strmap_get(own->index, source, strlen(source), -1);

	if (number >= 0)
		return number;
	if (codes_check(source, err) < 0)
		return -1;
	mem_room(own->sources, own->n, own->cap);
	own->sources[own->n] = mem_strdup(source);
	strmap_set(own->index, source, strlen(source), (int)own->n);
	return (int)own->n++;
}

void patterns_seal(struct patterns *p)
{
	struct pool *own = p->own;

	own->needs = needs_new();
	for (size_t i = 0; i < own->n; i++)
		needs_attach(own->needs, literal_needs(own->needs, own->sources[i]), (uint32_t)i);
	needs_seal(own->needs);
	strmap_free(own->index);
	own->index = NULL;
}

size_t patterns_count(const struct patterns *p)
{
	return p->pool->n;
}

const char *patterns_source(const struct patterns *p, int pattern)
{
	return p->pool->sources[pattern];
}

struct scan *scan_new(struct patterns *p, const char *text, size_t len, struct arena *arena)
{
	struct scan *s = arena_alloc(arena, 1, sizeof *s);

	*s = (struct scan){p, text, len, arena, arena_alloc(arena, p->pool->n, sizeof(struct spans *)),
		arena_alloc(arena, p->pool->n / 64 + 1, sizeof *s->possible)};
	needs_find(p->pool->needs, text, len, arena, s->possible);
	return s;
}

static int match_at(struct scan *s, int pattern, size_t from)
{
	return codes_match(s->patterns->codes, pattern, s->patterns->pool->sources[pattern], s->text, s->len, from);
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
	size_t n = codes_groups(codes, pattern, s->patterns->pool->sources[pattern], name, groups, CODES_MAX_GROUPS);

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
