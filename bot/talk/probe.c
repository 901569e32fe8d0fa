/* probe.c - what must hold of every talk. */
#include "talk/probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "talk/probe_person.h"
#include "talk/responses.h"
#include "triage/witness.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/err.h"
#include "util/json.h"

enum { MOST_TURNS = 40, MOST_TOLD = 3, MAX_TEXT = 1 << 16, MAX_LIST = 1000 };

struct talk {
	const struct talk_data *d;
	struct talk_state s;
	struct talk_out out;
	struct arena *arena;
	struct problems *problems;
};

static void talk_begin(struct talk *k, const struct talk_data *d, struct problems *problems)
{
	*k = (struct talk){.d = d, .arena = arena_new(), .problems = problems};
	state_init(&k->s);
}

static void talk_end(struct talk *k)
{
	arena_free(k->arena);
}

static void step(struct talk *k, const struct talk_in *in)
{
	talk_turn(k->d, &k->s, in, k->arena, &k->out);
}

static void tell(struct talk *k, int finding)
{
	struct facts told = {0};
	struct talk_in in = {.kind = TALK_TELL, .told = &told};

	facts_tell(k->d->tables, &told, finding, STATE_PRESENT);
	step(k, &in);
}

/* "swelling fever -pain age_years=15" */
static const char *facts_words(const struct talk_data *d, const struct facts *facts, struct arena *arena)
{
	const struct vocab *v = tables_vocab(d->tables);
	struct buf b;

	buf_init(&b, MAX_LIST);
	for (int i = 0; i < (int)vocab_findings(v); i++)
		if (facts->state[i] == STATE_PRESENT)
			buf_addf(&b, "%s%s", b.len ? " " : "", vocab_finding_id(v, i));
	for (int k = 0; k < VALUE_KINDS; k++)
		if (facts->has_value[k])
			buf_addf(&b, "%s%s=%g", b.len ? " " : "",
				vocab_finding_id(v, vocab_value_finding(v, (enum value_kind)k)), facts->value[k]);
	const char *text = arena_strdup(arena, buf_str(&b));
	buf_done(&b);
	return text;
}

/* ---- every rule is reached ---- */

/* All that is not there is denied. */
static struct facts whole_truth(const struct talk_data *d, const struct facts *there)
{
	struct facts truth = *there;

	for (size_t i = 0; i < vocab_findings(tables_vocab(d->tables)); i++)
		if (truth.state[i] != STATE_PRESENT)
			truth.state[i] = STATE_ABSENT;
	return truth;
}

static bool is_unreached(const struct talk_data *d, const struct facts *there)
{
	const struct vocab *v = tables_vocab(d->tables);

	for (int i = 0; i < (int)vocab_findings(v); i++) {
		int kind = vocab_value_kind(v, i);
		bool told = kind < 0 ? there->state[i] == STATE_PRESENT : there->has_value[kind];

		if (told && unreached_finding(d->tables, i))
			return true;
	}
	return false;
}

static void open_with(struct talk *k, const char *opening)
{
	struct talk_in in = {.kind = TALK_SAY, .text = opening, .len = strlen(opening)};

	step(k, &in);
}

/* The person begins with what the opening tells, and with the numbers, which nobody taps. */
static void meet_person(const struct talk_data *d, const struct facts *base, int rule, const struct facts *there,
	struct problems *problems)
{
	struct facts truth = whole_truth(d, there), told = *base;
	enum urgency wanted = decide_urgency(d->tables, &truth);
	struct talk_in in = {.kind = TALK_TELL, .told = &told};
	struct talk k;

