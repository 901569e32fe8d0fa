/* test_intent.c - which intent of several wins, what a message is about, and the intents files that are refused. The
 * ids are the project's, the words are not. */
#include "rules_fixture.h"

#include "rules/intent.h"
#include "rules/rule.h"
#include "rules/vocab.h"

static const char yaml[] =
	"fragments: {bye: 'bye|so long'}\n"
	"not_symptoms: [calf_location, age_years]\n"
	"intents:\n"
	"  greet:\n"
	"    priority: 10\n"
	"    whole_message: true\n"
	"    rules:\n"
	"      - {id: hello, words: [hello, hi]}\n"
	"  goodbye:\n"
	"    priority: 10\n"
	"    rules:\n"
	"      - {id: bye, regex: '\\b(?:{bye})\\b', unless: ['\\bhello\\b']}\n"
	"  thanks:\n"
	"    priority: 20\n"
	"    own_symptoms: yield\n"
	"    rules:\n"
	"      - {id: thanks, words: [thanks], no: [no thanks]}\n"
	"      - {id: cheers, words: [cheers]}\n"
	"  crisis:\n"
	"    priority: 100\n"
	"    own_symptoms: keep\n"
	"    rules:\n"
	"      - {id: dark, near: [end, all], yes: [end it all]}\n"
	"      - {id: hard, regex: '(?:o|oo|ooo)+[^o]c'}\n"
	"topics:\n"
	"  conditions:\n"
	"    dvt: ['\\bclots?\\b', '\\bdvt\\b']\n"
	"    muscle_cramp: '\\bcramps?\\b'\n"
	"    muscle_strain: '\\bstrains?\\b'\n"
	"  tips:\n"
	"    ice: '\\bice\\b'\n"
	"  general:\n"
	"    anatomy: ['\\bbone\\b', '\\bmuscle\\b']\n";

static struct vocab *vocab;
static struct world world;
static struct yaml_file *file;
static struct intents *intents;

static int open_intents(void **state)
{
	(void)state;
	world_init(&world, "numbers: {one: 1}\n", "");
	vocab = vocab_load("intents", &world.problems);
	file = world_yaml(&world, yaml, "intents.yaml");
	intents = intents_read(file, vocab, world.fragments, world.patterns, &world.problems);
	patterns_seal(world.patterns, "");
	return no_problems(&world.problems) ? 0 : -1;
}

static int close_intents(void **state)
{
	(void)state;
	intents_free(intents);
	intents_free(NULL);
	yaml_close(file);
	vocab_free(vocab);
	problems_init(&world.problems);
	world_done(&world);
	return 0;
}

static void which_wins(void **state)
{
	static const struct {
		const char *text;
		bool symptoms; /* of the patient's own */
		const char *want; /* the rule, or NULL */
	} cases[] = {
		{"hello", false, "greet/hello"},
		{"Hello!!", false, "greet/hello"},
		{"hi, my calf", false, "greet/hello"}, /* two words more */
		{"well hi there doctor", false, "greet/hello"}, /* three */
		{"well hi there kind doctor", false, NULL}, /* four: not the whole message */
		{"hi hi", false, "greet/hello"},
		{"hello", true, NULL}, /* yields by default */
		{"bye", false, "goodbye/bye"},
		{"so long my friend of many years", false, "goodbye/bye"},
		{"hello bye", false, "greet/hello"}, /* unless */
		{"bye hi", false, "greet/hello"}, /* of the same priority: the first in the file */
		{"hi, thanks", false, "thanks/thanks"}, /* the greater priority, though it comes later */
		{"cheers, thanks", false, "thanks/thanks"},
		{"thanks, hurts", true, NULL},
		{"end it all, thanks", false, "crisis/dark"},
		{"all in the end", true, "crisis/dark"}, /* keeps */
		{"end. all", false, NULL},
		{"nothing of that", false, NULL},
		{"", false, NULL},
	};
	int failed = 0;
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *rule = NULL;
		int intent = intent_find(intents, world_read(&world, NULL, cases[i].text), cases[i].symptoms, &rule);
		if ((intent < 0) != !cases[i].want || (rule && strcmp(rule, cases[i].want) != 0) ||
			(rule && strncmp(rule, vocab_intent_id(vocab, intent), strlen(vocab_intent_id(vocab, intent))) != 0)) {
			print_error("'%s': %s, wanted %s\n", cases[i].text, rule ? rule : "none",
				cases[i].want ? cases[i].want : "none");
			failed++;
		}
	}
	assert_int_equal(failed, 0);
}

