/* tips.c - which care tips may be given. */
#include "triage/tips.h"

#include "rules/names.h"
#include "triage/tables.h"

size_t tables_tips(const struct tables *t)
{
	return names_count(t->tip_ids);
}

int tip_number(const struct tables *t, const char *id)
{
	return names_number(t->tip_ids, id);
}

const char *tip_id(const struct tables *t, int tip)
{
	return names_id(t->tip_ids, tip);
}

enum tip_kind tip_kind(const struct tables *t, int tip)
{
	return t->tips[tip].kind;
}

/* What the tips are held against, worked out once. */
struct view {
	const struct tables *t;
	const struct facts *facts;
	const struct decision *d;
	struct bits held;
	small_set advise; /* by the families of the fired rules */
	bool later; /* the first days are over */
	int weighed[TRIAGE_MAX_CONDITIONS]; /* conditions that count */
	size_t n_weighed;
};

static void view_make(const struct tables *t, const struct facts *facts, const struct decision *d, struct view *v)
{
	*v = (struct view){.t = t, .facts = facts, .d = d};
	atoms_hold(t->atoms, facts, false, &v->held);
	v->later = bits_meet(&t->later_when, &v->held);
	for (size_t i = 0; i < d->n_why; i++)
		if (t->rules[d->why[i]].urgency >= URGENCY_URGENT)
			v->advise |= t->rules[d->why[i]].advise;
	for (size_t i = 0; i < d->n_conditions; i++)
		if (d->conditions[i].score >= t->weigh_from * d->conditions[0].score)
			v->weighed[v->n_weighed++] = d->conditions[i].condition;
}

static bool forbidden_by_rule(const struct view *v, int tip, struct tip_reason *why)
{
	for (size_t i = 0; i < v->d->n_why; i++) {
		int rule = v->d->why[i];
		if (v->t->rules[rule].avoid & small_set_of(tip) || bits_has(&v->t->tips[tip].never_rules, rule)) {
			why->rule = rule;
			return true;
		}
	}
	return false;
}

static bool forbidden_by_condition(const struct view *v, int tip, struct tip_reason *why)
{
	for (size_t i = 0; i < v->n_weighed; i++)
		if (v->t->tips[tip].never_conditions & small_set_of(v->weighed[i])) {
			why->condition = v->weighed[i];
			return true;
		}
	return false;
}

static bool forbidden(const struct view *v, int tip, struct tip_reason *why)
{
	if (v->t->tips[tip].kind == TIP_CAUTION || forbidden_by_rule(v, tip, why))
		return true;
	int atom = bits_next_common(&v->t->tips[tip].never, &v->held, 0);
	if (atom >= 0) {
		why->finding = atom < FACTS_MAX ? atom : -1;
		return true;
	}
	return forbidden_by_condition(v, tip, why);
}

static enum tip_verdict listed_by(const struct view *v, const struct condition *c, int tip)
{
	if (c->tips & small_set_of(tip))
		return TIP_FINE;
	if (c->later & small_set_of(tip))
		return v->later ? TIP_FINE : TIP_LATER;
	return c->after_review & small_set_of(tip) ? TIP_AFTER_REVIEW : TIP_NOT_FOR_THIS;
}

/* What the conditions that count say of a treatment: the one that allows the least decides. */
static enum tip_verdict listed_by_all(const struct view *v, int tip, struct tip_reason *why)
{
	static const int strictness[] = {
		[TIP_FINE] = 0, [TIP_LATER] = 1, [TIP_AFTER_REVIEW] = 2, [TIP_NOT_FOR_THIS] = 3};
	enum tip_verdict least = TIP_FINE;
	if (v->n_weighed == 0)
		return v->t->when_none_listed & small_set_of(tip) ? TIP_FINE : TIP_NOT_FOR_THIS;
	for (size_t i = 0; i < v->n_weighed; i++) {
		enum tip_verdict one = listed_by(v, &v->t->conditions[v->weighed[i]], tip);
		if (strictness[one] <= strictness[least])
			continue;
		least = one;
		why->condition = v->weighed[i];
	}
	return least;
}

static bool answered(const struct tables *t, const struct facts *facts, int finding)
{
	int kind = vocab_value_kind(t->vocab, finding);
	return (kind >= 0 && facts->has_value[kind]) || facts->state[finding] == STATE_PRESENT ||
		facts->state[finding] == STATE_ABSENT || facts->state[finding] == STATE_UNCERTAIN ||
		facts->state[finding] == STATE_PAST;
}

