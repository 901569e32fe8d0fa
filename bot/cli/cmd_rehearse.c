/* cmd_rehearse.c - soleus rehearse: plays that must go as written. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/command.h"
#include "cli/load.h"
#include "cli/options.h"
#include "cli/play.h"
#include "util/err.h"

struct tally {
	size_t plays, failed;
	FILE *junit;
};

static void put_escaped(const char *text, FILE *out)
{
	for (; *text; text++) {
		const char *entity = *text == '<' ? "&lt;" : *text == '>' ? "&gt;" : *text == '&' ? "&amp;" : *text == '"' ? "&quot;" : NULL;

		if (entity)
			fputs(entity, out);
		else if ((unsigned char)*text >= ' ' || *text == '\n' || *text == '\t')
			fputc(*text, out);
	}
}

static void report(struct tally *t, const struct play *p, size_t failed, const char *log, bool all)
{
	t->plays++;
	t->failed += failed > 0;
	printf("%s  %s\n", failed ? "FAILED" : "ok    ", p->title);
	if (failed || all)
		fputs(log, stdout);
	if (!t->junit)
		return;
	fputs("  <testcase classname=\"plays\" name=\"", t->junit);
	put_escaped(p->title, t->junit);
	fputs("\">", t->junit);
	if (failed) {
		fprintf(t->junit, "<failure message=\"%zu expectations\">", failed);
		put_escaped(log, t->junit);
		fputs("</failure>", t->junit);
	}
	fputs("</testcase>\n", t->junit);
}

static void rehearse(struct tally *t, struct knowledge *k, const char *path, bool all, struct problems *problems)
{
	struct play play;
	char *log = NULL;
	size_t len = 0;

	if (play_read(path, &play, problems) == 0) {
		FILE *out = open_memstream(&log, &len);

		if (!out)
			abort();
		play_check(&play, k, problems);
		size_t failed = play_run(&play, k, out);
		fclose(out);
		report(t, &play, failed, log, all);
		free(log);
	}
	play_done(&play);
}

static int rehearse_all(char **paths, size_t n, const char *data, const char *junit, bool all)
{
	struct knowledge k;
	struct problems problems;
	struct tally t = {.junit = junit ? fopen(junit, "we") : NULL};

	if (junit && !t.junit) {
		perror(junit);
		return EXIT_FAILURE;
	}
	if (knowledge_load(&k, data) < 0) {
		if (t.junit)
			fclose(t.junit);
		return EXIT_FAILURE;
	}
	problems_init(&problems);
	if (t.junit)
		fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"plays\">\n", t.junit);
	for (size_t i = 0; i < n; i++)
		rehearse(&t, &k, paths[i], all, &problems);
	if (t.junit) {
		fputs("</testsuite>\n", t.junit);
		fclose(t.junit);
	}
	problems_print(&problems, stderr);
	printf("%zu passed, %zu failed\n", t.plays - t.failed, t.failed + problems.n);
	int status = t.failed || problems.n ? EXIT_FAILURE : EXIT_SUCCESS;
	problems_done(&problems);
	knowledge_free(&k);
	return status;
}

static int run(int argc, char **argv)
{
	const char *data = NULL, *junit = NULL;
	char **paths = calloc((size_t)argc, sizeof *paths);
	size_t n = 0;
	bool all = false;
	int status = EXIT_MISUSED;

	for (int i = 1; paths && i < argc; i++) {
		const char *value;

		if ((value = options_value(argc, argv, &i, "--data")) && *value)
			data = value;
		else if ((value = options_value(argc, argv, &i, "--junit")) && *value)
			junit = value;
		else if (strcmp(argv[i], "--show") == 0)
			all = true;
		else if (argv[i][0] != '-')
			paths[n++] = argv[i];
		else {
			fprintf(stderr, "soleus rehearse: unknown or unfinished option \"%s\"; see soleus rehearse --help\n", argv[i]);
			goto out;
		}
	}
	if (!n)
		fprintf(stderr, "soleus rehearse: expected a play; see soleus rehearse --help\n");
	else
		status = rehearse_all(paths, n, data, junit, all);
out:
	free(paths);
	return status;
}

const struct command cmd_rehearse = {
	"rehearse", "run conversations that must go as written",
	"[--show] [--junit FILE] [--data DIR] FILE...\n"
	"  FILE          plays, see docs/rules.md\n"
	"  --show        print every conversation, not only those that fail\n"
	"  --junit FILE  write the results as JUnit XML\n"
	"  --data DIR    where intents/ and responses/ are",
	run};
