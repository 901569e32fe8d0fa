/* cmd_run.c - soleus run: serves until it is told to end. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/load.h"
#include "cli/options.h"
#include "daemon/config.h"
#include "daemon/config_check.h"
#include "daemon/daemon.h"
#include "util/err.h"
#include "util/log.h"

struct run {
	const struct config *config;
	struct knowledge now, next;
};

static struct talk_data data_of(const struct knowledge *k)
{
	return (struct talk_data){k->rules, k->tables, k->responses};
}

/* On another thread than the loop's: touches `next` only. */
static int reload(void *ctx, struct talk_data *out)
{
	struct run *r = ctx;

	if (knowledge_load(&r->next, r->config->data_dir) != 0)
		return -1;
	*out = data_of(&r->next);
	return 0;
}

static void reloaded(void *ctx)
{
	struct run *r = ctx;

	knowledge_free(&r->now);
	r->now = r->next;
	r->next = (struct knowledge){0};
}

/* A region that is misspelt must not end in numbers of no place. */
static int check(const struct run *r)
{
	struct problems problems;

	problems_init(&problems);
	config_check_files(r->config, &problems);
	config_check_region(r->config, r->now.tables, &problems);
	problems_print(&problems, stderr);
	int result = problems.n ? -1 : 0;
	problems_done(&problems);
	return result;
}

static int serve(struct run *r)
{
	struct log log;
	struct err err;
	struct daemon_parts parts = {.config = r->config, .log = &log, .reload = reload, .reloaded = reloaded, .ctx = r};
	int result;

	log_init(&log, r->config->log_level);
	if (r->config->time_zone && setenv("TZ", r->config->time_zone, 1) != 0)
		perror("soleus: TZ");
	if (knowledge_load(&r->now, r->config->data_dir) != 0)
		return EXIT_FAILURE;
	if (check(r) != 0) {
		knowledge_free(&r->now);
		return EXIT_FAILURE;
	}
	parts.data = data_of(&r->now);
	result = daemon_run(&parts, &err);
	if (result != 0)
		fprintf(stderr, "soleus: %s\n", err.text);
	knowledge_free(&r->now);
	knowledge_free(&r->next); /* read anew, and then there was no time */
	return result == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static const char *config_path(int argc, char **argv)
{
	const char *path = NULL;

	for (int i = 1; i < argc; i++) {
		path = options_value(argc, argv, &i, "--config");
		if (!path || !*path)
			return NULL;
	}
	return path;
}

static int run(int argc, char **argv)
{
	const char *path = config_path(argc, argv);
	struct problems problems;
	struct config *config;
	int status = EXIT_FAILURE;

	if (!path) {
		fprintf(stderr, "soleus run: wants --config FILE and nothing else\n");
		return EXIT_MISUSED;
	}
	problems_init(&problems);
	config = config_load(path, &problems);
	problems_print(&problems, stderr);
	problems_done(&problems);
	if (config)
		status = serve(&(struct run){.config = config});
	config_free(config);
	return status;
}

const struct command cmd_run = {"run", "serves people on the channels of a configuration",
	"--config FILE\n"
	"  --config FILE  the configuration: `soleus check --keys` tells every key, config/soleus.yaml is an example with all",
	run};
