/* test_vocab.c - the ids of vocabulary.yaml, and what is refused. */
#include "problems_fixture.h"

#include <unistd.h>

#include "rules/facts.h"
#include "rules/vocab.h"

static struct vocab *vocab; /* of the project */

static int load_project(void **state)
{
	struct problems problems;
	(void)state;
	problems_init(&problems);
	vocab = vocab_load("intents", &problems);
	problems_print(&problems, stderr);
	problems_done(&problems);
	return vocab ? 0 : -1;
}

static int free_project(void **state)
{
	(void)state;
	vocab_free(vocab);
	return 0;
}

static const char good[] =
	"urgency: {emergency: e, urgent: u, soon: s, self_care: c, none: n}\n"
	"intents: {greet: hello, help: h}\n"
	"finding_states: {present: p, absent: a, uncertain: u, past: p, other_person: o, hypothetical: h}\n"
	"findings:\n"
	"  swelling: s\n"
	"  duration_days: d\n"
	"  pain_score: p\n"
	"  age_years: a\n"
	"conditions: {dvt: 1}\n";

/* Loads a vocabulary from these words; *out_said: the problems (free with free). */
static struct vocab *load(const char *text, char **out_said)
{
	char dir[] = "/tmp/vocab-XXXXXX", path[64];
	struct problems problems;
	assert_non_null(mkdtemp(dir));
	(void)snprintf(path, sizeof path, "%s/vocabulary.yaml", dir);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	problems_init(&problems);
	struct vocab *v = vocab_load(dir, &problems);
	*out_said = taken(&problems);
	unlink(path);
	rmdir(dir);
	return v;
}

static void refusals(void **state)
{
	static const struct {
		const char *old, *new, *want;
	} cases[] = {
		{"  pain_score: p\n", "  swelling: again\n  pain_score: p\n",
			"intents/vocabulary.yaml:7:3: key 'swelling' is already in line 5\n"},
		{"dvt: 1", "DVT: 1", "intents/vocabulary.yaml:9:14: 'DVT': an id has only a-z, 0-9 and _\n"},
		{"soon: s, ", "", "intents/vocabulary.yaml:1:10: 'urgency' lacks 'soon'\n"},
		{"soon: s, ", "soon: s, later: l, ",
			"intents/vocabulary.yaml:1:45: 'later' is not one of the fixed ids of 'urgency'\n"},
		{"present: p", "unknown: p, present: p",
			"intents/vocabulary.yaml:3:18: 'unknown' is not one of the fixed ids of 'finding_states'\n"},
		{"  age_years: a\n", "", "intents/vocabulary.yaml:1:1: 'findings' lacks 'age_years'\n"},
		{"conditions:", "condition:",
			"intents/vocabulary.yaml:9:1: unknown key 'condition', did you mean 'conditions'?\n"},
		{"intents: {greet: hello, help: h}\n", "", "intents/vocabulary.yaml:1:1: 'intents' is missing\n"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *said, *text = changed(good, cases[i].old, cases[i].new);
		assert_null(load(text, &said));
		if (strcmp(said, cases[i].want) != 0)
			fail_msg("%s\nsaid   %swanted %s", text, said, cases[i].want);
		free(said);
		free(text);
	}
}

static void too_many(void **state)
{
	char *said, *more = mem_alloc(1 << 16, 1), *at = more;
	(void)state;
	for (int i = 0; i < FACTS_MAX - 3; i++)
		at += sprintf(at, "  f%d: x\n", i);
	char *text = changed(good, "  swelling: s\n", more);
	assert_non_null(strstr(text, "f252: x"));
	struct vocab *v = load(text, &said); /* 256 with the three that carry values: just enough */
	assert_non_null(v);
	assert_string_equal(said, "");
	assert_int_equal(vocab_findings(v), FACTS_MAX);
	vocab_free(v);
	free(said);
	free(text);
	strcpy(at, "  one_more: x\n");
	text = changed(good, "  swelling: s\n", more);
	assert_null(load(text, &said));
	assert_string_equal(said, "intents/vocabulary.yaml:261:3: more than 256 findings\n");
	free(said);
	free(text);
	free(more);
}

static void missing(void **state)
{
	struct problems problems;
	(void)state;
	problems_init(&problems);
	assert_null(vocab_load("/nowhere", &problems));
	assert_int_equal(problems.n, 1);
	problems_done(&problems);
}

static void numbers_and_ids(void **state)
{
	(void)state;
	assert_true(vocab_findings(vocab) > 100);
	for (int i = 0; i < (int)vocab_findings(vocab); i++)
		assert_int_equal(vocab_finding(vocab, vocab_finding_id(vocab, i)), i);
	for (int i = 0; i < (int)vocab_conditions(vocab); i++)
		assert_int_equal(vocab_condition(vocab, vocab_condition_id(vocab, i)), i);
	for (int i = 0; i < (int)vocab_intents(vocab); i++)
		assert_int_equal(vocab_intent(vocab, vocab_intent_id(vocab, i)), i);
	assert_int_equal(vocab_finding(vocab, "swollen"), -1);
	assert_null(vocab_finding_id(vocab, -1));
	assert_null(vocab_finding_id(vocab, FACTS_MAX));
	assert_string_equal(vocab_finding_near(vocab, "sweling"), "swelling");
	assert_string_equal(vocab_condition_near(vocab, "dvd"), "dvt");
}

static void fixed(void **state)
{
	(void)state;
	for (int u = URGENCY_NONE; u <= URGENCY_EMERGENCY; u++)
		assert_int_equal(vocab_urgency(vocab, urgency_id((enum urgency)u)), u);
	for (int s = STATE_UNKNOWN; s <= STATE_PRESENT; s++)
		assert_int_equal(vocab_state(vocab, state_id((enum finding_state)s)), s);
	assert_int_equal(vocab_urgency(vocab, "at_once"), -1);
	assert_null(urgency_id((enum urgency)9));
	assert_null(state_id((enum finding_state)9));
}

static void values(void **state)
{
	(void)state;
	for (int kind = 0; kind < VALUE_KINDS; kind++)
		assert_int_equal(vocab_value_kind(vocab, vocab_value_finding(vocab, (enum value_kind)kind)), kind);
	assert_int_equal(vocab_value_kind(vocab, vocab_finding(vocab, "swelling")), -1);
	assert_int_equal(vocab_value_kind(vocab, -1), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refusals),
		cmocka_unit_test(too_many),
		cmocka_unit_test(missing),
		cmocka_unit_test(numbers_and_ids),
		cmocka_unit_test(fixed),
		cmocka_unit_test(values),
	};
	return cmocka_run_group_tests(tests, load_project, free_project);
}
