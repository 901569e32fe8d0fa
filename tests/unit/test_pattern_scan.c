/* test_pattern_scan.c - a scan tells of many regexes what each of them matches by itself. */
#include "rules_fixture.h"

#include "rules/codes.h"

enum { TEXTS = 400, WORDS_A_TEXT = 9, MANY = 600 };

static const char *const regexes[] = {
	"\\bmy (?:calf|leg|legs) (?:is|feels) (?:hot|warm)\\b",
	"\\bmy calf\\b",
	"\\bmy cal",
	"\\bmy (?:left |right )?calf is\\b",
	"\\b(?:my|the) (?:left|right) (?:calf|leg)\\b",
	"\\bmy\\b(?! leg)",
	"\\bmy (?:\\w+ ){0,2}hot\\b",
	"\\bmy[^.,]*warm\\b",
	"\\bmy (?:left|lef)t?\\b",
	"\\bmy le(?:ft|g)(?:s|t)*\\b",
	"\\bmy le\\w*",
	"\\bmy \\w+ is\\b",
	"(?<!not )\\bmy leg\\b",
	"\\bmy leg(?= is hot)",
	"\\b(?:my leg|my left|my leg is)\\b",
	"\\b(?:my leg is|my leg)\\b",
	"\\bmy leg(?:s|) ?[.,]",
	"[.,] my\\b",
	" my (?:calf|leg)\\b",
	"\\bmy ?calf",
	"\\b(?:not )?my leg\\b",
	"\\bnot my (?:leg|calf) is\\b(*SKIP)(*F)|\\bmy leg is\\b",
	"\\b(my) (leg|calf) is\\b",
	"\\bleg is\\b",
	"\\b(?:[4-9]|1[0-2]) (?:legs|days)\\b",
	"\\b\\d+ days?\\b",
	"(?:^|[.,] )(?:my |the )?(?:leg|calf)\\b",
	"(?:^|[.,] )(?:(?:and|but|it) )*(?:is )?(?:hot|warm)\\b",
	"(?:[.,] )*(?:leg|calf)\\b",
	"(?:^|[.,] ?)(?:and|is) (?:hot|warm)\\b",
	"(?:[.,]? (?:and )?)+my \\Kleg\\b",
};

static const char *const pieces[] = {"my", "calf", "leg", "legs", "left", "is", "feels", "hot", "warm", "right", "not", ".", ",", "the", "and",
	"it", "5", "11", "days", "calfs", "left-leg", "lef", "mycalf", "but"};

struct both {
	struct patterns *patterns;
	struct codes *codes;
	struct arena *arena;
};

static struct both *opened(const char *const *list, size_t n)
{
	struct both *b = mem_alloc(1, sizeof *b);
	struct err err;
	b->patterns = patterns_new();
	b->codes = codes_new(CODES_MAX_BYTES, CODES_MAX_JIT_BYTES);
	b->arena = arena_new();
	for (size_t i = 0; i < n; i++)
		if (patterns_add(b->patterns, list[i], &err) < 0)
			fail_msg("%s: %s", list[i], err.text);
		else if (i % 2)
			patterns_lead(b->patterns, (int)i);
	patterns_seal(b->patterns, "my leg is hot\nmy calf hurts\n");
	return b;
}

static void closed(struct both *b)
{
	patterns_free(b->patterns);
	codes_free(b->codes);
	arena_free(b->arena);
	free(b);
}

