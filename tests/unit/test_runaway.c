/* test_runaway.c - patterns that never come to an end are told from those that only look like it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "rules/codes.h"
#include "rules/runaway.h"
#include "util/err.h"

static void patterns(void **state)
{
	static const struct {
		const char *source;
		bool runs_away;
	} cases[] = {
		{"", false}, {"calf", false}, {"a+b+c+", false}, {"\\bswol\\w* (?:left|right)? calf", false},
		{"(?:a+)+b", true}, {"(?:[a-z]+ ?)+zz", true}, {"^(?:(?:swo|s|w|o)+)+ yy$", true}, {"(?:\\w*)*x", true},
		{"(?=swol)(?:(?:[a-z ]*)*)*yyq", true}, {"(?:a{2,})*b", true}, {"(?:(?:very|ver|y) ?[,.]* ?)*hot", true},
		/* a space, a sign or a fixed number of times leaves one way only */
		{"(?: \\w+)*x", false}, {"(?:(?:very|quite)\\b ?[,.]* ?)*hot", false}, {"(?: [^ .,]+){0,4} calf", false},
		{"(?:a++)+b", false}, {"(?:a+)*+b", false}, {"[(+]+x", false}, {"\\(a+\\)+b", false}, {"(?<name>a+ )+b", false},
	};
	struct codes *codes = codes_new(CODES_MAX_BYTES, CODES_MAX_JIT_BYTES);
	char text[RUNAWAY_TEXT];
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (runaway(codes, (int)i, cases[i].source, text) != cases[i].runs_away)
			fail_msg("'%s' %s", cases[i].source, cases[i].runs_away ? "is taken for harmless" : text);
	codes_free(codes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(patterns)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
