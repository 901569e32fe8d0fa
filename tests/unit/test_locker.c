/* test_locker.c - rows come back as they were, and what was not written is asked for again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/locker.h"
#include "crypto/vault.h"
#include "util/arena.h"
#include "util/err.h"

struct fixture {
	struct vault *vault;
	struct locker *locker;
	struct arena *arena;
	struct locker_row *rows;
	size_t n;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	f->vault = vault_new("secret");
	f->locker = locker_new(f->vault);
	f->arena = arena_new();
	*state = f;
	return 0;
}

static int clean_up(void **state)
{
	struct fixture *f = *state;

	locker_free(f->locker);
	vault_free(f->vault);
	arena_free(f->arena);
	free(f);
	return 0;
}

static void changes(struct fixture *f, size_t want)
{
	f->n = locker_changes(f->locker, 100, f->arena, &f->rows);
	assert_int_equal(f->n, want);
}

static void across_a_restart(void **state)
{
	struct fixture *f = *state;
	struct locker *again = locker_new(f->vault);
	struct vault *other = vault_new("another");
	struct locker *wrong = locker_new(other);
	struct err err;

	locker_put(f->locker, "olm", "a", "{\"n\":1}");
	locker_put(f->locker, "room", "a", "two");
	changes(f, 2);
	assert_null(strstr(f->rows[1].value, "two"));
	for (size_t i = 0; i < f->n; i++)
		assert_int_equal(locker_load(again, &f->rows[i], &err), 0);
	assert_string_equal(locker_get(again, "olm", "a"), "{\"n\":1}");
	assert_string_equal(locker_get(again, "room", "a"), "two");
	assert_null(locker_get(again, "room", "b"));
	assert_false(locker_changed(again));
	assert_int_equal(locker_load(wrong, &f->rows[0], &err), -1);
	f->rows[0].id = "b"; /* put in another's place */
	assert_int_equal(locker_load(again, &f->rows[0], &err), -1);
	locker_free(again);
	locker_free(wrong);
	vault_free(other);
}

static void until_it_is_written(void **state)
{
	struct fixture *f = *state;

	locker_put(f->locker, "k", "a", "1");
	changes(f, 1);
	changes(f, 0);
	locker_put(f->locker, "k", "a", "2"); /* while the first is being written */
	locker_written(f->locker, true);
	changes(f, 1);
	locker_written(f->locker, false);
	assert_true(locker_changed(f->locker));
	changes(f, 1);
	locker_written(f->locker, true);
	assert_false(locker_changed(f->locker));
	locker_put(f->locker, "k", "a", "2"); /* as it was */
	assert_false(locker_changed(f->locker));
}

static void what_goes_is_written_too(void **state)
{
	struct fixture *f = *state;

	locker_drop(f->locker, "k", "none");
	assert_false(locker_changed(f->locker));
	locker_put(f->locker, "k", "a", "1");
	locker_drop(f->locker, "k", "a");
	assert_null(locker_get(f->locker, "k", "a"));
	changes(f, 1);
	assert_string_equal(f->rows[0].value, "");
	locker_written(f->locker, true);
	locker_put(f->locker, "k", "a", "3");
	assert_string_equal(locker_get(f->locker, "k", "a"), "3");
	changes(f, 1);
}

static void many_come_and_go(void **state)
{
	struct fixture *f = *state;
	char id[16];

	locker_put(f->locker, "k", "stays", "1");
	for (int i = 0; i < 500; i++) {
		(void)snprintf(id, sizeof id, "%d", i);
		locker_put(f->locker, "k", id, "1");
		(void)locker_changes(f->locker, 100, f->arena, &f->rows);
		locker_drop(f->locker, "k", id);
		(void)locker_changes(f->locker, 100, f->arena, &f->rows);
		locker_written(f->locker, true);
		assert_null(locker_get(f->locker, "k", id));
	}
	assert_int_equal(locker_count(f->locker, "k"), 1);
	assert_string_equal(locker_get(f->locker, "k", "stays"), "1");
	locker_put(f->locker, "k", "7", "again");
	assert_string_equal(locker_get(f->locker, "k", "7"), "again");
}

static void drop_odd(void *ctx, const char *id, const char *text)
{
	if (atoi(text) % 2)
		locker_drop(ctx, "k", id);
}

static void each_may_drop_its_own(void **state)
{
	struct fixture *f = *state;

	locker_put(f->locker, "k", "a", "1");
	locker_put(f->locker, "k", "b", "2");
	locker_put(f->locker, "k", "c", "3");
	locker_each(f->locker, "k", drop_odd, f->locker);
	assert_int_equal(locker_count(f->locker, "k"), 1);
}

static void a_kind_is_bounded(void **state)
{
	struct fixture *f = *state;
	char id[16];

	locker_put(f->locker, "other", "a", "1");
	for (int i = 0; i < 205; i++) {
		(void)snprintf(id, sizeof id, "%d", i);
		locker_bound(f->locker, "k", 200);
		locker_put(f->locker, "k", id, "1");
		assert_true(locker_count(f->locker, "k") <= 200);
	}
	assert_null(locker_get(f->locker, "k", "0"));
	assert_string_equal(locker_get(f->locker, "k", "204"), "1");
	assert_string_equal(locker_get(f->locker, "other", "a"), "1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(across_a_restart, set_up, clean_up),
		cmocka_unit_test_setup_teardown(until_it_is_written, set_up, clean_up),
		cmocka_unit_test_setup_teardown(what_goes_is_written_too, set_up, clean_up),
		cmocka_unit_test_setup_teardown(many_come_and_go, set_up, clean_up),
		cmocka_unit_test_setup_teardown(each_may_drop_its_own, set_up, clean_up),
		cmocka_unit_test_setup_teardown(a_kind_is_bounded, set_up, clean_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
