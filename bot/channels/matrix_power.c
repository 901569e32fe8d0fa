/* matrix_power.c - levels of people, as the room's state tells them ("Power levels" and "Room versions" of the
 * specification). */
#include "channels/matrix_power.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "util/json.h"

enum { MAX_ID = 256, STATE_DEFAULT = 50, CREATORS_RULE_FROM = 12 };

static bool word_at(struct json_span object, const char *key, char *out, size_t size)
{
	struct json_span value;

	return json_in_member(object, key, &value) && json_in_word(value, out, size);
}

/* The content of the state event of that type and key, as a new tree; with who sent it. NULL when there is none. */
static cJSON *content_of(struct json_span state, const char *type, const char *key, char sender[MAX_ID])
{
	struct json_span event, content;
	char word[MAX_ID];
	size_t at = 0;

	while (json_in_element(state, &at, &event))
		if (word_at(event, "type", word, sizeof word) && !strcmp(word, type) &&
			word_at(event, "state_key", word, sizeof word) && !strcmp(word, key) &&
			word_at(event, "sender", sender, MAX_ID) && json_in_member(event, "content", &content))
			return json_parse(content.at, content.len, NULL);
	return NULL;
}

/* Old rooms may have numbers as texts. */
static bool level_of(const cJSON *object, const char *key, double *out)
{
	const cJSON *level = cJSON_GetObjectItemCaseSensitive(object, key);
	char *end;
	long long number;

	if (cJSON_IsNumber(level)) {
		*out = level->valuedouble;
		return true;
	}
	if (!cJSON_IsString(level) || !*level->valuestring)
		return false;
	number = strtoll(level->valuestring, &end, 10);
	if (!*end)
		*out = (double)number;
	return !*end;
}

static bool is_in(const cJSON *list, const char *person)
{
	const cJSON *one;

	cJSON_ArrayForEach(one, list)
		if (cJSON_IsString(one) && !strcmp(one->valuestring, person))
			return true;
	return false;
}

/* Who made the room stands above all levels: where none were set, and in rooms that say so by their version. */
static bool is_creator(const cJSON *create, const char *sender, const char *person)
{
	return create && (!strcmp(sender, person) ||
				 is_in(cJSON_GetObjectItemCaseSensitive(create, "additional_creators"), person));
}

static bool creators_are_above(const cJSON *create)
{
	const cJSON *version = cJSON_GetObjectItemCaseSensitive(create, "room_version");

	return cJSON_IsString(version) && strtol(version->valuestring, NULL, 10) >= CREATORS_RULE_FROM;
}

static bool is_there(struct json_span state, const char *person)
{
	char sender[MAX_ID];
	cJSON *member = content_of(state, "m.room.member", person, sender);
	const cJSON *membership = cJSON_GetObjectItemCaseSensitive(member, "membership");
	bool there = cJSON_IsString(membership) && !strcmp(membership->valuestring, "join");

	cJSON_Delete(member);
	return there;
}

static bool has_level(const cJSON *levels, const char *person)
{
	double wanted = STATE_DEFAULT, has = 0;

	(void)level_of(levels, "state_default", &wanted);
	if (!level_of(cJSON_GetObjectItemCaseSensitive(levels, "users"), person, &has))
		(void)level_of(levels, "users_default", &has);
	return has >= wanted;
}

bool matrix_may_set(struct json_span state, const char *person)
{
	char by[MAX_ID] = "", ignored[MAX_ID];
	cJSON *create = content_of(state, "m.room.create", "", by),
	      *levels = content_of(state, "m.room.power_levels", "", ignored);
	bool may;

	if (is_creator(create, by, person) && (!levels || creators_are_above(create)))
		may = true;
	else
		may = levels && has_level(levels, person);
	may = may && is_there(state, person);
	cJSON_Delete(create);
	cJSON_Delete(levels);
	return may;
}
