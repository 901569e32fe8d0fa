/* codes.h - the compiled form of patterns: made when one is first needed, dropped again when memory for it runs out. All state
 * is here, so that the patterns themselves are read only. What a match gives does not depend on what is held. */
#ifndef RULES_CODES_H
#define RULES_CODES_H

#include <stdbool.h>
#include <stddef.h>

struct codes;
struct err;

enum {
	CODES_MAX_BYTES = 2 << 20, /* of compiled patterns, beside those for the machine */
	CODES_MAX_JIT_BYTES = 1 << 20, /* of machine code */
	CODES_MAX_GROUPS = 16, /* whose places are told */
	CODES_LIBRARY_BYTES = 64,
};

/* The ceilings in bytes. The one pattern that is being run may pass them. */
struct codes *codes_new(size_t max_bytes, size_t max_jit_bytes);
/* NULL is fine. */
void codes_free(struct codes *c);

/* Whether `source` is a pattern at all: 0, or -1 with `err` set. */
int codes_check(const char *source, struct err *err);

/* Looks for the pattern `number`, whose text is `source`, in text[from..len). As pcre2_match: the number of groups, 0 when
 * there are more than are told; PCRE2_ERROR_NOMATCH; another negative number: it may or may not match. Where they are is told
 * by codes_places, two for each group, until the next call. */
int codes_match(struct codes *c, int number, const char *source, const char *text, size_t len, size_t from);
const size_t *codes_places(const struct codes *c);

/* The numbers of the groups with this name into out; returns how many, at most `most`. */
size_t codes_groups(struct codes *c, int number, const char *source, const char *name, int *out, size_t most);

/* The version of the library: another one may take other patterns. */
void codes_library(char out[CODES_LIBRARY_BYTES]);

/* For tests and metrics. */
size_t codes_bytes(const struct codes *c);
size_t codes_jit_bytes(const struct codes *c);

#endif
