/* test_answer.c - messages read as answers to the open question, with the data of the project. */
#include "project_fixture.h"

#include "rules/understand.h"
#include "talk/answer.h"
#include "util/arena.h"

static int finding(const char *id)
{
	int number = vocab_finding(ruleset_vocab(rules), id);

	if (number < 0)
		fail_msg("unknown finding '%s'", id);
	return number;
}

static struct open question(const char *id)
{
	struct open open = {.kind = OPEN_QUESTION, .question = question_number(tables, id), .finding = -1};

	if (open.question < 0)
		fail_msg("unknown question '%s'", id);
	for (size_t i = 0; i < question_choices(tables, open.question); i++)
		open.shown[open.n_shown++] = (int)i;
	return open;
}

static struct open one_finding(const char *id)
{
	return (struct open){.kind = OPEN_FINDING, .question = -1, .finding = finding(id)};
}

static struct open which(const char *a, const char *b, const char *c)
{
	return (struct open){.kind = OPEN_WHICH, .question = -1, .finding = -1,
		.which = {.findings = {finding(a), finding(b), finding(c)}, .n = 3}};
}

static void hear(const struct open *open, const struct facts *known, const char *text, struct answer *out)
{
	const struct moment never = {-1, -1, -1, -1};
	struct arena *arena = arena_new();
	struct answer_context context = {rules, tables, responses, arena};
	struct understanding u;

	understand(rules, text, strlen(text), never, arena, &u);
	answer_read(&context, open, known, &u, out);
	arena_free(arena);
}

static enum finding_state state_of_mark(char mark)
{
	return mark == '+' ? STATE_PRESENT : mark == '-' ? STATE_ABSENT : mark == '?' ? STATE_UNCERTAIN : STATE_UNKNOWN;
}

/* "+cold_limb -pale ?fever =numbness": present, absent, in doubt, not told. */
static void expect_told(const char *text, const struct facts *told, const char *expected)
{
	char words[512], *rest = words;

	snprintf(words, sizeof words, "%s", expected);
	for (char *word; (word = strtok_r(rest, " ", &rest));)
		if (told->state[finding(word + 1)] != state_of_mark(*word))
			fail_msg("\"%s\": %s, but it is %s", text, word, state_id((enum finding_state)told->state[finding(word + 1)]));
}

static void expect(const struct open *open, const char *text, enum answer_act act, const char *told)
{
	const struct facts nothing = {0};
	struct answer a;

	hear(open, &nothing, text, &a);
	if (a.act != act)
		fail_msg("\"%s\": %s, not %s", text, answer_act_id(a.act), answer_act_id(act));
	expect_told(text, &a.told, told);
}

struct row {
	const char *question, *text;
	enum answer_act act;
	const char *told;
};

static void check(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct open open = question(rows[i].question);

		expect(&open, rows[i].text, rows[i].act, rows[i].told);
	}
}

#define CHECK(rows) check(rows, sizeof rows / sizeof *rows)

