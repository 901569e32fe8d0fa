/* responses.h - all wording of a language: responses/LANG/NAME.yaml, found by file name and keys. Immutable. */
#ifndef TALK_RESPONSES_H
#define TALK_RESPONSES_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct problems;
struct responses;
struct yaml;

/* Reads every file of `dir`/responses/LANG. Returns a new set (free with responses_free), or NULL with problems added.
 */
struct responses *responses_load(const char *dir, const char *lang, struct problems *problems);
void responses_free(struct responses *r);
/* A copy for reading only, whole in the arena and freed with it. */
struct responses *responses_copy(const struct responses *r, struct arena *arena);

/* The node at a path such as "questions", "q_now", "ask"; a NULL ends it. NULL when there is none. Borrowed. */
const struct yaml *responses_at(const struct responses *r, const char *file, ...) __attribute__((sentinel));

/* Of a map the part `they` or `you`, else the node itself; what is left is a text or a list of variants. */
const struct yaml *responses_side(const struct yaml *node, bool they);
/* One text of a node: a scalar; one of a list, by `variant`. NULL when there is none. */
const char *responses_text(const struct yaml *node, bool they, unsigned variant);

/* What a choice of a question is called, and one that stands for a finding. NULL when there is no such wording. */
const char *responses_choice_label(const struct responses *r, const char *question, const char *choice, bool they);
const char *responses_finding_label(const struct responses *r, const char *finding, bool they);

/* For the check: where the file of that name stands, as messages show it; the name itself when there is none. Borrowed. */
const char *responses_path(const struct responses *r, const char *file);
/* For the check: complains that wording is missing at a path. */
void responses_missing(const struct responses *r, struct problems *problems, const char *file, const char *key,
	const char *part);

#endif
