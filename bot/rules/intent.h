/* intent.h - what a person is doing with a message, and what it is about. intents/LANG/intents.yaml. */
#ifndef RULES_INTENT_H
#define RULES_INTENT_H

#include <stdbool.h>
#include <stddef.h>

#include "rules/reading.h"

struct fragments;
struct intents;
struct patterns;
struct problems;
struct rule_copying;
struct vocab;
struct yaml_file;

struct intents *intents_read(const struct yaml_file *f, const struct vocab *vocab, const struct fragments *fragments,
	struct patterns *patterns, struct problems *problems);
void intents_free(struct intents *in);
struct intents *intents_copy(const struct intents *in, struct rule_copying *to);

/* True when the finding says something is wrong, and not only where or whose. */
bool intents_is_symptom(const struct intents *in, int finding);

/* The intent of highest priority with a rule that matches; -1 when there is none. `own_symptoms`: the message tells of
 * the patient's own. *out_rule borrows the rule's id. */
int intent_find(const struct intents *in, struct reading *text, bool own_symptoms, const char **out_rule);

enum { INTENT_MAX_ABOUT = 16 };
/* Conditions that the text names, in the order of the text; how many. */
size_t intent_about(const struct intents *in, struct reading *text, int out[INTENT_MAX_ABOUT]);
/* Ids of tips and general topics that it names. */
size_t intent_topics(const struct intents *in, struct reading *text, const char *out[INTENT_MAX_ABOUT]);

/* For the check: every rule of every intent. */
struct rule;
size_t intents_rules(const struct intents *in);
const struct rule *intents_rule(const struct intents *in, size_t i, int *out_intent);

#endif
