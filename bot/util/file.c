/* file.c - whole files and folders, with a ceiling. */
#include "util/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/err.h"
#include "util/mem.h"

enum { FIRST_BYTES = 16 * 1024 };

/* Reads until the end, one byte past `max` at most: sizes from stat are wrong for pipes and for files that grow. */
static char *read_all(int fd, size_t max, size_t *out_len, bool *out_larger)
{
	size_t cap = max < FIRST_BYTES ? max + 1 : FIRST_BYTES, len = 0;
	char *data = mem_alloc(cap + 1, 1);
	for (;;) {
		ssize_t got = read(fd, data + len, cap - len);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			free(data);
			return NULL;
		}
		len += (size_t)got;
		if (got == 0 || len > max)
			break;
		if (len == cap) {
			cap = cap > max / 2 ? max + 1 : cap * 2;
			data = mem_grow(data, cap + 1, 1);
		}
	}
	data[len] = '\0';
	*out_larger = len > max;
	*out_len = len;
	return data;
}

char *file_read(const char *path, size_t max, size_t *out_len, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		err_set(err, "cannot open %s: %s", path, strerror(errno));
		return NULL;
	}
	size_t len = 0;
	bool larger = false;
	char *data = read_all(fd, max, &len, &larger);
	int why = errno;
	(void)close(fd); /* nothing was written */
	if (!data) {
		err_set(err, "cannot read %s: %s", path, strerror(why));
		return NULL;
	}
	if (larger) {
		free(data);
		err_set(err, "%s is larger than %zu bytes", path, max);
		return NULL;
	}
	*out_len = len;
	return data;
}

static bool ends_in(const char *name, const char *suffix)
{
	size_t len = strlen(name), tail = strlen(suffix);
	return len >= tail && strcmp(name + len - tail, suffix) == 0;
}

static bool is_regular(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* By bytes, not by locale: the order decides which of two rules comes first. */
static int by_bytes(const void *left, const void *right)
{
	const char *const *a = left, *const *b = right;
	return strcmp(*a, *b);
}

char **file_list(const char *dir, const char *suffix, struct err *err)
{
	DIR *d = opendir(dir);
	if (!d) {
		err_set(err, "cannot open %s: %s", dir, strerror(errno));
		return NULL;
	}
	char **list = NULL;
	size_t n = 0, cap = 0;
	for (struct dirent *e = readdir(d); e; e = readdir(d)) {
		if (!ends_in(e->d_name, suffix))
			continue;
		char *path = file_join(dir, e->d_name);
		if (!is_regular(path)) {
			free(path);
			continue;
		}
		mem_room(list, n, cap);
		list[n++] = path;
	}
	(void)closedir(d); /* nothing was written */
	mem_room(list, n, cap);
	list[n] = NULL;
	qsort(list, n, sizeof *list, by_bytes);
	return list;
}

void file_list_free(char **list)
{
	for (size_t i = 0; list && list[i]; i++)
		free(list[i]);
	free(list);
}

char *file_join(const char *dir, const char *name)
{
	size_t dir_len = strlen(dir), name_len = strlen(name);
	bool slash = dir_len > 0 && dir[dir_len - 1] != '/';
	char *path = mem_alloc(dir_len + slash + name_len + 1, 1);
	memcpy(path, dir, dir_len);
	if (slash)
		path[dir_len] = '/';
	memcpy(path + dir_len + slash, name, name_len);
	return path;
}
