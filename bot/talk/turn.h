/* turn.h - the inside of a turn, for the files of this folder only. */
#ifndef TALK_TURN_H
#define TALK_TURN_H

#include "talk/answer.h"
#include "talk/say.h"
#include "talk/talk.h"

enum { MAX_WAITING = 16 };

struct turn {
	const struct talk_data *data;
	const struct talk_in *in;
	struct talk_state *s;
	struct arena *arena;
	struct talk_out *out;
	struct voice voice;
	struct understanding u; /* of what was said; empty for a pick */
	/* as it was when the turn began */
	struct facts before;
	enum urgency was;
	enum stage stage_was;
	enum side side_was;
	bool they_was;
	/* what the turn brought */
	const char *opening; /* said first, unless it is an emergency */
	bool corrected; /* the person took something back: urgency may fall */
	bool cleared; /* a doubt turned out to be none: urgency may fall, too */
	bool unsure;
	bool unread; /* what was answered twice is left, as it could not be read */
	bool beside; /* a question of the person's own was answered while theirs is left open */
	bool region_told;
	int waiting[MAX_WAITING]; /* rules that fire and don't count yet, see wait.c */
	size_t n_waiting;
	bool waited; /* nothing is left to ask: they count */
	int named; /* spoken of in the answer, with neither a yes nor a no; -1 */
	int clash; /* finding that was told before and is denied now, with no word of a mistake; -1 */
};

/* ---- talk.c ---- */
/* Adds one message; NULL and "" are left out. What does not fit is joined to the last one. */
void turn_reply(struct turn *t, const char *text);
/* What is known now is decided on. Nothing but a correction lowers the urgency. */
void turn_judge(struct turn *t);
bool turn_is(const struct turn *t, const char *intent); /* what was said has this intent */
bool turn_says(const struct turn *t, const char *phrase); /* ... or says this small thing of answers.yaml */
bool turn_says_of(const struct turn *t, const char *group, const char *phrase); /* ... "group/phrase" */
bool turn_asks(const struct turn *t); /* it is a question about legs, by its intent */
/* Whether it were an emergency if the finding were present as well. */
bool turn_emergency_with(const struct turn *t, const struct facts *facts, int finding);
/* Something that would be an emergency was asked for, answered with what could not be read, and is not known since. */
bool turn_left_unread(const struct turn *t);
bool turn_tells(const struct turn *t); /* the message tells something of somebody */
bool turn_other_patient(const struct turn *t); /* it is about somebody else's leg */
bool turn_picked(const struct turn *t, const char *choice);
bool turn_knows_complaint(const struct turn *t); /* something of a leg was told */
const char *turn_text(struct turn *t, const char *key); /* of talk.yaml, under `talk` */
const char *turn_fresh(struct turn *t, const char *key); /* the same; NULL when every variant was used */
const char *turn_text_by_urgency(struct turn *t, const char *key);
/* The first finding that is a complaint by itself: pain. */
int turn_complaint(const struct tables *tables);
/* The next question; where there is none, the advice. */
void turn_go_on(struct turn *t);

/* ---- hear.c: what to do with a message ---- */
void hear_say(struct turn *t);
void hear_choose(struct turn *t);
void hear_form(struct turn *t);

/* ---- hear_answer.c: a message while a question is open ---- */
void hear_answer(struct turn *t, const struct answer *a);
bool hear_about_asking(struct turn *t); /* "how many more?", "skip this", "bye": true when that was dealt with */

/* ---- doubt.c: not knowing ---- */
void take_unsure(struct turn *t);
/* What nobody was sure of and no screen asks any more is in doubt. True when there was such a thing. */
bool take_doubts(struct turn *t);

/* ---- take.c: answers to the open question go into the facts ---- */
/* "No" to one thing that was told before is a word of a mistake. */
void take_denial(struct turn *t, int finding);
bool take_picks(struct turn *t); /* false when none of them belongs to what is open */
void take_which(struct turn *t, const struct which *which); /* one of these is meant */
void take_close(struct turn *t);
/* A "no" to all of a question says nothing of the lines that were left out: there *now is as *before. */
void take_back_unshown(struct turn *t, const struct facts *before, struct facts *now);
/* A bare "yes" to a list: which of its lines is asked once. False when that was done already. */
bool take_bare_yes(struct turn *t);

/* ---- command.c: what is no matter of the leg. Each returns true when the message is dealt with. ---- */
bool command_crisis(struct turn *t);
bool command_unreadable(struct turn *t); /* empty, too long, no words, another language */
bool command_forget(struct turn *t); /* yes or no to "erase everything?" */
bool command_service(struct turn *t); /* start again, help, what is stored, copy, erase */
void command_human(struct turn *t);
/* A short reply to small talk; NULL when it is none. */
const char *command_small_talk(struct turn *t);
/* Says something by the way; then the open question comes back. */
void command_aside(struct turn *t, const char *text);

/* ---- learn.c: what is told goes into the facts ---- */
void learn(struct turn *t, const struct facts *told, bool correction);
/* "So: swelling, warmth, for 3 days." of what is new since the turn began; NULL when nothing is. `key` of talk.yaml. */
const char *learn_repeat(struct turn *t, const char *key);
/* All that is known to be in `state`, by name; NULL when nothing is. `quiet`: also what says little when more is told.
 */
