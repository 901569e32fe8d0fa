/* advise.c - the end of the questions: how soon to be seen, why, what to do now and what not, what to watch for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/vocab.h"
#include "talk/responses.h"
#include "talk/turn.h"
#include "triage/tips.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/yaml.h"

enum { MAX_TIPS_SAID = 4, MAX_AVOID_SAID = 3, MAX_FAMILIES = 2, MAX_SIGNS = 8, MAX_TEXT = 4096 };

static const char *level_id(const struct turn *t)
{
	return urgency_id(t->s->urgency);
}

/* ---- wording of rules and their families ---- */

static const struct yaml *family_node(const struct turn *t, int rule)
{
	const char *id = rule_id(t->data->tables, rule);
	char *family = arena_strndup(t->arena, id, strcspn(id, "/"));

	return responses_at(t->data->responses, "rules", "families", family, NULL);
}

/* What a fired rule says under `key`: its own words, else its family's at this level, else its family's. */
static const struct yaml *rule_node(const struct turn *t, int rule, const char *key)
{
	const struct yaml *own = responses_at(t->data->responses, "rules", "rules", rule_id(t->data->tables, rule), key, NULL);
	const struct yaml *family = family_node(t, rule), *level = yaml_get(yaml_get(family, level_id(t)), key);

	return own ? own : level ? level : yaml_get(family, key);
}

static const char *rule_words(const struct turn *t, int rule, const char *key)
{
	return say_node(&t->voice, rule_node(t, rule, key));
}

