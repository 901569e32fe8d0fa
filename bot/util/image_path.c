/* image_path.c - where images are. */
#include "util/image_path.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/digest.h"
#include "util/err.h"
#include "util/file.h"
#include "util/mem.h"

/* The folder of the program, or NULL. */
static char *program_folder(void)
{
	char path[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);

	if (len <= 0)
		return NULL;
	path[len] = '\0';
	char *slash = strrchr(path, '/');
	return slash ? mem_strndup(path, (size_t)(slash - path)) : NULL;
}

static char *below(char *dir, const char *name)
{
	char *path = file_join(dir, name);

	free(dir);
	return path;
}

/* A folder that nobody else may write to; an error shows when it is used. */
static char *made(char *dir)
{
	(void)mkdir(dir, 0700);
	return dir;
}

/* Not for a program with rights that its caller does not have: then the environment is the caller's. */
static char *cache_folder(void)
{
	const char *given = secure_getenv("CACHE_DIRECTORY"), *cache = secure_getenv("XDG_CACHE_HOME"), *home = secure_getenv("HOME");

	if (given && *given == '/') /* systemd makes them, with a colon between */
		return mem_strndup(given, strcspn(given, ":"));
	if (cache && *cache == '/')
		return made(below(made(mem_strdup(cache)), "soleus"));
	if (home && *home == '/')
		return made(below(made(below(mem_strdup(home), ".cache")), "soleus"));
	return NULL;
}

/* Each folder of data has its own, so that two of them do not take turns. */
static char *own_name(const char *dir)
{
	char real[PATH_MAX], name[64];
	uint8_t hash[DIGEST_BYTES];
	struct digest d;
	const char *known = realpath(dir, real) ? real : dir;

	digest_init(&d);
	digest_add(&d, known, strlen(known));
	digest_end(&d, hash);
	(void)snprintf(name, sizeof name, "soleus-%02x%02x%02x%02x%02x%02x.image", hash[0], hash[1], hash[2], hash[3], hash[4],
		hash[5]);
	return mem_strdup(name);
}

void image_paths_init(struct image_paths *p, const char *dir)
{
	char *program = program_folder(), *cache = cache_folder(), *name = own_name(dir);
	size_t n = 0;

	*p = (struct image_paths){0};
	if (program) {
		p->list[n++] = file_join(program, "soleus.image");
		p->list[n++] = file_join(program, "../lib/soleus/soleus.image");
	}
	if (cache)
		p->own = p->list[n++] = file_join(cache, name);
	free(program);
	free(cache);
	free(name);
}

void image_paths_done(struct image_paths *p)
{
	for (size_t i = 0; p->list[i]; i++)
		free(p->list[i]);
	*p = (struct image_paths){0};
}

/* The oldest of these, which end in NULL; *out_n: how many there are. */
static const char *oldest(char *const list[], size_t *out_n)
{
	const char *found = NULL;
	struct stat st, oldest_st = {0};

	*out_n = 0;
	for (size_t i = 0; list[i]; i++) {
		if (lstat(list[i], &st) < 0)
			continue;
		++*out_n;
		if (!found || st.st_mtime < oldest_st.st_mtime) {
			found = list[i];
			oldest_st = st;
		}
	}
	return found;
}

void image_paths_prune(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = mem_strndup(path, slash ? (size_t)(slash - path) : 0);
	char **list = file_list(slash ? dir : ".", ".image", NULL);
	size_t n = 0;

	for (const char *old = list ? oldest(list, &n) : NULL; n > IMAGE_KEPT && unlink(old) == 0;)
		old = oldest(list, &n);
	file_list_free(list);
	free(dir);
}
