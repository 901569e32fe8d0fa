/* play_run.c - runs a play and says where it goes another way. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "cli/chat.h"
#include "cli/play.h"
#include "triage/tips.h"
#include "util/arena.h"

enum { MAX_REPEATS = 15, MAX_WORDS = 64 };

struct stage_play {
	const struct play *play;
	struct chat chat;
	struct arena *arena;
	struct talk_out last;
	FILE *out;
	size_t failed;
};

static const char *const stages[] = {"asking", "advised", "closed"};

static const struct tables *tables_of(const struct stage_play *s)
{
	return s->chat.k->tables;
}

static const struct vocab *vocab_of(const struct stage_play *s)
{
	return tables_vocab(tables_of(s));
}

/* The conversation as it went, for people to read. */
static void print_replies(const struct stage_play *s)
{
	for (size_t i = 0; i < s->last.n_replies; i++) {
		const char *text = s->last.replies[i];

		fputs("    ", s->out);
		for (; *text; text++) {
			fputc(*text, s->out);
			if (*text == '\n')
				fputs("    ", s->out);
		}
		fputc('\n', s->out);
	}
}

static void fail(struct stage_play *s, const struct play_line *l, const char *got)
{
	s->failed++;
	fprintf(s->out, "%s:%d: expected  %s %s\n%*s     but got  %s\n", s->play->path, l->line, play_verb_name(l->verb), l->text,
		(int)strlen(s->play->path), "", got);
}

static bool holds_word(const char *text, const char *phrase)
{
	size_t len = strlen(phrase);

	for (; *text; text++)
		if (strncasecmp(text, phrase, len) == 0)
			return true;
	return len == 0;
}

static bool said(const struct stage_play *s, const char *phrase)
{
	for (size_t i = 0; i < s->last.n_replies; i++)
		if (holds_word(s->last.replies[i], phrase))
			return true;
	return false;
}

const char *play_next_word(const char **at, struct arena *arena)
{
	while (**at == ' ' || **at == ',')
		++*at;
	if (!**at)
		return NULL;
	const char *from = *at, *or = strstr(from, " or ");
	size_t len = strcspn(from, ",");

	if (or && (size_t)(or - from) < len)
		len = (size_t)(or - from);
	*at = from + len + (or == from + len ? 4 : 0);
	while (len && from[len - 1] == ' ')
		len--;
	return arena_strndup(arena, from, len);
}

static bool asked(const struct stage_play *s, const char *finding)
{
	int number = vocab_finding(vocab_of(s), finding);

	for (size_t i = 0; i < s->last.n_asks; i++)
		if (s->last.asks[i] == number)
			return true;
	return false;
}

static const char *asks_text(const struct stage_play *s)
{
	const char *text = "";

	for (size_t i = 0; i < s->last.n_asks; i++)
		text = arena_printf(s->arena, "%s%s%s", text, i ? ", " : "", vocab_finding_id(vocab_of(s), s->last.asks[i]));
	return *text ? text : "nothing is asked";
}

static bool fired(const struct stage_play *s, const char *rule)
{
	for (size_t i = 0; i < s->last.decision.n_why; i++)
		if (strcmp(rule_id(tables_of(s), s->last.decision.why[i]), rule) == 0)
			return true;
	return false;
}

static const char *why_text(const struct stage_play *s)
{
	const char *text = "";

	for (size_t i = 0; i < s->last.decision.n_why; i++)
		text = arena_printf(s->arena, "%s%s%s", text, i ? ", " : "", rule_id(tables_of(s), s->last.decision.why[i]));
	return *text ? text : "no rule fired";
}

/* Where the condition stands among those listed, or -1. */
static long place_of(const struct stage_play *s, const char *condition)
{
	int number = vocab_condition(vocab_of(s), condition);

	for (size_t i = 0; i < s->last.decision.n_conditions; i++)
		if (s->last.decision.conditions[i].condition == number)
			return (long)i;
	return -1;
}

static const char *conditions_text(const struct stage_play *s)
{
	const char *text = "";

	for (size_t i = 0; i < s->last.decision.n_conditions && i < 4; i++)
		text = arena_printf(s->arena, "%s%s%s", text, i ? ", " : "",
			vocab_condition_id(vocab_of(s), s->last.decision.conditions[i].condition));
	return *text ? text : "none";
}

static const char *tips_text(const struct stage_play *s, const bool *marks)
{
	const char *text = "";

	for (size_t i = 0; i < tables_tips(tables_of(s)); i++)
		if (marks[i])
			text = arena_printf(s->arena, "%s%s%s", text, *text ? ", " : "", tip_id(tables_of(s), (int)i));
	return *text ? text : "none";
}

static bool marked(const struct stage_play *s, const bool *marks, const char *tip)
{
	int number = tip_number(tables_of(s), tip);

	return number >= 0 && marks[number];
}

/* "swelling present": what is known of a finding. */
static const char *known_text(const struct stage_play *s, const char *finding)
{
	int number = vocab_finding(vocab_of(s), finding);

	return number < 0 ? "no such finding" : state_id((enum finding_state)s->chat.state.facts.state[number]);
}

static void check_knows(struct stage_play *s, const struct play_line *l)
{
	char finding[MAX_WORDS] = "";
	size_t len = strcspn(l->text, " ");

	memcpy(finding, l->text, len < MAX_WORDS - 1 ? len : MAX_WORDS - 1);
	const char *state = known_text(s, finding), *wanted = l->text + len;
	while (*wanted == ' ')
		wanted++;
	if (strcmp(state, wanted) != 0)
		fail(s, l, arena_printf(s->arena, "%s %s", finding, state));
}

