/* state_dir.c - a lock file in the folder. The lock belongs to the open file (F_OFD_SETLK): the kernel lets go of it when
 * the process ends, and, other than with flock, one can ask for it without taking it. The number in the file is for
 * people only. */
#include "daemon/state_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/err.h"
#include "util/file.h"
#include "util/mem.h"

struct state_lock {
	int fd;
};

static const char lock_name[] = "soleus.lock";

/* mkdir -p; what exists stays as it is. */
static int make_path(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		int made = mkdir(path, 0700);
		*slash = '/';
		if (made < 0 && errno != EEXIST && errno != EISDIR)
			return -1;
	}
	return mkdir(path, 0700) < 0 && errno != EEXIST && errno != EISDIR ? -1 : 0;
}

int state_dir_make(const char *dir, struct err *err)
{
	struct stat info;
	char *path = mem_strdup(dir);
	int made = make_path(path);

	free(path);
	if (made < 0)
		return err_set(err, "cannot make the folder %s: %s", dir, strerror(errno));
	if (stat(dir, &info) < 0)
		return err_set(err, "cannot look at %s: %s", dir, strerror(errno));
	if (!S_ISDIR(info.st_mode))
		return err_set(err, "%s is no folder", dir);
	if (info.st_mode & (S_IWGRP | S_IWOTH))
		return err_set(err, "others may write to %s: chmod 700 %s", dir, dir);
	return 0;
}

static int open_lock(const char *dir, int flags)
{
	char *path = file_join(dir, lock_name);
	int fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0600);
	int why = errno;

	free(path);
	errno = why;
	return fd;
}

/* The number that the holder wrote, or 0 while it has not yet. */
static pid_t read_holder(int fd)
{
	char text[32];
	ssize_t len = pread(fd, text, sizeof text - 1, 0);

	if (len <= 0)
		return 0;
	text[len] = '\0';
	long pid = strtol(text, NULL, 10);
	return pid > 0 ? (pid_t)pid : 0;
}

/* Made by root, for the doctor, it must not shut out the daemon's own user. */
static void give_to_owner(int fd, const char *dir)
{
	struct stat info;

	if (geteuid() == 0 && stat(dir, &info) == 0)
		(void)!fchown(fd, info.st_uid, info.st_gid); /* where that can't be, root's daemon has it */
}

static struct flock whole_file(void)
{
	return (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET};
}

static void write_holder(int fd)
{
	char text[32];
	int len = snprintf(text, sizeof text, "%ld\n", (long)getpid());

	/* On a full disk the lock holds all the same: only its message lacks the number. */
	if (ftruncate(fd, 0) == 0)
		(void)!pwrite(fd, text, (size_t)len, 0);
}

static void refuse(int fd, const char *dir, int why, struct err *err)
{
	pid_t holder = read_holder(fd);

	if (why != EAGAIN && why != EACCES)
		err_set(err, "cannot lock %s/%s: %s", dir, lock_name, strerror(why));
	else if (holder)
		err_set(err, "another soleus (process %ld) works on %s already", (long)holder, dir);
	else
		err_set(err, "another soleus works on %s already", dir);
}

struct state_lock *state_lock_new(const char *dir, struct err *err)
{
	struct flock range = whole_file();
	int fd = open_lock(dir, O_RDWR | O_CREAT);

	if (fd < 0) {
		err_set(err, "cannot open %s/%s: %s", dir, lock_name, strerror(errno));
		return NULL;
	}
	if (fcntl(fd, F_OFD_SETLK, &range) < 0) {
		refuse(fd, dir, errno, err);
		(void)close(fd);
		return NULL;
	}
	give_to_owner(fd, dir);
	write_holder(fd);
	struct state_lock *l = mem_alloc(1, sizeof *l);
	l->fd = fd;
	return l;
}

void state_lock_free(struct state_lock *l)
{
	if (!l)
		return;
	(void)!ftruncate(l->fd, 0); /* the file stays: removing it could let two in, each with a file of its own */
	(void)close(l->fd);
	free(l);
}

int state_lock_held(const char *dir, pid_t *out_pid, struct err *err)
{
	struct flock range = whole_file();
	int fd = open_lock(dir, O_RDONLY), result;

	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return err_set(err, "cannot open %s/%s: %s", dir, lock_name, strerror(errno));
	if (fcntl(fd, F_OFD_GETLK, &range) < 0) {
		result = err_set(err, "cannot look at %s/%s: %s", dir, lock_name, strerror(errno));
	} else {
		result = range.l_type != F_UNLCK;
		*out_pid = result ? read_holder(fd) : 0;
	}
	(void)close(fd);
	return result;
}
