/* cmd_check.c - soleus check: everything that is wrong with the data, or with a configuration, all at once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/load.h"
#include "cli/options.h"
#include "daemon/commands.h"
#include "daemon/config.h"
#include "daemon/config_check.h"
#include "daemon/config_keys.h"
#include "rules/check.h"
#include "talk/probe.h"
#include "talk/talk.h"
#include "triage/floor.h"
#include "triage/idle.h"
#include "util/err.h"
#include "util/file.h"

enum { WALKS = 300 }; /* talks at random */

/* What must hold whatever the data say. */
static size_t check_floor(const struct knowledge *k, struct problems *problems)
{
	char *intents = file_join(k->dir, "intents");
	size_t people = floor_check(k->tables, intents, problems);

	free(intents);
	return people;
}

/* What must hold of every talk with these data. */
static size_t check_talks(const struct knowledge *k, struct problems *problems)
{
	struct talk_data d = {k->rules, k->tables, k->responses};
	size_t before = problems->n, talks = 0;

	talk_check(&d, problems);
	commands_check(d.responses, problems);
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

	if (knowledge_load_samples(&k, data) < 0)
		return EXIT_FAILURE;
	problems_init(&problems);
	ruleset_check(k.rules, &counts, &problems);
	idle_check(k.tables, &problems);
	size_t people = check_floor(&k, &problems), talks = check_talks(&k, &problems);
	problems_print(&problems, stderr);
	printf("%zu rules, %zu patterns, %zu samples, %zu people, %zu talks: %zu problem%s\n", counts.rules, counts.patterns,
		counts.samples, people, talks, problems.n, problems.n == 1 ? "" : "s");
	int status = problems.n ? EXIT_FAILURE : EXIT_SUCCESS;
	problems_done(&problems);
	knowledge_free(&k);
	return status;
}

/* The data are only read: `soleus check` alone tries them out. */
static void check_configured(const struct config *c, const char *data, struct problems *problems)
{
	struct knowledge k;

	config_check_files(c, problems);
	if (knowledge_load_samples(&k, data ? data : c->data_dir) < 0) {
		config_problem(c, problems, "data_dir", "the data cannot be used: see above");
		return;
	}
	config_check_region(c, k.tables, problems);
	knowledge_free(&k);
}

static int check_config(const char *path, const char *data)
{
	struct problems problems;

	problems_init(&problems);
	struct config *c = config_load(path, &problems);
	if (c)
		check_configured(c, data, &problems);
	problems_print(&problems, stderr);
	printf("%s: %zu problem%s\n", path, problems.n, problems.n == 1 ? "" : "s");
	int status = problems.n ? EXIT_FAILURE : EXIT_SUCCESS;
	problems_done(&problems);
	config_free(c);
	return status;
}

static int run(int argc, char **argv)
{
	const char *data = NULL, *config = NULL;

	for (int i = 1; i < argc; i++) {
		const char *value;

		if ((value = options_value(argc, argv, &i, "--data")) && *value) {
			data = value;
		} else if ((value = options_value(argc, argv, &i, "--config")) && *value) {
			config = value;
		} else if (strcmp(argv[i], "--keys") == 0) {
			config_keys_print(stdout);
			return EXIT_SUCCESS;
		} else if (argv[i][0] != '-' && !data) {
			data = argv[i];
		} else {
			fprintf(stderr, "soleus check: unknown or unfinished option \"%s\"; see soleus check --help\n", argv[i]);
			return EXIT_MISUSED;
		}
	}
	return config ? check_config(config, data) : check(data);
}

const struct command cmd_check = {
	"check", "say everything that is wrong with rules, tables and wording, or with a configuration",
	"[DIR] [--config FILE] [--keys]\n"
	"  DIR            the folder that holds intents/ and responses/\n"
	"  --config FILE  check this configuration, its secrets' files and region, in place of the data's samples\n"
	"  --keys         every key of a configuration, with its default",
	run};
