/* triage_fixture.h - the tables of the project, and facts written in a line, for the tests of triage. */
#ifndef TRIAGE_FIXTURE_H
#define TRIAGE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules/facts.h"
#include "rules/vocab.h"
#include "triage/triage.h"
#include "util/err.h"

static struct vocab *vocab;
static struct tables *tables;

/* For cmocka's group set-up; the tests run in the source folder. */
static inline int load_project(void **state)
{
	struct problems problems;
	(void)state;
	problems_init(&problems);
	vocab = vocab_load("intents", &problems);
	tables = vocab ? tables_load("intents", vocab, &problems) : NULL;
	problems_print(&problems, stderr);
	problems_done(&problems);
	return tables ? 0 : -1;
}

static inline int free_project(void **state)
{
	(void)state;
	tables_free(tables);
	vocab_free(vocab);
	return 0;
}

static inline int finding_of(const char *id)
{
	int finding = vocab_finding(vocab, id);
	if (finding < 0)
		fail_msg("unknown finding '%s'", id);
	return finding;
}

static inline void tell_word(struct facts *facts, const char *word)
{
	static const struct {
		char mark;
		enum finding_state state;
	} marks[] = {{'-', STATE_ABSENT}, {'?', STATE_UNCERTAIN}, {'<', STATE_PAST}, {'*', STATE_HYPOTHETICAL},
		{'%', STATE_OTHER_PERSON}};
	const char *equals = strchr(word, '=');
	if (equals) {
		char id[64];
		(void)snprintf(id, sizeof id, "%.*s", (int)(equals - word), word);
		int kind = vocab_value_kind(vocab, finding_of(id));
		facts->has_value[kind] = true;
		facts->value[kind] = (double)strtol(equals + 1, NULL, 10);
		return;
	}
	enum finding_state state = STATE_PRESENT;
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (word[0] == marks[i].mark)
			state = marks[i].state;
	facts->state[finding_of(word + (state != STATE_PRESENT))] = (uint8_t)state;
}

/* "swelling -fever ?warmth <prior_dvt *numbness %cancer age_years=54": present, absent, uncertain, past, hypothetical,
 * of another person, a told value. */
static inline struct facts facts_of(const char *text)
{
	struct facts facts = {0};
	char words[1024], *rest = words;
	assert_true(strlen(text) < sizeof words);
	strcpy(words, text);
	for (char *word; (word = strtok_r(rest, " ", &rest));)
		tell_word(&facts, word);
	return facts;
}

static inline const char *states_text(const struct facts *facts)
{
	static char text[4096];
	static const char marks[] = {[STATE_HYPOTHETICAL] = '*',
		[STATE_OTHER_PERSON] = '%',
		[STATE_PAST] = '<',
		[STATE_ABSENT] = '-',
		[STATE_UNCERTAIN] = '?',
		[STATE_PRESENT] = '+'};
	size_t len = 0;
	text[0] = '\0';
	for (int i = 0; i < (int)vocab_findings(vocab); i++)
		if (facts->state[i] != STATE_UNKNOWN)
			len += (size_t)snprintf(text + len, sizeof text - len, "%s%c%s", len ? " " : "",
				marks[facts->state[i]], vocab_finding_id(vocab, i));
	return text;
}

#endif
