/* automaton_inside.h - what automata are made of, for the files that make and run them only (automaton*.c). */
#ifndef RULES_AUTOMATON_INSIDE_H
#define RULES_AUTOMATON_INSIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "rules/automaton.h"
#include "rules/program.h"

struct strmap;

enum {
	LINE = 16, /* words that are fetched at once */
	MAX_STATE_LOOKS = 64,
	MOST_WOUND = 4,
	AUTOMATA_RESERVE = 512 << 8, /* words, for one regex to go on when the rest is used up */
};

/* Of the number of a state: it has looks to be decided. Or it is no state, but a single place in the code from where it is tried
 * out, way by way, what matches: that needs no memory, and is as fast while there are few ways. */
#define UNDECIDED 0x80000000u
#define ALONE 0x40000000u

/* A state is three words, and one or the other behind:
 *   its draft, with the kinds of characters before which a match ends here in the upper bits, and whether as a skip;
 *   in two words, the characters that lead on each its own way;
 *   where SHARES is set: in two words, the characters that lead on the same way as all others of their kind, and for the kinds
 *   KIND_WORD and KIND_OTHER the number of the state that they lead to;
 *   for each character of its own way the number of the state.
 * The number is 0 where it is not known yet. */
enum { STATE_OWN = 1, STATE_PLAIN = 3, STATE_SHARED = 3, STATE_SHARING = 7, ENDS_SHIFT = 28, SHARES = 1 << 27, SKIPS = 1 << 26,
	DRAFTS = 1 << 26 /* more than there can be, at two words each */ };

/* What states are made from. */
struct draft {
	uint32_t state;
	uint32_t of; /* plan */
	uint32_t looks; /* struct state_looks; of a variant: struct variant */
	uint16_t n_places;
	uint8_t before; /* enum code_kind of what stands before */
	uint16_t places[];
};

struct state_looks {
	uint32_t variants; /* the first one */
	uint32_t n;
	uint8_t numbers[MAX_STATE_LOOKS];
};

struct variant {
	uint64_t outcome; /* a bit for each look that holds */
	uint32_t next, looks, state;
};

struct automaton_look {
	charset first; /* the characters that the body may begin with */
	uint32_t body; /* an automaton */
	uint16_t length; /* behind: of all matches */
	uint8_t ways;
	bool behind, negated;
};

struct automaton {
	charset first; /* the characters that a match may begin with */
	uint32_t start[CODE_KINDS];
	uint32_t plan;
	uint32_t code, sets, looks; /* the same as in the plan */
	uint32_t serial, holds_before, fails_from; /* far: of which text, and from where a match is known to be and not to be */
	uint8_t runs; /* so far, up to some */
	uint8_t wound; /* how often there were too many ways to try them out */
	bool refused, groups, skips, may_be_empty;
	bool far; /* begins with .* on each way: where it matches it does so from all places before */
	bool at_begin; /* matches only at the begin of the text */
	bool at_words; /* matches only where a word begins */
};

/* What its states are made from. */
struct plan {
	uint32_t code, sets, looks;
	uint16_t code_len;
	uint16_t shortest, longest; /* match */
};

/* Where what was made is found again, by a hash of what it was made from. */
struct known {
	struct known_slot {
		uint32_t hash, number; /* 0: free */
	} *slots;
	size_t mask, n;
};

struct list {
	uint16_t *places;
	size_t n;
};

struct automata {
	void *block;
	uint32_t *words; /* in the block, where a line of the cache begins */
	size_t size, used, end; /* what lies between the last two is free */
	uint32_t *by_number; /* 0: not made yet */
	size_t n;
	struct known known; /* drafts */
	struct strmap *bodies; /* of looks -> automaton */
	uint32_t serial; /* of the last text */
	uint32_t forgotten; /* how often all was */
	struct program program;
	/* While a state is made: */
	struct list reached, next;
	uint16_t *stack;
	uint64_t *seen, *seen_next; /* bits of places */
};

