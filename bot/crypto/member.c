/* member.c - the few ways in which we look into JSON and write it. */
#include "crypto/member.h"

#include <string.h>

#define MAX_WHOLE 9007199254740991.0

const char *member_text(const cJSON *object, const char *key)
{
	const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, key);

	return cJSON_IsString(value) ? value->valuestring : "";
}

const cJSON *member_object(const cJSON *object, const char *key)
{
	const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, key);

	return cJSON_IsObject(value) ? value : NULL;
}

int64_t member_whole(const cJSON *object, const char *key)
{
	const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, key);
	double number = cJSON_IsNumber(value) ? value->valuedouble : 0;

	return number >= 0 && number <= MAX_WHOLE ? (int64_t)number : 0;
}

bool member_true(const cJSON *object, const char *key)
{
	return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, key));
}

bool member_is(const cJSON *object, const char *key, const char *text)
{
	return strcmp(member_text(object, key), text) == 0;
}

cJSON *member_make(cJSON *object, const char *key)
{
	cJSON *value = cJSON_GetObjectItemCaseSensitive(object, key);

	if (cJSON_IsObject(value))
		return value;
	cJSON_DeleteItemFromObjectCaseSensitive(object, key);
	return cJSON_AddObjectToObject(object, key);
}

void member_set(cJSON *object, const char *key, cJSON *value)
{
	cJSON_DeleteItemFromObjectCaseSensitive(object, key);
	cJSON_AddItemToObject(object, key, value);
}

void member_set_text(cJSON *object, const char *key, const char *text)
{
	member_set(object, key, cJSON_CreateString(text));
}

void member_set_whole(cJSON *object, const char *key, int64_t value)
{
	member_set(object, key, cJSON_CreateNumber((double)value));
}
