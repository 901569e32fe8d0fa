/* test_matrix_session.c - the file with the tokens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "channels/matrix_session.h"
#include "util/err.h"

static char folder[] = "/tmp/soleus-session-XXXXXX", path[64];

static void put(const char *text, mode_t mode)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static void files(void **state)
{
	static const struct {
		const char *text;
		mode_t mode;
		const char *token, *device; /* token NULL: refused */
	} cases[] = {
		{"syt_plain\n", 0600, "syt_plain", NULL},
		{"{\"access_token\":\"syt_a\",\"device_id\":\"D\",\"user_id\":\"@a:b\"}\n", 0600, "syt_a", "D"},
		{"{\"access_token\":\"syt_a\",\"refresh_token\":null}", 0600, "syt_a", NULL},
		{"{\"device_id\":\"D\"}", 0600, NULL, NULL},
		{"{\"access_token\":\"\"}", 0600, NULL, NULL},
		{"", 0600, NULL, NULL},
		{"syt_plain\n", 0644, NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err err = {""};
		struct matrix_session *s;

		put(cases[i].text, cases[i].mode);
		s = matrix_session_read(path, &err);
		if (!s != !cases[i].token)
			fail_msg("case %zu: %s", i, err.text);
		assert_null(strstr(err.text, "syt_"));
		if (s)
			assert_string_equal(s->access_token, cases[i].token);
		if (s && cases[i].device)
			assert_string_equal(s->device_id, cases[i].device);
		matrix_session_free(s);
	}
}

static void written(void **state)
{
	static const char answer[] = "{\"access_token\":\"syt_new\",\"refresh_token\":\"syr_new\",\"expires_in_ms\":300000}";
	struct matrix_session *s;
	struct stat info;

	(void)state;
	put("{\"access_token\":\"syt_a\",\"device_id\":\"D\",\"user_id\":\"@a:b\"}\n", 0600);
	s = matrix_session_read(path, NULL);
	assert_non_null(s);
	assert_int_equal(matrix_session_take(s, (struct json_span){"{}", 2}), -1);
	assert_string_equal(s->access_token, "syt_a");
	assert_int_equal(matrix_session_take(s, (struct json_span){answer, sizeof answer - 1}), 0);
	assert_int_equal(matrix_session_write(path, s, NULL), 0);
	matrix_session_free(s);
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	s = matrix_session_read(path, NULL);
	assert_string_equal(s->access_token, "syt_new");
	assert_string_equal(s->refresh_token, "syr_new");
	assert_string_equal(s->device_id, "D");
	assert_string_equal(s->user_id, "@a:b");
	matrix_session_free(s);
}

static void bodies(void **state)
{
	char *login = matrix_login_body("@a:b", "p\"w", "D"), *refresh = matrix_refresh_body("r");

	(void)state;
	assert_string_equal(login, "{\"type\":\"m.login.password\",\"identifier\":{\"type\":\"m.id.user\",\"user\":\"@a:b\"},"
		"\"password\":\"p\\\"w\",\"device_id\":\"D\",\"initial_device_display_name\":\"soleus\",\"refresh_token\":true}");
	assert_string_equal(refresh, "{\"refresh_token\":\"r\"}");
	free(login);
	free(refresh);
}

static int begin(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	(void)snprintf(path, sizeof path, "%s/token", folder);
	return 0;
}

static int end(void **state)
{
	(void)state;
	(void)unlink(path);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(files), cmocka_unit_test(written), cmocka_unit_test(bodies)};

	return cmocka_run_group_tests(tests, begin, end);
}
