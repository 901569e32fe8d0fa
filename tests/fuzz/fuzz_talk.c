/* fuzz_talk.c - a whole conversation of any bytes, a line a message: never silent, never calmer, never without end. A line
 * that begins with "!" taps one of the choices offered. The state goes through its JSON between any two turns. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "rules/ruleset.h"
#include "talk/responses.h"
#include "talk/state.h"
#include "talk/talk.h"
#include "util/arena.h"
#include "util/err.h"

enum { MAX_TURNS = 40 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

static struct talk_data load(void)
{
	struct problems p;
	struct talk_data d = {0};

	problems_init(&p);
	struct ruleset *rules = ruleset_load(SOLEUS_DATA_DIR, "en", &p);
	must(rules != NULL);
	d.rules = rules;
	d.tables = tables_load(SOLEUS_DATA_DIR "/intents", ruleset_vocab(rules), &p);
	d.responses = responses_load(SOLEUS_DATA_DIR, "en", &p);
	must(d.tables && d.responses);
	return d;
}

static void reload(const struct talk_data *d, struct talk_state *s)
{
	struct err err;
	cJSON *json = state_save(s, d->tables);

	must(state_load(json, d->tables, s, &err) == 0);
	cJSON_Delete(json);
}

static void check(const struct talk_out *out, const struct talk_state *s)
{
	must(out->n_replies > 0 && out->n_replies <= TALK_MAX_REPLIES);
	for (size_t i = 0; i < out->n_replies; i++)
		must(*out->replies[i] && strlen(out->replies[i]) < 8192);
	for (size_t i = 0; i < out->n_choices; i++)
		must(out->choices[i].id && out->choices[i].label && *out->choices[i].label);
	must(s->stage != STAGE_ASKING || s->urgency != URGENCY_EMERGENCY);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct talk_data d;
	struct arena *arena = arena_new();
	struct talk_state s;
	struct talk_out out = {0};
	const char *at = (const char *)data, *end = at + size;

	if (!d.rules)
		d = load();
	state_init(&s);
	for (int turn = 0; turn < MAX_TURNS && at < end; turn++) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		size_t len = (size_t)((stop ? stop : end) - at);
		struct talk_in in = {.kind = TALK_SAY, .text = at, .len = len, .today = {2, 5, 5, 2026}};
		const char *picked = NULL;

		if (len && *at == '!' && out.n_choices)
			picked = out.choices[(len > 1 ? (uint8_t)at[1] : 0) % out.n_choices].id;
		char *copy = picked ? strdup(picked) : NULL; /* it lives in the arena of the turn before */
		if (copy)
			in = (struct talk_in){.kind = TALK_CHOOSE, .picked = {copy}, .n_picked = 1};
		arena_reset(arena);
		reload(&d, &s);
		talk_turn(&d, &s, &in, arena, &out);
		check(&out, &s);
		free(copy);
		at += len + 1;
	}
	arena_free(arena);
	return 0;
}
