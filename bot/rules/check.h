/* check.h - the rule set held against its own samples: what each rule says that it matches and does not, and how whole
 * sentences must come out. Slow; for `soleus check` and the tests. */
#ifndef RULES_CHECK_H
#define RULES_CHECK_H

#include <stddef.h>

struct problems;
struct ruleset;

struct check_counts {
	size_t rules, patterns, samples;
};

/* Adds a problem for each sample that comes out otherwise, for each pattern that PCRE2 refuses to run, and for findings and
 * intents of the vocabulary that no rule can report. */
void ruleset_check(const struct ruleset *r, struct check_counts *out, struct problems *problems);

#endif
