/* test_bytes.c - against values of the standards: FIPS 180 and RFC 5869. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/bytes.h"

static const char *hex(const uint8_t *bytes, size_t len)
{
	static char out[256];

	for (size_t i = 0; i < len; i++)
		(void)snprintf(out + 2 * i, 3, "%02x", bytes[i]);
	return out;
}

static void hashes(void **state)
{
	uint8_t out[BYTES_HASH];

	(void)state;
	bytes_hash("abc", 3, out);
	assert_string_equal(hex(out, sizeof out), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

/* RFC 5869, test case 3, has no salt and no purpose. */
static void derives(void **state)
{
	uint8_t secret[22], out[42], other[42];

	(void)state;
	memset(secret, 0x0b, sizeof secret);
	bytes_derive(secret, sizeof secret, "", out, sizeof out);
	assert_string_equal(hex(out, sizeof out),
		"8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
	bytes_derive(secret, sizeof secret, "other", other, sizeof other);
	assert_memory_not_equal(out, other, sizeof out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes),
		cmocka_unit_test(derives),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
