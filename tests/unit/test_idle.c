/* test_idle.c - questions that nothing asks, rules that never decide anything. */
#include "tables_fixture.h"

#include "triage/idle.h"

static void ours_all_do_something(void **ignored)
{
	struct problems problems;
	(void)ignored;
	problems_init(&problems);
	idle_check(tables, &problems);
	problems_print(&problems, stderr);
	assert_int_equal(problems.n, 0);
	problems_done(&problems);
}

#define NEW_RULE(lines) \
	"  - id: pe/new\n    urgency: urgent\n    " lines "\n    suspects: [dvt]\n    source: [PE]\n  - id: pe/racing_heart\n"

static void idle_ones_are_seen(void **ignored)
{
	static const struct {
		const char *file, *old, *new, *complaint; /* NULL: none */
	} cases[] = {
		{"questions", "  - id: q_chest\n", "  - {id: q_new, pick: many, asks: [swelling], choices: [{id: a, present: [swelling]}]}\n  - id: q_chest\n",
			"q_new: nothing asks it"},
		{"red_flags", "  - id: pe/racing_heart\n", NEW_RULE("all_of: [chest_pain]"),
			"pe/new: never decides anything: wherever it fires, pe/chest_sign (emergency) does as well"},
		{"red_flags", "  - id: pe/racing_heart\n", NEW_RULE("all_of: [chest_pain, fever]\n    none_of: [pain_mild]"),
			"pe/new: never decides anything"},
		{"red_flags", "  - id: pe/racing_heart\n", NEW_RULE("any_of: [chest_pain, fainting]"), "pe/new: never decides anything"},
		{"red_flags", "  - id: pe/racing_heart\n", NEW_RULE("all_of: [palpitations]"), "pe/racing_heart: never decides anything"},
		{"red_flags", "  - id: pe/racing_heart\n", NEW_RULE("any_of: [chest_pain, obesity]"), NULL},
		{"red_flags", "  - id: pe/racing_heart\n", NEW_RULE("all_of: [palpitations, fever]\n    any_of: [weakness, swelling]"),
			"pe/new: never decides anything"},
	};
	(void)ignored;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct problems problems;
		bool seen = false;
		void *state = NULL;
		assert_int_equal(folder_make(&state), 0);
		problems_init(&problems);
		put_tables(cases[i].file, "", cases[i].old, cases[i].new);
		struct tables *changed = tables_load(folder, vocab, &problems);
		assert_non_null(changed);
		idle_check(changed, &problems);
		for (size_t k = 0; k < problems.n; k++)
			seen |= cases[i].complaint && strstr(problems.list[k].text, cases[i].complaint);
		if (seen != (cases[i].complaint != NULL) || problems.n > 1)
			problems_print(&problems, stderr);
		assert_int_equal(problems.n, cases[i].complaint ? 1 : 0);
		assert_int_equal(folder_remove(&state), 0);
		tables_free(changed);
		problems_done(&problems);
		if (cases[i].complaint && !seen)
			fail_msg("case %zu: no complaint of \"%s\"", i, cases[i].complaint);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ours_all_do_something),
		cmocka_unit_test(idle_ones_are_seen),
	};
	return cmocka_run_group_tests(tests, load_project, free_project);
}
