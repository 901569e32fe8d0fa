/* pattern.c - the pool of all patterns of a rule set. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "rules/pattern.h"

#include <stdlib.h>
#include <string.h>

#include <pcre2.h>

#include "rules/automaton.h"
#include "rules/codes.h"
#include "rules/literal.h"
#include "rules/needs.h"
#include "util/arena.h"
#include "util/mem.h"
#include "util/strmap.h"

struct pool {
	char **sources;
	size_t n, cap;
	uint8_t *leads; /* 1 for those that do; until sealed */
	size_t cap_leads;
	struct strmap *index; /* NULL when sealed */
	struct needs *needs; /* strings without which a pattern need not run */
};

struct patterns {
	const struct pool *pool;
	struct pool *own; /* the same, or NULL where it is borrowed */
	struct codes *codes;
	struct automata *automata; /* NULL until the first scan */
	struct asked *asked; /* by pattern */
	uint32_t serial; /* of the last scan */
};

/* What the last scan that asked for a pattern made of it. */
struct asked {
	uint32_t serial, answer; /* struct scan */
};

struct scan {
	struct patterns *patterns;
	const char *text;
	size_t len;
	struct subject subject; /* the same, for automata */
	struct arena *arena;
	struct needed needed; /* which patterns could match, and where */
	uint32_t serial; /* tells scans apart */
	struct spans **answers; /* of patterns that were asked for; NULL: no match */
	size_t n_answers, cap_answers;
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
	free(pool->leads);
	needs_free(pool->needs);
	strmap_free(pool->index);
	free(pool);
}

void patterns_free(struct patterns *p)
{
	if (!p)
		return;
	pool_free(p->own);
	automata_free(p->automata);
	free(p->asked);
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
	copy->leads = NULL;
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
	mem_room(own->leads, own->n, own->cap_leads);
	strmap_set(own->index, source, strlen(source), (int)own->n);
	return (int)own->n++;
}

void patterns_lead(struct patterns *p, int pattern)
{
	p->own->leads[pattern] = 1;
}

