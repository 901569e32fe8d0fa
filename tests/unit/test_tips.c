/* test_tips.c - which care tips are safe for whom, by the tables of the project. */
#include "triage_fixture.h"

#include "triage/tips.h"

/* The safe tips in words, in the order of tips.yaml. */
static const char *safe(const char *facts, bool medicines_answered, bool later)
{
	static char text[1024];
	struct facts f = facts_of(facts);
	struct decision d;
	int tips[TRIAGE_MAX_TIPS];
	size_t len = 0;
	decide(tables, &f, &d);
	size_t n = (later ? later_tips : safe_tips)(tables, &f, &d, medicines_answered, tips);
	text[0] = '\0';
	for (size_t i = 0; i < n; i++)
		len += (size_t)snprintf(text + len, sizeof text - len, "%s%s", len ? " " : "", tip_id(tables, tips[i]));
	return text;
}

static enum tip_verdict verdict(const char *facts, const char *tip, bool medicines_answered, struct tip_reason *why)
{
	struct facts f = facts_of(facts);
	struct decision d;
	decide(tables, &f, &d);
	return tip_check(tables, &f, &d, tip_number(tables, tip), medicines_answered, why);
}

#define NO_DANGER "-swelling -warmth -redness "
#define NO_MEDICINES                                                                                                   \
	"-pregnant_or_postpartum -on_anticoagulant -clotting_disorder -kidney_or_ulcer_or_nsaid_risk "                 \
	"-arterial_disease "                                                                                           \
	"-dark_urine -dehydration -diuretic_or_other_cramp_drug age_years=30 "

static void safe_sets(void **state)
{
	static const struct {
		const char *facts;
		bool medicines_answered, later;
		const char *want;
	} cases[] = {
		{"", true, false, ""},
		/* a strain of today: no heat, no stretching yet */
		{"after_exercise one_leg pain_sharp limited_motion previous_strain no_warm_up " NO_DANGER, false, false,
			"protect rest ice compression elevate paracetamol physical_therapy"},
		{"after_exercise one_leg pain_sharp limited_motion previous_strain no_warm_up " NO_DANGER, false, true,
			"stretch heat"},
		{"after_exercise one_leg pain_sharp limited_motion previous_strain no_warm_up "
		 "duration_days=4 " NO_DANGER,
			false, false, "protect rest compression elevate stretch paracetamol heat physical_therapy"},
		{"after_exercise one_leg pain_sharp limited_motion previous_strain no_warm_up " NO_DANGER NO_MEDICINES,
			true, false, "protect rest ice compression elevate nsaid paracetamol physical_therapy"},
		{"after_exercise one_leg pain_sharp limited_motion previous_strain no_warm_up " NO_DANGER NO_MEDICINES,
			false, false, "protect rest ice compression elevate paracetamol physical_therapy"},
		/* swelling not asked: no bandage yet */
		{"after_exercise one_leg pain_sharp limited_motion previous_strain no_warm_up", true, false,
			"protect rest ice elevate paracetamol physical_therapy"},
		/* sore after sport: no massage until swelling, warmth and redness were denied */
		{"both_legs after_exercise pain_mild tightness onset_gradual", true, false,
			"paracetamol heat hydrate gentle_movement rest_48h"},
		{"both_legs after_exercise pain_mild tightness onset_gradual " NO_DANGER, true, false,
			"paracetamol heat massage hydrate gentle_movement rest_48h"},
		{"pain", true, false, "rest paracetamol gentle_movement"},
		/* numb diabetic feet: no heat, no ice */
		{"diabetes foot_numbness_chronic both_legs", true, false, "see_doctor footwear foot_care blood_sugar"},
		/* urgent: only what the families say */
		{"swelling warmth", true, false, "walk_normally see_doctor"},
		{"pop_or_snap cannot_push_off heel_or_achilles", true, false, "protect rest"},
		{"tight_cast_or_bandage", true, false, "loosen_cast"},
		/* no bed rest where a clot is possible */
		{"swelling warmth pop_or_snap cannot_push_off", true, false, "protect see_doctor"},
		/* an emergency: nothing but first aid */
		{"chest_pain swelling", true, false, ""},
		{"tight_cast_or_bandage numbness", true, false, "loosen_cast"},
		/* a strain or a torn plantaris: only what both allow */
		{"after_exercise onset_sudden pain_sharp limited_motion duration_days=4 " NO_DANGER, true, false,
			"protect rest ice compression elevate paracetamol"},
	};
	int failed = 0;
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *got = safe(cases[i].facts, cases[i].medicines_answered, cases[i].later);
		if (strcmp(got, cases[i].want) == 0)
			continue;
		print_error("'%s'\n  got    %s\n  wanted %s\n", cases[i].facts, got, cases[i].want);
		failed++;
	}
	assert_int_equal(failed, 0);
}

