/* answer.h - what a message says to the question that is open: by number, by label, by yes or no, in free words. Pure.
 * The words for yes, no, none, all, "why" and their like are intents/LANG/answers.yaml. */
#ifndef TALK_ANSWER_H
#define TALK_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#include "rules/facts.h"
#include "talk/state.h"
#include "triage/questions.h"

struct arena;
struct responses;
struct ruleset;
struct tables;
struct understanding;

enum answer_act {
	ACT_ANSWER, /* it says something to the question, or something new that counts */
	ACT_UNSURE, /* don't know */
	ACT_CLARIFY, /* "what do you mean?"; with `why`: "why do you ask?" */
	ACT_DIGRESS, /* a question of the person's own */
	ACT_CORRECT, /* takes back something said before (and may answer as well) */
	ACT_CHATTER, /* nothing of use */
	ACT_HUMAN,
	ACT_CRISIS,
	ACT_RESTART,
	ACTS
};

struct answer {
	enum answer_act act;
	bool why;
	bool settled; /* the open question need not be put again */
	bool nothing; /* "none of these", "no": said to the question as a whole */
	int lines[STATE_MAX_SHOWN]; /* choices of the question that were picked, by number or label */
	size_t n_lines;
	struct facts told; /* what the message makes present, absent or uncertain, asked for or not */
	struct which which; /* one of these is meant, but not told which */
	/* asked for, spoken of in a part of the message that could not be read, with no word of a no; the most serious one;
	 * -1 */
	int named;
};

struct answer_context {
	const struct ruleset *rules;
	const struct tables *tables;
	const struct responses *responses; /* for labels */
	struct arena *arena;
};

const char *answer_act_id(enum answer_act act); /* "answer", "unsure", ... as in the test corpus */

/* `u` is the understanding of the message (in the same arena), `known` what was known before it. */
void answer_read(const struct answer_context *c, const struct open *open, const struct facts *known,
	const struct understanding *u, struct answer *out);

#endif
