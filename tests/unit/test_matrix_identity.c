/* test_matrix_identity.c - the file with the identity's keys: there and back, and what is none. */
#include "file_fixture.h"

#include <sys/stat.h>

#include "channels/matrix_identity.h"
#include "util/err.h"

static void there_and_back(void **state)
{
	struct matrix_identity identity = {.user_id = "@bot:a", .master = "MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM"}, *back;
	struct stat info;
	(void)state;
	memset(identity.self_signing, 1, E2E_SEED_BYTES);
	memset(identity.backup, 0xff, E2E_SEED_BYTES);
	assert_int_equal(matrix_identity_write(path, &identity, NULL), 0);
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 07777, 0600);
	back = matrix_identity_read(path, NULL);
	assert_non_null(back);
	assert_memory_equal(back, &identity, sizeof identity);
	matrix_identity_free(back);
}

static void refused(void **state)
{
	static const char *const files[] = {
		"@bot:a", "{}",
		"{\"user_id\":\"@bot:a\",\"master_key\":\"M\",\"self_signing\":\"AAAA\",\"backup\":\"AAAA\"}",
		"{\"user_id\":\"@bot:a\",\"master_key\":\"M\","
		"\"self_signing\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
		"{\"master_key\":\"M\",\"self_signing\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\","
		"\"backup\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
	};
	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		struct err err = {""};
		FILE *f = fopen(path, "w");

		assert_non_null(f);
		fputs(files[i], f);
		fclose(f);
		if (matrix_identity_read(path, &err) || !strstr(err.text, "log in again"))
			fail_msg("case %zu: '%s'", i, err.text);
	}
	assert_null(matrix_identity_read("/nonexistent/identity", NULL));
	matrix_identity_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(there_and_back), cmocka_unit_test(refused)};
	return cmocka_run_group_tests(tests, file_make, file_remove);
}
