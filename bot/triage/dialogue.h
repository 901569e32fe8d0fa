/* dialogue.h - how a talk goes, as data: presentations.yaml and dialogue.yaml. Pure. */
#ifndef TRIAGE_DIALOGUE_H
#define TRIAGE_DIALOGUE_H

#include <stdbool.h>
#include <stddef.h>

#include "triage/triage.h"

enum { SCREENS_MAX = 8, CHECK_INS_MAX = 8 };

struct limits {
	int questions; /* at most so many in a talk, re-asks counted */
	int when_urgent; /* at most so many more once an urgent rule fired */
	int unsure_screen; /* lines of a screen asked once more after "I don't know" to all of it */
};
const struct limits *tables_limits(const struct tables *t);

/* The screens in order; and those that must be answered before self_care may be the end. Return how many. */
size_t screens_all(const struct tables *t, int out[SCREENS_MAX]);
size_t screens_required(const struct tables *t, const struct facts *facts, int out[SCREENS_MAX]);

/* An answer to it that nobody could read leaves a danger open, and that is for today. */
bool question_is_danger(const struct tables *t, int question);

/* What a talk that begins with pain need not reach: findings that are never asked, rules that cannot fire then. */
bool unreached_finding(const struct tables *t, int finding);
bool unreached_rule(const struct tables *t, int rule);

/* The presentation that leads, the first that matches; there always is one. */
int presentation_choose(const struct tables *t, const struct facts *facts, const struct decision *d);
const char *presentation_id(const struct tables *t, int presentation); /* "swollen_or_warm" */
const int *presentation_questions(const struct tables *t, int presentation, size_t *out_n);

/* When to ask how it went: minutes from now, for the urgency and the first condition (-1: none). `anytime`: also at
 * night, else only between the daytime hours of the person's own clock, later ones at the next morning. Returns how
 * many. */
size_t check_ins(
	const struct tables *t, enum urgency urgency, int condition, int out_minutes[CHECK_INS_MAX], bool *anytime);
void check_in_daytime(const struct tables *t, int *from_hour, int *to_hour);

#endif
