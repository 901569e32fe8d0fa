/* test_person.c - whether a text names a person. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/person.h"

static void named_as_a_word(void **state)
{
	static const struct {
		const char *text, *person;
		bool want;
	} cases[] = {
		{"7", "7", true},
		{"room 7, nobody", "7", true},
		{"7:12", "7", true},
		{"12/7", "7", true},
		{"-7", "7", true},
		{"77", "7", false},
		{"17", "7", false},
		{"7a", "7", false},
		{"a7", "7", false},
		{"77 7", "7", true},
		{"777", "77", false},
		{"", "7", false},
		{"7", "", false},
		{"", "", false},
		{"from @anna:example.org.", "@anna:example.org", true},
		{"from @anna:example.org.evil", "@anna:example.org", true}, /* rather one too many */
		{"@anna:example.organic", "@anna:example.org", false},
		{"J\xc3\xb6rg", "rg", false},
		{"rg\xc3\xb6", "rg", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (person_is_named(cases[i].text, cases[i].person) != cases[i].want)
			fail_msg("\"%s\" in \"%s\"", cases[i].person, cases[i].text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(named_as_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
