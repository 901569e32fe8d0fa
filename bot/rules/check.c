/* check.c - the rule set held against its own samples. */
#include "rules/check.h"

#include <stdbool.h>
#include <string.h>

#include "rules/codes.h"
#include "rules/context.h"
#include "rules/intent.h"
#include "rules/ruleset.h"
#include "rules/runaway.h"
#include "rules/set.h"
#include "rules/understand.h"
#include "rules/value.h"
#include "util/arena.h"
#include "util/err.h"
#include "util/yaml.h"

static const struct moment no_moment = {-1, -1, -1, -1};

struct check {
	const struct ruleset *set;
	struct arena *arena;
	struct problems *problems;
	struct check_counts *counts;
};

/* A forgotten quote makes a map of a sentence with a colon. */
static bool is_sentence(const struct check *c, const char *file, const struct yaml *sample)
{
	if (sample->kind == YAML_SCALAR)
		return true;
	problems_add(c->problems, file, sample->line, sample->column,
		"expected a sentence; put it in quotes when it holds a colon or a brace");
	return false;
}

static void understand_sample(const struct check *c, const struct yaml *sample, struct understanding *out)
{
	c->counts->samples++;
	understand(c->set, sample->text, strlen(sample->text), no_moment, c->arena, out);
}

static bool matches(const struct rule *r, struct reading *text)
{
	struct hit hits[RULE_MAX_HITS];

	return rule_hits(r, text, hits) > 0;
}

static const struct mention *mention_of(const struct understanding *u, int finding)
{
	const struct mention *best = NULL;

	for (size_t i = 0; i < u->n_mentions; i++)
		if (u->mentions[i].finding == finding && (!best || u->mentions[i].state > best->state))
			best = &u->mentions[i];
	return best;
}

static bool states(const struct understanding *u, const struct finding_rule *f)
{
	for (size_t i = 0; i < u->n_mentions; i++)
		if (u->mentions[i].finding == f->finding && u->mentions[i].state == f->state)
			return true;
	return false;
}

static void complain(const struct check *c, const struct rule *r, const struct yaml *sample, const char *what, const char *more)
{
	problems_add(c->problems, r->file, sample->line, sample->column, "%s: \"%s\" %s%s", r->id, sample->text, what, more);
}

static void complain_silent(const struct check *c, const struct rule *r, const struct yaml *sample, struct reading *text)
{
	const char *why = rule_why_silent(r, text, c->set->patterns, c->arena);

	complain(c, r, sample, "should match and does not; it is read as: ",
		arena_printf(c->arena, "%s%s%s", text->text.canon, *why ? "; " : "", why));
}

/* A rule's own sample: the rule matches, and no other rule takes it away. The words around may ("no swelling"): where it
 * matters how a sentence comes out, it stands under `expect`. */
static void check_yes(const struct check *c, const struct finding_rule *f, const struct yaml *sample)
{
	struct understanding u;

	understand_sample(c, sample, &u);
	const struct mention *m = mention_of(&u, f->finding);
	if (!matches(&f->rule, u.reading))
		complain_silent(c, &f->rule, sample, u.reading);
	else if (!m)
		complain(c, &f->rule, sample, "matches, but nothing is reported", "");
	else if (m->state != f->state && !m->context && !states(&u, f))
		complain(c, &f->rule, sample, "comes out otherwise, because of ", m->rule);
}

static void check_no(const struct check *c, const struct rule *r, const struct yaml *sample)
{
	struct understanding u;

	understand_sample(c, sample, &u);
	if (matches(r, u.reading))
		complain(c, r, sample, "is a near miss and should not match", "");
}

static void check_finding_rule(const struct check *c, const struct finding_rule *f)
{
	for (size_t i = 0; f->rule.yes && i < f->rule.yes->n; i++) {
		if (is_sentence(c, f->rule.file, f->rule.yes->items[i]))
			check_yes(c, f, f->rule.yes->items[i]);
		arena_reset(c->arena);
	}
	for (size_t i = 0; f->rule.no && i < f->rule.no->n; i++) {
		if (is_sentence(c, f->rule.file, f->rule.no->items[i]))
			check_no(c, &f->rule, f->rule.no->items[i]);
		arena_reset(c->arena);
	}
	if (!f->rule.yes || !f->rule.yes->n)
		problems_add(c->problems, f->rule.file, f->rule.line, 1, "%s: no sample; write under \"yes\" what it should match",
			f->rule.id);
}

static void check_expectation(const struct check *c, const struct expectation *e, const struct yaml *sentence)
{
	struct understanding u;

	understand_sample(c, sentence, &u);
	const struct mention *m = mention_of(&u, e->finding);
	enum finding_state got = m ? m->state : STATE_UNKNOWN;
	bool quiet = got != STATE_PRESENT && got != STATE_UNCERTAIN && (got != STATE_PAST || e->state != STATE_UNKNOWN);
	bool calm = e->state == STATE_UNKNOWN || e->state == STATE_HYPOTHETICAL || e->state == STATE_OTHER_PERSON;
	bool said = false;

	for (size_t i = 0; i < u.n_mentions; i++)
		said |= u.mentions[i].finding == e->finding && u.mentions[i].state == e->state;
	if (said || (calm && quiet))
		return;
	yaml_problem(e->file, sentence, c->problems, "%s: \"%s\" should come out as %s and is %s%s%s",
		vocab_finding_id(c->set->vocab, e->finding), sentence->text,
		e->state == STATE_UNKNOWN ? "not said" : state_id(e->state), m ? state_id(got) : "not found", m ? " by " : "",
		m ? (m->context ? m->context : m->rule) : "");
}

