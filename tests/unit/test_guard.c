/* test_guard.c - one bad message does not kill for ever: processes that end in the middle are real. */
#include "file_fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "daemon/guard.h"
#include "util/err.h"

static struct guard *opened(void)
{
	struct err err = {""};
	struct guard *g = guard_open(path, &err);

	assert_string_equal(err.text, "");
	assert_non_null(g);
	return g;
}

/* A process that is killed while it works `event`. */
static void die_while(const char *event)
{
	pid_t pid = fork();

	if (pid == 0) {
		struct guard *g = guard_open(path, NULL);

		if (g && guard_enter(g, event))
			(void)kill(getpid(), SIGKILL);
		_exit(1);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void what_killed_often_is_left(void **state)
{
	(void)state;
	for (int i = 0; i < GUARD_MAX_DEATHS; i++) {
		struct guard *g = opened();

		assert_true(guard_enter(g, "bad"));
		guard_leave(g);
		guard_close(g);
		die_while("bad");
	}
	struct guard *g = opened();
	assert_false(guard_enter(g, "bad"));
	assert_true(guard_enter(g, "good"));
	guard_leave(g);
	guard_close(g);
}

/* Other things that are worked in between do not wash it clean. */
static void others_in_between_change_nothing(void **state)
{
	(void)state;
	for (int i = 0; i < GUARD_MAX_DEATHS; i++) {
		struct guard *g = opened();

		assert_true(guard_enter(g, "good"));
		guard_leave(g);
		guard_close(g);
		die_while("bad");
	}
	struct guard *g = opened();
	assert_false(guard_enter(g, "bad"));
	guard_close(g);
}

static void ended_work_is_nobodys_fault(void **state)
{
	(void)state;
	for (int i = 0; i < 2 * GUARD_MAX_DEATHS; i++) {
		struct guard *g = opened();

		assert_true(guard_enter(g, "good"));
		guard_leave(g);
		guard_close(g);
	}
}

static void garbage_in_the_file_is_harmless(void **state)
{
	char bytes[8192];
	int fd = open(path, O_WRONLY);

	(void)state;
	memset(bytes, 'x', sizeof bytes);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, sizeof bytes), sizeof bytes);
	assert_int_equal(close(fd), 0);
	struct guard *g = opened();
	assert_true(guard_enter(g, "good"));
	guard_leave(g);
	guard_close(g);
}

static void a_folder_that_is_missing_is_told(void **state)
{
	struct err err = {""};

	(void)state;
	assert_null(guard_open("/nonexistent/working", &err));
	assert_non_null(strstr(err.text, "/nonexistent/working"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FILE(what_killed_often_is_left),
		WITH_FILE(others_in_between_change_nothing),
		WITH_FILE(ended_work_is_nobodys_fault),
		WITH_FILE(garbage_in_the_file_is_harmless),
		cmocka_unit_test(a_folder_that_is_missing_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
