/* vocab.c - the ids of vocabulary.yaml. Urgency levels and finding states are fixed in C, as the code acts on them; the
 * file must agree. */
#include "rules/vocab.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "rules/facts.h"
#include "rules/names.h"
#include "util/arena.h"
#include "util/err.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/yaml.h"

struct vocab {
	struct names *findings, *conditions, *intents;
	int value_finding[VALUE_KINDS];
};

static const char *const urgency_ids[] = {
	[URGENCY_NONE] = "none",
	[URGENCY_SELF_CARE] = "self_care",
	[URGENCY_SOON] = "soon",
	[URGENCY_URGENT] = "urgent",
	[URGENCY_EMERGENCY] = "emergency",
};

static const char *const state_ids[] = {
	[STATE_UNKNOWN] = "unknown",
	[STATE_HYPOTHETICAL] = "hypothetical",
	[STATE_OTHER_PERSON] = "other_person",
	[STATE_PAST] = "past",
	[STATE_ABSENT] = "absent",
	[STATE_UNCERTAIN] = "uncertain",
	[STATE_PRESENT] = "present",
};

static const char *const value_ids[] = {
	[VALUE_DURATION_DAYS] = "duration_days",
	[VALUE_PAIN_SCORE] = "pain_score",
	[VALUE_AGE_YEARS] = "age_years",
};

enum { URGENCIES = sizeof urgency_ids / sizeof *urgency_ids, STATES = sizeof state_ids / sizeof *state_ids };

static int find_fixed(const char *const ids[], int n, const char *id)
{
	for (int i = 0; i < n; i++)
		if (strcmp(ids[i], id) == 0)
			return i;
	return -1;
}

/* What the file calls `key` must be exactly ids[first..n). */
static void check_fixed(const struct yaml_file *f, const char *key, const char *const ids[], int first, int n,
	struct problems *problems)
{
	const struct yaml *map = NULL;
	if (yaml_child(f, yaml_root(f), key, true, YAML_MAP, &map, problems) < 0)
		return;
	for (size_t i = 0; i < map->n; i++)
		if (find_fixed(ids, n, map->keys[i]->text) < first)
			yaml_problem(f, map->keys[i], problems, "'%s' is not one of the fixed ids of '%s'",
				map->keys[i]->text, key);
	for (int i = first; i < n; i++)
		if (!yaml_get(map, ids[i]))
			yaml_problem(f, map, problems, "'%s' lacks '%s'", key, ids[i]);
}

