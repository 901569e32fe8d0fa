/* test_literal.c - whenever a regex matches a text, it is told that it may, and at that place (else a danger sign would be
 * lost); and the usual ones do rule texts out. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "random_fixture.h"
#include "rules_fixture.h"

#include <pcre2.h>

#include "rules/literal.h"
#include "rules/needs.h"

/* Regexes that match the text beside them. The texts are canonical: words and signs parted by one space. */
static const struct {
	const char *regex, *text;
} matching[] = {
	{"calf", "my calf hurts"},
	{"calf", "calves and calfs"},
	{"^calf", "calf"},
	{"calf$", "calf"},
	{"^$", ""},
	{"^^calf$", "calf"},
	{"^(?:^| )calf(?:$| )$", "calf"},
	{"(?:^|\\. )calf", "hot . calf"},
	{"\\bcalf\\b", "calf"},
	{"\\b\\bcalf", "calf"},
	{"^\\bcalf\\b$", "calf"},
	{"\\bcalf\\b,", "calf,"},
	{"calf \\bis", "calf is"},
	{"calf\\b ,", "calf , hot"},
	{"\\Bal\\B", "calf"},
	{"(?:^|[.!?] |, )no\\b", "hot , no pain"},
	{"(?:^|[.!?] |, )no\\b", "no"},
	{"is it a clot \\?", "is it a clot ?"},
	{"\\?$", "clot ?"},
	{"[.?]$", "clot ."},
	{"calf's", "calf's"},
	{"caf\xc3\xa9\\b|tea", "tea"},
	{"caf\xc3\xa9", "caf\xc3\xa9"},
	{"x", "x"},
	{"", "calf"},
	{"()calf", "calf"},
	{"(?:)", "calf"},
	{"cal(?:f|ves)", "calves"},
	{"cal(?:f|ves|)", "cal"},
	{"(?:|my )calf", "calf"},
	{"swell(?:ing|ed|s)?\\b", "swell"},
	{"swoll?en", "swolen"},
	{"so*re", "sooore"},
	{"so+re", "sooore"},
	{"so{2,3}re", "soore"},
	{"so{0,1}re", "sre"},
	{"so{0}re", "sre"},
	{"so{1}re", "sore"},
	{"so{2}re", "soore"},
	{"(?:ab){2}c", "ababc"},
	{"(?:ab)*?c", "c"},
	{"(?:ab)++c", "ababc"},
	{"a{,3}b", "a{,3}b"},
	{"a{x}b", "a{x}b"},
	{"h.t", "hot"},
	{"h[oa]t", "hat"},
	{"h[^o]t", "hat"},
	{"h[a-z]t", "hzt"},
	{"h[a-]t", "h-t"},
	{"h[]a]t", "h]t"},
	{"h[^]a]t", "hot"},
	{"[[:alpha:]]ot", "hot"},
	{"x[[:digit:]a]ot", "x1ot"},
	{"h[\\w]t", "hot"},
	{"[\\.-9]ab", "5ab"},
	{"[\\]-c]ab", "bab"},
	{"h[.\\-]t", "h-t"},
	{"\\d+ ?km\\b", "12 km"},
	{"\\x68ot", "hot"},
	{"\\Qa.b\\E", "a.b"},
	{"(?i)HOT", "hot"},
	{"(?i:HOT)", "hot"},
	{"(?x) h o t", "hot"},
	{"(?#hot)cold", "cold"},
	{"(a|b) no \\1", "b no b"},
	{"(?<n>\\d+) days", "3 days"},
	{"(?'n'\\d+) days", "3 days"},
	{"(?P<n>\\d+) days", "3 days"},
	{"(?|ab|cd)e", "cde"},
	{"(?>ab|a)c", "abc"},
	{"(?:(a)|b)(?(1)c|d)", "bd"},
	{"(?=hot)h", "hot"},
	{"calf(?= is) is", "calf is"},
	{"(?!cold)hot", "hot"},
	{"(?<!not )hot", "is hot"},
	{"(?<=so )hot", "so hot"},
	{"(?<![^ ])(?:hot|warm)(?![^ ])", "is warm"},
	{"(?<![^ ])(?:8/10)(?![^ ])", "pain 8/10"},
	{"(?<![^ ])(?:swell[a-z']*)(?![^ ])", "swelling"},
	{"sun(*SKIP)(*F)|burn", "burn"},
	{"(?:sun ?burn(*SKIP)(*F)|burn)t", "burnt"},
	{"sunburn(*SKIP)(*FAIL)|(?:hot|burn)", "hot"},
	{"(?:a(*F))?hot", "hot"},
	{"(?:a(*F))*hot", "hot"},
	{"(*F)|(?:(*F)|hot)", "hot"},
	{"a(*ACCEPT)b|c", "a"},
	{"a(*COMMIT)b|c", "c"},
	{"thrombophlebitis and thrombocytosis", "thrombophlebitis and thrombocytosis"},
	{"(?:thrombophlebitis)?s? calf", " calf"},
	{"antidisestablish(?:ment|)s?\\b", "antidisestablish"},
	{"(?:a|b|c|d|e|f)(?:a|b|c|d|e|f)(?:a|b|c|d|e|f) end", "cfa end"},
	{"[abcdefghijklmnopqrstuvwxyz][abcdefghijklmnopqrstuvwxyz]", "zz"},
	{"((?: [^ .,;:!?()]+){0,3}) hot", "so very hot"},
	{"calf((?: [^ .,;:!?()]+){0,3}) hot", "calf hot"},
	{"\\$\\.\\(", "$.("},
	{"a\\/b", "a/b"},
	{"_ab", "_ab"},
};

