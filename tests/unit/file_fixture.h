/* file_fixture.h - a file of a test's own: empty, and for nobody else to read. */
#ifndef FILE_FIXTURE_H
#define FILE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char path[64];

/* For cmocka's set-up and tear-down, of a test or of all. */
static inline int file_make(void **state)
{
	int fd;

	(void)state;
	strcpy(path, "/tmp/soleus-test-XXXXXX");
	fd = mkstemp(path);
	return fd < 0 ? -1 : close(fd);
}

static inline int file_remove(void **state)
{
	(void)state;
	return unlink(path);
}

#define WITH_FILE(test) cmocka_unit_test_setup_teardown(test, file_make, file_remove)

#endif
