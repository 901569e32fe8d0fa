/* test_json.c - what is JSON and what is not, ceilings, getters that copy. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/arena.h"
#include "util/err.h"
#include "util/json.h"

#define BYTES(s) s, sizeof(s) - 1

static void documents(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *error; /* NULL when it is fine */
	} cases[] = {
		{BYTES("{}"), NULL},
		{BYTES(" \t\r\n{\"a\": [1, true, null]} \n"), NULL},
		{BYTES("\"text\""), NULL},
		{BYTES("{\"a\": \"\\u00e9\xc3\xa9\"}"), NULL},
		{BYTES("\"\\\\u0000\""), NULL}, /* a backslash and five letters */
		{BYTES("\"\\\\\\u0000\""), "JSON has a NUL or a malformed escape at byte 3"},
		{BYTES("\"a\\u0000b\""), "JSON has a NUL or a malformed escape at byte 2"},
		{BYTES("\"a\0b\""), "JSON has a NUL or a malformed escape at byte 2"},
		{BYTES("\"a\\\0b\""), "JSON has a NUL or a malformed escape at byte 3"},
		{BYTES("\"a\\u00zzb\""), "JSON has a NUL or a malformed escape at byte 2"},
		{BYTES("\"a\\ud83e\\uzzzz\""), "JSON has a NUL or a malformed escape at byte 8"},
		{BYTES("\"a\\u00"), "JSON has a NUL or a malformed escape at byte 2"},
		{BYTES("{}\0"), "JSON has a NUL or a malformed escape at byte 2"},
		{BYTES(""), "JSON is malformed at byte 0"},
		{BYTES("   "), "JSON is malformed at byte 2"},
		{BYTES("{"), "JSON is malformed at byte 0"},
		{BYTES("{\"a\" 1}"), "JSON is malformed at byte 5"},
		{BYTES("[1, 2"), "JSON is malformed at byte 4"},
		{BYTES("nul"), "JSON is malformed at byte 0"},
		{BYTES("\"\\ud800\""), "JSON is malformed at byte 1"},
		{BYTES("{} {}"), "JSON is followed by something else at byte 3"},
		{BYTES("{}x"), "JSON is followed by something else at byte 2"},
		{BYTES("{}\x0b"), "JSON is followed by something else at byte 2"},
		{BYTES("\"\xff\""), "JSON is not UTF-8 at byte 1"},
		{BYTES("\"a\xc3\""), "JSON is not UTF-8 at byte 2"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err e = {""};
		cJSON *tree = json_parse(cases[i].bytes, cases[i].len, &e);
		if (!tree != !!cases[i].error || strcmp(e.text, cases[i].error ? cases[i].error : "") != 0)
			fail_msg("case %zu, %s: %s, '%s'", i, cases[i].bytes, tree ? "read" : "refused", e.text);
		cJSON_Delete(tree);
	}
	assert_null(json_parse("{", 1, NULL));
}

/* Bytes past `len` are not looked at. */
static void stops_at_its_length(void **state)
{
	char *exact = malloc(2);
	(void)state;
	assert_non_null(exact);
	memcpy(exact, "[]", 2);
	cJSON *tree = json_parse(exact, 2, NULL);
	assert_non_null(tree);
	cJSON_Delete(tree);
	assert_null(json_parse(exact, 1, NULL));
	free(exact);
}

static void size_ceiling(void **state)
{
	char *large = malloc(JSON_MAX_BYTES + 1);
	struct err e;
	(void)state;
	assert_non_null(large);
	memset(large, ' ', JSON_MAX_BYTES + 1);
	memcpy(large, "[]", 2);
	cJSON *tree = json_parse(large, JSON_MAX_BYTES, &e);
	assert_non_null(tree);
	cJSON_Delete(tree);
	assert_null(json_parse(large, JSON_MAX_BYTES + 1, &e));
	assert_non_null(strstr(e.text, "is larger than"));
	free(large);
}

static void depth_ceiling(void **state)
{
	enum { DEEP = 500000 };
	char *deep = malloc(DEEP);
	(void)state;
	assert_non_null(deep);
	memset(deep, '[', DEEP);
	assert_null(json_parse(deep, DEEP, NULL));
	free(deep);
}

