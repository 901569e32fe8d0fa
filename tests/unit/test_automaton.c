/* test_automaton.c - an automaton finds what PCRE2 finds, match by match: in chosen cases, and in regexes and texts at random. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "random_fixture.h"
#include "rules_fixture.h"

#include <pcre2.h>

#include "rules/automaton.h"

enum { MAX_DESCRIBED = 2048 };

static pcre2_match_data *data;
static pcre2_match_context *limits;

static int open_pcre2(void **state)
{
	(void)state;
	data = pcre2_match_data_create(16, NULL);
	limits = pcre2_match_context_create(NULL);
	pcre2_set_match_limit(limits, 1000000);
	return data && limits ? 0 : -1;
}

static int close_pcre2(void **state)
{
	(void)state;
	pcre2_match_context_free(limits);
	pcre2_match_data_free(data);
	return 0;
}

static pcre2_code *compiled(const char *regex)
{
	int code;
	PCRE2_SIZE at;
	uint32_t options = PCRE2_NEVER_UTF | PCRE2_DUPNAMES;
	return pcre2_compile((PCRE2_SPTR)regex, PCRE2_ZERO_TERMINATED, options, &code, &at, NULL);
}

static void describe(char *out, size_t start, size_t end)
{
	size_t len = strlen(out);
	(void)snprintf(out + len, MAX_DESCRIBED - len, "%s%zu-%zu", len ? " " : "", start, end);
}

/* False when PCRE2 gave up. */
static bool by_pcre2(const pcre2_code *code, const char *text, char *out)
{
	size_t len = strlen(text), from = 0;
	*out = '\0';
	while (from <= len) {
		int n = pcre2_match(code, (PCRE2_SPTR)text, len, from, 0, data, limits);
		const PCRE2_SIZE *at = pcre2_get_ovector_pointer(data);
		if (n < 0)
			return n == PCRE2_ERROR_NOMATCH;
		describe(out, at[0], at[1]);
		from = at[1] > at[0] ? at[1] : at[1] + 1;
	}
	return true;
}

/* What stopped the search; SOUGHT_NOT_FOUND when all was found. */
static enum sought by_automaton(struct automata *a, size_t i, const char *regex, const char *text, char *out)
{
	struct arena *arena = arena_new();
	struct subject s;
	struct seek seek = {0};
	struct place at;
	enum sought sought = SOUGHT_FOUND;
	*out = '\0';
	subject_init(&s, a, text, strlen(text), arena);
	while (seek.from <= s.len && (sought = automaton_find(a, i, regex, &s, &seek, &at)) == SOUGHT_FOUND) {
		describe(out, at.start, at.end);
		seek.from = at.end > at.start ? at.end : at.end + 1;
	}
	arena_free(arena);
	return sought == SOUGHT_FOUND ? SOUGHT_NOT_FOUND : sought;
}