void patterns_seal(struct patterns *p, const char *usual)
{
	struct pool *own = p->own;

	own->needs = needs_new();
	for (size_t i = 0; i < own->n; i++) {
		literal_attach(own->needs, (uint32_t)i, own->sources[i]);
		if (own->leads[i])
			needs_lead(own->needs, (uint32_t)i);
	}
	needs_seal(own->needs, usual);
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

	if (!p->automata) {
		p->automata = automata_new(p->pool->n);
		p->asked = mem_alloc(p->pool->n + 1, sizeof *p->asked);
	}
	*s = (struct scan){.patterns = p, .text = text, .len = len, .arena = arena, .serial = ++p->serial};
	subject_init(&s->subject, p->automata, text, len, arena);
	needs_find(p->pool->needs, text, len, arena, &s->needed);
	automata_expect(p->automata, s->needed.users, p->pool->n);
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

/* Where all matches are found, one after the other. */
struct finding {
	struct span found[PATTERN_MAX_SPANS];
	size_t n;
	struct seek seek;
	bool failed, gaps_left;
};

/* Takes a match, if there is room for it, and goes on behind it. */
static bool keep(struct finding *f, struct span span)
{
	if (f->n == PATTERN_MAX_SPANS) {
		f->failed = true;
		return false;
	}
	f->found[f->n++] = span;
	f->seek.from = span.end > span.start ? span.end : span.end + 1;
	return true;
}

/* The next match, by PCRE2. False when there is none, or no more can be taken. */
static bool find_with_pcre2(struct scan *s, int pattern, struct finding *f)
{
	int groups = match_at(s, pattern, f->seek.from);

	if (groups == PCRE2_ERROR_NOMATCH)
		return false;
	f->failed |= groups < 0;
	return groups >= 0 && keep(f, span_of(codes_places(s->patterns->codes), groups ? groups : CODES_MAX_GROUPS));
}

/* The next match, by the automaton, where the pattern has one; what its groups took is for PCRE2 to say, later. */
static bool find_next(struct scan *s, int pattern, struct finding *f)
{
	struct patterns *p = s->patterns;
	struct place at;

	switch (automaton_find(p->automata, (size_t)pattern, p->pool->sources[pattern], &s->subject, &f->seek, &at)) {
	case SOUGHT_FOUND:
		f->gaps_left |= at.groups;
		return keep(f, (struct span){.start = (uint32_t)at.start, .end = (uint32_t)at.end});
	case SOUGHT_REFUSED:
		return find_with_pcre2(s, pattern, f);
	case SOUGHT_LIMIT:
		f->failed = true;
		return false;
	default:
		return false;
	}
}

/* NULL when there are none. */
static struct spans *find_all(struct scan *s, int pattern)
{
	struct finding f;

	f.n = 0;
	f.failed = f.gaps_left = false;
	f.seek = (struct seek){0};
	f.seek.places = needs_places(&s->needed, (uint32_t)pattern, s->arena);
	while (f.seek.from <= s->len && find_next(s, pattern, &f))
		;
	if (!f.n && !f.failed)
		return NULL;
	struct spans *spans = arena_alloc(s->arena, 1, sizeof *spans);
	*spans = (struct spans){arena_copy(s->arena, f.found, f.n, sizeof *f.found), f.n, f.failed, f.gaps_left};
	return spans;
}

bool scan_may(const struct scan *s, int pattern)
{
	return needs_hold(&s->needed, (uint32_t)pattern);
}

int scan_next(const struct scan *s, int from)
{
	size_t words = s->patterns->pool->n / 64 + 1, i = (size_t)from / 64;
	uint64_t left = i < words ? s->needed.users[i] & (UINT64_MAX << from % 64) : 0;

	while (!left && ++i < words)
		left = s->needed.users[i];
	return left ? (int)(i * 64) + __builtin_ctzll(left) : -1;
}

static void keep_answer(struct scan *s, int pattern, struct spans *answer)
{
	if (s->n_answers == s->cap_answers) {
		size_t cap = s->cap_answers ? s->cap_answers * 2 : 64;
		struct spans **more = arena_alloc(s->arena, cap, sizeof *more);

		if (s->n_answers)
			memcpy(more, s->answers, s->n_answers * sizeof *more);
		s->answers = more;
		s->cap_answers = cap;
	}
	s->patterns->asked[pattern] = (struct asked){s->serial, (uint32_t)s->n_answers};
	s->answers[s->n_answers++] = answer;
}

/* NULL when there are none. Where another scan asked for the pattern since, it is found once more. */
static struct spans *spans_of(struct scan *s, int pattern)
{
	const struct asked *a = &s->patterns->asked[pattern];

	if (needs_ruled_out(&s->needed, (uint32_t)pattern))
		return NULL;
	if (a->serial != s->serial)
		keep_answer(s, pattern, scan_may(s, pattern) ? find_all(s, pattern) : NULL);
	return s->answers[a->answer];
}

static const struct spans none = {0};

const struct spans *scan_spans(struct scan *s, int pattern)
{
	const struct spans *spans = spans_of(s, pattern);

	return spans ? spans : &none;
}

const struct spans *scan_gaps(struct scan *s, int pattern)
{
	struct spans *spans = spans_of(s, pattern);

	if (!spans || !spans->gaps_left)
		return spans ? spans : &none;
	struct span *list = arena_alloc(s->arena, spans->n, sizeof *list);
	memcpy(list, spans->list, spans->n * sizeof *list);
	for (size_t i = 0; i < spans->n; i++) {
		int groups = match_at(s, pattern, list[i].start);

		spans->failed |= groups < 0;
		if (groups >= 0)
			list[i] = span_of(codes_places(s->patterns->codes), groups ? groups : CODES_MAX_GROUPS);
	}
	spans->list = list;
	spans->gaps_left = false;
	return spans;
}

bool scan_begins(struct scan *s, int pattern, size_t at)
{
	struct patterns *p = s->patterns;
	uint64_t *only = arena_alloc(s->arena, (s->len + 1) / 64 + 1, sizeof *only);
	struct seek seek = {.from = at, .places = only};
	struct place found;

	only[at / 64] |= UINT64_C(1) << at % 64;
	switch (automaton_find(p->automata, (size_t)pattern, p->pool->sources[pattern], &s->subject, &seek, &found)) {
	case SOUGHT_FOUND:
		return found.start == at;
	case SOUGHT_REFUSED:
		return match_at(s, pattern, at) > 0 && codes_places(p->codes)[0] == at;
	default:
		return false;
	}
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
