/* matrix_direct.c - m.direct: from each person to the rooms. */
#include "channels/matrix_direct.h"

#include <stdbool.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "util/json.h"

static bool is_in(const cJSON *rooms, const char *room)
{
	const cJSON *one;

	cJSON_ArrayForEach(one, rooms)
		if (cJSON_IsString(one) && !strcmp(one->valuestring, room))
			return true;
	return false;
}

char *matrix_direct_with(struct json_span list, const char *person, const char *room)
{
	cJSON *tree = list.len ? json_parse(list.at, list.len, NULL) : NULL, *rooms;
	char *text = NULL;

	if (!cJSON_IsObject(tree)) {
		cJSON_Delete(tree);
		tree = cJSON_CreateObject();
	}
	rooms = cJSON_GetObjectItemCaseSensitive(tree, person);
	if (!cJSON_IsArray(rooms)) {
		cJSON_DeleteItemFromObjectCaseSensitive(tree, person);
		rooms = cJSON_AddArrayToObject(tree, person);
	}
	if (!is_in(rooms, room)) {
		cJSON_AddItemToArray(rooms, cJSON_CreateString(room));
		text = json_print(tree);
	}
	cJSON_Delete(tree);
	return text;
}
