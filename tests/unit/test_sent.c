/* test_sent.c - what was sent last is known after the process ended, and nothing else is. */
#include "file_fixture.h"

#include <signal.h>
#include <sys/wait.h>

#include "daemon/sent.h"
#include "util/err.h"

static void a_kill_loses_nothing(void **state)
{
	pid_t pid = fork();
	struct sent *s;

	(void)state;
	if (pid == 0) {
		s = sent_open(path, NULL);
		if (!s)
			_exit(1);
		sent_add(s, 7, 1000);
		(void)kill(getpid(), SIGKILL);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	s = sent_open(path, NULL);
	assert_non_null(s);
	assert_true(sent_has(s, 7, 1000));
	assert_false(sent_has(s, 8, 1000));
	sent_close(s);
}

/* The same number in another store is another row. */
static void a_row_of_another_time_is_another(void **state)
{
	struct sent *s = sent_open(path, NULL);

	(void)state;
	sent_add(s, 7, 1000);
	assert_false(sent_has(s, 7, 1001));
	sent_close(s);
}

static void the_oldest_goes_first(void **state)
{
	struct sent *s = sent_open(path, NULL);

	(void)state;
	for (int64_t id = 1; id <= SENT_MAX + 1; id++)
		sent_add(s, id, 1000);
	assert_false(sent_has(s, 1, 1000));
	assert_true(sent_has(s, 2, 1000));
	assert_true(sent_has(s, SENT_MAX + 1, 1000));
	sent_close(s);
}

static void a_folder_that_is_missing_is_told(void **state)
{
	struct err err = {""};

	(void)state;
	assert_null(sent_open("/nonexistent/sent", &err));
	assert_non_null(strstr(err.text, "/nonexistent/sent"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FILE(a_kill_loses_nothing),
		WITH_FILE(a_row_of_another_time_is_another),
		WITH_FILE(the_oldest_goes_first),
		cmocka_unit_test(a_folder_that_is_missing_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
