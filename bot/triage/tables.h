/* tables.h - what the files of intents/triage become. Inside this folder only; everybody else has triage.h, tips.h,
 * questions.h, dialogue.h, places.h and article.h. */
#ifndef TRIAGE_TABLES_H
#define TRIAGE_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "triage/article.h"
#include "triage/atoms.h"
#include "triage/dialogue.h"
#include "triage/places.h"
#include "triage/questions.h"
#include "triage/tips.h"
#include "triage/triage.h"
#include "triage/watch.h"

struct arena;
struct names;

/* In the arena of the tables. */
struct list {
	int *items;
	size_t n;
};

static inline bool list_has(const struct list *l, int item)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->items[i] == item)
			return true;
	return false;
}

/* A set of tips or of conditions: bit i is number i. */
typedef uint64_t small_set;

static inline small_set small_set_of(int i)
{
	return UINT64_C(1) << i;
}

struct triage_rule {
	const char *source;
	int line;
	enum urgency urgency;
	struct guard when;
	struct list suspects; /* conditions, likeliest first */
	struct list waits_for, asked_waits_for; /* questions */
	struct bits kept_by; /* findings that have a part in its none_of */
	small_set avoid, advise; /* tips, from the families that it belongs to */
};

enum weight { WEIGHT_STRONG, WEIGHT_MEDIUM, WEIGHT_WEAK, WEIGHT_STRONG_AGAINST, WEIGHT_WEAK_AGAINST, WEIGHTS };

struct condition {
	bool described; /* the file has an entry for it */
	enum urgency by_default;
	const char *source;
	struct bits needs, weights[WEIGHTS];
	small_set tips, later, after_review;
	int check_in; /* group, or -1 */
};

struct tip {
	const char *source;
	enum tip_kind kind;
	struct bits never; /* atoms */
	struct bits never_rules; /* rules */
	small_set never_conditions;
	small_set not_beside; /* tips: where one of these is given, this one is not */
	struct list asked_first;
	int asks; /* question, or -1 */
};

struct choice {
	const char *id;
	struct list present, absent, uncertain, any_of, also;
	bool absent_rest, uncertain_rest, whole;
	int value_kind; /* or -1 */
	double value;
};

struct question {
	int line;
	struct list asks;
	bool is_list;
	int merge_with;
	struct choice choices[QUESTION_MAX_CHOICES];
	size_t n_choices;
	int yes, no;
};

struct presentation {
	enum urgency urgency; /* that one of the rules must have fired with; where there are rules */
	struct bits rules;
	bool has_rules;
	struct guard when;
	struct list questions;
};

struct wells_item {
	int points;
	struct guard when;
};

struct check_in {
	enum urgency urgency;
	int group; /* or -1: any */
	bool anytime;
	int minutes[CHECK_INS_MAX];
	size_t n;
};

enum {
	WELLS_MAX = 16,
	PRESENTATIONS_MAX = 64,
	QUESTIONS_MAX = 64,
	CHECK_IN_ROWS_MAX = 32,
	PLACES_MAX = 256,
	ARTICLE_MAX = 128
};

struct tables {
	const struct vocab *vocab;
	struct arena *arena; /* where all of this lies: while reading, and afterwards where it is our own */
	struct atoms *atoms;
	struct names *sources, *rule_ids, *tip_ids, *question_ids, *presentation_ids, *groups, *place_ids;
	const char **source_titles;
	struct list implied[FACTS_MAX]; /* by finding: what it makes present as well */
	bool calming[FACTS_MAX];
	bool lasting[FACTS_MAX];
	enum urgency intents[FACTS_MAX]; /* by intent */
	int complaint; /* atom: makes self_care of none */
	bool complains[FACTS_MAX]; /* by finding: it makes that atom hold */
	struct triage_rule *rules;
	struct bits rules_of[URGENCY_EMERGENCY + 1]; /* by urgency */
	struct watch watch; /* of the rules */
	struct bits touches[FACTS_MAX]; /* by finding: the emergency rules that it can make fire, or keep from firing */
	struct condition conditions[TRIAGE_MAX_CONDITIONS];
	int points[WEIGHTS];
	double half_at, weigh_from;
	struct bits later_when;
	small_set when_none_listed;
	struct tip tips[TRIAGE_MAX_TIPS];
	struct question questions[QUESTIONS_MAX];
	struct presentation presentations[PRESENTATIONS_MAX];
	struct limits limits;
	struct list screens, short_screens;
	struct list dangers; /* questions */
	bool unreached[FACTS_MAX]; /* findings that are never asked, on purpose */
	struct bits unreached_rules;
	struct guard short_when;
	struct check_in check_ins[CHECK_IN_ROWS_MAX];
	size_t n_check_ins;
	int day_from, day_to;
	struct wells_item wells[WELLS_MAX];
	size_t n_wells;
	int wells_likely;
	struct bits wells_not_for;
	struct place places[PLACES_MAX];
	struct article_fact article[ARTICLE_MAX];
	size_t n_article;
};

#endif
