/* test_kept.c - rows come back as they were, and what was not written is asked for again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/kept.h"
#include "crypto/vault.h"
#include "util/arena.h"
#include "util/err.h"

struct fixture {
	struct vault *vault;
	struct kept *kept;
	struct arena *arena;
	struct kept_row *rows;
	size_t n;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	f->vault = vault_new("secret");
	f->kept = kept_new(f->vault);
	f->arena = arena_new();
	*state = f;
	return 0;
}

static int clean_up(void **state)
{
	struct fixture *f = *state;

	kept_free(f->kept);
	vault_free(f->vault);
	arena_free(f->arena);
	free(f);
	return 0;
}

static void changes(struct fixture *f, size_t want)
{
	f->n = kept_changes(f->kept, 100, f->arena, &f->rows);
	assert_int_equal(f->n, want);
}

static void across_a_restart(void **state)
{
	struct fixture *f = *state;
	struct kept *again = kept_new(f->vault);
	struct vault *other = vault_new("another");
	struct kept *wrong = kept_new(other);
	struct err err;

	kept_put(f->kept, "olm", "a", "{\"n\":1}");
	kept_put(f->kept, "room", "a", "two");
	changes(f, 2);
	assert_null(strstr(f->rows[1].value, "two"));
	for (size_t i = 0; i < f->n; i++)
		assert_int_equal(kept_load(again, &f->rows[i], &err), 0);
	assert_string_equal(kept_get(again, "olm", "a"), "{\"n\":1}");
	assert_string_equal(kept_get(again, "room", "a"), "two");
	assert_null(kept_get(again, "room", "b"));
	assert_false(kept_changed(again));
	assert_int_equal(kept_load(wrong, &f->rows[0], &err), -1);
	f->rows[0].id = "b"; /* put in another's place */
	assert_int_equal(kept_load(again, &f->rows[0], &err), -1);
	kept_free(again);
	kept_free(wrong);
	vault_free(other);
}

static void until_it_is_written(void **state)
{
	struct fixture *f = *state;

	kept_put(f->kept, "k", "a", "1");
	changes(f, 1);
	changes(f, 0);
	kept_put(f->kept, "k", "a", "2"); /* while the first is being written */
	kept_written(f->kept, true);
	changes(f, 1);
	kept_written(f->kept, false);
	assert_true(kept_changed(f->kept));
	changes(f, 1);
	kept_written(f->kept, true);
	assert_false(kept_changed(f->kept));
	kept_put(f->kept, "k", "a", "2"); /* as it was */
	assert_false(kept_changed(f->kept));
}

static void what_goes_is_written_too(void **state)
{
	struct fixture *f = *state;

	kept_drop(f->kept, "k", "none");
	assert_false(kept_changed(f->kept));
	kept_put(f->kept, "k", "a", "1");
	kept_drop(f->kept, "k", "a");
	assert_null(kept_get(f->kept, "k", "a"));
	changes(f, 1);
	assert_string_equal(f->rows[0].value, "");
	kept_written(f->kept, true);
	kept_put(f->kept, "k", "a", "3");
	assert_string_equal(kept_get(f->kept, "k", "a"), "3");
	changes(f, 1);
}

static void many_come_and_go(void **state)
{
	struct fixture *f = *state;
	char id[16];

	kept_put(f->kept, "k", "stays", "1");
	for (int i = 0; i < 500; i++) {
		(void)snprintf(id, sizeof id, "%d", i);
		kept_put(f->kept, "k", id, "1");
		(void)kept_changes(f->kept, 100, f->arena, &f->rows);
		kept_drop(f->kept, "k", id);
		(void)kept_changes(f->kept, 100, f->arena, &f->rows);
		kept_written(f->kept, true);
		assert_null(kept_get(f->kept, "k", id));
	}
	assert_int_equal(kept_count(f->kept, "k"), 1);
	assert_string_equal(kept_get(f->kept, "k", "stays"), "1");
	kept_put(f->kept, "k", "7", "again");
	assert_string_equal(kept_get(f->kept, "k", "7"), "again");
}

static void drop_odd(void *ctx, const char *id, const char *text)
{
	if (atoi(text) % 2)
		kept_drop(ctx, "k", id);
}

static void each_may_drop_its_own(void **state)
{
	struct fixture *f = *state;

	kept_put(f->kept, "k", "a", "1");
	kept_put(f->kept, "k", "b", "2");
	kept_put(f->kept, "k", "c", "3");
	kept_each(f->kept, "k", drop_odd, f->kept);
	assert_int_equal(kept_count(f->kept, "k"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(across_a_restart, set_up, clean_up),
		cmocka_unit_test_setup_teardown(until_it_is_written, set_up, clean_up),
		cmocka_unit_test_setup_teardown(what_goes_is_written_too, set_up, clean_up),
		cmocka_unit_test_setup_teardown(many_come_and_go, set_up, clean_up),
		cmocka_unit_test_setup_teardown(each_may_drop_its_own, set_up, clean_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