/* How the conditions that take no text are decided. */
struct view {
	bool all; /* every condition holds: what could be reached at all */
	struct state_looks *met; /* takes the looks that are met then, unless NULL */
	enum code_kind before, behind;
	const struct state_looks *looks;
	uint64_t outcome;
};

static inline void *at(const struct automata *a, uint32_t number)
{
	return a->words + (number & ~UNDECIDED);
}

static inline charset charset_at(const uint32_t *word)
{
	charset set;

	memcpy(&set, word, sizeof set);
	return set;
}

static inline struct draft *draft_of(const struct automata *a, uint32_t state)
{
	return at(a, (*(const uint32_t *)at(a, state) & (DRAFTS - 1)) * 2);
}

/* How many of a set come before the one of `bit`. */
static inline size_t rank(charset set, charset bit)
{
	return set == bit ? 0 : charset_size(set & (bit - 1));
}

/* Where a state has the number of the one that the character leads to; NULL when it leads nowhere. */
static inline uint32_t *target_of(uint32_t *state, uint8_t code)
{
	charset bit = code_bit(code), own = charset_at(state + STATE_OWN);

	if (own & bit)
		return state + (*state & SHARES ? STATE_SHARING : STATE_PLAIN) + rank(own, bit);
	if (!(*state & SHARES) || !(charset_at(state + STATE_SHARED) & bit))
		return NULL;
	return state + STATE_SHARED + 2 + (code_kind(code) == KIND_OTHER);
}

static inline bool test_and_set(uint64_t *bits, uint16_t i)
{
	bool was = bits[i / 64] >> i % 64 & 1;

	bits[i / 64] |= 1ull << i % 64;
	return was;
}

static inline uint16_t branch_of(const uint8_t *code, uint16_t place)
{
	uint16_t offset;

	memcpy(&offset, code + place + 1, sizeof offset);
	return (uint16_t)(place + offset);
}

static inline charset codes_of(enum code_kind kind)
{
	static const charset sets[CODE_KINDS] = {
		[KIND_END] = 1,
		[KIND_WORD] = CODES_WORD,
		[KIND_SPACE] = (charset)1 << CODE_SPACE,
		[KIND_OTHER] = CODES_ALL & ~CODES_WORD & ~((charset)1 << CODE_SPACE),
	};

	return sets[kind];
}

static inline bool is_end(uint8_t op)
{
	return op == OP_MATCH || op == OP_SKIP;
}

static inline bool is_condition(uint8_t op)
{
	return op >= OP_WORD_EDGE && op <= OP_LOOK;
}

/* Zeroed words for states and what runs need, and bytes for what states are made from; 0 when there is no room. */
uint32_t automata_take(struct automata *a, size_t words);
uint32_t automata_take_aside(struct automata *a, size_t bytes);

/* Makes room: nothing that was made is there any more. */
void automata_forget(struct automata *a);

bool view_holds(const struct view *v, const uint8_t *op);
/* Puts into a->reached the places that take a character, or end the match, and can be reached from these; best first. */
void places_reach(struct automata *a, const struct plan *m, const uint16_t *places, size_t n, const struct view *v);
/* Puts into a->next where the first `n` of those lead by a character; best first. */
void places_step(struct automata *a, const struct plan *m, size_t n, uint8_t code);
/* The characters that a place takes; none where the match ends. */
charset place_takes(const struct automata *a, const struct plan *m, uint16_t place);

/* The state of these places, new or not; 0 when there is no room, or when the regex turns out to be too much. */
uint32_t state_for(struct automata *a, struct automaton *of, const struct list *l, enum code_kind before);
/* Where a state leads by a character: the same. */
uint32_t state_step(struct automata *a, struct automaton *of, uint32_t state, uint8_t code);
/* The variant of a state for this outcome of its looks; 0 when there is no room. */
uint32_t state_variant(struct automata *a, const struct plan *m, struct draft *d, uint64_t outcome);

/* A new automaton; 0 when there is no room. `nested`: in so many looks. */
uint32_t automaton_make(struct automata *a, const char *source, size_t len, int nested);

#endif
