/* hearing.h - the inside of reading an answer, for the answer*.c files only: the words of a message sorted by what they do
 * to the open question, and the message cut into pieces that each say one thing ("dark no", "hardly any yes"). */
#ifndef TALK_HEARING_H
#define TALK_HEARING_H

#include "rules/pattern.h"
#include "rules/reading.h"
#include "talk/answer.h"

enum {
	HEAR_MAX_KEYS = 128,
	HEAR_MAX_PIECES = 64,
};

/* What a word does, as bits. */
enum {
	WORD_KEY = 1, /* names a choice or a finding of the question */
	WORD_FILL = 2, /* says nothing: "the", "of them", "mate" */
	WORD_YES = 4,
	WORD_NO = 8,
	WORD_GOOD = 16, /* "fine", "normal" */
	WORD_ALL = 32,
	WORD_ONLY = 64,
	WORD_REST = 128, /* "the rest no", "nothing else" */
	WORD_NUMBER = 256,
	WORD_SPLIT = 512, /* "but" */
	WORD_END = 1024, /* the "no" of "no it's fine": what follows is another thing */
};

/* Words that name something of the question. Of choice and finding one is set, the other -1. */
struct key {
	size_t from, to; /* tokens */
	int choice, finding;
	bool strong; /* written for this very question: counts inside a sentence, too */
	bool denies; /* "packed the fags in" */
};

enum verdict { VERDICT_NONE, VERDICT_YES, VERDICT_NO };

struct piece {
	size_t from, to; /* tokens */
	unsigned words; /* bits of all its words */
	bool pure; /* no word but those with a bit */
	bool question;
	bool excepted; /* after "all but" */
	bool bare; /* nothing but the yes or no */
	enum verdict said;
};

struct hearing {
	const struct answer_context *c;
	const struct open *open;
	const struct facts *known;
	const struct understanding *u;
	struct answer *out;
	int asks[QUESTION_MAX_FINDINGS]; /* what the open question is about */
	size_t n_asks;
	unsigned *words; /* by token */
	int *numbers; /* by token: the number it stands for, -1 for "last", 0 for none */
	struct key keys[HEAR_MAX_KEYS];
	size_t n_keys;
	struct piece pieces[HEAR_MAX_PIECES];
	size_t n_pieces;
	struct facts now; /* known and told together */
	bool detail; /* something of the question was told in words */
	bool ticked; /* a number was given */
	bool yes, no, good, all, rest; /* said to the question as a whole */
};

/* Whether the message says one of the named small things; where it does first. */
bool hear_says(const struct hearing *h, const char *phrase);
bool hear_find(const struct hearing *h, const char *phrase, struct span *out);
const char *hear_question(const struct hearing *h); /* its id; "" when it is no question of the tables */
bool hear_asked(const struct hearing *h, int finding);
/* True where "no" means "I can": the tables give it a choice that is not called so. */
bool hear_turned(const struct hearing *h);
bool hear_screen(const struct hearing *h); /* one of the long lists */

void hear_words(struct hearing *h); /* answer_words.c: words, keys, numbers */
void hear_pieces(struct hearing *h); /* answer_pieces.c */
void hear_told(struct hearing *h); /* answer_told.c: what the pieces make of the facts */
void hear_unsure(struct hearing *h); /* what was told of the question in doubt becomes uncertain */

#endif
