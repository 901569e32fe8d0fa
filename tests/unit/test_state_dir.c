/* test_state_dir.c - one daemon at a time, in a folder that is ours alone. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/state_dir.h"
#include "util/err.h"

static char base[] = "/tmp/soleus-state-XXXXXX";
static char dir[64]; /* base/a/b */

static void made_private(void **state)
{
	struct stat info;
	struct err err;
	(void)state;
	assert_int_equal(state_dir_make(dir, &err), 0);
	assert_int_equal(stat(dir, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0700);
	assert_int_equal(state_dir_make(dir, &err), 0); /* again */
}

static void others_may_write(void **state)
{
	struct err err;
	(void)state;
	assert_int_equal(chmod(dir, 0770), 0);
	assert_int_equal(state_dir_make(dir, &err), -1);
	assert_non_null(strstr(err.text, "others may write"));
	assert_int_equal(chmod(dir, 0700), 0);
}

static void no_folder(void **state)
{
	struct err err;
	(void)state;
	assert_int_equal(state_dir_make("/dev/null", &err), -1);
	assert_non_null(strstr(err.text, "is no folder"));
	assert_int_equal(state_dir_make("/dev/null/x", &err), -1);
	assert_non_null(strstr(err.text, "cannot make the folder /dev/null/x: "));
	assert_null(state_lock_new("/nowhere", &err));
	assert_non_null(strstr(err.text, "cannot open /nowhere/soleus.lock: "));
}

static void one_at_a_time(void **state)
{
	struct err err;
	pid_t pid = 1;
	char want[200];
	(void)state;
	assert_int_equal(state_lock_held(dir, &pid, &err), 0);
	struct state_lock *l = state_lock_new(dir, &err);
	assert_non_null(l);
	assert_null(state_lock_new(dir, &err));
	(void)snprintf(want, sizeof want, "another soleus (process %ld) works on %s already", (long)getpid(), dir);
	assert_string_equal(err.text, want);
	assert_int_equal(state_lock_held(dir, &pid, &err), 1);
	assert_int_equal(pid, getpid());
	assert_non_null(l);
	state_lock_free(l);
	assert_int_equal(state_lock_held(dir, &pid, &err), 0);
	l = state_lock_new(dir, &err);
	assert_non_null(l);
	state_lock_free(l);
	state_lock_free(NULL);
}

/* What root looks at stays open to the user that the folder belongs to. */
static void roots_lock(void **state)
{
	struct stat info;
	struct err err;
	char path[100];
	(void)state;
	if (geteuid() != 0)
		skip();
	(void)snprintf(path, sizeof path, "%s/soleus.lock", dir);
	(void)unlink(path);
	assert_int_equal(chown(dir, 12345, 54321), 0);
	struct state_lock *l = state_lock_new(dir, &err);
	assert_non_null(l);
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_uid, 12345);
	assert_int_equal(info.st_gid, 54321);
	state_lock_free(l);
	assert_int_equal(chown(dir, 0, 0), 0);
}

/* A process that is killed leaves no lock behind. */
static void killed_holder(void **state)
{
	struct err err;
	int ready[2], status;
	char byte;
	pid_t pid;
	(void)state;
	assert_int_equal(pipe(ready), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		if (!state_lock_new(dir, &err) || write(ready[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			(void)pause();
	}
	(void)close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(state_lock_held(dir, &pid, &err), 1);
	assert_int_equal(pid, child);
	assert_null(state_lock_new(dir, &err));
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(state_lock_held(dir, &pid, &err), 0);
	struct state_lock *l = state_lock_new(dir, &err); /* over the number that the dead one left */
	assert_non_null(l);
	state_lock_free(l);
	(void)close(ready[0]);
}

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(base))
		return -1;
	(void)snprintf(dir, sizeof dir, "%s/a/b", base);
	return 0;
}

static int tear_down(void **state)
{
	char path[100];
	(void)state;
	(void)snprintf(path, sizeof path, "%s/soleus.lock", dir);
	(void)unlink(path);
	(void)rmdir(dir);
	*strrchr(dir, '/') = '\0';
	(void)rmdir(dir);
	return rmdir(base);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(made_private),
		cmocka_unit_test(others_may_write),
		cmocka_unit_test(no_folder),
		cmocka_unit_test(one_at_a_time),
		cmocka_unit_test(roots_lock),
		cmocka_unit_test(killed_holder),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
