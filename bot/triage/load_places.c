/* load_places.c - places.yaml and facts_index.yaml. */
#include <string.h>

#include "rules/names.h"
#include "rules/vocab.h"
#include "triage/load.h"
#include "util/arena.h"
#include "util/err.h"

static struct place_line load_line(struct load *l, const struct yaml *map)
{
	static const char *const keys[] = {"name", "number", "source", NULL};
	struct place_line line = {0};
	if (yaml_only(l->f, map, keys, l->problems) < 0)
		return line;
	line.name = load_string(l, map, "name");
	line.number = load_string(l, map, "number");
	if (!line.name && !line.number)
		yaml_problem(l->f, map, l->problems, "a line needs a name, a number or both");
	(void)load_source(l, map);
	return line;
}

static void gather_number(struct load *l, const struct yaml *node, void *closure)
{
	struct place *p = closure;
	if (p->n_emergency == PLACE_MAX_NUMBERS)
		yaml_problem(l->f, node, l->problems, "more than %d numbers", PLACE_MAX_NUMBERS);
	else if (!*node->text || node->text[strspn(node->text, "0123456789 ")])
		yaml_problem(l->f, node, l->problems, "'%s' is no number to call", node->text);
	else
		p->emergency[p->n_emergency++] = arena_strdup(l->t->arena, node->text);
}

static void load_emergency(struct load *l, const struct yaml *map, struct place *p)
{
	static const char *const keys[] = {"numbers", "source", NULL};
	const struct yaml *emergency = NULL;
	if (yaml_child(l->f, map, "emergency", true, YAML_MAP, &emergency, l->problems) < 0 ||
		yaml_only(l->f, emergency, keys, l->problems) < 0)
		return;
	if (load_texts(l, emergency, "numbers", true, gather_number, p) && p->n_emergency == 0)
		yaml_problem(l->f, emergency, l->problems, "'numbers' is empty: a place needs an emergency number");
	p->source = load_source(l, emergency);
}

static void load_place(struct load *l, const struct yaml *map, const char *id)
{
	static const char *const keys[] = {"id", "confirmed", "emergency", "urgent", "crisis", NULL};
	struct place *p = &l->t->places[names_number(l->t->place_ids, id)];
	const struct yaml *urgent = NULL, *crisis = NULL;
	if (yaml_only(l->f, map, keys, l->problems) < 0)
		return;
	p->id = arena_strdup(l->t->arena, id);
	p->line = map->line;
	(void)yaml_bool(l->f, map, "confirmed", true, &p->confirmed, l->problems);
	load_emergency(l, map, p);
	if (yaml_child(l->f, map, "urgent", false, YAML_MAP, &urgent, l->problems) == 0 && urgent)
		p->urgent = load_line(l, urgent);
	if (yaml_child(l->f, map, "crisis", false, YAML_LIST, &crisis, l->problems) < 0 || !crisis)
		return;
	if (crisis->n > PLACE_MAX_NUMBERS)
		yaml_problem(l->f, crisis, l->problems, "more than %d lines", PLACE_MAX_NUMBERS);
	for (size_t i = 0; i < crisis->n && i < PLACE_MAX_NUMBERS; i++)
		p->crisis[p->n_crisis++] = load_line(l, crisis->items[i]);
}

void load_places(struct load *l)
{
	load_each(l, FILE_PLACES, load_place);
	if (names_number(l->t->place_ids, "unknown") < 0)
		yaml_problem(l->f, yaml_root(l->f), l->problems, "the region 'unknown' is missing");
}

static void gather_intent(struct load *l, const struct yaml *node, void *closure)
{
	struct article_fact *fact = closure;
	int intent = vocab_intent(l->t->vocab, node->text);
	if (intent < 0)
		load_unknown(l, node, "intent", node->text, vocab_intent_near(l->t->vocab, node->text));
	else if (fact->n_intents < ARTICLE_MAX_TOPICS)
		fact->intents[fact->n_intents++] = intent;
}

static void gather_topic(struct load *l, const struct yaml *node, void *closure)
{
	struct article_fact *fact = closure;
	if (fact->n_topics < ARTICLE_MAX_TOPICS)
		fact->topics[fact->n_topics++] = arena_strdup(l->t->arena, node->text);
}

static void load_fact(struct load *l, const struct yaml *map, const char *id)
{
	static const char *const keys[] = {
		"id", "fact", "conditions", "tips", "intents", "topics", "safer", "source", NULL};
	if (yaml_only(l->f, map, keys, l->problems) < 0)
		return;
	struct article_fact *fact = &l->t->article[l->t->n_article++];
	fact->id = arena_strdup(l->t->arena, id);
	fact->text = load_string(l, map, "fact");
	fact->safer = load_string(l, map, "safer");
	struct list conditions = load_conditions(l, map, "conditions");
	struct list tips = load_names(l, map, "tips", "tip", l->t->tip_ids);
	fact->conditions = conditions.items;
	fact->n_conditions = conditions.n;
	fact->tips = tips.items;
	fact->n_tips = tips.n;
	load_texts(l, map, "intents", false, gather_intent, fact);
	load_texts(l, map, "topics", false, gather_topic, fact);
	if (!fact->text)
		yaml_problem(l->f, map, l->problems, "'fact' is missing");
	if (conditions.n + tips.n + fact->n_intents + fact->n_topics == 0)
		yaml_problem(l->f, map, l->problems, "'%s' belongs to nothing", id);
	(void)load_source(l, map);
}

void load_article(struct load *l)
{
	load_each(l, FILE_ARTICLE, load_fact);
}
