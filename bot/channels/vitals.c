/* vitals.c - see vitals.h. */
#include "channels/vitals.h"

#include <stdio.h>

void vitals_ended(struct vitals *v, const char *why)
{
	snprintf(v->why, sizeof v->why, "%.*s", (int)sizeof v->why - 1, why);
}

void vitals_failed(struct vitals *v, const char *why)
{
	v->failures++;
	vitals_ended(v, why);
}

void vitals_well(struct vitals *v)
{
	v->failures = 0;
	v->why[0] = '\0';
}

void vitals_tell(const struct vitals *v, int64_t now_ms, char out[VITALS_TOLD])
{
	char heard[64] = "nothing heard yet", trouble[224] = "";

	if (v->last_ms)
		snprintf(heard, sizeof heard, "heard %lld s ago", (long long)(now_ms - v->last_ms) / 1000);
	if (v->why[0])
		snprintf(trouble, sizeof trouble, ", %d failures, the last: %s", v->failures, v->why);
	snprintf(out, VITALS_TOLD, "%s%s", heard, trouble);
}
