/* ruleset_flat.c - a rule set as one piece of memory that is only read, and a rule set that runs with it. */
#include <stdlib.h>

#include "rules/context.h"
#include "rules/intent.h"
#include "rules/phrases.h"
#include "rules/ruleset.h"
#include "rules/set.h"
#include "rules/value.h"
#include "text/lexicon.h"
#include "util/arena.h"
#include "util/mem.h"

struct flat_rules {
	struct ruleset set; /* without patterns: these have something that changes */
	const struct pool *pool;
};

static struct finding_rule *copy_rules(const struct ruleset *r, struct rule_copying *c)
{
	struct finding_rule *rules = arena_copy(c->arena, r->rules, r->n_rules, sizeof *rules);

	for (size_t i = 0; i < r->n_rules; i++) {
		rules[i].rule = rule_copy(&r->rules[i].rule, c);
		rules[i].also = arena_copy(c->arena, r->rules[i].also, r->rules[i].n_also, sizeof *rules[i].also);
	}
	return rules;
}

struct flat_rules *ruleset_flatten(const struct ruleset *r, const char *dir, struct arena *arena)
{
	struct flat_rules *flat = arena_alloc(arena, 1, sizeof *flat);
	struct rule_copying c = {.arena = arena, .dir = dir};

	/* In the order of use: what each message needs stands together. */
	flat->set.rules = copy_rules(r, &c);
	flat->set.n_rules = r->n_rules;
	flat->set.lead = arena_copy(arena, r->lead, patterns_count(r->patterns) + 1, sizeof *r->lead);
	flat->set.by_lead = arena_copy(arena, r->by_lead, r->n_rules, sizeof *r->by_lead);
	flat->set.context = context_copy(r->context, &c);
	flat->set.intents = intents_copy(r->intents, &c);
	flat->set.phrases = phrases_copy(r->phrases, arena);
	flat->set.values = values_copy(r->values, &c);
	flat->set.vocab = vocab_copy(r->vocab, arena);
	flat->set.lexicon = lexicon_copy(r->lexicon, arena);
	flat->pool = pool_copy(r->patterns, arena);
	return flat;
}

const struct vocab *flat_rules_vocab(const struct flat_rules *flat)
{
	return flat->set.vocab;
}

struct ruleset *ruleset_open(const struct flat_rules *flat)
{
	struct ruleset *r = mem_alloc(1, sizeof *r);

	*r = flat->set;
	r->patterns = patterns_open(flat->pool);
	r->borrows = true;
	return r;
}