static void check_expected_intent(const struct check *c, const struct expectation *e, const struct yaml *sentence)
{
	struct understanding u;

	understand_sample(c, sentence, &u);
	if (u.intent != e->intent)
		yaml_problem(e->file, sentence, c->problems, "\"%s\" should be taken for %s and is taken for %s", sentence->text,
			vocab_intent_id(c->set->vocab, e->intent), vocab_intent_id(c->set->vocab, u.intent));
}

static void check_expectations(const struct check *c)
{
	for (size_t i = 0; i < c->set->n_expectations; i++) {
		const struct expectation *e = &c->set->expectations[i];

		for (size_t k = 0; k < e->sentences->n; k++) {
			const struct yaml *sentence = e->sentences->items[k];

			if (is_sentence(c, yaml_name(e->file), sentence))
				(e->intent < 0 ? check_expectation : check_expected_intent)(c, e, sentence);
			arena_reset(c->arena);
		}
	}
}

static void check_intents(const struct check *c)
{
	for (size_t i = 0; i < intents_rules(c->set->intents); i++) {
		int intent;
		const struct rule *r = intents_rule(c->set->intents, i, &intent);

		for (size_t k = 0; r->yes && k < r->yes->n; k++) {
			struct understanding u;

			if (!is_sentence(c, r->file, r->yes->items[k]))
				continue;
			understand_sample(c, r->yes->items[k], &u);
			if (!matches(r, u.reading))
				complain_silent(c, r, r->yes->items[k], u.reading);
			else if (u.intent != intent)
				complain(c, r, r->yes->items[k], "is taken as ", vocab_intent_id(c->set->vocab, u.intent));
			arena_reset(c->arena);
		}
		for (size_t k = 0; r->no && k < r->no->n; k++) {
			if (is_sentence(c, r->file, r->no->items[k]))
				check_no(c, r, r->no->items[k]);
			arena_reset(c->arena);
		}
	}
}

/* A finding that no rule can report could only be ticked. */
static void check_covered(const struct check *c)
{
	for (size_t f = 0; f < vocab_findings(c->set->vocab); f++) {
		bool covered = false;

		for (size_t i = 0; i < c->set->n_rules && !covered; i++) {
			const struct finding_rule *r = &c->set->rules[i];

			covered = r->finding == (int)f && r->state == STATE_PRESENT;
			for (size_t k = 0; k < r->n_also && !covered; k++)
				covered = r->also[k] == (int)f;
		}
		if (!covered)
			problems_add(c->problems, "intents", 0, 0, "no rule of intents/LANG/findings reports \"%s\"",
				vocab_finding_id(c->set->vocab, (int)f));
	}
}

static bool list_has(const struct pattern_list *l, int pattern)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->list[i] == pattern)
			return true;
	return false;
}

static bool uses(const struct rule *r, int pattern)
{
	return list_has(&r->parts, pattern) || list_has(&r->unless, pattern) || list_has(&r->unless_message, pattern) ||
		list_has(&r->needs, pattern) || list_has(&r->needs_message, pattern);
}

/* The rule that a pattern stands in, or NULL: one of context, values or answers. */
static const struct rule *rule_with(const struct ruleset *set, int pattern)
{
	for (size_t i = 0; i < set->n_rules; i++)
		if (uses(&set->rules[i].rule, pattern))
			return &set->rules[i].rule;
	for (size_t i = 0; i < intents_rules(set->intents); i++) {
		int intent;
		const struct rule *r = intents_rule(set->intents, i, &intent);

		if (uses(r, pattern))
			return r;
	}
	return NULL;
}

/* A match that is given up counts as "uncertain", so such a pattern would also make people uncertain of nothing. */
static void check_runaways(const struct check *c)
{
	struct codes *codes = codes_new(CODES_MAX_BYTES, CODES_MAX_JIT_BYTES);
	char text[RUNAWAY_TEXT];

	for (int i = 0; i < (int)patterns_count(c->set->patterns); i++) {
		const char *source = patterns_source(c->set->patterns, i);

		if (!runaway(codes, i, source, text))
			continue;
		const struct rule *r = rule_with(c->set, i);
		problems_add(c->problems, r ? r->file : "intents", r ? r->line : 0, r ? 1 : 0,
			"%s%scatastrophic regex: \"%s\" keeps it busy until it is given up; no endless piece (* or +) in an endless one: '%.60s'",
			r ? r->id : "", r ? ": " : "", text, source);
	}
	codes_free(codes);
}

void ruleset_check(const struct ruleset *r, struct check_counts *out, struct problems *problems)
{
	struct check c = {r, arena_new(), problems, out};

	*out = (struct check_counts){.rules = r->n_rules + intents_rules(r->intents), .patterns = patterns_count(r->patterns)};
	for (size_t i = 0; i < r->n_rules; i++)
		check_finding_rule(&c, &r->rules[i]);
	check_expectations(&c);
	check_intents(&c);
	check_covered(&c);
	check_runaways(&c);
	arena_free(c.arena);
}
