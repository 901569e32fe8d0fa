/* floor_talk.c - what is asked, when to come back, and what the state of a finding does, by floor.yaml and by the tables. */
#include <stdlib.h>

#include "rules/names.h"
#include "triage/floor_parts.h"
#include "triage/questions.h"
#include "triage/witness.h"
#include "util/arena.h"
#include "util/err.h"
#include "util/mem.h"

static void complain(const struct floor *f, const char *key, const char *what, const char *where)
{
	const struct yaml *node = yaml_get(f->root, key);
	yaml_problem(f->load.f, node, f->load.problems, "%s: put that back into %s", what, where);
}

/* ---- states.yaml ---- */

static void check_finding(const struct floor *f, int finding)
{
	const struct tables *own = f->own, *t = f->t;
	const char *id = vocab_finding_id(t->vocab, finding);
	if (atoms_is_history(own->atoms, finding) && !atoms_is_history(t->atoms, finding))
		complain(f, "states", arena_printf(f->arena, "%s counts also when it is past", id), "history of states.yaml");
	if (own->calming[finding] && !t->calming[finding])
		complain(f, "states", arena_printf(f->arena, "%s must not calm while it is uncertain", id), "calming of states.yaml");
	if (own->lasting[finding] && !t->lasting[finding])
		complain(f, "states", arena_printf(f->arena, "%s stays known for the next complaint", id), "lasting of states.yaml");
	for (size_t i = 0; i < own->implied[finding].n; i++) {
		bool there = false;
		for (size_t k = 0; k < t->implied[finding].n; k++)
			there |= t->implied[finding].items[k] == own->implied[finding].items[i];
		if (!there)
			complain(f, "states", arena_printf(f->arena, "%s tells %s as well", id,
				vocab_finding_id(t->vocab, own->implied[finding].items[i])), "implies of states.yaml");
	}
}

static void check_states(const struct floor *f)
{
	for (int i = 0; i < (int)vocab_findings(f->t->vocab); i++)
		check_finding(f, i);
	for (int i = 0; i < FACTS_MAX; i++)
		if (intent_urgency(f->t, i) < intent_urgency(f->own, i))
			complain(f, "states", arena_printf(f->arena, "%s by itself is an %s", vocab_intent_id(f->t->vocab, i),
				urgency_id(intent_urgency(f->own, i))), "intents of states.yaml");
}

/* ---- dialogue.yaml ---- */

static void check_limit(const struct floor *f, const char *key, int floor, int now)
{
	if (now < floor)
		complain(f, "talk", arena_printf(f->arena, "%s is at least %d, and is %d", key, floor, now), "dialogue.yaml");
}

static void check_limits(const struct floor *f)
{
	const struct limits *floor = tables_limits(f->own), *now = tables_limits(f->t);
	check_limit(f, "questions", floor->questions, now->questions);
	check_limit(f, "when_urgent", floor->when_urgent, now->when_urgent);
	check_limit(f, "unsure_screen", floor->unsure_screen, now->unsure_screen);
}

static void check_unreached(const struct floor *f)
{
	const struct yaml *talk = yaml_get(f->root, "talk");
	for (int i = 0; i < (int)vocab_findings(f->t->vocab); i++)
		if (unreached_finding(f->t, i) && !unreached_finding(f->own, i))
			yaml_problem(f->load.f, talk, f->load.problems, "%s must be asked: take it out of unreached of dialogue.yaml",
				vocab_finding_id(f->t->vocab, i));
	for (int i = 0; i < (int)tables_rules(f->t); i++)
		if (unreached_rule(f->t, i) && !unreached_rule(f->own, i))
			yaml_problem(f->load.f, talk, f->load.problems, "%s must be reached: take it out of unreached of dialogue.yaml",
				rule_id(f->t, i));
}

static void check_wait(const struct floor *f, int rule, const char *key, const struct list *waits, const struct bits *may)
{
	if (f->t->rules[rule].urgency >= URGENCY_URGENT && waits->n && !bits_has(may, rule))
		yaml_problem(f->load.f, yaml_get(f->root, "talk"), f->load.problems, "%s must not wait: take its %s out of %s:%d",
			rule_id(f->t, rule), key, rule_file(f->t, rule), rule_line(f->t, rule));
}

static void check_waits(const struct floor *f)
{
	for (int i = 0; i < (int)tables_rules(f->t); i++) {
		check_wait(f, i, "waits_for", &f->t->rules[i].waits_for, &f->may_wait);
		check_wait(f, i, "asked_waits_for", &f->t->rules[i].asked_waits_for, &f->may_wait_when_asked);
	}
}

