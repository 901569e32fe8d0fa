/* cmd_classify.c - soleus classify --jsonl: what each message says, judged alone. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/judged.h"
#include "cli/lines.h"
#include "cli/load.h"
#include "cli/options.h"
#include "rules/ruleset.h"
#include "rules/understand.h"
#include "talk/answer.h"
#include "triage/opening.h"
#include "triage/questions.h"
#include "triage/triage.h"
#include "util/arena.h"
#include "util/err.h"
#include "util/json.h"

static cJSON *findings_json(const struct vocab *vocab, const struct understanding *u)
{
	cJSON *list = cJSON_CreateArray();

	for (size_t i = 0; i < u->n_mentions; i++) {
		const struct mention *m = &u->mentions[i];
		cJSON *one;

		if (m->corrected)
			continue;
		one = cJSON_CreateObject();
		cJSON_AddStringToObject(one, "id", vocab_finding_id(vocab, m->finding));
		cJSON_AddStringToObject(one, "state", state_id(m->state));
		cJSON_AddNumberToObject(one, "start", m->start);
		cJSON_AddNumberToObject(one, "end", m->end);
		cJSON_AddStringToObject(one, "rule", m->rule);
		if (m->context)
			cJSON_AddStringToObject(one, "context", m->context);
		if (m->has_value)
			cJSON_AddNumberToObject(one, "value", m->value);
		if (m->limit_hit)
			cJSON_AddTrueToObject(one, "limit_hit");
		cJSON_AddItemToArray(list, one);
	}
	return list;
}

static cJSON *names_json(size_t n, const char *(*name)(const void *, size_t), const void *of)
{
	cJSON *list = cJSON_CreateArray();

	for (size_t i = 0; i < n; i++)
		cJSON_AddItemToArray(list, cJSON_CreateString(name(of, i)));
	return list;
}

struct judged {
	const struct knowledge *k;
	struct understanding u;
	struct decision d;
};

static const char *about_name(const void *of, size_t i)
{
	const struct judged *j = of;

	return vocab_condition_id(ruleset_vocab(j->k->rules), j->u.about[i]);
}

static const char *topic_name(const void *of, size_t i)
{
	return ((const struct judged *)of)->u.topics[i];
}

/* Findings in a state. */
static cJSON *told_json(const struct vocab *vocab, const struct facts *told, enum finding_state state)
{
	cJSON *list = cJSON_CreateArray();

	for (size_t i = 0; i < vocab_findings(vocab); i++)
		if (told->state[i] == state)
			cJSON_AddItemToArray(list, cJSON_CreateString(vocab_finding_id(vocab, (int)i)));
	return list;
}

static cJSON *values_json(const struct vocab *vocab, const struct facts *told)
{
	cJSON *map = cJSON_CreateObject();

	for (int k = 0; k < VALUE_KINDS; k++) {
		int finding = vocab_value_finding(vocab, (enum value_kind)k);

		if (told->has_value[k])
			cJSON_AddNumberToObject(map, vocab_finding_id(vocab, finding), told->value[k]);
	}
	return map;
}

/* Lines are numbered from 1, as they are shown. */
static cJSON *answer_json(const struct vocab *vocab, const struct answer *a)
{
	cJSON *out = cJSON_CreateObject(), *lines = cJSON_AddArrayToObject(out, "lines");

	cJSON_AddStringToObject(out, "act", answer_act_id(a->act));
	cJSON_AddBoolToObject(out, "why", a->why);
	cJSON_AddBoolToObject(out, "settled", a->settled);
	for (size_t i = 0; i < a->n_lines; i++)
		cJSON_AddItemToArray(lines, cJSON_CreateNumber(a->lines[i] + 1));
	cJSON_AddItemToObject(out, "present", told_json(vocab, &a->told, STATE_PRESENT));
	cJSON_AddItemToObject(out, "absent", told_json(vocab, &a->told, STATE_ABSENT));
	cJSON_AddItemToObject(out, "uncertain", told_json(vocab, &a->told, STATE_UNCERTAIN));
	cJSON_AddBoolToObject(out, "which", a->which.n > 0);
	cJSON_AddItemToObject(out, "values", values_json(vocab, &a->told));
	return out;
}

/* The message as an answer to a question that was just put, with nothing known and every choice offered. */
static cJSON *as_answer(const struct judged *j, const char *question, struct arena *arena)
{
	const struct knowledge *k = j->k;
	struct answer_context context = {k->rules, k->tables, k->responses, arena};
	struct open open = {.kind = OPEN_QUESTION, .question = question_number(k->tables, question), .finding = -1};
	const struct facts nothing = {0};
	struct answer a;

	if (open.question < 0)
		return NULL;
	for (size_t i = 0; i < question_choices(k->tables, open.question); i++)
		open.shown[open.n_shown++] = (int)i;
	answer_read(&context, &open, &nothing, &j->u, &a);
	return answer_json(ruleset_vocab(k->rules), &a);
}

static cJSON *answer(void *ctx, const cJSON *in, struct arena *arena, struct err *err)
{
	struct judged j = {.k = ctx};
	const struct vocab *vocab = ruleset_vocab(j.k->rules);
	const cJSON *id = cJSON_GetObjectItemCaseSensitive(in, "id");
	const char *text = json_string(in, "text", arena), *question = json_string(in, "question", arena);

	if (!text) {
		err_set(err, "no string \"text\"");
		return NULL;
	}
	understand(j.k->rules, text, strlen(text), lines_now(), arena, &j.u);
	if (!question)
		opening_settle(j.k->rules, j.k->tables, &j.u);
	opening_clashes(j.k->tables, &j.u);
	facts_sober(j.k->tables, &j.u.facts);
	decide(j.k->tables, &j.u.facts, &j.d);
	if (intent_urgency(j.k->tables, j.u.intent) > j.d.urgency)
		j.d.urgency = intent_urgency(j.k->tables, j.u.intent);
	cJSON *out = cJSON_CreateObject();
	cJSON_AddItemToObject(out, "id", id ? cJSON_Duplicate(id, true) : cJSON_CreateNull());
	cJSON_AddStringToObject(out, "intent", vocab_intent_id(vocab, j.u.intent));
	cJSON_AddItemToObject(out, "findings", findings_json(vocab, &j.u));
	judged_json(out, j.k->tables, &j.d);
	cJSON_AddItemToObject(out, "about", names_json(j.u.n_about, about_name, &j));
	cJSON_AddItemToObject(out, "topics", names_json(j.u.n_topics, topic_name, &j));
	cJSON *reply = question ? as_answer(&j, question, arena) : NULL;
	if (reply)
		cJSON_AddItemToObject(out, "answer", reply);
	return out;
}

static int run(int argc, char **argv)
{
	struct knowledge k;
	const char *data = NULL;

	if (options_jsonl(argc, argv, &data) < 0)
		return EXIT_MISUSED;
	if (knowledge_load(&k, data) < 0)
		return EXIT_FAILURE;
	int status = lines_serve(answer, &k);
	knowledge_free(&k);
	return status;
}

const struct command cmd_classify = {
	"classify", "say what each message tells, one JSON object a line",
	"--jsonl [--data DIR]\n"
	"  --jsonl     {\"id\", \"text\"} a line in, findings and urgency a line out; with \"question\" (q_now)\n"
	"              also what it says as an answer to that\n"
	"  --data DIR  where intents/ and responses/ are",
	run};
