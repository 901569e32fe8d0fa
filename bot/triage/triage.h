/* triage.h - what is known to how urgent it is, what could be behind it, and what must not be advised. The tables are
 * intents/triage (red_flags.yaml, conditions.yaml, sources.yaml, tips.yaml); this is only their reading. Pure. */
#ifndef TRIAGE_TRIAGE_H
#define TRIAGE_TRIAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "rules/facts.h"
#include "rules/vocab.h"

struct problems;
struct tables;

enum { TRIAGE_MAX_RULES = 512, TRIAGE_MAX_CONDITIONS = 64, TRIAGE_MAX_TIPS = 64 };

/* Returns new tables (free with tables_free), or NULL with every problem added. `vocab` is borrowed until then. */
struct tables *tables_load(const char *dir, const struct vocab *vocab, struct problems *problems);
void tables_free(struct tables *t);

struct decision {
	enum urgency urgency;
	int why[TRIAGE_MAX_RULES]; /* rules that fired, most serious first, then in table order */
	size_t n_why;
	struct {
		int condition;
		int points; /* triage.md 2.1 */
		double score; /* points / (points + 4) */
	} conditions[TRIAGE_MAX_CONDITIONS]; /* most likely first */
	size_t n_conditions;
	int avoid[TRIAGE_MAX_TIPS]; /* tips that must not be given */
	size_t n_avoid;
	int wells; /* Wells points (triage.md 1.3); never changes the urgency */
};

void decide(const struct tables *t, const struct facts *facts, struct decision *out);

/* The facts with one finding set; for "could this question raise the urgency?". */
enum urgency decide_urgency(const struct tables *t, const struct facts *facts);

/* Rules by number. */
size_t tables_rules(const struct tables *t);
const char *rule_id(const struct tables *t, int rule); /* "dvt/swelling_and_warmth" */
const char *rule_source(const struct tables *t, int rule); /* keys of sources.yaml */
enum urgency rule_urgency(const struct tables *t, int rule);
const char *rule_file(const struct tables *t, int rule);
int rule_line(const struct tables *t, int rule);

/* Tips by number (triage.md 4, contract.md "Tip ids"). */
size_t tables_tips(const struct tables *t);
int tip_number(const struct tables *t, const char *id); /* -1 when unknown */
const char *tip_id(const struct tables *t, int tip);

/* Derived findings such as "@pain": -1 when unknown; whether one holds (uncertain counts as present unless strict). */
int derived_number(const struct tables *t, const char *id);
bool derived_holds(const struct tables *t, int derived, const struct facts *facts, bool strict);

/* Tips that may be offered as self-care for this decision: the safe set of triage.md 4.3 (allowed by every condition
 * still listed with at least half the first one's score, forbidden by no fired rule, condition or finding). NSAIDs only
 * when every reason of table 4.2 was asked or told (`medicines_answered`). Returns how many were written to `out`. */
size_t safe_tips(const struct tables *t, const struct facts *facts, const struct decision *d, bool medicines_answered,
	int out[TRIAGE_MAX_TIPS]);

#endif
