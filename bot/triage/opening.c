/* opening.c - see opening.h. */
#include "triage/opening.h"

#include "rules/ruleset.h"
#include "rules/understand.h"
#include "triage/triage.h"

void opening_settle(const struct ruleset *rules, const struct tables *tables, struct understanding *u)
{
	struct facts facts = u->facts;
	struct decision d;

	if (u->intent != vocab_intent(ruleset_vocab(rules), "out_of_scope"))
		return;
	facts_sober(tables, &facts);
	decide(tables, &facts, &d);
	if (d.urgency < URGENCY_URGENT)
		understand_opening(rules, u);
}

static bool is_denied_too(const struct understanding *u, int finding)
{
	for (size_t i = 0; i < u->n_mentions; i++)
		if (u->mentions[i].finding == finding && u->mentions[i].state == STATE_ABSENT && !u->mentions[i].corrected)
			return true;
	return false;
}

void opening_clashes(const struct tables *tables, struct understanding *u)
{
	for (int i = 0; i < FACTS_MAX; i++) {
		if (u->facts.state[i] != STATE_PRESENT || !finding_calms(tables, i) || !is_denied_too(u, i))
			continue;
		struct facts without = u->facts;
		without.state[i] = STATE_UNKNOWN;
		if (decide_urgency(tables, &without) > decide_urgency(tables, &u->facts))
			u->facts = without;
	}
}
