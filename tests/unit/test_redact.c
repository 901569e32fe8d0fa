/* test_redact.c - known secrets are masked wherever they stand, also percent-encoded and cut off. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/redact.h"

static void masks(void **state)
{
	static const struct {
		const char *text, *want; /* NULL: nothing is masked */
	} cases[] = {
		{"nothing here", NULL},
		{"", NULL},
		{"110201543:AAHdqTcv/x", "***"},
		{"https://api.telegram.org/bot110201543:AAHdqTcv/x/getMe", "https://api.telegram.org/bot***/getMe"},
		{"a 110201543:AAHdqTcv/x b 110201543:AAHdqTcv/x", "a *** b ***"},
		{"bot110201543%3AAAHdqTcv%2Fx/", "bot***/"},
		{"bot110201543%3aAAHdqTcv%2fx/", "bot***/"},
		{"cut 110201543:AAHd", "cut ***"},
		{"cut 110201", "cut ***"},
		{"cut 11020", NULL},
		{"110201 is its beginning, but not at the end", NULL},
		{"11020110201543:AAHdqTcv/x", "11020***"},
		{"hunter2hunter2", "******"},
		{"short abc stays", NULL},
	};
	(void)state;
	struct redactor *r = redactor_new();
	redactor_add(r, "110201543:AAHdqTcv/x");
	redactor_add(r, "110201543:AAHdqTcv/x");
	redactor_add(r, "hunter2");
	redactor_add(r, "abc");
	redactor_add(r, "");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *got = redactor_mask(r, cases[i].text);
		if (!got != !cases[i].want || (got && strcmp(got, cases[i].want) != 0))
			fail_msg("case %zu: '%s' became '%s'", i, cases[i].text, got ? got : "(nothing)");
		free(got);
	}
	redactor_free(r);
}

static void knows_nothing(void **state)
{
	(void)state;
	struct redactor *r = redactor_new();
	assert_null(redactor_mask(r, "token"));
	assert_null(redactor_mask(NULL, "token"));
	redactor_free(r);
	redactor_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(masks), cmocka_unit_test(knows_nothing)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
