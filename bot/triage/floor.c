/* floor.c - the tables held against floor.yaml. */
#include "triage/floor.h"

#include <string.h>

#include "rules/names.h"
#include "triage/floor_parts.h"
#include "util/err.h"

/* ---- numbers to call ---- */

static bool has_number(const struct place *place, const char *number, bool crisis)
{
	for (size_t i = 0; !crisis && i < place->n_emergency; i++)
		if (strcmp(place->emergency[i], number) == 0)
			return true;
	for (size_t i = 0; crisis && i < place->n_crisis; i++) {
		const struct place_line *line = &place->crisis[i];
		if ((line->number && strcmp(line->number, number) == 0) || (line->name && strcmp(line->name, number) == 0))
			return true;
	}
	return false;
}

static void check_region(const struct floor *f, const char *region, const struct yaml *numbers, bool crisis)
{
	const struct place *place = place_find(f->t, region);
	const char *kind = crisis ? "crisis line" : "emergency number";
	for (size_t i = 0; numbers->kind == YAML_LIST && i < numbers->n; i++)
		if (numbers->items[i]->kind == YAML_SCALAR && (!place || !has_number(place, numbers->items[i]->text, crisis)))
			yaml_problem(f->load.f, numbers, f->load.problems, "region %s must have the %s %s: put that back into places.yaml",
				region, kind, numbers->items[i]->text);
	const char *first = !crisis && numbers->kind == YAML_LIST && numbers->n && numbers->items[0]->kind == YAML_SCALAR
		? numbers->items[0]->text : NULL;
	if (first && place && place->n_emergency && strcmp(place->emergency[0], first) != 0)
		yaml_problem(f->load.f, numbers, f->load.problems, "region %s must name %s first (places.yaml, line %d)", region, first,
			place->line);
}

static void check_regions(const struct floor *f, const char *key)
{
	const struct yaml *all = yaml_get(f->root, key);
	for (size_t i = 0; all && all->kind == YAML_MAP && i < all->n; i++)
		check_region(f, all->keys[i]->text, all->items[i], strcmp(key, "crisis") == 0);
}

/* A region that nobody holds could get any number. */
static void check_all_held(const struct floor *f)
{
	for (size_t i = 0; i < tables_places(f->t); i++)
		if (!yaml_get(yaml_get(f->root, "numbers"), place_at(f->t, i)->id))
			problems_add(f->load.problems, "intents/triage/places.yaml", place_at(f->t, i)->line, 1,
				"region %s has no line under numbers of floor.yaml", place_at(f->t, i)->id);
}

static void check_places(const struct floor *f)
{
	check_regions(f, "numbers");
	check_regions(f, "crisis");
	check_all_held(f);
}

size_t floor_check(const struct tables *t, const char *dir, struct problems *problems)
{
	struct floor f;
	size_t tried = 0;
	if (floor_open(&f, t, dir, problems) == 0) {
		tried = floor_people(&f);
		floor_names(&f);
		floor_care(&f);
		floor_talk(&f);
		check_places(&f);
	}
	floor_done(&f);
	return tried;
}