	memcpy(told.has_value, there->has_value, sizeof told.has_value);
	memcpy(told.value, there->value, sizeof told.value);
	talk_begin(&k, d, problems);
	step(&k, &in);
	for (int i = 0; i < MOST_TURNS && person_truthful(d, &k.s, &truth, &in); i++)
		step(&k, &in);
	if (k.s.stage == STAGE_ASKING || k.s.urgency < wanted)
		problems_add(problems, rule_file(d->tables, rule), rule_line(d->tables, rule), 1,
			"%s: a person with \"%s\" who answers truthfully ends at %s after %d questions, not at %s",
			rule_id(d->tables, rule), facts_words(d, there, k.arena), urgency_id(k.s.urgency), k.s.questions,
			urgency_id(wanted));
	talk_end(&k);
}

/* What the opening tells. */
static struct facts opening_facts(const struct talk_data *d, const char *opening)
{
	struct talk k;
	struct problems none;

	problems_init(&none);
	talk_begin(&k, d, &none);
	open_with(&k, opening);
	struct facts facts = k.s.facts;
	talk_end(&k);
	problems_done(&none);
	return facts;
}

size_t probe_rules(const struct talk_data *d, const char *opening, struct problems *problems)
{
	struct facts base = opening_facts(d, opening), *there = calloc(WITNESS_MAX, sizeof *there);
	size_t tried = 0;

	for (int rule = 0; there && rule < (int)tables_rules(d->tables); rule++) {
		if (rule_urgency(d->tables, rule) < URGENCY_URGENT || unreached_rule(d->tables, rule))
			continue;
		size_t n = witnesses(d->tables, rule, &base, there);
		if (!n)
			problems_add(problems, rule_file(d->tables, rule), rule_line(d->tables, rule), 1,
				"%s: nobody who begins with \"%s\" can have its findings", rule_id(d->tables, rule), opening);
		for (size_t i = 0; i < n; i++)
			if (!is_unreached(d, &there[i])) {
				meet_person(d, &base, rule, &there[i], problems);
				tried++;
			}
	}
	free(there);
	return tried;
}

/* ---- walks at random ---- */

static int any_finding(const struct talk_data *d, struct dice *dice)
{
	return (int)dice_below(dice, (unsigned)vocab_findings(tables_vocab(d->tables)));
}

static void open_at_random(struct talk *k, struct dice *dice)
{
	struct facts told = {0};
	struct talk_in in = {.kind = TALK_TELL, .told = &told};

	for (unsigned i = 1 + dice_below(dice, MOST_TOLD); i > 0; i--)
		facts_tell(k->d->tables, &told, any_finding(k->d, dice), STATE_PRESENT);
	step(k, &in);
}

/* Told by anybody as a danger: some rule of urgent or emergency rests on it, and it calms nothing. */
static bool is_sign(const struct talk_data *d, int finding)
{
	struct facts base = {0}, alone = {0};

	facts_tell(d->tables, &alone, finding, STATE_PRESENT);
	return !finding_calms(d->tables, finding) && decide_urgency(d->tables, &alone) > decide_urgency(d->tables, &base);
}

size_t probe_signs(const struct talk_data *d, unsigned walks, struct problems *problems)
{
	struct dice dice = {1};
	size_t tried = 0;

	for (unsigned w = 0; w < walks; w++) {
		struct talk k;
		struct talk_in in;

		talk_begin(&k, d, problems);
		open_at_random(&k, &dice);
		for (int i = 0; i < MOST_TURNS && dice_below(&dice, 4) && person_random(&k.out, &dice, &in); i++)
			step(&k, &in);
		enum urgency before = k.s.urgency;
		int sign = any_finding(d, &dice);
		if (is_sign(d, sign)) {
			tell(&k, sign);
			tried++;
		}
		if (k.s.urgency < before)
			problems_add(problems, "talk", 0, 0, "walk %u: told %s, and the urgency fell from %s to %s", w,
				vocab_finding_id(tables_vocab(d->tables), sign), urgency_id(before), urgency_id(k.s.urgency));
		talk_end(&k);
	}
	return tried;
}

/* ---- no all-clear with a danger open ---- */

