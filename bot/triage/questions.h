/* questions.h - the questions of questions.yaml: what each asks, its choices, and what an answer makes of the facts.
 * Pure. */
#ifndef TRIAGE_QUESTIONS_H
#define TRIAGE_QUESTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "triage/triage.h"

enum { QUESTION_MAX_FINDINGS = 64, QUESTION_MAX_CHOICES = 16 };

/* By number, in file order. Strings and lists are borrowed from the tables. */
size_t tables_questions(const struct tables *t);
int question_number(const struct tables *t, const char *id); /* -1 when unknown */
const char *question_id(const struct tables *t, int question); /* "q_now" */
const int *question_asks(const struct tables *t, int question, size_t *out_n); /* findings */
bool question_is_list(const struct tables *t, int question); /* a tick list, with "none of these" and "not sure" */
int question_merge_with(const struct tables *t, int question); /* where no list can be shown; -1: none */

size_t question_choices(const struct tables *t, int question);
int choice_number(const struct tables *t, int question, const char *id); /* -1 when unknown */
const char *choice_id(const struct tables *t, int question, int choice);
/* The findings that the choice is about: those it makes present, or one of which is meant. */
const int *choice_findings(const struct tables *t, int question, int choice, size_t *out_n);

/* Those that the choice by itself makes absent, whatever else was ticked. */
const int *choice_absent(const struct tables *t, int question, int choice, size_t *out_n);

/* What a bare "yes" or "no" to the question means: a choice, or one of these. */
enum { CHOICE_NONE_OF_THESE = -1, CHOICE_WHICH = -2, CHOICE_UNCLEAR = -3 };
int question_yes(const struct tables *t, int question);
int question_no(const struct tables *t, int question);

/* Findings of the question that are not known yet: neither present nor absent, no value told. Those that are uncertain
 * are among them: once asked again they are the caller's to leave out. */
size_t question_open(const struct tables *t, int question, const struct facts *facts, int out[QUESTION_MAX_FINDINGS]);

/* True when making any one of the findings present would fire a rule more serious than the urgency now. */
bool findings_can_raise(const struct tables *t, const struct facts *facts, const int *findings, size_t n);
/* True when denying any one of the findings would keep a rule from firing that makes the urgency of now: a test that was
 * not made yet ("a pop, and standing on tiptoe not tried"). */
bool findings_can_calm(const struct tables *t, const struct facts *facts, const int *findings, size_t n);
/* True when the rule fires, and would not if one or two things more were known to be present. */
bool rule_can_be_kept(const struct tables *t, const struct facts *facts, int rule);
/* The same as findings_can_raise for the open findings of a question. */
bool question_can_raise(const struct tables *t, const struct facts *facts, int question);

/* Findings of which at least one is meant, but not told which: to be asked as choices, once. A finding that carries a
 * value (age_years) is asked for by the question that asks only for it. */
struct which {
	int findings[QUESTION_MAX_FINDINGS];
	size_t n;
};

/* Takes an answer into the facts. What is already present or absent is left alone. `out` gets what is still to be asked
 * (n = 0: nothing). In a tick list all that is open and in no ticked choice becomes absent. */
void question_answer(
	const struct tables *t, int question, const int *choices, size_t n, struct facts *facts, struct which *out);
/* "None of these": all that is open becomes absent. */
void question_none(const struct tables *t, int question, struct facts *facts);
/* "I don't know" to a whole question: all that is open becomes uncertain, but what calms is left open (it must never
 * lower). Not for screens: there the most dangerous lines are asked once more, see limits. */
void question_unsure(const struct tables *t, int question, struct facts *facts);

/* "Which of these?" answered with some of them: those present, the others absent. */
void which_answer(
	const struct tables *t, const struct which *which, const int *findings, size_t n, struct facts *facts);
/* Still unclear: the one that is the most serious becomes uncertain. */
void which_unsure(const struct tables *t, const struct which *which, struct facts *facts);

#endif
