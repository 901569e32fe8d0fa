/* config.c - from a YAML file to struct config: every value goes through the reader of its type (config_values.c), defaults
 * first, then what the file says; config_rules.c judges how the values fit together. */
#include "daemon/config.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/config_keys.h"
#include "daemon/config_reading.h"
#include "util/arena.h"
#include "util/err.h"
#include "util/strmap.h"
#include "util/yaml.h"

enum { MAX_NAME = 128, MAX_WANTS = 200 };

/* The configuration, what it lives in, and where its values stand in the file. */
struct owned {
	struct config config; /* first, so that the address is the same */
	struct arena *arena;
	struct {
		int line, column; /* 0 where the key is not there */
	} places[CONFIG_MAX_KEYS];
};

/* --- Values of the file --- */

static void refuse(struct config_reading *r, const struct config_key *key, const struct yaml *node)
{
	char wants[MAX_WANTS];

	config_key_wants(key, wants, sizeof wants);
	if (key->type == CONFIG_REFUSED) /* without the value: it may be a secret */
		yaml_problem(r->file, node, r->problems, "'%s': %s", key->name, key->help);
	else if (node->kind == YAML_SCALAR && !*node->text)
		yaml_problem(r->file, node, r->problems, "'%s' has no value: expected %s, or a # before it", key->name, wants);
	else if (node->kind == YAML_SCALAR && key->type != CONFIG_CREDENTIAL && key->type != CONFIG_VARIABLE)
		yaml_problem(r->file, node, r->problems, "'%s' must be %s, not '%.60s'", key->name, wants, node->text);
	else
		yaml_problem(r->file, node, r->problems, "'%s' must be %s", key->name, wants);
}

static void read_ids(struct config_reading *r, const struct config_key *key, const struct yaml *node)
{
	struct config_ids *list = config_field(r, key);

	if (node->kind != YAML_LIST) {
		refuse(r, key, node);
		return;
	}
	if (node->n > CONFIG_MAX_LIST) {
		yaml_problem(r->file, node, r->problems, "'%s' has more than %d entries", key->name, CONFIG_MAX_LIST);
		return;
	}
	list->ids = arena_alloc(r->arena, node->n + 1, sizeof *list->ids);
	for (size_t i = 0; i < node->n; i++) {
		const struct yaml *item = node->items[i];

		if (item->kind != YAML_SCALAR || !config_whole(item->text, -CONFIG_MAX_ID, CONFIG_MAX_ID, &list->ids[list->n]))
			yaml_problem(r->file, item, r->problems, "'%s': expected a whole number such as -1001234567890", key->name);
		else
			list->n++;
	}
}

static void read_texts(struct config_reading *r, const struct config_key *key, const struct yaml *node)
{
	struct config_texts *list = config_field(r, key);

	if (node->kind != YAML_LIST || node->n > CONFIG_MAX_LIST) {
		refuse(r, key, node);
		return;
	}
	list->texts = arena_alloc(r->arena, node->n + 1, sizeof *list->texts);
	for (size_t i = 0; i < node->n; i++)
		if (node->items[i]->kind != YAML_SCALAR || !*node->items[i]->text)
			yaml_problem(r->file, node->items[i], r->problems, "'%s': expected a text", key->name);
		else
			list->texts[list->n++] = arena_strdup(r->arena, node->items[i]->text);
}

static void read_value(struct config_reading *r, size_t at, const struct yaml *node)
{
	size_t n;
	const struct config_key *key = &config_keys(&n)[at];

	if (r->given[at]) { /* once with dots and once without */
		yaml_problem(r->file, node, r->problems, "'%s' is already in line %d", key->name, r->given[at]->line);
		return;
	}
	r->given[at] = node;
	((struct owned *)r->config)->places[at].line = node->line;
	((struct owned *)r->config)->places[at].column = node->column;
	if (key->type == CONFIG_IDS)
		read_ids(r, key, node);
	else if (key->type == CONFIG_TEXTS)
		read_texts(r, key, node);
	else if (node->kind != YAML_SCALAR || !*node->text || !config_value_read(r, key, node->text))
		refuse(r, key, node);
}

static void set_defaults(struct config_reading *r)
{
	size_t n;
	const struct config_key *keys = config_keys(&n);

	assert(n <= CONFIG_MAX_KEYS);
	for (size_t i = 0; i < n; i++) {
		if (!keys[i].otherwise || keys[i].type == CONFIG_IDS || keys[i].type == CONFIG_TEXTS) /* an empty list needs no setting */
			continue;
		bool read = config_value_read(r, &keys[i], keys[i].otherwise);
		assert(read);
	}
}

/* --- The way down --- */

/* Do keys begin with "name."? */
static bool is_section(const char *name)
{
	size_t n, len = strlen(name);
	const struct config_key *keys = config_keys(&n);

	for (size_t i = 0; i < n; i++)
		if (strncmp(keys[i].name, name, len) == 0 && keys[i].name[len] == '.')
			return true;
	return false;
}

/* The last word of a name with dots. */
static const char *last_of(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot ? dot + 1 : name;
}

/* A key that ends like `name` but stands elsewhere, or NULL. */
static const char *elsewhere(const char *name)
{
	size_t n;
	const struct config_key *keys = config_keys(&n);

	for (size_t i = 0; i < n; i++)
		if (keys[i].type != CONFIG_REFUSED && strcmp(last_of(keys[i].name), last_of(name)) == 0)
			return keys[i].name;
	return NULL;
}

