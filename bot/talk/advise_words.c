/* advise_words.c - the parts of an advice: words of the rules that fired, of the level of urgency, of tips. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "rules/vocab.h"
#include "talk/responses.h"
#include "talk/turn.h"
#include "triage/tips.h"
#include "util/arena.h"
#include "util/yaml.h"

enum { MAX_TIPS_SAID = 4, MAX_AVOID_SAID = 3, MAX_PREVENTION_SAID = 2 };

static const char *level_id(const struct turn *t)
{
	return urgency_id(t->s->urgency);
}

/* ---- rules and their families ---- */

static const struct yaml *family_node(const struct turn *t, int rule)
{
	const char *id = rule_id(t->data->tables, rule);
	char *family = arena_strndup(t->arena, id, strcspn(id, "/"));

	return responses_at(t->data->responses, "rules", "families", family, NULL);
}

/* What a fired rule says under `key`: its own words, else its family's at this level, else its family's. */
const char *advise_rule_words(const struct turn *t, int rule, const char *key)
{
	const struct yaml *own =
		responses_at(t->data->responses, "rules", "rules", rule_id(t->data->tables, rule), key, NULL);
	const struct yaml *family = family_node(t, rule), *level = yaml_get(yaml_get(family, level_id(t)), key);

	return say_node(&t->voice, own ? own : level ? level : yaml_get(family, key));
}

/* Whether `said` has the item, up to the end of a sentence or the next comma. */
static bool said_already(const char *said, const char *item)
{
	size_t len = strlen(item);

	for (const char *at = said; at && *at; at++)
		if (strncasecmp(at, item, len) == 0 && (!at[len] || strchr(".,;:", at[len])))
			return true;
	return false;
}

/* After "No massage, no heat." it is "No sport." that is left of "No massage, no sport." */
const char *advise_besides(const struct turn *t, const char *text, const char *said)
{
	size_t end = text ? strcspn(text, ".") : 0;
	char *kept = NULL;

	for (size_t at = 0, len; at < end; at += len + strspn(text + at + len, ", ")) {
		len = strcspn(text + at, ",.");
		char *item = arena_strndup(t->arena, text + at, len);

		if (!said_already(said, item))
			kept = kept ? arena_printf(t->arena, "%s, %s", kept, item) : item;
	}
	if (!text || !kept)
		return text && text[end] && text[end + 1] ? text + end + 1 + strspn(text + end + 1, " \n") : NULL;
	*kept = (char)toupper((unsigned char)*kept);
	return arena_printf(t->arena, "%s%s", kept, text + end);
}

/* The first, and those of the same level of another family. */
size_t advise_rules(const struct turn *t, int out[ADVISE_MAX_RULES])
{
	const struct decision *d = &t->out->decision;
	size_t n = 0;

	for (size_t i = 0; i < d->n_why && n < ADVISE_MAX_RULES; i++) {
		bool known = n && rule_urgency(t->data->tables, d->why[i]) < t->s->urgency;

		for (size_t k = 0; k < n; k++)
			known |= family_node(t, out[k]) == family_node(t, d->why[i]);
		if (!known)
			out[n++] = d->why[i];
	}
	return n;
}

/* ---- who it is for ---- */

/* A group of groups.yaml: one of the findings under `when`, or an age below `age_below`. */
static bool in_group(const struct turn *t, const struct yaml *group)
{
	const struct yaml *when = yaml_get(group, "when"), *below = yaml_get(group, "age_below");
	const struct facts *facts = &t->s->facts;

	for (size_t i = 0; when && i < when->n; i++) {
		int finding = vocab_finding(tables_vocab(t->data->tables), when->items[i]->text);

		if (finding >= 0 && facts->state[finding] == STATE_PRESENT)
			return true;
	}
	return below && below->kind == YAML_SCALAR && facts->has_value[VALUE_AGE_YEARS] &&
		facts->value[VALUE_AGE_YEARS] < strtod(below->text, NULL);
}

/* The wording of the level for this person: "lead_child" where the group "child" fits; else the plain one. */
const char *advise_level_words(const struct turn *t, const char *key)
{
	const struct yaml *groups = responses_at(t->data->responses, "groups", "groups", NULL);

	for (size_t i = 0; groups && i < groups->n; i++) {
		const char *own = arena_printf(t->arena, "%s_%s", key, groups->keys[i]->text);
		const struct yaml *node =
			responses_at(t->data->responses, "urgency", "urgency", level_id(t), own, NULL);

		if (node && in_group(t, groups->items[i]))
			return say_node(&t->voice, node);
	}
	return say(&t->voice, "urgency", "urgency", level_id(t), key, NULL);
}

/* A line for people who need other rules: the first group that fits. */
const char *advise_group_line(const struct turn *t)
{
	const struct yaml *groups = responses_at(t->data->responses, "groups", "groups", NULL);

	for (size_t i = 0; groups && i < groups->n; i++)
		if (in_group(t, groups->items[i]) &&
			(t->s->urgency < URGENCY_URGENT || !yaml_get(groups->items[i], "only_calm")))
			return say_node(&t->voice, yaml_get(groups->items[i], "line"));
	return NULL;
}

