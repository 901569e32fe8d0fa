/* secret.c - read with as few copies as can be, and each of them wiped. */
#include "util/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/err.h"
#include "util/mem.h"

struct secret {
	size_t len;
	char text[];
};

/* Up to one byte more than may be; -1 on failure. */
static ssize_t read_up_to(int fd, char *bytes, size_t size)
{
	size_t len = 0;
	while (len < size) {
		ssize_t got = read(fd, bytes + len, size - len);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		len += (size_t)got;
	}
	return (ssize_t)len;
}

static bool has_control(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			return true;
	}
	return false;
}

/* `where` is for the error's text. */
static struct secret *secret_new(const char *text, size_t len, const char *where, struct err *err)
{
	if (len > 0 && text[len - 1] == '\n')
		len--;
	if (len > 0 && text[len - 1] == '\r')
		len--;
	if (len > SECRET_MAX) {
		err_set(err, "%s: longer than %d bytes, that is no secret", where, SECRET_MAX);
		return NULL;
	}
	if (len == 0) {
		err_set(err, "%s: empty", where);
		return NULL;
	}
	if (has_control(text, len)) {
		err_set(err, "%s: more than one line, or control characters; it must hold the secret alone", where);
		return NULL;
	}
	struct secret *s = mem_alloc(1, sizeof *s + len + 1);
	s->len = len;
	memcpy(s->text, text, len);
	return s;
}

/* The group may read it: a system's credentials and shared deployments need that. */
static int check_rights(int fd, const char *path, struct err *err)
{
	struct stat st;
	if (fstat(fd, &st) != 0)
		return err_set(err, "cannot read %s: %s", path, strerror(errno));
	if (st.st_mode & S_IRWXO)
		return err_set(err, "%s: everybody on this machine can read or change it; do: chmod o= %s", path, path);
	return 0;
}

static struct secret *read_open(int fd, const char *path, struct err *err)
{
	char bytes[SECRET_MAX + 3]; /* the line end, and one more */
	if (check_rights(fd, path, err) < 0)
		return NULL;
	ssize_t len = read_up_to(fd, bytes, sizeof bytes);
	struct secret *s = NULL;
	if (len < 0)
		err_set(err, "cannot read %s: %s", path, strerror(errno));
	else
		s = secret_new(bytes, (size_t)len, path, err);
	explicit_bzero(bytes, sizeof bytes);
	return s;
}

struct secret *secret_read_file(const char *path, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		err_set(err, "cannot open %s: %s", path, strerror(errno));
		return NULL;
	}
	struct secret *s = read_open(fd, path, err);
	(void)close(fd); /* nothing was written */
	return s;
}

struct secret *secret_read_env(const char *name, struct err *err)
{
	const char *text = getenv(name);
	if (!text) {
		err_set(err, "the environment variable %s is not set", name);
		return NULL;
	}
	return secret_new(text, strlen(text), name, err);
}

static int write_all(int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno != EINTR)
			return -1;
		text += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	return fsync(fd);
}

int secret_write_file(const char *path, const char *text, size_t len, struct err *err)
{
	char next[PATH_MAX];
	int fd, failed;

	if (snprintf(next, sizeof next, "%s.new", path) >= (int)sizeof next)
		return err_set(err, "%s: the path is too long", path);
	(void)unlink(next);
	fd = open(next, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
	if (fd < 0)
		return err_set(err, "%s: %s", next, strerror(errno));
	failed = write_all(fd, text, len);
	if (close(fd) != 0 || failed || rename(next, path) != 0)
		return err_set(err, "%s: %s", path, strerror(errno));
	return 0;
}

const char *secret_text(const struct secret *s)
{
	return s->text;
}

bool secret_equal(const struct secret *s, const char *text)
{
	if (!text)
		return false;
	size_t len = strlen(text);
	volatile unsigned char different = len != s->len;
	for (size_t i = 0; i < len; i++)
		different |= (unsigned char)(text[i] ^ s->text[i % s->len]);
	return !different;
}

void secret_free(struct secret *s)
{
	if (!s)
		return;
	explicit_bzero(s->text, s->len);
	free(s);
}
