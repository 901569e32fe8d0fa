/* talk.h - the dialogue: a turn is a pure function of (data, state, input) to (state, output). It reads no clock, does
 * no I/O and keeps nothing. Order of questions, limits and wording are data; what is here is only the order of
 * thoughts: danger first, then what the person asked, then our question, then the advice. */
#ifndef TALK_TALK_H
#define TALK_TALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/understand.h"
#include "talk/state.h"
#include "triage/dialogue.h"
#include "triage/triage.h"

struct arena;
struct problems;
struct responses;
struct ruleset;

enum { TALK_MAX_REPLIES = 3, TALK_MAX_CHOICES = QUESTION_MAX_FINDINGS + 2, TALK_MAX_PICKED = QUESTION_MAX_CHOICES };

struct talk_data {
	const struct ruleset *rules;
	const struct tables *tables;
	const struct responses *responses;
};

enum talk_kind {
	TALK_SAY, /* text */
	TALK_CHOOSE, /* choices that the last output offered */
	TALK_CHECK_IN, /* the time of a check-in has come */
	TALK_MEDIA, /* a photo, a voice message: something without text */
	TALK_TELL, /* findings told outright, as by a form that was filled in; what was open is asked anew if need be */
};

struct talk_in {
	enum talk_kind kind;
	const char *text;
	size_t len;
	const char *picked[TALK_MAX_PICKED];
	size_t n_picked;
	const struct facts *told; /* TALK_TELL */
	unsigned of_turn; /* the turn that offered what was picked, 0 where unknown: older ones are stale */
	int64_t now_ms; /* since 1970, 0 where unknown */
	struct moment today; /* the person's own day, for "since Tuesday" and "tomorrow" */
	bool knows_hour;
	int hour; /* 0-23 of the person's own clock, where known: check-ins keep to the daytime */
	const char *region; /* of the place of use (places.yaml), NULL where unknown */
	bool human_there; /* somebody can take over */
	bool no_check_ins; /* none can be kept: none are offered or promised */
	const char *contact; /* a person to call instead, in the operator's words; NULL: nobody */
	int keep_days; /* after the last message all is erased; 0 where unknown */
	bool taps; /* choices are shown as buttons: the text need not list them */
	size_t tap_width; /* characters of a label that a button shows whole; 0: any number */
};

struct talk_choice {
	const char *id, *label;
	bool alone; /* of many: excludes the others ("none of these") */
};

/* What the caller should do besides sending the replies. */
enum talk_effect {
	TALK_HAND_OVER = 1, /* bring in a person */
	TALK_ALARM = 2, /* an emergency was told of, for the first time in this talk */
	TALK_EXPORT = 4,
	TALK_FORGET = 8,
	TALK_CHECK_IN_WANTED = 16, /* at check_in_minutes from now */
	TALK_CRISIS = 32,
	TALK_CHECK_IN_STOP = 64, /* those that are planned are not wanted any more */
};

struct talk_out {
	const char *replies[TALK_MAX_REPLIES]; /* in order, in the arena; none only for a check-in that is not sent */
	size_t n_replies;
	int asks[QUESTION_MAX_FINDINGS]; /* findings that the open question is about */
	size_t n_asks;
	struct talk_choice choices[TALK_MAX_CHOICES];
	size_t n_choices;
	unsigned turn; /* that offers them */
	bool many; /* several choices may be picked */
	bool listed; /* the text lists them with their numbers, from 1 */
	struct decision decision; /* urgency in it is that of the talk */
	unsigned effects; /* bits of enum talk_effect */
	int check_in_minutes[CHECK_INS_MAX];
	size_t n_check_ins;
};

/* Changes *s to what it is after the turn. `arena` must outlive the use of `out`. */
void talk_turn(const struct talk_data *d, struct talk_state *s, const struct talk_in *in, struct arena *arena,
	struct talk_out *out);

/* Copies the texts of `out` to an arena that lives longer: what understanding takes besides is some hundred times as much. */
void talk_out_keep(struct talk_out *out, struct arena *arena);

/* A text of the service itself, outside of any turn: responses/LANG/FILE.yaml at `section`, `key`; variants change from
 * one use to the next. In the arena; NULL when there is none. */
const char *talk_words(const struct talk_data *d, struct talk_state *s, const char *region, const char *file,
	const char *section, const char *key, struct arena *arena);

/* The same with blanks of one's own. */
struct talk_blank {
	const char *name, *value;
};
const char *talk_words_with(const struct talk_data *d, struct talk_state *s, const char *region, const char *file,
	const char *section, const char *key, const struct talk_blank *blanks, size_t n, struct arena *arena);

/* Complains of every wording that a talk may need and does not find. */
void talk_check(const struct talk_data *d, struct problems *problems);

#endif
