/* opening.h - what is left of a message before it is judged: what of it is about a leg at all, where no talk of a leg went
 * before it, and what contradicts itself. */
#ifndef TRIAGE_OPENING_H
#define TRIAGE_OPENING_H

struct ruleset;
struct tables;
struct understanding;

/* Takes what is told of something else out of `u` (see understand_opening), unless it would be urgent of a leg: then the
 * message may have been misread, and all of it stays. */
void opening_settle(const struct ruleset *rules, const struct tables *tables, struct understanding *u);

/* What calms and is both told and denied in one message ("both calves ache but only the left is swollen") calms nobody:
 * it is taken out of the facts of `u` where they are more urgent without it. */
void opening_clashes(const struct tables *tables, struct understanding *u);

#endif
