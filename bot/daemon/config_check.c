/* config_check.c - a configuration that reads well, held against the files and data that it names. */
#include "daemon/config_check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "channels/telegram.h"
#include "daemon/config.h"
#include "daemon/config_secret.h"
#include "triage/places.h"
#include "util/err.h"
#include "util/secret.h"
#include "util/strmap.h"

static const char *who_makes(const char *key)
{
	static const char *const by_login[] = {"matrix.token_file", "matrix.key_file", "matrix.identity_file"};

	for (size_t i = 0; i < sizeof by_login / sizeof *by_login; i++)
		if (strcmp(key, by_login[i]) == 0)
			return ": `soleus matrix login` makes it";
	return "";
}

/* Is there a file that we may read at all? */
static bool check_readable(const struct config *c, struct problems *problems, const char *key, const char *path,
	struct stat *out)
{
	if (stat(path, out) < 0 || (S_ISREG(out->st_mode) && access(path, R_OK) < 0))
		config_problem(c, problems, key, "cannot read %s: %s%s", path, strerror(errno), errno == ENOENT ? who_makes(key) : "");
	else if (!S_ISREG(out->st_mode))
		config_problem(c, problems, key, "%s is no file", path);
	else if (out->st_size == 0)
		config_problem(c, problems, key, "%s is empty", path);
	else
		return true;
	return false;
}

/* Reading by the group is as the operator wants it: systemd's credentials show such a bit for the service's user. */
static bool check_secret_file(const struct config *c, struct problems *problems, const char *key, const char *path)
{
	struct stat info;

	if (!check_readable(c, problems, key, path, &info))
		return false;
	if (info.st_mode & (S_IRWXO | S_IWGRP))
		config_problem(c, problems, key, "others may read or change %s: chmod 600 %s", path, path);
	return !(info.st_mode & (S_IRWXO | S_IWGRP));
}

static bool is_token(const char *text)
{
	return telegram_token_ok(text);
}

/* What Telegram takes as a webhook's secret. */
static bool is_hook_secret(const char *text)
{
	size_t len = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

	return !text[len] && len > 0 && len <= TELEGRAM_MAX_SECRET;
}

/* A secret of which `fits` must be true; `wants` says in words what that is. Nothing of it is told. */
static void check_secret(const struct config *c, struct problems *problems, const char *const keys[2],
	const struct config_secret *where, bool (*fits)(const char *text), const char *wants)
{
	const char *key = where->file ? keys[0] : keys[1];
	struct err err;

	if (where->file && !check_secret_file(c, problems, key, where->file))
		return;
	struct secret *s = config_secret_read(where, &err);
	if (!s)
		config_problem(c, problems, key, "%s", err.text);
	else if (!fits(secret_text(s)))
		config_problem(c, problems, key, "what is kept there is not %s", wants);
	secret_free(s);
}

static void check_file(const struct config *c, struct problems *problems, const char *key, const char *path)
{
	struct stat info;

	if (path)
		(void)check_readable(c, problems, key, path, &info);
}

static bool is_password(const char *text)
{
	return *text;
}

static void check_matrix(const struct config *c, struct problems *problems)
{
	static const char *const keys[] = {"matrix.password_file", "matrix.password_env"};

	(void)check_secret_file(c, problems, "matrix.token_file", c->matrix.token_file);
	if (c->matrix.key_file)
		(void)check_secret_file(c, problems, "matrix.key_file", c->matrix.key_file);
	if (c->matrix.identity_file)
		(void)check_secret_file(c, problems, "matrix.identity_file", c->matrix.identity_file);
	if (c->matrix.password.file || c->matrix.password.env)
		check_secret(c, problems, keys, &c->matrix.password, is_password, "a password");
}

void config_check_files(const struct config *c, struct problems *problems)
{
	static const char *const token_keys[] = {"telegram.token_file", "telegram.token_env"};
	static const char *const hook_keys[] = {"telegram.webhook.secret_file", "telegram.webhook.secret_env"};

	if (c->telegram.enabled)
		check_secret(c, problems, token_keys, &c->telegram.token, is_token,
			"a token: digits, a colon and some 35 letters, as @BotFather gives it");
	if (c->matrix.enabled)
		check_matrix(c, problems);
	if (!config_needs_server(c))
		return;
	check_secret(c, problems, hook_keys, &c->telegram.webhook.secret, is_hook_secret,
		"1 to 256 letters, digits, _ and -");
	check_file(c, problems, "telegram.webhook.certificate_file", c->telegram.webhook.certificate_file);
	check_file(c, problems, "server.tls_certificate", c->server.tls_certificate);
	if (c->server.tls_key)
		(void)check_secret_file(c, problems, "server.tls_key", c->server.tls_key);
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
