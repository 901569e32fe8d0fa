/* json.h - the little of cJSON that we need, with ceilings and copies. Strings never outlive the tree unless copied. */
#ifndef UTIL_JSON_H
#define UTIL_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

struct arena;
struct err;

enum { JSON_MAX_BYTES = 1 << 20 };

/* One whole JSON document, nothing after it but white space, valid UTF-8, no NUL inside a string. Returns a new tree
 * (cJSON_Delete), or NULL with `err` set. */
cJSON *json_parse(const char *bytes, size_t len, struct err *err);
/* Copies into the arena, or NULL when the key is missing or no string. */
char *json_string(const cJSON *object, const char *key, struct arena *arena);
bool json_int(const cJSON *object, const char *key, long long *out);
bool json_number(const cJSON *object, const char *key, double *out);
/* One line without a newline (free with free). Aborts when there is no memory. */
char *json_print(const cJSON *tree);
/* True when the bytes are well-formed UTF-8. */
bool json_utf8(const char *bytes, size_t len);

#endif
