/* test_chunked.c - bodies in chunks, whole and split anywhere, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "net/chunked.h"
#include "util/buf.h"

static const struct {
	const char *bytes, *body;
	enum chunked_result result;
	size_t unused; /* bytes of what follows */
} cases[] = {
	{"5\r\nhello\r\n0\r\n\r\n", "hello", CHUNKED_DONE, 0},
	{"0\r\n\r\n", "", CHUNKED_DONE, 0},
	{"1\r\na\r\n1\r\nb\r\n0\r\n\r\nPOST", "ab", CHUNKED_DONE, 4},
	{"A\r\n0123456789\r\n00\r\n\r\n", "0123456789", CHUNKED_DONE, 0},
	{"0000000a\r\n0123456789\r\n0\r\n\r\n", "0123456789", CHUNKED_DONE, 0},
	{"3;name=\"v\"\r\n\r\n\r\r\n0\r\n\r\n", "\r\n\r", CHUNKED_DONE, 0},
	{"3 \r\nabc\r\n0\r\nTrailer: x\r\nOther: y\r\n\r\n", "abc", CHUNKED_DONE, 0},
	{"5\r\nhel", "hel", CHUNKED_MORE, 0},
	{"5", "", CHUNKED_MORE, 0},
	{"", "", CHUNKED_MORE, 0},
	{"5\nhello\r\n0\r\n\r\n", "", CHUNKED_BAD, 0},
	{"\r\n", "", CHUNKED_BAD, 0},
	{"x\r\n", "", CHUNKED_BAD, 0},
	{"-1\r\n", "", CHUNKED_BAD, 0},
	{" 5\r\n", "", CHUNKED_BAD, 0},
	{"5\r\nhelloX\r\n", "hello", CHUNKED_BAD, 0},
	{"5\r\nhello\rX", "hello", CHUNKED_BAD, 0},
	{"5\rX", "", CHUNKED_BAD, 0},
	{"000000001\r\n", "", CHUNKED_BAD, 0},
	{"fffffffff\r\n", "", CHUNKED_BAD, 0},
	{"0\r\n\nX", "", CHUNKED_BAD, 0},
	{"0\r\n\rX", "", CHUNKED_BAD, 0},
};

static void check(size_t i, size_t part)
{
	struct chunked c = {0};
	struct buf out;
	size_t len = strlen(cases[i].bytes), at = 0;
	enum chunked_result r = CHUNKED_MORE;
	buf_init(&out, 1000);
	while (at < len && r == CHUNKED_MORE) {
		size_t used, n = len - at < part ? len - at : part;
		r = chunked_feed(&c, cases[i].bytes + at, n, &out, &used);
		assert_true(used <= n && (used == n || r != CHUNKED_MORE));
		at += used;
	}
	if (r != cases[i].result || strcmp(buf_str(&out), cases[i].body) != 0)
		fail_msg("case %zu in parts of %zu: %d '%s'", i, part, (int)r, buf_str(&out));
	if (r == CHUNKED_DONE && len - at != cases[i].unused)
		fail_msg("case %zu in parts of %zu: %zu unused", i, part, len - at);
	buf_done(&out);
}

static void whole_and_split(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		for (size_t part = 1; part <= 40; part++)
			check(i, part);
	}
}

static void endless_lines(void **state)
{
	static const char *const starts[] = {"5;", "0\r\n"};
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct chunked c = {0};
		struct buf out;
		size_t used, fed = 0;
		buf_init(&out, 10);
		enum chunked_result r = chunked_feed(&c, starts[i], strlen(starts[i]), &out, &used);
		for (; r == CHUNKED_MORE && fed < 100000; fed++)
			r = chunked_feed(&c, "x", 1, &out, &used);
		assert_int_equal(r, CHUNKED_BAD);
		assert_true(fed < 5000);
		buf_done(&out);
	}
}

static void ceiling(void **state)
{
	(void)state;
	struct chunked c = {0};
	struct buf out;
	size_t used;
	buf_init(&out, 4);
	(void)chunked_feed(&c, "5\r\nhello\r\n0\r\n\r\n", 15, &out, &used);
	assert_true(out.full);
	buf_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_and_split), cmocka_unit_test(endless_lines), cmocka_unit_test(ceiling)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
