/* probe_walks.c - what must hold of talks at random. */
#include <string.h>

#include "talk/probe.h"
#include "talk/probe_person.h"
#include "triage/witness.h"
#include "util/arena.h"
#include "util/err.h"

enum { MOST_TOLD = 3 };

static void tell(struct probe *k, int finding)
{
	struct facts told = {0};
	struct talk_in in = {.kind = TALK_TELL, .told = &told};

	facts_tell(k->d->tables, &told, finding, STATE_PRESENT);
	probe_step(k, &in);
}

static int any_finding(const struct talk_data *d, struct dice *dice)
{
	return (int)dice_below(dice, (unsigned)vocab_findings(tables_vocab(d->tables)));
}

static void open_at_random(struct probe *k, struct dice *dice)
{
	struct facts told = {0};
	struct talk_in in = {.kind = TALK_TELL, .told = &told};

	for (unsigned i = 1 + dice_below(dice, MOST_TOLD); i > 0; i--)
		facts_tell(k->d->tables, &told, any_finding(k->d, dice), STATE_PRESENT);
	probe_step(k, &in);
}

/* Told by anybody as a danger: some rule of urgent or emergency rests on it, and it calms nothing. */
static bool is_sign(const struct talk_data *d, int finding)
{
	struct facts base = {0}, alone = {0};

	facts_tell(d->tables, &alone, finding, STATE_PRESENT);
	return !finding_calms(d->tables, finding) &&
		decide_urgency(d->tables, &alone) > decide_urgency(d->tables, &base);
}

size_t probe_signs(const struct talk_data *d, unsigned walks, struct problems *problems)
{
	struct dice dice = {1};
	size_t tried = 0;

	for (unsigned w = 0; w < walks; w++) {
		struct probe k;
		struct talk_in in;

		probe_begin(&k, d, problems);
		open_at_random(&k, &dice);
		for (int i = 0; i < MOST_TURNS && dice_below(&dice, 4) && person_random(&k.out, &dice, &in); i++)
			probe_step(&k, &in);
		enum urgency before = k.s.urgency;
		int sign = any_finding(d, &dice);
		if (is_sign(d, sign)) {
			tell(&k, sign);
			tried++;
		}
		if (k.s.urgency < before)
			problems_add(problems, "talk", 0, 0, "walk %u: told %s, and the urgency fell from %s to %s", w,
				vocab_finding_id(tables_vocab(d->tables), sign), urgency_id(before),
				urgency_id(k.s.urgency));
		probe_end(&k);
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

static void check_end(const struct probe *k, unsigned walk)
{
	const char *danger = k->s.urgency == URGENCY_SELF_CARE ? open_danger(k->d, &k->s) : NULL;

	if (danger)
		problems_add(k->problems, "talk", 0, 0, "walk %u: ends with home care, and %s is open for \"%s\"", walk,
			danger, facts_words(k->d->tables, &k->s.facts, false, k->arena));
	enum urgency called_for = decide_urgency(k->d->tables, &k->s.facts); /* at the end nothing waits any more */
	if (k->s.stage == STAGE_ADVISED && k->s.urgency < called_for)
		problems_add(k->problems, "talk", 0, 0, "walk %u: ends with %s, and the tables say %s for \"%s\"", walk,
			urgency_id(k->s.urgency), urgency_id(called_for), facts_words(k->d->tables, &k->s.facts, false, k->arena));
}

static void check_turn(const struct probe *k, unsigned walk)
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
		problems_add(k->problems, "talk", 0, 0, "walk %u: %d questions, more than %d", walk, k->s.questions,
			limits->questions);
	if (k->s.stage == STAGE_ASKING && k->s.urgency == URGENCY_EMERGENCY)
		problems_add(k->problems, "talk", 0, 0, "walk %u: still asks in an emergency", walk);
	for (size_t i = 0; i < sizeof k->s.tips / sizeof *k->s.tips; i++)
		both |= k->s.tips[i] && k->s.avoided[i];
	if (both)
		problems_add(k->problems, "talk", 0, 0, "walk %u: a tip is given and advised against", walk);
}

/* The same turn from the state as it is written down. */
static void check_reload(const struct probe *before, const struct talk_in *in, const struct probe *after, unsigned walk)
{
	struct probe again = *before;
	struct err err;
	cJSON *saved = state_save(&before->s, before->d->tables);
	bool same = state_load(saved, before->d->tables, &again.s, &err) == 0;

	if (same)
		probe_step(&again, in);
	for (size_t i = 0; same && i < after->out.n_replies; i++)
		same = i < again.out.n_replies && strcmp(again.out.replies[i], after->out.replies[i]) == 0;
	if (!same)
		problems_add(before->problems, "talk", 0, 0, "walk %u: goes on differently from the saved state", walk);
	cJSON_Delete(saved);
}

static void walk_once(const struct talk_data *d, struct dice *dice, unsigned walk, struct problems *problems)
{
	struct probe k, before;
	struct talk_in in;

	probe_begin(&k, d, problems);
	k.s.said.seed = walk + 1;
	open_at_random(&k, dice);
	check_turn(&k, walk);
	for (int i = 0; i < MOST_TURNS && k.s.stage == STAGE_ASKING && person_random(&k.out, dice, &in); i++) {
		before = k;
		probe_step(&k, &in);
		check_turn(&k, walk);
		check_reload(&before, &in, &k, walk);
	}
	check_end(&k, walk);
	probe_end(&k);
}

size_t probe_walks(const struct talk_data *d, unsigned walks, struct problems *problems)
{
	struct dice dice = {2};

	for (unsigned w = 0; w < walks; w++)
		walk_once(d, &dice, w, problems);
	return walks;
}
