/* cmd_check.c - soleus check: everything that is wrong with the data, all at once. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/command.h"
#include "cli/load.h"
#include "cli/options.h"
#include "rules/check.h"
#include "util/err.h"

static int check(const char *data)
{
	struct knowledge k;
	struct problems problems;
	struct check_counts counts;

	if (knowledge_load(&k, data) < 0)
		return EXIT_FAILURE;
	problems_init(&problems);
	ruleset_check(k.rules, &counts, &problems);
	problems_print(&problems, stderr);
	printf("%zu rules, %zu patterns, %zu samples: %zu problem%s\n", counts.rules, counts.patterns, counts.samples, problems.n,
		problems.n == 1 ? "" : "s");
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
