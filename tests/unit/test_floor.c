/* test_floor.c - the project's tables keep to floor.yaml; changed one way at a time they are seen not to, with a line that helps.
 * tests/guards.py makes many more such edits. */
#include "tables_fixture.h"

#include "triage/floor.h"

static void our_tables_keep_to_it(void **ignored)
{
	struct problems problems;
	(void)ignored;
	problems_init(&problems);
	assert_true(floor_check(tables, "intents", &problems) > 10000);
	problems_print(&problems, stderr);
	assert_int_equal(problems.n, 0);
	problems_done(&problems);
}

static void what_is_less_safe_is_seen(void **ignored)
{
	static const struct {
		const char *file, *after, *old, *new, *complaint;
	} cases[] = {
		{"red_flags", "id: pe/chest_sign", "emergency", "urgent",
			"must come out as emergency at least, and is urgent by pe/chest_sign; see pe/chest_sign"},
		{"red_flags", "id: pe/chest_sign", "fainting]", "fainting]\n    none_of: [pain_mild]",
			"\"pain_mild breathlessness\" must come out as emergency at least, and is self_care; see pe/chest_sign"},
		{"red_flags", "id: general/severe\n", "urgency: soon", "urgency: urgent", "general/severe: no line of floor.yaml keeps"},
		{"derived", "id: \"@simple_cramp\"", "[swelling, ", "[", "@simple_cramp must not hold for"},
		{"tips", "id: nsaid", "on_anticoagulant, ", "", "nsaid must never be given with \"on_anticoagulant\""},
		{"tips", "tips:\n", "  - id: rest\n", "  - {id: leeches, kind: treatment, source: [S44]}\n  - id: rest\n",
			"the treatment 'leeches' has no line"},
		{"families", "id: clot", "massage, ", "", "massage must never be given with \"dvt/"},
		{"states", "intents:", "emergency", "soon", "crisis by itself is an emergency"},
		{"dialogue", "short_screens:", ", after_exercise", "", "not fewer screens for \"both_legs\""},
		{"dialogue", "check_in:", "30m", "3h", "emergency is asked after as early"},
		{"questions", "id: q_chest", "\"yes\": \"yes\"", "\"yes\": \"no\"", "a bare yes must not deny"},
		{"presentations", "id: swollen_or_warm", "q_chest, ", "", "swollen_or_warm must ask q_chest"},
		{"places", "id: gb", "\"999\"", "\"555\"", "region gb must have the emergency number 999"},
		{"floor", "numbers:", "  sg: [\"995\"]\n", "", "region sg has no line under numbers"},
		{"floor", "emergency:", "chest_pain", "chest_pane", "unknown finding 'chest_pane'"},
	};
	(void)ignored;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct problems problems;
		bool seen = false;
		void *state = NULL;
		assert_int_equal(folder_make(&state), 0);
		problems_init(&problems);
		put_tables(cases[i].file, cases[i].after, cases[i].old, cases[i].new);
		struct tables *changed = tables_load(folder, vocab, &problems);
		if (changed)
			(void)floor_check(changed, folder, &problems);
		for (size_t k = 0; k < problems.n; k++)
			seen |= strstr(problems.list[k].text, cases[i].complaint) != NULL;
		if (!seen)
			problems_print(&problems, stderr);
		assert_int_equal(folder_remove(&state), 0);
		tables_free(changed);
		problems_done(&problems);
		if (!seen)
			fail_msg("case %zu: no complaint of \"%s\"", i, cases[i].complaint);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(our_tables_keep_to_it),
		cmocka_unit_test(what_is_less_safe_is_seen),
	};
	return cmocka_run_group_tests(tests, load_project, free_project);
}