static const struct {
	const char *regex, *text;
} cases[] = {
	{"calf", "my calf , calf"},
	{"calf", "calfcalf"},
	{"b*", "abb b"},
	{"", "ab"},
	{"^", "ab"},
	{"$", "ab"},
	{"a|ab", "ab ab"},
	{"ab|a", "ab a"},
	{"(?:a|ab)(?:c|bcd)", "abcd ac"},
	{"a??b", "ab"},
	{"a{2,3}", "aaaaaa"},
	{"a{2,3}?", "aaaaaa"},
	{"a{3}", "aaaaaaa"},
	{"a{0}b", "ab"},
	{"a{2,}b", "aaab ab"},
	{"a{2,}?", "aaaaa"},
	{"a+?b*?", "aab"},
	{"(?:ab){1,2}c", "ababc abc"},
	{"(?:ab?){0,3}c", "aababac"},
	{"\\bno\\b", "no , not , no , 'no'"},
	{"\\Bo\\B", "o foot"},
	{"\\bno pain\\b|no", "no pains no pain"},
	{"(?<![^ ])(?:8/10|calf)(?![^ ])", "8/10 calfs calf"},
	{"(?<![^ ])calf", "'calf calf"},
	{"calf(?![^ ])", "calf' calf"},
	{"(?<=no )pain", "no pain , pain"},
	{"(?<=no |so )(?:pain|hot)", "no pain so hot hot"},
	{"(?<!not )hot", "not hot hot"},
	{"(?<!\\bno )(?<!not )hot", "no hot ano hot not hot hot"},
	{"(?<=^|x)a", "a xa ba"},
	{"(?<=[a-c]\\b )d", "a d x d c d"},
	{"pain(?= now)", "pain pain now"},
	{"pain(?! now)", "pain now pain"},
	{"(?!.*\\?)hot", "hot ? hot"},
	{"hot(?=.*\\?)", "hot ? hot"},
	{"(?=h)\\w+(?=(?: \\w+){2})", "hot a b he c"},
	{"(?:\\w+(?! x) )+y", "a b y a x y"},
	{"a(?=b(?!c))", "abc ab abd"},
	{"a(?=(?<=xa)b)", "ab xab"},
	{"(?<!a(?!b))c", "ac c"},
	{"\\w+(?: \\w+){0,2} hot", "calf is so hot and it is hot"},
	{"calf(?: [^ .,;:!?()]+){0,3} hot", "calf is so very hot calf , hot"},
	{"calf.{0,10}?hot", "calf , hot hot"},
	{"[^a]", "abc caf\xc3\xa9"},
	{"[a-c]+", "abcabcd"},
	{"[^a-c ]+", "abcd fea"},
	{"[]a]+", "aa b"},
	{"[.?-]+", "a . - ? ."},
	{"\\W\\S\\D", "a bc 12"},
	{"\\d+(?:\\.\\d+)?", "3.5 or 12"},
	{".+", "caf\xc3\xa9 hot"},
	{"\\.|\\?|\\/", "a . b ? c 8/10"},
	{"a{,2}|b", "aab"},
	{"(?:)", "ab"},
	{"(?:|a)b", "ab b"},
	{"x*y?z|x", "xxyz x xxx"},
	{"(?:a|b)*abb", "ababbaabb"},
	{"^a|b$", "a b a b"},
	{"sunburn(*SKIP)(*F)|burn", "sunburn burn"},
	{"\\b(?:sun|heat) ?burn\\b(*SKIP)(*F)|\\bb\\w+", "sunburn burn heat burn bun"},
	{"(?:a(?:b|bc)(*SKIP)(*F)|c|b)+", "abc ac bc"},
	{"b|ab?(*SKIP)(*FAIL)|a", "ab b a ab"},
	{"a*(*SKIP)(*F)|b", "aab b"},
	{"ab(*SKIP)(*F)|(?<=a)b|b", "ab b xb"},
	{"A|a", "a b"},
	{"[%a]|\\$", "a b"},
};

/* A new regex is tried out, one that is run often gets states: the same both times. */
static void as_pcre2(void **state)
{
	enum { OFTEN = 110 };
	struct automata *a = automata_new(COUNT(cases));
	int failed = 0;
	(void)state;
	for (int again = 0; again < OFTEN; again++)
		for (size_t i = 0; i < COUNT(cases); i++) {
			char want[MAX_DESCRIBED], got[MAX_DESCRIBED];
			pcre2_code *code = compiled(cases[i].regex);
			assert_true(code && by_pcre2(code, cases[i].text, want));
			enum sought sought = by_automaton(a, i, cases[i].regex, cases[i].text, got);
			if (sought != SOUGHT_NOT_FOUND || strcmp(got, want) != 0) {
				print_error("%s on '%s': '%s' (%d), wanted '%s'\n", cases[i].regex, cases[i].text, got, sought, want);
				failed++;
			}
			pcre2_code_free(code);
		}
	automata_free(a);
	assert_int_equal(failed, 0);
}

/* What is left to PCRE2. */
static void refusals(void **state)
{
	static const struct {
		const char *regex, *text;
	} refused[] = {
		{"(a)\\1", "aa"},
		{"(?>a|ab)c", "abc"},
		{"a++b", "ab"},
		{"a(*SKIP)b|b", "b"},
		{"a(*F)|b", "b"},
		{"b(?=a(*SKIP)(*F)|b)", "bb"},
		{"[[:alpha:]]", "a"},
		{"(?i)a", "a"},
		{"(?:a|b(?i)c)", "a"},
		{"\\x61", "a"},
		{"\\Qa\\E", "a"},
		{"a\\Kb", "ab"},
		{"(?|a|b)", "a"},
		{"(?:a?)*b", "b"}, /* what matches nothing, again and again */
		{"(?:(a)|b)(?(1)c|d)", "bd"},
		{"caf\xc3\xa9", "caf\xc3\xa9"},
		{"a(?=b\\1)", "ab"},
		{"(?:(?:(?:(?:(?:a{0,20}b){20}){20}){20}){20}){20}", "b"}, /* too large */
		{"(?=a(?=b(?=c(?=d(?=e(?=f))))))a", "abcdef"},
		{"a", "A a"}, /* texts that are not canonical */
		{"a", "a\nb"},
		{"a", "a\tb"},
	};
	struct automata *a = automata_new(COUNT(refused));
	int failed = 0;
	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++) {
		char got[MAX_DESCRIBED];
		if (by_automaton(a, i, refused[i].regex, refused[i].text, got) != SOUGHT_REFUSED) {
			print_error("%s on '%s': '%s'\n", refused[i].regex, refused[i].text, got);
			failed++;
		}
	}
	automata_free(a);
	automata_free(NULL);
	assert_int_equal(failed, 0);
}

