/* rule.h - one rule as written in YAML (words, regex or near, with its conditions), and where it matches a text. Findings,
 * context words, intents and topics are all made of these. */
#ifndef RULES_RULE_H
#define RULES_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/pattern.h"

struct arena;
struct fragments;
struct patterns;
struct problems;
struct yaml;
struct yaml_file;

enum { RULE_MAX_PARTS = 4, RULE_MAX_WITHIN = 20, RULE_MAX_WORDS = 1000 };

struct pattern_list {
	int *list;
	size_t n;
};

struct rule {
	char *id; /* "swelling/words" */
	const char *file; /* borrowed from the rule set */
	int line;
	struct pattern_list parts; /* one, or all of `near` */
	int within; /* near: most words between neighbours */
	struct pattern_list unless, unless_message, needs, needs_message;
	int at_most_words; /* of the message, signs counted as words; 0: any number */
	const struct yaml *yes, *no; /* samples: lists of sentences, or NULL; borrowed from the file */
};

/* What may stand in a rule besides the keys of its kind. */
extern const char *const rule_keys[];

/* Reads a rule. `owner` goes before its id. Returns 0, or -1 with problems added; `out` needs rule_done either way. */
int rule_read(const struct yaml_file *f, const struct yaml *node, const char *owner, const struct fragments *fragments,
	struct patterns *patterns, struct problems *problems, struct rule *out);
void rule_done(struct rule *r);

/* Copies of rules, for reading only: whole in the arena and freed with it, without samples. Files are named as seen from the
 * data folder, so that the copy serves wherever that is. */
struct rule_copying {
	struct arena *arena;
	const char *dir; /* the data folder, as it begins the names of files */
	const char *file, *name; /* the last one and what became of it */
};
struct rule rule_copy(const struct rule *r, struct rule_copying *c);
struct pattern_list pattern_list_copy(const struct pattern_list *l, struct arena *arena);
const char *rule_copy_file(const char *file, struct rule_copying *c);
/* Reads one regex, or a list of them, into *out. */
int rule_read_list(const struct yaml_file *f, const struct yaml *node, const struct fragments *fragments,
	struct patterns *patterns, struct problems *problems, struct pattern_list *out);

/* A text under the rules: where its sentences and clauses end. */
struct reading;

/* A place where a rule matched: its core are the pieces that carry the meaning, without the gaps between them. */
struct hit {
	uint32_t start, end;
	uint8_t n_core;
	struct {
		uint32_t start, end;
	} core[PATTERN_MAX_GAPS + 1];
	bool failed; /* a limit was hit: it may or may not match */
};

enum { RULE_MAX_HITS = 32 };

/* Finds where the rule matches. Returns how many were written. */
size_t rule_hits(const struct rule *r, struct reading *text, struct hit out[RULE_MAX_HITS]);

/* For people: what keeps the rule from the text, such as "its unless 'sea swell' fits", in the arena; "" when nothing is
 * known. */
const char *rule_why_silent(const struct rule *r, struct reading *text, const struct patterns *patterns, struct arena *arena);

#endif
