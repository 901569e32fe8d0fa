/* set.h - the inside of a rule set, for the files of this folder only. */
#ifndef RULES_SET_H
#define RULES_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/rule.h"
#include "rules/vocab.h"

struct buf;
struct context;
struct fragments;
struct intents;
struct lexicon;
struct patterns;
struct phrases;
struct problems;
struct strmap;
struct values;
struct yaml_file;

enum { SET_MAX_RULES = 20000 };

/* What a rule says of a finding. */
struct finding_rule {
	struct rule rule;
	int finding;
	enum finding_state state; /* what the words say by themselves */
	unsigned context; /* bits of enum context_kind that may change it */
	int *also;
	size_t n_also;
	bool weak;
	bool alone; /* counts only where no other symptom is told */
	bool has_value; /* value: a number told by the words themselves ("yesterday" is 1) */
	double value;
	int value_kind; /* enum value_kind read from the named groups, or -1 */
};

/* Whole sentences that stand under `expect` or `intents`, for the check. */
struct expectation {
	int intent; /* what they must be taken for; -1: it is about a finding */
	int finding;
	enum finding_state state; /* STATE_UNKNOWN: must not be present, uncertain or past */
	const struct yaml_file *file;
	const struct yaml *sentences;
};

struct ruleset {
	struct vocab *vocab;
	struct lexicon *lexicon;
	struct fragments *fragments;
	struct patterns *patterns;
	struct context *context;
	struct values *values;
	struct intents *intents;
	struct phrases *phrases;
	struct yaml_file **files; /* kept: rules borrow names and samples */
	size_t n_files, cap_files;
	struct finding_rule *rules;
	size_t n_rules, cap_rules;
	/* Rules by the first of their patterns: where that can't match they are silent. Those of pattern p are
	 * by_lead[lead[p]] to by_lead[lead[p + 1] - 1]. */
	uint32_t *lead, *by_lead;
	struct expectation *expectations;
	size_t n_expectations, cap_expectations;
	bool borrows; /* all but the patterns is of a struct flat_rules, and there are no files and expectations */
};

/* All sentences of the rules' own samples, a line each: texts as people write them. In a new buffer (buf_done); none for a set that
 * came out of an image. */
void ruleset_sentences(const struct ruleset *r, struct buf *out);

/* Reads one findings file: `findings:`, `fragments:`, and under `intents:` sentences that must be taken for those. */
void findings_read(struct ruleset *r, const struct yaml_file *f, struct strmap *ids, struct problems *problems);

#endif
