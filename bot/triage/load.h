/* load.h - reading the files of intents/triage: what the readers share. Inside this folder only. Every function adds a
 * problem with its place for what it does not like, and goes on, so that all the problems show at once. */
#ifndef TRIAGE_LOAD_H
#define TRIAGE_LOAD_H

#include <stdbool.h>

#include "triage/tables.h"
#include "util/yaml.h"

struct problems;

/* The file and the name of the list of things with an id in it, NULL where it has none. */
#define TRIAGE_FILES                                                                                                   \
	X(SOURCES, "sources", NULL)                                                                                    \
	X(ARTICLE, "facts_index", "facts")                                                                             \
	X(STATES, "states", NULL)                                                                                      \
	X(DERIVED, "derived", "derived")                                                                               \
	X(RULES, "red_flags", "rules")                                                                                 \
	X(TIPS, "tips", "tips")                                                                                        \
	X(FAMILIES, "families", "families")                                                                            \
	X(QUESTIONS, "questions", "questions")                                                                         \
	X(PRESENTATIONS, "presentations", "presentations")                                                             \
	X(DIALOGUE, "dialogue", NULL)                                                                                  \
	X(CONDITIONS, "conditions", "conditions")                                                                      \
	X(WELLS, "wells", "items")                                                                                     \
	X(PLACES, "places", "regions")

enum triage_file {
#define X(name, file, list) FILE_##name,
	TRIAGE_FILES
#undef X
	FILES
};

struct load {
	struct tables *t;
	struct problems *problems;
	struct yaml_file *files[FILES];
	const struct yaml_file *f; /* the one that is being read */
};

/* The map of a thing with `id` in the list of the file; skips what is no map or has no id. */
typedef void (*load_item)(struct load *l, const struct yaml *map, const char *id);

/* Calls `item` for each thing in the list of the file, which becomes l->f. */
void load_each(struct load *l, enum triage_file file, load_item item);
/* Makes l->f the file and refuses keys that are not known; its root, or NULL. */
const struct yaml *load_root(struct load *l, enum triage_file file, const char *const known[]);

/* The texts of a list under `key`, refusing what is no text and what comes twice. Calls `text` for each. */
typedef void (*load_text)(struct load *l, const struct yaml *node, void *closure);
bool load_texts(struct load *l, const struct yaml *map, const char *key, bool required, load_text text, void *closure);

/* "unknown WHAT 'x', did you mean 'y'?" */
void load_unknown(struct load *l, const struct yaml *node, const char *what, const char *id, const char *near);

/* Lists of ids under a key; what is unknown is a problem and left out. */
struct list load_findings(struct load *l, const struct yaml *map, const char *key);
struct list load_conditions(struct load *l, const struct yaml *map, const char *key);
struct list load_names(
	struct load *l, const struct yaml *map, const char *key, const char *what, const struct names *names);
small_set load_set(const struct list *list);

/* Atoms under a key; returns how many. */
int load_atoms(struct load *l, const struct yaml *map, const char *key, struct bits *out);
/* all_of, any_of, any_of_at_least, and_any_of, and_any_of_at_least, none_of. What can never hold is a problem. True
 * when there is at least one. */
bool load_guard(struct load *l, const struct yaml *map, struct guard *out);
#define GUARD_KEYS "all_of", "any_of", "any_of_at_least", "and_any_of", "and_any_of_at_least", "none_of"

/* Rules under a key: ids, or the beginning of ids with a trailing star. A pattern that no rule fits is a problem. */
void load_rules(struct load *l, const struct yaml *map, const char *key, struct bits *out);

/* The keys under `source`, at least one, joined by spaces. */
const char *load_source(struct load *l, const struct yaml *map);
enum urgency load_urgency(struct load *l, const struct yaml *map, const char *key);
/* The number of one id under a key, or `otherwise` when the key is not there or the id not known. */
int load_one(struct load *l, const struct yaml *map, const char *key, const char *what, const struct names *names,
	int otherwise);
/* A copy in the arena, or NULL when the key is not there. */
const char *load_string(struct load *l, const struct yaml *map, const char *key);
/* A decimal number of 0 or more. */
void load_number(struct load *l, const struct yaml *map, const char *key, double *out);

/* Parts of states.yaml and dialogue.yaml, also for the floor under them. */
#define STATE_LIST_KEYS "history", "implies", "calming", "lasting", "intents"
void load_state_lists(struct load *l, const struct yaml *map);
void load_limits(struct load *l, const struct yaml *map);
void load_check_ins(struct load *l, const struct yaml *map);
void load_short_screens(struct load *l, const struct yaml *map);
/* What a talk that begins with pain does not reach. */
void load_unreached(struct load *l, const struct yaml *map);
/* never_when, asked_first and asks of tips.yaml. */
void load_never(struct load *l, const struct yaml *map, struct tip *tip);

/* The readers, one for each file. */
void load_states(struct load *l);
void load_derived(struct load *l);
void load_red_flags(struct load *l);
void load_families(struct load *l);
void load_condition_weights(struct load *l);
void load_tips(struct load *l);
void load_questions(struct load *l);
void load_presentations(struct load *l);
void load_dialogue(struct load *l);
void load_wells(struct load *l);
void load_places(struct load *l);
void load_article(struct load *l);

#endif