static void test_no(void **state)
{
	static const struct row rows[] = {
		{"q_chest", "no", ACT_ANSWER, "-breathlessness -chest_pain -coughing_blood -fainting -palpitations"},
		{"q_chest", "Nah", ACT_ANSWER, "-breathlessness"},
		{"q_pop", "n", ACT_ANSWER, "-pop_or_snap -quinolone_antibiotic"},
		{"q_urine", "neither", ACT_ANSWER, "-dark_urine -little_urine"},
		{"q_urine", "nothing like that, thank God", ACT_ANSWER, "-dark_urine -dark_urine_earlier"},
		{"q_now", "none of those", ACT_ANSWER, "-fainting -fever -cold_limb"},
		{"q_limb_threat", "all fine", ACT_ANSWER, "-cold_limb -numbness"},
		{"q_tiptoe", "no", ACT_ANSWER, "-cannot_push_off"},
		{"q_clot_risk", "no. but my chest hurts", ACT_ANSWER, "+chest_pain -recent_surgery -long_travel -cancer"},
		{"q_unrelieved", "no, it's a dull ache", ACT_ANSWER, "+pain_dull -pain_severe -tense_hard"},
		{"q_now", "only what I told you", ACT_ANSWER, "-fainting -fever -cold_limb"},
		{"q_now", "just the ache really", ACT_ANSWER, "-fainting -fever -pain_severe"},
		{"q_now", "nothing that dramatic", ACT_ANSWER, "-fainting -dark_urine"},
		{"q_now", "can't say I have any of those", ACT_ANSWER, "-fainting -fever"},
		{"q_now", "0", ACT_ANSWER, "-fainting =pain_score"},
		{"q_limb_threat", "warm, right colour, I can feel it and it moves", ACT_ANSWER, "-cold_limb -pale -numbness -cannot_move_foot"},
		{"q_limb_threat", "pink and wiggly", ACT_ANSWER, "-cold_limb -cannot_move_foot =redness"},
		{"q_look", "can't see anything", ACT_ANSWER, "-swelling -redness =headache_or_visual_trouble"},
		{"q_chest", "nope, right as rain", ACT_ANSWER, "-chest_pain =resolved"},
		{"q_fever_skin", "fever? nope. wound? yes", ACT_ANSWER, "-fever +skin_wound =confusion"},
	};
	(void)state;
	CHECK(rows);
}

static void test_yes(void **state)
{
	static const struct row rows[] = {
		{"q_chest", "yes", ACT_ANSWER, "+breathlessness =fainting"},
		{"q_swelling", "yh", ACT_ANSWER, "+swelling =whole_leg_swelling"},
		{"q_tiptoe", "aye", ACT_ANSWER, "+cannot_push_off"},
		{"q_tiptoe", "Yep, ten on each side", ACT_ANSWER, "-cannot_push_off"},
		{"q_limb_threat", "yeah cold and pale", ACT_ANSWER, "+cold_limb +pale =numbness"},
		{"q_limb_threat", "Y", ACT_ANSWER, "=cold_limb =pale =numbness"},
	};
	(void)state;
	CHECK(rows);
}

/* A bare yes to several things leaves open which; with a detail it does not. */
static void test_which_is_meant(void **state)
{
	const struct facts nothing = {0};
	struct facts known = {0};
	struct open open = question("q_limb_threat");
	struct answer a;

	(void)state;
	hear(&open, &nothing, "yes", &a);
	assert_int_equal(a.which.n, 6);
	assert_true(a.settled);
	known.state[finding("pale")] = STATE_ABSENT;
	hear(&open, &known, "yes", &a);
	assert_int_equal(a.which.n, 5);
	hear(&open, &nothing, "yes, cold", &a);
	assert_int_equal(a.which.n, 0);
	hear(&open, &nothing, "1", &a);
	assert_int_equal(a.which.n, 3);
	hear(&open, &nothing, "1. it's freezing cold", &a);
	assert_int_equal(a.which.n, 0);
}

static void test_numbers(void **state)
{
	static const struct {
		const char *text;
		int lines[4];
	} rows[] = {{"2 5", {2, 5}}, {"2 and 5", {2, 5}}, {"2, 5 please", {2, 5}}, {"number 3", {3}}, {"the fifth one", {5}},
		{"first 3", {1, 2, 3}}, {"1-3", {1, 2, 3}}, {"the last one", {9}}, {"only 4", {4}}, {"yes 7", {7}}};
	const struct facts nothing = {0};
	struct open open = question("q_now");

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct answer a;

		hear(&open, &nothing, rows[i].text, &a);
		for (size_t k = 0; k < 4; k++)
			if ((k < a.n_lines ? a.lines[k] + 1 : 0) != rows[i].lines[k])
				fail_msg("\"%s\": line %zu is %d", rows[i].text, k, k < a.n_lines ? a.lines[k] + 1 : 0);
	}
}

