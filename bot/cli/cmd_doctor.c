/* cmd_doctor.c - soleus doctor: looks at the world around a configuration and says what is wrong in plain words. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/command.h"
#include "cli/load.h"
#include "cli/options.h"
#include "daemon/config.h"
#include "daemon/doctor.h"
#include "util/err.h"

struct report {
	size_t warn, bad;
};

static void say(void *ctx, enum doctor_level level, const char *subject, const char *text)
{
	static const char *const names[] = {"ok", "warn", "bad"};
	struct report *r = ctx;

	r->warn += level == DOCTOR_WARN;
	r->bad += level == DOCTOR_BAD;
	printf("%-4s %s: %s\n", names[level], subject, text);
	fflush(stdout); /* the next look may take its time */
}

static int examine(const struct config *c)
{
	struct report report = {0};
	struct knowledge k;
	struct doctor d = {.config = c, .say = say, .ctx = &report};
	bool loaded = knowledge_load(&k, c->data_dir) == 0;

	if (loaded)
		d.tables = k.tables;
	doctor_look(&d);
	if (loaded)
		knowledge_free(&k);
	printf("%zu bad, %zu to look at\n", report.bad, report.warn);
	return report.bad ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int run(int argc, char **argv)
{
	const char *path = NULL;

	for (int i = 1; i < argc; i++) {
		path = options_value(argc, argv, &i, "--config");
		if (!path || !*path)
			break;
	}
	if (!path || !*path) {
		fprintf(stderr, "soleus doctor: expected --config FILE and nothing else; see soleus doctor --help\n");
		return EXIT_MISUSED;
	}
	struct problems problems;
	problems_init(&problems);
	struct config *c = config_load(path, &problems);
	problems_print(&problems, stderr);
	problems_done(&problems);
	int status = c ? examine(c) : EXIT_FAILURE;
	config_free(c);
	return status;
}

const struct command cmd_doctor = {
	"doctor", "look at the world around a configuration: token, webhook, clock, disk, rights",
	"--config FILE\n"
	"  --config FILE  the configuration of the daemon, whether it runs or not\n"
	"Exit status 1 when something is bad, 0 when it is fine or merely to be looked at.",
	run};