/* Every key, and every section that keys are in. */
static struct strmap *all_names(void)
{
	size_t n;
	const struct config_key *keys = config_keys(&n);
	struct strmap *names = strmap_new();

	for (size_t i = 0; i < n; i++) {
		if (keys[i].type == CONFIG_REFUSED)
			continue;
		strmap_set(names, keys[i].name, strlen(keys[i].name), 1);
		for (const char *dot = strchr(keys[i].name, '.'); dot; dot = strchr(dot + 1, '.'))
			strmap_set(names, keys[i].name, (size_t)(dot - keys[i].name), 1);
	}
	return names;
}

static void unknown(struct config_reading *r, const struct yaml *key, const char *name)
{
	struct strmap *names = all_names();
	const char *near = strmap_nearest(names, name);

	if (!near)
		near = elsewhere(name);
	if (near)
		yaml_problem(r->file, key, r->problems, "unknown key '%s', did you mean '%s'?", name, near);
	else
		yaml_problem(r->file, key, r->problems, "unknown key '%s'; `soleus check --keys` lists all", name);
	strmap_free(names);
}

static void read_map(struct config_reading *r, const struct yaml *map, const char *prefix);

static void read_entry(struct config_reading *r, const struct yaml *key, const struct yaml *value, const char *prefix)
{
	char name[MAX_NAME];
	int len = snprintf(name, sizeof name, "%s%s", prefix, key->text);
	bool fits = len >= 0 && (size_t)len < sizeof name - 1; /* with a dot */
	int at = fits ? config_key_find(name) : -1;

	if (at >= 0) {
		read_value(r, (size_t)at, value);
	} else if (fits && is_section(name)) {
		name[len] = '.';
		name[len + 1] = '\0';
		read_map(r, value, name);
	} else {
		unknown(r, key, name);
	}
}

/* Reads a map whose keys continue `prefix` ("" or "telegram."). */
static void read_map(struct config_reading *r, const struct yaml *map, const char *prefix)
{
	if (map->kind != YAML_MAP) {
		if (map->kind != YAML_SCALAR || *map->text) /* a section with every line commented out is an empty text */
			yaml_problem(r->file, map, r->problems, "expected keys and values%s%.*s%s", *prefix ? " under '" : "",
				*prefix ? (int)strlen(prefix) - 1 : 0, prefix, *prefix ? "'" : "");
		return;
	}
	for (size_t i = 0; i < map->n; i++)
		read_entry(r, map->keys[i], map->items[i], prefix);
}

/* --- The whole --- */

/* Where state is kept when the file does not say, or NULL. */
static const char *usual_state_dir(struct arena *arena)
{
	const char *systemd = getenv("STATE_DIRECTORY"), *xdg = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	if (systemd && *systemd)
		return arena_strndup(arena, systemd, strcspn(systemd, ":"));
	if (geteuid() == 0)
		return "/var/lib/soleus";
	if (xdg && *xdg == '/')
		return arena_printf(arena, "%s/soleus", xdg);
	return home && *home == '/' ? arena_printf(arena, "%s/.local/state/soleus", home) : NULL;
}

static void find_state_dir(struct config_reading *r)
{
	struct config *c = r->config;

	if (!c->state_dir)
		c->state_dir = usual_state_dir(r->arena);
	if (c->state_dir)
		c->database = arena_printf(r->arena, "%s/soleus.db", c->state_dir);
	else
		yaml_problem(r->file, yaml_root(r->file), r->problems, "'state_dir' is missing, and there is no $HOME to keep state in");
}

static const char *folder_of(const char *path, struct arena *arena)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return ".";
	return slash == path ? "/" : arena_strndup(arena, path, (size_t)(slash - path));
}

struct config *config_load(const char *path, struct problems *problems)
{
	size_t before = problems->n;
	struct yaml_file *file = yaml_open(path, NULL, problems);

	if (!file)
		return NULL;
	struct arena *arena = arena_new();
	struct owned *owned = arena_alloc(arena, 1, sizeof *owned);
	struct config_reading r = {
		.config = &owned->config, .arena = arena, .file = file, .problems = problems, .folder = folder_of(path, arena)};
	owned->arena = arena;
	owned->config.path = arena_strdup(arena, path);
	set_defaults(&r);
	read_map(&r, yaml_root(file), "");
	find_state_dir(&r);
	config_rules(&r);
	yaml_close(file);
	if (problems->n == before)
		return &owned->config;
	arena_free(arena);
	return NULL;
}

void config_free(struct config *c)
{
	if (c)
		arena_free(((struct owned *)c)->arena);
}

void config_problem(const struct config *c, struct problems *problems, const char *key, const char *fmt, ...)
{
	const struct owned *owned = (const struct owned *)c;
	int at = config_key_find(key);
	struct err err;
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(err.text, sizeof err.text, fmt, ap); /* longer than this nobody reads */
	va_end(ap);
	problems_add(problems, c->path, at < 0 || !owned->places[at].line ? 1 : owned->places[at].line,
		at < 0 || !owned->places[at].line ? 1 : owned->places[at].column, "'%s': %s", key, err.text);
}

const struct config_manners *config_manners(const struct config *c, const char *channel)
{
	return strcmp(channel, "matrix") == 0 ? &c->matrix.rooms.manners : &c->telegram.groups.manners;
}

bool config_has_channel(const struct config *c)
{
	return c->telegram.enabled || c->matrix.enabled;
}

bool config_needs_server(const struct config *c)
{
	return c->telegram.enabled && c->telegram.mode == CONFIG_WEBHOOK;
}
