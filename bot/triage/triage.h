/* triage.h - what is known to how urgent it is, what could be behind it, and what must not be advised. The tables are
 * the files of intents/triage; this is only their reading. Pure. */
#ifndef TRIAGE_TRIAGE_H
#define TRIAGE_TRIAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "rules/facts.h"
#include "rules/vocab.h"

struct arena;
struct problems;
struct tables;

enum { TRIAGE_MAX_RULES = 512, TRIAGE_MAX_CONDITIONS = 64, TRIAGE_MAX_TIPS = 64 };

/* Reads `dir`/triage, where `dir` is the intents folder as for vocab_load. Returns new tables (free with tables_free),
 * or NULL with every problem added. `vocab` is borrowed until then. */
struct tables *tables_load(const char *dir, const struct vocab *vocab, struct problems *problems);
void tables_free(struct tables *t);
/* The same, whole in the arena, only read once they are there, and freed with it. */
struct tables *tables_load_in(struct arena *arena, const char *dir, const struct vocab *vocab, struct problems *problems);
/* Borrowed from the caller of tables_load. */
const struct vocab *tables_vocab(const struct tables *t);

struct decision {
	enum urgency urgency;
	int why[TRIAGE_MAX_RULES]; /* rules that fired, most serious first, then in table order */
	size_t n_why;
	struct {
		int condition;
		int points; /* of conditions.yaml; 0 or less only where a rule suspects it */
		double score; /* points / (points + half_at), 0 when there are none */
	} conditions[TRIAGE_MAX_CONDITIONS]; /* most likely first */
	size_t n_conditions;
	int avoid[TRIAGE_MAX_TIPS]; /* tips that the families of the fired rules forbid */
	size_t n_avoid;
	bool has_wells; /* false for people whom the score does not cover */
	int wells; /* Wells points; never changes the urgency */
	bool wells_likely;
};

void decide(const struct tables *t, const struct facts *facts, struct decision *out);

/* The urgency alone, for "could this raise it?". */
enum urgency decide_urgency(const struct tables *t, const struct facts *facts);

bool rule_fires(const struct tables *t, int rule, const struct facts *facts);

/* The first emergency rule that would fire if all that is uncertain were present but does not fire now, or -1. When the
 * person stays unsure of it after being asked again, the urgency is `urgent` at least. */
int decide_emergency_if_sure(const struct tables *t, const struct facts *facts);

/* Rules by number. Strings are borrowed from the tables. */
size_t tables_rules(const struct tables *t);
int rule_number(const struct tables *t, const char *id); /* -1 when unknown */
const char *rule_id(const struct tables *t, int rule); /* "dvt/swelling_and_warmth" */
const char *rule_source(const struct tables *t, int rule); /* keys of sources.yaml, "N1 H3" */
enum urgency rule_urgency(const struct tables *t, int rule);
const char *rule_file(const struct tables *t, int rule); /* as shown in messages: "intents/triage/red_flags.yaml" */
int rule_line(const struct tables *t, int rule);
/* Questions that are to be asked before the rule counts in a talk, as their answer may keep it from firing; `asked`:
 * those for a rule that only the answer to a question made fire. */
const int *rule_waits_for(const struct tables *t, int rule, bool asked, size_t *out_n);

/* Conditions by number of the vocabulary. */
enum urgency condition_default(const struct tables *t, int condition); /* when nothing else says how urgent */

/* What a key of a `source` list stands for, or NULL when unknown. */
const char *source_title(const struct tables *t, const char *key);

/* Derived findings such as "@pain": -1 when unknown; whether one holds (uncertain counts as present unless strict). */
int derived_number(const struct tables *t, const char *id);
bool derived_holds(const struct tables *t, int derived, const struct facts *facts, bool strict);

/* Sets a finding to a state, and with `present` also what it implies (states.yaml: no feeling is numbness as well). */
void facts_tell(const struct tables *t, struct facts *facts, int finding, enum finding_state state);
/* True when "I don't know" must not make the finding uncertain, because it keeps rules from firing. */
bool finding_calms(const struct tables *t, int finding);
/* True when somebody who tells only this has a complaint: pain, swelling, a numb toe. */
bool finding_is_complaint(const struct tables *t, int finding);
/* Takes out what must not calm: a finding that keeps rules from firing counts only when it is sure. */
void facts_sober(const struct tables *t, struct facts *facts);
/* What an intent calls for by itself, whatever the findings. */
enum urgency intent_urgency(const struct tables *t, int intent);
/* True for what is of the person and not of one complaint: it is kept when another complaint begins. */
bool finding_lasts(const struct tables *t, int finding);

#endif
