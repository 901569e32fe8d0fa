/* automaton.h - regexes run over texts. One that is hardly ever run is tried out way by way; one that is run often is a
 * deterministic automaton whose states are made when a text first leads there: one look-up a character, however many ways it has
 * (Thompson 1968; RE2's and Rust's regex do the same). Where a match may begin is tried place by place, from the left. */
#ifndef RULES_AUTOMATON_H
#define RULES_AUTOMATON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/alphabet.h"

struct arena;
struct automata;

enum {
	/* Of all states; when they are used up all are forgotten and made again as needed. */
	AUTOMATA_BYTES_EACH = 1024,
	AUTOMATA_MIN_BYTES = 2 << 20,
	AUTOMATA_MAX_BYTES = 256 << 20,
	AUTOMATON_STEPS = 40000, /* of one regex over one text, and so many more for each byte: */
	AUTOMATON_STEPS_PER_BYTE = 8,
};

enum sought { SOUGHT_NOT_FOUND, SOUGHT_FOUND, SOUGHT_LIMIT /* too many steps */, SOUGHT_REFUSED /* PCRE2's */ };

/* A text to look in, and what all automata want to know of it. */
struct subject {
	size_t len;
	const uint8_t *codes; /* alphabet.h; CODE_END behind */
	const uint32_t *words; /* where words begin */
	size_t n_words;
	charset letters, initials; /* what there is, and what words begin with */
	uint32_t serial; /* tells texts apart */
	bool strange; /* it holds what canonical texts don't: for PCRE2 */
};

/* What was found, and whether there are groups in the regex: their places are not told. */
struct place {
	size_t start, end;
	bool groups;
};

/* `n` is how many regexes there are. */
struct automata *automata_new(size_t n);
void automata_free(struct automata *a);

/* Reads `text`, to be looked through by `a`; what is made of it is in the arena. */
void subject_init(struct subject *s, struct automata *a, const char *text, size_t len, struct arena *arena);

/* Says that these regexes (a bit for each of `n`) will be asked for soon: their memory is fetched meanwhile. */
void automata_expect(const struct automata *a, const uint64_t *numbers, size_t n);

/* How far a text was searched by one regex. */
struct seek {
	size_t from; /* where the next match may begin */
	const uint64_t *places; /* bits of where matches may begin at all, or NULL where that is not known */
	uint32_t steps; /* done so far */
};

/* The next match of regex number `i`, whose `source` is borrowed for the call. */
enum sought automaton_find(struct automata *a, size_t i, const char *source, const struct subject *s, struct seek *seek,
	struct place *out);

#endif
