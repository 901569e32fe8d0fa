/* learn.c - what is told goes into the facts. */
#include <stdio.h>
#include <string.h>

#include "rules/vocab.h"
#include "talk/responses.h"
#include "talk/turn.h"
#include "util/arena.h"
#include "util/yaml.h"

enum { REPEAT_MAX = 5 };

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

void learn(struct turn *t, const struct facts *told, bool correction)
{
	struct talk_state *s = t->s;

	for (size_t i = 0; i < vocab_findings(tables_vocab(t->data->tables)); i++) {
		enum finding_state new = (enum finding_state)told->state[i];

		if (!takes_over((enum finding_state)s->facts.state[i], new, correction))
			continue;
		if (new == STATE_PRESENT)
			facts_tell(t->data->tables, &s->facts, (int)i, new);
		else
			s->facts.state[i] = (uint8_t)new;
		s->when[i] = (uint8_t)s->turn;
	}
	for (int k = 0; k < VALUE_KINDS; k++)
		if (told->has_value[k]) {
			s->facts.has_value[k] = true;
			s->facts.value[k] = told->value[k];
		}
	t->corrected |= correction;
}

static const char *value_text(struct turn *t, enum value_kind kind)
{
	const struct vocab *v = tables_vocab(t->data->tables);
	char number[32];

	snprintf(number, sizeof number, "%g", t->s->facts.value[kind]);
	say_clear(&t->voice);
	say_var(&t->voice, "n", arena_strdup(t->arena, number));
	const char *text = say(&t->voice, "findings", "values", vocab_finding_id(v, vocab_value_finding(v, kind)), NULL);
	say_clear(&t->voice);
	return text;
}

static const char *finding_text(struct turn *t, int finding, enum finding_state state)
{
	const char *id = vocab_finding_id(tables_vocab(t->data->tables), finding);
	const char *name = say(&t->voice, "findings", "findings", id, "name", NULL);

	if (!name || state == STATE_PRESENT)
		return name;
	say_clear(&t->voice);
	say_var(&t->voice, "finding", name);
	const char *text = say(&t->voice, "findings", "states", state_id(state), NULL);
	say_clear(&t->voice);
	return text;
}

/* What is present comes first, then what is doubtful, then what is not there. */
static size_t collect(struct turn *t, enum finding_state state, const char *texts[], size_t n, size_t max)
{
	const struct vocab *v = tables_vocab(t->data->tables);

	for (size_t i = 0; i < vocab_findings(v) && n < max; i++) {
		bool new = t->s->facts.state[i] == state && t->before.state[i] != state;

		if (!new || vocab_value_kind(v, (int)i) >= 0)
			continue;
		const char *text = finding_text(t, (int)i, state);
		if (text)
			texts[n++] = text;
	}
	return n;
}

const char *learn_repeat(struct turn *t)
{
	const char *texts[REPEAT_MAX + VALUE_KINDS];
	size_t n = collect(t, STATE_PRESENT, texts, 0, REPEAT_MAX);

	n = collect(t, STATE_UNCERTAIN, texts, n, REPEAT_MAX);
	if (!n)
		return NULL;
	for (int k = 0; k < VALUE_KINDS; k++) {
		bool new = t->s->facts.has_value[k] && (!t->before.has_value[k] || t->before.value[k] != t->s->facts.value[k]);
		const char *text = new ? value_text(t, (enum value_kind)k) : NULL;

		if (text)
			texts[n++] = text;
	}
	const char *list = say_list(&t->voice, texts, n, false);
	say_clear(&t->voice);
	say_var(&t->voice, "findings", list);
	const char *text = say(&t->voice, "talk", "talk", t->corrected ? "corrected" : "understood", NULL);
	say_clear(&t->voice);
	return text;
}
