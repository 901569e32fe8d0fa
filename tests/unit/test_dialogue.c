/* test_dialogue.c - presentations, screens and check-ins, by the data of the project. */
#include "triage_fixture.h"

#include "triage/dialogue.h"
#include "triage/questions.h"

static void presentations(void **state)
{
	static const struct {
		const char *facts, *presentation, *first;
	} cases[] = {
		{"chest_pain", "other_emergency", NULL},
		{"fracture numbness", "limb_threat", NULL},
		{"fracture", "fracture_crush_cast", "q_limb_threat"},
		{"pain redness swelling", "red_hot_feverish", "q_fever_skin"},
		{"pregnant_or_postpartum pain", "pregnancy", "q_chest"},
		{"swelling both_legs", "both_legs_swollen", "q_chest"},
		{"swelling", "swollen_or_warm", "q_chest"},
		{"?swelling pain", "swollen_or_warm", "q_chest"},
		{"pain age_years=9", "child", "q_four_steps"},
		{"pop_or_snap", "pop_or_sudden", "q_tiptoe"},
		{"pain_cramping", "cramp", "q_cramp_over"},
		{"pain_cramping after_exercise", "cramp", "q_cramp_over"},
		{"after_exercise pain", "after_exercise", "q_unrelieved"},
		{"pain statin", "tablets", "q_urine"},
		{"pain", "unspecified", "q_now"},
		{"*swelling pain", "unspecified", "q_now"},
		{"", "unspecified", "q_now"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct facts f = facts_of(cases[i].facts);
		struct decision d;
		size_t n;
		decide(tables, &f, &d);
		int p = presentation_choose(tables, &f, &d);
		if (strcmp(presentation_id(tables, p), cases[i].presentation) != 0)
			fail_msg("'%s': %s, not %s", cases[i].facts, presentation_id(tables, p), cases[i].presentation);
		const int *questions = presentation_questions(tables, p, &n);
		assert_true(n <= 7);
		if (!cases[i].first)
			assert_int_equal(n, 0);
		else
			assert_string_equal(question_id(tables, questions[0]), cases[i].first);
	}
}

static void screens(void **state)
{
	int all[SCREENS_MAX], needed[SCREENS_MAX];
	struct facts f = facts_of("pain");
	(void)state;
	assert_int_equal(screens_all(tables, all), 3);
	assert_string_equal(question_id(tables, all[0]), "q_now");
	assert_int_equal(screens_required(tables, &f, needed), 3);
	f = facts_of("both_legs after_exercise pain");
	assert_int_equal(screens_required(tables, &f, needed), 2);
	assert_string_equal(question_id(tables, needed[1]), "q_look");
	f = facts_of("?both_legs after_exercise pain"); /* in doubt all of them */
	assert_int_equal(screens_required(tables, &f, needed), 3);
	assert_int_equal(tables_limits(tables)->questions, 7);
	assert_int_equal(tables_limits(tables)->when_urgent, 3);
}

static void dangers(void **state)
{
	static const struct {
		const char *question;
		bool danger;
	} cases[] = {{"q_now", true}, {"q_chest", true}, {"q_unrelieved", true}, {"q_look", false}, {"q_age", false}};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (question_is_danger(tables, question_number(tables, cases[i].question)) != cases[i].danger)
			fail_msg("%s", cases[i].question);
}

static void complaints(void **state)
{
	static const struct {
		const char *finding;
		bool complaint;
	} cases[] = {{"pain", true}, {"swelling", true}, {"numbness", true}, {"smoker", false}, {"one_leg", false}, {"fever", false}};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (finding_is_complaint(tables, vocab_finding(vocab, cases[i].finding)) != cases[i].complaint)
			fail_msg("%s", cases[i].finding);
}

static void check_in_times(void **state)
{
	static const struct {
		enum urgency urgency;
		const char *condition;
		size_t n;
		int first, last;
		bool anytime;
	} cases[] = {
		{URGENCY_EMERGENCY, "dvt", 2, 30, 24 * 60, true},
		{URGENCY_URGENT, "dvt", 1, 4 * 60, 4 * 60, false},
		{URGENCY_SOON, NULL, 2, 3 * 24 * 60, 14 * 24 * 60, false},
		{URGENCY_SELF_CARE, "contusion", 3, 24 * 60, 14 * 24 * 60, false},
		{URGENCY_SELF_CARE, "muscle_cramp", 2, 48 * 60, 7 * 24 * 60, false},
		{URGENCY_SELF_CARE, "popliteus_tendonitis", 2, 14 * 24 * 60, 42 * 24 * 60, false},
		{URGENCY_SELF_CARE, NULL, 2, 72 * 60, 14 * 24 * 60, false},
		{URGENCY_NONE, NULL, 0, 0, 0, false},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int minutes[CHECK_INS_MAX];
		bool anytime = false;
		int condition = cases[i].condition ? vocab_condition(vocab, cases[i].condition) : -1;
		size_t n = check_ins(tables, cases[i].urgency, condition, minutes, &anytime);
		assert_int_equal(n, cases[i].n);
		assert_true(n == 0 || (minutes[0] == cases[i].first && minutes[n - 1] == cases[i].last));
		assert_int_equal(anytime, cases[i].anytime);
	}
	int from, to;
	check_in_daytime(tables, &from, &to);
	assert_true(from >= 7 && from < to && to <= 22);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(presentations),
		cmocka_unit_test(screens),
		cmocka_unit_test(dangers),
		cmocka_unit_test(complaints),
		cmocka_unit_test(check_in_times),
	};
	return cmocka_run_group_tests(tests, load_project, free_project);
}
