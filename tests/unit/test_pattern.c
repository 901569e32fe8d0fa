/* test_pattern.c - where patterns match; what cannot be run to its end comes out as failed, never as a no. */
#include "rules_fixture.h"

static struct patterns *patterns;
static struct arena *arena;

static int open_pool(void **state)
{
	(void)state;
	patterns = patterns_new();
	arena = arena_new();
	return 0;
}

static int close_pool(void **state)
{
	(void)state;
	patterns_free(patterns);
	arena_free(arena);
	return 0;
}

static int added(const char *source)
{
	struct err err;
	int number = patterns_add(patterns, source, &err);
	if (number < 0)
		fail_msg("%s: %s", source, err.text);
	return number;
}

static const struct spans *spans_in(int pattern, const char *text)
{
	struct scan *scan = scan_new(patterns, text, strlen(text), arena);
	const struct spans *spans = scan_spans(scan, pattern);
	size_t n = spans->n;
	assert_ptr_equal(scan_spans(scan, pattern)->list, spans->list); /* found once */
	spans = scan_gaps(scan, pattern);
	assert_int_equal(spans->n, n);
	assert_ptr_equal(scan_gaps(scan, pattern)->list, spans->list);
	assert_ptr_equal(scan_spans(scan, pattern)->list, spans->list);
	return spans;
}

/* "0-4 8-12(9-10)": each match, its gaps in brackets. */
static const char *described(const struct spans *spans)
{
	static char out[512];
	size_t len = 0;
	*out = '\0';
	for (size_t i = 0; i < spans->n && len < sizeof out - 64; i++) {
		const struct span *s = &spans->list[i];
		len += (size_t)sprintf(out + len, "%s%u-%u", i ? " " : "", s->start, s->end);
		for (size_t k = 0; k < s->n_gaps; k++)
			len += (size_t)sprintf(out + len, "(%u-%u)", s->gaps[k].start, s->gaps[k].end);
	}
	return out;
}

static const struct {
	const char *regex, *text, *want;
} cases[] = {
	{"calf", "calf", "0-4"},
	{"calf", "my calf , calf", "3-7 10-14"},
	{"calf", "my leg", ""},
	{"calf", "", ""},
	{"aa", "aaaaa", "0-2 2-4"}, /* no overlaps */
	{"b*", "ab", "0-0 1-2 2-2"}, /* empty matches go on */
	{"", "ab", "0-0 1-1 2-2"},
	{"$", "ab", "2-2"},
	{"^", "ab", "0-0"},
	{"\\bno\\b", "no , not , no", "0-2 11-13"},
	{"(?<=no )pain", "no pain , pain", "3-7"},
	{"pain(?= now)", "pain pain now", "5-9"},
	{"sunburn(*SKIP)(*F)|burn", "sunburn burn", "8-12"},
	{"HOT", "hot", ""}, /* texts are lower case, and so are rules */
	{"caf\xc3\xa9", "caf\xc3\xa9", "0-5"},
	/* what capturing groups took */
	{"calf((?: \\w+){0,3}) hot", "calf is so hot", "0-14(4-10)"},
	{"calf((?: \\w+){0,3}) hot", "calf hot", "0-8"}, /* a gap of nothing is none */
	{"(a)(b)?(c)", "ac abc", "0-2(0-1)(1-2) 3-6(3-4)(4-5)(5-6)"},
	{"(a)(b)(c)(d)(e)", "abcde", "0-5(0-1)(1-2)(2-3)(3-4)"}, /* as many as fit */
	{"(?<n>\\d+) days", "3 days", "0-6(0-1)"},
	{"((((((((((((((((((a))))))))))))))))))", "a", "0-1(0-1)(0-1)(0-1)(0-1)"},
};

static void matches(void **state)
{
	int numbers[COUNT(cases)], failed = 0;
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		numbers[i] = added(cases[i].regex);
	patterns_seal(patterns, "");
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct spans *spans = spans_in(numbers[i], cases[i].text);
		if (strcmp(described(spans), cases[i].want) != 0 || spans->failed) {
			print_error("%s on '%s': %s, wanted %s\n", cases[i].regex, cases[i].text, described(spans),
				cases[i].want);
			failed++;
		}
	}
	assert_int_equal(failed, 0);
}

