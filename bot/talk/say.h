/* say.h - wording with its blanks filled: numbers of the region, names of findings, lists joined. */
#ifndef TALK_SAY_H
#define TALK_SAY_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct place;
struct responses;
struct said;
struct tables;
struct yaml;

enum { SAY_MAX_VARS = 6 };

struct voice {
	const struct responses *responses;
	const struct tables *tables;
	const struct place *place;
	struct arena *arena;
	bool they; /* the patient is somebody else than the one who reads */
	struct said *said; /* which variants were used; NULL: always the first */
	struct {
		const char *name, *value;
	} vars[SAY_MAX_VARS]; /* blanks of one text; forgotten by say_clear */
	size_t n_vars;
};

void say_var(struct voice *v, const char *name, const char *value);
void say_clear(struct voice *v);

/* The text at a path of the wording, its blanks filled; in the arena. NULL when there is no such wording. */
const char *say(const struct voice *v, const char *file, ...) __attribute__((sentinel));
/* The same for a node that was looked up before. */
const char *say_node(const struct voice *v, const struct yaml *node);
/* The same for what need not be said: NULL when every variant was used. */
const char *say_fresh(const struct voice *v, const char *file, ...) __attribute__((sentinel));
/* A text with one blank. */
const char *say_with(struct voice *v, const char *name, const char *value, const struct yaml *node);

const char *say_list(const struct voice *v, const char *const *items, size_t n, bool or);
/* Texts put together with a space or a line break; NULL ones are left out. NULL when nothing is left. */
const char *say_join(const struct voice *v, const char *between, const char *const *texts, size_t n);

#endif
