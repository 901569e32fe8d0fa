/* text_fixture.h - for the tests of text and rules: what was said of a file, files with a change, a lexicon from a
 * folder of its own. */
#ifndef TEXT_FIXTURE_H
#define TEXT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "text/lexicon.h"
#include "util/err.h"
#include "util/mem.h"
#include "util/yaml.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* What problems_print writes (free with free); forgets the problems. */
static inline char *taken(struct problems *p)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	assert_non_null(out);
	problems_print(p, out);
	assert_int_equal(fclose(out), 0);
	problems_done(p);
	return text;
}

/* True when there are none; shows them otherwise, and forgets them. */
static inline bool no_problems(struct problems *p)
{
	char *said = taken(p);
	bool none = !*said;
	if (!none)
		print_error("%s", said);
	free(said);
	return none;
}

/* The text with its first `old` replaced (free with free). */
static inline char *changed(const char *text, const char *old, const char *new)
{
	const char *at = strstr(text, old);
	if (!at)
		fail_msg("'%s' is not in\n%s", old, text);
	char *out = mem_alloc(strlen(text) + strlen(new) + 1, 1);
	memcpy(out, text, (size_t)(at - text));
	return strcat(strcat(out, new), at + strlen(old));
}

static inline void write_file(const char *dir, const char *name, const char *text)
{
	char path[400];
	(void)snprintf(path, sizeof path, "%s/%s", dir, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static inline void remove_file(const char *dir, const char *name)
{
	char path[400];
	(void)snprintf(path, sizeof path, "%s/%s", dir, name);
	(void)unlink(path);
}

/* A lexicon of these two files; `words` may be NULL: no such file. *out_said: the problems (free with free). */
static inline struct lexicon *lexicon_of(const char *yaml, const char *words, char **out_said)
{
	char dir[] = "/tmp/lexicon-XXXXXX";
	struct problems problems;
	assert_non_null(mkdtemp(dir));
	write_file(dir, "lexicon.yaml", yaml);
	if (words)
		write_file(dir, "words.txt", words);
	problems_init(&problems);
	struct lexicon *l = lexicon_load(dir, &problems);
	*out_said = taken(&problems);
	remove_file(dir, "lexicon.yaml");
	remove_file(dir, "words.txt");
	(void)rmdir(dir);
	return l;
}

#endif
