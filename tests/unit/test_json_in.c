/* test_json_in.c - an answer cut into updates, also where one of them is no JSON inside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "channels/json_in.h"
#include "util/buf.h"

/* Each case in memory of its exact size, so that a step too far is seen. */
static struct json_span exact(const char *s)
{
	size_t len = strlen(s);
	char *copy = malloc(len ? len : 1);

	assert_non_null(copy);
	memcpy(copy, s, len);
	return (struct json_span){copy, len};
}

static void elements(void **state)
{
	static const struct {
		const char *json, *wanted; /* the elements, each in [] */
	} cases[] = {
		{"[]", ""},
		{" [ ] ", ""},
		{"[1]", "[1]"},
		{"[{\"a\":[1,2]} , {\"b\":\"],[\"}]", "[{\"a\":[1,2]}][{\"b\":\"],[\"}]"},
		{"[\"\\\"\",\"\\\\\",3]", "[\"\\\"\"][\"\\\\\"][3]"},
		{"[{\"text\":\"a\\u0000\"},{]},{}]", "[{\"text\":\"a\\u0000\"}][{]]"},
		{"[1,2", "[1][2]"},
		{"[{\"a\":", "[{\"a\":]"},
		{"[\"a", "[\"a]"},
		{"[\"a\\", "[\"a\\]"},
		{"[,1]", ""},
		{"[1,]", "[1]"},
		{"{}", ""},
		{"", ""},
		{"[", ""},
	};
	struct buf found;

	(void)state;
	buf_init(&found, 1000);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct json_span array = exact(cases[i].json), element;
		size_t at = 0;

		buf_clear(&found);
		while (json_in_element(array, &at, &element))
			buf_addf(&found, "[%.*s]", (int)element.len, element.at);
		if (strcmp(buf_str(&found), cases[i].wanted) != 0)
			fail_msg("case %zu, %s: %s", i, cases[i].json, buf_str(&found));
		free((char *)array.at);
	}
	buf_done(&found);
}

static void members(void **state)
{
	static const struct {
		const char *json, *wanted; /* NULL when there is none */
	} cases[] = {
		{"{\"ok\":true,\"result\":[1]}", "[1]"},
		{" { \"result\" : \"x\" } ", "\"x\""},
		{"{\"a\":{\"result\":1},\"result\":2}", "2"},
		{"{\"a\":\"\\\"result\\\":1\",\"result\":2}", "2"},
		{"{\"results\":1}", NULL},
		{"{\"result\"}", NULL},
		{"{\"result\":", NULL},
		{"{\"result\" 1}", NULL},
		{"{}", NULL},
		{"[]", NULL},
		{"", NULL},
		{"<html>", NULL},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct json_span object = exact(cases[i].json), value;
		bool found = json_in_member(object, "result", &value);
		const char *wanted = cases[i].wanted;

		if (found != !!wanted || (found && (value.len != strlen(wanted) || memcmp(value.at, wanted,
			value.len) != 0)))
			fail_msg("case %zu, %s", i, cases[i].json);
		free((char *)object.at);
	}
}

static void numbers(void **state)
{
	static const struct {
		const char *text;
		bool fine;
		int64_t value;
	} cases[] = {
		{"0", true, 0},
		{"-7", true, -7},
		{"4503599627370495", true, 4503599627370495},
		{"4503599627370496", false, 0},
		{"99999999999999999999", false, 0},
		{"-", false, 0},
		{"", false, 0},
		{"1.5", false, 0},
		{"1e3", false, 0},
		{"\"7\"", false, 0},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct json_span text = exact(cases[i].text);
		int64_t value = 0;
		bool fine = json_in_whole(text, &value);

		if (fine != cases[i].fine || value != cases[i].value)
			fail_msg("case %zu, %s: %lld", i, cases[i].text, (long long)value);
		free((char *)text.at);
	}
}

/* The members of an object one after the other, along a path, and as words. */
static void pairs(void **state)
{
	static const char text[] = " {\"a\" : {\"b\":[1]} , \"c\":\"w\\n\",\"d\":\"word\",\"e\":}";
	static const char *const keys[] = {"a", "c", "d"};
	struct json_span all = exact(text), key, value;
	char word[5];
	size_t at = 0;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_true(json_in_pair(all, &at, &key, &value));
		assert_true(key.len == 1 && key.at[0] == keys[i][0]);
	}
	assert_true(json_in_word(value, word, sizeof word));
	assert_string_equal(word, "word");
	assert_false(json_in_word(value, word, sizeof word - 1));
	assert_false(json_in_pair(all, &at, &key, &value));
	assert_true(json_in_member(all, "c", &value));
	assert_false(json_in_word(value, word, sizeof word)); /* an escape */
	assert_true(json_in_path(all, &value, "a", "b", NULL) && json_in_is(value, "[1]"));
	assert_false(json_in_path(all, &value, "a", "x", NULL));
	assert_false(json_in_path(all, &value, "d", "x", NULL));
	assert_true(json_in_is(value, "[1]")); /* what isn't there changes nothing */
	free((char *)all.at);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(elements),
		cmocka_unit_test(members),
		cmocka_unit_test(numbers),
		cmocka_unit_test(pairs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
