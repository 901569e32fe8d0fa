/* test_vitals.c - what those who run a channel are told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "channels/vitals.h"

static void told_in_words(void **state)
{
	static const struct {
		struct vitals vitals;
		int64_t now_ms;
		const char *words;
	} cases[] = {
		{{0}, 5000, "nothing heard yet"},
		{{.last_ms = 1000}, 1000, "heard 0 s ago"},
		{{.last_ms = 1000}, 64999, "heard 63 s ago"},
		{{.last_ms = 1000, .failures = 2, .why = "no answer"}, 4000, "heard 3 s ago, 2 failures, the last: no answer"},
		{{.why = "a wrong token"}, 4000, "nothing heard yet, 0 failures, the last: a wrong token"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char words[VITALS_TOLD];

		print_message("case %zu\n", i);
		vitals_tell(&cases[i].vitals, cases[i].now_ms, words);
		assert_string_equal(words, cases[i].words);
	}
}

static void failures_are_counted_in_a_row(void **state)
{
	struct vitals v = {.last_ms = 7};

	(void)state;
	vitals_failed(&v, "no answer");
	vitals_failed(&v, "half an answer");
	assert_int_equal(v.failures, 2);
	assert_string_equal(v.why, "half an answer");
	vitals_well(&v);
	assert_int_equal(v.failures, 0);
	assert_string_equal(v.why, "");
	assert_int_equal(v.last_ms, 7);
	vitals_ended(&v, "a wrong token");
	assert_int_equal(v.failures, 0);
	assert_string_equal(v.why, "a wrong token");
}

static void a_long_reason_is_cut(void **state)
{
	struct vitals v = {.last_ms = 1};
	char why[1000], words[VITALS_TOLD];

	(void)state;
	memset(why, 'x', sizeof why - 1);
	why[sizeof why - 1] = '\0';
	vitals_failed(&v, why);
	assert_int_equal(strlen(v.why), sizeof v.why - 1);
	v.failures = INT32_MAX;
	vitals_tell(&v, INT64_MAX, words);
	assert_non_null(strstr(words, v.why)); /* the whole of what was kept */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(told_in_words),
		cmocka_unit_test(failures_are_counted_in_a_row),
		cmocka_unit_test(a_long_reason_is_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