static bool must_ask(const struct view *v, int tip, bool medicines_answered, struct tip_reason *why)
{
	const struct tip *x = &v->t->tips[tip];
	for (size_t i = 0; i < x->asked_first.n; i++)
		if (!answered(v->t, v->facts, x->asked_first.items[i]))
			why->open[why->n_open++] = x->asked_first.items[i];
	if (!medicines_answered)
		why->question = x->asks;
	return why->n_open > 0 || why->question >= 0;
}

static enum tip_verdict check(const struct view *v, int tip, bool medicines_answered, struct tip_reason *why)
{
	enum tip_kind kind = v->t->tips[tip].kind;
	enum tip_verdict verdict = TIP_FINE;
	if (forbidden(v, tip, why))
		return TIP_FORBIDDEN;
	if (v->d->urgency == URGENCY_EMERGENCY && kind != TIP_EXPLAIN && kind != TIP_FIRST_AID)
		verdict = TIP_NOT_FOR_THIS;
	else if (v->d->urgency >= URGENCY_URGENT && kind != TIP_EXPLAIN)
		verdict = v->advise & small_set_of(tip) ? TIP_FINE : TIP_NOT_FOR_THIS;
	else if (kind == TIP_TREATMENT)
		verdict = listed_by_all(v, tip, why);
	if (verdict == TIP_FINE && must_ask(v, tip, medicines_answered, why))
		return TIP_ASK_FIRST;
	return verdict;
}

static struct tip_reason no_reason(void)
{
	return (struct tip_reason){.rule = -1, .condition = -1, .finding = -1, .question = -1};
}

enum tip_verdict tip_check(const struct tables *t, const struct facts *facts, const struct decision *d, int tip,
	bool medicines_answered, struct tip_reason *why)
{
	struct view v;
	struct tip_reason reason = no_reason();
	view_make(t, facts, d, &v);
	enum tip_verdict verdict = check(&v, tip, medicines_answered, &reason);
	if (why)
		*why = reason;
	return verdict;
}

/* Tips that are no treatment are offered where at least one condition that counts names them. */
static bool named(const struct view *v, int tip)
{
	for (size_t i = 0; i < v->n_weighed; i++)
		if (listed_by(v, &v->t->conditions[v->weighed[i]], tip) == TIP_FINE)
			return true;
	return false;
}

static bool is_safe(const struct view *v, int tip, bool medicines_answered)
{
	struct tip_reason reason = no_reason();
	if (check(v, tip, medicines_answered, &reason) != TIP_FINE)
		return false;
	if (v->advise & small_set_of(tip))
		return true;
	return v->d->urgency < URGENCY_URGENT && (v->t->tips[tip].kind == TIP_TREATMENT || named(v, tip));
}

size_t safe_tips(const struct tables *t, const struct facts *facts, const struct decision *d, bool medicines_answered,
	int out[TRIAGE_MAX_TIPS])
{
	struct view v;
	small_set safe = 0;
	size_t n = 0;
	view_make(t, facts, d, &v);
	for (int tip = 0; d->urgency > URGENCY_NONE && tip < (int)tables_tips(t); tip++)
		if (is_safe(&v, tip, medicines_answered))
			safe |= small_set_of(tip);
	for (int tip = 0; tip < (int)tables_tips(t); tip++)
		if (safe & small_set_of(tip) && !(safe & t->tips[tip].not_beside))
			out[n++] = tip;
	return n;
}

size_t forbidden_treatments(const struct tables *t, const struct facts *facts, const struct decision *d,
	int out[TRIAGE_MAX_TIPS])
{
	struct view v;
	size_t n = 0;
	view_make(t, facts, d, &v);
	for (int tip = 0; tip < (int)tables_tips(t); tip++) {
		struct tip_reason reason = no_reason();
		if (t->tips[tip].kind == TIP_TREATMENT && forbidden(&v, tip, &reason))
			out[n++] = tip;
	}
	return n;
}

size_t later_tips(const struct tables *t, const struct facts *facts, const struct decision *d, bool medicines_answered,
	int out[TRIAGE_MAX_TIPS])
{
	struct view v;
	size_t n = 0;
	view_make(t, facts, d, &v);
	for (int tip = 0; tip < (int)tables_tips(t); tip++) {
		struct tip_reason reason = no_reason();
		if (check(&v, tip, medicines_answered, &reason) == TIP_LATER &&
			!must_ask(&v, tip, medicines_answered, &reason))
			out[n++] = tip;
	}
	return n;
}