/* How many places differ from those that PCRE2 tells, one regex at a time. */
static int wrong(struct both *b, const char *text)
{
	size_t len = strlen(text);
	int failed = 0;
	arena_reset(b->arena);
	struct scan *scan = scan_new(b->patterns, text, len, b->arena);
	for (size_t p = 0; p < patterns_count(b->patterns); p++) {
		const struct spans *spans = scan_spans(scan, (int)p);
		size_t from = 0, k = 0;
		while (from <= len && codes_match(b->codes, (int)p, patterns_source(b->patterns, (int)p), text, len, from) >= 0) {
			const size_t *at = codes_places(b->codes);
			bool same = k < spans->n && spans->list[k].start == at[0] && spans->list[k].end == at[1];
			failed += !same;
			if (!same)
				print_error("%s in '%s': %zu-%zu is not told\n", patterns_source(b->patterns, (int)p), text, at[0], at[1]);
			k++;
			from = at[1] > at[0] ? at[1] : at[1] + 1;
		}
		failed += k != spans->n;
		if (k != spans->n)
			print_error("%s in '%s': %zu matches, told are %zu\n", patterns_source(b->patterns, (int)p), text, k, spans->n);
	}
	return failed;
}

static const char *text_of(uint32_t *seed)
{
	static char text[256];
	size_t len = 0;
	for (int i = 0; i < WORDS_A_TEXT; i++) {
		*seed = *seed * 1664525u + 1013904223u;
		len += (size_t)sprintf(text + len, "%s%s", i ? " " : "", pieces[(*seed >> 16) % COUNT(pieces)]);
	}
	return text;
}

static void as_each_by_itself(void **state)
{
	struct both *b = opened(regexes, COUNT(regexes));
	uint32_t seed = 1;
	int failed = 0;
	(void)state;
	for (int i = 0; i < TEXTS; i++)
		failed += wrong(b, text_of(&seed));
	closed(b);
	assert_int_equal(failed, 0);
}

static void hundreds_that_begin_alike(void **state)
{
	static char many[MANY][96];
	const char *list[MANY];
	uint32_t seed = 7;
	int failed = 0;
	(void)state;
	for (int i = 0; i < MANY; i++) {
		seed = seed * 1664525u + 1013904223u;
		sprintf(many[i], "\\bmy (?:%s|%s) (?:is |feels )?(?:%s|%s%d)\\b", pieces[i % COUNT(pieces)], pieces[(seed >> 16) % COUNT(pieces)],
			pieces[(seed >> 20) % COUNT(pieces)], pieces[(seed >> 24) % COUNT(pieces)], i);
		for (char *c = strpbrk(many[i], ".,"); c; c = strpbrk(c, ".,"))
			*c = 'x';
		list[i] = many[i];
	}
	struct both *b = opened(list, MANY);
	for (int i = 0; i < TEXTS / 8; i++)
		failed += wrong(b, text_of(&seed));
	closed(b);
	assert_int_equal(failed, 0);
}

/* What canonical texts never hold is left to PCRE2. */
static void strange_texts(void **state)
{
	struct both *b = opened(regexes, COUNT(regexes));
	(void)state;
	assert_int_equal(wrong(b, "My leg is\nhot"), 0);
	assert_int_equal(wrong(b, "my leg is \x01 hot, my calf is warm"), 0);
	assert_int_equal(wrong(b, ""), 0);
	assert_int_equal(wrong(b, "my"), 0);
	closed(b);
}

/* A scan goes on telling the same after another one was made of the same patterns. */
static void two_at_once(void **state)
{
	struct both *b = opened(regexes, COUNT(regexes));
	struct scan *first = scan_new(b->patterns, "my leg is hot", 13, b->arena), *second;
	size_t told = 0;
	(void)state;
	for (int p = 0; p < (int)COUNT(regexes); p++)
		told += scan_spans(first, p)->n;
	assert_true(told > 5);
	second = scan_new(b->patterns, "the foot", 8, b->arena);
	for (int p = 0; p < (int)COUNT(regexes); p++) {
		assert_int_equal(scan_spans(second, p)->n, 0);
		told -= scan_spans(first, p)->n;
	}
	assert_int_equal(told, 0);
	closed(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_each_by_itself),
		cmocka_unit_test(hundreds_that_begin_alike),
		cmocka_unit_test(strange_texts),
		cmocka_unit_test(two_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
