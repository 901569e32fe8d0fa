/* test_tree.c - any change to what is in a folder changes its digest, and nothing else does. */
#include "folder_fixture.h"

#include "util/digest.h"
#include "util/err.h"
#include "util/tree.h"

enum { PLENTY = 1 << 20 };

static uint8_t before[DIGEST_BYTES], now[DIGEST_BYTES];

static int digest_of(const char *dir, size_t max, uint8_t out[DIGEST_BYTES], struct err *err)
{
	struct digest d;
	digest_init(&d);
	int result = tree_digest(&d, dir, "data", max, err);
	digest_end(&d, out);
	return result;
}

static int set_up(void **state)
{
	if (folder_make(state) < 0)
		return -1;
	mkdir(in_folder("data"), 0700);
	mkdir(in_folder("data/en"), 0700);
	put_text("data/a.yaml", "calf");
	put_text("data/b.yaml", "");
	put_text("data/en/c.yaml", "hot");
	return digest_of(folder, PLENTY, before, NULL);
}

static bool changed(void)
{
	assert_int_equal(digest_of(folder, PLENTY, now, NULL), 0);
	return memcmp(before, now, sizeof now) != 0;
}

static void the_same(void **state)
{
	char elsewhere[80];
	(void)state;
	assert_false(changed());
	assert_int_equal(chmod(in_folder("data/a.yaml"), 0400), 0);
	put_text("other", "beside it");
	put_text("data/en/c.yaml", "hot"); /* written again, but the same */
	assert_false(changed());
	(void)snprintf(elsewhere, sizeof elsewhere, "%s2", folder);
	assert_int_equal(rename(folder, elsewhere), 0);
	assert_int_equal(digest_of(elsewhere, PLENTY, now, NULL), 0);
	assert_int_equal(rename(elsewhere, folder), 0);
	assert_memory_equal(before, now, sizeof now);
}

static void contents(void **state)
{
	(void)state;
	put_text("data/en/c.yaml", "hut");
	assert_true(changed());
	put_text("data/en/c.yaml", "hot\n");
	assert_true(changed());
	put_text("data/en/c.yaml", "hot");
	put_text("data/b.yaml", "calf");
	put_text("data/a.yaml", "");
	assert_true(changed());
}

static void names(void **state)
{
	(void)state;
	assert_int_equal(rename(in_folder("data/a.yaml"), in_folder("data/A.yaml")), 0);
	assert_true(changed());
	assert_int_equal(rename(in_folder("data/A.yaml"), in_folder("data/en/a.yaml")), 0);
	assert_true(changed());
	assert_int_equal(rename(in_folder("data/en/a.yaml"), in_folder("data/a.yaml")), 0);
	assert_false(changed());
	put_text("data/.hidden", "");
	assert_true(changed());
	assert_int_equal(unlink(in_folder("data/.hidden")), 0);
	mkdir(in_folder("data/de"), 0700);
	assert_true(changed());
	rmdir(in_folder("data/de"));
	assert_int_equal(symlink(in_folder("data/a.yaml"), in_folder("data/link")), 0);
	assert_true(changed());
}

static void refusals(void **state)
{
	struct err err;
	char deep[200] = "data";
	(void)state;
	assert_int_equal(digest_of("/no-such-dir", PLENTY, now, &err), -1);
	assert_string_equal(err.text, "cannot open /no-such-dir/data: No such file or directory");
	assert_int_equal(digest_of(folder, 6, now, &err), -1);
	assert_non_null(strstr(err.text, "c.yaml: too much to look at"));
	assert_int_equal(digest_of(folder, 7, now, &err), 0);
	assert_int_equal(symlink("nowhere", in_folder("data/broken")), 0);
	assert_int_equal(digest_of(folder, PLENTY, now, &err), -1);
	assert_int_equal(unlink(in_folder("data/broken")), 0);
	for (int i = 0; i < TREE_MAX_DEPTH; i++) {
		strcat(deep, "/d");
		mkdir(in_folder(deep), 0700);
	}
	assert_int_equal(digest_of(folder, PLENTY, now, &err), -1);
	assert_non_null(strstr(err.text, "nested too deep"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_same, set_up, folder_remove),
		cmocka_unit_test_setup_teardown(contents, set_up, folder_remove),
		cmocka_unit_test_setup_teardown(names, set_up, folder_remove),
		cmocka_unit_test_setup_teardown(refusals, set_up, folder_remove),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