static void about(void **state)
{
	static const struct {
		const char *text, *conditions, *topics;
	} cases[] = {
		{"is it a clot or a cramp?", "dvt muscle_cramp", ""},
		{"cramp or clot or strain", "muscle_cramp dvt muscle_strain", ""}, /* as they stand in the text */
		{"strains, dvt, clot", "muscle_strain dvt", ""},
		{"dvt, strain, a clot, cramp, clot", "dvt muscle_strain muscle_cramp", ""},
		{"ice on bone", "", "ice anatomy"},
		{"muscle, then ice", "", "ice anatomy"}, /* as they stand in the file */
		{"clotted", "", ""},
		{"", "", ""},
	};
	int failed = 0;
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct reading *r = world_read(&world, NULL, cases[i].text);
		int list[INTENT_MAX_ABOUT];
		const char *ids[INTENT_MAX_ABOUT];
		char conditions[256] = "", topics[256] = "";
		size_t n = intent_about(intents, r, list), m = intent_topics(intents, r, ids);
		for (size_t k = 0; k < n; k++)
			strcat(strcat(conditions, k ? " " : ""), vocab_condition_id(vocab, list[k]));
		for (size_t k = 0; k < m; k++)
			strcat(strcat(topics, k ? " " : ""), ids[k]);
		if (strcmp(conditions, cases[i].conditions) != 0 || strcmp(topics, cases[i].topics) != 0) {
			print_error("'%s': '%s', '%s'\n", cases[i].text, conditions, topics);
			failed++;
		}
	}
	assert_int_equal(failed, 0);
}

static void what_is_a_symptom(void **state)
{
	(void)state;
	assert_false(intents_is_symptom(intents, vocab_finding(vocab, "calf_location")));
	assert_false(intents_is_symptom(intents, vocab_finding(vocab, "age_years")));
	assert_true(intents_is_symptom(intents, vocab_finding(vocab, "swelling")));
}

/* For the check: all rules, the greatest priority first. */
static void all_rules(void **state)
{
	static const char *const want[] = {"crisis/dark", "crisis/hard", "thanks/thanks", "thanks/cheers", "greet/hello",
		"goodbye/bye"};
	(void)state;
	assert_int_equal(intents_rules(intents), COUNT(want));
	for (size_t i = 0; i < COUNT(want); i++) {
		int intent = -1;
		assert_string_equal(intents_rule(intents, i, &intent)->id, want[i]);
		assert_memory_equal(vocab_intent_id(vocab, intent), want[i], strcspn(want[i], "/"));
	}
}

static const struct refusal broken[] = {
	{"  greet:\n", "  greeet:\n", "i.yaml:4:3: unknown intent \"greeet\"; nearest is greet\n"},
	{"  greet:\n", "  something_new:\n", "i.yaml:4:3: unknown intent \"something_new\"\n"},
	{"    priority: 10\n", "", "i.yaml:5:5: 'priority' is missing\n"},
	{"priority: 10\n", "priority: 1001\n", "i.yaml:5:15: 'priority' must be a whole number from 0 to 1000\n"},
	{"priority: 10\n", "prio: 10\n", "i.yaml:5:5: unknown key 'prio'\n"},
	{"own_symptoms: yield", "own_symptoms: drop", "i.yaml:15:19: expected keep or yield\n"},
	{"whole_message: true", "whole_message: perhaps", "i.yaml:6:20: 'whole_message' must be true or false\n"},
	{"rules:\n      - {id: hello, words: [hello, hi]}", "rules: {}", "i.yaml:7:12: 'rules' must be a list\n"},
	{"{id: hello, words: [hello, hi]}", "{id: hello, words: [hello, hi], state: absent}",
		"i.yaml:8:41: unknown key 'state'\n"},
	{"{id: hello, words: [hello, hi]}", "{id: hello, words: []}", "i.yaml:8:28: an empty list matches nothing\n"},
	{"    dvt:", "    dvd:", "i.yaml:27:5: unknown condition \"dvd\"; nearest is dvt\n"},
	{"'\\bice\\b'", "'\\bice('", "i.yaml:31:10: bad regex, at character 9: missing closing parenthesis\n"},
	{"  tips:\n", "  tip:\n", "i.yaml:30:3: unknown key 'tip', did you mean 'tips'?\n"},
	{"[calf_location, age_years]", "[calf_place]", "i.yaml:2:16: unknown finding \"calf_place\"\n"},
	{"{bye: 'bye|so long'}", "{by: bye}", "i.yaml:12:26: no fragment {bye}; did you mean {by}?\n"},
};

static void read_broken(struct yaml_file *f, struct problems *problems)
{
	struct world w;
	world_init(&w, "numbers: {one: 1}\n", "");
	intents_free(intents_read(f, vocab, w.fragments, w.patterns, problems));
	world_done(&w);
}

static void refusals(void **state)
{
	(void)state;
	check_refusals(yaml, "i.yaml", broken, COUNT(broken), read_broken);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(which_wins),
		cmocka_unit_test(about),
		cmocka_unit_test(what_is_a_symptom),
		cmocka_unit_test(all_rules),
		cmocka_unit_test(refusals),
	};
	return cmocka_run_group_tests(tests, open_intents, close_intents);
}
