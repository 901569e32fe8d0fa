/* mapped.c - a small file in memory. */
#include "daemon/mapped.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "util/err.h"

void *mapped_open(const char *path, size_t size, struct err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	void *at = MAP_FAILED;

	/* room on the disk now, or a later write would end us */
	if (fd >= 0 && ftruncate(fd, (off_t)size) == 0 && (errno = posix_fallocate(fd, 0, (off_t)size)) == 0)
		at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (at == MAP_FAILED)
		(void)err_set(err, "%s: %s", path, strerror(errno));
	if (fd >= 0)
		(void)close(fd); /* the mapping stays */
	return at == MAP_FAILED ? NULL : at;
}

void mapped_close(void *at, size_t size)
{
	if (at)
		(void)munmap(at, size);
}
