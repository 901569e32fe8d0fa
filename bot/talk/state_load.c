/* state_load.c - a conversation read from its JSON. What is not there or makes no sense is as in a new conversation. */
#include <math.h>
#include <string.h>

#include "talk/state.h"
#include "talk/state_names.h"
#include "triage/tips.h"
#include "triage/triage.h"
#include "util/err.h"

static const cJSON *get(const cJSON *json, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(json, key);
}

static const char *text_of(const cJSON *json, const char *key)
{
	return cJSON_GetStringValue(get(json, key));
}

static double number_of(const cJSON *json, const char *key, double most)
{
	const cJSON *item = get(json, key);
	double d = cJSON_IsNumber(item) && isfinite(item->valuedouble) ? item->valuedouble : 0;

	return d > 0 ? d < most ? d : most : 0;
}

static bool truth_of(const cJSON *json, const char *key)
{
	return cJSON_IsTrue(get(json, key));
}

/* 0, the first, when the name is unknown. */
static int name_of(const cJSON *json, const char *key, const char *const *names, int n)
{
	const char *name = text_of(json, key);

	for (int i = 0; name && i < n; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return 0;
}

static int finding_number(const struct tables *t, const char *id)
{
	return vocab_finding(tables_vocab(t), id);
}

/* -1 when there is none of that name. */
static int id_of(
	const cJSON *json, const char *key, const struct tables *t, int (*number)(const struct tables *, const char *))
{
	const char *id = text_of(json, key);

	return id ? number(t, id) : -1;
}

static void load_facts(const cJSON *json, const struct vocab *v, struct facts *out)
{
	const cJSON *one;

	cJSON_ArrayForEach(one, get(json, "facts")) {
		int finding = one->string ? vocab_finding(v, one->string) : -1;
		int state = cJSON_IsString(one) ? vocab_state(v, one->valuestring) : -1;

		if (finding >= 0 && state > STATE_UNKNOWN)
			out->state[finding] = (uint8_t)state;
	}
	cJSON_ArrayForEach(one, get(json, "values")) {
		int finding = one->string ? vocab_finding(v, one->string) : -1;
		int kind = finding >= 0 ? vocab_value_kind(v, finding) : -1;

		if (kind >= 0 && cJSON_IsNumber(one) && isfinite(one->valuedouble)) {
			out->has_value[kind] = true;
			out->value[kind] = one->valuedouble;
		}
	}
}

static void load_marks(const cJSON *json, const char *key, const struct tables *t,
	int (*number)(const struct tables *, const char *), bool *list)
{
	const cJSON *one;

	cJSON_ArrayForEach(one, get(json, key)) {
		int i = cJSON_IsString(one) ? number(t, one->valuestring) : -1;

		if (i >= 0)
			list[i] = true;
	}
}

static size_t load_choices(const cJSON *list, int question, const struct tables *t, int *out, size_t max)
{
	const cJSON *one;
	size_t n = 0;

	cJSON_ArrayForEach(one, list) {
		int choice = question >= 0 && cJSON_IsString(one) ? choice_number(t, question, one->valuestring) : -1;

		if (choice >= 0 && n < max)
			out[n++] = choice;
	}
	return n;
}

static void load_which(const cJSON *list, const struct tables *t, struct which *out)
{
	const cJSON *one;

	cJSON_ArrayForEach(one, list) {
		int finding = cJSON_IsString(one) ? finding_number(t, one->valuestring) : -1;

		if (finding >= 0 && out->n < QUESTION_MAX_FINDINGS)
			out->findings[out->n++] = finding;
	}
}

static void load_open(const cJSON *json, const struct tables *t, struct open *o)
{
	*o = (struct open){.kind = (enum open_kind)name_of(json, "kind", open_names, OPEN_NAMES),
		.question = id_of(json, "question", t, question_number),
		.finding = id_of(json, "finding", t, finding_number),
		.yes = truth_of(json, "yes"),
		.missed = (int)number_of(json, "missed", 100),
		.since = (unsigned)number_of(json, "since", 1 << 30)};
	load_which(get(json, "which"), t, &o->which);
	o->n_shown = load_choices(get(json, "shown"), o->question, t, o->shown, STATE_MAX_SHOWN);
	if ((o->kind == OPEN_QUESTION && o->question < 0) || (o->kind == OPEN_FINDING && o->finding < 0) ||
		(o->kind == OPEN_WHICH && !o->which.n))
		o->kind = OPEN_NOTHING;
}

static void load_progress(const cJSON *json, const struct tables *t, struct talk_state *out)
{
	const cJSON *later = get(json, "later");

	load_marks(json, "asked", t, question_number, out->asked);
	load_marks(json, "answered", t, question_number, out->answered);
	load_marks(json, "unread", t, question_number, out->unread);
	load_marks(json, "asked_again", t, finding_number, out->asked_again);
	load_marks(json, "unsure", t, finding_number, out->unsure);
	out->later.question = id_of(later, "question", t, question_number);
	out->later.n = load_choices(get(later, "lines"), out->later.question, t, out->later.lines, STATE_MAX_LATER);
	load_marks(json, "tips", t, tip_number, out->tips);
	load_marks(json, "avoided", t, tip_number, out->avoided);
	out->questions = (int)number_of(json, "questions", 1000);
	out->questions_when_urgent = (int)number_of(json, "questions_when_urgent", 1000);
	out->rule = id_of(json, "rule", t, rule_number);
	out->tip = id_of(json, "tip", t, tip_number);
}

static void load_said(const cJSON *json, struct said *out)
{
	const cJSON *list = get(json, "list"), *one;
	double key = 0;
	bool has_key = false;

	out->seed = (uint32_t)number_of(json, "seed", UINT32_MAX);
	cJSON_ArrayForEach(one, list) {
		double d = cJSON_IsNumber(one) && one->valuedouble >= 0 && one->valuedouble <= UINT32_MAX
			? one->valuedouble
			: 0;

		if (has_key && out->n < SAID_MAX) {
			out->list[out->n].key = (uint32_t)key;
			out->list[out->n++].times = (uint16_t)(d < UINT16_MAX ? d : UINT16_MAX);
		}
		key = d;
		has_key = !has_key;
	}
}

static enum urgency urgency_of(const cJSON *json, const char *key, const struct vocab *v)
{
	const char *id = text_of(json, key);
	int urgency = id ? vocab_urgency(v, id) : -1;

	return urgency < 0 ? URGENCY_NONE : (enum urgency)urgency;
}

int state_load(const cJSON *json, const struct tables *t, struct talk_state *out, struct err *err)
{
	const struct vocab *v = tables_vocab(t);
	const cJSON *version = get(json, "version");
	const char *region = text_of(json, "region");

	if (!cJSON_IsNumber(version))
		return err_set(err, "not a conversation: no version");
	if (version->valuedouble > STATE_VERSION)
		return err_set(err, "a conversation of version %.0f; this program knows up to %d", version->valuedouble,
			STATE_VERSION);
	state_init(out);
	load_facts(json, v, &out->facts);
	load_open(get(json, "open"), t, &out->open);
	load_progress(json, t, out);
	load_said(get(json, "said"), &out->said);
	out->side = (enum side)name_of(json, "side", side_names, SIDE_NAMES);
	out->stage = (enum stage)name_of(json, "stage", stage_names, STAGE_NAMES);
	out->crisis = (enum crisis)name_of(json, "crisis", crisis_names, CRISIS_NAMES);
	out->urgency = urgency_of(json, "urgency", v);
	out->floor = urgency_of(json, "floor", v);
	out->advised = urgency_of(json, "advised", v);
	out->greeted = truth_of(json, "greeted");
	out->they = truth_of(json, "they");
	out->alarmed = truth_of(json, "alarmed");
	out->helped = truth_of(json, "helped");
	out->forget_asked = truth_of(json, "forget_asked");
	out->unanswered = truth_of(json, "unanswered");
	out->turn = (unsigned)number_of(json, "turn", 1 << 30);
	if (region && strlen(region) < sizeof out->region)
		strcpy(out->region, region);
	out->seen_ms = (int64_t)number_of(json, "seen_ms", 9e15);
	return 0;
}
