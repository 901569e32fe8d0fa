/* test_triage_properties.c - what must hold for any facts, over generated ones with a fixed seed: a danger sign more
 * never lowers, doubt never lowers below the question about it, what is denied or not known never raises. */
#include "triage_fixture.h"

#include "triage/questions.h"

enum { CASES = 60000 };

/* Danger signs and major clot risks: one more of them never makes it less urgent. */
static const char danger_signs[] =
	"breathlessness chest_pain coughing_blood fainting palpitations stroke_signs other_emergency confusion "
	"petechiae "
	"headache_or_visual_trouble fever swelling whole_leg_swelling warmth redness spreading_redness "
	"skin_black_or_blistered "
	"skin_wound deep_or_dirty_wound slow_healing_wound pus_or_discharge visible_veins vein_bleeding cold_limb pale "
	"blue_or_mottled no_pulse numbness no_feeling tingling weakness foot_drop cannot_move_foot cannot_bear_weight "
	"cannot_push_off balance_problems saddle_numbness_or_bladder pain_severe pain_unrelieved_by_rest "
	"pain_on_passive_stretch "
	"pain_worsening pain_at_rest pain_at_night tense_hard visible_bulge tenderness cramp_over_10_minutes "
	"onset_sudden "
	"open_fracture_or_deformity fracture crush_injury major_trauma tight_cast_or_bandage cast_or_splint "
	"immobilised "
	"recent_surgery cancer prior_dvt clotting_disorder injects_drugs pregnant_or_postpartum postpartum long_travel "
	"hormones "
	"family_history_dvt on_anticoagulant immune_suppressed diabetes arterial_disease atrial_fibrillation "
	"low_bone_strength "
	"dark_urine dark_urine_earlier little_urine weight_loss fluid_overload_signs statin quinolone_antibiotic "
	"recent_viral_illness limited_motion";

static const char risks[] =
	"smoker older_age obesity sedentary diabetes arterial_disease atrial_fibrillation cancer prior_dvt "
	"clotting_disorder family_history_dvt hormones recent_surgery immobilised long_travel pregnant_or_postpartum "
	"postpartum "
	"statin on_anticoagulant immune_suppressed low_bone_strength injects_drugs quinolone_antibiotic "
	"previous_strain "
	"previous_stress_fracture knee_arthritis kidney_or_ulcer_or_nsaid_risk diuretic_or_other_cramp_drug "
	"unable_to_reach_care";

static uint64_t seed;

/* splitmix64: the same numbers on every machine. */
static unsigned below(unsigned n)
{
	uint64_t z = (seed += UINT64_C(0x9e3779b97f4a7c15));
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (unsigned)((z ^ (z >> 31)) % n);
}

static enum finding_state any_state(void)
{
	static const enum finding_state states[] = {STATE_PRESENT, STATE_PRESENT, STATE_PRESENT, STATE_PRESENT,
		STATE_PRESENT, STATE_PRESENT, STATE_ABSENT, STATE_ABSENT, STATE_UNCERTAIN, STATE_PAST};
	return states[below(sizeof states / sizeof *states)];
}

/* A few findings that one question asks for, which belong together, and a few from anywhere. */
static struct facts any_facts(void)
{
	struct facts f = {0};
	size_t n;
	const int *asks = question_asks(tables, (int)below((unsigned)tables_questions(tables)), &n);
	for (unsigned i = below(4); i > 0; i--)
		f.state[asks[below((unsigned)n)]] = (uint8_t)any_state();
	for (unsigned i = 1 + below(5); i > 0; i--)
		f.state[below((unsigned)vocab_findings(vocab))] = (uint8_t)any_state();
	if (below(4) == 0) {
		f.has_value[VALUE_DURATION_DAYS] = true;
		f.value[VALUE_DURATION_DAYS] = (double[]){0, 2, 3, 4, 8, 15, 43, 200}[below(8)];
	}
	if (below(8) == 0) {
		f.has_value[VALUE_AGE_YEARS] = true;
		f.value[VALUE_AGE_YEARS] = (double[]){2, 5, 8, 15, 30, 50, 70}[below(7)];
	}
	return f;
}

/* Numbers of the findings in a list of words. */
static size_t numbers_of(const char *words, int out[FACTS_MAX])
{
	char copy[4096], *rest = copy;
	size_t n = 0;
	assert_true(strlen(words) < sizeof copy);
	strcpy(copy, words);
	for (char *word; (word = strtok_r(rest, " ", &rest));)
		out[n++] = finding_of(word);
	return n;
}

static bool is(const struct facts *f, const char *id)
{
	enum finding_state state = f->state[finding_of(id)];
	return state == STATE_PRESENT || state == STATE_UNCERTAIN;
}

/* Where adding the sign may lower, by intent. */
static bool excepted(const struct facts *f, const char *sign)
{
	static const char *const cared_for[] = {
		"immobilised", "cast_or_splint", "tight_cast_or_bandage", "recent_surgery"};
	for (size_t i = 0; i < sizeof cared_for / sizeof *cared_for; i++)
		if (strcmp(sign, cared_for[i]) == 0 && is(f, "fracture"))
			return true; /* a fracture already under care */
	if (strcmp(sign, "diabetes") == 0) /* numb, weak legs on both sides: neuropathy */
		return is(f, "both_legs") && (is(f, "numbness") || is(f, "no_feeling"));
	return strcmp(sign, "onset_sudden") == 0 && is(f, "statin"); /* a pull, not the tablet */
}

