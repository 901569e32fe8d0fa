/* pcre2_set.h - patterns compiled as the program itself compiles them, with its limits, and run one by one. */
#ifndef BENCH_PCRE2_SET_H
#define BENCH_PCRE2_SET_H

#include <stdbool.h>
#include <stddef.h>

struct pcre2_set;
struct tally;

/* Borrows nothing. With the JIT. Where `wanted` is not NULL only those patterns are compiled that it is true for. */
struct pcre2_set *pcre2_set_new(char *const *patterns, size_t n, const bool *wanted);
void pcre2_set_free(struct pcre2_set *set);

/* Whether a pattern matches anywhere. */
bool pcre2_set_test(struct pcre2_set *set, size_t pattern, const char *text, size_t len);
/* Tells all its matches. */
void pcre2_set_spans(struct pcre2_set *set, size_t pattern, const char *text, size_t len, size_t message, struct tally *out);

#endif
