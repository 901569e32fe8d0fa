/* cmd_chat.c - soleus chat: a conversation in the terminal, or one JSON object a line for scripts. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/chat.h"
#include "cli/command.h"
#include "cli/judged.h"
#include "cli/lines.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include "triage/places.h"
#include "triage/tips.h"
#include "util/arena.h"
#include "util/err.h"
#include "util/json.h"

static const char *const stage_names[] = {"asking", "advised", "closed"};

static cJSON *tips_json(const struct tables *t, const bool *marks)
{
	cJSON *list = cJSON_CreateArray();

	for (size_t i = 0; i < tables_tips(t); i++)
		if (marks[i])
			cJSON_AddItemToArray(list, cJSON_CreateString(tip_id(t, (int)i)));
	return list;
}

static cJSON *effects_json(unsigned effects)
{
	static const char *const names[] = {
		"hand_over", "alarm", "export", "forget", "check_in_wanted", "crisis", "check_in_stop"};
	cJSON *list = cJSON_CreateArray();

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (effects & 1u << i)
			cJSON_AddItemToArray(list, cJSON_CreateString(names[i]));
	return list;
}

/* What only some turns bring. */
static void rare_json(cJSON *out, const struct chat *c, const struct talk_out *o)
{
	if (c->state.open.kind == OPEN_QUESTION)
		cJSON_AddStringToObject(out, "question", question_id(c->k->tables, c->state.open.question));
	if (o->effects)
		cJSON_AddItemToObject(out, "effects", effects_json(o->effects));
	if (o->n_check_ins)
		cJSON_AddItemToObject(
			out, "check_in_minutes", cJSON_CreateIntArray(o->check_in_minutes, (int)o->n_check_ins));
	if (o->effects & TALK_EXPORT)
		cJSON_AddItemToObject(out, "export", state_save(&c->state, c->k->tables));
}

static cJSON *talk_json(const struct chat *c, const struct talk_out *o)
{
	const struct tables *t = c->k->tables;
	cJSON *out = cJSON_CreateObject(), *replies = cJSON_AddArrayToObject(out, "replies");
	cJSON *asks = cJSON_AddArrayToObject(out, "asks"), *choices = cJSON_AddArrayToObject(out, "choices");

	for (size_t i = 0; i < o->n_replies; i++)
		cJSON_AddItemToArray(replies, cJSON_CreateString(o->replies[i]));
	for (size_t i = 0; i < o->n_asks; i++)
		cJSON_AddItemToArray(asks, cJSON_CreateString(vocab_finding_id(tables_vocab(t), o->asks[i])));
	for (size_t i = 0; i < o->n_choices; i++) {
		cJSON *one = cJSON_CreateObject();

		cJSON_AddStringToObject(one, "id", o->choices[i].id);
		cJSON_AddStringToObject(one, "label", o->choices[i].label);
		cJSON_AddItemToArray(choices, one);
	}
	judged_json(out, t, &o->decision);
	cJSON_AddItemToObject(out, "advice", tips_json(t, c->state.tips));
	cJSON_AddItemToObject(out, "avoid", tips_json(t, c->state.avoided));
	cJSON_AddStringToObject(out, "stage", stage_names[c->state.stage]);
	rare_json(out, c, o);
	return out;
}

static size_t picks_of(const cJSON *choose, const char *picked[TALK_MAX_PICKED])
{
	const cJSON *one;
	size_t n = 0;

	if (cJSON_IsString(choose))
		picked[n++] = choose->valuestring;
	else
		cJSON_ArrayForEach(one, choose)
			if (cJSON_IsString(one) && n < TALK_MAX_PICKED)
				picked[n++] = one->valuestring;
	return n;
}

/* The state goes through its JSON between any two turns, as it does in a daemon: what is not saved is not known. */
static int reload(struct chat *c, struct err *err)
{
	cJSON *saved = state_save(&c->state, c->k->tables);
	int result = state_load(saved, c->k->tables, &c->state, err);

	cJSON_Delete(saved);
	return result;
}

/* A time to use instead of the clock, for tests: {"now": milliseconds since 1970}. It stays until the next one. */
static void take_now(struct chat *c, const cJSON *in)
{
	long long now;

	if (json_int(in, "now", &now) && now > 0)
		c->now_ms = now;
}

static bool is_true(const cJSON *in, const char *key)
{
	return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(in, key));
}

static cJSON *answer(void *ctx, const cJSON *in, struct arena *arena, struct err *err)
{
	struct chat *c = ctx;
	struct talk_out out = {0};
	const cJSON *choose = cJSON_GetObjectItemCaseSensitive(in, "choose");
	const char *say = json_string(in, "say", arena), *picked[TALK_MAX_PICKED];

	if (is_true(in, "reset")) {
		chat_reset(c);
		return talk_json(c, &out);
	}
	if (reload(c, err) < 0)
		return NULL;
	take_now(c, in);
	if (say)
		chat_say(c, say, strlen(say), arena, &out);
	else if (choose)
		chat_choose(c, picked, picks_of(choose, picked), arena, &out);
	else if (is_true(in, "check_in"))
		chat_event(c, TALK_CHECK_IN, arena, &out);
	else if (is_true(in, "media"))
		chat_event(c, TALK_MEDIA, arena, &out);
	else {
		err_set(err, "expected \"say\", \"choose\", \"reset\", \"check_in\" or \"media\"");
		return NULL;
	}
	return talk_json(c, &out);
}

/* A region that is not there would leave people without their number, and nobody would see why. */
static bool knows_region(const struct knowledge *k, const char *region)
{
	if (!region || place_find(k->tables, region))
		return true;
	fprintf(stderr, "soleus chat: unknown region \"%s\"; intents/triage/places.yaml has", region);
	for (size_t i = 0; i < tables_places(k->tables); i++)
		fprintf(stderr, "%s %s", i ? "," : "", place_at(k->tables, i)->id);
	fputc('\n', stderr);
	return false;
}

static int run(int argc, char **argv)
{
	struct knowledge k;
	struct chat c;
	const char *data = NULL, *region = NULL;
	bool jsonl = false;

	for (int i = 1; i < argc; i++) {
		const char *value;

		if ((value = options_value(argc, argv, &i, "--data")) && *value)
			data = value;
		else if ((value = options_value(argc, argv, &i, "--region")) && *value)
			region = value;
		else if (strcmp(argv[i], "--jsonl") == 0)
			jsonl = true;
		else {
			fprintf(stderr, "soleus chat: unknown or unfinished option \"%s\"; see soleus chat --help\n",
				argv[i]);
			return EXIT_MISUSED;
		}
	}
	if (knowledge_load(&k, data) < 0)
		return EXIT_FAILURE;
	chat_init(&c, &k, region);
	int status = !knows_region(&k, region) ? EXIT_MISUSED : jsonl ? lines_serve(answer, &c) : terminal_talk(&c);
	knowledge_free(&k);
	return status;
}

const struct command cmd_chat = {
	"chat", "talk in the terminal",
	"[--region ID] [--jsonl] [--data DIR]\n"
	"  --region ID  whose emergency numbers to give: gb, us, eu, ... (intents/triage/places.yaml)\n"
	"  --jsonl      {\"say\"}, {\"choose\"}, {\"reset\"}, {\"check_in\"}, {\"media\"} in, the replies out\n"
	"  --data DIR   where intents/ and responses/ are",
	run};
