/* cmd_image.c - soleus image: the data as one file that the program maps when it starts. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/command.h"
#include "cli/data_dir.h"
#include "cli/load.h"
#include "cli/options.h"
#include "util/err.h"

enum { MODE = 0644 };

static int write_image(const char *data, const char *path)
{
	struct knowledge k;
	struct err err;
	int status = EXIT_SUCCESS;

	if (knowledge_load_files(&k, data) < 0)
		return EXIT_FAILURE;
	if (knowledge_save(&k, path, MODE, &err) < 0) {
		fprintf(stderr, "soleus image: %s\n", err.text);
		status = EXIT_FAILURE;
	}
	knowledge_free(&k);
	return status;
}

static int run(int argc, char **argv)
{
	const char *data = NULL, *path = NULL;

	for (int i = 1; i < argc; i++) {
		const char *value = options_value(argc, argv, &i, "--data");

		if (value && *value)
			data = value;
		else if (argv[i][0] != '-' && !path)
			path = argv[i];
		else {
			fprintf(stderr, "soleus image: unknown or unfinished option \"%s\"; see soleus image --help\n", argv[i]);
			return EXIT_MISUSED;
		}
	}
	if (!path) {
		fputs("soleus image: which file? See soleus image --help\n", stderr);
		return EXIT_MISUSED;
	}
	return write_image(data, path);
}

const struct command cmd_image = {
	"image", "make the file that lets the program start in milliseconds",
	"[--data DIR] FILE\n"
	"  FILE        is written; soleus looks for soleus.image beside the program and in its cache folder\n"
	"  --data DIR  where intents/ and responses/ are",
	run};