static void groups_are_told(void **state)
{
	static const char *const regexes[] = {"calf", "(calf)", "(?<n>calf)", "(?'n'calf)", "(?P<n>calf)", "(?:calf)", "calf(?= (is))"};
	struct automata *a = automata_new(COUNT(regexes));
	struct arena *arena = arena_new();
	struct subject s;
	(void)state;
	subject_init(&s, a, "my calf is", 10, arena);
	for (size_t i = 0; i < COUNT(regexes); i++) {
		struct seek seek = {0};
		struct place at;
		assert_int_equal(automaton_find(a, i, regexes[i], &s, &seek, &at), SOUGHT_FOUND);
		assert_int_equal(at.start, 3);
		assert_int_equal(at.end, 7);
		assert_int_equal(at.groups, i != 0 && i != 5);
	}
	arena_free(arena);
	automata_free(a);
}

/* ---- regexes and texts at random ---- */

enum { REGEXES = 3000, TEXTS = 60, MAX_REGEX = 300, MAX_DEPTH = 3 };

static const char *const plain[] = {"a", "b", "ab", "ba", "no", "1", " ", " ", " no ", "\\?", ",", "\\.", NULL};
static const char *const classes[] = {"[ab]", "[^a]", "[a-c]", "[.?]", "[^ ]", ".", "\\w", "\\d", "\\S", "\\W",
	"[^ .,]", NULL};
static const char *const edges[] = {"\\b", "\\b", "\\b", "^", "$", "\\B", "(?<![^ ])", "(?![^ ])",
	"(?: [^ .,]+){0,2}", NULL};
static const char *const groups[] = {"(?:", "(?:", "(?:", "(?:", "(?=", "(?!", "(?<=", "(?<!", NULL};
static const char *const often[] = {"?", "*", "+", "??", "*?", "+?", "{2}", "{0,2}", "{1}", "{1,2}", "{1,3}?",
	"{2,}", NULL};
static const char *const words[] = {"a", "b", "ab", "ba", "aab", "bab", "no", "non", "1", "a1", ",", ".", "?",
	"c", "ab's", "1.1", "caf\xc3\xa9", NULL};

static const struct regex_kinds regexes_at_random = {.plain = plain, .classes = classes, .edges = edges, .groups = groups,
	.often = often, .repeated = 4, .skipping = 20, .depth = MAX_DEPTH, .max = MAX_REGEX};

static void at_random(void **state)
{
	static char texts[TEXTS][256];
	struct automata *a = automata_new(REGEXES);
	int found = 0, decided = 0, failed = 0;
	(void)state;
	for (int t = 0; t < TEXTS; t++)
		random_text(words, 9, texts[t]);
	for (size_t i = 0; i < REGEXES; i++) {
		char source[MAX_REGEX], want[MAX_DESCRIBED], got[MAX_DESCRIBED];
		random_regex(&regexes_at_random, source);
		pcre2_code *code = compiled(source);
		for (int t = 0; code && t < TEXTS; t++) {
			if (by_automaton(a, i, source, texts[t], got) == SOUGHT_REFUSED)
				break;
			decided++;
			if (!by_pcre2(code, texts[t], want))
				continue;
			found += *want != '\0';
			if (strcmp(got, want) != 0 && failed++ < 10)
				print_error("%s on '%s': '%s', wanted '%s'\n", source, texts[t], got, want);
		}
		pcre2_code_free(code);
	}
	automata_free(a);
	assert_int_equal(failed, 0);
	assert_true(decided > REGEXES * TEXTS / 4); /* often enough for the test to mean something */
	assert_true(found > decided / 10);
}

/* When the room for states is used up, all begins anew. */
static void more_than_fits(void **state)
{
	enum { MANY = 4000 };
	struct automata *a = automata_new(MANY);
	char got[MAX_DESCRIBED];
	(void)state;
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < MANY; i++) {
			char source[64];
			(void)snprintf(source, sizeof source, "(?:x%zu|\\w+|.{0,300})z(?:b|c)$", i);
			assert_int_equal(by_automaton(a, i, source, "there is no such thing here as a zb", got), SOUGHT_NOT_FOUND);
			assert_string_equal(got, "0-35");
		}
	automata_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_pcre2),
		cmocka_unit_test(refusals),
		cmocka_unit_test(groups_are_told),
		cmocka_unit_test(at_random),
		cmocka_unit_test(more_than_fits),
	};
	return cmocka_run_group_tests(tests, open_pcre2, close_pcre2);
}
