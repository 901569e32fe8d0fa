/* test_manners.c - what admins of a room write, and what is kept of it. */
#include "talk_fixture.h"

#include <stdlib.h>

#include "daemon/manners.h"

static const struct {
	const char *wish;
	enum manners_wish what;
	const char *kept; /* begun with nothing */
} wishes[] = {
	{"", MANNERS_SHOW, ""},
	{"  \n", MANNERS_SHOW, ""},
	{"off", MANNERS_CHANGED, "{\"mode\":\"off\"}"},
	{" Off.", MANNERS_CHANGED, "{\"mode\":\"off\"}"},
	{"when addressed", MANNERS_CHANGED, "{\"mode\":\"addressed\"}"},
	{"WHEN ADDRESSED!", MANNERS_CHANGED, "{\"mode\":\"addressed\"}"},
	{"helpful", MANNERS_CHANGED, "{\"mode\":\"helpful\"}"},
	{"region gb", MANNERS_CHANGED, "{\"region\":\"gb\"}"},
	{"region: GB", MANNERS_CHANGED, "{\"region\":\"gb\"}"},
	{"region = us", MANNERS_CHANGED, "{\"region\":\"us\"}"},
	{"region default", MANNERS_CHANGED, ""},
	{"region atlantis", MANNERS_NO_REGION, ""},
	{"region unknown", MANNERS_NO_REGION, ""},
	{"region", MANNERS_NO_REGION, ""},
	{"language en", MANNERS_CHANGED, "{\"language\":\"en\"}"},
	{"language fr", MANNERS_NO_LANGUAGE, ""},
	{"offside", MANNERS_UNCLEAR, ""},
	{"off with my leg, it is cold and blue", MANNERS_UNCLEAR, ""},
	{"regional", MANNERS_UNCLEAR, ""},
	{"nonsense", MANNERS_UNCLEAR, ""},
	{"off off off off off off off off off off off off off off off off off off", MANNERS_UNCLEAR, ""},
};

static void what_admins_write(void **s)
{
	(void)s;
	for (size_t i = 0; i < sizeof wishes / sizeof *wishes; i++) {
		struct manners m = {.mode = MANNERS_UNSET};
		enum manners_wish what = manners_change(&m, wishes[i].wish, responses, data.tables, "en");
		char *kept = manners_print(&m);

		if (what != wishes[i].what || strcmp(kept, wishes[i].kept) != 0)
			fail_msg("'%s': %d, %s", wishes[i].wish, what, kept);
		free(kept);
	}
}

static void one_wish_leaves_the_others(void **s)
{
	struct manners m = {.mode = MANNERS_UNSET};
	char *kept;

	(void)s;
	assert_int_equal(manners_change(&m, "helpful", responses, data.tables, "en"), MANNERS_CHANGED);
	assert_int_equal(manners_change(&m, "region us", responses, data.tables, "en"), MANNERS_CHANGED);
	assert_int_equal(manners_change(&m, "region atlantis", responses, data.tables, "en"), MANNERS_NO_REGION);
	kept = manners_print(&m);
	assert_string_equal(kept, "{\"mode\":\"helpful\",\"region\":\"us\"}");
	free(kept);
}

static void rooms_are_told_apart(void **s)
{
	struct manners_book *book = manners_book_new();

	(void)s;
	assert_int_equal(manners_of(book, "a").mode, MANNERS_UNSET);
	assert_int_equal(manners_of(NULL, "a").mode, MANNERS_UNSET);
	assert_int_equal(manners_book_read(book,
		"{\"a\":\"{\\\"mode\\\":\\\"off\\\"}\",\"b\":\"{\\\"mode\\\":\\\"helpful\\\",\\\"region\\\":\\\"us\\\"}\","
		"\"c\":\"{}\",\"d\":\"nonsense\",\"e\":7,"
		"\"f\":\"{\\\"mode\\\":\\\"of a year to come\\\",\\\"region\\\":\\\"far too long to be one\\\"}\"}"), 0);
	assert_int_equal(manners_of(book, "a").mode, MANNERS_OFF);
	assert_int_equal(manners_of(book, "b").mode, MANNERS_HELPFUL);
	assert_string_equal(manners_of(book, "b").region, "us");
	assert_int_equal(manners_of(book, "c").mode, MANNERS_UNSET);
	assert_int_equal(manners_of(book, "d").mode, MANNERS_UNSET);
	assert_int_equal(manners_of(book, "e").mode, MANNERS_UNSET);
	assert_int_equal(manners_of(book, "f").mode, MANNERS_ADDRESSED);
	assert_string_equal(manners_of(book, "f").region, "");
	assert_int_equal(manners_book_read(book, "no JSON"), -1);
	assert_int_equal(manners_of(book, "a").mode, MANNERS_OFF); /* nothing is forgotten by an accident */
	assert_int_equal(manners_book_read(book, "{}"), 0);
	assert_int_equal(manners_of(book, "a").mode, MANNERS_UNSET);
	manners_book_free(book);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(what_admins_write), cmocka_unit_test(one_wish_leaves_the_others),
		cmocka_unit_test(rooms_are_told_apart)};

	return cmocka_run_group_tests(tests, load_project, free_project);
}
