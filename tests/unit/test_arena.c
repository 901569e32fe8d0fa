/* test_arena.c - what an arena hands out, forgets and holds. */
#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "util/arena.h"

/* Every piece is zeroed, aligned, and apart from all the others, whatever the sizes around it. */
static void pieces(void **state)
{
	static const size_t sizes[] = {0, 1, 7, 16, 17, 1000, 4095, 4096, 4097, 16384, 16385, 100000, 3};
	enum { ROUNDS = 40, N = sizeof sizes / sizeof *sizes };
	unsigned char *got[ROUNDS][N];
	struct arena *a = arena_new();
	(void)state;
	for (size_t round = 0; round < ROUNDS; round++) {
		for (size_t i = 0; i < N; i++) {
			unsigned char *p = got[round][i] = arena_alloc(a, sizes[i], 1);
			if ((uintptr_t)p % alignof(max_align_t) != 0)
				fail_msg("size %zu: not aligned", sizes[i]);
			for (size_t at = 0; at < sizes[i]; at++)
				if (p[at] != 0)
					fail_msg("size %zu, round %zu: byte %zu is not zero", sizes[i], round, at);
			memset(p, (int)(round * N + i) % 255 + 1, sizes[i]);
		}
	}
	for (size_t round = 0; round < ROUNDS; round++)
		for (size_t i = 0; i < N; i++)
			for (size_t at = 0; at < sizes[i]; at++)
				if (got[round][i][at] != (round * N + i) % 255 + 1)
					fail_msg("size %zu, round %zu: overwritten", sizes[i], round);
	arena_free(a);
}

static void texts(void **state)
{
	struct arena *a = arena_new();
	(void)state;
	assert_string_equal(arena_strdup(a, ""), "");
	assert_string_equal(arena_strdup(a, "swollen"), "swollen");
	assert_string_equal(arena_strndup(a, "swollen", 5), "swoll");
	assert_string_equal(arena_strndup(a, "swollen", 500), "swollen");
	assert_string_equal(arena_strndup(a, "a\0b", 3), "a");
	assert_string_equal(arena_printf(a, "%s %d", "day", 3), "day 3");
	assert_int_equal(strlen(arena_printf(a, "%20000s", "x")), 20000);
	arena_free(a);
}

static void reset_forgets(void **state)
{
	struct arena *a = arena_new_large(16384);
	size_t fresh = arena_size(a);
	(void)state;
	for (int message = 0; message < 3; message++) {
		/* the block that is kept is used again from its start, and clean */
		char *p = arena_alloc(a, 16000, 1);
		assert_int_equal(arena_size(a), fresh);
		for (int i = 0; i < 16000; i++)
			assert_int_equal(p[i], 0);
		memset(p, 'x', 16000);
		(void)arena_alloc(a, 1 << 20, 1);
		for (int i = 0; i < 1000; i++)
			(void)arena_alloc(a, 100, 1);
		assert_true(arena_size(a) > (1 << 20) + 100000);
		arena_reset(a);
		assert_int_equal(arena_size(a), fresh);
		memset(arena_alloc(a, 16000, 1), 'y', 16000);
		arena_reset(a);
	}
	arena_free(a);
}

/* Little is held for little, and what was grown once is there for the next message. */
static void grows_with_what_it_holds(void **state)
{
	struct arena *a = arena_new();
	size_t before = arena_size(a), after;
	(void)state;
	assert_true(before < 2048);
	for (int i = 0; i < 400; i++)
		(void)arena_alloc(a, 100, 1);
	arena_reset(a);
	after = arena_size(a);
	assert_true(after > before && after < 20000);
	memset(arena_alloc(a, after - 1000, 1), 'x', after - 1000);
	assert_int_equal(arena_size(a), after);
	arena_reset(a);
	for (const char *p = arena_alloc(a, after - 1000, 1), *end = p + after - 1000; p < end; p++)
		assert_int_equal(*p, 0);
	arena_free(a);
}

/* What is handed out lies at the place, in order, until it is full. */
static void at_a_place(void **state)
{
	enum { BYTES = 1 << 20 };
	char *place = (char *)0x300000000000;
	struct arena *a = arena_new_at(place, BYTES);
	(void)state;
	assert_non_null(a);
	assert_ptr_equal(arena_place(a), place);
	assert_int_equal(arena_placed(a), 0);
	assert_ptr_equal(arena_alloc(a, 100, 1), place);
	assert_ptr_equal(arena_strdup(a, "calf"), place + 100);
	assert_ptr_equal(arena_strdup(a, "hot"), place + 105);
	assert_ptr_equal(arena_copy(a, "ab", 2, 1), place + 109);
	assert_ptr_equal(arena_alloc(a, 1, 8), place + 112);
	assert_int_equal(arena_placed(a), 120);
	assert_null(arena_new_at(place, BYTES));
	assert_null(arena_copy(a, NULL, 0, 8));
	(void)arena_alloc(a, BYTES, 1);
	assert_int_equal(arena_placed(a), 0); /* not all of it is there */
	arena_free(a);
	a = arena_new_at(place, BYTES);
	for (int i = 0; i < BYTES / 64 + 10; i++)
		memset(arena_alloc(a, 1, 64), 'x', 64);
	assert_int_equal(arena_placed(a), 0);
	arena_free(a);
	a = arena_new();
	assert_null(arena_place(a));
	assert_int_equal(arena_placed(a), 0);
	arena_free(a);
}

static void null_is_fine(void **state)
{
	(void)state;
	arena_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces),
		cmocka_unit_test(texts),
		cmocka_unit_test(reset_forgets),
		cmocka_unit_test(grows_with_what_it_holds),
		cmocka_unit_test(at_a_place),
		cmocka_unit_test(null_is_fine),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
