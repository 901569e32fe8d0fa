/* test_ahocorasick.c - many strings in one pass find exactly what a search for each of them finds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "rules/ahocorasick.h"

enum { MAX_STRINGS = 300, WORDS = MAX_STRINGS / 64 + 1 };

static struct ac *ac_of(const char *const strings[], size_t n)
{
	struct ac *ac = ac_new();
	for (size_t i = 0; i < n; i++)
		ac_add(ac, strings[i], (uint32_t)i);
	ac_seal(ac);
	return ac;
}

/* How many of the strings are told wrongly. */
static int wrong(const struct ac *ac, const char *const strings[], size_t n, const char *text)
{
	uint64_t bits[WORDS] = {0};
	int failed = 0;
	ac_find(ac, text, strlen(text), bits);
	for (size_t i = 0; i < n; i++)
		if ((bits[i / 64] >> i % 64 & 1) != (strstr(text, strings[i]) != NULL)) {
			print_error("'%s' in '%s'\n", strings[i], text);
			failed++;
		}
	return failed;
}

static void strings_in_strings(void **state)
{
	static const char *const strings[] = {"he", "she", "his", "hers", "e", "ers", "hershe", "calf", "alf", "lf hot",
		"calf hot", "he", "swollen", "wollen s", "aa", "aaa", "aaaa"};
	static const char *const texts[] = {"", "h", "ushers", "she", "hershers", "calf hot", "cal f hot", "calf hat",
		"calfcalf", "swolle", "swollen swollen", "a", "aa", "aaa", "aaaa", "baab", "hishe", "calf ho", "no"};
	size_t n = sizeof strings / sizeof *strings;
	struct ac *ac = ac_of(strings, n);
	int failed = 0;
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		failed += wrong(ac, strings, n, texts[i]);
	ac_free(ac);
	assert_int_equal(failed, 0);
}

static void nothing_to_find(void **state)
{
	struct ac *ac = ac_of(NULL, 0);
	uint64_t bits[1] = {0};
	(void)state;
	assert_int_equal(ac_states(ac), 1);
	ac_find(ac, "calf", 4, bits);
	assert_int_equal(bits[0], 0);
	ac_free(ac);
	ac_free(NULL);
}

static void length_counts(void **state)
{
	static const char *const strings[] = {"calf"};
	struct ac *ac = ac_of(strings, 1);
	uint64_t bits[1] = {0};
	(void)state;
	assert_int_equal(ac_states(ac), 5);
	ac_find(ac, "my calf", 6, bits);
	assert_int_equal(bits[0], 0);
	ac_find(ac, "a\0calf", 6, bits);
	assert_int_equal(bits[0], 1);
	ac_free(ac);
}

/* Every byte but NUL may occur. */
static void all_bytes(void **state)
{
	char strings[255][3], text[512];
	struct ac *ac = ac_new();
	uint64_t bits[4] = {0};
	(void)state;
	for (int i = 0; i < 255; i++) {
		(void)snprintf(strings[i], sizeof strings[i], "%c%c", i + 1, 255 - i);
		ac_add(ac, strings[i], (uint32_t)i);
	}
	ac_seal(ac);
	for (int i = 0; i < 255; i += 2)
		memcpy(text + i, strings[i], 2);
	ac_find(ac, text, 256, bits);
	for (int i = 0; i < 255; i += 2)
		assert_true(bits[i / 64] >> i % 64 & 1);
	ac_free(ac);
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static void fill(uint32_t *seed, char *out, size_t most)
{
	size_t len = 1 + next_random(seed) % most;
	for (size_t i = 0; i < len; i++)
		out[i] = "ab c"[next_random(seed) % (next_random(seed) % 4 ? 2 : 4)];
	out[len] = '\0';
}

static void as_searched_one_by_one(void **state)
{
	static char store[MAX_STRINGS][9], text[81];
	static const char *strings[MAX_STRINGS];
	uint32_t seed = 20240611;
	int failed = 0;
	(void)state;
	for (int round = 0; round < 20 && !failed; round++) {
		size_t n = 1 + next_random(&seed) % MAX_STRINGS;
		for (size_t i = 0; i < n; i++) {
			fill(&seed, store[i], sizeof store[i] - 1);
			strings[i] = store[i];
		}
		struct ac *ac = ac_of(strings, n);
		for (int t = 0; t < 30; t++) {
			fill(&seed, text, sizeof text - 1);
			failed += wrong(ac, strings, n, text);
		}
		ac_free(ac);
	}
	assert_int_equal(failed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strings_in_strings),
		cmocka_unit_test(nothing_to_find),
		cmocka_unit_test(length_counts),
		cmocka_unit_test(all_bytes),
		cmocka_unit_test(as_searched_one_by_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
