/* phrases.h - small things that people say in a conversation, by name: "none", "all_of_them", "why", "new_complaint".
 * intents/LANG/answers.yaml; what they mean is for the dialogue. */
#ifndef RULES_PHRASES_H
#define RULES_PHRASES_H

#include <stdbool.h>
#include <stddef.h>

#include "rules/reading.h"
#include "rules/rule.h"

struct fragments;
struct patterns;
struct phrases;
struct problems;
struct yaml_file;

struct phrases *phrases_read(const struct yaml_file *f, const struct fragments *fragments, struct patterns *patterns,
	struct problems *problems);
void phrases_free(struct phrases *p);
/* A copy for reading only, whole in the arena and freed with it. */
struct phrases *phrases_copy(const struct phrases *p, struct arena *arena);

/* The patterns of a name, or of "group/name" where there is a group, else NULL; NULL when there is no such name. Borrowed. */
const struct pattern_list *phrases_get(const struct phrases *p, const char *group, const char *name);
/* Where a pattern of the name first matches: the span, or false. An unknown name never matches. */
bool phrases_find(const struct phrases *p, const char *group, const char *name, struct reading *text, struct span *out);

#endif