static void one_more_sign_never_lowers(void **state)
{
	int signs[FACTS_MAX], failed = 0;
	size_t n = numbers_of(danger_signs, signs);
	(void)state;
	seed = 1;
	for (int i = 0; i < CASES; i++) {
		struct facts before = any_facts(), after = before;
		int sign = signs[below((unsigned)n)];
		if (before.state[sign] == STATE_PAST || excepted(&before, vocab_finding_id(vocab, sign)))
			continue;
		after.state[sign] = STATE_PRESENT;
		if (decide_urgency(tables, &after) >= decide_urgency(tables, &before))
			continue;
		print_error("%s with %s: %s, without: %s\n", states_text(&before), vocab_finding_id(vocab, sign),
			urgency_id(decide_urgency(tables, &after)), urgency_id(decide_urgency(tables, &before)));
		failed++;
	}
	assert_int_equal(failed, 0);
}

/* What was an emergency stays one, or the doubtful sign is what must be asked; all else stays as urgent as it was. */
static void doubt_never_lowers_unasked(void **state)
{
	int signs[FACTS_MAX], failed = 0;
	size_t n = numbers_of(danger_signs, signs);
	(void)state;
	seed = 2;
	for (int i = 0; i < CASES; i++) {
		struct facts sure = any_facts(), doubt;
		int sign = signs[below((unsigned)n)];
		sure.state[sign] = STATE_PRESENT;
		doubt = sure;
		doubt.state[sign] = STATE_UNCERTAIN;
		enum urgency before = decide_urgency(tables, &sure), after = decide_urgency(tables, &doubt);
		bool asked = before == URGENCY_EMERGENCY && decide_emergency_if_sure(tables, &doubt) >= 0;
		if (after >= before || asked)
			continue;
		print_error("%s with doubtful %s: %s, sure: %s\n", states_text(&sure), vocab_finding_id(vocab, sign),
			urgency_id(after), urgency_id(before));
		failed++;
	}
	assert_int_equal(failed, 0);
}

static void nothing_is_none(void **state)
{
	struct facts f = {0};
	(void)state;
	assert_int_equal(decide_urgency(tables, &f), URGENCY_NONE);
}

static void risks_alone_are_none(void **state)
{
	int numbers[FACTS_MAX];
	size_t n = numbers_of(risks, numbers);
	(void)state;
	seed = 3;
	for (int i = 0; i < CASES; i++) {
		struct facts f = {0};
		for (unsigned k = 1 + below(6); k > 0; k--)
			f.state[numbers[below((unsigned)n)]] = STATE_PRESENT;
		if (decide_urgency(tables, &f) != URGENCY_NONE)
			fail_msg("%s: %s", states_text(&f), urgency_id(decide_urgency(tables, &f)));
	}
}

static void denials_alone_are_none(void **state)
{
	(void)state;
	seed = 4;
	for (int i = 0; i < CASES; i++) {
		struct facts f = any_facts();
		memset(f.has_value, 0, sizeof f.has_value);
		for (int k = 0; k < FACTS_MAX; k++)
			if (f.state[k] != STATE_UNKNOWN)
				f.state[k] = STATE_ABSENT;
		if (decide_urgency(tables, &f) != URGENCY_NONE)
			fail_msg("%s: %s", states_text(&f), urgency_id(decide_urgency(tables, &f)));
	}
}

/* "If it swells", "my mum had it", and nothing at all are the same to every rule. */
static void what_is_not_the_persons_is_as_unknown(void **state)
{
	(void)state;
	seed = 5;
	for (int i = 0; i < CASES; i++) {
		struct facts f = any_facts(), g = f;
		struct decision d, e;
		int finding = (int)below((unsigned)vocab_findings(vocab));
		f.state[finding] = STATE_UNKNOWN;
		g.state[finding] = below(2) ? STATE_HYPOTHETICAL : STATE_OTHER_PERSON;
		decide(tables, &f, &d);
		decide(tables, &g, &e);
		if (memcmp(&d, &e, sizeof d) != 0)
			fail_msg("%s: %s makes a difference", states_text(&g), vocab_finding_id(vocab, finding));
	}
}

static void decision_agrees_with_itself(void **state)
{
	(void)state;
	seed = 6;
	for (int i = 0; i < CASES; i++) {
		struct facts f = any_facts();
		struct decision d;
		decide(tables, &f, &d);
		assert_int_equal(d.urgency, decide_urgency(tables, &f));
		for (size_t k = 0; k < d.n_why; k++)
			assert_true(rule_urgency(tables, d.why[k]) <= d.urgency);
		for (size_t k = 0; k < d.n_conditions; k++)
			assert_true(d.conditions[k].score >= 0 && d.conditions[k].score < 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_more_sign_never_lowers),
		cmocka_unit_test(doubt_never_lowers_unasked),
		cmocka_unit_test(nothing_is_none),
		cmocka_unit_test(risks_alone_are_none),
		cmocka_unit_test(denials_alone_are_none),
		cmocka_unit_test(what_is_not_the_persons_is_as_unknown),
		cmocka_unit_test(decision_agrees_with_itself),
	};
	return cmocka_run_group_tests(tests, load_project, free_project);
}
