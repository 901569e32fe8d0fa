/* test_mem.c - memory that is always there, and the death when it is not. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "util/mem.h"

static void zeroed(void **state)
{
	(void)state;
	char *p = mem_alloc(100, 3);
	for (size_t i = 0; i < 300; i++)
		assert_int_equal(p[i], 0);
	free(p);
}

static void nothing_is_something(void **state)
{
	(void)state;
	void *p = mem_alloc(0, 8);
	assert_non_null(p);
	p = mem_grow(p, 0, 8);
	assert_non_null(p);
	free(p);
}

static void growing_keeps(void **state)
{
	(void)state;
	int *list = NULL;
	size_t cap = 0;
	for (int n = 0; n < 1000; n++) {
		mem_room(list, (size_t)n, cap);
		list[n] = n;
	}
	assert_true(cap >= 1000);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(list[i], i);
	free(list);
}

static void copies(void **state)
{
	(void)state;
	char from[] = "calf";
	char *whole = mem_strdup(from), *part = mem_strndup(from, 2), *more = mem_strndup(from, 50);
	from[0] = 'h';
	assert_string_equal(whole, "calf");
	assert_string_equal(part, "ca");
	assert_string_equal(more, "calf");
	free(whole);
	free(part);
	free(more);
}

static void overflow_alloc(void)
{
	free(mem_alloc(SIZE_MAX / 2, 3));
}

static void overflow_grow(void)
{
	free(mem_grow(NULL, SIZE_MAX / 2, 3));
}

static void too_much(void)
{
	free(mem_alloc(SIZE_MAX / 4, 1));
}

static void aborts(void **state)
{
	static const struct {
		const char *name;
		void (*call)(void);
	} cases[] = {
		{"alloc overflows", overflow_alloc},
		{"grow overflows", overflow_grow},
		{"more than there is", too_much},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		pid_t child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			(void)signal(SIGABRT, SIG_DFL);
			(void)close(STDERR_FILENO);
			(void)setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
			cases[i].call();
			_exit(0);
		}
		int status = 0;
		assert_int_equal(waitpid(child, &status, 0), child);
		/* a sanitizer ends the process in its own way, with a status */
		if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
			fail_msg("%s: lived on", cases[i].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zeroed),
		cmocka_unit_test(nothing_is_something),
		cmocka_unit_test(growing_keeps),
		cmocka_unit_test(copies),
		cmocka_unit_test(aborts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
