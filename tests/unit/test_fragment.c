/* test_fragment.c - {name} written out in regexes, and the names that are refused. */
#include "rules_fixture.h"

static const char yaml[] =
	"above:\n"
	"  calf: 'cal(?:f|ves)'\n"
	"  leg: '{calf}|leg'\n"
	"  same: 'above'\n"
	"own:\n"
	"  sore: '(sore|tender)'\n"
	"  same: 'own'\n"
	"  part: '{leg}|shin'\n"
	"  round: '{about}'\n"
	"  about: '{round}'\n"
	"  self: 'x{self}'\n"
	"  lost: '{calv}'\n"
	"  d1: x\n  d2: '{d1}'\n  d3: '{d2}'\n  d4: '{d3}'\n  d5: '{d4}'\n  d6: '{d5}'\n  d7: '{d6}'\n  d8: '{d7}'\n"
	"  d9: '{d8}'\n";

static struct problems problems;
static struct yaml_file *file;
static struct fragments *above, *own;

static int open_fragments(void **state)
{
	(void)state;
	problems_init(&problems);
	file = yaml_parse(yaml, strlen(yaml), "f.yaml", &problems);
	above = fragments_new(NULL);
	own = fragments_new(above);
	fragments_read(above, file, yaml_get(yaml_root(file), "above"), &problems);
	fragments_read(own, file, yaml_get(yaml_root(file), "own"), &problems);
	return no_problems(&problems) ? 0 : -1;
}

static int close_fragments(void **state)
{
	(void)state;
	fragments_free(own);
	fragments_free(above);
	fragments_free(NULL);
	yaml_close(file);
	return 0;
}

#define GAP(n) "((?: [^ .,;:!?()]+){0," #n "})"

static const struct {
	const char *regex, *want;
} cases[] = {
	{"", ""},
	{"calf", "calf"},
	{"{calf}", "(?:cal(?:f|ves))"},
	{"my {calf} is", "my (?:cal(?:f|ves)) is"},
	{"{leg}", "(?:(?:cal(?:f|ves))|leg)"}, /* fragments in fragments */
	{"{part}", "(?:(?:(?:cal(?:f|ves))|leg)|shin)"}, /* and in those above */
	{"{same}", "(?:own)"}, /* the nearer one wins */
	{"{calf}{calf}", "(?:cal(?:f|ves))(?:cal(?:f|ves))"},
	/* gaps, and nothing else, capture */
	{"calf{gap3} hot", "calf" GAP(3) " hot"},
	{"{gap1}", GAP(1)},
	{"{gap9}", GAP(9)},
	{"(hot|cold) calf", "(?:hot|cold) calf"},
	{"{sore}", "(?:(?:sore|tender))"},
	{"(?:hot)", "(?:hot)"},
	{"(?=hot)(?!cold)(?<=a)(?<!b)", "(?=hot)(?!cold)(?<=a)(?<!b)"},
	{"(?<n>\\d)", "(?<n>\\d)"},
	{"sun(*SKIP)(*F)|burn", "sun(*SKIP)(*F)|burn"},
	{"((a))", "(?:(?:a))"},
	{"\\(a\\)", "\\(a\\)"},
	{"[(]a", "[(]a"},
	/* back references need their groups */
	{"(a|b) no \\1", "(a|b) no \\1"},
	{"(a) \\\\1", "(?:a) \\\\1"}, /* a backslash and a 1 */
	/* PCRE2's own braces, and what is in a class */
	{"a{3}", "a{3}"},
	{"a{2,4}b{2,}", "a{2,4}b{2,}"},
	{"a{,4}", "a{,4}"},
	{"{", "{"},
	{"{calf", "{calf"},
	{"{}", "{}"},
	{"{a b}", "{a b}"},
	{"[{calf}]", "[{calf}]"},
	{"[^.,]{calf}", "[^.,](?:cal(?:f|ves))"},
	{"\\{calf}", "\\{calf}"},
	{"a\\", "a\\"},
	{"{d8}", "(?:(?:(?:(?:(?:(?:(?:(?:x))))))))"},
};

static void written_out(void **state)
{
	int failed = 0;
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *got = fragments_expand(own, cases[i].regex, file, yaml_root(file), &problems);
		if (!got || strcmp(got, cases[i].want) != 0) {
			print_error("%s: '%s', wanted '%s'\n", cases[i].regex, got ? got : "-", cases[i].want);
			failed++;
		}
		free(got);
	}
	assert_true(no_problems(&problems));
	assert_int_equal(failed, 0);
}

