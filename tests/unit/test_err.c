/* test_err.c - one reason, and everything wrong in order. */
#include "problems_fixture.h"

static void one_reason(void **state)
{
	struct err e;
	(void)state;
	assert_int_equal(err_set(&e, "%s at %d", "bad", 7), -1);
	assert_string_equal(e.text, "bad at 7");
	assert_int_equal(err_set(NULL, "nobody asks"), -1);
	assert_int_equal(err_set(&e, "%2000s", "x"), -1);
	assert_int_equal(strlen(e.text), sizeof e.text - 1);
}

static void nothing_wrong(void **state)
{
	struct problems p;
	(void)state;
	problems_init(&p);
	char *text = printed(&p);
	assert_string_equal(text, "");
	free(text);
	problems_done(&p);
}

static void in_order(void **state)
{
	static const struct {
		const char *file;
		int line, column;
		const char *text;
	} added[] = {
		{"b.yaml", 2, 1, "fifth"},
		{"a.yaml", 10, 2, "fourth"},
		{"a.yaml", 9, 30, "second"},
		{"a.yaml", 9, 4, "first"},
		{"a.yaml", 9, 30, "third, as it was added later"},
		{"b.yaml", 3, 0, "no column"},
		{"c.yaml", 0, 0, "no place"},
		{NULL, 0, 0, "no file"},
	};
	struct problems p;
	(void)state;
	problems_init(&p);
	for (size_t i = 0; i < sizeof added / sizeof *added; i++)
		problems_add(&p, added[i].file, added[i].line, added[i].column, "%s", added[i].text);
	assert_int_equal(p.n, sizeof added / sizeof *added);
	char *text = printed(&p);
	assert_string_equal(text,
		"no file\n"
		"a.yaml:9:4: first\n"
		"a.yaml:9:30: second\n"
		"a.yaml:9:30: third, as it was added later\n"
		"a.yaml:10:2: fourth\n"
		"b.yaml:2:1: fifth\n"
		"b.yaml:3: no column\n"
		"c.yaml: no place\n");
	free(text);
	assert_string_equal(p.list[0].text, "fifth"); /* printing does not sort the list itself */
	problems_done(&p);
	assert_int_equal(p.n, 0);
}

static void copies_what_it_is_given(void **state)
{
	struct problems p;
	char file[] = "a.yaml", text[] = "wrong";
	(void)state;
	problems_init(&p);
	problems_add(&p, file, 1, 1, "%s", text);
	memset(file, 'x', sizeof file - 1);
	memset(text, 'x', sizeof text - 1);
	assert_string_equal(p.list[0].file, "a.yaml");
	assert_string_equal(p.list[0].text, "wrong");
	problems_done(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_reason),
		cmocka_unit_test(nothing_wrong),
		cmocka_unit_test(in_order),
		cmocka_unit_test(copies_what_it_is_given),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
