/* tree.c - what is in a folder and in those below it, as a digest. */
#include "util/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/digest.h"
#include "util/err.h"
#include "util/file.h"
#include "util/mem.h"

enum { PIECE_BYTES = 64 << 10 };

struct walk {
	struct digest *digest;
	struct err *err;
	size_t left; /* bytes that may still come */
	char *piece;
	int depth;
};

/* Where a name and where a content end must be told as well, lest two trees look alike. */
static void add_number(struct walk *w, uint64_t number)
{
	digest_add(w->digest, &number, sizeof number);
}

static int add_content(struct walk *w, int fd, const char *path)
{
	uint64_t total = 0;

	for (;;) {
		ssize_t got = read(fd, w->piece, PIECE_BYTES);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_set(w->err, "cannot read %s: %s", path, strerror(errno));
		if (got == 0)
			break;
		if ((size_t)got > w->left)
			return err_set(w->err, "%s: too much to look at", path);
		w->left -= (size_t)got;
		total += (uint64_t)got;
		digest_add(w->digest, w->piece, (size_t)got);
	}
	add_number(w, total);
	return 0;
}

static int add_file(struct walk *w, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_set(w->err, "cannot open %s: %s", path, strerror(errno));
	int result = add_content(w, fd, path);
	(void)close(fd); /* nothing was written */
	return result;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_entry(const struct dirent *e)
{
	return strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
}

static int add_folder(struct walk *w, const char *path);

/* Only files and folders count; links are what they lead to. */
static int add_entry(struct walk *w, const char *path, const char *name)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return err_set(w->err, "cannot look at %s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return 0;
	digest_add(w->digest, name, strlen(name) + 1);
	return S_ISREG(st.st_mode) ? add_file(w, path) : add_folder(w, path);
}

static int add_folder(struct walk *w, const char *path)
{
	struct dirent **list = NULL;
	int result = 0;

	if (++w->depth > TREE_MAX_DEPTH)
		return err_set(w->err, "%s: nested too deep", path);
	int n = scandir(path, &list, is_entry, by_name);
	if (n < 0)
		return err_set(w->err, "cannot open %s: %s", path, strerror(errno));
	add_number(w, (uint64_t)n);
	for (int i = 0; i < n; i++) {
		char *below = file_join(path, list[i]->d_name);

		if (result == 0)
			result = add_entry(w, below, list[i]->d_name);
		free(below);
		free(list[i]);
	}
	free(list);
	w->depth--;
	return result;
}

int tree_digest(struct digest *d, const char *dir, const char *sub, size_t max, struct err *err)
{
	struct walk w = {.digest = d, .err = err, .left = max, .piece = mem_alloc(PIECE_BYTES, 1)};
	char *path = file_join(dir, sub);
	digest_add(d, sub, strlen(sub) + 1);
	int result = add_folder(&w, path);

	free(path);
	free(w.piece);
	return result;
}
