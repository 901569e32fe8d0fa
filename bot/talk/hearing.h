/* hearing.h - the inside of reading an answer, for the answer*.c files only: the words of a message sorted by what they
 * do to the open question, and the message cut into pieces that each say one thing ("dark no", "hardly any yes"). */
#ifndef TALK_HEARING_H
#define TALK_HEARING_H

#include "rules/pattern.h"
#include "rules/reading.h"
#include "rules/understand.h"
#include "talk/answer.h"

enum {
	HEAR_MAX_KEYS = 128,
	HEAR_MAX_ABOUT = 64,
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
	WORD_TOPIC = 1024, /* "foot", "pain": what the talk is about */
	WORD_RANGE = 2048, /* "1 to 3", "the first 3" */
	WORD_END = 4096, /* the "no" of "no it's fine": what follows is another thing */
	WORD_ASK = 8192, /* "is that" at the start of a statement makes it a question */
};

/* Words that name something of the question. Of choice and finding one is set, the other -1. */
struct key {
	size_t from, to; /* tokens */
	int choice, finding;
	bool strong; /* written for this very question: counts inside a sentence, too */
	bool loose; /* names it only where a yes or no stands beside it: "walking yes" */
	bool able; /* names what should work: "moving no" can be meant either way */
	bool denies; /* "packed the fags in" */
};

/* Words that speak of a finding and don't name it: "my ticker", "no tablet helps". */
struct about {
	size_t from, to; /* tokens */
	int finding; /* -1: what is spoken of there is well */
};

enum verdict { VERDICT_NONE, VERDICT_YES, VERDICT_NO };

struct piece {
	size_t from, to; /* tokens */
	unsigned words; /* bits of all its words */
	bool pure; /* no word but those with a bit */
	bool question;
	bool excepts; /* "all but" itself */
	bool excepted; /* after it */
	bool left; /* after "nothing but", "fine except" */
	bool numbered; /* it gives numbers of lines */
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
	bool *none, *where, *other; /* by token: says none to this question, tells a side, says that one side is well */
	int *numbers; /* by token: the number it stands for, -1 for "last", 0 for none */
	struct key keys[HEAR_MAX_KEYS];
	size_t n_keys;
	struct about about[HEAR_MAX_ABOUT];
	size_t n_about;
	struct piece pieces[HEAR_MAX_PIECES];
	size_t n_pieces;
	struct facts now; /* known and told together */
	bool detail; /* something of the question was told in words */
	bool ticked; /* a number was given */
	bool yes, no, good, all, rest, unsure; /* said to the question as a whole */
};

/* Whether the message says one of the named small things; where it does first. */
bool hear_says(const struct hearing *h, const char *phrase);
bool hear_find(const struct hearing *h, const char *phrase, struct span *out);
bool hear_asked(const struct hearing *h, int finding);
/* Tells a side: "only the left one". */
bool hear_says_where(const struct hearing *h, const struct piece *p);
/* "The right one's fine": nothing that is named is denied, it tells of the other leg. */
bool hear_is_other_side(const struct hearing *h, const struct piece *p);
/* True where "no" means "I can": the tables give it a choice that is not called so. */
bool hear_turned(const struct hearing *h);
bool hear_screen(const struct hearing *h); /* one of the long lists */

bool hear_counts(enum finding_state state); /* present, absent or uncertain: it tells something */
bool hear_choice_has(const struct hearing *h, int choice, int finding);
bool hear_all_denied(const struct hearing *h, int choice); /* all that the choice is about was told to be absent */
size_t hear_mention_token(const struct hearing *h, const struct mention *m);

/* ---- in this order ---- */
void hear_words(struct hearing *h); /* answer_words.c: words, names, numbers */
void hear_pieces(struct hearing *h); /* answer_pieces.c */
void hear_told(struct hearing *h); /* answer_whole.c: what the pieces make of the facts, by the following */
void hear_mentions(struct hearing *h); /* answer_mentions.c: findings that the rules heard */
void hear_keys(struct hearing *h, const struct piece *p, bool denying); /* answer_named.c: names in a piece */
void hear_numbers(struct hearing *h, const struct piece *p);

/* Words for a finding that could not be read as a telling of it. */
bool hear_named(const struct hearing *h, int finding);
/* The rules heard something in the piece, or it holds a name that counts: it was understood. */
bool hear_read(const struct hearing *h, const struct piece *p);
/* Spoken of in a piece that was not understood, with no word of a no beside it. */
bool hear_spoken(const struct hearing *h, int finding);
/* The most serious thing that is asked for and spoken of with neither a yes nor a no; -1 when nothing urgent is. */
int hear_spoken_of(const struct hearing *h);
void hear_pick(struct hearing *h, int choice);
/* Into what the answer tells. */
void hear_tell(struct hearing *h, int finding, enum finding_state state);
/* Takes over what `then` knows more than h->now. */
void hear_take(struct hearing *h, const struct facts *then, bool only_present);

#endif
