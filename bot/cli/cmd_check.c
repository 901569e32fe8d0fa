/* cmd_check.c - soleus check: everything that is wrong with the data, all at once. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/command.h"
#include "cli/load.h"
#include "cli/options.h"
#include "rules/check.h"
#include "talk/probe.h"
#include "talk/talk.h"
#include "util/err.h"

enum { WALKS = 300 }; /* talks at random */

/* What must hold of every talk with these data. */
static size_t check_talks(const struct knowledge *k, struct problems *problems)
{
	struct talk_data d = {k->rules, k->tables, k->responses};
	size_t before = problems->n, talks = 0;

	talk_check(&d, problems);
	if (problems->n == before) { /* else the talks would only say the same */
		talks += probe_rules(&d, NULL, problems);
		talks += probe_signs(&d, WALKS, problems);
		talks += probe_walks(&d, WALKS, problems);
	}
	return talks;
}

static int check(const char *data)
{
	struct knowledge k;
	struct problems problems;
	struct check_counts counts;

	if (knowledge_load(&k, data) < 0)
		return EXIT_FAILURE;
	problems_init(&problems);
	ruleset_check(k.rules, &counts, &problems);
	size_t talks = check_talks(&k, &problems);
	problems_print(&problems, stderr);
	printf("%zu rules, %zu patterns, %zu samples, %zu talks: %zu problem%s\n", counts.rules, counts.patterns, counts.samples,
		talks, problems.n, problems.n == 1 ? "" : "s");
	int status = problems.n ? EXIT_FAILURE : EXIT_SUCCESS;
	problems_done(&problems);
	knowledge_free(&k);
	return status;
}

static int run(int argc, char **argv)
{
	const char *data = NULL;

	for (int i = 1; i < argc; i++) {
		const char *value = options_value(argc, argv, &i, "--data");

		if (value && *value)
			data = value;
		else if (argv[i][0] != '-' && !data)
			data = argv[i];
		else {
			fprintf(stderr, "soleus check: unknown or unfinished option \"%s\"; see soleus check --help\n", argv[i]);
			return EXIT_MISUSED;
		}
	}
	return check(data);
}

const struct command cmd_check = {
	"check", "say everything that is wrong with rules, tables and wording",
	"[DIR]\n"
	"  DIR  the folder that holds intents/ and responses/",
	run};
