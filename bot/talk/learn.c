/* learn.c - what is told goes into the facts, and is said back. */
#include <stdio.h>
#include <string.h>

#include "rules/vocab.h"
#include "talk/responses.h"
#include "talk/turn.h"
#include "util/arena.h"
#include "util/yaml.h"

enum { REPEAT_MAX = 6, LIST_MAX = 16, DAYS_A_WEEK = 7, LITTLE_YEARS = 3 };

/* What is said later wins where the person corrects herself, or where it is the more serious. A plain denial takes back
 * only what was doubtful or not told. */
static bool takes_over(enum finding_state old, enum finding_state new, bool correction)
{
	if (new == STATE_UNKNOWN || new == STATE_HYPOTHETICAL || new == old)
		return false;
	if (old == STATE_UNKNOWN || old == STATE_HYPOTHETICAL || old == STATE_OTHER_PERSON)
		return true;
	if (correction || old == STATE_UNCERTAIN)
		return new != STATE_OTHER_PERSON && new != STATE_PAST;
	return new > old;
}

void learn(struct turn *t, const struct facts *said, bool correction)
{
	struct talk_state *s = t->s;
	struct facts sober = *said;
	const struct facts *told = &sober;

	facts_sober(t->data->tables, &sober);
	for (int i = 0; i < (int)vocab_findings(tables_vocab(t->data->tables)); i++) {
		enum finding_state old = (enum finding_state)s->facts.state[i],
				   new = (enum finding_state)told->state[i];

		if (old == STATE_PRESENT && new == STATE_ABSENT && !correction && t->clash < 0)
			t->clash = i;
		if (!takes_over(old, new, correction))
			continue;
		t->cleared |= old == STATE_UNCERTAIN && new == STATE_ABSENT;
		if (new == STATE_PRESENT)
			facts_tell(t->data->tables, &s->facts, i, new);
		else
			s->facts.state[i] = (uint8_t)new;
	}
	for (int k = 0; k < VALUE_KINDS; k++)
		if (told->has_value[k])
			facts_tell_value(&s->facts, (enum value_kind)k, told->value[k]);
	t->corrected |= correction;
}

/* ---- saying it back ---- */

static const struct yaml *values_node(const struct turn *t, const char *key)
{
	return responses_at(t->data->responses, "findings", "values", key, NULL);
}

static const char *number_text(struct turn *t, double n, const char *key)
{
	return say_with(&t->voice, "n", arena_printf(t->arena, "%g", n), values_node(t, key));
}

static const char *duration_text(struct turn *t, double days)
{
	if (days < 1)
		return number_text(t, 0, "duration_today");
	if (days < 2)
		return number_text(t, 1, "duration_one_day");
	if (days >= 2 * DAYS_A_WEEK)
		return number_text(t, (int)(days / DAYS_A_WEEK), "duration_weeks");
	return number_text(t, (int)days, "duration_days");
}

static const char *value_text(struct turn *t, enum value_kind kind)
{
	const struct vocab *v = tables_vocab(t->data->tables);
	double value = t->s->facts.value[kind];

	if (kind == VALUE_AGE_YEARS && value < LITTLE_YEARS) /* told in months, or by "my toddler" */
		return say(&t->voice, "findings", "values", "age_little", NULL);
	if (vocab_by_word(kind, value))
		return say(&t->voice, "findings", "values", "age_child", NULL);
	return kind == VALUE_DURATION_DAYS ? duration_text(t, value)
					   : number_text(t, value, vocab_finding_id(v, vocab_value_finding(v, kind)));
}

static const struct yaml *finding_node(const struct turn *t, int finding)
{
	return responses_at(t->data->responses, "findings", "findings",
		vocab_finding_id(tables_vocab(t->data->tables), finding), NULL);
}

static bool in_list(const struct turn *t, const char *key, int finding)
{
	const struct yaml *list = responses_at(t->data->responses, "findings", key, NULL);
	const char *id = vocab_finding_id(tables_vocab(t->data->tables), finding);

	for (size_t i = 0; list && i < list->n; i++)
		if (strcmp(list->items[i]->text, id) == 0)
			return true;
	return false;
}

/* With the side that was told: "the left leg". */
static const char *name_of(struct turn *t, int finding)
{
	const char *side = t->s->side == SIDE_LEFT ? "left" : t->s->side == SIDE_RIGHT ? "right" : NULL;
	const struct yaml *sided = side ? yaml_get(yaml_get(finding_node(t, finding), "sides"), side) : NULL;

	return say_node(&t->voice, sided ? sided : yaml_get(finding_node(t, finding), "name"));
}

static const char *finding_text(struct turn *t, int finding, enum finding_state state)
{
	if (state == STATE_PRESENT)
		return name_of(t, finding);
	if (state == STATE_ABSENT)
		return say_node(&t->voice, yaml_get(finding_node(t, finding), "not"));
	return say_with(&t->voice, "finding", name_of(t, finding),
		responses_at(t->data->responses, "findings", "states", state_id(state), NULL));
}

