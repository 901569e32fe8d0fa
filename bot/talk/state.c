/* state.c - one conversation as plain data and as JSON. */
#include "talk/state.h"

#include <string.h>

#include "triage/tips.h"
#include "triage/triage.h"
#include "util/err.h"
#include "util/json.h"

static const char *const stage_names[] = {"asking", "advised", "closed"};
static const char *const open_names[] = {"nothing", "question", "which", "finding", "check_in", "forget"};

void state_init(struct talk_state *s)
{
	memset(s, 0, sizeof *s);
	s->open.question = s->open.finding = -1;
	s->stage = STAGE_ASKING;
}

static cJSON *ids_json(const bool *list, size_t n, const char *(*id)(const struct tables *, int), const struct tables *t)
{
	cJSON *out = cJSON_CreateArray();

	for (size_t i = 0; i < n; i++)
		if (list[i])
			cJSON_AddItemToArray(out, cJSON_CreateString(id(t, (int)i)));
	return out;
}

static cJSON *findings_json(const int *list, size_t n, const struct vocab *v)
{
	cJSON *out = cJSON_CreateArray();

	for (size_t i = 0; i < n; i++)
		cJSON_AddItemToArray(out, cJSON_CreateString(vocab_finding_id(v, list[i])));
	return out;
}

static const char *finding_name(const struct tables *t, int finding)
{
	return vocab_finding_id(tables_vocab(t), finding);
}

static cJSON *facts_json(const struct talk_state *s, const struct vocab *v)
{
	cJSON *out = cJSON_CreateObject();

	for (size_t i = 0; i < vocab_findings(v); i++)
		if (s->facts.state[i] != STATE_UNKNOWN)
			cJSON_AddStringToObject(out, vocab_finding_id(v, (int)i), state_id((enum finding_state)s->facts.state[i]));
	return out;
}

static cJSON *values_json(const struct talk_state *s, const struct vocab *v)
{
	cJSON *out = cJSON_CreateObject();

	for (int k = 0; k < VALUE_KINDS; k++)
		if (s->facts.has_value[k])
			cJSON_AddNumberToObject(out, vocab_finding_id(v, vocab_value_finding(v, (enum value_kind)k)), s->facts.value[k]);
	return out;
}

static cJSON *open_json(const struct talk_state *s, const struct tables *t)
{
	cJSON *out = cJSON_CreateObject(), *shown = cJSON_CreateArray();
	const struct open *o = &s->open;

	cJSON_AddStringToObject(out, "kind", open_names[o->kind]);
	if (o->question >= 0)
		cJSON_AddStringToObject(out, "question", question_id(t, o->question));
	if (o->finding >= 0)
		cJSON_AddStringToObject(out, "finding", finding_name(t, o->finding));
	cJSON_AddItemToObject(out, "which", findings_json(o->which.findings, o->which.n, tables_vocab(t)));
	for (size_t i = 0; i < o->n_shown; i++)
		cJSON_AddItemToArray(shown, cJSON_CreateString(choice_id(t, o->question, o->shown[i])));
	cJSON_AddItemToObject(out, "shown", shown);
	cJSON_AddNumberToObject(out, "missed", o->missed);
	return out;
}

cJSON *state_save(const struct talk_state *s, const struct tables *t)
{
	const struct vocab *v = tables_vocab(t);
	cJSON *out = cJSON_CreateObject();

	cJSON_AddNumberToObject(out, "version", STATE_VERSION);
	cJSON_AddItemToObject(out, "facts", facts_json(s, v));
	cJSON_AddItemToObject(out, "values", values_json(s, v));
	cJSON_AddItemToObject(out, "open", open_json(s, t));
	cJSON_AddItemToObject(out, "asked", ids_json(s->asked, tables_questions(t), question_id, t));
	cJSON_AddItemToObject(out, "answered", ids_json(s->answered, tables_questions(t), question_id, t));
	cJSON_AddItemToObject(out, "asked_again", ids_json(s->asked_again, vocab_findings(v), finding_name, t));
	cJSON_AddItemToObject(out, "later", findings_json(s->later.findings, s->later.n, v));
	cJSON_AddItemToObject(out, "tips", ids_json(s->tips, tables_tips(t), tip_id, t));
	cJSON_AddItemToObject(out, "avoided", ids_json(s->avoided, tables_tips(t), tip_id, t));
	cJSON_AddNumberToObject(out, "questions", s->questions);
	cJSON_AddNumberToObject(out, "questions_when_urgent", s->questions_when_urgent);
	cJSON_AddStringToObject(out, "urgency", urgency_id(s->urgency));
	cJSON_AddStringToObject(out, "floor", urgency_id(s->floor));
	cJSON_AddStringToObject(out, "stage", stage_names[s->stage]);
	cJSON_AddBoolToObject(out, "greeted", s->greeted);
	cJSON_AddBoolToObject(out, "they", s->they);
	cJSON_AddBoolToObject(out, "crisis", s->crisis);
	cJSON_AddBoolToObject(out, "alarmed", s->alarmed);
	cJSON_AddNumberToObject(out, "turn", s->turn);
	cJSON_AddStringToObject(out, "region", s->region);
	cJSON_AddNumberToObject(out, "seen_ms", (double)s->seen_ms);
	return out;
}

static int name_number(const char *const *names, int n, const char *name)
{
	for (int i = 0; name && i < n; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return -1;
}

static const char *text_of(const cJSON *json, const char *key)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, key));
}

static int number_of(const cJSON *json, const char *key, int most)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, key);
	double d = cJSON_IsNumber(item) ? item->valuedouble : 0;

	return d > 0 ? d < most ? (int)d : most : 0;
}

