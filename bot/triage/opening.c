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
