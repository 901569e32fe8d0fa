/* load_floor.c - floor.yaml. */
#include <stdlib.h>
#include <string.h>

#include "rules/names.h"
#include "triage/floor_parts.h"
#include "util/arena.h"
#include "util/err.h"
#include "util/file.h"

static const struct yaml *part(struct floor *f, const char *key, enum yaml_kind kind)
{
	const struct yaml *node = NULL;
	(void)yaml_child(f->load.f, f->root, key, true, kind, &node, f->load.problems); /* the problem is noted */
	return node;
}

/* Its own "@names", lest those of derived.yaml lower it with them. */
static void load_names_of_floor(struct floor *f)
{
	static const char *const keys[] = {"id", GUARD_KEYS, NULL};
	const struct yaml *list = part(f, "names", YAML_LIST);
	struct load *l = &f->load;
	struct err err;
	int circle;
	for (size_t i = 0; list && i < list->n; i++) {
		const char *id = NULL;
		if (yaml_only(l->f, list->items[i], keys, l->problems) == 0 &&
			yaml_string(l->f, list->items[i], "id", true, &id, l->problems) == 0 &&
			atoms_declare(f->own->atoms, id, &err) < 0)
			yaml_problem(l->f, list->items[i], l->problems, "%s", err.text);
	}
	for (size_t i = 0; list && i < list->n; i++) {
		struct guard when = {0};
		const struct yaml *id = yaml_get(list->items[i], "id");
		int number = id && id->kind == YAML_SCALAR ? atoms_derived(f->own->atoms, id->text) : -1;
		if (number >= 0 && load_guard(l, list->items[i], &when))
			atoms_define(f->own->atoms, number, &when);
	}
	if (list && atoms_sort(f->own->atoms, &circle) < 0)
		yaml_problem(l->f, list, l->problems, "a name is made of itself");
}

static void load_lines(struct floor *f, const char *level)
{
	static const char *const keys[] = {GUARD_KEYS, NULL};
	const struct yaml *list = part(f, level, YAML_LIST);
	struct load *l = &f->load;
	for (size_t i = 0; list && i < list->n; i++) {
		if (f->n_lines == FLOOR_LINES_MAX) {
			yaml_problem(l->f, list->items[i], l->problems, "more than %d lines", FLOOR_LINES_MAX);
			return;
		}
		struct floor_line *line = &f->lines[f->n_lines];
		*line = (struct floor_line){(enum urgency)vocab_urgency(f->own->vocab, level), {{{0}}, {{0}}, {{0}}, {{0}}, 0, 0},
			list->items[i]};
		if (yaml_only(l->f, line->node, keys, l->problems) < 0)
			continue;
		if (load_guard(l, line->node, &line->when))
			f->n_lines++;
		else
			yaml_problem(l->f, line->node, l->problems, "demands nothing: all_of or any_of is missing");
	}
}

static void load_tip_lines(struct floor *f)
{
	static const char *const keys[] = {"id", "never_when", "asked_first", "asks", NULL};
	const struct yaml *list = part(f, "tips", YAML_LIST);
	struct load *l = &f->load;
	memset(f->own->tips, 0, sizeof f->own->tips);
	for (size_t i = 0; list && i < list->n; i++) {
		if (yaml_only(l->f, list->items[i], keys, l->problems) < 0)
			continue;
		int tip = load_one(l, list->items[i], "id", "tip", f->own->tip_ids, -1);
		if (tip < 0)
			continue;
		f->tips[tip] = list->items[i];
		load_never(l, list->items[i], &f->own->tips[tip]);
	}
	load_rules(l, f->root, "no_tip_while", &f->no_tip);
	struct list advise = load_names(l, f->root, "advise_when_urgent", "tip", f->own->tip_ids);
	f->advise = load_set(&advise);
}

static void load_talk(struct floor *f)
{
	static const char *const keys[] = {"questions", "when_urgent", "unsure_screen", "screens", "short_screens", "dangers",
		"unreached", "may_wait", "may_wait_when_asked", NULL};
	static const char *const state_keys[] = {STATE_LIST_KEYS, NULL};
	const struct yaml *talk = part(f, "talk", YAML_MAP), *states = part(f, "states", YAML_MAP);
	struct tables *own = f->own;
	struct load *l = &f->load;
	memset(own->calming, 0, sizeof own->calming);
	memset(own->lasting, 0, sizeof own->lasting);
	memset(own->implied, 0, sizeof own->implied);
	memset(own->intents, 0, sizeof own->intents);
	memset(own->unreached, 0, sizeof own->unreached);
	own->unreached_rules = (struct bits){{0}};
	if (states && yaml_only(l->f, states, state_keys, l->problems) == 0)
		load_state_lists(l, states);
	if (!talk || yaml_only(l->f, talk, keys, l->problems) < 0)
		return;
	load_limits(l, talk);
	load_unreached(l, talk);
	load_rules(l, talk, "may_wait", &f->may_wait);
	load_rules(l, talk, "may_wait_when_asked", &f->may_wait_when_asked);
	own->short_when = (struct guard){.any_needs = 0};
	own->short_screens = (struct list){NULL, 0};
	load_short_screens(l, talk);
	own->dangers = load_names(l, talk, "dangers", "question", own->question_ids);
	own->screens = load_names(l, talk, "screens", "question", own->question_ids);
}

/* A copy of the groups, as reading check-ins may add to them. */
static struct names *same_groups(const struct names *groups)
{
	struct names *copy = names_new();
	for (int i = 0; i < (int)names_count(groups); i++)
		(void)names_add(copy, names_id(groups, i));
	return copy;
}

int floor_open(struct floor *f, const struct tables *t, const char *dir, struct problems *problems)
{
	static const char *const keys[] = {"names", "emergency", "urgent", "soon", "tips", "no_tip_while", "advise_when_urgent", "states", "talk",
		"asked", "leads", "check_in", "numbers", "crisis", NULL};
	size_t before = problems->n;
	char *folder = file_join(dir, "triage"), *path = file_join(folder, "floor.yaml");
	*f = (struct floor){.t = t, .arena = arena_new()};
	f->own = arena_copy(f->arena, t, 1, sizeof *t);
	f->own->arena = f->arena;
	f->own->atoms = atoms_new(t->vocab);
	f->own->groups = same_groups(t->groups);
	f->own->n_check_ins = 0;
	memset(f->own->check_ins, 0, sizeof f->own->check_ins);
	f->file = yaml_open(path, "intents/triage/floor.yaml", problems);
	free(path);
	free(folder);
	f->load = (struct load){.t = f->own, .problems = problems, .f = f->file};
	if (!f->file)
		return -1;
	f->root = yaml_root(f->load.f);
	if (yaml_only(f->load.f, f->root, keys, problems) < 0)
		return -1;
	load_names_of_floor(f);
	load_talk(f);
	load_lines(f, "emergency");
	load_lines(f, "urgent");
	load_lines(f, "soon");
	load_tip_lines(f);
	load_check_ins(&f->load, f->root);
	return problems->n == before ? 0 : -1;
}

void floor_done(struct floor *f)
{
	yaml_close(f->file);
	names_free(f->own->groups);
	atoms_free(f->own->atoms);
	arena_free(f->arena);
}
