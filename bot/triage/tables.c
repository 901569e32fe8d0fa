/* tables.c - intents/triage read whole: first all ids are made known, then each file is read in detail. */
#include "triage/tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/names.h"
#include "rules/vocab.h"
#include "triage/load.h"
#include "util/arena.h"
#include "util/err.h"
#include "util/file.h"

static const struct {
	const char *name, *list;
} files[] = {
#define X(name, file, list) [FILE_##name] = {file, list},
	TRIAGE_FILES
#undef X
};

enum { NAMES = 7 };

static void all_names(struct tables *t, struct names **out[NAMES])
{
	struct names **all[NAMES] = {&t->sources, &t->rule_ids, &t->tip_ids, &t->question_ids, &t->presentation_ids, &t->groups,
		&t->place_ids};
	memcpy(out, all, sizeof all);
}

static struct tables *tables_new(struct arena *arena, const struct vocab *vocab)
{
	struct tables *t = arena_alloc(arena, 1, sizeof *t);
	struct names **names[NAMES];
	t->vocab = vocab;
	t->arena = arena;
	t->atoms = atoms_new(vocab);
	all_names(t, names);
	for (int i = 0; i < NAMES; i++)
		*names[i] = names_new();
	return t;
}

/* What grew elsewhere while it was read moves to the arena, or is thrown away. */
static void settle(struct tables *t, bool good)
{
	struct atoms *atoms = t->atoms;
	struct names **names[NAMES];
	if (good)
		t->atoms = atoms_copy(atoms, t->arena);
	atoms_free(atoms);
	all_names(t, names);
	for (int i = 0; i < NAMES; i++) {
		struct names *old = *names[i];
		if (good)
			*names[i] = names_copy(old, t->arena);
		names_free(old);
	}
}

void tables_free(struct tables *t)
{
	if (t)
		arena_free(t->arena);
}

/* Opens all the files, so that every broken one is named at once. */
static int open_files(struct load *l, const char *dir)
{
	int result = 0;
	char *folder = file_join(dir, "triage");
	for (int i = 0; i < FILES; i++) {
		char name[64], shown[96];
		(void)snprintf(name, sizeof name, "%s.yaml", files[i].name);
		(void)snprintf(shown, sizeof shown, "intents/triage/%s", name);
		char *path = file_join(folder, name);
		l->files[i] = yaml_open(path, shown, l->problems);
		free(path);
		if (!l->files[i])
			result = -1;
	}
	free(folder);
	return result;
}

/* The ids of the list of a file go into `names`; -1 and a problem where the list is none. */
static void declare(struct load *l, enum triage_file file, struct names *names, size_t max)
{
	const struct yaml *list = NULL;
	l->f = l->files[file];
	if (yaml_child(l->f, yaml_root(l->f), files[file].list, true, YAML_LIST, &list, l->problems) < 0)
		return;
	for (size_t i = 0; i < list->n; i++) {
		const char *id = NULL;
		if (yaml_string(l->f, list->items[i], "id", true, &id, l->problems) < 0)
			continue;
		const struct yaml *node = yaml_get(list->items[i], "id");
		if (names_count(names) == max)
			yaml_problem(l->f, node, l->problems, "more than %zu in '%s'", max, files[file].list);
		else if (names_add(names, id) < 0)
			yaml_problem(l->f, node, l->problems, "'%s' is there twice", id);
	}
}

/* Refuses other keys at the top of a file that has only its list. */
static void only_list(struct load *l, enum triage_file file)
{
	const char *const keys[] = {files[file].list, NULL};
	(void)yaml_only(l->files[file], yaml_root(l->files[file]), keys, l->problems);
}

static void declare_derived(struct load *l)
{
	const struct yaml *list = NULL;
	l->f = l->files[FILE_DERIVED];
	if (yaml_child(l->f, yaml_root(l->f), "derived", true, YAML_LIST, &list, l->problems) < 0)
		return;
	for (size_t i = 0; i < list->n; i++) {
		const char *id = NULL;
		struct err err;
		if (yaml_string(l->f, list->items[i], "id", true, &id, l->problems) == 0 &&
			atoms_declare(l->t->atoms, id, &err) < 0)
			yaml_problem(l->f, yaml_get(list->items[i], "id"), l->problems, "%s", err.text);
	}
}

/* Keys of `sources` stand for themselves, the facts of the article for the article. */
static void declare_sources(struct load *l)
{
	static const char *const keys[] = {"sources", NULL}, *const source_keys[] = {"title", "read_as", NULL};
	const struct yaml *sources = NULL, *root = load_root(l, FILE_SOURCES, keys);
	if (!root || yaml_child(l->f, root, "sources", true, YAML_MAP, &sources, l->problems) < 0)
		return;
	l->t->source_titles = arena_alloc(l->t->arena, sources->n, sizeof *l->t->source_titles);
	for (size_t i = 0; i < sources->n; i++) {
		int number = names_add(l->t->sources, sources->keys[i]->text);
		if (yaml_only(l->f, sources->items[i], source_keys, l->problems) < 0)
			continue;
		l->t->source_titles[number] = load_string(l, sources->items[i], "title");
		if (!l->t->source_titles[number] || !load_string(l, sources->items[i], "read_as"))
			yaml_problem(l->f, sources->items[i], l->problems, "a source needs 'title' and 'read_as'");
	}
	declare(l, FILE_ARTICLE, l->t->sources, sources->n + ARTICLE_MAX);
}

