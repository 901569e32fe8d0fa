/* cmd_forget.c - soleus forget: removes one person from everything. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/command.h"
#include "cli/kept.h"
#include "store/store.h"
#include "util/err.h"

static void on_committed(void *ctx, const struct store_committed *c)
{
	int *status = ctx;

	if (c->err)
		fprintf(stderr, "soleus forget: %s\n", c->err->text);
	*status = c->err ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int run(int argc, char **argv)
{
	struct kept_args args;
	struct store *store;
	struct store_batch *batch;
	int status = EXIT_FAILURE;

	if (kept_args(argc, argv, &args) != 0)
		return EXIT_MISUSED;
	store = kept_open(args.config);
	if (!store)
		return status;
	batch = store_batch_new();
	store_batch_forget(batch, args.channel, args.person, false);
	store_commit(store, batch, on_committed, &status);
	store_close(store);
	return status;
}

const struct command cmd_forget = {"forget", "removes one person from everything", KEPT_USAGE, run};
