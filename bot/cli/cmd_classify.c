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

static cJSON *answer(void *ctx, const cJSON *in, struct arena *arena, struct err *err)
{
	struct judged j = {.k = ctx};
	const struct vocab *vocab = ruleset_vocab(j.k->rules);
	const cJSON *id = cJSON_GetObjectItemCaseSensitive(in, "id");
	const char *text = json_string(in, "text", arena);

	if (!text) {
		err_set(err, "no string \"text\"");
		return NULL;
	}
	understand(j.k->rules, text, strlen(text), lines_now(), arena, &j.u);
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
	"  --jsonl     {\"id\", \"text\"} a line in, findings and urgency a line out\n"
	"  --data DIR  where intents/ and responses/ are",
	run};
