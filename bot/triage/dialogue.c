/* dialogue.c - how a talk goes, as data. */
#include "triage/dialogue.h"

#include <assert.h>
#include <string.h>

#include "rules/names.h"
#include "triage/tables.h"

const struct limits *tables_limits(const struct tables *t)
{
	return &t->limits;
}

static size_t copy_list(const struct list *list, int out[SCREENS_MAX])
{
	memcpy(out, list->items, list->n * sizeof *out);
	return list->n;
}

size_t screens_all(const struct tables *t, int out[SCREENS_MAX])
{
	return copy_list(&t->screens, out);
}

size_t screens_required(const struct tables *t, const struct facts *facts, int out[SCREENS_MAX])
{
	struct bits held;
	atoms_hold(t->atoms, facts, true, &held); /* fewer screens only when it is certain */
	bool fewer = t->short_screens.n > 0 && guard_holds(&t->short_when, &held);
	return copy_list(fewer ? &t->short_screens : &t->screens, out);
}

bool question_is_danger(const struct tables *t, int question)
{
	for (size_t i = 0; i < t->dangers.n; i++)
		if (t->dangers.items[i] == question)
			return true;
	return false;
}

bool unreached_finding(const struct tables *t, int finding)
{
	return t->unreached[finding];
}

bool unreached_rule(const struct tables *t, int rule)
{
	return bits_has(&t->unreached_rules, rule);
}

static bool presents(
	const struct tables *t, const struct presentation *p, const struct bits *held, const struct decision *d)
{
	if (!p->has_rules)
		return guard_holds(&p->when, held);
	for (size_t i = 0; i < d->n_why; i++)
		if (t->rules[d->why[i]].urgency == p->urgency && bits_has(&p->rules, d->why[i]))
			return guard_holds(&p->when, held);
	return false;
}

int presentation_choose(const struct tables *t, const struct facts *facts, const struct decision *d)
{
	struct bits held;
	atoms_hold(t->atoms, facts, false, &held);
	for (int i = 0; i < (int)names_count(t->presentation_ids); i++)
		if (presents(t, &t->presentations[i], &held, d))
			return i;
	assert(!"the last presentation matches always");
	return -1;
}

const char *presentation_id(const struct tables *t, int presentation)
{
	return names_id(t->presentation_ids, presentation);
}

const int *presentation_questions(const struct tables *t, int presentation, size_t *out_n)
{
	*out_n = t->presentations[presentation].questions.n;
	return t->presentations[presentation].questions.items;
}

size_t check_ins(
	const struct tables *t, enum urgency urgency, int condition, int out_minutes[CHECK_INS_MAX], bool *anytime)
{
	int group = condition < 0 ? -1 : t->conditions[condition].check_in;
	for (size_t i = 0; i < t->n_check_ins; i++) {
		const struct check_in *row = &t->check_ins[i];
		if (row->urgency != urgency || (row->group >= 0 && row->group != group))
			continue;
		memcpy(out_minutes, row->minutes, row->n * sizeof *row->minutes);
		*anytime = row->anytime;
		return row->n;
	}
	return 0;
}

void check_in_daytime(const struct tables *t, int *from_hour, int *to_hour)
{
	*from_hour = t->day_from;
	*to_hour = t->day_to;
}
