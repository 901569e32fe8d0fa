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
	size_t plays, failed, broken; /* broken: could not be read, or would pass whatever happens */
	FILE *junit; /* or NULL: the cases, in memory, as their number stands before them */
};

/* One play that was tried. */
struct result {
	const char *path, *title, *log;
	size_t failed; /* expectations */
	const struct problem *problems;
	size_t n_problems;
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

/* For whoever reads only the report: a play that could not be run has not passed. */
static void report_junit(const struct result *r, FILE *out)
{
	fputs("  <testcase classname=\"plays\" name=\"", out);
	put_escaped(r->title, out);
	fputs("\" file=\"", out);
	put_escaped(r->path, out);
	fputs("\">", out);
	if (r->n_problems) {
		fprintf(out, "<error message=\"%zu problems\">", r->n_problems);
		for (size_t i = 0; i < r->n_problems; i++) {
			fprintf(out, "%s%d:%d: ", i ? "\n" : "", r->problems[i].line, r->problems[i].column);
			put_escaped(r->problems[i].text, out);
		}
		fputs("</error>", out);
	} else if (r->failed) {
		fprintf(out, "<failure message=\"%zu expectations\">", r->failed);
		put_escaped(r->log, out);
		fputs("</failure>", out);
	}
	fputs("</testcase>\n", out);
}

static void report(struct tally *t, const struct result *r, bool all)
{
	t->plays++;
	t->broken += r->n_problems > 0;
	t->failed += !r->n_problems && r->failed;
	printf("%s  %s\n", r->n_problems ? "BROKEN" : r->failed ? "FAILED" : "ok    ", r->title);
	if (r->log && (r->failed || all))
		fputs(r->log, stdout);
	if (t->junit)
		report_junit(r, t->junit);
}

static void rehearse(struct tally *t, struct knowledge *k, const char *path, bool all, struct problems *problems)
{
	struct play play;
	struct result r = {.path = path, .title = path};
	char *log = NULL;
	size_t len = 0, before = problems->n;

	if (play_read(path, &play, problems) == 0) {
		FILE *out = open_memstream(&log, &len);

		if (!out)
			abort();
		play_check(&play, k, problems);
		r.failed = play_run(&play, k, out);
		fclose(out);
		r.title = play.title;
		r.log = log;
	}
	r.problems = problems->list + before;
	r.n_problems = problems->n - before;
	report(t, &r, all);
	free(log);
	play_done(&play);
}

static int write_junit(const char *path, const struct tally *t, const char *cases)
{
	FILE *out = fopen(path, "we");

	if (!out)
		return -1;
	fprintf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"plays\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\">\n",
		t->plays, t->failed, t->broken);
	fprintf(out, "%s</testsuite>\n", cases);
	return fclose(out) ? -1 : 0;
}

static int rehearse_all(char **paths, size_t n, const char *data, const char *junit, bool all)
{
	struct knowledge k;
	struct problems problems;
	char *cases = NULL;
	size_t len = 0;
	struct tally t = {.junit = junit ? open_memstream(&cases, &len) : NULL};
	int status = EXIT_FAILURE;

	if (knowledge_load(&k, data) < 0)
		goto out;
	problems_init(&problems);
	for (size_t i = 0; i < n; i++)
		rehearse(&t, &k, paths[i], all, &problems);
	problems_print(&problems, stderr);
	printf("%zu passed, %zu failed\n", t.plays - t.failed - t.broken, t.failed + t.broken);
	status = t.failed || t.broken ? EXIT_FAILURE : EXIT_SUCCESS;
	problems_done(&problems);
	knowledge_free(&k);
out:
	if (t.junit)
		fclose(t.junit);
	if (junit && write_junit(junit, &t, cases ? cases : "") < 0) {
		perror(junit);
		status = EXIT_FAILURE;
	}
	free(cases);
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
