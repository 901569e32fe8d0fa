/* test_image_path.c - where images are looked for, which one may be written, and that they do not pile up. */
#include "folder_fixture.h"

#include <libgen.h>
#include <limits.h>

#include "util/image_path.h"

static const char *last_of(const struct image_paths *p)
{
	size_t n = 0;
	while (p->list[n])
		n++;
	return n ? p->list[n - 1] : NULL;
}

static void clear_environment(void)
{
	unsetenv("CACHE_DIRECTORY");
	unsetenv("XDG_CACHE_HOME");
	unsetenv("HOME");
}

/* `name` and `value` into the environment; the folder in which images may then be written. */
static void looks_in(const char *name, const char *value, const char *want)
{
	struct image_paths p;
	char dir[PATH_MAX];
	setenv(name, value, 1);
	image_paths_init(&p, folder);
	assert_non_null(p.own);
	assert_ptr_equal(p.own, last_of(&p));
	assert_string_equal(dirname(strcpy(dir, p.own)), want);
	assert_int_equal(access(want, W_OK), 0); /* it is there */
	image_paths_done(&p);
}

static void cache_folders(void **state)
{
	struct image_paths p;
	char two[256];
	(void)state;
	clear_environment();
	image_paths_init(&p, folder);
	assert_null(p.own);
	image_paths_done(&p);
	looks_in("HOME", folder, in_folder(".cache/soleus"));
	looks_in("XDG_CACHE_HOME", in_folder("xdg"), in_folder("xdg/soleus"));
	mkdir(in_folder("service"), 0700);
	(void)snprintf(two, sizeof two, "%s/service:%s/other", folder, folder);
	looks_in("CACHE_DIRECTORY", two, in_folder("service"));
	setenv("CACHE_DIRECTORY", "not/absolute", 1);
	looks_in("XDG_CACHE_HOME", in_folder("xdg"), in_folder("xdg/soleus"));
	clear_environment();
}

static void beside_the_program(void **state)
{
	struct image_paths p;
	char path[PATH_MAX] = "";
	(void)state;
	clear_environment();
	assert_true(readlink("/proc/self/exe", path, sizeof path - 1) > 0);
	image_paths_init(&p, folder);
	strcpy(strrchr(path, '/'), "/soleus.image");
	assert_string_equal(p.list[0], path);
	strcpy(strrchr(path, '/'), "/../lib/soleus/soleus.image");
	assert_string_equal(p.list[1], path);
	assert_null(p.list[2]);
	image_paths_done(&p);
}

static void each_data_its_own(void **state)
{
	struct image_paths a, again, b;
	(void)state;
	clear_environment();
	setenv("CACHE_DIRECTORY", folder, 1);
	mkdir(in_folder("data"), 0700);
	image_paths_init(&a, in_folder("data"));
	image_paths_init(&again, in_folder("data/../data/"));
	image_paths_init(&b, folder);
	assert_string_equal(a.own, again.own);
	assert_string_not_equal(a.own, b.own);
	image_paths_done(&a);
	image_paths_done(&again);
	image_paths_done(&b);
	clear_environment();
}

static void prunes(void **state)
{
	(void)state;
	put_text("notes", "");
	for (int i = 0; i < IMAGE_KEPT + 3; i++) {
		char name[32];
		(void)snprintf(name, sizeof name, "%d.image", i);
		put_text(name, "");
		const struct timespec times[2] = {{.tv_sec = 1000 + i}, {.tv_sec = 1000 + i}};
		assert_int_equal(utimensat(AT_FDCWD, in_folder(name), times, 0), 0);
	}
	image_paths_prune(in_folder("6.image"));
	for (int i = 0; i < IMAGE_KEPT + 3; i++) {
		char name[32];
		(void)snprintf(name, sizeof name, "%d.image", i);
		assert_int_equal(access(in_folder(name), F_OK), i < 3 ? -1 : 0);
	}
	assert_int_equal(access(in_folder("notes"), F_OK), 0);
	image_paths_prune("/no-such-dir/an.image");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(cache_folders, folder_make, folder_remove),
		cmocka_unit_test_setup_teardown(beside_the_program, folder_make, folder_remove),
		cmocka_unit_test_setup_teardown(each_data_its_own, folder_make, folder_remove),
		cmocka_unit_test_setup_teardown(prunes, folder_make, folder_remove),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
