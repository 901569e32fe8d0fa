/* pattern.h - the pool of all patterns of a rule set, each once, and the scan of one text by them. */
#ifndef RULES_PATTERN_H
#define RULES_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct err;
struct patterns;
struct scan;

enum {
	PATTERN_MATCH_LIMIT = 20000, /* steps of one match; a hostile text ends here, as a failure and not as a no */
	PATTERN_DEPTH_LIMIT = 2000, /* where the JIT is not used */
	PATTERN_MAX_SPANS = 64, /* matches of one pattern in one text; more are as if they failed */
	PATTERN_MAX_GAPS = 4,
};

/* One match in the canonical text. Gaps are the pieces that capturing groups took: words in between ({gap3}); only scan_gaps
 * tells them. */
struct span {
	uint32_t start, end;
	uint8_t n_gaps;
	struct {
		uint32_t start, end;
	} gaps[PATTERN_MAX_GAPS];
};

struct spans {
	const struct span *list; /* by start */
	size_t n;
	bool failed; /* a limit was hit: there may be matches that are not in the list */
	bool gaps_left; /* there may be gaps that were not looked for yet */
};

struct patterns *patterns_new(void);
void patterns_free(struct patterns *p);

/* What never changes once the patterns are sealed. A copy for reading only, whole in the arena and freed with it; and the
 * patterns that run with such a copy, which they borrow (free with patterns_free). */
struct pool;
struct pool *pool_copy(const struct patterns *p, struct arena *arena);
struct patterns *patterns_open(const struct pool *pool);

/* Compiles `source`, or finds the one that is there. Returns its number, or -1 with `err` set. */
int patterns_add(struct patterns *p, const char *source, struct err *err);
/* The pattern is asked for in every text: scan_next tells of it. */
void patterns_lead(struct patterns *p, int pattern);
/* After the last patterns_add, before the first scan. `usual`: texts as people write them, a line each, by which is judged what
 * words are rare; "" where there are none. */
void patterns_seal(struct patterns *p, const char *usual);
size_t patterns_count(const struct patterns *p);
const char *patterns_source(const struct patterns *p, int pattern);

/* A new scan of `text`, which must outlive it; in the arena. Not for two threads. */
struct scan *scan_new(struct patterns *p, const char *text, size_t len, struct arena *arena);
/* Whether a pattern could match at all, as far as is known without running it. */
bool scan_may(const struct scan *s, int pattern);
/* The first such pattern from `from` on that leads, or -1. */
int scan_next(const struct scan *s, int from);
/* All matches of a pattern, found on first asking. */
const struct spans *scan_spans(struct scan *s, int pattern);
/* The same, with their gaps. */
const struct spans *scan_gaps(struct scan *s, int pattern);
/* Whether a match begins at a place. Where that can't be told it does not. */
bool scan_begins(struct scan *s, int pattern, size_t at);
/* The text of a named group of the first match at or after `from`: its start and length, or false. */
bool scan_group(struct scan *s, int pattern, size_t from, const char *name, const char **out, size_t *out_len);

#endif
