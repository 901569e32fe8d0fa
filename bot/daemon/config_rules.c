/* config_rules.c - what must hold between values of the configuration, each of which may be right alone. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/config.h"
#include "daemon/config_keys.h"
#include "daemon/config_reading.h"
#include "util/arena.h"
#include "util/err.h"
#include "util/yaml.h"

/* The value that the file gives for a key, or NULL. */
static const struct yaml *given(const struct config_reading *r, const char *name)
{
	return r->given[config_key_find(name)];
}

/* Complains at that key, or at the top of the file where the key is not in it. */
static void complain(struct config_reading *r, const char *name, const char *text)
{
	const struct yaml *node = given(r, name);

	yaml_problem(r->file, node ? node : yaml_root(r->file), r->problems, "'%s': %s", name, text);
}

/* One of two ways to a secret. */
static void check_secret(struct config_reading *r, const char *file_key, const char *env_key, const char *needed_by,
	const char *missing)
{
	const struct yaml *file = given(r, file_key), *env = given(r, env_key);

	if (file && env)
		yaml_problem(r->file, env, r->problems, "'%s' and '%s' are both there: one of them is enough", file_key, env_key);
	if (!file && !env && needed_by)
		complain(r, needed_by, missing);
}

/* The only ports that Telegram calls. */
static bool callable_port(const char *url)
{
	const char *host = strstr(url, "://");
	const char *end = host ? host + 3 + strcspn(host + 3, "/") : NULL;
	const char *colon = end ? memrchr(host + 3, ':', (size_t)(end - host - 3)) : NULL;

	if (!colon || memchr(colon, ']', (size_t)(end - colon)))
		return host != NULL;
	long port = strtol(colon + 1, NULL, 10);
	return port == 443 || port == 80 || port == 88 || port == 8443;
}

static void check_webhook(struct config_reading *r)
{
	const struct config *c = r->config;
	bool wanted = c->telegram.enabled && c->telegram.mode == CONFIG_WEBHOOK;
	const char *url = c->telegram.webhook.url;

	check_secret(r, "telegram.webhook.secret_file", "telegram.webhook.secret_env", wanted ? "telegram.mode" : NULL,
		"a webhook needs 'telegram.webhook.secret_file' or 'telegram.webhook.secret_env', so that nobody but Telegram is "
		"believed");
	if (wanted && !given(r, "telegram.webhook.url"))
		complain(r, "telegram.mode", "a webhook needs 'telegram.webhook.url'");
	if (url && strncmp(url, "https://", 8) != 0 && strncmp(c->telegram.api_base, "https://", 8) == 0)
		complain(r, "telegram.webhook.url", "Telegram calls only https:// addresses");
	else if (url && !callable_port(url) && strncmp(url, "https://", 8) == 0)
		complain(r, "telegram.webhook.url", "Telegram calls only the ports 443, 80, 88 and 8443");
}

static void check_groups(struct config_reading *r)
{
	const struct config *c = r->config;
	const struct yaml *ids = given(r, "telegram.groups.ids");

	if (c->telegram.groups.allow == CONFIG_GROUPS_LISTED && c->telegram.groups.ids.n == 0 && (!ids || ids->n == 0))
		complain(r, "telegram.groups.allow", "'listed' needs at least one group in 'telegram.groups.ids'");
	if (c->telegram.groups.allow != CONFIG_GROUPS_LISTED && c->telegram.groups.ids.n > 0)
		complain(r, "telegram.groups.ids", "groups are listed, but 'telegram.groups.allow' is not 'listed'");
	for (size_t i = 0; i < c->telegram.groups.ids.n; i++)
		if (c->telegram.groups.ids.ids[i] >= 0) {
			complain(r, "telegram.groups.ids", "a group's id is negative, such as -1001234567890");
			break;
		}
}

static void check_matrix(struct config_reading *r)
{
	const struct config *c = r->config;

	check_secret(r, "matrix.password_file", "matrix.password_env", NULL, NULL);
	if (c->matrix.enabled && !c->matrix.homeserver)
		complain(r, "matrix.enabled", "Matrix needs 'matrix.homeserver', such as https://matrix.example.org");
	if (c->matrix.enabled && !c->matrix.token_file)
		complain(r, "matrix.enabled", "Matrix needs 'matrix.token_file', which `soleus matrix login` writes");
	if (c->matrix.identity_file && !c->matrix.key_file)
		complain(r, "matrix.identity_file", "it is of no use without 'matrix.key_file', by which encrypted rooms are read");
	if (c->matrix.user && (c->matrix.user[0] != '@' || !strchr(c->matrix.user, ':')))
		complain(r, "matrix.user", "expected a whole user id, such as @soleus:example.org");
	if (c->matrix.rooms.invites == CONFIG_INVITES_LISTED && c->matrix.rooms.from.n == 0)
		complain(r, "matrix.rooms.invites", "'listed' needs somebody in 'matrix.rooms.from'");
	if (c->matrix.rooms.invites != CONFIG_INVITES_LISTED && c->matrix.rooms.from.n > 0)
		complain(r, "matrix.rooms.from", "somebody is listed, but 'matrix.rooms.invites' is not 'listed'");
}

static void check_tls(struct config_reading *r)
{
	if (given(r, "server.tls_certificate") && !given(r, "server.tls_key"))
		complain(r, "server.tls_certificate", "needs 'server.tls_key' too");
	if (given(r, "server.tls_key") && !given(r, "server.tls_certificate"))
		complain(r, "server.tls_key", "needs 'server.tls_certificate' too");
}

/* An unknown time zone would silently be UTC. */
static void check_time_zone(struct config_reading *r)
{
	const char *zone = r->config->time_zone;

	if (zone && (*zone == '/' || strstr(zone, "..") ||
			    access(arena_printf(r->arena, "/usr/share/zoneinfo/%s", zone), R_OK) != 0))
		complain(r, "time_zone", "no such zone in /usr/share/zoneinfo; expected a name such as Europe/London");
}

void config_rules(struct config_reading *r)
{
	const struct config *c = r->config;

	check_time_zone(r);
	check_secret(r, "telegram.token_file", "telegram.token_env", c->telegram.enabled ? "telegram.enabled" : NULL,
		"Telegram needs 'telegram.token_file' or 'telegram.token_env': talk to @BotFather, /newbot, to get a token");
	check_webhook(r);
	check_groups(r);
	check_matrix(r);
	check_tls(r);
	if (given(r, "human.phone") && !given(r, "human.text"))
		complain(r, "human.phone", "needs 'human.text' too: who answers it, and when");
}
