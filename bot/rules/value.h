/* value.h - told numbers: "for two and a half weeks", "8/10", "since Tuesday". intents/LANG/values.yaml. */
#ifndef RULES_VALUE_H
#define RULES_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/facts.h"
#include "rules/understand.h"

struct lexicon;
struct problems;
struct rule_copying;
struct scan;
struct values;
struct vocab;
struct yaml_file;

/* Of values.yaml: `units` (days each), `weekdays`, `months` and `implies`; its findings are read by findings_read. */
struct values *values_read(const struct yaml_file *f, const struct vocab *vocab, struct problems *problems);
void values_free(struct values *v);
struct values *values_copy(const struct values *v, struct rule_copying *to);

/* The number told by a match of `pattern` at canonical byte `at`, from its named groups: n and unit, or weekday, or month.
 * Days for durations. False when none can be worked out (a weekday without knowing today). */
bool value_told(const struct values *v, const struct lexicon *l, struct scan *scan, int pattern, size_t at,
	enum value_kind kind, struct moment now, double *out);

/* A told number that is a finding as well: age over 60 is older_age. Calls back for each. */
struct implied {
	int finding;
	int line;
	const char *file;
};
size_t values_implied(const struct values *v, enum value_kind kind, double value, struct implied out[], size_t max);

#endif
