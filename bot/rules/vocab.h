/* vocab.h - the fixed words of intents/vocabulary.yaml: each id gets a small number, in file order, for as long as the
 * rule set lives. */
#ifndef RULES_VOCAB_H
#define RULES_VOCAB_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct problems;
struct yaml;
struct yaml_file;
struct vocab;

enum { VOCAB_MAX_CONDITIONS = 64, VOCAB_MAX_INTENTS = 64 }; /* findings: FACTS_MAX */

/* Most serious last, so that a greater number is more serious. */
enum urgency { URGENCY_NONE, URGENCY_SELF_CARE, URGENCY_SOON, URGENCY_URGENT, URGENCY_EMERGENCY };

enum finding_state {
	STATE_UNKNOWN, /* not mentioned: never counts as absent */
	STATE_HYPOTHETICAL,
	STATE_OTHER_PERSON,
	STATE_PAST,
	STATE_ABSENT,
	STATE_UNCERTAIN,
	STATE_PRESENT,
};

/* Findings that carry a told number. */
enum value_kind { VALUE_DURATION_DAYS, VALUE_PAIN_SCORE, VALUE_AGE_YEARS, VALUE_KINDS };

/* Reads `dir`/vocabulary.yaml, `dir` being the intents folder. Returns a new vocabulary, or NULL with problems added.
 */
struct vocab *vocab_load(const char *dir, struct problems *problems);
void vocab_free(struct vocab *v);
/* A copy for reading only, whole in the arena and freed with it. */
struct vocab *vocab_copy(const struct vocab *v, struct arena *arena);

size_t vocab_findings(const struct vocab *v); /* how many; numbers are 0 .. n-1 */
size_t vocab_conditions(const struct vocab *v);
size_t vocab_intents(const struct vocab *v);

/* The number of an id, or -1. */
int vocab_finding(const struct vocab *v, const char *id);
int vocab_condition(const struct vocab *v, const char *id);
int vocab_intent(const struct vocab *v, const char *id);
int vocab_urgency(const struct vocab *v, const char *id); /* enum urgency */
int vocab_state(const struct vocab *v, const char *id); /* enum finding_state */

/* The id of a number, NULL when out of range. Borrowed from the vocabulary (states and urgencies: static). */
const char *vocab_finding_id(const struct vocab *v, int finding);
const char *vocab_condition_id(const struct vocab *v, int condition);
const char *vocab_intent_id(const struct vocab *v, int intent);
const char *urgency_id(enum urgency u);
const char *state_id(enum finding_state s);

/* The nearest known id for an error text, or NULL. */
const char *vocab_finding_near(const struct vocab *v, const char *id);
const char *vocab_condition_near(const struct vocab *v, const char *id);
const char *vocab_intent_near(const struct vocab *v, const char *id);
/* Adds the problem that what stands at `node` is no finding, with the nearest one. */
void vocab_unknown_finding(
	const struct vocab *v, const struct yaml_file *f, const struct yaml *node, struct problems *problems);

/* The finding that carries a value (duration_days, pain_score, age_years), and back (-1 when it carries none). */
int vocab_value_finding(const struct vocab *v, enum value_kind kind);
int vocab_value_kind(const struct vocab *v, int finding);
/* Whether a number was not told, only a word for it: ages are told in whole years, "my kid" is a fraction (values.yaml). */
bool vocab_by_word(enum value_kind kind, double value);

#endif
