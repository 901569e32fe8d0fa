/* turn.h - the inside of a turn, for the files of this folder only. */
#ifndef TALK_TURN_H
#define TALK_TURN_H

#include "talk/answer.h"
#include "talk/say.h"
#include "talk/talk.h"

struct turn {
	const struct talk_data *data;
	const struct talk_in *in;
	struct talk_state *s;
	struct arena *arena;
	struct talk_out *out;
	struct voice voice;
	struct understanding u; /* of what was said; empty for a pick */
	struct facts before; /* what was known when the turn began */
	bool corrected; /* the person took something back: urgency may fall */
};

/* Adds one message; NULL and "" are left out. The last place is kept for what comes last: what does not fit is joined. */
void turn_reply(struct turn *t, const char *text);

/* ---- learn.c: what is told goes into the facts ---- */
void learn(struct turn *t, const struct facts *told, bool correction);
/* "So: swelling, warmth, for 3 days." of what is new since the turn began; NULL when nothing is. */
const char *learn_repeat(struct turn *t);

/* ---- ask.c: what to ask next ---- */
/* Puts the next question: state, replies, choices. False when there is nothing left to ask. */
bool ask_next(struct turn *t, const char *lead);
/* Puts the open question again, with `lead` before it. `plainer`: in other words. */
void ask_again(struct turn *t, const char *lead, bool plainer);
/* Writes asks and choices of the open question to the output. */
void ask_show(struct turn *t);

/* ---- advise.c: the end of the questions ---- */
void advise_emergency(struct turn *t);
void advise(struct turn *t, const char *lead);

/* ---- digress.c: questions of the person's own ---- */
/* The answer to what the message asks, or NULL when it asks nothing that is known. */
const char *digress(struct turn *t);

#endif
