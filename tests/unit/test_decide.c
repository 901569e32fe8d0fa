/* test_decide.c - facts to urgency, rules, conditions and what to avoid, by the tables of the project. */
#include "triage_fixture.h"

#include "triage/tips.h"

static struct decision decided(const char *facts)
{
	struct facts f = facts_of(facts);
	struct decision d;
	decide(tables, &f, &d);
	return d;
}

static bool fired(const struct decision *d, const char *rule)
{
	for (size_t i = 0; i < d->n_why; i++)
		if (strcmp(rule_id(tables, d->why[i]), rule) == 0)
			return true;
	return false;
}

static bool avoids(const struct decision *d, const char *tip)
{
	for (size_t i = 0; i < d->n_avoid; i++)
		if (strcmp(tip_id(tables, d->avoid[i]), tip) == 0)
			return true;
	return false;
}

static void worked_examples(void **state)
{
	static const struct {
		const char *facts, *rule, *urgency, *condition;
	} cases[] = {
		{"calf_location swelling warmth", "dvt/swelling_and_warmth", "urgent", "dvt"},
		{"calf_location swelling warmth -chest_pain -breathlessness", "dvt/swelling_and_warmth", "urgent",
			"dvt"},
		{"calf_location one_leg swelling recent_surgery breathlessness", "pe/chest_sign", "emergency",
			"pulmonary_embolism"},
		{"pain_cramping muscle_twitching pain_at_night calf_location pain_improving -swelling", NULL,
			"self_care", "muscle_cramp"},
		{"pop_or_snap onset_sudden after_exercise cannot_push_off", "achilles/pop_and_weak", "urgent",
			"achilles_rupture"},
		{"pop_or_snap calf_location onset_sudden after_exercise bruising -cannot_push_off",
			"strain/pop_but_pushes", "soon", "plantaris_rupture"},
		{"fracture immobilised pain_worsening numbness", "compartment/injury", "emergency",
			"compartment_syndrome"},
		{"after_exercise calf_location tense_hard pain_unrelieved_by_rest tingling", "compartment/exertion",
			"emergency", "compartment_syndrome"},
		{"pain_walking_relieved_by_rest pain_cramping smoker older_age calf_location age_years=64",
			"pad/walking_pain", "soon", "claudication"},
		{"onset_sudden pale cold_limb numbness", "ali/cold_or_pale", "emergency", "acute_limb_ischaemia"},
		{"heel_or_achilles tightness pain_burning onset_gradual overtraining duration_days=21", "general/weeks",
			"soon", "achilles_tendonitis"},
		{"calf_location pain pain_dull ?swelling", "dvt/unexplained_swelling", "urgent", "dvt"},
		{"both_legs calf_location pain pain_improving after_exercise age_years=12", NULL, "self_care",
			"delayed_onset_muscle_soreness"},
		{"both_legs calf_location pain cannot_bear_weight age_years=6", "child/ill_or_not_walking", "urgent",
			"rhabdomyolysis"},
		{"both_legs onset_sudden weakness numbness", "cauda/sudden_both_legs", "emergency", "cauda_equina"},
		{"calf_location one_leg swelling *numbness", "dvt/unexplained_swelling", "urgent", "dvt"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct decision d = decided(cases[i].facts);
		if (strcmp(urgency_id(d.urgency), cases[i].urgency) != 0)
			fail_msg("%s: %s, not %s", cases[i].facts, urgency_id(d.urgency), cases[i].urgency);
		if (cases[i].rule ? !fired(&d, cases[i].rule) : d.n_why != 0)
			fail_msg("%s: %s did not fire, or something did", cases[i].facts,
				cases[i].rule ? cases[i].rule : "nothing");
		if (d.n_conditions == 0 ||
			strcmp(vocab_condition_id(vocab, d.conditions[0].condition), cases[i].condition) != 0)
			fail_msg("%s: %s is not first", cases[i].facts, cases[i].condition);
		struct facts f = facts_of(cases[i].facts);
		assert_int_equal(decide_urgency(tables, &f), d.urgency);
	}
}

static void states(void **state)
{
	static const struct {
		const char *facts, *urgency;
	} cases[] = {
		{"", "none"},
		{"older_age smoker diabetes prior_dvt", "none"}, /* risks alone */
		{"-swelling -warmth -redness", "none"},
		{"pain -swelling -warmth -redness", "self_care"},
		{"chest_pain", "emergency"},
		{"?chest_pain", "none"}, /* asked next, see if_sure */
		{"<chest_pain", "none"},
		{"<fainting", "emergency"}, /* of the last days: counts */
		{"pain <prior_dvt", "urgent"}, /* history */
		{"pain <swelling", "self_care"},
		{"*swelling *warmth", "none"},
		{"pain %swelling %prior_dvt", "self_care"},
		{"?swelling", "urgent"},
		{"pain_score=8", "soon"},
		{"pain pain_score=7", "self_care"},
		{"pain duration_days=14", "self_care"},
		{"pain duration_days=15", "soon"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct decision d = decided(cases[i].facts);
		if (strcmp(urgency_id(d.urgency), cases[i].urgency) != 0)
			fail_msg("'%s': %s, not %s", cases[i].facts, urgency_id(d.urgency), cases[i].urgency);
	}
}

static void most_serious_first(void **state)
{
	struct decision d = decided("swelling warmth breathlessness duration_days=20 statin pain visible_veins");
	(void)state;
	assert_true(d.n_why > 4);
	for (size_t i = 1; i < d.n_why; i++) {
		enum urgency before = rule_urgency(tables, d.why[i - 1]), this = rule_urgency(tables, d.why[i]);
		assert_true(before > this || (before == this && d.why[i - 1] < d.why[i]));
	}
	assert_int_equal(d.urgency, rule_urgency(tables, d.why[0]));
}

/* One strong and one medium sign: 3 + 2 points, 5 / (5 + 4). */
static void score(void **state)
{
	struct decision d = decided("swelling warmth -bruising");
	(void)state;
	assert_int_equal(d.n_conditions, 1);
	assert_int_equal(d.conditions[0].points, 5);
	assert_true(d.conditions[0].score > 0.5555 && d.conditions[0].score < 0.5556);
}

/* A condition that an urgent rule suspects is listed even where nothing speaks for it. */
static void suspected_without_points(void **state)
{
	struct decision d = decided("confusion");
	(void)state;
	assert_int_equal(d.urgency, URGENCY_EMERGENCY);
	assert_int_equal(d.n_conditions, 1);
	assert_string_equal(
		vocab_condition_id(vocab, d.conditions[0].condition), "cellulitis_or_necrotising_infection");
	d = decided("petechiae fever");
	assert_true(d.n_conditions >= 1);
	d = decided("tight_cast_or_bandage pain_improving pain_mild resolved exertion_only");
	assert_true(d.n_conditions >= 1);
	assert_true(d.conditions[0].points <= 0 && d.conditions[0].score == 0);
}

static void avoid(void **state)
{
	struct decision d = decided("swelling warmth");
	(void)state;
	assert_true(
		avoids(&d, "massage") && avoids(&d, "compression") && avoids(&d, "nsaid") && !avoids(&d, "elevate"));
	d = decided("onset_sudden pale cold_limb");
	assert_true(avoids(&d, "elevate") && avoids(&d, "ice"));
	d = decided("stroke_signs");
	assert_true(avoids(&d, "ice") && avoids(&d, "see_doctor") && !avoids(&d, "loosen_cast"));
	d = decided("pain");
	assert_int_equal(d.n_avoid, 0);
}

static void if_sure(void **state)
{
	struct facts f = facts_of("pain ?chest_pain");
	int rule = decide_emergency_if_sure(tables, &f);
	(void)state;
	assert_true(rule >= 0);
	assert_string_equal(rule_id(tables, rule), "pe/chest_sign");
	f = facts_of("pain ?warmth");
	assert_int_equal(decide_emergency_if_sure(tables, &f), -1);
	f = facts_of("chest_pain"); /* fires already */
	assert_int_equal(decide_emergency_if_sure(tables, &f), -1);
}

static void wells(void **state)
{
	static const struct {
		const char *facts;
		int points;
		bool has, likely;
	} cases[] = {
		{"", 0, true, false},
		{"swelling one_leg", 1, true, false},
		{"swelling both_legs", 0, true, false},
		{"swelling one_leg cancer", 2, true, true},
		{"tenderness", 0, true, false},
		{"tenderness warmth", 1, true, false},
		{"recent_surgery immobilised", 1, true, false}, /* one item */
		{"recent_surgery immobilised cast_or_splint", 2, true, true},
		{"swelling one_leg fall", -1, true, false},
		{"swelling one_leg cancer pregnant_or_postpartum", 0, false, false},
		{"swelling one_leg cancer age_years=17", 0, false, false},
		{"swelling one_leg cancer age_years=18", 2, true, true},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct decision d = decided(cases[i].facts);
		if (d.wells != cases[i].points || d.has_wells != cases[i].has || d.wells_likely != cases[i].likely)
			fail_msg("'%s': %d points, %s, %s", cases[i].facts, d.wells,
				d.has_wells ? "scored" : "not scored", d.wells_likely ? "likely" : "unlikely");
	}
}

static void derived(void **state)
{
	struct facts f = facts_of("?pain_severe");
	int severe = derived_number(tables, "@severe");
	(void)state;
	assert_true(severe >= 0);
	assert_true(derived_holds(tables, severe, &f, false));
	assert_false(derived_holds(tables, severe, &f, true));
	assert_int_equal(derived_number(tables, "@nothing"), -1);
}

static void telling(void **state)
{
	struct facts f = {0};
	(void)state;
	facts_tell(tables, &f, finding_of("whole_leg_swelling"), STATE_PRESENT);
	assert_int_equal(f.state[finding_of("swelling")], STATE_PRESENT);
	facts_tell(tables, &f, finding_of("no_feeling"), STATE_ABSENT); /* says nothing of plain numbness */
	assert_int_equal(f.state[finding_of("numbness")], STATE_UNKNOWN);
}

static void every_rule_has_a_known_source(void **state)
{
	(void)state;
	for (int i = 0; i < (int)tables_rules(tables); i++) {
		char keys[256], *rest = keys;
		assert_true(rule_line(tables, i) > 0);
		(void)snprintf(keys, sizeof keys, "%s", rule_source(tables, i));
		assert_true(keys[0] != '\0');
		for (char *key; (key = strtok_r(rest, " ", &rest));)
			if (!source_title(tables, key))
				fail_msg("%s: source %s", rule_id(tables, i), key);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(worked_examples),
		cmocka_unit_test(states),
		cmocka_unit_test(most_serious_first),
		cmocka_unit_test(score),
		cmocka_unit_test(suspected_without_points),
		cmocka_unit_test(avoid),
		cmocka_unit_test(if_sure),
		cmocka_unit_test(wells),
		cmocka_unit_test(derived),
		cmocka_unit_test(telling),
		cmocka_unit_test(every_rule_has_a_known_source),
	};
	return cmocka_run_group_tests(tests, load_project, free_project);
}