/* Of what was offered the numbers count, and behind it stand "none of these" and "not sure". */
static void test_numbers_are_of_what_was_shown(void **state)
{
	const struct facts nothing = {0};
	struct open open = question("q_urine");
	struct answer a;

	(void)state;
	open.shown[0] = 2; /* hardly any */
	open.n_shown = 1;
	hear(&open, &nothing, "1", &a);
	assert_int_equal(a.lines[0], 2);
	assert_int_equal(a.told.state[finding("little_urine")], STATE_PRESENT);
	hear(&open, &nothing, "2", &a);
	assert_true(a.nothing);
	hear(&open, &nothing, "3", &a);
	assert_int_equal(a.act, ACT_UNSURE);
	hear(&open, &nothing, "he's 4", &a);
	assert_int_equal(a.n_lines, 0);
}

static void test_names(void **state)
{
	static const struct row rows[] = {
		{"q_urine", "dark no. hardly any yes", ACT_ANSWER, "-dark_urine +little_urine =dark_urine_earlier"},
		{"q_warm_red", "warm yes, red no", ACT_ANSWER, "+warmth -redness =spreading_redness"},
		{"q_warm_red", "Warm - yes, red - no", ACT_ANSWER, "+warmth -redness"},
		{"q_unrelieved", "rock hard yes rest no", ACT_ANSWER, "+tense_hard -pain_severe -pain_on_passive_stretch"},
		{"q_rest_wound", "Night: yes. Rest: no. Sore: no", ACT_ANSWER, "+pain_at_night -pain_at_rest -slow_healing_wound"},
		{"q_shape", "broken yes, rest no", ACT_ANSWER, "+fracture -crush_injury -visible_bulge"},
		{"q_limb_threat", "cold yes, everything else no", ACT_ANSWER, "+cold_limb -pale -numbness"},
		{"q_chest", "just the racing heart, nothing else", ACT_ANSWER, "+palpitations -chest_pain"},
		{"q_story", "No to most. Warfarin yes", ACT_ANSWER, "+on_anticoagulant =cancer"},
		{"q_look", "the swelling yes, left calf only, the rest no", ACT_ANSWER, "+swelling -skin_wound -foot_drop"},
		{"q_unrelieved", "Rock-hard calf", ACT_ANSWER, "+tense_hard =pain_severe"},
		{"q_four_steps", "With a limp", ACT_ANSWER, "+limited_motion -cannot_bear_weight"},
	};
	(void)state;
	CHECK(rows);
}

static void test_all(void **state)
{
	static const struct row rows[] = {
		{"q_chest", "yeah all of them", ACT_ANSWER, "+breathlessness +chest_pain +fainting"},
		{"q_back_saddle", "both", ACT_ANSWER, "+saddle_numbness_or_bladder +back_pain"},
		{"q_vessel_risk", "everything apart from diabetes", ACT_ANSWER, "+smoker +obesity -diabetes"},
		{"q_look", "all of it bar the wound", ACT_ANSWER, "-skin_wound -pus_or_discharge =swelling"},
		{"q_vessel_risk", "no to all apart from smoking", ACT_ANSWER, "+smoker -diabetes"},
		{"q_ill", "nothing except a fever", ACT_ANSWER, "+fever -weight_loss"},
	};
	(void)state;
	CHECK(rows);
}

static void test_acts(void **state)
{
	static const struct row rows[] = {
		{"q_limb_threat", "don't know", ACT_UNSURE, "=cold_limb"},
		{"q_tiptoe", "haven't tried, scared to", ACT_UNSURE, ""},
		{"q_chest", "I don't think so", ACT_UNSURE, "=chest_pain"},
		{"q_chest", "not sure, a bit breathless", ACT_UNSURE, "?breathlessness"},
		{"q_now", "what counts as muddled?", ACT_CLARIFY, "=confusion"},
		{"q_vessel_risk", "does vaping count", ACT_CLARIFY, ""},
		{"q_look", "can I ice it meanwhile", ACT_DIGRESS, ""},
		{"q_urine", "sorry, I meant the right leg", ACT_CORRECT, ""},
		{"q_urine", "the dog ate my slipper", ACT_CHATTER, "=dark_urine"},
		{"q_age", "can I talk to a real person", ACT_HUMAN, ""},
		{"q_age", "I want to kill myself", ACT_CRISIS, ""},
		{"q_age", "start over", ACT_RESTART, ""},
	};
	(void)state;
	CHECK(rows);
}

