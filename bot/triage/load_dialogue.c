/* load_dialogue.c - presentations.yaml and dialogue.yaml. */
#include <stdlib.h>
#include <string.h>

#include "rules/names.h"
#include "rules/vocab.h"
#include "triage/load.h"
#include "util/err.h"

static void load_presentation(struct load *l, const struct yaml *map, const char *id)
{
	static const char *const keys[] = {"id", "urgency", "rules", GUARD_KEYS, "questions", NULL};
	struct presentation *p = &l->t->presentations[names_number(l->t->presentation_ids, id)];
	if (yaml_only(l->f, map, keys, l->problems) < 0)
		return;
	p->has_rules = yaml_get(map, "rules") != NULL;
	if (p->has_rules) {
		load_rules(l, map, "rules", &p->rules);
		p->urgency = load_urgency(l, map, "urgency");
	}
	(void)load_guard(l, map, &p->when);
	p->questions = load_names(l, map, "questions", "question", l->t->question_ids);
	if (!yaml_get(map, "questions"))
		yaml_problem(l->f, map, l->problems, "'questions' is missing");
}

/* The last one must take whatever the others leave, and no other may. */
static void check_catch_all(struct load *l)
{
	const struct tables *t = l->t;
	const struct yaml *list = yaml_get(yaml_root(l->files[FILE_PRESENTATIONS]), "presentations");
	size_t n = names_count(t->presentation_ids);
	static const struct guard nothing;
	for (size_t i = 0; i < n; i++) {
		const struct presentation *p = &t->presentations[i];
		bool always = !p->has_rules && memcmp(&p->when, &nothing, sizeof nothing) == 0;
		if (always && i + 1 < n)
			yaml_problem(l->f, list, l->problems, "'%s' always matches: what follows is never reached",
				names_id(t->presentation_ids, (int)i));
		else if (!always && i + 1 == n)
			yaml_problem(l->f, list, l->problems,
				"the last presentation must match always, without all_of, any_of, rules");
	}
}

void load_presentations(struct load *l)
{
	load_each(l, FILE_PRESENTATIONS, load_presentation);
	check_catch_all(l);
}

/* "30m", "4h", "3d", "6w" in minutes, or -1. */
static int minutes_of(const char *text)
{
	static const char units[] = "mhdw";
	static const int minutes[] = {1, 60, 24 * 60, 7 * 24 * 60};
	size_t digits = strspn(text, "0123456789");
	const char *unit = text[digits] ? strchr(units, text[digits]) : NULL;
	if (digits == 0 || digits > 4 || !unit || text[digits + 1])
		return -1;
	return (int)strtol(text, NULL, 10) * minutes[unit - units];
}

static void gather_time(struct load *l, const struct yaml *node, void *closure)
{
	struct check_in *row = closure;
	int minutes = minutes_of(node->text);
	if (minutes <= 0)
		yaml_problem(l->f, node, l->problems, "'%s' is no time: a number and m, h, d or w", node->text);
	else if (row->n > 0 && minutes <= row->minutes[row->n - 1])
		yaml_problem(l->f, node, l->problems, "'%s' comes before the time in front of it", node->text);
	else if (row->n == CHECK_INS_MAX)
		yaml_problem(l->f, node, l->problems, "more than %d times", CHECK_INS_MAX);
	else
		row->minutes[row->n++] = minutes;
}

static int load_group(struct load *l, const struct yaml *map)
{
	const char *group = NULL;
	if (yaml_string(l->f, map, "group", false, &group, l->problems) < 0 || !group)
		return -1;
	int number = names_number(l->t->groups, group);
	return number >= 0 ? number : names_add(l->t->groups, group);
}

static void load_check_in(struct load *l, const struct yaml *map)
{
	static const char *const keys[] = {"urgency", "group", "after", "anytime", "source", NULL};
	if (yaml_only(l->f, map, keys, l->problems) < 0)
		return;
	if (l->t->n_check_ins == CHECK_IN_ROWS_MAX) {
		yaml_problem(l->f, map, l->problems, "more than %d rows", CHECK_IN_ROWS_MAX);
		return;
	}
	struct check_in *row = &l->t->check_ins[l->t->n_check_ins++];
	row->urgency = load_urgency(l, map, "urgency");
	row->group = load_group(l, map);
	(void)yaml_bool(l->f, map, "anytime", false, &row->anytime, l->problems);
	load_texts(l, map, "after", true, gather_time, row);
	(void)load_source(l, map);
}

