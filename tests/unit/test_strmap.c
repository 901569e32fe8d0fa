/* test_strmap.c - setting, getting, many keys, and the nearest one for hints. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "util/arena.h"
#include "util/strmap.h"

static void sets_and_gets(void **state)
{
	struct strmap *m = strmap_new();
	char key[] = "swelling";
	(void)state;
	assert_int_equal(strmap_get(m, "swelling", 8, -1), -1);
	strmap_set(m, key, 8, 3);
	key[0] = 'x';
	assert_int_equal(strmap_get(m, "swelling", 8, -1), 3);
	assert_int_equal(strmap_get(m, "swellings", 9, -1), -1);
	assert_int_equal(strmap_get(m, "swellings", 8, -1), 3);
	assert_int_equal(strmap_get(m, "", 0, -1), -1);
	strmap_set(m, "swelling", 8, 4);
	strmap_set(m, "", 0, 5);
	strmap_set(m, "a\0b", 3, 6);
	strmap_set(m, "a\0c", 3, 7);
	assert_int_equal(strmap_get(m, "swelling", 8, -1), 4);
	assert_int_equal(strmap_get(m, "", 0, -1), 5);
	assert_int_equal(strmap_get(m, "a\0b", 3, -1), 6);
	assert_int_equal(strmap_get(m, "a", 1, -1), -1);
	assert_int_equal(strmap_count(m), 4);
	strmap_free(m);
	strmap_free(NULL);
}

static void many(void **state)
{
	struct strmap *m = strmap_new();
	enum { N = 20000 };
	char key[32];
	(void)state;
	for (int i = 0; i < N; i++) {
		int len = snprintf(key, sizeof key, "word%d", i);
		strmap_set(m, key, (size_t)len, i);
	}
	assert_int_equal(strmap_count(m), N);
	for (int i = 0; i < N; i++) {
		int len = snprintf(key, sizeof key, "word%d", i);
		if (strmap_get(m, key, (size_t)len, -1) != i)
			fail_msg("%s: got %d", key, strmap_get(m, key, (size_t)len, -1));
	}
	assert_int_equal(strmap_get(m, "word20000", 9, -1), -1);
	strmap_free(m);
}

static void copies(void **state)
{
	struct arena *arena = arena_new();
	struct strmap *m = strmap_new(), *empty = strmap_copy(m, arena);
	char key[32];
	(void)state;
	for (int i = 0; i < 1000; i++)
		strmap_set(m, key, (size_t)snprintf(key, sizeof key, "word%d", i), i);
	strmap_set(m, "a\0b", 3, 2000);
	const struct strmap *copy = strmap_copy(m, arena);
	strmap_free(m);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(strmap_get(copy, key, (size_t)snprintf(key, sizeof key, "word%d", i), -1), i);
	assert_int_equal(strmap_get(copy, "a\0b", 3, -1), 2000);
	assert_int_equal(strmap_get(copy, "a\0c", 3, -1), -1);
	assert_int_equal(strmap_count(copy), 1001);
	assert_string_equal(strmap_nearest(copy, "wort999"), "word999");
	assert_int_equal(strmap_get(empty, "word", 4, -1), -1);
	assert_int_equal(strmap_count(empty), 0);
	arena_free(arena);
}

static void nearest(void **state)
{
	static const char *const keys[] = {"swelling", "warmth", "chest_pain", "calf", "id"};
	static const struct {
		const char *word, *want;
	} cases[] = {
		{"swelling", "swelling"},
		{"sweling", "swelling"},
		{"swellign", "swelling"},
		{"sxellxng", "swelling"},
		{"sxexlxng", NULL}, /* three edits */
		{"warmht", "warmth"},
		{"chestpain", "chest_pain"},
		{"claf", NULL}, /* two edits are half of it */
		{"calv", "calf"},
		{"ix", NULL},
		{"", NULL},
		{"a word that is far longer than any key and than what is worth a comparison", NULL},
	};
	struct strmap *m = strmap_new();
	(void)state;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		strmap_set(m, keys[i], strlen(keys[i]), (int)i);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *got = strmap_nearest(m, cases[i].word), *want = cases[i].want;
		if (!got != !want || (got && strcmp(got, want) != 0))
			fail_msg("%s: nearest is %s, expected %s", cases[i].word, got ? got : "none", want ? want : "none");
	}
	strmap_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sets_and_gets),
		cmocka_unit_test(many),
		cmocka_unit_test(copies),
		cmocka_unit_test(nearest),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
