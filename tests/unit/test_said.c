/* test_said.c - which wording was used. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "talk/said.h"

/* Every variant comes once before any comes twice. */
static void no_variant_comes_twice_while_another_is_left(void **ignored)
{
	struct said s = {.seed = 3};
	size_t first[5], n = sizeof first / sizeof *first;
	unsigned seen = 0;

	(void)ignored;
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(said_times(&s, "hello"), i);
		seen |= 1u << (first[i] = said_next(&s, "hello", n));
	}
	assert_int_equal(seen, 31);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(said_next(&s, "hello", n), first[i]);
}

static void texts_are_counted_apart(void **ignored)
{
	struct said s = {0};

	(void)ignored;
	(void)said_next(&s, "one", 3);
	(void)said_next(&s, "one", 3);
	(void)said_next(&s, "two", 3);
	assert_int_equal(said_times(&s, "one"), 2);
	assert_int_equal(said_times(&s, "two"), 1);
	assert_int_equal(said_times(&s, "three"), 0);
}

static void other_talks_begin_with_other_variants(void **ignored)
{
	unsigned seen = 0;

	(void)ignored;
	for (uint32_t seed = 0; seed < 4; seed++) {
		struct said s = {.seed = seed};
		seen |= 1u << said_next(&s, "hello", 4);
	}
	assert_int_equal(seen, 15);
}

/* What was used last is kept when the list is full. */
static void the_oldest_is_forgotten(void **ignored)
{
	struct said s = {0};
	char text[32];

	(void)ignored;
	for (int i = 0; i < SAID_MAX; i++) {
		(void)snprintf(text, sizeof text, "text %d", i);
		(void)said_next(&s, text, 2);
	}
	(void)said_next(&s, "text 0", 2);
	(void)said_next(&s, "one more", 2);
	assert_int_equal(s.n, SAID_MAX);
	assert_int_equal(said_times(&s, "text 0"), 2);
	assert_int_equal(said_times(&s, "text 1"), 0);
	assert_int_equal(said_times(&s, "one more"), 1);
}

static void counting_has_an_end(void **ignored)
{
	struct said s = {0};

	(void)ignored;
	for (int i = 0; i < 70000; i++)
		assert_true(said_next(&s, "again", 3) < 3);
	assert_int_equal(said_times(&s, "again"), UINT16_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_variant_comes_twice_while_another_is_left),
		cmocka_unit_test(texts_are_counted_apart),
		cmocka_unit_test(other_talks_begin_with_other_variants),
		cmocka_unit_test(the_oldest_is_forgotten),
		cmocka_unit_test(counting_has_an_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
