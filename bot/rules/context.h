/* context.h - how the words around a finding change it: "no", "maybe", "last year", "if", "my friend". In the line of
 * NegEx and ConText (Chapman, Bridewell, Buchanan 2001; Harkema and others 2009): trigger words with a kind, a direction and
 * a reach, all of them data in intents/LANG/context.yaml. */
#ifndef RULES_CONTEXT_H
#define RULES_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "rules/reading.h"
#include "rules/rule.h"
#include "rules/vocab.h"

struct fragments;
struct patterns;
struct problems;
struct rule_copying;
struct vocab;
struct yaml_file;

enum context_kind {
	CONTEXT_CANCEL, /* takes away the triggers that it covers: "not just", "no doubt" */
	CONTEXT_NEGATION,
	CONTEXT_DOUBT,
	CONTEXT_PAST,
	CONTEXT_OVER, /* it was there and is gone: absent, unless all of it lies in the past */
	CONTEXT_ELSEWHERE, /* another part of the body, another thing: it says nothing of the leg, and is left out */
	CONTEXT_HYPOTHETICAL,
	CONTEXT_OTHER_PERSON,
	CONTEXT_KINDS
};

struct context;

struct context *context_read(const struct yaml_file *f, const struct vocab *vocab, const struct fragments *fragments, struct patterns *patterns,
	struct problems *problems);
void context_free(struct context *c);
struct context *context_copy(const struct context *c, struct rule_copying *to);
const struct boundaries *context_boundaries(const struct context *c);
/* A bit for each kind named by a rule's `context` key ("all", "none", or a list). -1 with a problem when it is neither. */
int context_mask(const struct yaml_file *f, const struct yaml *node, struct problems *problems);

/* The triggers of one message. */
struct triggers;
struct triggers *context_find(const struct context *c, struct reading *text);

struct context_verdict {
	enum finding_state state;
	const char *rule; /* NULL when nothing changed it */
	uint32_t start, end; /* of the trigger, canonical */
};

/* The findings that only count of the leg: a bit by finding. */
bool context_of_the_leg(const struct context *c, int finding);
/* Those that matter beside a leg alone: a cold. */
bool context_beside_the_leg(const struct context *c, int finding);
/* The finding names a place in the leg: calf_location. */
bool context_place(const struct context *c, int finding);

/* What becomes of a finding said as `state` at `hit`, when only the kinds in `mask` may change it. */
struct context_verdict context_apply(const struct context *c, const struct triggers *t, struct reading *text,
	const struct hit *hit, int finding, enum finding_state state, unsigned mask);

/* Where the person takes back what was said ("sorry, I meant"): the canonical byte of the last such place, or -1. */
long context_correction(const struct context *c, struct reading *text);
/* The patient is somebody else; the message is in another language. */
bool context_other_patient(const struct context *c, struct reading *text);
bool context_foreign(const struct context *c, struct reading *text);

/* For explain: each trigger found. */
size_t triggers_count(const struct triggers *t);
void triggers_get(const struct triggers *t, size_t i, const char **out_rule, uint32_t *out_start, uint32_t *out_end);

#endif