static void each_once(void **state)
{
	int a = added("calf"), b = added("leg");
	(void)state;
	assert_int_equal(a, 0);
	assert_int_equal(b, 1);
	assert_int_equal(added("calf"), a);
	assert_int_equal(patterns_count(patterns), 2);
	assert_string_equal(patterns_source(patterns, b), "leg");
	patterns_free(NULL);
}

static void refusals(void **state)
{
	static const struct {
		const char *regex, *want;
	} broken[] = {
		{"calf(", "missing closing parenthesis"},
		{"calf)", "unmatched closing parenthesis"},
		{"[a-", "missing terminating ] for character class"},
		{"*calf", "quantifier does not follow a repeatable item"},
		{"(*UTF)calf", "using UTF is disabled by the application"},
		{"a\\Cb", "using \\C is disabled by the application"},
		{"(?<n", "syntax error in subpattern name (missing terminator?)"},
		{"\\", "\\ at end of pattern"},
	};
	int failed = 0;
	(void)state;
	for (size_t i = 0; i < COUNT(broken); i++) {
		struct err err = {""};
		int number = patterns_add(patterns, broken[i].regex, &err);
		const char *reason = strstr(err.text, ": ");
		if (number != -1 || memcmp(err.text, "bad regex, at character ", 24) != 0 || !reason ||
			strcmp(reason + 2, broken[i].want) != 0) {
			print_error("%s: '%s', wanted '%s'\n", broken[i].regex, err.text, broken[i].want);
			failed++;
		}
	}
	assert_int_equal(patterns_count(patterns), 0);
	assert_int_equal(patterns_add(patterns, "(", NULL), -1);
	assert_int_equal(failed, 0);
}

static const struct {
	const char *regex, *unit, *end, *want;
	size_t times;
} hostile[] = {
	{"(?:a|aa|aaa)+[^a]c", "a", " b c", "", 60},
	{"(?:\\w+ ?)+!", "calf ", ". !", "", 12},
	{"(?:a+)+$", "a", " b", "", 40},
	{"(?:(?:\\w+)? ?){9}[^a-z ]", "hot ", "", "", 100},
	{"^(?: (?:\\w+ ?){0,9})+ ,hot", " calf", " , hot", "", 60},
	{"(?:a|aa)+b", "a", "b", "0-41", 40},
};

static const char *hostile_text(size_t i)
{
	static char text[1024];
	*text = '\0';
	for (size_t k = 0; k < hostile[i].times; k++)
		strcat(text, hostile[i].unit);
	return strcat(text, hostile[i].end);
}

/* Most regexes need steps in proportion to the text, however many ways through it they have. */
static void hostile_texts_are_decided(void **state)
{
	int numbers[COUNT(hostile)], failed = 0;
	(void)state;
	for (size_t i = 0; i < COUNT(hostile); i++)
		numbers[i] = added(hostile[i].regex);
	patterns_seal(patterns, "");
	for (size_t i = 0; i < COUNT(hostile); i++) {
		const struct spans *spans = spans_in(numbers[i], hostile_text(i));
		if (spans->failed || strcmp(described(spans), hostile[i].want) != 0) {
			print_error("%s: %s%s\n", hostile[i].regex, described(spans), spans->failed ? " failed" : "");
			failed++;
		}
	}
	assert_int_equal(failed, 0);
}

/* Those that only PCRE2 runs may need more than the limit allows. */
static void hostile_texts_fail(void **state)
{
	int numbers[COUNT(hostile)], failed = 0;
	(void)state;
	for (size_t i = 0; i < COUNT(hostile); i++) {
		char regex[128];
		(void)snprintf(regex, sizeof regex, "(?>)%s", hostile[i].regex);
		numbers[i] = added(regex);
	}
	patterns_seal(patterns, "");
	for (size_t i = 0; i < COUNT(hostile); i++) {
		const struct spans *spans = spans_in(numbers[i], hostile_text(i));
		if (!*hostile[i].want && !spans->failed) {
			print_error("%s: a plain %s\n", hostile[i].regex, spans->n ? "yes" : "no");
			failed++;
		}
		assert_false(spans_in(numbers[i], "x y")->failed); /* and works again on the next text */
	}
	assert_int_equal(failed, 0);
}

