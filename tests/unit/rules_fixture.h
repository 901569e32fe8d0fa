/* rules_fixture.h - small worlds for the tests of text and rules: files in a folder of their own, a lexicon, patterns,
 * and a text read by them. */
#ifndef RULES_FIXTURE_H
#define RULES_FIXTURE_H

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

#include "rules/fragment.h"
#include "rules/pattern.h"
#include "rules/reading.h"
#include "text/lexicon.h"
#include "text/text.h"
#include "util/arena.h"
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
	char path[256];
	(void)snprintf(path, sizeof path, "%s/%s", dir, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static inline void remove_file(const char *dir, const char *name)
{
	char path[256];
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

struct world {
	struct lexicon *lexicon;
	struct fragments *fragments;
	struct patterns *patterns;
	struct arena *arena;
	struct problems problems;
};

/* Empty but for the lexicon. */
static inline void world_init(struct world *w, const char *lexicon_yaml, const char *words)
{
	char *said;
	w->lexicon = lexicon_of(lexicon_yaml, words, &said);
	if (!w->lexicon)
		fail_msg("%s", said);
	free(said);
	w->fragments = fragments_new(NULL);
	w->patterns = patterns_new();
	w->arena = arena_new();
	problems_init(&w->problems);
}

static inline void world_done(struct world *w)
{
	problems_done(&w->problems);
	arena_free(w->arena);
	patterns_free(w->patterns);
	fragments_free(w->fragments);
	lexicon_free(w->lexicon);
}

static inline struct yaml_file *world_yaml(struct world *w, const char *text, const char *shown)
{
	struct yaml_file *f = yaml_parse(text, strlen(text), shown, &w->problems);
	if (!f)
		fail_msg("%s is no YAML", text);
	return f;
}

/* A text made canonical and read; the patterns are sealed. Valid until the next one. */
static inline struct reading *world_read(struct world *w, const struct boundaries *b, const char *bytes)
{
	static const struct boundaries none = {-1, -1, -1, -1};
	struct text text;
	arena_reset(w->arena);
	struct reading *r = arena_alloc(w->arena, 1, sizeof *r);
	text_read(w->lexicon, bytes, strlen(bytes), w->arena, &text);
	reading_make(r, b ? b : &none, w->patterns, text, w->arena);
	return r;
}

#endif