/* Another of the present findings says it already: no feeling is numb as well. */
static bool is_implied(const struct turn *t, int finding)
{
	for (int i = 0; i < (int)vocab_findings(tables_vocab(t->data->tables)); i++) {
		if (i == finding || t->s->facts.state[i] != STATE_PRESENT)
			continue;
		struct facts alone = {0};
		facts_tell(t->data->tables, &alone, i, STATE_PRESENT);
		if (alone.state[finding] == STATE_PRESENT)
			return true;
	}
	return false;
}

/* A number that is said as well says it better: "for weeks" and "for 12 weeks". */
static bool is_said_by_value(const struct turn *t, int finding)
{
	const struct vocab *v = tables_vocab(t->data->tables);
	const struct yaml *map = responses_at(t->data->responses, "findings", "said_by_value", NULL);
	const struct yaml *of = yaml_get(map, vocab_finding_id(v, finding));
	int kind = of ? vocab_value_kind(v, vocab_finding(v, of->text)) : -1;

	return kind >= 0 && t->s->facts.has_value[kind];
}

/* Adds the texts of findings in a state. `quiet`: those that say little (the calf, pain), else the others. */
static size_t collect(
	struct turn *t, enum finding_state state, bool only_new, bool quiet, const char *texts[], size_t n, size_t max)
{
	const struct vocab *v = tables_vocab(t->data->tables);

	for (int i = 0; i < (int)vocab_findings(v) && n < max; i++) {
		if (t->s->facts.state[i] != state || (only_new && t->before.state[i] == state) ||
			vocab_value_kind(v, i) >= 0)
			continue;
		if (in_list(t, "quiet", i) != quiet || (state == STATE_PRESENT && (is_implied(t, i) || is_said_by_value(t, i))))
			continue;
		const char *text = finding_text(t, i, state);
		if (text)
			texts[n++] = text;
	}
	return n;
}

static size_t collect_values(struct turn *t, bool only_new, const char *texts[], size_t n)
{
	const struct facts *now = &t->s->facts, *before = &t->before;

	for (int k = 0; k < VALUE_KINDS; k++) {
		bool new = !before->has_value[k] || before->value[k] != now->value[k];
		const char *text = now->has_value[k] && (new || !only_new) ? value_text(t, (enum value_kind)k) : NULL;

		if (text)
			texts[n++] = text;
	}
	return n;
}

/* "The right leg", where that is new and the finding itself is not. */
static const char *side_text(struct turn *t)
{
	if (t->s->side == t->side_was || t->s->side == SIDE_UNKNOWN)
		return NULL;
	for (int i = 0; i < (int)vocab_findings(tables_vocab(t->data->tables)); i++)
		if (yaml_get(finding_node(t, i), "sides"))
			return t->before.state[i] == t->s->facts.state[i] ? name_of(t, i) : NULL;
	return NULL;
}

const char *learn_repeat(struct turn *t, const char *key)
{
	const char *texts[REPEAT_MAX + VALUE_KINDS + 1];
	size_t n = collect(t, STATE_PRESENT, true, false, texts, 0, REPEAT_MAX - 1);

	if (!t->unread) /* else the doubt is ours, not theirs */
		n = collect(t, STATE_UNCERTAIN, true, false, texts, n, REPEAT_MAX - 1);
	const char *side = side_text(t);
	if (side)
		texts[n++] = side;
	if (t->corrected)
		n = collect(t, STATE_ABSENT, true, false, texts, n, REPEAT_MAX);
	n = collect_values(t, true, texts, n);
	return n ? say_with(&t->voice, "findings", say_list(&t->voice, texts, n, false),
			   responses_at(t->data->responses, "talk", "talk", key, NULL))
		 : NULL;
}

const char *learn_all(struct turn *t, enum finding_state state, bool quiet)
{
	const char *texts[LIST_MAX + VALUE_KINDS];
	size_t n = collect(t, state, false, false, texts, 0, LIST_MAX);

	if (!n || quiet)
		n = collect(t, state, false, true, texts, n, LIST_MAX);
	if (state == STATE_PRESENT)
		n = collect_values(t, false, texts, n);
	return n ? say_list(&t->voice, texts, n, false) : NULL;
}

const char *learn_denied(struct turn *t)
{
	const char *texts[LIST_MAX];
	size_t n = 0;

	for (int i = 0; i < (int)vocab_findings(tables_vocab(t->data->tables)) && n < LIST_MAX; i++) {
		const char *name = t->s->facts.state[i] == STATE_ABSENT &&
				findings_can_raise(t->data->tables, &t->s->facts, &i, 1)
			? name_of(t, i)
			: NULL;

		if (name)
			texts[n++] = name;
	}
	return n ? say_list(&t->voice, texts, n, false) : NULL;
}