/* From each place to the end of the text: too many steps for the automaton as well. */
static void places_without_end_fail(void **state)
{
	enum { TIMES = 3000 };
	static char text[TIMES * 5 + 8];
	int pattern = added("\\bcalf\\b.*!");
	(void)state;
	patterns_seal(patterns, "");
	*text = '\0';
	for (int i = 0; i < TIMES; i++)
		memcpy(text + 5 * i, "calf ", 6);
	const struct spans *spans = spans_in(pattern, text);
	assert_int_equal(spans->n, 0);
	assert_true(spans->failed);
	strcat(text, "!");
	spans = spans_in(pattern, text);
	assert_int_equal(spans->n, 1);
	assert_false(spans->failed);
}

/* Matches that were found before the limit are kept, and the rest is said to be missing. */
static void found_before_the_limit(void **state)
{
	int pattern = added("hot|(?>)(?:a|aa|aaa)+[^a]c");
	char text[128] = "hot ";
	(void)state;
	patterns_seal(patterns, "");
	memset(text + 4, 'a', 60);
	strcat(text, " b c");
	const struct spans *spans = spans_in(pattern, text);
	assert_string_equal(described(spans), "0-3");
	assert_true(spans->failed);
}

static void too_many_matches_fail(void **state)
{
	int pattern = added("calf");
	char text[(PATTERN_MAX_SPANS + 1) * 5 + 1] = "";
	(void)state;
	patterns_seal(patterns, "");
	for (int i = 0; i < PATTERN_MAX_SPANS; i++)
		strcat(text, "calf ");
	const struct spans *spans = spans_in(pattern, text);
	assert_int_equal(spans->n, PATTERN_MAX_SPANS);
	assert_false(spans->failed);
	strcat(text, "calf ");
	spans = spans_in(pattern, text);
	assert_int_equal(spans->n, PATTERN_MAX_SPANS);
	assert_true(spans->failed);
}

static void groups(void **state)
{
	int days = added("(?:for (?<n>\\d+)|(?<n>\\d+) whole) (?<unit>days|weeks)"), plain = added("hot");
	static const char text[] = "for 3 days , hot , 12 whole weeks";
	const char *s;
	size_t len;
	(void)state;
	patterns_seal(patterns, "");
	struct scan *scan = scan_new(patterns, text, strlen(text), arena);
	assert_true(scan_group(scan, days, 0, "n", &s, &len));
	assert_int_equal(len, 1);
	assert_memory_equal(s, "3", 1);
	assert_true(scan_group(scan, days, 1, "n", &s, &len)); /* the other group of that name */
	assert_int_equal(len, 2);
	assert_memory_equal(s, "12", 2);
	assert_true(scan_group(scan, days, 1, "unit", &s, &len));
	assert_memory_equal(s, "weeks", 5);
	assert_false(scan_group(scan, days, 0, "half", &s, &len));
	assert_false(scan_group(scan, days, strlen(text), "n", &s, &len));
	assert_false(scan_group(scan, plain, 0, "n", &s, &len));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(matches, open_pool, close_pool),
		cmocka_unit_test_setup_teardown(each_once, open_pool, close_pool),
		cmocka_unit_test_setup_teardown(refusals, open_pool, close_pool),
		cmocka_unit_test_setup_teardown(hostile_texts_are_decided, open_pool, close_pool),
		cmocka_unit_test_setup_teardown(hostile_texts_fail, open_pool, close_pool),
		cmocka_unit_test_setup_teardown(places_without_end_fail, open_pool, close_pool),
		cmocka_unit_test_setup_teardown(found_before_the_limit, open_pool, close_pool),
		cmocka_unit_test_setup_teardown(too_many_matches_fail, open_pool, close_pool),
		cmocka_unit_test_setup_teardown(groups, open_pool, close_pool),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
