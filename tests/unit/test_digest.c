/* test_digest.c - BLAKE2b against values of other programs (b2sum -l 256), in one piece and in many. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "util/digest.h"

static const char *hex(const uint8_t bytes[DIGEST_BYTES])
{
	static char out[2 * DIGEST_BYTES + 1];
	for (size_t i = 0; i < DIGEST_BYTES; i++)
		(void)snprintf(out + 2 * i, 3, "%02x", bytes[i]);
	return out;
}

/* The first so many of the letters a to z, over and over. */
static const struct {
	size_t len;
	const char *want;
} cases[] = {
	{0, "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"},
	{1, "8928aae63c84d87ea098564d1e03ad813f107add474e56aedd286349c0c03ea4"},
	{3, "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"},
	{127, "ad29611e31c0846f28e02982a12c7a6ec9ef71ea7b6866603dd93a23c2322a5b"},
	{128, "362f4baa8a41484b362c7dee9605b22c9ef18b4930abb85348fa54a43cfa19a9"},
	{129, "43e7c863a2faa256b007de3e4a92d9251b087024733014163b13a34b9bcbadb7"},
	{255, "ed4c96c9c2d587ac3b2fee60f17a8bc7bb48986d83d70698cf39a9cfcaf9c729"},
	{256, "cde6d574fcacb5cc1dbb64dec9a7d1a6f7a6b4f87e9e30127e048482d5265ec3"},
	{257, "17dee460bfcb5eb0d157f2b01976e15e36e0212ebf2aeb6b954ed89c048169fd"},
	{1000, "67b41dcf4f07815300dd501bbdfe5cfae7e984c3f3bac80a04fae2950a081372"},
};

static void known_values(void **state)
{
	char text[1024];
	(void)state;
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (char)('a' + i % 26);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (size_t piece = 1; piece < 300; piece += 37) {
			struct digest d;
			uint8_t out[DIGEST_BYTES];
			digest_init(&d);
			for (size_t at = 0; at < cases[i].len; at += piece)
				digest_add(&d, text + at, cases[i].len - at < piece ? cases[i].len - at : piece);
			digest_end(&d, out);
			if (strcmp(hex(out), cases[i].want) != 0)
				fail_msg("%zu letters in pieces of %zu: %s", cases[i].len, piece, hex(out));
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_values),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