static void checks(void **state)
{
	static const struct {
		const char *facts, *tip;
		enum tip_verdict want;
	} cases[] = {
		{"swelling warmth", "massage", TIP_FORBIDDEN},
		{"?swelling pain", "massage", TIP_FORBIDDEN},
		{"pain_cramping pain_at_night", "massage", TIP_ASK_FIRST},
		{"pain_cramping pain_at_night " NO_DANGER, "massage", TIP_FINE},
		{"pain_cramping pain_at_night", "nsaid", TIP_ASK_FIRST},
		{"pain_cramping pain_at_night age_years=70", "nsaid", TIP_FORBIDDEN},
		{"pain_cramping pain_at_night age_years=12", "nsaid", TIP_FORBIDDEN},
		{"direct_blow bruising tenderness pain_improving", "nsaid", TIP_LATER},
		{"knee_arthritis limited_motion", "ice", TIP_AFTER_REVIEW},
		{"pain_walking_relieved_by_rest smoker", "walk_programme", TIP_FORBIDDEN},
		{"after_exercise onset_sudden", "heel_raise", TIP_NOT_FOR_THIS},
		{"pain", "keep_running", TIP_FORBIDDEN},
		{"pain", "warm_up_cool_down", TIP_FINE},
		{"pop_or_snap -cannot_push_off", "stretch_routine", TIP_FORBIDDEN},
		{"diabetes pain", "heat", TIP_FORBIDDEN},
		{"swelling warmth", "imaging", TIP_FINE},
		{"fracture fall", "elevate", TIP_FORBIDDEN},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		enum tip_verdict got = verdict(cases[i].facts, cases[i].tip, false, NULL);
		if (got != cases[i].want)
			fail_msg("%s for '%s': %d, not %d", cases[i].tip, cases[i].facts, got, cases[i].want);
	}
}

static void reasons(void **state)
{
	struct tip_reason why;
	(void)state;
	assert_int_equal(verdict("swelling", "massage", true, &why), TIP_FORBIDDEN);
	assert_string_equal(rule_id(tables, why.rule), "dvt/unexplained_swelling");
	assert_int_equal(verdict("pain bruising", "massage", true, &why), TIP_FORBIDDEN);
	assert_int_equal(why.rule, -1);
	assert_int_equal(why.finding, finding_of("bruising"));
	assert_int_equal(verdict("pain_cramping -swelling", "massage", true, &why), TIP_ASK_FIRST);
	assert_int_equal(why.n_open, 2);
	assert_int_equal(why.open[0], finding_of("warmth"));
	assert_int_equal(why.question, -1);
	assert_int_equal(verdict("pain_cramping " NO_MEDICINES, "nsaid", false, &why), TIP_ASK_FIRST);
	assert_int_equal(why.n_open, 0);
	assert_true(why.question >= 0);
	assert_int_equal(verdict("after_exercise onset_sudden", "heel_raise", true, &why), TIP_NOT_FOR_THIS);
	assert_int_equal(why.condition, vocab_condition(vocab, "muscle_strain"));
}

/* Nothing that the decision avoids is ever among the safe ones: what matters most here. */
static void safe_is_never_avoided(void **state)
{
	int tips[TRIAGE_MAX_TIPS];
	unsigned random = 1;
	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct facts f = {0};
		struct decision d;
		for (int k = 0; k < 6; k++) {
			random = random * 1103515245u + 12345u;
			f.state[(random >> 16) % vocab_findings(vocab)] = k < 4 ? STATE_PRESENT : STATE_ABSENT;
		}
		decide(tables, &f, &d);
		size_t n = safe_tips(tables, &f, &d, true, tips);
		for (size_t a = 0; a < n; a++)
			for (size_t b = 0; b < d.n_avoid; b++)
				if (tips[a] == d.avoid[b])
					fail_msg(
						"%s: %s is safe and avoided", states_text(&f), tip_id(tables, tips[a]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(safe_sets),
		cmocka_unit_test(checks),
		cmocka_unit_test(reasons),
		cmocka_unit_test(safe_is_never_avoided),
	};
	return cmocka_run_group_tests(tests, load_project, free_project);
}
