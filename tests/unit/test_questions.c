/* test_questions.c - what answers make of the facts, by the questions of the project. */
#include "triage_fixture.h"

#include "triage/questions.h"

static char said[4096];

/* "which: a b" after the facts, where something is left to ask. */
static const char *answered(const char *facts, const char *question, const char *choices)
{
	struct facts f = facts_of(facts);
	struct which which = {.n = 0};
	int q = question_number(tables, question), list[QUESTION_MAX_CHOICES];
	char words[256], *rest = words;
	size_t n = 0;
	assert_true(q >= 0);
	strcpy(words, choices);
	if (strcmp(choices, "none") == 0)
		question_none(tables, q, &f);
	else if (strcmp(choices, "unsure") == 0)
		question_unsure(tables, q, &f);
	else {
		for (char *word; (word = strtok_r(rest, " ", &rest));) {
			list[n] = choice_number(tables, q, word);
			if (list[n++] < 0)
				fail_msg("%s has no choice %s", question, word);
		}
		question_answer(tables, q, list, n, &f, &which);
	}
	size_t len = (size_t)snprintf(said, sizeof said, "%s", states_text(&f));
	for (int kind = 0; kind < VALUE_KINDS; kind++)
		if (f.has_value[kind])
			len += (size_t)snprintf(said + len, sizeof said - len, "%s%s=%d", len ? " " : "",
				vocab_finding_id(vocab, vocab_value_finding(vocab, (enum value_kind)kind)),
				(int)f.value[kind]);
	for (size_t i = 0; i < which.n; i++)
		len += (size_t)snprintf(said + len, sizeof said - len, "%s%s",
			i             ? " "
				: len ? " which: "
				      : "which: ",
			vocab_finding_id(vocab, which.findings[i]));
	return said;
}

/* The same with the findings in the order of the vocabulary, so that the cases need not keep it. What follows the
 * findings (a value, "which:") stays as it is. */
static void in_order(const char *want, char *out, size_t size)
{
	struct facts f = {0};
	size_t end = strcspn(want, "=:"), len;
	while (want[end] && end > 0 && want[end - 1] != ' ')
		end--;
	char *words = strndup(want, end), *rest = words;
	for (char *word; (word = strtok_r(rest, " ", &rest));)
		tell_word(&f, word + (word[0] == '+'));
	free(words);
	len = (size_t)snprintf(out, size, "%s", states_text(&f));
	(void)snprintf(out + len, size - len, "%s%s", len && want[end] ? " " : "", want + end);
}

