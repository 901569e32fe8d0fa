/* test_units.c - counting in UTF-16, and where a text may be cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "channels/units.h"

#define LEG "\xf0\x9f\xa6\xb5" /* two units, four bytes */
#define E_ACUTE "\xc3\xa9"
#define ACUTE "\xcc\x81" /* combining */
#define JOIN "\xe2\x80\x8d"
#define FLAG_N "\xf0\x9f\x87\xb3"
#define FLAG_L "\xf0\x9f\x87\xb1"

static void counts(void **state)
{
	static const struct {
		const char *s;
		size_t units, bytes_at_3;
	} cases[] = {
		{"", 0, 0},
		{"calf", 4, 3},
		{E_ACUTE E_ACUTE E_ACUTE E_ACUTE, 4, 6},
		{LEG "a" LEG, 5, 5},
		{"a" LEG LEG, 5, 5},
		{LEG LEG, 4, 4}, /* in the middle of the second: before it */
		{"ab", 2, 2},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		size_t len = strlen(cases[i].s), units = units_count(cases[i].s, len),
			at = units_to_bytes(cases[i].s, len, 3);

		if (units != cases[i].units || at != cases[i].bytes_at_3)
			fail_msg("case %zu: %zu units, third at %zu", i, units, at);
	}
}

static void cuts(void **state)
{
	static const struct {
		const char *s;
		size_t most, at;
	} cases[] = {
		{"short", 10, 5},
		{"exactly ten", 11, 11},
		{"one two three", 9, 7},
		{"one two three", 7, 7}, /* the blank need not fit */
		{"It is warm. It hurts. And", 23, 21},
		{"It is warm.\nIt hurts. And", 24, 21},
		{"First block of it\nsecond line", 25, 17},
		{"A first paragraph\n\nwith more. And more", 32, 18},
		{"a. bcdefghijklmnop", 10, 10}, /* a part that is too short reads worse than a torn word */
		{"abcdef" LEG "ghi", 7, 6},
		{"abcde" ACUTE "fghi", 5, 4},
		{"abc" LEG JOIN LEG "ghi", 6, 3},
		{"abc" LEG JOIN LEG "ghi", 5, 3},
		{"abc" LEG "\xef\xb8\x8f" "ghi", 5, 3},
		{"abc" FLAG_N FLAG_L "ghi", 5, 3},
		{"abc" LEG "\xf0\x9f\x8f\xbb" "ghi", 5, 3},
		{ACUTE ACUTE ACUTE ACUTE, 2, 4}, /* no good place: at least not inside a character */
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		size_t at = units_cut(cases[i].s, strlen(cases[i].s), cases[i].most);

		if (at != cases[i].at)
			fail_msg("case %zu, %s: cut at %zu", i, cases[i].s, at);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts),
		cmocka_unit_test(cuts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