const char *learn_all(struct turn *t, enum finding_state state, bool quiet);
/* What was denied and would be more urgent if it were there. */
const char *learn_denied(struct turn *t);

/* ---- wait.c: rules that don't count before it was asked what keeps them from firing ---- */
/* Takes them out of what fired. */
void wait_judge(struct turn *t, struct decision *d);
/* A question that one of them waits for; -1 when there is none. */
int wait_question(const struct turn *t);
/* Nothing is left to ask: they count now. True when there was one. */
bool wait_over(struct turn *t);

/* ---- choose.c: what to ask next ---- */
/* Opens the next question in the state; false when there is none left. *out_doubt: it is about something told in doubt.
 */
bool choose_next(struct turn *t, bool *out_doubt);
size_t choose_open(const struct turn *t, int question, int out[QUESTION_MAX_FINDINGS]);
/* True when the finding stood in a question that was answered; if it is still open, the answer left it out. */
bool choose_offered(const struct turn *t, int finding);
/* Makes room for one question more: it counts against the limits. */
void choose_count(struct turn *t);
/* Asks for this one thing by itself, once; false when it was asked before or the limits are reached. */
bool choose_finding(struct turn *t, int finding);
/* Opens this question unless the limits or what is known speak against it. */
bool choose_this(struct turn *t, int question);

/* ---- lines.c: the lines of a question that are shown ---- */
struct which lines_open(const struct turn *t, int question, int line); /* what a line is about and is still open */
void lines_show(struct turn *t); /* chooses them for the open question */
/* True when a line that is shown is about the finding, or it can only be told in words. */
bool lines_has(const struct turn *t, int finding);

/* ---- ask.c: questions in words ---- */
/* Puts the open question, with `lead` before it. `plainer`: in other words. */
void ask_put(struct turn *t, const char *lead, bool plainer);
/* Puts the open question again, if there is one, after an aside. */
void ask_back(struct turn *t);
/* After a general question: is it about a leg that hurts? */
void ask_complaint(struct turn *t, const char *lead);
/* Writes asks and choices of the open question to the output. */
void ask_show(struct turn *t);
/* Half a sentence for what the person feels; NULL when nothing was said of it, or it was answered before. */
const char *ask_feeling(struct turn *t);
/* What is said before the next question: what was understood, how it fits in. */
const char *ask_lead(struct turn *t, bool doubt);

/* ---- advise.c: the end of the questions ---- */
void advise_emergency(struct turn *t);
void advise(struct turn *t);

/* ---- advise_words.c: the parts of an advice ---- */
const char *advise_rule_words(const struct turn *t, int rule, const char *key);
/* Without the items of its first sentence that `said` names already; NULL when nothing is left. */
const char *advise_besides(const struct turn *t, const char *text, const char *said);
enum { ADVISE_MAX_RULES = 2 };
size_t advise_rules(const struct turn *t, int out[ADVISE_MAX_RULES]); /* those that speak */
const char *advise_level_words(const struct turn *t, const char *key);
const char *advise_group_line(const struct turn *t);
const char *advise_tips(struct turn *t, const char *besides);
const char *advise_avoid(struct turn *t);
void advise_mark_avoided(struct turn *t);
const char *advise_prevention(struct turn *t);
const char *advise_likely(struct turn *t);

/* ---- net.c: the safety net ---- */
const char *net_words(struct turn *t);

/* ---- check_in.c: asking how it went ---- */
const char *check_in_offer(struct turn *t); /* NULL when there is none; opens it */
bool check_in_answer(struct turn *t); /* yes or no to the offer */
void check_in_plan(struct turn *t); /* the times go to the output */
void check_in_ask(struct turn *t); /* its time has come */
bool check_in_how(struct turn *t); /* what was answered; true when it is dealt with */

/* ---- when.c: a time in words ---- */
const char *when_words(struct turn *t, int minutes);
/* Moved to the daytime of the person, where the hour is known. */
int when_daytime(const struct turn *t, int minutes);

/* ---- after.c: after the advice ---- */
void after_advice(struct turn *t);
void after_emergency(struct turn *t);
/* What the person says about the way to help ("no car", "I won't go", "on my way", "summary"); NULL when nothing. */
const char *after_way(struct turn *t);
const char *after_seen(struct turn *t); /* somebody has looked at the leg: what that means for the questions; NULL else */
const char *after_asked_early(struct turn *t); /* NULL once advised, and where nothing of the kind was asked */
/* The message begins something else: nothing of the old complaint counts but the person. True when it does. */
bool after_new_complaint(struct turn *t);

/* ---- summary.c ---- */
const char *summary_words(struct turn *t);

/* ---- digress.c: questions of the person's own ---- */
/* A question about legs as such, with no word of anybody's own: what it names is not told. */
bool digress_is_general(const struct turn *t);
/* The answer to what the message asks, or NULL when it asks nothing that is known. */
const char *digress(struct turn *t);
/* The question is about a remedy or measure that is judged by what is known of the person. */
bool digress_is_tip(const struct turn *t);
/* "Is it a clot?" with a complaint told: nobody can tell in a chat. NULL when it is not asked. */
const char *digress_is_it(struct turn *t);
/* "Can I breastfeed?": that nobody here knows; NULL where it is no such question, or something was told with it. */
const char *digress_unknown(struct turn *t);
/* The answer to a tip that was asked about earlier, now that the dangers are known; NULL when none waits. */
const char *digress_tip(struct turn *t);

#endif
