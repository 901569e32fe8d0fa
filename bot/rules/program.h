/* program.h - a regex as byte code, for the automaton that runs it (automaton.h). Takes most of what rules are written in;
 * what no finite automaton can do, or what is not worth the trouble, is refused, and PCRE2 runs it. What is taken matches
 * exactly as PCRE2 would: leftmost, and of several ways the one that stands first. */
#ifndef RULES_PROGRAM_H
#define RULES_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/alphabet.h"

/* From OP_LITERAL on: the character with that code. A branch has a target of two bytes behind it, counted
 * from the byte of the operation, that wraps around at 65536. */
enum op {
	OP_MATCH,
	OP_SKIP, /* (*SKIP)(*F): no match begins before here, nor at the place that this way began at */
	OP_SPLIT, /* tries what stands behind it first, then the target */
	OP_SPLIT_BACK, /* tries the target first */
	OP_JUMP,
	OP_SET, /* one character of the set whose number follows */
	OP_WORD_EDGE,
	OP_NO_WORD_EDGE,
	OP_BEGIN,
	OP_END,
	OP_FREE_BEFORE, /* a space or nothing before: (?<![^ ]) */
	OP_FREE_AFTER, /* a space or nothing behind: (?![^ ]) */
	OP_LOOK, /* goes on where the look ahead or behind, whose number follows, holds */
	OP_LITERAL
};

enum {
	PROGRAM_MAX_CODE = 32768,
	PROGRAM_MAX_SETS = 255,
	PROGRAM_MAX_LOOKS = 255,
	PROGRAM_ENDLESS = 65535, /* as the longest match */
};

/* (?=...), (?!...), (?<=...), (?<!...). What stands in it is a regex of its own; behind, each way is. */
struct look {
	const char *body; /* borrows from the source */
	uint16_t len;
	bool behind, negated;
	uint8_t ways; /* behind: so many entries from this one on belong together */
};

struct program {
	uint8_t *code;
	size_t len, cap;
	charset sets[PROGRAM_MAX_SETS];
	size_t n_sets;
	struct look looks[PROGRAM_MAX_LOOKS];
	size_t n_looks;
	size_t shortest, longest; /* match, in characters */
	bool skips; /* it has OP_SKIP */
	bool captures; /* it has capturing groups: their places are for PCRE2 to find */
};

void program_init(struct program *p);
void program_done(struct program *p);
/* Puts the code of a regex that PCRE2 takes into *p, in the place of what was there. False when it is refused. */
bool program_compile(struct program *p, const char *source, size_t len);

/* How many bytes an operation takes. */
static inline size_t op_size(uint8_t op)
{
	return op == OP_SPLIT || op == OP_SPLIT_BACK || op == OP_JUMP ? 3 : op == OP_SET || op == OP_LOOK ? 2 : 1;
}

#endif