/* Lists: every word must pass (or, for "not", none may). */
static void check_words(struct stage_play *s, const struct play_line *l)
{
	const bool *tips = s->chat.state.tips, *avoided = s->chat.state.avoided;
	const char *at = l->text, *word;

	while ((word = play_next_word(&at, s->arena))) {
		if (l->verb == PLAY_ASKS && !asked(s, word))
			fail(s, l, asks_text(s));
		else if (l->verb == PLAY_ASKS_NOT && asked(s, word))
			fail(s, l, asks_text(s));
		else if (l->verb == PLAY_WHY && !fired(s, word))
			fail(s, l, why_text(s));
		else if (l->verb == PLAY_ADVISES && !marked(s, tips, word))
			fail(s, l, tips_text(s, tips));
		else if (l->verb == PLAY_ADVISES_NOT && marked(s, tips, word))
			fail(s, l, tips_text(s, tips));
		else if (l->verb == PLAY_AVOIDS && !marked(s, avoided, word))
			fail(s, l, tips_text(s, avoided));
		else if (l->verb == PLAY_LISTS && place_of(s, word) < 0)
			fail(s, l, conditions_text(s));
	}
}

/* One of the words must be the one that is there. */
static void check_one_of(struct stage_play *s, const struct play_line *l, const char *got)
{
	const char *at = l->text, *word;

	while ((word = play_next_word(&at, s->arena)))
		if (strcmp(word, got) == 0)
			return;
	fail(s, l, got);
}

static void check(struct stage_play *s, const struct play_line *l)
{
	const struct open *o = &s->chat.state.open;

	switch (l->verb) {
	case PLAY_SAYS:
		if (!said(s, l->text))
			fail(s, l, "the replies above");
		break;
	case PLAY_SAYS_NOT:
		if (said(s, l->text))
			fail(s, l, "the replies above");
		break;
	case PLAY_ASKS_NOTHING:
		if (s->last.n_asks)
			fail(s, l, asks_text(s));
		break;
	case PLAY_QUESTION:
		check_one_of(s, l, o->kind == OPEN_QUESTION ? question_id(tables_of(s), o->question) : "none");
		break;
	case PLAY_URGENCY:
		check_one_of(s, l, urgency_id(s->last.decision.urgency));
		break;
	case PLAY_STAGE:
		check_one_of(s, l, stages[s->chat.state.stage]);
		break;
	case PLAY_KNOWS:
		check_knows(s, l);
		break;
	case PLAY_FIRST:
		check_one_of(s, l, s->last.decision.n_conditions
				? vocab_condition_id(vocab_of(s), s->last.decision.conditions[0].condition)
				: "none");
		break;
	default:
		check_words(s, l);
	}
}

static void say(struct stage_play *s, const char *text)
{
	arena_reset(s->arena);
	fprintf(s->out, "  > %s\n", text);
	chat_say(&s->chat, text, strlen(text), s->arena, &s->last);
	print_replies(s);
}

static void tap(struct stage_play *s, const char *list)
{
	const char *at = list, *word, *picked[TALK_MAX_PICKED];
	struct arena *words = arena_new();
	size_t n = 0;

	while (n < TALK_MAX_PICKED && (word = play_next_word(&at, words)))
		picked[n++] = word;
	arena_reset(s->arena);
	fprintf(s->out, "  [%s]\n", list);
	chat_choose(&s->chat, picked, n, s->arena, &s->last);
	print_replies(s);
	arena_free(words);
}

static void until_advised(struct stage_play *s, const struct play_line *l)
{
	int turns = 0;

	do
		say(s, l->text);
	while (s->chat.state.stage == STAGE_ASKING && ++turns < MAX_REPEATS);
	if (s->chat.state.stage == STAGE_ASKING)
		fail(s, l, asks_text(s));
}

/* "3 days", "4 hours", "30 minutes". */
static int64_t span_ms(const char *text)
{
	char *unit;
	long n = strtol(text, &unit, 10);

	while (*unit == ' ')
		unit++;
	return (int64_t)n * 60000 * (*unit == 'd' ? 1440 : *unit == 'w' ? 10080 : *unit == 'h' ? 60 : 1);
}

static void perform(struct stage_play *s, const struct play_line *l)
{
	switch (l->verb) {
	case PLAY_SAY:
		say(s, l->text);
		break;
	case PLAY_TAP:
		tap(s, l->text);
		break;
	case PLAY_UNTIL_ADVISED:
		until_advised(s, l);
		break;
	case PLAY_RESET:
		chat_reset(&s->chat);
		break;
	case PLAY_LATER:
		s->chat.now_ms += span_ms(l->text);
		break;
	default:
		check(s, l);
	}
}

size_t play_run(const struct play *p, struct knowledge *k, FILE *out)
{
	struct stage_play s = {.play = p, .arena = arena_new(), .out = out};

	chat_init(&s.chat, k, p->region);
	s.chat.now_ms = 1773000000000; /* a Sunday in March 2026, 20:00 UTC: the same every time */
	s.chat.human_there = p->human;
	for (size_t i = 0; i < p->n; i++)
		perform(&s, &p->lines[i]);
	arena_free(s.arena);
	return s.failed;
}