/* A required screen that was never put, or a doubt that would be an emergency. NULL: none. */
static const char *open_danger(const struct talk_data *d, const struct talk_state *s)
{
	int screens[SCREENS_MAX], open[QUESTION_MAX_FINDINGS];
	size_t n = screens_required(d->tables, &s->facts, screens);

	for (size_t i = 0; i < n; i++)
		if (!s->answered[screens[i]] && question_open(d->tables, screens[i], &s->facts, open))
			return question_id(d->tables, screens[i]);
	int rule = decide_emergency_if_sure(d->tables, &s->facts);
	return rule < 0 ? NULL : rule_id(d->tables, rule);
}

static void check_end(const struct talk *k, unsigned walk)
{
	const char *danger = k->s.urgency == URGENCY_SELF_CARE ? open_danger(k->d, &k->s) : NULL;

	if (danger)
		problems_add(k->problems, "talk", 0, 0, "walk %u: ends with home care, and %s is open for \"%s\"", walk, danger,
			facts_words(k->d, &k->s.facts, k->arena));
}

static void check_turn(const struct talk *k, unsigned walk)
{
	const struct limits *limits = tables_limits(k->d->tables);
	bool both = false, blank = false;

	for (size_t i = 0; i < k->out.n_replies; i++)
		blank |= strchr(k->out.replies[i], '{') != NULL;
	if (blank)
		problems_add(k->problems, "talk", 0, 0, "walk %u: a blank is not filled: %s", walk, k->out.replies[0]);
	if (!k->out.n_replies || k->out.n_replies > TALK_MAX_REPLIES)
		problems_add(k->problems, "talk", 0, 0, "walk %u: %zu messages in a turn", walk, k->out.n_replies);
	if (k->s.questions > limits->questions)
		problems_add(k->problems, "talk", 0, 0, "walk %u: %d questions, more than %d", walk, k->s.questions, limits->questions);
	if (k->s.stage == STAGE_ASKING && k->s.urgency == URGENCY_EMERGENCY)
		problems_add(k->problems, "talk", 0, 0, "walk %u: still asks in an emergency", walk);
	for (size_t i = 0; i < sizeof k->s.tips / sizeof *k->s.tips; i++)
		both |= k->s.tips[i] && k->s.avoided[i];
	if (both)
		problems_add(k->problems, "talk", 0, 0, "walk %u: a tip is given and advised against", walk);
}

/* The same turn from the state as it is written down. */
static void check_reload(const struct talk *before, const struct talk_in *in, const struct talk *after, unsigned walk)
{
	struct talk again = *before;
	struct err err;
	cJSON *saved = state_save(&before->s, before->d->tables);
	bool same = state_load(saved, before->d->tables, &again.s, &err) == 0;

	if (same)
		step(&again, in);
	for (size_t i = 0; same && i < after->out.n_replies; i++)
		same = i < again.out.n_replies && strcmp(again.out.replies[i], after->out.replies[i]) == 0;
	if (!same)
		problems_add(before->problems, "talk", 0, 0, "walk %u: goes on differently from the saved state", walk);
	cJSON_Delete(saved);
}

static void walk_once(const struct talk_data *d, struct dice *dice, unsigned walk, struct problems *problems)
{
	struct talk k, before;
	struct talk_in in;

	talk_begin(&k, d, problems);
	k.s.said.seed = walk + 1;
	open_at_random(&k, dice);
	check_turn(&k, walk);
	for (int i = 0; i < MOST_TURNS && k.s.stage == STAGE_ASKING && person_random(&k.out, dice, &in); i++) {
		before = k;
		step(&k, &in);
		check_turn(&k, walk);
		check_reload(&before, &in, &k, walk);
	}
	check_end(&k, walk);
	talk_end(&k);
}

size_t probe_walks(const struct talk_data *d, unsigned walks, struct problems *problems)
{
	struct dice dice = {2};

	for (unsigned w = 0; w < walks; w++)
		walk_once(d, &dice, w, problems);
	return walks;
}
