/* opening.h - a message with no talk of a leg before it: what of it is about a leg at all. */
#ifndef TRIAGE_OPENING_H
#define TRIAGE_OPENING_H

struct ruleset;
struct tables;
struct understanding;

/* Takes what is told of something else out of `u` (see understand_opening), unless it would be urgent of a leg: then the
 * message may have been misread, and all of it stays. */
void opening_settle(const struct ruleset *rules, const struct tables *tables, struct understanding *u);

#endif
