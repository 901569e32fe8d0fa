/* play_check.c - a play whose words the data do not know would pass whatever happens. */
#include <stdlib.h>
#include <string.h>

#include "cli/load.h"
#include "cli/play.h"
#include "rules/vocab.h"
#include "triage/places.h"
#include "triage/questions.h"
#include "triage/tips.h"
#include "triage/triage.h"
#include "util/arena.h"
#include "util/err.h"

enum { MAX_ID = 64 };

typedef bool (*known)(const struct tables *t, const char *id);

static bool is_finding(const struct tables *t, const char *id)
{
	return vocab_finding(tables_vocab(t), id) >= 0;
}

static bool is_condition(const struct tables *t, const char *id)
{
	return strcmp(id, "none") == 0 || vocab_condition(tables_vocab(t), id) >= 0;
}

static bool is_tip(const struct tables *t, const char *id)
{
	return tip_number(t, id) >= 0;
}

static bool is_question(const struct tables *t, const char *id)
{
	return strcmp(id, "none") == 0 || question_number(t, id) >= 0;
}

static bool is_urgency(const struct tables *t, const char *id)
{
	(void)t;
	for (int u = URGENCY_NONE; u <= URGENCY_EMERGENCY; u++)
		if (strcmp(urgency_id((enum urgency)u), id) == 0)
			return true;
	return false;
}

static bool is_stage(const struct tables *t, const char *id)
{
	(void)t;
	return strcmp(id, "asking") == 0 || strcmp(id, "advised") == 0 || strcmp(id, "closed") == 0;
}

static bool is_rule(const struct tables *t, const char *id)
{
	for (size_t i = 0; i < tables_rules(t); i++)
		if (strcmp(rule_id(t, (int)i), id) == 0)
			return true;
	return false;
}

/* What the words of a line are ids of; NULL: they are no ids. */
static known kind_of(enum play_verb v)
{
	switch (v) {
	case PLAY_ASKS:
	case PLAY_ASKS_NOT:
	case PLAY_KNOWS:
		return is_finding;
	case PLAY_QUESTION:
		return is_question;
	case PLAY_URGENCY:
		return is_urgency;
	case PLAY_STAGE:
		return is_stage;
	case PLAY_WHY:
		return is_rule;
	case PLAY_ADVISES:
	case PLAY_ADVISES_NOT:
	case PLAY_AVOIDS:
		return is_tip;
	case PLAY_FIRST:
	case PLAY_LISTS:
		return is_condition;
	default:
		return NULL;
	}
}

static void check_ids(const struct play *p, const struct play_line *l, const struct tables *t, struct problems *problems)
{
	known is = kind_of(l->verb);
	struct arena *arena = arena_new();
	const char *at = l->text, *word;

	while (is && (word = play_next_word(&at, arena))) {
		size_t len = l->verb == PLAY_KNOWS ? strcspn(word, " ") : strlen(word);
		const char *id = arena_strndup(arena, word, len);

		if (!is(t, id))
			problems_add(problems, p->path, l->line, 1, "%s no \"%s\" is known", play_verb_name(l->verb), id);
	}
	arena_free(arena);
}

/* "3 days", "4 hours", "30 minutes", "2 weeks". */
static bool is_span(const char *text)
{
	static const char *const units[] = {"minutes", "minute", "hours", "hour", "days", "day", "weeks", "week"};
	char *unit;

	if (strtol(text, &unit, 10) <= 0)
		return false;
	while (*unit == ' ')
		unit++;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (strcmp(unit, units[i]) == 0)
			return true;
	return false;
}

void play_check(const struct play *p, const struct knowledge *k, struct problems *problems)
{
	bool expects = false;

	if (p->region && !place_find(k->tables, p->region))
		problems_add(problems, p->path, 1, 1, "no region \"%s\" in places.yaml", p->region);
	for (size_t i = 0; i < p->n; i++) {
		const struct play_line *l = &p->lines[i];

		expects |= l->verb >= PLAY_SAYS || l->verb == PLAY_UNTIL_ADVISED;
		check_ids(p, l, k->tables, problems);
		if (l->verb == PLAY_LATER && !is_span(l->text))
			problems_add(problems, p->path, l->line, 1, "expected a time such as \"3 days\", not \"%s\"", l->text);
	}
	if (!expects)
		problems_add(problems, p->path, 1, 1, "nothing is expected: it would pass whatever happens");
}
