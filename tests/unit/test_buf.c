/* test_buf.c - adding up to the ceiling, and not past it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "util/buf.h"

/* Each piece is added whole or not at all. */
static void ceilings(void **state)
{
	static const struct {
		const char *name;
		size_t max;
		const char *pieces[4];
		const char *want;
		bool full;
	} cases[] = {
		{"nothing", 10, {NULL}, "", false},
		{"empty piece", 0, {"", NULL}, "", false},
		{"one", 10, {"abc", NULL}, "abc", false},
		{"exactly", 6, {"abc", "def", NULL}, "abcdef", false},
		{"one past", 5, {"abc", "def", NULL}, "abc", true},
		{"room for none", 0, {"a", NULL}, "", true},
		{"a later one fits", 5, {"abc", "def", "gh", NULL}, "abcgh", true},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf b;
		buf_init(&b, cases[i].max);
		for (size_t at = 0; cases[i].pieces[at]; at++)
			buf_adds(&b, cases[i].pieces[at]);
		if (strcmp(buf_str(&b), cases[i].want) != 0 || b.len != strlen(cases[i].want))
			fail_msg("%s: got '%s', %zu bytes", cases[i].name, buf_str(&b), b.len);
		if (b.full != cases[i].full)
			fail_msg("%s: full is %d", cases[i].name, b.full);
		buf_done(&b);
	}
}

static void ways_to_add(void **state)
{
	struct buf b;
	(void)state;
	buf_init(&b, 100);
	buf_adds(&b, "day");
	buf_addc(&b, ' ');
	buf_addf(&b, "%d%s", 3, "!");
	buf_add(&b, "xyz", 1);
	buf_add(&b, NULL, 0);
	assert_string_equal(buf_str(&b), "day 3!x");
	assert_int_equal(b.len, 7);
	buf_done(&b);
}

static void formatted_past_the_ceiling(void **state)
{
	struct buf b;
	(void)state;
	buf_init(&b, 8);
	buf_addf(&b, "%s", "12345");
	buf_addf(&b, "%d", 67890);
	assert_string_equal(buf_str(&b), "12345");
	assert_true(b.full);
	buf_addf(&b, "%d", 678);
	assert_string_equal(buf_str(&b), "12345678");
	buf_done(&b);
}

static void holds_nul(void **state)
{
	struct buf b;
	(void)state;
	buf_init(&b, 100);
	buf_add(&b, "a\0b", 3);
	assert_int_equal(b.len, 3);
	assert_memory_equal(b.data, "a\0b", 4);
	buf_done(&b);
}

static void clearing(void **state)
{
	struct buf b;
	(void)state;
	buf_init(&b, 4);
	buf_clear(&b);
	buf_adds(&b, "abcd");
	buf_addc(&b, 'e');
	assert_true(b.full);
	buf_clear(&b);
	assert_false(b.full);
	assert_string_equal(buf_str(&b), "");
	buf_adds(&b, "xy");
	assert_string_equal(buf_str(&b), "xy");
	buf_done(&b);
	assert_string_equal(buf_str(&b), "");
}

static void grows(void **state)
{
	struct buf b;
	(void)state;
	buf_init(&b, 100000);
	for (int i = 0; i < 100000; i++)
		buf_addc(&b, (char)('a' + i % 26));
	assert_false(b.full);
	assert_int_equal(strlen(buf_str(&b)), 100000);
	for (size_t i = 0; i < b.len; i++)
		assert_int_equal(b.data[i], 'a' + (int)(i % 26));
	buf_addc(&b, 'x');
	assert_true(b.full);
	buf_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ceilings),
		cmocka_unit_test(ways_to_add),
		cmocka_unit_test(formatted_past_the_ceiling),
		cmocka_unit_test(holds_nul),
		cmocka_unit_test(clearing),
		cmocka_unit_test(grows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
