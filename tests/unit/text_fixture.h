/* text_fixture.h - for the tests of text and rules: a lexicon from a folder of its own. */
#ifndef TEXT_FIXTURE_H
#define TEXT_FIXTURE_H

#include "problems_fixture.h"

#include <unistd.h>

#include "text/lexicon.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

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
