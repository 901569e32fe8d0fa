/* rules_fixture.h - a small world for the tests of rules: a lexicon, fragments, patterns, and a text read by them. */
#ifndef RULES_FIXTURE_H
#define RULES_FIXTURE_H

#include "text_fixture.h"

#include "rules/fragment.h"
#include "rules/pattern.h"
#include "rules/reading.h"
#include "text/text.h"
#include "util/arena.h"

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
	static const struct boundaries none = {.openers = -1, .verbs = -1, .joins = -1};
	struct text text;
	arena_reset(w->arena);
	struct reading *r = arena_alloc(w->arena, 1, sizeof *r);
	text_read(w->lexicon, bytes, strlen(bytes), w->arena, &text);
	reading_make(r, b ? b : &none, w->patterns, text, w->arena);
	return r;
}

#endif