/* ---- tips ---- */

static void give(struct turn *t, int tip)
{
	t->s->tips[tip] = true;
	t->s->avoided[tip] = false;
}

static void advise_against(struct turn *t, int tip)
{
	t->s->avoided[tip] = true;
	t->s->tips[tip] = false;
}

/* What the rules forbid, and what a person would try by herself and what is known speaks against. */
void advise_mark_avoided(struct turn *t)
{
	const struct decision *d = &t->out->decision;
	int forbidden[TRIAGE_MAX_TIPS];
	size_t n = forbidden_treatments(t->data->tables, &t->s->facts, d, forbidden);

	for (size_t i = 0; i < d->n_avoid; i++)
		advise_against(t, d->avoid[i]);
	for (size_t i = 0; i < n; i++)
		advise_against(t, forbidden[i]);
}

static size_t safe(const struct turn *t, int out[TRIAGE_MAX_TIPS])
{
	int medicines = question_number(t->data->tables, "q_medicines");

	return safe_tips(
		t->data->tables, &t->s->facts, &t->out->decision, medicines >= 0 && t->s->answered[medicines], out);
}

/* Gives the tips of the safe set, a few in words, and remembers them. What `besides` says already is not said twice. */
const char *advise_tips(struct turn *t, const char *besides)
{
	int tips[TRIAGE_MAX_TIPS];
	const char *lines[MAX_TIPS_SAID + 1] = {say(&t->voice, "urgency", "tips_lead", NULL)};
	size_t n = safe(t, tips), said = 1;

	for (size_t i = 0; i < n && said <= MAX_TIPS_SAID; i++) {
		enum tip_kind kind = tip_kind(t->data->tables, tips[i]);
		const char *text = kind == TIP_TREATMENT || kind == TIP_FIRST_AID
			? say(&t->voice, "tips", "tips", tip_id(t->data->tables, tips[i]), "do", NULL)
			: NULL;

		if (!text)
			continue;
		give(t, tips[i]);
		if (!besides || !strstr(besides, text))
			lines[said++] = text;
	}
	return said > 1 ? say_join(&t->voice, "\n- ", lines, said) : NULL;
}

static const char *tip_word(const struct turn *t, int tip, const char *key)
{
	return say(&t->voice, "tips", "tips", tip_id(t->data->tables, tip), key, NULL);
}

/* "For now: no massage, no heat." What is likeliest to be tried comes first in the table. */
const char *advise_avoid(struct turn *t)
{
	const char *names[MAX_AVOID_SAID];
	size_t n = 0;

	for (int i = 0; i < (int)tables_tips(t->data->tables) && n < MAX_AVOID_SAID; i++) {
		const char *name = t->s->avoided[i] ? tip_word(t, i, "not") : NULL;

		if (name)
			names[n++] = name;
	}
	return n ? say_with(&t->voice, "tips", say_list(&t->voice, names, n, false),
			   responses_at(t->data->responses, "urgency", "avoid_lead", NULL))
		 : NULL;
}

/* "For the next time: a warm-up, building up training bit by bit." */
const char *advise_prevention(struct turn *t)
{
	int tips[TRIAGE_MAX_TIPS];
	const char *names[MAX_PREVENTION_SAID];
	size_t n = safe(t, tips), said = 0;

	for (size_t i = 0; i < n && said < MAX_PREVENTION_SAID; i++) {
		const char *name = tip_kind(t->data->tables, tips[i]) == TIP_PREVENTION && !t->s->tips[tips[i]]
			? tip_word(t, tips[i], "name")
			: NULL;

		if (!name)
			continue;
		give(t, tips[i]);
		names[said++] = name;
	}
	const char *texts[] = {said ? say(&t->voice, "urgency", "prevent_lead", NULL) : NULL,
		said ? arena_printf(t->arena, "%s.", say_list(&t->voice, names, said, false)) : NULL};
	return say_join(&t->voice, " ", texts, 2);
}

/* ---- what it could be ---- */

static const char *condition_name(const struct turn *t, size_t i)
{
	const struct decision *d = &t->out->decision;

	if (i >= d->n_conditions || d->conditions[i].points <= 0 ||
		d->conditions[i].points * 2 < d->conditions[0].points)
		return NULL;
	return say(&t->voice, "conditions", "conditions",
		vocab_condition_id(tables_vocab(t->data->tables), d->conditions[i].condition), "short", NULL);
}

const char *advise_likely(struct turn *t)
{
	const char *first = condition_name(t, 0), *second = condition_name(t, 1);

	if (!first)
		return NULL;
	say_clear(&t->voice);
	say_var(&t->voice, "condition", first);
	say_var(&t->voice, "other", second);
	const char *text = say(&t->voice, "urgency", second ? "likely_two" : "likely", NULL);
	say_clear(&t->voice);
	return text;
}