static void refusals(void **state)
{
	static const struct {
		const char *regex, *want;
	} broken[] = {
		{"{clf}", "f.yaml:2:3: no fragment {clf}; did you mean {calf}?\n"},
		{"{parts}", "f.yaml:2:3: no fragment {parts}; did you mean {part}?\n"},
		{"{lost}", "f.yaml:2:3: no fragment {calv}; did you mean {calf}?\n"},
		{"{something_else}", "f.yaml:2:3: no fragment {something_else}\n"},
		{"{gap0}", "f.yaml:2:3: no fragment {gap0}\n"},
		{"{gap10}", "f.yaml:2:3: no fragment {gap10}\n"},
		{"{Calf}", "f.yaml:2:3: no fragment {Calf}; did you mean {calf}?\n"},
		{"{round}", "f.yaml:2:3: fragments nested too deep, or naming each other in a circle\n"},
		{"{self}", "f.yaml:2:3: fragments nested too deep, or naming each other in a circle\n"},
		{"{d9}", "f.yaml:2:3: fragments nested too deep, or naming each other in a circle\n"},
	};
	int failed = 0;
	(void)state;
	for (size_t i = 0; i < COUNT(broken); i++) {
		problems_init(&problems);
		char *got = fragments_expand(own, broken[i].regex, file, yaml_get(yaml_root(file), "above"), &problems);
		char *said = taken(&problems);
		if (got || strcmp(said, broken[i].want) != 0) {
			print_error("%s\nsaid   %swanted %s", broken[i].regex, said, broken[i].want);
			failed++;
		}
		free(got);
		free(said);
	}
	problems_init(&problems);
	assert_int_equal(failed, 0);
}

/* A circle that doubles at each step still ends, and so does a name that is too long to be shown. */
static void too_long(void **state)
{
	char *many = mem_alloc(16384 + 2, 1), *said;
	(void)state;
	memset(many, 'x', 16384);
	problems_init(&problems);
	char *got = fragments_expand(own, many, file, yaml_root(file), &problems);
	assert_non_null(got);
	free(got);
	many[16384] = 'x';
	assert_null(fragments_expand(own, many, file, yaml_root(file), &problems));
	said = taken(&problems);
	assert_string_equal(said, "f.yaml:1:1: regex longer than 16384 characters once fragments are written out\n");
	free(said);
	many[0] = '{';
	many[100] = '}';
	many[101] = '\0';
	problems_init(&problems);
	assert_null(fragments_expand(own, many, file, yaml_root(file), &problems));
	said = taken(&problems);
	assert_int_equal(strlen(said), strlen("f.yaml:1:1: no fragment {}\n") + 63);
	free(said);
	free(many);
	problems_init(&problems);
}

static void not_a_regex(void **state)
{
	static const char text[] = "a: [x]\nb: {c: d}\ne: fine\n";
	(void)state;
	problems_init(&problems);
	struct yaml_file *f = yaml_parse(text, strlen(text), "g.yaml", &problems);
	struct fragments *some = fragments_new(NULL);
	fragments_read(some, f, yaml_root(f), &problems);
	char *said = taken(&problems);
	assert_string_equal(said, "g.yaml:1:4: expected a regex\ng.yaml:2:4: expected a regex\n");
	free(said);
	problems_init(&problems);
	said = fragments_expand(some, "{e}", f, yaml_root(f), &problems);
	assert_string_equal(said, "(?:fine)");
	free(said);
	fragments_free(some);
	yaml_close(f);
}

/* What no gap passes over is data, and may be made of fragments. */
static void gap_stops(void **state)
{
	static const char text[] = "a: 'but'\ngap_stop: '(?:{a}|although)\\b'\n";
	(void)state;
	problems_init(&problems);
	struct yaml_file *f = yaml_parse(text, strlen(text), "g.yaml", &problems);
	struct fragments *some = fragments_new(NULL);
	fragments_read(some, f, yaml_root(f), &problems);
	char *said = fragments_expand(some, "calf{gap2} hot", f, yaml_root(f), &problems);
	assert_string_equal(said, "calf((?: (?!(?:(?:but)|although)\\b)[^ .,;:!?()]+){0,2}) hot");
	free(said);
	assert_true(no_problems(&problems));
	fragments_free(some);
	yaml_close(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(written_out),
		cmocka_unit_test(refusals),
		cmocka_unit_test(too_long),
		cmocka_unit_test(not_a_regex),
		cmocka_unit_test(gap_stops),
	};
	return cmocka_run_group_tests(tests, open_fragments, close_fragments);
}
