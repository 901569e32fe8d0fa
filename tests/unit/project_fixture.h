/* project_fixture.h - the data of the project: rules, tables and words, in English. */
#ifndef PROJECT_FIXTURE_H
#define PROJECT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules/ruleset.h"
#include "talk/responses.h"
#include "talk/talk.h"
#include "triage/triage.h"
#include "util/err.h"

static struct ruleset *rules;
static struct tables *tables;
static struct responses *responses;
static struct talk_data data; /* all of them */

/* For cmocka's group set-up; the tests run in the source folder. */
static inline int load_project(void **ignored)
{
	struct problems problems;

	(void)ignored;
	problems_init(&problems);
	rules = ruleset_load(".", "en", &problems);
	tables = rules ? tables_load("intents", ruleset_vocab(rules), &problems) : NULL;
	responses = responses_load(".", "en", &problems);
	problems_print(&problems, stderr);
	problems_done(&problems);
	data = (struct talk_data){rules, tables, responses};
	return tables && responses ? 0 : -1;
}

static inline int free_project(void **ignored)
{
	(void)ignored;
	responses_free(responses);
	tables_free(tables);
	ruleset_free(rules);
	return 0;
}

#endif
