/* config_check.c - a configuration that reads well, held against the files and data that it names. */
#include "daemon/config_check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/config.h"
#include "triage/places.h"
#include "util/err.h"
#include "util/strmap.h"

/* Is there a file that we may read at all? */
static bool check_readable(const struct config *c, struct problems *problems, const char *key, const char *path,
	struct stat *out)
{
	if (stat(path, out) < 0 || (S_ISREG(out->st_mode) && access(path, R_OK) < 0))
		config_problem(c, problems, key, "cannot read %s: %s", path, strerror(errno));
	else if (!S_ISREG(out->st_mode))
		config_problem(c, problems, key, "%s is no file", path);
	else if (out->st_size == 0)
		config_problem(c, problems, key, "%s is empty", path);
	else
		return true;
	return false;
}

/* Reading by the group is as the operator wants it: systemd's credentials show such a bit for the service's user. */
static void check_secret_file(const struct config *c, struct problems *problems, const char *key, const char *path)
{
	struct stat info;

	if (path && check_readable(c, problems, key, path, &info) && info.st_mode & (S_IRWXO | S_IWGRP))
		config_problem(c, problems, key, "others may read or change %s: chmod 600 %s", path, path);
}

static void check_secret(const struct config *c, struct problems *problems, const char *file_key, const char *env_key,
	const struct config_secret *secret)
{
	check_secret_file(c, problems, file_key, secret->file);
	if (secret->env && (!getenv(secret->env) || !*getenv(secret->env)))
		config_problem(c, problems, env_key, "the environment has no %s", secret->env);
}

static void check_file(const struct config *c, struct problems *problems, const char *key, const char *path)
{
	struct stat info;

	if (path)
		(void)check_readable(c, problems, key, path, &info);
}

void config_check_files(const struct config *c, struct problems *problems)
{
	if (c->telegram.enabled)
		check_secret(c, problems, "telegram.token_file", "telegram.token_env", &c->telegram.token);
	if (!config_needs_server(c))
		return;
	check_secret(c, problems, "telegram.webhook.secret_file", "telegram.webhook.secret_env", &c->telegram.webhook.secret);
	check_file(c, problems, "telegram.webhook.certificate_file", c->telegram.webhook.certificate_file);
	check_file(c, problems, "server.tls_certificate", c->server.tls_certificate);
	check_secret_file(c, problems, "server.tls_key", c->server.tls_key);
}

void config_check_region(const struct config *c, const struct tables *tables, struct problems *problems)
{
	if (place_find(tables, c->region))
		return;
	struct strmap *ids = strmap_new();
	for (size_t i = 0; i < tables_places(tables); i++) {
		const char *id = place_at(tables, i)->id;

		strmap_set(ids, id, strlen(id), 1);
	}
	const char *near = strmap_nearest(ids, c->region);
	config_problem(c, problems, "region", "intents/triage/places.yaml has no '%s'%s%s%s", c->region,
		near ? ", did you mean '" : "", near ? near : "", near ? "'?" : "");
	strmap_free(ids);
}
