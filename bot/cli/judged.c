/* judged.c - a decision as JSON. */
#include "cli/judged.h"

#include "triage/triage.h"

static cJSON *conditions_json(const struct tables *t, const struct decision *d)
{
	cJSON *list = cJSON_CreateArray();

	for (size_t i = 0; i < d->n_conditions; i++) {
		cJSON *one = cJSON_CreateObject();

		cJSON_AddStringToObject(one, "id", vocab_condition_id(tables_vocab(t), d->conditions[i].condition));
		cJSON_AddNumberToObject(one, "score", d->conditions[i].score);
		cJSON_AddItemToArray(list, one);
	}
	return list;
}

void judged_json(cJSON *out, const struct tables *t, const struct decision *d)
{
	cJSON *why = cJSON_CreateArray();

	for (size_t i = 0; i < d->n_why; i++)
		cJSON_AddItemToArray(why, cJSON_CreateString(rule_id(t, d->why[i])));
	cJSON_AddItemToObject(out, "conditions", conditions_json(t, d));
	cJSON_AddStringToObject(out, "urgency", urgency_id(d->urgency));
	cJSON_AddItemToObject(out, "why", why);
	if (d->has_wells)
		cJSON_AddNumberToObject(out, "wells", d->wells);
}