/* An id is lower case, digits and "_", so that it can stand in any file and on any command line. */
static bool good_id(const char *id)
{
	return *id && id[strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

static void read_names(
	const struct yaml_file *f, const char *key, size_t max, struct names *out, struct problems *problems)
{
	const struct yaml *map = NULL;
	if (yaml_child(f, yaml_root(f), key, true, YAML_MAP, &map, problems) < 0)
		return;
	for (size_t i = 0; i < map->n; i++) {
		const char *id = map->keys[i]->text;
		if (!good_id(id))
			yaml_problem(f, map->keys[i], problems, "'%s': an id has only a-z, 0-9 and _", id);
		else if (i == max)
			yaml_problem(f, map->keys[i], problems, "more than %zu %s", max, key);
		(void)names_add(out, id); /* the reader has refused a key that comes twice */
	}
}

static void find_values(const struct yaml_file *f, struct vocab *v, struct problems *problems)
{
	for (int kind = 0; kind < VALUE_KINDS; kind++) {
		v->value_finding[kind] = vocab_finding(v, value_ids[kind]);
		if (v->value_finding[kind] < 0)
			yaml_problem(f, yaml_root(f), problems, "'findings' lacks '%s'", value_ids[kind]);
	}
}

struct vocab *vocab_load(const char *dir, struct problems *problems)
{
	static const char *const keys[] = {"urgency", "intents", "finding_states", "findings", "conditions", NULL};
	size_t before = problems->n;
	char *path = file_join(dir, "vocabulary.yaml");
	struct yaml_file *f = yaml_open(path, "intents/vocabulary.yaml", problems);
	free(path);
	if (!f)
		return NULL;
	struct vocab *v = mem_alloc(1, sizeof *v);
	v->findings = names_new();
	v->conditions = names_new();
	v->intents = names_new();
	if (yaml_only(f, yaml_root(f), keys, problems) == 0) {
		check_fixed(f, "urgency", urgency_ids, 0, URGENCIES, problems);
		check_fixed(f, "finding_states", state_ids, STATE_HYPOTHETICAL, STATES, problems);
		read_names(f, "findings", FACTS_MAX, v->findings, problems);
		read_names(f, "conditions", VOCAB_MAX_CONDITIONS, v->conditions, problems);
		read_names(f, "intents", VOCAB_MAX_INTENTS, v->intents, problems);
		find_values(f, v, problems);
	}
	yaml_close(f);
	if (problems->n == before)
		return v;
	vocab_free(v);
	return NULL;
}

void vocab_free(struct vocab *v)
{
	if (!v)
		return;
	names_free(v->findings);
	names_free(v->conditions);
	names_free(v->intents);
	free(v);
}

struct vocab *vocab_copy(const struct vocab *v, struct arena *arena)
{
	struct vocab *copy = arena_copy(arena, v, 1, sizeof *v);
	copy->findings = names_copy(v->findings, arena);
	copy->conditions = names_copy(v->conditions, arena);
	copy->intents = names_copy(v->intents, arena);
	return copy;
}

size_t vocab_findings(const struct vocab *v)
{
	return names_count(v->findings);
}

size_t vocab_conditions(const struct vocab *v)
{
	return names_count(v->conditions);
}

size_t vocab_intents(const struct vocab *v)
{
	return names_count(v->intents);
}

int vocab_finding(const struct vocab *v, const char *id)
{
	return names_number(v->findings, id);
}

int vocab_condition(const struct vocab *v, const char *id)
{
	return names_number(v->conditions, id);
}

int vocab_intent(const struct vocab *v, const char *id)
{
	return names_number(v->intents, id);
}

int vocab_urgency(const struct vocab *v, const char *id)
{
	(void)v; /* the levels are the same for every vocabulary */
	return find_fixed(urgency_ids, URGENCIES, id);
}

int vocab_state(const struct vocab *v, const char *id)
{
	(void)v;
	return find_fixed(state_ids, STATES, id);
}

const char *vocab_finding_id(const struct vocab *v, int finding)
{
	return names_id(v->findings, finding);
}

const char *vocab_condition_id(const struct vocab *v, int condition)
{
	return names_id(v->conditions, condition);
}

const char *vocab_intent_id(const struct vocab *v, int intent)
{
	return names_id(v->intents, intent);
}

const char *urgency_id(enum urgency u)
{
	return (unsigned)u < URGENCIES ? urgency_ids[u] : NULL;
}

const char *state_id(enum finding_state s)
{
	return (unsigned)s < STATES ? state_ids[s] : NULL;
}

const char *vocab_finding_near(const struct vocab *v, const char *id)
{
	return names_near(v->findings, id);
}

void vocab_unknown_finding(const struct vocab *v, const struct yaml_file *f, const struct yaml *node, struct problems *problems)
{
	const char *text = node->kind == YAML_SCALAR ? node->text : NULL, *near = text ? vocab_finding_near(v, text) : NULL;

	yaml_problem(f, node, problems, "unknown finding \"%s\"%s%s%s", text ? text : "?", near ? "; did you mean \"" : "",
		near ? near : "", near ? "\"?" : "");
}

const char *vocab_condition_near(const struct vocab *v, const char *id)
{
	return names_near(v->conditions, id);
}

const char *vocab_intent_near(const struct vocab *v, const char *id)
{
	return names_near(v->intents, id);
}

int vocab_value_finding(const struct vocab *v, enum value_kind kind)
{
	return (unsigned)kind < VALUE_KINDS ? v->value_finding[kind] : -1;
}

int vocab_value_kind(const struct vocab *v, int finding)
{
	for (int kind = 0; kind < VALUE_KINDS; kind++)
		if (finding >= 0 && v->value_finding[kind] == finding)
			return kind;
	return -1;
}

bool vocab_by_word(enum value_kind kind, double value)
{
	return kind == VALUE_AGE_YEARS && value != floor(value);
}
