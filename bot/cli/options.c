/* options.c - the options that several commands share. */
#include "cli/options.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

const char *options_value(int argc, char **argv, int *i, const char *name)
{
	size_t len = strlen(name);

	if (strncmp(argv[*i], name, len) != 0)
		return NULL;
	if (argv[*i][len] == '=')
		return argv[*i] + len + 1;
	if (argv[*i][len])
		return NULL;
	return *i + 1 < argc ? argv[++*i] : "";
}

int options_jsonl(int argc, char **argv, const char **out_data)
{
	bool jsonl = false;

	for (int i = 1; i < argc; i++) {
		const char *data = options_value(argc, argv, &i, "--data");

		if (data && *data)
			*out_data = data;
		else if (strcmp(argv[i], "--jsonl") == 0)
			jsonl = true;
		else {
			fprintf(stderr, "soleus %s: unknown or unfinished option \"%s\"; see soleus %s --help\n", argv[0], argv[i], argv[0]);
			return -1;
		}
	}
	if (!jsonl) {
		fprintf(stderr, "soleus %s: expected --jsonl; see soleus %s --help\n", argv[0], argv[0]);
		return -1;
	}
	return 0;
}
