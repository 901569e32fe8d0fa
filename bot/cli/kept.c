/* kept.c - what export and forget share. */
#include "cli/kept.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/options.h"
#include "daemon/config.h"
#include "store/store.h"
#include "store/store_sqlite.h"
#include "util/err.h"

int kept_args(int argc, char **argv, struct kept_args *out)
{
	*out = (struct kept_args){.channel = "telegram"};
	for (int i = 1; i < argc; i++) {
		const char *value;

		if ((value = options_value(argc, argv, &i, "--config")))
			out->config = value;
		else if ((value = options_value(argc, argv, &i, "--channel")))
			out->channel = value;
		else if (!out->person && *argv[i] != '\0')
			out->person = argv[i];
		else
			out->config = "";
	}
	if (out->config && *out->config && *out->channel && out->person)
		return 0;
	fprintf(stderr, "soleus %s: wants --config FILE and one PERSON\n", argv[0]);
	return -1;
}

static void at_once(void *ctx, void (*work)(void *arg), void (*done)(void *arg), void *arg)
{
	(void)ctx;
	work(arg);
	done(arg);
}

struct store *kept_open(const char *path)
{
	struct problems problems;
	struct config *config;
	struct store *store = NULL;
	struct err err = {""};

	problems_init(&problems);
	config = config_load(path, &problems);
	problems_print(&problems, stderr);
	problems_done(&problems);
	if (config && access(config->database, F_OK) != 0) /* made by us it could be another user's, and shut the daemon out */
		err_set(&err, "%s: %s", config->database, strerror(errno));
	else if (config)
		store = store_sqlite_open(config->database, &(struct store_runner){.run = at_once}, &err);
	if (config && !store)
		fprintf(stderr, "soleus: %s\n", err.text);
	config_free(config);
	return store;
}
