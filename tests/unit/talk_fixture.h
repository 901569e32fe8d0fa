/* talk_fixture.h - the data of the project and one talk, for the tests of the dialogue. */
#ifndef TALK_FIXTURE_H
#define TALK_FIXTURE_H

#include "project_fixture.h"

#include "util/arena.h"

/* One talk: what was said last is in `out`. */
static struct talk_state state;
static struct talk_out out;
static struct arena *arena;

static inline int begin_talk(void **ignored)
{
	(void)ignored;
	arena = arena_new();
	state_init(&state);
	memset(&out, 0, sizeof out);
	return 0;
}

static inline int end_talk(void **ignored)
{
	(void)ignored;
	arena_free(arena);
	return 0;
}

/* A Saturday, two in the afternoon, in the United Kingdom. */
static inline void turn(struct talk_in in)
{
	in.region = in.region ? in.region : "gb";
	in.today = (struct moment){6, 6, 6, 2026};
	in.knows_hour = true;
	in.hour = 14;
	in.now_ms = INT64_C(1780754400000);
	talk_turn(&data, &state, &in, arena, &out);
}

static inline void say_text(const char *text)
{
	turn((struct talk_in){.kind = TALK_SAY, .text = text, .len = strlen(text)});
}

/* Says each, up to a NULL. */
static inline void say_all(const char *const texts[])
{
	for (size_t i = 0; texts[i]; i++)
		say_text(texts[i]);
}

static inline void tap(const char *choice)
{
	turn((struct talk_in){.kind = TALK_CHOOSE, .picked = {choice}, .n_picked = 1});
}

/* Denies all that is asked until nothing is. */
static inline void deny_all(void)
{
	for (int i = 0; i < 20 && state_is_asking(&state); i++)
		tap(state.open.kind == OPEN_FINDING ? "no" : out.many ? "none" : out.choices[out.n_choices > 2 ? 1 : 0].id);
}

static inline bool replied(const char *words)
{
	for (size_t i = 0; i < out.n_replies; i++)
		if (strstr(out.replies[i], words))
			return true;
	return false;
}

static inline void assert_replied(const char *words)
{
	if (replied(words))
		return;
	for (size_t i = 0; i < out.n_replies; i++)
		print_error("> %s\n", out.replies[i]);
	fail_msg("\"%s\" was not said", words);
}

static inline void assert_not_replied(const char *words)
{
	if (replied(words))
		fail_msg("\"%s\" was said", words);
}

static inline enum finding_state known(const char *finding)
{
	int number = vocab_finding(tables_vocab(tables), finding);

	assert_true(number >= 0);
	return (enum finding_state)state.facts.state[number];
}

static inline bool asks(const char *finding)
{
	int number = vocab_finding(tables_vocab(tables), finding);

	assert_true(number >= 0);
	for (size_t i = 0; i < out.n_asks; i++)
		if (out.asks[i] == number)
			return true;
	return false;
}

#endif