/* Regexes that cannot match the text beside them and are told so. */
static const struct {
	const char *regex, *text;
} ruled_out[] = {
	{"calf", "my leg hurts"},
	{"\\bcalf\\b", "calfs"},
	{"\\bran\\b", "orange"},
	{"cal(?:f|ves)", "my leg"},
	{"\\b(?:swollen|swell\\w*|puffy)\\b", "my calf is hot"},
	{"(?<![^ ])(?:swollen|blown up)(?![^ ])", "my calf is hot"},
	{"swell(?:ing|ed|s)?\\b", "my calf is hot"},
	{"\\bcalf\\b.*\\bhot\\b", "my calf is cold"},
	{"\\bcalf\\b.*\\bhot\\b", "my toe is hot"},
	{"calf((?: [^ .,;:!?()]+){0,3}) hot", "calf is warm"},
	{"(?:hot|warm) (?:calf|leg)", "warm toe"},
	{"(?:one|left|right) (?:calf|leg) (?:is )?(?:bigger|fatter|larger)", "both calves are bigger"},
	{"(?=hot)calf", "my leg"},
	{"(?<=\\bhot )calf", "my calf"},
	{"calf(?=.*\\bhot\\b)", "my calf"},
	{"(?!cold)calf", "my leg"},
	{"sun ?burn(*SKIP)(*F)|red", "sunburn"},
	{"re.d|sun.?burn(*SKIP)(*F)", "sunburn"},
	{"(?:blood )?clots?", "blood"},
	{"(?:ab){2,}", "calf"},
	{"so+re", "calf"},
	{"\\d+ weeks? pregnant", "3 weeks"},
	{"(?<n>\\d+) (?<unit>days?|weeks?)", "3 years"},
	{"is it a clot \\?", "it is a clot"},
	{"(?:hot|warm) \\Kcalf", "warm leg"},
	{"\\?", "it is a clot"},
	{"caf\xc3\xa9", "tea"},
	{"thrombophlebitis", "thrombosis"},
	{"", NULL},
};

/* Whether a match that begins at `at` is thought possible. */
static bool possible_at(const struct needed *found, uint32_t user, size_t at, struct arena *arena)
{
	const uint64_t *places;
	if (!needs_hold(found, user))
		return false;
	places = needs_places(found, user, arena);
	return !places || (places[at / 64] >> at % 64 & 1);
}

static bool possible(const char *regex, const char *text, size_t at)
{
	struct needed found;
	struct needs *n = needs_new();
	struct arena *arena = arena_new();
	literal_attach(n, 0, regex);
	needs_seal(n, "");
	needs_find(n, text, strlen(text), arena, &found);
	bool there = at == SIZE_MAX ? needs_hold(&found, 0) : possible_at(&found, 0, at, arena);
	arena_free(arena);
	needs_free(n);
	return there;
}

static pcre2_code *compiled(const char *regex)
{
	int code;
	PCRE2_SIZE at;
	uint32_t options = PCRE2_NEVER_UTF | PCRE2_DUPNAMES;
	return pcre2_compile((PCRE2_SPTR)regex, PCRE2_ZERO_TERMINATED, options, &code, &at, NULL);
}

static pcre2_match_data *data;

static int open_pcre2(void **state)
{
	(void)state;
	data = pcre2_match_data_create(1, NULL);
	return data ? 0 : -1;
}

static int close_pcre2(void **state)
{
	(void)state;
	pcre2_match_data_free(data);
	return 0;
}

