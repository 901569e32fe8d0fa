/* probe_person.c - a talk with somebody who taps answers. */
#include "talk/probe_person.h"

#include <math.h>
#include <string.h>

#include "triage/triage.h"
#include "util/arena.h"

void probe_begin(struct probe *k, const struct talk_data *d, struct problems *problems)
{
	*k = (struct probe){.d = d, .arena = arena_new(), .problems = problems};
	state_init(&k->s);
}

void probe_end(struct probe *k)
{
	arena_free(k->arena);
}

void probe_step(struct probe *k, const struct talk_in *in)
{
	talk_turn(k->d, &k->s, in, k->arena, &k->out);
}

unsigned dice_below(struct dice *d, unsigned n) /* splitmix64 */
{
	uint64_t z = (d->seed += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (unsigned)((z ^ (z >> 31)) % n);
}

bool person_random(const struct talk_out *out, struct dice *dice, struct talk_in *in)
{
	*in = (struct talk_in){.kind = TALK_CHOOSE};
	if (!out->n_choices)
		return false;
	unsigned n = out->many ? 1 + dice_below(dice, 3) : 1;
	for (unsigned i = 0; i < n; i++)
		in->picked[in->n_picked++] = out->choices[dice_below(dice, (unsigned)out->n_choices)].id;
	return true;
}

static void pick(struct talk_in *in, const char *id)
{
	if (in->n_picked < TALK_MAX_PICKED)
		in->picked[in->n_picked++] = id;
}

/* Ages that a person would tick "under 16 or over 60" for. */
enum { YOUNG = 16, OLD = 60 };

static bool has(const struct talk_data *d, const struct facts *truth, int finding)
{
	int kind = vocab_value_kind(tables_vocab(d->tables), finding);

	if (kind == VALUE_AGE_YEARS)
		return truth->has_value[kind] && (truth->value[kind] < YOUNG || truth->value[kind] > OLD);
	return kind < 0 && truth->state[finding] == STATE_PRESENT;
}

static bool has_any(const struct talk_data *d, const struct facts *truth, const int *findings, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (has(d, truth, findings[i]))
			return true;
	return false;
}

/* How far the choice is from the truth. Denying what is there is worst, claiming what is not there is bad. */
static double distance(const struct talk_data *d, const struct talk_state *s, const struct facts *truth, int choice)
{
	enum { DENIES = 20, CLAIMS = 10, CALMS = 3, DOUBTS = 5, LEAVES_OPEN = 1, MISSES = 30 };
	struct facts then = s->facts;
	struct which which;
	size_t n_about, n_asks;
	const int *about = choice_findings(d->tables, s->open.question, choice, &n_about);
	const int *asks = question_asks(d->tables, s->open.question, &n_asks);
	double sum = 0;

	question_answer(d->tables, s->open.question, &choice, 1, &then, &which);
	bool one_of = which.n || (n_about > 1 && then.state[about[n_about - 1]] != STATE_PRESENT);
	if (one_of)
		return has_any(d, truth, about, n_about) ? 0 : MISSES;
	for (size_t i = 0; i < n_asks; i++) {
		enum finding_state state = (enum finding_state)then.state[asks[i]];
		bool there = has(d, truth, asks[i]);

		sum += state == STATE_ABSENT && there ? DENIES : 0;
		sum += state == STATE_PRESENT && !there ? (finding_calms(d->tables, asks[i]) ? CALMS : CLAIMS) : 0;
		sum += state == STATE_UNCERTAIN ? DOUBTS : 0;
		sum += state == STATE_UNKNOWN && there ? LEAVES_OPEN : 0;
	}
	for (int k = 0; k < VALUE_KINDS; k++)
		sum += then.has_value[k] && truth->has_value[k] ? fabs(then.value[k] - truth->value[k]) : 0;
	return sum;
}

static void answer_one(
	const struct talk_data *d, const struct talk_state *s, const struct facts *truth, struct talk_in *in)
{
	int best = s->open.shown[0];

	for (size_t i = 1; i < s->open.n_shown; i++)
		if (distance(d, s, truth, s->open.shown[i]) < distance(d, s, truth, best))
			best = s->open.shown[i];
	pick(in, choice_id(d->tables, s->open.question, best));
}

static void answer_list(
	const struct talk_data *d, const struct talk_state *s, const struct facts *truth, struct talk_in *in)
{
	for (size_t i = 0; i < s->open.n_shown; i++) {
		size_t n;
		const int *about = choice_findings(d->tables, s->open.question, s->open.shown[i], &n);

		if (has_any(d, truth, about, n))
			pick(in, choice_id(d->tables, s->open.question, s->open.shown[i]));
	}
}

static void answer_which(
	const struct talk_data *d, const struct talk_state *s, const struct facts *truth, struct talk_in *in)
{
	for (size_t i = 0; i < s->open.which.n; i++)
		if (has(d, truth, s->open.which.findings[i]))
			pick(in, vocab_finding_id(tables_vocab(d->tables), s->open.which.findings[i]));
}

bool person_truthful(
	const struct talk_data *d, const struct talk_state *s, const struct facts *truth, struct talk_in *in)
{
	*in = (struct talk_in){.kind = TALK_CHOOSE};
	switch (s->open.kind) {
	case OPEN_QUESTION:
		if (question_is_list(d->tables, s->open.question))
			answer_list(d, s, truth, in);
		else
			answer_one(d, s, truth, in);
		break;
	case OPEN_WHICH:
		answer_which(d, s, truth, in);
		break;
	case OPEN_FINDING:
		pick(in, has(d, truth, s->open.finding) ? "yes" : "no");
		break;
	default:
		return false;
	}
	if (!in->n_picked)
		pick(in, "none");
	return true;
}
