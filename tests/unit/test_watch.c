/* test_watch.c - every guard that holds is among those to look at, and those that lack what they need are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "triage/watch.h"

enum { GUARDS = 400, CASES = 2000, ATOMS = 60 };

static uint32_t seed;

/* The same numbers on every machine. */
static unsigned below(unsigned n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

static struct bits some(unsigned most)
{
	struct bits b = {0};
	for (unsigned n = below(most + 1); n > 0; n--)
		bits_set(&b, (int)(below(ATOMS) * (BITS_MAX / ATOMS)));
	return b;
}

static struct guard any_guard(void)
{
	struct guard g = {.all_of = some(2), .any_of = some(4), .and_any_of = some(3), .none_of = some(2)};
	g.any_needs = bits_next(&g.any_of, 0) >= 0 ? 1 + (int)below(2) : 0;
	g.and_any_needs = bits_next(&g.and_any_of, 0) >= 0;
	return g;
}

static void none_that_holds_is_left_out(void **state)
{
	static struct guard guards[GUARDS];
	static struct watch w;
	const struct guard *list[GUARDS];
	size_t held_at_all = 0, looked_at = 0;
	(void)state;
	seed = 7;
	for (int i = 0; i < GUARDS; i++) {
		guards[i] = any_guard();
		list[i] = &guards[i];
	}
	watch_make(&w, list, GUARDS);
	for (int c = 0; c < CASES; c++) {
		struct bits held = some(20), look;
		watch_find(&w, &held, &look);
		for (int i = 0; i < GUARDS; i++) {
			bool holds = guard_holds(&guards[i], &held);
			if (holds && !bits_has(&look, i))
				fail_msg("case %d: guard %d holds and is not looked at", c, i);
			held_at_all += holds;
			looked_at += bits_has(&look, i);
		}
	}
	assert_true(held_at_all > CASES);
	assert_true(looked_at < (size_t)CASES * GUARDS / 2);
}

static void what_is_needed_decides(void **state)
{
	struct guard all = {0}, any = {0}, never = {0}, free = {0};
	const struct guard *list[] = {&all, &any, &never, &free};
	static struct watch w;
	struct bits held = {0}, look;
	(void)state;
	bits_set(&all.all_of, 3);
	bits_set(&any.any_of, 70);
	bits_set(&any.any_of, 500);
	any.any_needs = 1;
	bits_set(&never.all_of, 4);
	watch_make(&w, list, 4);
	watch_find(&w, &held, &look);
	assert_false(bits_has(&look, 0) || bits_has(&look, 1) || bits_has(&look, 2));
	assert_true(bits_has(&look, 3)); /* it demands nothing */
	bits_set(&held, 3);
	bits_set(&held, 500);
	watch_find(&w, &held, &look);
	assert_true(bits_has(&look, 0) && bits_has(&look, 1) && bits_has(&look, 3));
	assert_false(bits_has(&look, 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(none_that_holds_is_left_out),
		cmocka_unit_test(what_is_needed_decides),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
