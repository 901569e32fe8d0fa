/* load.c - the data that commands work with. */
#include "cli/load.h"

#include <stdbool.h>
#include <stdlib.h>

#include "cli/data_dir.h"
#include "util/err.h"
#include "util/image_path.h"
#include "util/trim.h"

/* Every problem on standard error. */
static int told(struct knowledge *k, struct problems *problems, int result)
{
	problems_print(problems, stderr);
	problems_done(problems);
	if (result < 0)
		knowledge_free(k);
	return result;
}

static int load(struct knowledge *k, const char *option, bool samples)
{
	struct problems problems;
	char *dir = data_dir(option);

	problems_init(&problems);
	int result = samples ? knowledge_read(k, dir, &problems) : knowledge_open(k, dir, NULL, &problems);
	free(dir);
	return told(k, &problems, result);
}

int knowledge_load_samples(struct knowledge *k, const char *option)
{
	return load(k, option, true);
}

int knowledge_load_files(struct knowledge *k, const char *option)
{
	return load(k, option, false);
}

int knowledge_load(struct knowledge *k, const char *option)
{
	struct problems problems;
	struct image_paths paths;
	char *dir = data_dir(option);

	problems_init(&problems);
	image_paths_init(&paths, dir);
	int result = knowledge_open(k, dir, (const char *const *)paths.list, &problems);
	/* What was read from files is kept as an image and used from there at once, as the pages that nobody touches take no memory.
	 * Without one the next start is as slow as this one, and that is all. */
	if (result == 0 && paths.own && knowledge_save(k, paths.own, 0600, NULL) == 0) {
		image_paths_prune(paths.own);
		knowledge_free(k);
		result = knowledge_open(k, dir, (const char *const *)paths.list, &problems);
	}
	image_paths_done(&paths);
	free(dir);
	memory_trim();
	return told(k, &problems, result);
}
