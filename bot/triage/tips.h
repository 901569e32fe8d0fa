/* tips.h - which care tips may be given: tips.yaml, the allowed lists of conditions.yaml, what families.yaml avoids. */
#ifndef TRIAGE_TIPS_H
#define TRIAGE_TIPS_H

#include <stdbool.h>
#include <stddef.h>

#include "triage/triage.h"

enum { TIP_MAX_OPEN = 16 };

enum tip_kind { TIP_TREATMENT, TIP_PREVENTION, TIP_ROUTE, TIP_EXPLAIN, TIP_FIRST_AID, TIP_CAUTION };

/* Tips by number (contract.md "Tip ids" and more). Strings are borrowed from the tables. */
size_t tables_tips(const struct tables *t);
int tip_number(const struct tables *t, const char *id); /* -1 when unknown */
const char *tip_id(const struct tables *t, int tip);
enum tip_kind tip_kind(const struct tables *t, int tip);

enum tip_verdict {
	TIP_FINE,
	TIP_FORBIDDEN, /* by a rule, a finding or a condition, see the reason */
	TIP_NOT_FOR_THIS, /* a treatment that a condition which counts does not list: not harmful as such, but not
			     offered */
	TIP_LATER, /* a treatment for after the first days */
	TIP_AFTER_REVIEW, /* only when a clinician has looked */
	TIP_ASK_FIRST, /* fine as far as known, but `open` must be answered before */
};

/* Why; what does not apply is -1. */
struct tip_reason {
	int rule, condition,
		finding; /* what forbids it; the finding is -1 where the reason is a derived one or a value */
	int open[TIP_MAX_OPEN]; /* TIP_ASK_FIRST: findings that were neither told nor answered */
	size_t n_open;
	int question; /* TIP_ASK_FIRST: the question to put before the tip */
};

/* For "can I ice it?". `medicines_answered`: the question that the tip asks before was answered. `why` may be NULL. */
enum tip_verdict tip_check(const struct tables *t, const struct facts *facts, const struct decision *d, int tip,
	bool medicines_answered, struct tip_reason *why);

/* The safe set: tips that may be offered for this decision. Below urgent: what every condition with a score that counts
 * lists and nothing forbids (prevention and route tips: what one of them lists). Urgent: only what the families of the
 * fired rules advise; in an emergency only the first aid among it. NSAIDs only when every reason against them was asked
 * or told and `medicines_answered`. Returns how many were written to `out`, in the order of tips.yaml. */
size_t safe_tips(const struct tables *t, const struct facts *facts, const struct decision *d, bool medicines_answered,
	int out[TRIAGE_MAX_TIPS]);
/* The same for what is only for later (after the first days), without what safe_tips gives. */
size_t later_tips(const struct tables *t, const struct facts *facts, const struct decision *d, bool medicines_answered,
	int out[TRIAGE_MAX_TIPS]);
/* Treatments that tip_check says TIP_FORBIDDEN of. */
size_t forbidden_treatments(const struct tables *t, const struct facts *facts, const struct decision *d,
	int out[TRIAGE_MAX_TIPS]);

#endif