static void strings(void **state)
{
	struct arena *a = arena_new();
	cJSON *tree = json_parse(BYTES("{\"say\": \"my calf\", \"n\": 3, \"none\": null, \"Say\": \"x\"}"), NULL);
	(void)state;
	char *said = json_string(tree, "say", a);
	assert_string_equal(json_string(tree, "Say", a), "x");
	assert_null(json_string(tree, "SAY", a));
	assert_null(json_string(tree, "n", a));
	assert_null(json_string(tree, "none", a));
	assert_null(json_string(NULL, "say", a));
	cJSON_Delete(tree);
	assert_string_equal(said, "my calf"); /* outlives the tree */
	arena_free(a);
}

static void numbers(void **state)
{
	static const struct {
		const char *text;
		bool is_int, is_number;
		long long value;
	} cases[] = {
		{"0", true, true, 0},
		{"-7", true, true, -7},
		{"3.0", true, true, 3},
		{"3.5", false, true, 3},
		{"1e3", true, true, 1000},
		{"9007199254740991", true, true, 9007199254740991},
		{"-9007199254740991", true, true, -9007199254740991},
		{"9007199254740993", false, true, 0},
		{"1e300", false, true, 0},
		{"1e999", false, false, 0},
		{"\"3\"", false, false, 0},
		{"true", false, false, 0},
		{"null", false, false, 0},
		{"[1]", false, false, 0},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[100] = "{\"n\": ";
		long long whole = 42;
		double number = 42.25;
		strcat(strcat(text, cases[i].text), "}");
		cJSON *tree = json_parse(text, strlen(text), NULL);
		assert_non_null(tree);
		bool is_int = json_int(tree, "n", &whole), is_number = json_number(tree, "n", &number);
		if (is_int != cases[i].is_int || whole != (is_int ? cases[i].value : 42))
			fail_msg("%s: int %d, %lld", cases[i].text, is_int, whole);
		if (is_number != cases[i].is_number || (!is_number && number != 42.25))
			fail_msg("%s: number %d, %g", cases[i].text, is_number, number);
		assert_false(json_int(tree, "m", &whole));
		cJSON_Delete(tree);
	}
}

static void prints_one_line(void **state)
{
	cJSON *tree = json_parse(BYTES("{ \"a\": [1,\n2.5],\n\"b\": \"x\\ny\xc3\xa9\" }\n"), NULL);
	char *text = json_print(tree);
	(void)state;
	assert_string_equal(text, "{\"a\":[1,2.5],\"b\":\"x\\ny\xc3\xa9\"}");
	free(text);
	cJSON_Delete(tree);
}

/* The borders of table 3-7 of the Unicode standard. */
static void utf8(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		bool fine;
	} cases[] = {
		{BYTES(""), true},
		{BYTES("a\0b"), true},
		{BYTES("\x7f"), true},
		{BYTES("\x80"), false},
		{BYTES("\xbf"), false},
		{BYTES("\xc1\xbf"), false},
		{BYTES("\xc2\x80"), true},
		{BYTES("\xdf\xbf"), true},
		{BYTES("\xdf\xc0"), false},
		{BYTES("\xe0\x9f\xbf"), false},
		{BYTES("\xe0\xa0\x80"), true},
		{BYTES("\xed\x9f\xbf"), true},
		{BYTES("\xed\xa0\x80"), false},
		{BYTES("\xee\x80\x80"), true},
		{BYTES("\xef\xbf\xbf"), true},
		{BYTES("\xef\xbf"), false},
		{BYTES("\xf0\x8f\xbf\xbf"), false},
		{BYTES("\xf0\x90\x80\x80"), true},
		{BYTES("\xf4\x8f\xbf\xbf"), true},
		{BYTES("\xf4\x90\x80\x80"), false},
		{BYTES("\xf5\x80\x80\x80"), false},
		{BYTES("\xf0\x9f\xa6\xb5 leg"), true},
		{BYTES("\xf0\x9f\xa6 leg"), false},
		{BYTES("\xfe"), false},
		{BYTES("\xff"), false},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (json_utf8(cases[i].bytes, cases[i].len) != cases[i].fine)
			fail_msg("case %zu: should be %s", i, cases[i].fine ? "fine" : "refused");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(documents),
		cmocka_unit_test(stops_at_its_length),
		cmocka_unit_test(size_ceiling),
		cmocka_unit_test(depth_ceiling),
		cmocka_unit_test(strings),
		cmocka_unit_test(numbers),
		cmocka_unit_test(prints_one_line),
		cmocka_unit_test(utf8),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