static void answers(void **state)
{
	static const struct {
		const char *facts, *question, *choices, *want;
	} cases[] = {
		/* one of a few */
		{"", "q_swelling", "calf_one_leg", "+one_leg -both_legs +swelling -whole_leg_swelling"},
		{"", "q_swelling", "whole_leg", "+one_leg -both_legs +swelling +whole_leg_swelling"},
		{"", "q_swelling", "both_legs", "-one_leg +both_legs +swelling"},
		{"one_leg", "q_swelling", "no", "+one_leg -swelling -whole_leg_swelling"},
		{"", "q_swelling", "not_sure", "?swelling"},
		{"", "q_tiptoe", "works", "-cannot_push_off"},
		{"", "q_tiptoe", "fails", "+cannot_push_off"},
		{"", "q_four_steps", "with_limp", "-cannot_bear_weight +limited_motion"},
		{"", "q_cramp_over", "still_there", "+pain_unrelieved_by_rest -pain_improving -resolved"},
		/* a told state stands */
		{"-swelling", "q_swelling", "calf_one_leg", "+one_leg -both_legs -swelling -whole_leg_swelling"},
		{"<prior_dvt", "q_clot_risk", "hormones",
			"-immobilised -cast_or_splint -recent_surgery -long_travel -pregnant_or_postpartum "
			"-postpartum -cancer <prior_dvt -family_history_dvt +hormones -clotting_disorder "
			"-injects_drugs"},
		/* doubt is settled by an answer */
		{"?warmth", "q_warm_red", "none",
			"-tenderness -benign_warmth_cause -warmth -redness -visible_veins -spreading_redness"},
		/* "which?" is asked where it matters, with only what is open */
		{"", "q_limb_threat", "cold_or_pale cannot_move",
			"-numbness -no_feeling +cannot_move_foot which: cold_limb pale blue_or_mottled"},
		{"-pale -blue_or_mottled", "q_limb_threat", "cold_or_pale",
			"-pale -blue_or_mottled +cold_limb -numbness -no_feeling -cannot_move_foot"},
		{"", "q_chest", "yes", "+breathlessness"},
		{"-breathlessness", "q_chest", "yes", "+chest_pain -breathlessness"},
		{"", "q_chest", "not_sure", "?breathlessness ?chest_pain ?coughing_blood ?fainting ?palpitations"},
		/* implied findings come along */
		{"", "q_rest_wound", "sore",
			"-pain_at_night -pain_at_rest +skin_wound +slow_healing_wound -skin_black_or_blistered"},
		/* of two choices that clash the more serious stands */
		{"", "q_foot_drop", "fine cannot_lift", "-weakness +foot_drop -cannot_bear_weight -balance_problems"},
		{"", "q_trend", "better worse",
			"-pain_walking_relieved_by_rest -pain_at_night -pain_at_rest +pain_worsening +pain_improving "
			"-long_lasting -recurrent"},
		/* values */
		{"", "q_age", "under_16", "age_years=5"},
		{"", "q_age", "60_or_over", "+older_age age_years=66"},
		{"age_years=70", "q_age", "40_to_59", "age_years=70"},
		/* "don't know" never makes uncertain what calms */
		{"", "q_walk_rest", "not_sure", ""},
		{"", "q_onset", "unsure", "?onset_sudden ?onset_gradual ?pop_or_snap"},
	};
	int failed = 0;
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char want[8192];
		in_order(cases[i].want, want, sizeof want);
		const char *got = answered(cases[i].facts, cases[i].question, cases[i].choices);
		if (strcmp(got, want) == 0)
			continue;
		print_error("%s to %s with '%s'\n  got    %s\n  wanted %s\n", cases[i].choices, cases[i].question,
			cases[i].facts, got, want);
		failed++;
	}
	assert_int_equal(failed, 0);
}

static void none_of_a_screen(void **state)
{
	struct facts f = facts_of("swelling");
	int q = question_number(tables, "q_look"), open[QUESTION_MAX_FINDINGS];
	(void)state;
	assert_int_equal(question_open(tables, q, &f, open), 26);
	question_none(tables, q, &f);
	assert_int_equal(question_open(tables, q, &f, open), 0);
	assert_int_equal(f.state[finding_of("swelling")], STATE_PRESENT);
	assert_int_equal(f.state[finding_of("warmth")], STATE_ABSENT);
	q = question_number(tables, "q_trend"); /* a duration is told, not ticked */
	question_none(tables, q, &f);
	assert_int_equal(question_open(tables, q, &f, open), 1);
	assert_int_equal(open[0], finding_of("duration_days"));
}

static void can_raise(void **state)
{
	struct facts f = facts_of("swelling");
	(void)state;
	assert_true(question_can_raise(tables, &f, question_number(tables, "q_now")));
	assert_false(question_can_raise(tables, &f, question_number(tables, "q_tiptoe")));
	f = facts_of("swelling -breathlessness -chest_pain -coughing_blood -fainting -palpitations");
	assert_false(question_can_raise(tables, &f, question_number(tables, "q_chest")));
	f = facts_of("chest_pain");
	assert_false(question_can_raise(tables, &f, question_number(tables, "q_now")));
	f = facts_of("pain");
	assert_true(question_can_raise(tables, &f, question_number(tables, "q_age"))); /* a child */
	f = facts_of("pain age_years=40");
	assert_false(question_can_raise(tables, &f, question_number(tables, "q_age")));
}

