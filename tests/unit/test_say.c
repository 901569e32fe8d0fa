/* test_say.c - wording with its blanks filled, from a folder of a few texts. */
#include "talk_fixture.h"

#include <sys/stat.h>
#include <unistd.h>

#include "talk/said.h"
#include "talk/say.h"
#include "triage/places.h"

static const char wording[] =
	"talk:\n"
	"  plain: \"Call {emergency}.\"\n"
	"  lines: \"{urgent_line}; {crisis_line}\"\n"
	"  many: [\"one\", \"two\", \"three\"]\n"
	"  sides: {you: \"your leg\", they: [\"their leg\", \"the other leg\"]}\n"
	"  one_side: {they: \"theirs\"}\n"
	"  blanks: \"{name} and {name}, {unknown}, {\"\n"
	"  empty: \"\"\n"
	"places:\n"
	"  emergency_unknown: \"your own number\"\n"
	"  urgent_line_none: \"a doctor's line\"\n"
	"  crisis_line_none: \"a crisis line\"\n"
	"  line_named: \"{name}, {number}\"\n"
	"  or: \" or \"\n";

static struct responses *texts;
static struct said said;

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static int load_texts(void **ignored)
{
	char dir[] = "/tmp/test_say.XXXXXX", path[128];
	struct problems problems;

	assert_non_null(mkdtemp(dir));
	static const char *const folders[] = {"responses", "responses/en"};
	for (size_t i = 0; i < 2; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", dir, folders[i]);
		assert_int_equal(mkdir(path, 0700), 0);
	}
	(void)snprintf(path, sizeof path, "%s/responses/en/talk.yaml", dir);
	write_file(path, wording);
	problems_init(&problems);
	texts = responses_load(dir, "en", &problems);
	problems_print(&problems, stderr);
	problems_done(&problems);
	(void)unlink(path);
	for (size_t i = 2; i-- > 0;) {
		(void)snprintf(path, sizeof path, "%s/%s", dir, folders[i]);
		(void)rmdir(path);
	}
	(void)rmdir(dir);
	return texts ? load_project(ignored) : -1;
}

static int free_texts(void **ignored)
{
	responses_free(texts);
	return free_project(ignored);
}

static struct voice voice(const char *region)
{
	said = (struct said){0};
	return (struct voice){.responses = texts, .tables = tables, .arena = arena, .said = &said,
		.place = region ? place_find(tables, region) : place_unknown(tables)};
}

static void assert_says(const struct voice *v, const char *key, const char *wanted)
{
	const char *text = say(v, "talk", "talk", key, NULL);

	if (!wanted)
		assert_null(text);
	else
		assert_string_equal(text, wanted);
}

static void the_first_number_of_the_region(void **ignored)
{
	struct voice gb = voice("gb"), unknown = voice(NULL);

	(void)ignored;
	assert_says(&gb, "plain", "Call 999.");
	assert_says(&unknown, "plain", "Call your own number.");
}

static void lines_by_name_and_number(void **ignored)
{
	struct voice gb = voice("gb"), eu = voice("eu");

	(void)ignored;
	assert_says(&gb, "lines", "NHS 111; Samaritans, 116 123 or NHS 111 option 2");
	assert_non_null(strstr(say(&eu, "talk", "talk", "lines", NULL), "a doctor's line; "));
}

static void variants_come_in_turn(void **ignored)
{
	struct voice v = voice("gb");
	char seen[64] = "";

	(void)ignored;
	for (int i = 0; i < 3; i++)
		strcat(seen, say_fresh(&v, "talk", "talk", "many", NULL));
	assert_non_null(strstr(seen, "one"));
	assert_non_null(strstr(seen, "two"));
	assert_non_null(strstr(seen, "three"));
	assert_null(say_fresh(&v, "talk", "talk", "many", NULL));
	assert_non_null(say(&v, "talk", "talk", "many", NULL)); /* what must be said is said again */
}

static void without_a_memory_the_first_variant(void **ignored)
{
	struct voice v = voice("gb");

	(void)ignored;
	v.said = NULL;
	assert_says(&v, "many", "one");
	assert_says(&v, "many", "one");
}

static void sides(void **ignored)
{
	struct voice v = voice("gb");

	(void)ignored;
	assert_says(&v, "sides", "your leg");
	v.they = true;
	assert_non_null(strstr(say(&v, "talk", "talk", "sides", NULL), "leg"));
	assert_string_not_equal(say(&v, "talk", "talk", "sides", NULL), "your leg");
	v.they = false;
	assert_says(&v, "one_side", "theirs");
}

static void blanks(void **ignored)
{
	struct voice v = voice("gb");

	(void)ignored;
	say_var(&v, "name", "Ann");
	assert_says(&v, "blanks", "Ann and Ann, {unknown}, {");
	say_clear(&v);
	assert_says(&v, "blanks", "{name} and {name}, {unknown}, {");
	assert_string_equal(say_with(&v, "name", "Bo", responses_at(texts, "talk", "talk", "blanks", NULL)), "Bo and Bo, {unknown}, {");
	assert_int_equal(v.n_vars, 0);
}

static void what_is_not_there(void **ignored)
{
	struct voice v = voice("gb");

	(void)ignored;
	assert_says(&v, "empty", NULL);
	assert_says(&v, "gone", NULL);
	assert_null(say(&v, "nofile", "talk", NULL));
	assert_null(say_node(&v, NULL));
}

static void joins(void **ignored)
{
	struct voice v = voice("gb");
	const char *three[] = {"a", "b", "c"};

	(void)ignored;
	assert_string_equal(say_join(&v, " - ", (const char *[]){NULL, "a", "", "b"}, 4), "a - b");
	assert_null(say_join(&v, " ", (const char *[]){NULL, ""}, 2));
	v.responses = responses;
	assert_string_equal(say_list(&v, three, 3, false), "a, b and c");
	assert_string_equal(say_list(&v, three, 2, true), "a or b");
	assert_string_equal(say_list(&v, three, 1, true), "a");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_first_number_of_the_region, begin_talk, end_talk),
		cmocka_unit_test_setup_teardown(lines_by_name_and_number, begin_talk, end_talk),
		cmocka_unit_test_setup_teardown(variants_come_in_turn, begin_talk, end_talk),
		cmocka_unit_test_setup_teardown(without_a_memory_the_first_variant, begin_talk, end_talk),
		cmocka_unit_test_setup_teardown(sides, begin_talk, end_talk),
		cmocka_unit_test_setup_teardown(blanks, begin_talk, end_talk),
		cmocka_unit_test_setup_teardown(what_is_not_there, begin_talk, end_talk),
		cmocka_unit_test_setup_teardown(joins, begin_talk, end_talk),
	};
	return cmocka_run_group_tests(tests, load_texts, free_texts);
}
