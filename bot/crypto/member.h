/* member.h - members of JSON objects that others wrote: what is missing or of another kind is empty. Borrowed from the tree. */
#ifndef CRYPTO_MEMBER_H
#define CRYPTO_MEMBER_H

#include <stdbool.h>
#include <stdint.h>

#include <cjson/cJSON.h>

/* "" where there is no such text. */
const char *member_text(const cJSON *object, const char *key);
/* NULL where there is no such object; what NULL holds is empty. */
const cJSON *member_object(const cJSON *object, const char *key);
/* 0 where there is no such whole number from 0 to 2^53. */
int64_t member_whole(const cJSON *object, const char *key);
bool member_true(const cJSON *object, const char *key);
bool member_is(const cJSON *object, const char *key, const char *text);

/* The object at `key`, made when there is none. */
cJSON *member_make(cJSON *object, const char *key);
/* Replace what is there. */
void member_set_text(cJSON *object, const char *key, const char *text);
void member_set_whole(cJSON *object, const char *key, int64_t value);
/* Takes `value`. */
void member_set(cJSON *object, const char *key, cJSON *value);

#endif