static void which_of_these(void **state)
{
	struct which which = {{finding_of("cold_limb"), finding_of("pale"), finding_of("blue_or_mottled")}, 3};
	struct facts f = facts_of("pain");
	int pale = finding_of("pale");
	(void)state;
	which_answer(tables, &which, &pale, 1, &f);
	assert_int_equal(f.state[pale], STATE_PRESENT);
	assert_int_equal(f.state[finding_of("cold_limb")], STATE_ABSENT);
	which = (struct which){{finding_of("bruising"), finding_of("tenderness"), finding_of("visible_veins")}, 3};
	f = facts_of("pain warmth -redness");
	which_unsure(tables, &which, &f);
	assert_int_equal(f.state[finding_of("bruising")], STATE_UNKNOWN); /* calms */
	which = (struct which){{finding_of("numbness"), finding_of("no_feeling")}, 2};
	f = facts_of("pain");
	which_unsure(tables, &which, &f);
	assert_int_equal(f.state[finding_of("no_feeling")], STATE_UNCERTAIN); /* urgent, numbness only soon */
	assert_int_equal(f.state[finding_of("numbness")], STATE_UNKNOWN);
	int age = finding_of("age_years"); /* asked for by q_age */
	which = (struct which){{finding_of("back_pain"), age}, 2};
	f = facts_of("pain");
	which_answer(tables, &which, &age, 1, &f);
	assert_int_equal(f.state[age], STATE_UNKNOWN);
	assert_int_equal(f.state[finding_of("back_pain")], STATE_ABSENT);
}

static void bare_words(void **state)
{
	int q = question_number(tables, "q_tiptoe");
	(void)state;
	assert_string_equal(choice_id(tables, q, question_yes(tables, q)), "fails");
	assert_string_equal(choice_id(tables, q, question_no(tables, q)), "works");
	q = question_number(tables, "q_now");
	assert_int_equal(question_yes(tables, q), CHOICE_WHICH);
	assert_int_equal(question_no(tables, q), CHOICE_NONE_OF_THESE);
	q = question_number(tables, "q_foot_drop");
	assert_int_equal(question_yes(tables, q), CHOICE_WHICH);
	assert_string_equal(choice_id(tables, q, question_no(tables, q)), "fine");
	q = question_number(tables, "q_age");
	assert_int_equal(question_yes(tables, q), CHOICE_UNCLEAR);
}

static void lists(void **state)
{
	size_t n;
	(void)state;
	int q = question_number(tables, "q_now");
	assert_true(question_is_list(tables, q));
	assert_int_equal(question_choices(tables, q), 9);
	(void)question_asks(tables, q, &n);
	assert_int_equal(n, 27);
	const int *line = choice_findings(tables, q, choice_number(tables, q, "chest"), &n);
	assert_int_equal(n, 5);
	assert_int_equal(line[0], finding_of("breathlessness"));
	assert_int_equal(question_merge_with(tables, question_number(tables, "q_chest")),
		question_number(tables, "q_limb_threat"));
	assert_int_equal(question_merge_with(tables, q), -1);
	assert_int_equal(question_number(tables, "q_weather"), -1);
}

static void can_be_kept(void **state)
{
	static const struct {
		const char *facts, *rule;
		bool want;
	} cases[] = {
		{"pain long_travel", "dvt/pain_and_travel", true}, /* by both legs, by one thing more */
		{"pain long_travel -both_legs -after_exercise -direct_blow -fall -pop_or_snap -back_pain -pain_improving "
		 "-pain_walking_relieved_by_rest -exertion_only -pain_cramping",
			"dvt/pain_and_travel", false},
		{"pain_severe", "general/severe", true}, /* a cramp at night: two things more */
		{"pain_severe -pain_cramping", "general/severe", false},
		{"pain", "dvt/pain_and_travel", false}, /* it does not fire */
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct facts f = facts_of(cases[i].facts);
		if (rule_can_be_kept(tables, &f, rule_number(tables, cases[i].rule)) != cases[i].want)
			fail_msg("%s with %s", cases[i].rule, cases[i].facts);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers),
		cmocka_unit_test(none_of_a_screen),
		cmocka_unit_test(can_raise),
		cmocka_unit_test(which_of_these),
		cmocka_unit_test(bare_words),
		cmocka_unit_test(lists),
		cmocka_unit_test(can_be_kept),
	};
	return cmocka_run_group_tests(tests, load_project, free_project);
}
