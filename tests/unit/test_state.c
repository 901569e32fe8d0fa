/* test_state.c - a conversation written down and read again. */
#include "talk_fixture.h"

#include "util/json.h"

static struct talk_state reload(const struct talk_state *s)
{
	struct talk_state again;
	struct err err;
	cJSON *json = state_save(s, tables);

	assert_int_equal(state_load(json, tables, &again, &err), 0);
	cJSON_Delete(json);
	return again;
}

static void a_new_state_comes_back(void **ignored)
{
	struct talk_state again = reload(&state);

	(void)ignored;
	assert_memory_equal(&again, &state, sizeof state);
}

/* All that a talk can bring about, bit by bit. */
static void every_field_comes_back(void **ignored)
{
	const struct vocab *v = tables_vocab(tables);

	(void)ignored;
	for (size_t i = 0; i < vocab_findings(v); i++)
		state.facts.state[i] = (uint8_t)(i % (STATE_PRESENT + 1));
	for (int k = 0; k < VALUE_KINDS; k++) {
		state.facts.has_value[k] = true;
		state.facts.value[k] = k + 0.5;
	}
	state.side = SIDE_RIGHT;
	state.open = (struct open){.kind = OPEN_QUESTION, .question = 0, .finding = -1, .shown = {2, 0}, .n_shown = 2, .yes = true,
		.missed = 2, .since = 7};
	for (size_t i = 0; i < tables_questions(tables); i++) {
		state.asked[i] = i % 2;
		state.answered[i] = i % 3;
		state.unread[i] = i % 5;
	}
	state.asked_again[3] = state.unsure[5] = true;
	state.later.question = 0;
	state.later.n = 2;
	state.later.lines[0] = 1;
	state.questions = 4;
	state.questions_when_urgent = 2;
	state.urgency = URGENCY_URGENT;
	state.floor = URGENCY_SOON;
	state.advised = URGENCY_SELF_CARE;
	state.rule = 3;
	state.tip = 2;
	state.stage = STAGE_ADVISED;
	state.greeted = state.they = state.alarmed = state.helped = state.forget_asked = state.unanswered = true;
	state.crisis = CRISIS_REPEATED;
	state.turn = 12;
	state.said = (struct said){.seed = 4000000000u, .list = {{1, 2}, {4294967295u, 3}}, .n = 2};
	state.tips[1] = state.avoided[0] = true;
	strcpy(state.region, "gb");
	state.seen_ms = INT64_C(1780754400123);
	struct talk_state again = reload(&state);
	assert_memory_equal(&again, &state, sizeof state);
}

static void the_open_kinds_come_back(void **ignored)
{
	(void)ignored;
	state.open = (struct open){.kind = OPEN_WHICH, .question = -1, .finding = -1, .which = {{4, 9}, 2}};
	struct talk_state again = reload(&state);
	assert_memory_equal(&again.open, &state.open, sizeof state.open);
	for (int kind = OPEN_FINDING; kind <= OPEN_COMPLAINT; kind++) {
		state.open = (struct open){.kind = (enum open_kind)kind, .question = -1, .finding = 6};
		again = reload(&state);
		assert_memory_equal(&again.open, &state.open, sizeof state.open);
	}
}

static int load_text(const char *text, struct talk_state *s, struct err *err)
{
	cJSON *json = cJSON_Parse(text);
	int result = state_load(json, tables, s, err);

	cJSON_Delete(json);
	return result;
}

static void what_is_no_state_is_refused(void **ignored)
{
	struct talk_state s;
	struct err err;

	(void)ignored;
	assert_int_equal(load_text("{}", &s, &err), -1);
	assert_string_equal(err.text, "not a conversation: no version");
	assert_int_equal(load_text("[]", &s, &err), -1);
	assert_int_equal(load_text("{\"version\": 2}", &s, &err), -1);
	assert_string_equal(err.text, "a conversation of version 2; this program knows up to 1");
}

/* Whatever the JSON holds: nothing out of bounds, nothing but what the tables know. */
static void nonsense_is_left_out(void **ignored)
{
	static const char text[] =
		"{\"version\": 1, \"facts\": {\"swelling\": \"present\", \"gone\": \"present\", \"warmth\": \"hot\", \"fever\": 1},"
		"\"values\": {\"age_years\": \"x\", \"swelling\": 3, \"pain_score\": 1e400},"
		"\"open\": {\"kind\": \"question\", \"question\": \"q_gone\", \"shown\": [\"a\", 1]},"
		"\"asked\": [\"q_now\", \"q_gone\", 3], \"tips\": {\"ice\": true}, \"avoided\": [null], \"rule\": \"no/rule\","
		"\"later\": {\"question\": 7, \"lines\": [1]}, \"questions\": -5, \"questions_when_urgent\": 1e9,"
		"\"urgency\": \"dire\", \"stage\": 9, \"said\": {\"seed\": -1, \"list\": [1, \"x\", -2, 5e10, 7]},"
		"\"region\": \"a region with far too long a name\", \"turn\": \"many\", \"greeted\": \"yes\", \"seen_ms\": -1}";
	struct talk_state s;
	struct err err;

	(void)ignored;
	assert_int_equal(load_text(text, &s, &err), 0);
	state.facts.state[vocab_finding(tables_vocab(tables), "swelling")] = STATE_PRESENT;
	state.asked[question_number(tables, "q_now")] = true;
	state.questions_when_urgent = 1000;
	state.said = s.said;
	assert_true(s.said.n <= SAID_MAX);
	assert_memory_equal(&s, &state, sizeof s);
}

/* What is as at the start is left out, but for what others look at. */
static void a_new_state_is_short(void **ignored)
{
	cJSON *json = state_save(&state, tables);

	(void)ignored;
	assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(json, "urgency")), "none");
	assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(json, "stage")), "asking");
	assert_null(cJSON_GetObjectItem(json, "asked"));
	assert_null(cJSON_GetObjectItem(json, "alarmed"));
	assert_null(cJSON_GetObjectItem(json, "later"));
	cJSON_Delete(json);
}

/* However long the talk, its state stays small. */
static void the_state_is_bounded(void **ignored)
{
	static const char *const texts[] = {"my calf hurts", "no", "what is a dvt", "hello", "", "can i ice it", "why?", "dunno",
		"start again", "thanks", "it is swollen", "😀", "tell me a joke", "delete my data", "no"};

	(void)ignored;
	for (int i = 0; i < 600; i++) {
		say_text(texts[i % (sizeof texts / sizeof *texts)]);
		arena_reset(arena);
	}
	cJSON *json = state_save(&state, tables);
	char *text = json_print(json);
	assert_true(strlen(text) < 16384);
	free(text);
	cJSON_Delete(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_new_state_comes_back, begin_talk, end_talk),
		cmocka_unit_test_setup_teardown(a_new_state_is_short, begin_talk, end_talk),
		cmocka_unit_test_setup_teardown(every_field_comes_back, begin_talk, end_talk),
		cmocka_unit_test_setup_teardown(the_open_kinds_come_back, begin_talk, end_talk),
		cmocka_unit_test_setup_teardown(what_is_no_state_is_refused, begin_talk, end_talk),
		cmocka_unit_test_setup_teardown(nonsense_is_left_out, begin_talk, end_talk),
		cmocka_unit_test_setup_teardown(the_state_is_bounded, begin_talk, end_talk),
	};
	return cmocka_run_group_tests(tests, load_project, free_project);
}
