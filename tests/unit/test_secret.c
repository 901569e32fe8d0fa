/* test_secret.c - secrets from files and the environment, and what is refused as one. */
#include "file_fixture.h"

#include <sys/stat.h>

#include "util/err.h"
#include "util/secret.h"

static void write_bytes(const char *bytes, size_t len)
{
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static void contents(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *want, *refused; /* one of them */
	} cases[] = {
		{"110:AAH-x_y", 11, "110:AAH-x_y", NULL},
		{"token\n", 6, "token", NULL},
		{"token\r\n", 7, "token", NULL},
		{"two words \n", 11, "two words ", NULL},
		{"", 0, NULL, "empty"},
		{"\n", 1, NULL, "empty"},
		{"a\n\n", 3, NULL, "more than one line"},
		{"a\nb\n", 4, NULL, "more than one line"},
		{"a\0b", 3, NULL, "more than one line"},
		{"a\tb", 3, NULL, "more than one line"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err err = {{0}};
		write_bytes(cases[i].bytes, cases[i].len);
		struct secret *s = secret_read_file(path, &err);
		if (!s != !cases[i].want)
			fail_msg("case %zu: %s", i, s ? "taken" : err.text);
		if (s)
			assert_string_equal(secret_text(s), cases[i].want);
		else if (!strstr(err.text, cases[i].refused) || !strstr(err.text, path))
			fail_msg("case %zu: '%s'", i, err.text);
		secret_free(s);
	}
	secret_free(NULL);
}

static void sizes(void **state)
{
	(void)state;
	char bytes[3 * SECRET_MAX];
	memset(bytes, 'x', sizeof bytes);
	static const struct {
		size_t len;
		int line_end, taken;
	} cases[] = {
		{SECRET_MAX, 0, 1}, {SECRET_MAX, 1, 1}, {SECRET_MAX + 1, 0, 0}, {SECRET_MAX + 2, 1, 0}, {2 * SECRET_MAX, 1, 0},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err err = {{0}};
		bytes[cases[i].len] = cases[i].line_end ? '\n' : 'x';
		write_bytes(bytes, cases[i].len + (size_t)cases[i].line_end);
		bytes[cases[i].len] = 'x';
		struct secret *s = secret_read_file(path, &err);
		if (!s != !cases[i].taken)
			fail_msg("case %zu: %s", i, s ? "taken" : err.text);
		assert_true(s || strstr(err.text, "longer than"));
		secret_free(s);
	}
}

static void rights(void **state)
{
	static const struct {
		mode_t mode;
		int taken;
	} cases[] = {{0600, 1}, {0400, 1}, {0640, 1}, {0440, 1}, {0644, 0}, {0604, 0}, {0602, 0}, {0666, 0}};
	(void)state;
	write_bytes("token", 5);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err err = {{0}};
		assert_int_equal(chmod(path, cases[i].mode), 0);
		struct secret *s = secret_read_file(path, &err);
		if (!s != !cases[i].taken)
			fail_msg("mode %o: %s", (unsigned)cases[i].mode, s ? "taken" : err.text);
		assert_true(s || strstr(err.text, "chmod o= /tmp/"));
		secret_free(s);
	}
	assert_int_equal(chmod(path, 0600), 0);
}

static void writing(void **state)
{
	struct err err = {""};
	struct stat info;
	(void)state;
	write_bytes("before", 6);
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(secret_write_file(path, "after\n", 6, &err), 0);
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 07777, 0600);
	struct secret *s = secret_read_file(path, &err);
	assert_string_equal(secret_text(s), "after");
	secret_free(s);
	assert_int_equal(secret_write_file("/nonexistent/token", "x", 1, &err), -1);
	assert_string_equal(err.text, "/nonexistent/token.new: No such file or directory");
}

static void missing(void **state)
{
	struct err err;
	(void)state;
	assert_null(secret_read_file("/nonexistent/token", &err));
	assert_string_equal(err.text, "cannot open /nonexistent/token: No such file or directory");
	assert_null(secret_read_file("/nonexistent/token", NULL));
}

static void environment(void **state)
{
	struct err err;
	(void)state;
	assert_int_equal(unsetenv("SOLEUS_TEST_TOKEN"), 0);
	assert_null(secret_read_env("SOLEUS_TEST_TOKEN", &err));
	assert_non_null(strstr(err.text, "SOLEUS_TEST_TOKEN is not set"));
	assert_int_equal(setenv("SOLEUS_TEST_TOKEN", "", 1), 0);
	assert_null(secret_read_env("SOLEUS_TEST_TOKEN", &err));
	assert_non_null(strstr(err.text, "empty"));
	assert_int_equal(setenv("SOLEUS_TEST_TOKEN", "abc", 1), 0);
	struct secret *s = secret_read_env("SOLEUS_TEST_TOKEN", &err);
	assert_string_equal(secret_text(s), "abc");
	secret_free(s);
}

static void comparison(void **state)
{
	static const struct {
		const char *text;
		int equal;
	} cases[] = {
		{"abcabc", 1}, {"abc", 0}, {"", 0}, {NULL, 0}, {"abcabcabcabc", 0}, {"abcabd", 0}, {"Abcabc", 0},
		{"abcabc ", 0}, {"xbcabc", 0},
	};
	(void)state;
	assert_int_equal(setenv("SOLEUS_TEST_TOKEN", "abcabc", 1), 0);
	struct secret *s = secret_read_env("SOLEUS_TEST_TOKEN", NULL);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		if (secret_equal(s, cases[i].text) != (bool)cases[i].equal)
			fail_msg("case %zu: %s", i, cases[i].text);
	}
	secret_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(contents), cmocka_unit_test(sizes), cmocka_unit_test(rights), cmocka_unit_test(writing),
		cmocka_unit_test(missing), cmocka_unit_test(environment), cmocka_unit_test(comparison),
	};
	return cmocka_run_group_tests(tests, file_make, file_remove);
}
