/* test_json_out.c - JSON written piece by piece, and read again by a parser of others. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "util/buf.h"
#include "util/json.h"
#include "util/json_out.h"

static void an_object(void **state)
{
	struct buf b;
	(void)state;
	buf_init(&b, 1000);
	buf_addc(&b, '{');
	json_out_text(&b, "a", "x\"y\\z\n\x01\xc3\xa9");
	json_out_raw(&b, "list", "[");
	json_out_item(&b);
	json_out_int(&b, -1);
	json_out_item(&b);
	json_out_string(&b, "two", 2);
	buf_adds(&b, "]");
	json_out_raw(&b, "yes", "true");
	buf_addc(&b, '}');
	assert_string_equal(buf_str(&b), "{\"a\":\"x\\\"y\\\\z\\n\\u0001\xc3\xa9\",\"list\":[-1,\"tw\"],\"yes\":true}");
	buf_done(&b);
}

static void whole_numbers(void **state)
{
	static const struct {
		int64_t value;
		const char *want;
	} cases[] = {{0, "0"}, {7, "7"}, {-10, "-10"}, {1780754400123, "1780754400123"}, {INT64_MAX, "9223372036854775807"},
		{INT64_MIN, "-9223372036854775808"}};
	struct buf b;
	(void)state;
	buf_init(&b, 100);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		buf_clear(&b);
		json_out_int(&b, cases[i].value);
		assert_string_equal(buf_str(&b), cases[i].want);
	}
	buf_done(&b);
}

/* Whatever the number, reading it gives the same one. */
static void any_numbers(void **state)
{
	static const double cases[] = {0, 1, -1, 0.5, 0.1, 1.0 / 3, 3.5, 1e15, 9007199254740991, 9007199254740993, 1e300, -1e-300, 4000000000};
	struct buf b;
	(void)state;
	buf_init(&b, 100);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		buf_clear(&b);
		json_out_number(&b, cases[i]);
		cJSON *read = json_parse(buf_str(&b), b.len, NULL);
		assert_non_null(read);
		if (read->valuedouble != cases[i])
			fail_msg("%.17g became %s", cases[i], buf_str(&b));
		cJSON_Delete(read);
	}
	buf_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_object),
		cmocka_unit_test(whole_numbers),
		cmocka_unit_test(any_numbers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