static void test_why(void **state)
{
	static const char *const texts[] = {
		"why do you ask?", "why", "what has that to do with my leg", "why does the pill matter"};
	const struct facts nothing = {0};
	struct open open = question("q_clot_risk");

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct answer a;

		hear(&open, &nothing, texts[i], &a);
		if (a.act != ACT_CLARIFY || !a.why || a.settled)
			fail_msg("\"%s\": %s", texts[i], answer_act_id(a.act));
		expect_told(texts[i], &a.told, "=hormones");
	}
}

/* What cannot be read is never a no, and a sign that is told counts whatever else the message is. */
static void test_safety(void **state)
{
	static const struct row rows[] = {
		{"q_chest", "purple monkey dishwasher", ACT_CHATTER, "=chest_pain"},
		{"q_urine", "can I ice it? I've got chest pain", ACT_DIGRESS, "+chest_pain =dark_urine"},
		{"q_four_steps", "no it just folds up under her", ACT_ANSWER, "?cannot_bear_weight"},
		{"q_ill", "covid a week back, otherwise nothing", ACT_ANSWER, "+recent_viral_illness -weight_loss"},
		{"q_limb_threat", "the foot is numb", ACT_ANSWER, "+numbness =cold_limb =pale"},
		{"q_limb_threat", "not the same as the other one", ACT_ANSWER, "=cold_limb =numbness"},
		{"q_limb_threat", "not moving", ACT_ANSWER, "?cannot_move_foot"},
		{"q_limb_threat", "it's not ok", ACT_CHATTER, "=cold_limb"},
		{"q_now", "ok", ACT_CHATTER, "=fainting"},
		{"q_now", "not any more", ACT_CHATTER, "=fainting =coughing_blood"},
		{"q_now", "never had worse than this", ACT_ANSWER, "+pain_severe =fainting"},
		{"q_now", "nothing when I sit helps", ACT_ANSWER, "=pain_unrelieved_by_rest =fainting"},
		{"q_look", "not strong enough to stand", ACT_CHATTER, "=weakness =swelling"},
		{"q_now", "took 2 nurofen, lying on the couch, no difference", ACT_ANSWER, "+pain_unrelieved_by_rest =fainting"},
		{"q_look", "left swollen right ok", ACT_ANSWER, "+swelling =redness"},
		{"q_look", "can't see anything but it's hot", ACT_ANSWER, "+warmth"},
		{"q_look", "not a mark but it's twice the size", ACT_ANSWER, "=swelling =redness"},
		{"q_now", "everything's normal except the wee", ACT_ANSWER, "?dark_urine -fainting"},
		{"q_now", "all good apart from the chest", ACT_ANSWER, "?chest_pain -fever"},
		{"q_now", "nothing too serious just the numb foot", ACT_ANSWER, "+numbness"},
		{"q_now", "urine is normal colour but hardly any", ACT_ANSWER, "+little_urine"},
		{"q_now", "normal colour wee yesterday, brown today", ACT_ANSWER, "+dark_urine"},
		{"q_now", "only what I said, plus my foot's gone cold", ACT_ANSWER, "+cold_limb"},
		{"q_limb_threat", "normal colour on one side, the other is white", ACT_ANSWER, "+pale"},
		{"q_limb_threat", "warm to the knee, below that cold", ACT_ANSWER, "+cold_limb"},
		{"q_limb_threat", "other foot is fine", ACT_ANSWER, "=cold_limb =numbness"},
		{"q_back_saddle", "all good down there except numb", ACT_ANSWER, "?saddle_numbness_or_bladder"},
		{"q_look", "only the left now, right one's fine", ACT_ANSWER, "+one_leg =swelling =redness"},
		{"q_now", "not now, yesterday yes", ACT_ANSWER, "=fainting =dark_urine"},
		{"q_now", "just the pain", ACT_ANSWER, "=pain_severe =fainting"},
		{"q_limb_threat", "not the right colour", ACT_CHATTER, "=pale =blue_or_mottled"},
		{"q_limb_threat", "can't feel it and it won't move", ACT_ANSWER, "+no_feeling +cannot_move_foot"},
		{"q_now", "I'm not sure about the urine but everything else no", ACT_ANSWER, "?dark_urine -fainting"},
		{"q_chest", "i have a bit of chest pain, is that ok", ACT_ANSWER, "+chest_pain"},
		{"q_trend", "was getting better, now much worse", ACT_ANSWER, "+pain_worsening"},
	};
	(void)state;
	CHECK(rows);
}

