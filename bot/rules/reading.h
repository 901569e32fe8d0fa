/* reading.h - one message being read: its canonical text, where sentences and clauses end, and the scan by all patterns. */
#ifndef RULES_READING_H
#define RULES_READING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/rule.h"
#include "text/text.h"

struct arena;
struct patterns;
struct scan;

/* Where statements end, as patterns of intents/LANG/context.yaml. */
struct boundaries {
	struct pattern_list breaks; /* words that begin a new clause: "but" */
	int turns; /* words that put what follows against what was: "but"; what explains the one away does not the other */
	int openers; /* words that, first after a comma or "and", begin a new statement: "i", "my" */
	int verbs; /* finite verbs: after a comma or "and" they make it a statement of its own */
	int joins; /* "or", "nor": a list goes on to here */
};

struct reading {
	struct text text;
	struct scan *scan;
	struct arena *arena;
	uint16_t *sentence; /* by token */
	uint16_t *side; /* by token: what stands between turns; the turn itself is one between the two, of both */
	uint16_t *clause; /* by token; a clause never spans sentences */
	uint16_t *phrase; /* by token: parts of a clause between commas and their like */
	bool *joined; /* by token: an "or" follows in the same clause */
};

void reading_make(struct reading *r, const struct boundaries *b, struct patterns *patterns, struct text text,
	struct arena *arena);

size_t reading_token(const struct reading *r, uint32_t at);
/* Words between two places of the canonical text, punctuation not counted. */
size_t reading_words(const struct reading *r, uint32_t from, uint32_t to);
bool reading_same_sentence(const struct reading *r, uint32_t a, uint32_t b);
bool reading_same_clause(const struct reading *r, uint32_t a, uint32_t b);
/* True when the pattern matches in the sentence of `at` / anywhere. A pattern that hit a limit counts as `if_failed`. */
bool reading_in_sentence(struct reading *r, int pattern, uint32_t at, bool if_failed);
/* As reading_in_sentence, but a match that ends before the "but" in front of `at` does not count. */
bool reading_from_turn(struct reading *r, int pattern, uint32_t at, bool if_failed);
bool reading_anywhere(struct reading *r, int pattern, bool if_failed);

#endif
