/* state.c - one conversation as plain data, and written down as JSON. */
#include "talk/state.h"

#include <string.h>

#include "talk/state_names.h"
#include "triage/tips.h"
#include "triage/triage.h"

const char *const stage_names[] = {"asking", "advised", "closed"};
const char *const open_names[] = {"nothing", "question", "which", "finding", "check_in", "how", "complaint"};
const char *const crisis_names[] = {"none", "told", "repeated"};
const char *const side_names[] = {"unknown", "left", "right"};

void state_init(struct talk_state *s)
{
	memset(s, 0, sizeof *s);
	state_close_open(s);
	s->later.question = s->rule = s->tip = -1;
	s->stage = STAGE_ASKING;
}

void state_close_open(struct talk_state *s)
{
	s->open = (struct open){.kind = OPEN_NOTHING, .question = -1, .finding = -1};
}

bool state_is_asking(const struct talk_state *s)
{
	return s->open.kind == OPEN_QUESTION || s->open.kind == OPEN_WHICH || s->open.kind == OPEN_FINDING;
}

static void add_id(cJSON *object, const char *key, const char *id)
{
	if (id)
		cJSON_AddStringToObject(object, key, id);
}

static void add_ids(cJSON *object, const char *key, const bool *list, size_t n,
	const char *(*id)(const struct tables *, int), const struct tables *t)
{
	cJSON *out = cJSON_AddArrayToObject(object, key);

	for (size_t i = 0; i < n; i++)
		if (list[i])
			cJSON_AddItemToArray(out, cJSON_CreateString(id(t, (int)i)));
}

static void add_choices(
	cJSON *object, const char *key, int question, const int *choices, size_t n, const struct tables *t)
{
	cJSON *out = cJSON_AddArrayToObject(object, key);

	for (size_t i = 0; i < n; i++)
		cJSON_AddItemToArray(out, cJSON_CreateString(choice_id(t, question, choices[i])));
}

static const char *finding_name(const struct tables *t, int finding)
{
	return vocab_finding_id(tables_vocab(t), finding);
}

static void add_facts(cJSON *object, const struct facts *facts, const struct vocab *v)
{
	cJSON *states = cJSON_AddObjectToObject(object, "facts"), *values = cJSON_AddObjectToObject(object, "values");

	for (int i = 0; i < (int)vocab_findings(v); i++)
		if (facts->state[i] != STATE_UNKNOWN)
			add_id(states, vocab_finding_id(v, i), state_id((enum finding_state)facts->state[i]));
	for (int k = 0; k < VALUE_KINDS; k++)
		if (facts->has_value[k])
			cJSON_AddNumberToObject(values, vocab_finding_id(v, vocab_value_finding(v, (enum value_kind)k)),
				facts->value[k]);
}

static void add_open(cJSON *object, const struct open *o, const struct tables *t)
{
	cJSON *out = cJSON_AddObjectToObject(object, "open"), *which = cJSON_AddArrayToObject(out, "which");

	cJSON_AddStringToObject(out, "kind", open_names[o->kind]);
	add_id(out, "question", o->question >= 0 ? question_id(t, o->question) : NULL);
	add_id(out, "finding", o->finding >= 0 ? finding_name(t, o->finding) : NULL);
	for (size_t i = 0; i < o->which.n; i++)
		cJSON_AddItemToArray(which, cJSON_CreateString(finding_name(t, o->which.findings[i])));
	add_choices(out, "shown", o->question, o->shown, o->n_shown, t);
	cJSON_AddBoolToObject(out, "yes", o->yes);
	cJSON_AddNumberToObject(out, "missed", o->missed);
	cJSON_AddNumberToObject(out, "since", o->since);
}

/* In the order of use, so that the same ones are forgotten first. */
static void add_said(cJSON *object, const struct said *said)
{
	cJSON *out = cJSON_AddObjectToObject(object, "said"), *list = cJSON_AddArrayToObject(out, "list");

	cJSON_AddNumberToObject(out, "seed", said->seed);
	for (size_t i = 0; i < said->n; i++) {
		cJSON_AddItemToArray(list, cJSON_CreateNumber(said->list[i].key));
		cJSON_AddItemToArray(list, cJSON_CreateNumber(said->list[i].times));
	}
}

static void add_progress(cJSON *out, const struct talk_state *s, const struct tables *t)
{
	cJSON *later = cJSON_AddObjectToObject(out, "later");

	add_ids(out, "asked", s->asked, tables_questions(t), question_id, t);
	add_ids(out, "answered", s->answered, tables_questions(t), question_id, t);
	add_ids(out, "unread", s->unread, tables_questions(t), question_id, t);
	add_ids(out, "asked_again", s->asked_again, vocab_findings(tables_vocab(t)), finding_name, t);
	add_ids(out, "unsure", s->unsure, vocab_findings(tables_vocab(t)), finding_name, t);
	add_id(later, "question", s->later.question >= 0 ? question_id(t, s->later.question) : NULL);
	add_choices(later, "lines", s->later.question, s->later.lines, s->later.n, t);
	add_ids(out, "tips", s->tips, tables_tips(t), tip_id, t);
	add_ids(out, "avoided", s->avoided, tables_tips(t), tip_id, t);
	cJSON_AddNumberToObject(out, "questions", s->questions);
	cJSON_AddNumberToObject(out, "questions_when_urgent", s->questions_when_urgent);
	add_id(out, "rule", s->rule >= 0 ? rule_id(t, s->rule) : NULL);
	add_id(out, "tip", s->tip >= 0 ? tip_id(t, s->tip) : NULL);
}

cJSON *state_save(const struct talk_state *s, const struct tables *t)
{
	cJSON *out = cJSON_CreateObject();

	cJSON_AddNumberToObject(out, "version", STATE_VERSION);
	add_facts(out, &s->facts, tables_vocab(t));
	cJSON_AddStringToObject(out, "side", side_names[s->side]);
	add_open(out, &s->open, t);
	add_progress(out, s, t);
	cJSON_AddStringToObject(out, "urgency", urgency_id(s->urgency));
	cJSON_AddStringToObject(out, "floor", urgency_id(s->floor));
	cJSON_AddStringToObject(out, "stage", stage_names[s->stage]);
	cJSON_AddStringToObject(out, "advised", urgency_id(s->advised));
	cJSON_AddBoolToObject(out, "greeted", s->greeted);
	cJSON_AddBoolToObject(out, "they", s->they);
	cJSON_AddBoolToObject(out, "alarmed", s->alarmed);
	cJSON_AddBoolToObject(out, "forget_asked", s->forget_asked);
	cJSON_AddBoolToObject(out, "unanswered", s->unanswered);
	cJSON_AddStringToObject(out, "crisis", crisis_names[s->crisis]);
	cJSON_AddNumberToObject(out, "turn", s->turn);
	add_said(out, &s->said);
	cJSON_AddStringToObject(out, "region", s->region);
	cJSON_AddNumberToObject(out, "seen_ms", (double)s->seen_ms);
	return out;
}
