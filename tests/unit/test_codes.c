/* test_codes.c - patterns compiled when needed: the ceilings hold, and what a match gives does not depend on what is held. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules/codes.h"
#include "util/err.h"

enum { PATTERNS = 200, MATCHES = 5000, NO_MATCH = -1, LARGEST = 16 << 10 };

/* "w17 (?:hot|w18)+ w19" */
static const char *source_of(int number, char out[64])
{
	(void)snprintf(out, 64, "w%d (?:hot|w%d)+ w%d", number, number + 1, number + 2);
	return out;
}

static int match(struct codes *c, int number, const char *text)
{
	char source[64];
	return codes_match(c, number, source_of(number, source), text, strlen(text), 0);
}

/* Few patterns often and many seldom, as it is with people. */
static int next_number(unsigned *seed)
{
	*seed = *seed * 1103515245 + 12345;
	unsigned n = *seed >> 8;
	return (int)(n % 4 ? n % 8 : n / 8 % PATTERNS);
}

static void ceilings_hold(void **state)
{
	static const struct {
		size_t bytes, jit_bytes;
	} ceilings[] = {{0, 0}, {1000, 0}, {4000, 20000}, {100000, 5000}, {1 << 20, 1 << 20}};
	(void)state;
	for (size_t i = 0; i < sizeof ceilings / sizeof *ceilings; i++) {
		struct codes *c = codes_new(ceilings[i].bytes, ceilings[i].jit_bytes);
		unsigned seed = 1;
		for (int k = 0; k < MATCHES; k++) {
			int number = next_number(&seed);
			char text[64];
			(void)snprintf(text, sizeof text, "a w%d hot w%d", number, number + 2);
			assert_int_equal(match(c, number, text), 1);
			assert_int_equal(codes_places(c)[0], 2);
			assert_int_equal(codes_places(c)[1], strlen(text));
			assert_int_equal(match(c, number, "w1 hot"), NO_MATCH);
			assert_true(codes_bytes(c) <= ceilings[i].bytes + LARGEST);
			assert_true(codes_jit_bytes(c) <= ceilings[i].jit_bytes + LARGEST);
		}
		codes_free(c);
	}
}

/* The interpreter would give up on the first of these, which machine code does. */
static void the_same_cold_and_warm(void **state)
{
	static const char *const sources[] = {"(?:\\w+ ?){4}+x", "(?:a|aa|aaa)+[^a]c", "(?:\\w+ ?)+!", "^(?:(?: \\w+){0,9} ?)*hot",
		"(.*)(.*)(.*)(.*)\\d", "(?:[^ ]+ ){0,9}hot(?: [^ ]+){0,9} cold"};
	char text[1400] = "";
	(void)state;
	for (size_t n = 1; n <= 256; n *= 2) {
		struct codes *warm = codes_new(1 << 20, 1 << 20);
		memset(text, 0, sizeof text);
		for (size_t k = 0; k < n; k++)
			strcat(text, k % 7 ? " calf" : " hot");
		for (int k = 0; k < 40; k++)
			for (int i = 0; i < (int)(sizeof sources / sizeof *sources); i++) {
				struct codes *cold = codes_new(1 << 20, 0);
				int one = codes_match(cold, i, sources[i], text, strlen(text), 0);
				int other = codes_match(warm, i, sources[i], text, strlen(text), 0);
				if (one != other)
					fail_msg("%s on %zu words: %d cold, %d warm", sources[i], n, one, other);
				codes_free(cold);
			}
		codes_free(warm);
	}
}

static void groups_by_name(void **state)
{
	struct codes *c = codes_new(1 << 20, 1 << 20);
	static const char source[] = "(?<n>\\d) days|(?<n>\\d) weeks|(?<unit>hours)";
	int out[4];
	(void)state;
	assert_int_equal(codes_groups(c, 0, source, "n", out, 4), 2);
	assert_int_equal(out[0], 1);
	assert_int_equal(out[1], 2);
	assert_int_equal(codes_groups(c, 0, source, "n", out, 1), 1);
	assert_int_equal(codes_groups(c, 0, source, "unit", out, 4), 1);
	assert_int_equal(codes_groups(c, 0, source, "pain", out, 4), 0);
	codes_free(c);
}

/* A source that is no pattern cannot get here but by a mistake of ours, and says neither yes nor no. */
static void broken_is_no_answer(void **state)
{
	struct codes *c = codes_new(1 << 20, 1 << 20);
	struct err err;
	(void)state;
	assert_int_equal(codes_check("(calf", &err), -1);
	assert_string_equal(err.text, "bad regex, at character 6: missing closing parenthesis");
	assert_true(codes_match(c, 0, "(calf", "calf", 4, 0) < NO_MATCH);
	assert_int_equal(codes_check("calf", &err), 0);
	assert_int_equal(codes_match(c, 0, "calf", "calf", 4, 0), 1);
	codes_free(c);
	codes_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ceilings_hold),
		cmocka_unit_test(the_same_cold_and_warm),
		cmocka_unit_test(groups_by_name),
		cmocka_unit_test(broken_is_no_answer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
