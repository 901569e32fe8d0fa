/* cmd_decide.c - soleus decide --jsonl: what the triage tables make of a set of findings, without any text. */
#include <math.h>
#include <stdlib.h>

#include "cli/command.h"
#include "cli/data_dir.h"
#include "cli/judged.h"
#include "cli/lines.h"
#include "cli/options.h"
#include "rules/vocab.h"
#include "triage/tips.h"
#include "triage/triage.h"
#include "util/err.h"
#include "util/file.h"
#include "util/json.h"

static int read_findings(const struct vocab *vocab, const cJSON *map, struct facts *out, struct err *err)
{
	if (map && !cJSON_IsObject(map))
		return err_set(err, "\"findings\" is not an object");
	for (const cJSON *item = map ? map->child : NULL; item; item = item->next) {
		int finding = vocab_finding(vocab, item->string);
		int state = cJSON_IsString(item) ? vocab_state(vocab, item->valuestring) : -1;
		if (finding < 0)
			return err_set(err, "unknown finding \"%s\"", item->string);
		if (state < 0)
			return err_set(err, "\"%s\" has no known state", item->string);
		out->state[finding] = (uint8_t)state;
	}
	return 0;
}

static int read_values(const struct vocab *vocab, const cJSON *map, struct facts *out, struct err *err)
{
	if (map && !cJSON_IsObject(map))
		return err_set(err, "\"values\" is not an object");
	for (const cJSON *item = map ? map->child : NULL; item; item = item->next) {
		int finding = vocab_finding(vocab, item->string);
		int kind = finding < 0 ? -1 : vocab_value_kind(vocab, finding);
		if (kind < 0)
			return err_set(err, "\"%s\" carries no value", item->string);
		if (!cJSON_IsNumber(item) || !isfinite(item->valuedouble))
			return err_set(err, "\"%s\" is not a number", item->string);
		out->has_value[kind] = true;
		out->value[kind] = item->valuedouble;
	}
	return 0;
}

static cJSON *avoid_json(const struct tables *t, const struct decision *d)
{
	cJSON *list = cJSON_CreateArray();
	for (size_t i = 0; i < d->n_avoid; i++)
		cJSON_AddItemToArray(list, cJSON_CreateString(tip_id(t, d->avoid[i])));
	return list;
}

static cJSON *answer(void *ctx, const cJSON *in, struct arena *arena, struct err *err)
{
	const struct tables *t = ctx;
	const cJSON *id = cJSON_GetObjectItemCaseSensitive(in, "id");
	struct facts facts = {0};
	struct decision d;
	(void)arena; /* nothing is copied */
	if (read_findings(tables_vocab(t), cJSON_GetObjectItemCaseSensitive(in, "findings"), &facts, err) < 0 ||
		read_values(tables_vocab(t), cJSON_GetObjectItemCaseSensitive(in, "values"), &facts, err) < 0)
		return NULL;
	decide(t, &facts, &d);
	cJSON *out = cJSON_CreateObject();
	cJSON_AddItemToObject(out, "id", id ? cJSON_Duplicate(id, true) : cJSON_CreateNull());
	judged_json(out, t, &d);
	cJSON_AddItemToObject(out, "avoid", avoid_json(t, &d));
	return out;
}

/* Only the tables: no words are read, so no rules of a language are needed. */
static int serve(const char *dir)
{
	struct problems problems;
	int status = EXIT_FAILURE;
	problems_init(&problems);
	char *intents = file_join(dir, "intents");
	struct vocab *vocab = vocab_load(intents, &problems);
	struct tables *tables = vocab ? tables_load(intents, vocab, &problems) : NULL;
	problems_print(&problems, stderr);
	problems_done(&problems);
	if (tables)
		status = lines_serve(answer, tables);
	tables_free(tables);
	vocab_free(vocab);
	free(intents);
	return status;
}

static int run(int argc, char **argv)
{
	const char *data = NULL;
	if (options_jsonl(argc, argv, &data) < 0)
		return EXIT_MISUSED;
	char *dir = data_dir(data);
	int status = serve(dir);
	free(dir);
	return status;
}

const struct command cmd_decide = {"decide", "say what the triage rules make of findings, one JSON object a line",
	"--jsonl [--data DIR]\n"
	"  --jsonl     {\"id\", \"findings\", \"values\"} a line in, urgency and reasons a line out\n"
	"  --data DIR  where intents/ and responses/ are",
	run};
