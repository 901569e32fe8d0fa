/* test_base64.c - the vectors of RFC 4648, without their padding, and what is no Base64. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/base64.h"

static const struct {
	const char *bytes;
	size_t len;
	const char *text;
} cases[] = {
	{"", 0, ""}, {"f", 1, "Zg"}, {"fo", 2, "Zm8"}, {"foo", 3, "Zm9v"}, {"foob", 4, "Zm9vYg"},
	{"fooba", 5, "Zm9vYmE"}, {"foobar", 6, "Zm9vYmFy"}, {"\0\0\0", 3, "AAAA"}, {"\xff\xef\xbe", 3, "/+++"},
	{"\xfb\xff", 2, "+/8"},
};

static void both_ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		unsigned char back[8] = {0};
		char *text = base64_text(cases[i].bytes, cases[i].len);

		assert_string_equal(text, cases[i].text);
		assert_int_equal(strlen(text), BASE64_LEN(cases[i].len));
		assert_int_equal(base64_bytes(text, back, cases[i].len), cases[i].len);
		assert_memory_equal(back, cases[i].bytes, cases[i].len);
		free(text);
	}
}

static void padding(void **state)
{
	unsigned char out[4];
	(void)state;
	assert_int_equal(base64_bytes("Zg==", out, sizeof out), 1);
	assert_int_equal(base64_bytes("Zm8=", out, sizeof out), 2);
	assert_int_equal(base64_bytes("Zm9vYg==", out, sizeof out), 4);
}

static void refused(void **state)
{
	static const char *const bad[] = {"Z", "Zm9vY", "Zm 9", "Zm9\n", "Zg===", "Z=g=", "Zm9-", "Zm9_", "Zm9vYmFy"};
	unsigned char out[5];
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (base64_bytes(bad[i], out, sizeof out) != -1)
			fail_msg("case %zu: '%s'", i, bad[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_ways), cmocka_unit_test(padding), cmocka_unit_test(refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