static void load_daytime(struct load *l, const struct yaml *root)
{
	static const char *const keys[] = {"from", "to", NULL};
	const struct yaml *day = NULL;
	if (yaml_child(l->f, root, "daytime", true, YAML_MAP, &day, l->problems) < 0 ||
		yaml_only(l->f, day, keys, l->problems) < 0)
		return;
	(void)yaml_int(l->f, day, "from", true, 0, 23, &l->t->day_from, l->problems);
	(void)yaml_int(l->f, day, "to", true, l->t->day_from + 1, 24, &l->t->day_to, l->problems);
}

static struct list load_screens(struct load *l, const struct yaml *map)
{
	struct list screens = load_names(l, map, "screens", "question", l->t->question_ids);
	if (screens.n == 0 || screens.n > SCREENS_MAX)
		yaml_problem(l->f, map, l->problems, "'screens' must name 1 to %d questions", SCREENS_MAX);
	return screens;
}

void load_unreached(struct load *l, const struct yaml *root)
{
	static const char *const keys[] = {"findings", "rules", NULL};
	const struct yaml *map = NULL;
	if (yaml_child(l->f, root, "unreached", false, YAML_MAP, &map, l->problems) < 0 || !map ||
		yaml_only(l->f, map, keys, l->problems) < 0)
		return;
	struct list findings = load_findings(l, map, "findings");
	for (size_t i = 0; i < findings.n; i++)
		l->t->unreached[findings.items[i]] = true;
	if (yaml_get(map, "rules"))
		load_rules(l, map, "rules", &l->t->unreached_rules);
}

void load_limits(struct load *l, const struct yaml *root)
{
	struct limits *limits = &l->t->limits;
	(void)yaml_int(l->f, root, "questions", true, 1, 50, &limits->questions, l->problems);
	(void)yaml_int(l->f, root, "when_urgent", true, 0, 50, &limits->when_urgent, l->problems);
	(void)yaml_int(l->f, root, "unsure_screen", true, 0, QUESTION_MAX_CHOICES, &limits->unsure_screen, l->problems);
}

void load_check_ins(struct load *l, const struct yaml *root)
{
	const struct yaml *rows = NULL;
	if (yaml_child(l->f, root, "check_in", true, YAML_LIST, &rows, l->problems) == 0)
		for (size_t i = 0; i < rows->n; i++)
			load_check_in(l, rows->items[i]);
}

void load_short_screens(struct load *l, const struct yaml *root)
{
	static const char *const keys[] = {GUARD_KEYS, "screens", NULL};
	const struct yaml *fewer = NULL;
	if (yaml_child(l->f, root, "short_screens", false, YAML_MAP, &fewer, l->problems) < 0 || !fewer ||
		yaml_only(l->f, fewer, keys, l->problems) < 0)
		return;
	if (!load_guard(l, fewer, &l->t->short_when))
		yaml_problem(l->f, fewer, l->problems, "'short_screens' demands nothing: all_of or any_of is missing");
	l->t->short_screens = load_screens(l, fewer);
}

void load_dialogue(struct load *l)
{
	static const char *const keys[] = {
		"questions", "when_urgent", "unsure_screen", "screens", "short_screens", "dangers", "unreached", "check_in",
		"daytime", NULL};
	const struct yaml *root = load_root(l, FILE_DIALOGUE, keys);
	struct tables *t = l->t;
	if (!root)
		return;
	load_limits(l, root);
	t->screens = load_screens(l, root);
	load_short_screens(l, root);
	if (yaml_get(root, "dangers"))
		t->dangers = load_names(l, root, "dangers", "question", t->question_ids);
	load_check_ins(l, root);
	load_unreached(l, root);
	load_daytime(l, root);
}
