/* test_trim.c - memory goes back, and everything still works. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/json.h"
#include "util/trim.h"

/* Pages of files that are mapped and resident. */
static long file_pages(void)
{
	long size, resident, shared;
	FILE *f = fopen("/proc/self/statm", "r");
	assert_non_null(f);
	assert_int_equal(fscanf(f, "%ld %ld %ld", &size, &resident, &shared), 3);
	assert_int_equal(fclose(f), 0);
	return shared;
}

static void gives_back_and_goes_on(void **state)
{
	(void)state;
	const char *before_text = strerror(2);
	long before = file_pages();
	for (int i = 0; i < 3; i++) {
		memory_trim();
		char *text = malloc(100000);
		assert_non_null(text);
		memset(text, 'x', 100000);
		assert_true(json_utf8(text, 100000));
		free(text);
	}
	memory_trim();
	long after = file_pages();
	if (after >= before)
		fail_msg("%ld pages before, %ld after", before, after);
	assert_string_equal(before_text, "No such file or directory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(gives_back_and_goes_on)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