static bool matches(const pcre2_code *code, const char *text)
{
	return pcre2_match(code, (PCRE2_SPTR)text, strlen(text), 0, 0, data, NULL) >= 0;
}

/* Where the last match begins. */
static size_t match_start(void)
{
	return pcre2_get_ovector_pointer(data)[0];
}

static void never_lost(void **state)
{
	int failed = 0;
	(void)state;
	for (size_t i = 0; i < COUNT(matching); i++) {
		pcre2_code *code = compiled(matching[i].regex);
		if (!code || !matches(code, matching[i].text)) {
			print_error("the case itself is wrong: %s on '%s'\n", matching[i].regex, matching[i].text);
			failed++;
		} else if (!possible(matching[i].regex, matching[i].text, match_start())) {
			print_error("lost: %s on '%s'\n", matching[i].regex, matching[i].text);
			failed++;
		}
		pcre2_code_free(code);
	}
	assert_int_equal(failed, 0);
}

static void usual_ones_rule_out(void **state)
{
	int failed = 0;
	(void)state;
	for (size_t i = 0; ruled_out[i].text; i++)
		if (possible(ruled_out[i].regex, ruled_out[i].text, SIZE_MAX)) {
			print_error("not ruled out: %s on '%s'\n", ruled_out[i].regex, ruled_out[i].text);
			failed++;
		}
	assert_int_equal(failed, 0);
}

/* ---- regexes and texts at random ---- */

enum { REGEXES = 2000, TEXTS = 100, MAX_REGEX = 400, MAX_DEPTH = 4 };

static const char *const plain[] = {"a", "b", "ab", "calf", "no", "1", " ", " ", " no ", "thrombophlebitis",
	"\\?", ",", "\\.", NULL};
static const char *const classes[] = {"[ab]", "[^a]", "[a-c]", "[.?]", "[^ ]", ".", "\\w", "\\d", "\\S",
	"[a\\.,]", "[[:alpha:]]", NULL};
static const char *const edges[] = {"\\b", "\\b", "\\b", "^", "$", "\\B", "\\K", "(?<![^ ])", "(?![^ ])",
	"(?: [^ .,]+){0,2}", NULL};
static const char *const groups[] = {"(?:", "(?:", "(?:", "(", "(?>", "(?=", "(?!", "(?<=", "(?<!", "(?<n>", NULL};
static const char *const often[] = {"?", "*", "+", "??", "+?", "{2}", "{0,2}", "{1}", "{1,2}", NULL};
static const char *const words[] = {"a", "b", "ab", "ba", "aab", "calf", "calfs", "no", "non", "1", "a1",
	"thrombophlebitis", ",", ".", "?", "c", "calf's", "1.1", "caf\xc3\xa9", NULL};

static const struct regex_kinds regexes_at_random = {.plain = plain, .classes = classes, .edges = edges, .groups = groups,
	.often = often, .repeated = 5, .skipping = 12, .depth = MAX_DEPTH, .max = MAX_REGEX};

static void never_lost_at_random(void **state)
{
	static char source[REGEXES][MAX_REGEX];
	static pcre2_code *code[REGEXES];
	struct needs *n = needs_new();
	struct arena *arena = arena_new();
	int found = 0, out = 0, failed = 0;
	(void)state;
	for (uint32_t i = 0; i < REGEXES; i++) {
		random_regex(&regexes_at_random, source[i]);
		code[i] = compiled(source[i]);
		literal_attach(n, i, source[i]);
		if (i % 2)
			needs_lead(n, i);
	}
	needs_seal(n, "");
	for (int t = 0; t < TEXTS; t++) {
		char text[256];
		struct needed told;
		random_text(words, 7, text);
		needs_find(n, text, strlen(text), arena, &told);
		for (uint32_t i = 0; i < REGEXES; i++) {
			bool there = needs_hold(&told, i), match = code[i] && matches(code[i], text);
			if (match && !possible_at(&told, i, match_start(), arena) && failed++ < 10)
				print_error("lost: %s on '%s'\n", source[i], text);
			found += match;
			out += code[i] && !there;
		}
		arena_reset(arena);
	}
	for (uint32_t i = 0; i < REGEXES; i++)
		pcre2_code_free(code[i]);
	arena_free(arena);
	needs_free(n);
	assert_int_equal(failed, 0);
	assert_true(found > REGEXES * TEXTS / 20); /* both happen often enough for the test to mean something */
	assert_true(out > REGEXES * TEXTS / 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(never_lost),
		cmocka_unit_test(usual_ones_rule_out),
		cmocka_unit_test(never_lost_at_random),
	};
	return cmocka_run_group_tests(tests, open_pcre2, close_pcre2);
}
