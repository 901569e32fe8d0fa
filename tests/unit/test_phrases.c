/* test_phrases.c - small things that people say, by name. */
#include "rules_fixture.h"

#include "rules/phrases.h"

static const char yaml[] =
	"fragments:\n"
	"  all: 'all|every one'\n"
	"phrases:\n"
	"  none: ['\\bnone\\b', 'not (?:any|{all})']\n"
	"  all: '\\b(?:{all})\\b'\n"
	"  ask: ['\\bwhy\\b', '\\?']\n"
	"  hard: ['(?:a|aa|aaa)+[^a]c', 'bc']\n"
	"  nothing: []\n"
	"  number/1: ['\\bfirst\\b']\n";

static struct world world;
static struct yaml_file *file;
static struct phrases *phrases;

static int open_phrases(void **state)
{
	(void)state;
	world_init(&world, "numbers: {one: 1}\n", "");
	file = world_yaml(&world, yaml, "answers.yaml");
	phrases = phrases_read(file, world.fragments, world.patterns, &world.problems);
	patterns_seal(world.patterns, "");
	return no_problems(&world.problems) ? 0 : -1;
}

static int close_phrases(void **state)
{
	(void)state;
	phrases_free(phrases);
	phrases_free(NULL);
	yaml_close(file);
	problems_init(&world.problems);
	world_done(&world);
	return 0;
}

static void said(void **state)
{
	static const struct {
		const char *name, *text, *want; /* what of the text is meant; NULL: nothing */
	} cases[] = {
		{"none", "none of them", "none"},
		{"none", "not any", "not any"},
		{"none", "not every one, none", "not every one"}, /* the first in the text */
		{"none", "none, not any", "none"},
		{"none", "nonesuch", NULL},
		{"none", "", NULL},
		{"all", "ALL of it", "all"},
		{"all", "ball", NULL},
		{"ask", "really?", "?"},
		{"ask", "why? why", "why"},
		{"nothing", "none", NULL},
		{"unheard_of", "none", NULL},
		{"hard", "bc", "bc"},
	};
	int failed = 0;
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct span span = {0};
		struct reading *r = world_read(&world, NULL, cases[i].text);
		bool found = phrases_find(phrases, NULL, cases[i].name, r, &span);
		char got[64];
		(void)snprintf(got, sizeof got, "%.*s", (int)(span.end - span.start), r->text.canon + span.start);
		if (found != (cases[i].want != NULL) || (found && strcmp(got, cases[i].want) != 0)) {
			print_error("%s in '%s': %s\n", cases[i].name, cases[i].text, found ? got : "no");
			failed++;
		}
	}
	assert_int_equal(failed, 0);
}

static void names(void **state)
{
	(void)state;
	assert_int_equal(phrases_get(phrases, NULL, "none")->n, 2);
	assert_int_equal(phrases_get(phrases, NULL, "all")->n, 1);
	assert_int_equal(phrases_get(phrases, NULL, "nothing")->n, 0);
	assert_null(phrases_get(phrases, NULL, "unheard_of"));
	assert_ptr_equal(phrases_get(phrases, "number", "1"), phrases_get(phrases, NULL, "number/1"));
	assert_int_equal(phrases_get(phrases, "number", "1")->n, 1);
	assert_null(phrases_get(phrases, "number", "2"));
	assert_null(phrases_get(phrases, "number/1", ""));
	char long_name[1000] = {0};
	memset(long_name, 'x', sizeof long_name - 1);
	assert_null(phrases_get(phrases, "number", long_name));
}

static void refusals(void **state)
{
	static const struct {
		const char *yaml, *want;
	} broken[] = {
		{"phrases: {a: ['(']}\n", "a.yaml:1:15: bad regex, at character 4: missing closing parenthesis\n"},
		{"phrases: {a: {b: c}}\n", "a.yaml:1:14: expected a regex or a list of them\n"},
		{"phrases: {a: '{al}'}\n", "a.yaml:1:14: no fragment {al}\n"},
		{"phrases: {a: ''}\n", "a.yaml:1:14: an empty regex matches everything\n"},
		{"phrases: {a: b, a: c}\n", "a.yaml:1:17: key 'a' is already in line 1\n"},
		{"phrase: {a: b}\n",
			"a.yaml:1:1: unknown key 'phrase', did you mean 'phrases'?\na.yaml:1:1: 'phrases' is missing\n"},
		{"phrases: [a]\n", "a.yaml:1:10: 'phrases' must be a map\n"},
		{"fragments: [a]\nphrases: {a: b}\n", "a.yaml:1:12: 'fragments' must be a map\n"},
	};
	int failed = 0;
	(void)state;
	for (size_t i = 0; i < COUNT(broken); i++) {
		struct world w;
		world_init(&w, "numbers: {one: 1}\n", "");
		struct yaml_file *f = yaml_parse(broken[i].yaml, strlen(broken[i].yaml), "a.yaml", &w.problems);
		if (f)
			phrases_free(phrases_read(f, w.fragments, w.patterns, &w.problems));
		char *text = taken(&w.problems);
		if (strcmp(text, broken[i].want) != 0) {
			print_error("%ssaid   %swanted %s", broken[i].yaml, text, broken[i].want);
			failed++;
		}
		free(text);
		yaml_close(f);
		problems_init(&w.problems);
		world_done(&w);
	}
	assert_int_equal(failed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(said),
		cmocka_unit_test(names),
		cmocka_unit_test(refusals),
	};
	return cmocka_run_group_tests(tests, open_phrases, close_phrases);
}
