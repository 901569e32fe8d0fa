/* play.h - conversations as text files that a clinician can read and write: who says what, what must come back and what not.
 *
 *   title: a clot that could be
 *   region: gb
 *   > my calf is swollen and warm
 *     asks: breathlessness, cold_limb
 *     urgency: urgent
 *     says not: massage it
 *   > none
 *   until advised: none
 *     says: today
 *
 * docs/rules.md, "Plays", tells all lines. */
#ifndef CLI_PLAY_H
#define CLI_PLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct arena;
struct err;
struct knowledge;
struct problems;

enum { PLAY_MAX_LINES = 2000 };

enum play_verb {
	/* what happens */
	PLAY_SAY,
	PLAY_TAP,
	PLAY_UNTIL_ADVISED, /* the same answer again and again, until nothing is asked any more */
	PLAY_RESET,
	PLAY_LATER,
	/* what must be true after it */
	PLAY_SAYS,
	PLAY_SAYS_NOT,
	PLAY_ASKS,
	PLAY_ASKS_NOT,
	PLAY_ASKS_NOTHING,
	PLAY_QUESTION,
	PLAY_URGENCY,
	PLAY_STAGE,
	PLAY_WHY,
	PLAY_KNOWS,
	PLAY_ADVISES,
	PLAY_ADVISES_NOT,
	PLAY_AVOIDS,
	PLAY_FIRST,
	PLAY_LISTS,
	PLAY_VERBS
};

struct play_line {
	enum play_verb verb;
	const char *text; /* what follows the verb, in the play's own memory */
	int line;
};

struct play {
	char *path, *bytes;
	const char *title, *region;
	bool human; /* somebody can take over */
	struct play_line *lines;
	size_t n, cap;
};

/* Reads a file. Returns 0, or -1 with problems added; needs play_done either way. */
int play_read(const char *path, struct play *out, struct problems *problems);
void play_done(struct play *p);
const char *play_verb_name(enum play_verb v);
/* The next of a list parted by commas or " or ", in the arena; NULL at the end. */
const char *play_next_word(const char **at, struct arena *arena);

/* Complains of ids that the data do not have, and of a play that expects nothing: either passes whatever happens. */
void play_check(const struct play *p, const struct knowledge *k, struct problems *problems);

/* Runs it. Writes the conversation with what went wrong in it to `out`. Returns how many expectations failed. */
size_t play_run(const struct play *p, struct knowledge *k, FILE *out);

#endif
