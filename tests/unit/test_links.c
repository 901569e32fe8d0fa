/* test_links.c - who is in the list, in which order, whoever leaves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "util/buf.h"
#include "util/links.h"

enum { N = 4, MAX_NAMES = 200 };

struct thing {
	struct link link;
	char name;
	struct thing *follower; /* comes when this one leaves */
	struct links *list;
};

static struct buf left; /* names, in the order in which they left */

static void make(struct links *l, struct thing things[N])
{
	links_init(l);
	for (int i = 0; i < N; i++) {
		things[i] = (struct thing){.name = (char)('a' + i), .list = l};
		links_add(l, &things[i].link);
	}
}

static void assert_names(const struct links *l, const char *wanted)
{
	struct buf names;
	size_t n = 0;

	buf_init(&names, MAX_NAMES);
	for (const struct link *i = l->first; i; i = i->next, n++)
		buf_addc(&names, ((const struct thing *)i)->name);
	assert_string_equal(buf_str(&names), wanted);
	assert_int_equal(l->n, n);
	buf_done(&names);
}

static void leave(struct link *link)
{
	struct thing *t = (struct thing *)link;

	links_remove(link);
	buf_addc(&left, t->name);
	if (t->follower)
		links_add(t->list, &t->follower->link);
}

static void drain(struct links *l, const char *wanted)
{
	buf_init(&left, MAX_NAMES);
	links_drain(l, leave);
	assert_string_equal(buf_str(&left), wanted);
	buf_done(&left);
}

static void any_of_them_leaves(void **state)
{
	static const struct {
		const char *leave, *rest, *then; /* with another one that comes afterwards */
	} cases[] = {
		{"", "abcd", "abcdz"},
		{"a", "bcd", "bcdz"},
		{"b", "acd", "acdz"},
		{"d", "abc", "abcz"},
		{"cd", "ab", "abz"},
		{"dc", "ab", "abz"},
		{"bcda", "", "z"},
		{"aa", "bcd", "bcdz"}, /* it is gone already */
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct thing things[N], late = {.name = 'z'};
		struct links l;

		print_message("case %zu\n", i);
		make(&l, things);
		for (const char *c = cases[i].leave; *c; c++)
			links_remove(&things[*c - 'a'].link);
		assert_names(&l, cases[i].rest);
		links_add(&l, &late.link);
		assert_names(&l, cases[i].then);
	}
}

static void comes_back_as_the_last(void **state)
{
	struct thing things[N];
	struct links l;

	(void)state;
	make(&l, things);
	links_remove(&things[1].link);
	links_add(&l, &things[1].link);
	assert_names(&l, "acdb");
}

static void drains_in_order(void **state)
{
	struct thing things[N];
	struct links l;

	(void)state;
	make(&l, things);
	drain(&l, "abcd");
	assert_names(&l, "");
	drain(&l, "");
}

static void drains_none_that_comes_meanwhile(void **state)
{
	struct thing things[N], x = {.name = 'x'}, y = {.name = 'y'};
	struct links l;

	(void)state;
	make(&l, things);
	things[0].follower = &x;
	things[3].follower = &y;
	drain(&l, "abcd");
	assert_names(&l, "xy");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_of_them_leaves),
		cmocka_unit_test(comes_back_as_the_last),
		cmocka_unit_test(drains_in_order),
		cmocka_unit_test(drains_none_that_comes_meanwhile),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