static void declare_all(struct load *l)
{
	static const enum triage_file lists[] = {FILE_ARTICLE, FILE_DERIVED, FILE_RULES, FILE_TIPS, FILE_FAMILIES,
		FILE_QUESTIONS, FILE_PRESENTATIONS, FILE_PLACES};
	/* Their ids are looked up elsewhere or nowhere, but none may come twice. */
	static const enum triage_file nameless[] = {FILE_FAMILIES, FILE_WELLS, FILE_CONDITIONS};
	struct tables *t = l->t;
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		only_list(l, lists[i]);
	declare_sources(l);
	declare_derived(l);
	declare(l, FILE_RULES, t->rule_ids, TRIAGE_MAX_RULES);
	declare(l, FILE_TIPS, t->tip_ids, TRIAGE_MAX_TIPS);
	declare(l, FILE_QUESTIONS, t->question_ids, QUESTIONS_MAX);
	declare(l, FILE_PRESENTATIONS, t->presentation_ids, PRESENTATIONS_MAX);
	declare(l, FILE_PLACES, t->place_ids, PLACES_MAX);
	for (size_t i = 0; i < sizeof nameless / sizeof *nameless; i++) {
		struct names *seen = names_new();
		declare(l, nameless[i], seen, TRIAGE_MAX_RULES);
		names_free(seen);
	}
}

static void read_all(struct load *l)
{
	l->t->rules = arena_alloc(l->t->arena, names_count(l->t->rule_ids), sizeof *l->t->rules);
	load_derived(l);
	load_states(l);
	load_red_flags(l);
	load_tips(l);
	load_families(l);
	load_questions(l);
	load_presentations(l);
	load_dialogue(l);
	load_condition_weights(l);
	load_wells(l);
	load_places(l);
	load_article(l);
}

struct tables *tables_load_in(struct arena *arena, const char *dir, const struct vocab *vocab, struct problems *problems)
{
	struct load l = {.t = tables_new(arena, vocab), .problems = problems};
	size_t before = problems->n;
	if (open_files(&l, dir) == 0) {
		declare_all(&l);
		if (problems->n == before) /* what has no id, or one twice, has no place to be read into */
			read_all(&l);
	}
	for (int i = 0; i < FILES; i++)
		yaml_close(l.files[i]);
	settle(l.t, problems->n == before);
	l.t->arena = NULL;
	return problems->n == before ? l.t : NULL;
}

struct tables *tables_load(const char *dir, const struct vocab *vocab, struct problems *problems)
{
	struct arena *arena = arena_new();
	struct tables *t = tables_load_in(arena, dir, vocab, problems);
	if (t)
		t->arena = arena;
	else
		arena_free(arena);
	return t;
}

const struct vocab *tables_vocab(const struct tables *t)
{
	return t->vocab;
}

size_t tables_rules(const struct tables *t)
{
	return names_count(t->rule_ids);
}

int rule_number(const struct tables *t, const char *id)
{
	return names_number(t->rule_ids, id);
}

const char *rule_id(const struct tables *t, int rule)
{
	return names_id(t->rule_ids, rule);
}

const char *rule_source(const struct tables *t, int rule)
{
	return t->rules[rule].source;
}

enum urgency rule_urgency(const struct tables *t, int rule)
{
	return t->rules[rule].urgency;
}

const char *rule_file(const struct tables *t, int rule)
{
	(void)t;
	(void)rule; /* all rules are in one file, so far */
	return "intents/triage/red_flags.yaml";
}

int rule_line(const struct tables *t, int rule)
{
	return t->rules[rule].line;
}

const int *rule_waits_for(const struct tables *t, int rule, bool asked, size_t *out_n)
{
	const struct triage_rule *r = &t->rules[rule];
	const struct list *list = asked && r->asked_waits_for.n ? &r->asked_waits_for : &r->waits_for;
	*out_n = list->n;
	return list->items;
}

enum urgency condition_default(const struct tables *t, int condition)
{
	return t->conditions[condition].by_default;
}

const char *source_title(const struct tables *t, const char *key)
{
	int number = names_number(t->sources, key);
	if (number < 0)
		return NULL;
	for (size_t i = 0; i < t->n_article; i++)
		if (strcmp(t->article[i].id, key) == 0)
			return t->article[i].text;
	return t->source_titles[number];
}

size_t article_facts(const struct tables *t)
{
	return t->n_article;
}

const struct article_fact *article_fact_at(const struct tables *t, size_t i)
{
	return &t->article[i];
}

size_t tables_places(const struct tables *t)
{
	return names_count(t->place_ids);
}

const struct place *place_at(const struct tables *t, size_t i)
{
	return &t->places[i];
}

const struct place *place_find(const struct tables *t, const char *id)
{
	int number = names_number(t->place_ids, id);
	return number < 0 ? NULL : &t->places[number];
}

const struct place *place_unknown(const struct tables *t)
{
	return place_find(t, "unknown");
}
