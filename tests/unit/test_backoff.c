/* test_backoff.c - waits double up to the cap, with a quarter of jitter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "net/backoff.h"

static void doubles_up_to_the_cap(void **state)
{
	(void)state;
	static const int64_t want[] = {1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000};
	for (uint64_t seed = 0; seed < 200; seed++) {
		struct backoff b;
		backoff_init(&b, 1000, 60000, seed);
		for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
			int64_t got = backoff_next(&b);
			if (got < want[i] * 3 / 4 || got > want[i] * 5 / 4)
				fail_msg("seed %d, failure %zu: %d ms for %d", (int)seed, i, (int)got, (int)want[i]);
		}
	}
}

static void jitter_uses_its_whole_width(void **state)
{
	(void)state;
	int64_t least = INT64_MAX, most = 0;
	for (uint64_t seed = 0; seed < 1000; seed++) {
		struct backoff b;
		backoff_init(&b, 1000, 60000, seed);
		int64_t got = backoff_next(&b);
		least = got < least ? got : least;
		most = got > most ? got : most;
	}
	assert_in_range(least, 750, 760);
	assert_in_range(most, 1240, 1250);
}

static void starts_anew_after_a_success(void **state)
{
	(void)state;
	struct backoff b;
	backoff_init(&b, 1000, 60000, 7);
	for (int i = 0; i < 5; i++)
		(void)backoff_next(&b);
	backoff_reset(&b);
	assert_in_range(backoff_next(&b), 750, 1250);
}

static void extremes(void **state)
{
	(void)state;
	struct backoff b;
	backoff_init(&b, 1, 1, 0);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(backoff_next(&b), 1);
	backoff_init(&b, 1, INT64_MAX / 2, 0);
	for (int i = 0; i < 1000; i++)
		assert_true(backoff_next(&b) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(doubles_up_to_the_cap),
		cmocka_unit_test(jitter_uses_its_whole_width),
		cmocka_unit_test(starts_anew_after_a_success),
		cmocka_unit_test(extremes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
