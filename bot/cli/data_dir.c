/* data_dir.c - where intents/ and responses/ are. */
#include "cli/data_dir.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/file.h"
#include "util/mem.h"

/* PREFIX/share/soleus for a program PREFIX/bin/soleus, or NULL when it has no data there. */
static char *installed(void)
{
	char path[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);
	if (len <= 0)
		return NULL;
	path[len] = '\0';
	for (int up = 0; up < 2; up++) {
		char *slash = strrchr(path, '/');
		if (!slash)
			return NULL;
		*slash = '\0';
	}
	char *dir = file_join(path, "share/soleus");
	char *intents = file_join(dir, "intents");
	bool there = access(intents, F_OK) == 0;
	free(intents);
	if (there)
		return dir;
	free(dir);
	return NULL;
}

char *data_dir(const char *option)
{
	const char *chosen = option ? option : getenv("SOLEUS_DATA");
	if (chosen && *chosen)
		return mem_strdup(chosen);
	char *dir = installed();
	return dir ? dir : mem_strdup(SOLEUS_DATA_DIR);
}