/* The fired rules that speak: of the level of the talk, the first of each family. */
static size_t speaking_rules(const struct turn *t, int out[MAX_FAMILIES])
{
	const struct decision *d = &t->out->decision;
	size_t n = 0;

	for (size_t i = 0; i < d->n_why && n < MAX_FAMILIES; i++) {
		bool known = rule_urgency(t->data->tables, d->why[i]) < t->s->urgency && n;

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
static const char *level_words(const struct turn *t, const char *key)
{
	const struct yaml *groups = responses_at(t->data->responses, "groups", "groups", NULL);

	for (size_t i = 0; groups && i < groups->n; i++) {
		const char *own = arena_printf(t->arena, "%s_%s", key, groups->keys[i]->text);
		const struct yaml *node = responses_at(t->data->responses, "urgency", "urgency", level_id(t), own, NULL);

		if (node && in_group(t, groups->items[i]))
			return say_node(&t->voice, node);
	}
	return say(&t->voice, "urgency", "urgency", level_id(t), key, NULL);
}

/* A line for people who need other rules: the first group that fits. */
static const char *group_line(const struct turn *t)
{
	const struct yaml *groups = responses_at(t->data->responses, "groups", "groups", NULL);

	for (size_t i = 0; groups && i < groups->n; i++)
		if (in_group(t, groups->items[i]))
			return say_node(&t->voice, yaml_get(groups->items[i], "line"));
	return NULL;
}

/* ---- tips ---- */

static void mark_avoided(struct turn *t)
{
	for (size_t i = 0; i < t->out->decision.n_avoid; i++)
		t->s->avoided[t->out->decision.avoid[i]] = true;
}

/* Gives the tips of the safe set, a few in words, and remembers them. */
static const char *tips_words(struct turn *t, bool medicines)
{
	int tips[TRIAGE_MAX_TIPS];
	const char *lines[MAX_TIPS_SAID + 1] = {say(&t->voice, "urgency", "tips_lead", NULL)};
	size_t n = safe_tips(t->data->tables, &t->s->facts, &t->out->decision, medicines, tips), said = 1;

	for (size_t i = 0; i < n && said <= MAX_TIPS_SAID; i++) {
		enum tip_kind kind = tip_kind(t->data->tables, tips[i]);
		const char *text = kind == TIP_PREVENTION || kind == TIP_EXPLAIN ? NULL
			: say(&t->voice, "tips", "tips", tip_id(t->data->tables, tips[i]), "do", NULL);

		if (!text)
			continue;
		t->s->tips[tips[i]] = true;
		lines[said++] = text;
	}
	return said > 1 ? say_join(&t->voice, "\n- ", lines, said) : NULL;
}

/* "Until then: no massage, no tight bandage." */
static const char *avoid_words(struct turn *t)
{
	const char *names[MAX_AVOID_SAID];
	size_t n = 0;

	for (size_t i = 0; i < tables_tips(t->data->tables) && n < MAX_AVOID_SAID; i++) {
		const char *name = t->s->avoided[i] && !t->s->tips[i]
			? say(&t->voice, "tips", "tips", tip_id(t->data->tables, (int)i), "not", NULL)
			: NULL;

		if (name)
			names[n++] = name;
	}
	if (!n)
		return NULL;
	const char *list = say_list(&t->voice, names, n, false);
	say_clear(&t->voice);
	say_var(&t->voice, "tips", list);
	const char *text = say(&t->voice, "urgency", "avoid_lead", NULL);
	say_clear(&t->voice);
	return text;
}

/* ---- the safety net ---- */

static const char *list_words(struct turn *t, const char *lead, const struct yaml *list)
{
	struct buf b;

	if (!list || list->kind != YAML_LIST || !list->n)
		return NULL;
	buf_init(&b, MAX_TEXT);
	if (lead)
		buf_adds(&b, lead);
	for (size_t i = 0; i < list->n && i < MAX_SIGNS; i++) {
		const char *text = say_node(&t->voice, list->items[i]);

		buf_addf(&b, "%s- %s", b.len ? "\n" : "", text ? text : "");
	}
	const char *text = arena_strdup(t->arena, buf_str(&b));
	buf_done(&b);
	return text;
}

static const char *call_words(struct turn *t)
{
	return list_words(t, say(&t->voice, "net", "call", "lead", NULL), responses_at(t->data->responses, "net", "call", "signs", NULL));
}

/* Signs, course and when to come back of the likeliest condition; the common signs where none is named. */
static const char *net_words(struct turn *t)
{
	const struct decision *d = &t->out->decision;
	const char *id = d->n_conditions ? vocab_condition_id(tables_vocab(t->data->tables), d->conditions[0].condition) : NULL;
	const struct yaml *own = id ? responses_at(t->data->responses, "net", "conditions", id, NULL) : NULL;
	const char *same_day = list_words(t, say(&t->voice, "net", own ? "watch_lead" : "same_day", own ? NULL : "lead", NULL),
		own ? yaml_get(own, "watch") : responses_at(t->data->responses, "net", "same_day", "signs", NULL));
	const char *texts[] = {same_day, say_node(&t->voice, yaml_get(own, "come_back")), call_words(t)};

	return say_join(&t->voice, "\n", texts, 3);
}

/* ---- the offer to ask how it went ---- */

static const char *offer_check_in(struct turn *t)
{
	const char *text = say(&t->voice, "talk", "talk", "check_in_offer", level_id(t), NULL);
	bool anytime;
	int minutes[CHECK_INS_MAX], first = t->out->decision.n_conditions ? t->out->decision.conditions[0].condition : -1;

	if (!text || !check_ins(t->data->tables, t->s->urgency, first, minutes, &anytime))
		return NULL;
	t->s->open = (struct open){.kind = OPEN_CHECK_IN, .question = -1, .finding = -1};
	return text;
}

/* ---- whole messages ---- */

void advise_emergency(struct turn *t)
{
	int rules[MAX_FAMILIES];
	size_t n = speaking_rules(t, rules);
	const char *route = n ? rule_words(t, rules[0], "route") : NULL;
	const char *call = route && strcmp(route, "call") == 0 ? level_words(t, "lead_call") : NULL;
	const char *first[] = {call ? call : level_words(t, "lead"), n ? rule_words(t, rules[0], "why") : NULL};
	const char *then[3 * MAX_FAMILIES];
	size_t n_then = 0;

	for (size_t i = 0; i < n; i++) {
		then[n_then++] = rule_words(t, rules[i], "do_now");
		then[n_then++] = rule_words(t, rules[i], "do_not");
	}
	if (n)
		then[n_then++] = rule_words(t, rules[0], "say");
	turn_reply(t, say_join(&t->voice, "\n", first, 2));
	turn_reply(t, say_join(&t->voice, "\n", then, n_then));
	mark_avoided(t);
	t->out->effects |= t->s->alarmed ? 0 : TALK_ALARM;
	t->s->alarmed = true;
	t->s->stage = STAGE_ADVISED;
	t->s->open = (struct open){.kind = OPEN_NOTHING, .question = -1, .finding = -1};
}

static void advise_urgent(struct turn *t, const char *lead)
{
	int rules[MAX_FAMILIES];
	size_t n = speaking_rules(t, rules);
	const char *where = n ? rule_words(t, rules[0], "where") : NULL;
	const char *first[] = {lead, n ? rule_words(t, rules[0], "why") : NULL, level_words(t, "lead"),
		where ? where : level_words(t, "where")};
	const char *emergency = n ? rule_words(t, rules[0], "becomes_emergency") : NULL;
	const char *then[] = {n ? rule_words(t, rules[0], "do_now") : NULL, n ? rule_words(t, rules[0], "do_not") : NULL,
		n > 1 ? rule_words(t, rules[1], "do_not") : NULL, group_line(t), n ? rule_words(t, rules[0], "say") : NULL};

	mark_avoided(t);
	(void)tips_words(t, false);
	turn_reply(t, say_join(&t->voice, "\n", first, 4));
	turn_reply(t, say_join(&t->voice, "\n", then, 5));
	const char *last[] = {emergency ? emergency : call_words(t), offer_check_in(t)};
	turn_reply(t, say_join(&t->voice, "\n\n", last, 2));
}

/* "Sore muscles are the likeliest. It could also be ..." */
static const char *likely_words(struct turn *t)
{
	const struct decision *d = &t->out->decision;
	const char *names[2] = {0};
	size_t n = 0;

	for (size_t i = 0; i < d->n_conditions && n < 2; i++) {
		const char *id = vocab_condition_id(tables_vocab(t->data->tables), d->conditions[i].condition);
		const char *name = d->conditions[i].points * 2 >= d->conditions[0].points
			? say(&t->voice, "conditions", "conditions", id, "short", NULL)
			: NULL;

		if (name)
			names[n++] = name;
	}
	if (!n)
		return NULL;
	const char *list = say_list(&t->voice, names, n, true);
	say_clear(&t->voice);
	say_var(&t->voice, "condition", list);
	const char *text = say(&t->voice, "urgency", "likely", NULL);
	say_clear(&t->voice);
	return text;
}

static void advise_calm(struct turn *t, const char *lead)
{
	int rules[MAX_FAMILIES], medicines = question_number(t->data->tables, "q_medicines");
	size_t n = speaking_rules(t, rules);
	bool told = medicines >= 0 && t->s->answered[medicines];
	const char *first[] = {lead, likely_words(t), level_words(t, "lead"),
		t->s->urgency == URGENCY_SOON && n ? rule_words(t, rules[0], "why") : NULL, level_words(t, "where")};

	mark_avoided(t);
	const char *tips = tips_words(t, told);
	const char *then[] = {tips, avoid_words(t), group_line(t)};
	turn_reply(t, say_join(&t->voice, " ", first, 5));
	turn_reply(t, say_join(&t->voice, "\n", then, 3));
	const char *last[] = {net_words(t), level_words(t, "time_course"), offer_check_in(t)};
	turn_reply(t, say_join(&t->voice, "\n\n", last, 3));
}

void advise(struct turn *t, const char *lead)
{
	t->s->stage = STAGE_ADVISED;
	t->s->open = (struct open){.kind = OPEN_NOTHING, .question = -1, .finding = -1};
	if (t->s->urgency == URGENCY_EMERGENCY)
		advise_emergency(t);
	else if (t->s->urgency == URGENCY_URGENT)
		advise_urgent(t, lead);
	else
		advise_calm(t, lead);
	ask_show(t);
}