static void check_list(const struct floor *f, const struct list *floor, const struct list *now, const char *key)
{
	for (size_t i = 0; i < floor->n; i++) {
		bool there = false;
		for (size_t k = 0; k < now->n; k++)
			there |= now->items[k] == floor->items[i];
		if (!there)
			complain(f, "talk", arena_printf(f->arena, "%s is among the %s", question_id(f->t, floor->items[i]), key),
				"dialogue.yaml");
	}
}

/* Fewer screens for nobody else than here. */
static void check_short(const struct floor *f)
{
	struct facts nothing = {0}, *there = mem_alloc(WITNESS_MAX, sizeof *there);
	size_t n = f->t->short_screens.n ? guard_witnesses(f->t, &f->t->short_when, &nothing, there) : 0;
	for (size_t i = 0; i < n; i++) {
		struct bits held;
		atoms_hold(f->own->atoms, &there[i], true, &held);
		if (!f->own->short_screens.n || !guard_holds(&f->own->short_when, &held))
			complain(f, "talk", arena_printf(f->arena, "not fewer screens for \"%s\"",
				facts_words(f->t, &there[i], true, f->arena)), "short_screens of dialogue.yaml");
	}
	if (f->t->short_screens.n)
		check_list(f, &f->own->short_screens, &f->t->short_screens, "short_screens");
	free(there);
}

/* ---- what is asked ---- */

static bool choice_tells(const struct tables *t, int question, int finding)
{
	for (int c = 0; c < (int)question_choices(t, question); c++) {
		size_t n;
		const int *about = choice_findings(t, question, c, &n);
		for (size_t i = 0; i < n; i++)
			if (about[i] == finding)
				return true;
	}
	return false;
}

static void check_asked(const struct floor *f, const struct yaml *asked, const char *question)
{
	int q = question_number(f->t, question);
	struct list floor = load_findings((struct load *)&f->load, asked, question);
	if (q < 0) {
		complain(f, "asked", arena_printf(f->arena, "%s must be asked", question), "questions.yaml");
		return;
	}
	for (size_t i = 0; i < floor.n; i++)
		if (!choice_tells(f->t, q, floor.items[i]))
			complain(f, "asked", arena_printf(f->arena, "%s must ask for %s, and a choice must tell it", question,
				vocab_finding_id(f->t->vocab, floor.items[i])), "questions.yaml");
}

static void check_lead(const struct floor *f, const struct yaml *leads, const char *presentation)
{
	int p = names_number(f->t->presentation_ids, presentation);
	struct list floor = load_names((struct load *)&f->load, leads, presentation, "question", f->t->question_ids);
	for (size_t i = 0; i < floor.n; i++) {
		bool there = false;
		for (size_t k = 0; p >= 0 && k < f->t->presentations[p].questions.n; k++)
			there |= f->t->presentations[p].questions.items[k] == floor.items[i];
		if (!there)
			complain(f, "leads", arena_printf(f->arena, "%s must ask %s", presentation, question_id(f->t, floor.items[i])),
				"presentations.yaml");
	}
}

static void check_questions(const struct floor *f)
{
	const struct yaml *asked = yaml_get(f->root, "asked"), *leads = yaml_get(f->root, "leads");
	for (size_t i = 0; asked && i < asked->n; i++)
		check_asked(f, asked, asked->keys[i]->text);
	for (size_t i = 0; leads && i < leads->n; i++)
		check_lead(f, leads, leads->keys[i]->text);
}

/* ---- when to come back ---- */

static void check_back(const struct floor *f, enum urgency urgency, int condition)
{
	int floor[CHECK_INS_MAX], now[CHECK_INS_MAX];
	bool floor_anytime = false, anytime = false;
	size_t n_floor = check_ins(f->own, urgency, condition, floor, &floor_anytime);
	size_t n = check_ins(f->t, urgency, condition, now, &anytime);
	bool good = n >= n_floor && (anytime || !floor_anytime);
	for (size_t i = 0; good && i < n_floor; i++)
		good = now[i] <= floor[i];
	if (!good)
		complain(f, "check_in", arena_printf(f->arena, "%s%s%s is asked after as early and as often as here",
			urgency_id(urgency), condition < 0 ? "" : " with ", condition < 0 ? "" : vocab_condition_id(f->t->vocab, condition)),
			"check_in of dialogue.yaml");
}

static void check_times(const struct floor *f)
{
	for (enum urgency u = URGENCY_SELF_CARE; u <= URGENCY_EMERGENCY; u++)
		for (int c = -1; c < (int)vocab_conditions(f->t->vocab); c++)
			if (c < 0 || f->t->conditions[c].check_in >= 0)
				check_back(f, u, c);
}

void floor_talk(struct floor *f)
{
	check_states(f);
	check_limits(f);
	check_unreached(f);
	check_waits(f);
	check_list(f, &f->own->screens, &f->t->screens, "screens");
	check_list(f, &f->own->dangers, &f->t->dangers, "dangers");
	check_short(f);
	check_questions(f);
	check_times(f);
}
