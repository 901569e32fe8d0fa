/* export.c - lists of conversations, settings and what waits; JSON that we keep is put in as JSON. */
#include "store/export.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "util/arena.h"
#include "util/json.h"
#include "util/mem.h"

struct export {
	cJSON *whole, *conversations, *settings, *waiting; /* the lists belong to `whole` */
};

struct export *export_new(const char *channel, const char *person)
{
	struct export *e = mem_alloc(1, sizeof *e);

	e->whole = cJSON_CreateObject();
	cJSON_AddStringToObject(e->whole, "channel", channel);
	cJSON_AddStringToObject(e->whole, "person", person);
	e->conversations = cJSON_AddArrayToObject(e->whole, "conversations");
	e->settings = cJSON_AddArrayToObject(e->whole, "settings");
	e->waiting = cJSON_AddArrayToObject(e->whole, "waiting");
	return e;
}

void export_free(struct export *e)
{
	if (!e)
		return;
	cJSON_Delete(e->whole);
	free(e);
}

static cJSON *item(cJSON *list)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddItemToArray(list, object);
	return object;
}

static void add_json(cJSON *object, const char *name, const char *text)
{
	cJSON *tree = json_parse(text, strlen(text), NULL);

	cJSON_AddItemToObject(object, name, tree ? tree : cJSON_CreateString(text));
}

static void add_time(cJSON *object, const char *name, int64_t ms)
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm;
	char text[64];

	if (gmtime_r(&seconds, &tm) && strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm) > 0)
		cJSON_AddStringToObject(object, name, text);
}

/* A thread only where there is one. */
static void add_place(cJSON *object, const char *room, const char *thread)
{
	cJSON_AddStringToObject(object, "room", room);
	if (thread[0])
		cJSON_AddStringToObject(object, "thread", thread);
}

void export_conversation(struct export *e, const struct store_key *key, const struct store_conversation *c,
	int64_t expires_ms)
{
	cJSON *object = item(e->conversations);

	add_place(object, key->room, key->thread);
	add_time(object, "kept_until", expires_ms);
	cJSON_AddNumberToObject(object, "version", (double)c->version);
	if (c->shown[0])
		cJSON_AddStringToObject(object, "shown", c->shown);
	add_json(object, "state", c->state);
}

void export_setting(struct export *e, const char *room, const char *name, const char *value)
{
	cJSON *object = item(e->settings);

	add_place(object, room, "");
	cJSON_AddStringToObject(object, "name", name);
	cJSON_AddStringToObject(object, "value", value);
}

void export_waiting(struct export *e, const struct store_out *row)
{
	cJSON *object = item(e->waiting);

	add_place(object, row->key.room, row->key.thread);
	cJSON_AddStringToObject(object, "kind", row->kind);
	add_time(object, "made", row->created_ms);
	add_time(object, "not_before", row->not_before_ms);
	cJSON_AddNumberToObject(object, "attempts", row->attempts);
	add_json(object, "body", row->body);
}

const char *export_text(const struct export *e, struct arena *arena)
{
	char *text = json_print(e->whole);
	const char *copy = arena_strdup(arena, text);

	free(text);
	return copy;
}
