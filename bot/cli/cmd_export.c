/* cmd_export.c - soleus export: all that is kept about one person, as JSON. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/command.h"
#include "cli/kept.h"
#include "store/store.h"
#include "util/err.h"

static void on_text(void *ctx, const struct err *err, const char *text)
{
	int *status = ctx;

	if (err)
		fprintf(stderr, "soleus export: %s\n", err->text);
	else
		puts(text);
	*status = err ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int run(int argc, char **argv)
{
	struct kept_args args;
	struct store *store;
	int status = EXIT_FAILURE;

	if (kept_args(argc, argv, &args) != 0)
		return EXIT_MISUSED;
	store = kept_open(args.config);
	if (store)
		store_export(store, args.channel, args.person, on_text, &status);
	store_close(store);
	return status;
}

const struct command cmd_export = {"export", "all that is kept about one person", KEPT_USAGE, run};
