/* test_lexicon.c - what a lexicon knows of words and signs, and the files that are refused. */
#include "rules_fixture.h"

static const char good[] =
	"replace: {cant: can not, \"can't\": can not, u: you}\n"
	"noun_is: [calf, leg]\n"
	"fragments: {calf: 'cal(?:f|ves)'}\n"
	"emoji: {\"\xf0\x9f\x91\x8d\": thumbs_up}\n"
	"lookalikes: {\"\xd0\xb0\": a, \"\xd0\xb5\": e}\n"
	"numbers: {half: 0.5, two: 2, dozen: 12}\n"
	"spelling: [swollen, oedema]\n";

static const char words[] = "a\nable\nago\nb\nbe\nbee\nbeen\nhot\nzoo\n";

static struct lexicon *good_lexicon(void)
{
	char *said;
	struct lexicon *l = lexicon_of(good, words, &said);
	if (!l || *said)
		fail_msg("%s", said);
	free(said);
	return l;
}

static const struct {
	const char *old, *new, *want;
} broken[] = {
	{"cant: can not", "cant: [can, not]",
		"lexicon.yaml:1:17: expected the words that \"cant\" stands for\n"},
	{"replace: {cant: can not, \"can't\": can not, u: you}", "replace: cant",
		"lexicon.yaml:1:10: 'replace' must be a map\n"},
	{"[calf, leg]", "[calf, [leg]]", "lexicon.yaml:2:17: expected a word\n"},
	{"[calf, leg]", "calf", "lexicon.yaml:2:10: 'noun_is' must be a list\n"},
	{"thumbs_up", "[thumbs_up]", "lexicon.yaml:4:9: expected one sign and its name\n"},
	{"thumbs_up", "\"\"", "lexicon.yaml:4:9: expected one sign and its name\n"},
	{": a,", ": {a: b},", "lexicon.yaml:5:14: expected one sign and its name\n"},
	{"two: 2", "two: too", "lexicon.yaml:6:27: expected a number\n"},
	{"two: 2", "two: 2x", "lexicon.yaml:6:27: expected a number\n"},
	{"two: 2", "two: \"\"", "lexicon.yaml:6:27: expected a number\n"},
	{"two: 2", "two: [2]", "lexicon.yaml:6:27: expected a number\n"},
	{"[swollen, oedema]", "[swollen, {oedema: 1}]", "lexicon.yaml:7:21: expected a word\n"},
	{"spelling:", "speling:", "lexicon.yaml:7:1: unknown key 'speling', did you mean 'spelling'?\n"},
	{"half: 0.5, two: 2", "half: 0.5, half: 2", "lexicon.yaml:6:22: key 'half' is already in line 6\n"},
	{"{half: 0.5, two: 2, dozen: 12}", "{half: 5x, two: x, dozen: 12}",
		"lexicon.yaml:6:17: expected a number\nlexicon.yaml:6:26: expected a number\n"},
};

/* The problems without the folder's name, which is another each time. */
static void drop_folder(char *said)
{
	for (char *at = said; (at = strstr(at, "/tmp/lexicon-"));)
		memmove(at, at + strlen("/tmp/lexicon-XXXXXX/"), strlen(at + strlen("/tmp/lexicon-XXXXXX/")) + 1);
}

static void refusals(void **state)
{
	int failed = 0;
	(void)state;
	for (size_t i = 0; i < COUNT(broken); i++) {
		char *said, *text = changed(good, broken[i].old, broken[i].new);
		struct lexicon *l = lexicon_of(text, words, &said);
		drop_folder(said);
		if (l || strcmp(said, broken[i].want) != 0) {
			print_error("%s\nsaid   %swanted %s", broken[i].new, said, broken[i].want);
			failed++;
		}
		lexicon_free(l);
		free(said);
		free(text);
	}
	assert_int_equal(failed, 0);
}

#define NOT_IN_ORDER ":1: not in order: sort it bytewise (LC_ALL=C sort -u)\n"

static void words_in_order(void **state)
{
	static const struct {
		const char *words, *want;
	} cases[] = {
		{"", ""},
		{"a", ""},
		{"a\nb", ""},
		{"a\nab\nabc\nb\n", ""},
		{"a'b\nab\n", ""},
		{"zoo\n\xc3\xa9t\xc3\xa9\n", ""},
		{"b\na\n", "words.txt:2" NOT_IN_ORDER},
		{"a\na\n", "words.txt:2" NOT_IN_ORDER},
		{"a\nabc\nab\n", "words.txt:3" NOT_IN_ORDER},
		{"a\nb\nZ\n", "words.txt:3" NOT_IN_ORDER},
		{"a\nb\n\nc\n", "words.txt:3" NOT_IN_ORDER},
		{"\na\n", "words.txt:1" NOT_IN_ORDER},
		{"\xc3\xa9t\xc3\xa9\nzoo\n", "words.txt:2" NOT_IN_ORDER},
		{"c\nb\na\n", "words.txt:2" NOT_IN_ORDER}, /* said once */
	};
	int failed = 0;
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *said;
		struct lexicon *l = lexicon_of(good, cases[i].words, &said);
		if (strcmp(said, cases[i].want) != 0 || !l != !!*cases[i].want) {
			print_error("words %zu: said '%s', wanted '%s'\n", i, said, cases[i].want);
			failed++;
		}
		lexicon_free(l);
		free(said);
	}
	assert_int_equal(failed, 0);
}