static void test_unread_is_not_settled(void **state)
{
	const struct facts nothing = {0};
	struct open open = question("q_chest");
	struct answer a;

	(void)state;
	hear(&open, &nothing, "purple monkey dishwasher", &a);
	assert_false(a.settled);
	hear(&open, &nothing, "my calf is swollen", &a);
	assert_int_equal(a.act, ACT_ANSWER);
	assert_false(a.settled);
	hear(&open, &nothing, "I'm breathless", &a);
	assert_true(a.settled);
}

static void test_one_finding(void **state)
{
	struct open open = one_finding("chest_pain");

	(void)state;
	expect(&open, "yes", ACT_ANSWER, "+chest_pain");
	expect(&open, "no", ACT_ANSWER, "-chest_pain");
	expect(&open, "no idea", ACT_UNSURE, "=chest_pain");
	expect(&open, "no but I fainted", ACT_ANSWER, "-chest_pain +fainting");
	expect(&open, "what do you mean?", ACT_CLARIFY, "=chest_pain");
}

/* Where a side is asked for, "both" is of the legs. */
static void test_both_legs_of_a_line(void **state)
{
	struct open open = which("swelling", "whole_leg_swelling", "one_leg");

	(void)state;
	expect(&open, "both", ACT_ANSWER, "=whole_leg_swelling -one_leg");
	expect(&open, "same as its brother", ACT_ANSWER, "-swelling -whole_leg_swelling");
}

static void test_which(void **state)
{
	struct open open = which("cold_limb", "pale", "blue_or_mottled");

	(void)state;
	expect(&open, "2", ACT_ANSWER, "=cold_limb +pale");
	expect(&open, "cold", ACT_ANSWER, "+cold_limb");
	expect(&open, "the first and the last", ACT_ANSWER, "+cold_limb +blue_or_mottled");
	expect(&open, "all three", ACT_ANSWER, "+cold_limb +pale +blue_or_mottled");
	expect(&open, "none", ACT_ANSWER, "-cold_limb -pale -blue_or_mottled");
	expect(&open, "4", ACT_ANSWER, "-cold_limb");
	expect(&open, "5", ACT_UNSURE, "=cold_limb");
}

static void test_age(void **state)
{
	static const struct {
		const char *text;
		double age;
	} rows[] = {{"34", 34}, {"I'm 72", 72}, {"he's 7 months", 0}, {"40-59", 50}, {"early fifties", 50}};
	const struct facts nothing = {0};
	struct open open = question("q_age");

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct answer a;

		hear(&open, &nothing, rows[i].text, &a);
		if (!a.told.has_value[VALUE_AGE_YEARS] || a.told.value[VALUE_AGE_YEARS] != rows[i].age || !a.settled)
			fail_msg("\"%s\": %g", rows[i].text, a.told.value[VALUE_AGE_YEARS]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no),
		cmocka_unit_test(test_yes),
		cmocka_unit_test(test_which_is_meant),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_numbers_are_of_what_was_shown),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_acts),
		cmocka_unit_test(test_why),
		cmocka_unit_test(test_safety),
		cmocka_unit_test(test_unread_is_not_settled),
		cmocka_unit_test(test_one_finding),
		cmocka_unit_test(test_both_legs_of_a_line),
		cmocka_unit_test(test_which),
		cmocka_unit_test(test_age),
	};

	return cmocka_run_group_tests(tests, load_project, free_project);
}
