/* load.c - the data that commands work with. */
#include "cli/load.h"

#include <stdlib.h>

#include "cli/data_dir.h"
#include "rules/ruleset.h"
#include "talk/responses.h"
#include "triage/triage.h"
#include "util/err.h"
#include "util/file.h"

int knowledge_load(struct knowledge *k, const char *option)
{
	struct problems problems;

	problems_init(&problems);
	*k = (struct knowledge){.dir = data_dir(option)};
	k->rules = ruleset_load(k->dir, "en", &problems);
	if (k->rules) {
		char *intents = file_join(k->dir, "intents");

		k->tables = tables_load(intents, ruleset_vocab(k->rules), &problems);
		free(intents);
	}
	k->responses = responses_load(k->dir, "en", &problems);
	problems_print(&problems, stderr);
	problems_done(&problems);
	if (k->rules && k->tables && k->responses)
		return 0;
	knowledge_free(k);
	return -1;
}

void knowledge_free(struct knowledge *k)
{
	responses_free(k->responses);
	tables_free(k->tables);
	ruleset_free(k->rules);
	free(k->dir);
	*k = (struct knowledge){0};
}