static bool truth_of(const cJSON *json, const char *key)
{
	return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, key));
}

static void load_facts(const cJSON *json, const struct vocab *v, struct talk_state *s)
{
	const cJSON *one;

	cJSON_ArrayForEach(one, cJSON_GetObjectItemCaseSensitive(json, "facts")) {
		int finding = vocab_finding(v, one->string);
		int state = cJSON_IsString(one) ? vocab_state(v, one->valuestring) : -1;

		if (finding >= 0 && state > STATE_UNKNOWN)
			s->facts.state[finding] = (uint8_t)state;
	}
	cJSON_ArrayForEach(one, cJSON_GetObjectItemCaseSensitive(json, "values")) {
		int kind = vocab_value_kind(v, vocab_finding(v, one->string));

		if (kind >= 0 && cJSON_IsNumber(one)) {
			s->facts.has_value[kind] = true;
			s->facts.value[kind] = one->valuedouble;
		}
	}
}

static void load_marks(const cJSON *json, const char *key, const struct tables *t, int (*number)(const struct tables *, const char *),
	bool *list)
{
	const cJSON *one;

	cJSON_ArrayForEach(one, cJSON_GetObjectItemCaseSensitive(json, key)) {
		int i = cJSON_IsString(one) ? number(t, one->valuestring) : -1;

		if (i >= 0)
			list[i] = true;
	}
}

static int finding_number(const struct tables *t, const char *id)
{
	return vocab_finding(tables_vocab(t), id);
}

static void load_which(const cJSON *list, const struct tables *t, struct which *out)
{
	const cJSON *one;

	out->n = 0;
	cJSON_ArrayForEach(one, list) {
		int finding = cJSON_IsString(one) ? finding_number(t, one->valuestring) : -1;

		if (finding >= 0 && out->n < QUESTION_MAX_FINDINGS)
			out->findings[out->n++] = finding;
	}
}

static void load_open(const cJSON *json, const struct tables *t, struct open *o)
{
	const char *question = text_of(json, "question"), *finding = text_of(json, "finding");
	int kind = name_number(open_names, sizeof open_names / sizeof *open_names, text_of(json, "kind"));
	const cJSON *one;

	*o = (struct open){.question = question ? question_number(t, question) : -1,
		.finding = finding ? finding_number(t, finding) : -1, .missed = number_of(json, "missed", 100)};
	load_which(cJSON_GetObjectItemCaseSensitive(json, "which"), t, &o->which);
	cJSON_ArrayForEach(one, cJSON_GetObjectItemCaseSensitive(json, "shown")) {
		int choice = o->question >= 0 && cJSON_IsString(one) ? choice_number(t, o->question, one->valuestring) : -1;

		if (choice >= 0 && o->n_shown < STATE_MAX_SHOWN)
			o->shown[o->n_shown++] = choice;
	}
	o->kind = kind < 0 ? OPEN_NOTHING : (enum open_kind)kind;
	if ((o->kind == OPEN_QUESTION && o->question < 0) || (o->kind == OPEN_FINDING && o->finding < 0) ||
		(o->kind == OPEN_WHICH && !o->which.n))
		o->kind = OPEN_NOTHING;
}

int state_load(const cJSON *json, const struct tables *t, struct talk_state *out, struct err *err)
{
	const struct vocab *v = tables_vocab(t);
	const cJSON *version = cJSON_GetObjectItemCaseSensitive(json, "version");
	const char *region = text_of(json, "region");
	double seen = 0;

	if (!cJSON_IsNumber(version))
		return err_set(err, "not a conversation: no version");
	if (version->valuedouble > STATE_VERSION)
		return err_set(err, "a conversation of version %.0f; this program knows up to %d", version->valuedouble, STATE_VERSION);
	state_init(out);
	load_facts(json, v, out);
	load_open(cJSON_GetObjectItemCaseSensitive(json, "open"), t, &out->open);
	load_marks(json, "asked", t, question_number, out->asked);
	load_marks(json, "answered", t, question_number, out->answered);
	load_marks(json, "asked_again", t, finding_number, out->asked_again);
	load_marks(json, "tips", t, tip_number, out->tips);
	load_marks(json, "avoided", t, tip_number, out->avoided);
	load_which(cJSON_GetObjectItemCaseSensitive(json, "later"), t, &out->later);
	out->questions = number_of(json, "questions", 1000);
	out->questions_when_urgent = number_of(json, "questions_when_urgent", 1000);
	int urgency = vocab_urgency(v, text_of(json, "urgency") ? text_of(json, "urgency") : "none");
	int floor = vocab_urgency(v, text_of(json, "floor") ? text_of(json, "floor") : "none");
	int stage = name_number(stage_names, 3, text_of(json, "stage"));
	out->urgency = urgency < 0 ? URGENCY_NONE : (enum urgency)urgency;
	out->floor = floor < 0 ? URGENCY_NONE : (enum urgency)floor;
	out->stage = stage < 0 ? STAGE_ASKING : (enum stage)stage;
	out->greeted = truth_of(json, "greeted");
	out->they = truth_of(json, "they");
	out->crisis = truth_of(json, "crisis");
	out->alarmed = truth_of(json, "alarmed");
	out->turn = (unsigned)number_of(json, "turn", 1 << 30);
	if (region && strlen(region) < sizeof out->region)
		strcpy(out->region, region);
	if (json_number(json, "seen_ms", &seen) && seen > 0)
		out->seen_ms = (int64_t)seen;
	return 0;
}
