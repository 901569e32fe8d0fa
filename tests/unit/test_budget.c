/* test_budget.c - how much one person may write in a minute. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "daemon/budget.h"

static void many_in_a_minute_are_told_once(void **state)
{
	struct budget *b = budget_new();

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(budget_take(b, "ann", 3, 1000 + i), BUDGET_FINE);
	assert_int_equal(budget_take(b, "ann", 3, 2000), BUDGET_FIRST_OVER);
	assert_int_equal(budget_take(b, "ann", 3, 3000), BUDGET_OVER);
	assert_int_equal(budget_take(b, "bob", 3, 3000), BUDGET_FINE);
	budget_free(b);
}

static void the_next_minute_is_new(void **state)
{
	struct budget *b = budget_new();

	(void)state;
	assert_int_equal(budget_take(b, "ann", 1, 1000), BUDGET_FINE);
	assert_int_equal(budget_take(b, "ann", 1, 60999), BUDGET_FIRST_OVER);
	assert_int_equal(budget_take(b, "ann", 1, 61000), BUDGET_FINE);
	budget_free(b);
}

/* A clock that was set back must not silence anybody. */
static void a_clock_set_back_begins_anew(void **state)
{
	struct budget *b = budget_new();

	(void)state;
	assert_int_equal(budget_take(b, "ann", 1, 1000000), BUDGET_FINE);
	assert_int_equal(budget_take(b, "ann", 1, 1000), BUDGET_FINE);
	budget_free(b);
}

static void zero_is_no_limit(void **state)
{
	struct budget *b = budget_new();

	(void)state;
	for (int i = 0; i < 500; i++)
		assert_int_equal(budget_take(b, "ann", 0, 1000), BUDGET_FINE);
	budget_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_in_a_minute_are_told_once),
		cmocka_unit_test(the_next_minute_is_new),
		cmocka_unit_test(a_clock_set_back_begins_anew),
		cmocka_unit_test(zero_is_no_limit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
