/* summary.c - the talk in a few lines, to show to whoever examines the leg. */
#include "talk/responses.h"
#include "talk/turn.h"

static const char *part(struct turn *t, const char *key, const char *value)
{
	return value ? say_with(&t->voice, "findings", value,
			       responses_at(t->data->responses, "talk", "talk", "summary_parts", key, NULL))
		     : NULL;
}

const char *summary_words(struct turn *t)
{
	int rules[ADVISE_MAX_RULES];
	const char *told = learn_all(t, STATE_PRESENT, true);

	if (!told || !turn_knows_complaint(t))
		return turn_text(t, "summary_none");
	bool advised = t->s->stage == STAGE_ADVISED || t->stage_was == STAGE_ADVISED;
	const char *lines[] = {turn_text(t, "summary_head"), part(t, "told", told),
		part(t, "unsure", learn_all(t, STATE_UNCERTAIN, true)), part(t, "denied", learn_denied(t)),
		advised ? part(t, "advice", advise_level_words(t, "short")) : NULL,
		advised && advise_rules(t, rules) ? part(t, "why", advise_rule_words(t, rules[0], "why")) : NULL};

	return say_join(&t->voice, "\n", lines, sizeof lines / sizeof *lines);
}