static void missing_files(void **state)
{
	struct problems problems;
	char *said;
	(void)state;
	assert_null(lexicon_of(good, NULL, &said));
	assert_memory_equal(said, "words.txt: ", 11);
	assert_non_null(strstr(said, "No such file"));
	free(said);
	problems_init(&problems);
	assert_null(lexicon_load("/nowhere", &problems));
	assert_int_equal(problems.n, 1);
	problems_done(&problems);
	lexicon_free(NULL);
}

/* Each of the words and nothing else, wherever it lies in the file. */
static void common(void **state)
{
	static const char *const strangers[] = {"", "ab", "abl", "ables", "agoo", "bea", "bees", "c", "ho", "hots",
		"zo", "zoos", "zz", "A", "a\nable", "\n", " "};
	struct lexicon *l = good_lexicon();
	(void)state;
	for (const char *w = words; *w; w += strcspn(w, "\n") + 1)
		if (!lexicon_common(l, w, strcspn(w, "\n")))
			fail_msg("%.*s is not found", (int)strcspn(w, "\n"), w);
	for (size_t i = 0; i < COUNT(strangers); i++)
		if (lexicon_common(l, strangers[i], strlen(strangers[i])))
			fail_msg("'%s' is found", strangers[i]);
	lexicon_free(l);
}

static void no_last_line_end(void **state)
{
	char *said;
	struct lexicon *l = lexicon_of(good, "a\nb\nzoo", &said);
	(void)state;
	assert_non_null(l);
	assert_true(lexicon_common(l, "zoo", 3));
	assert_false(lexicon_common(l, "zoos", 4));
	assert_false(lexicon_common(l, "zo", 2));
	free(said);
	lexicon_free(l);
	l = lexicon_of(good, "", &said);
	assert_false(lexicon_common(l, "a", 1));
	assert_false(lexicon_common(l, "", 0));
	free(said);
	lexicon_free(l);
}

static void what_words_stand_for(void **state)
{
	struct lexicon *l = good_lexicon();
	double number;
	(void)state;
	assert_string_equal(lexicon_replacement(l, "can't", 5), "can not");
	assert_string_equal(lexicon_replacement(l, "us", 1), "you");
	assert_null(lexicon_replacement(l, "us", 2));
	assert_true(lexicon_noun_is(l, "calf", 4));
	assert_false(lexicon_noun_is(l, "mum", 3));
	assert_true(lexicon_number(l, "half", 4, &number));
	assert_true(number == 0.5);
	assert_true(lexicon_number(l, "dozen", 5, &number));
	assert_true(number == 12);
	number = -1;
	assert_false(lexicon_number(l, "many", 4, &number));
	assert_true(number == -1);
	assert_string_equal(lexicon_emoji(l, 0x1f44d), "thumbs_up");
	assert_null(lexicon_emoji(l, 0x1f44e));
	assert_int_equal(lexicon_lookalike(l, 0x435), 'e');
	assert_int_equal(lexicon_lookalike(l, 0x436), 0);
	assert_string_equal(yaml_get(yaml_get(yaml_root(lexicon_file(l)), "fragments"), "calf")->text, "cal(?:f|ves)");
	lexicon_free(l);
}

static void spelling(void **state)
{
	struct lexicon *l = good_lexicon();
	(void)state;
	assert_string_equal(lexicon_correct(l, "swolen", 6), "swollen");
	assert_true(lexicon_known(l, "swollen", 7));
	assert_true(lexicon_known(l, "been", 4));
	assert_false(lexicon_known(l, "numb", 4));
	assert_null(lexicon_correct(l, "numbb", 5));
	lexicon_learn(l, "numb", 4);
	assert_true(lexicon_known(l, "numb", 4));
	assert_false(lexicon_common(l, "numb", 4));
	assert_string_equal(lexicon_correct(l, "numbb", 5), "numb");
	lexicon_keep(l, "tingl", 5); /* known, but nothing is corrected to it */
	assert_true(lexicon_known(l, "tingl", 5));
	assert_null(lexicon_correct(l, "tingll", 6));
	lexicon_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refusals),
		cmocka_unit_test(words_in_order),
		cmocka_unit_test(missing_files),
		cmocka_unit_test(common),
		cmocka_unit_test(no_last_line_end),
		cmocka_unit_test(what_words_stand_for),
		cmocka_unit_test(spelling),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
