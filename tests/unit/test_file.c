/* test_file.c - whole files up to a ceiling, sorted folders, paths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "util/err.h"
#include "util/file.h"

/* A folder of its own for each test. */
static int make_folder(void **state)
{
	char *dir = strdup("/tmp/soleus-test-XXXXXX");
	*state = dir;
	return dir && mkdtemp(dir) ? 0 : -1;
}

static int remove_folder(void **state)
{
	char *command = NULL;
	if (asprintf(&command, "rm -r '%s'", (char *)*state) < 0)
		return -1;
	int status = system(command);
	free(command);
	free(*state);
	return status;
}

static char *write_file(const char *dir, const char *name, size_t len)
{
	char *path = file_join(dir, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	for (size_t i = 0; i < len; i++)
		fputc('a' + (int)(i % 26), f);
	assert_int_equal(fclose(f), 0);
	return path;
}

static void reads(void **state)
{
	static const struct {
		size_t size, max;
		bool fits;
	} cases[] = {
		{0, 0, true}, {0, 10, true}, {1, 0, false}, {10, 10, true}, {11, 10, false},
		{16384, 16384, true}, {16385, 16384, false}, {16384, 1 << 20, true}, {16383, 1 << 20, true},
		{100000, 1 << 20, true}, {100000, 100000, true}, {100000, 99999, false}, {70000, 65536, false},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *path = write_file(*state, "f", cases[i].size);
		struct err e = {{0}};
		size_t len = 12345678;
		char *data = file_read(path, cases[i].max, &len, &e);
		if (!data != !cases[i].fits)
			fail_msg("%zu bytes, %zu allowed: %s", cases[i].size, cases[i].max, data ? "read" : e.text);
		if (data && (len != cases[i].size || strlen(data) != len))
			fail_msg("%zu bytes, %zu allowed: got %zu", cases[i].size, cases[i].max, len);
		if (!data && (!strstr(e.text, "larger than") || len != 12345678))
			fail_msg("%zu bytes, %zu allowed: error '%s'", cases[i].size, cases[i].max, e.text);
		for (size_t at = 0; data && at < len; at++)
			assert_int_equal(data[at], 'a' + (int)(at % 26));
		free(data);
		free(path);
	}
}

static void cannot_read(void **state)
{
	struct err e;
	size_t len;
	char *missing = file_join(*state, "missing");
	assert_null(file_read(missing, 10, &len, &e));
	assert_non_null(strstr(e.text, missing));
	assert_non_null(strstr(e.text, "No such file"));
	assert_null(file_read(*state, 10, &len, &e));
	assert_non_null(strstr(e.text, "Is a directory"));
	assert_null(file_read(missing, 10, &len, NULL));
	assert_null(file_list(missing, ".yaml", &e));
	assert_non_null(strstr(e.text, missing));
	free(missing);
}

static void lists(void **state)
{
	static const char *const names[] = {"b.yaml", "a.yaml", "B.yaml", "a.yaml~", "c.txt", ".yaml", "yaml"};
	static const char *const want[] = {".yaml", "B.yaml", "a.yaml", "b.yaml"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		free(write_file(*state, names[i], 1));
	char *folder = file_join(*state, "folder.yaml");
	assert_int_equal(mkdir(folder, 0700), 0);
	free(folder);
	char **list = file_list(*state, ".yaml", NULL);
	assert_non_null(list);
	for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
		char *path = file_join(*state, want[i]);
		assert_non_null(list[i]);
		assert_string_equal(list[i], path);
		free(path);
	}
	assert_null(list[sizeof want / sizeof *want]);
	file_list_free(list);
	file_list_free(NULL);
}

static void lists_nothing(void **state)
{
	char **list = file_list(*state, ".yaml", NULL);
	assert_non_null(list);
	assert_null(list[0]);
	file_list_free(list);
}

static void joins(void **state)
{
	static const char *const cases[][3] = {
		{"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"/", "b", "/b"}, {"", "b", "b"}, {"a/b", "c/d", "a/b/c/d"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *got = file_join(cases[i][0], cases[i][1]);
		assert_string_equal(got, cases[i][2]);
		free(got);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reads, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(cannot_read, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(lists, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(lists_nothing, make_folder, remove_folder),
		cmocka_unit_test(joins),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
