/* json.c - cJSON with ceilings: what it lets pass and we do not is checked before and after it. */
#include "util/json.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "util/arena.h"
#include "util/err.h"

/* Past this a double no longer tells neighbouring integers apart (RFC 8259, section 6). */
#define LARGEST_EXACT 9007199254740991.0

/* Length of the well-formed sequence at s, 0 when there is none (Unicode, table 3-7). */
static size_t sequence(const unsigned char *s, size_t left)
{
	static const struct {
		unsigned char first, last, second_min, second_max, len;
	} forms[] = {
		{0x00, 0x7f, 0, 0, 1},
		{0xc2, 0xdf, 0x80, 0xbf, 2},
		{0xe0, 0xe0, 0xa0, 0xbf, 3},
		{0xe1, 0xec, 0x80, 0xbf, 3},
		{0xed, 0xed, 0x80, 0x9f, 3},
		{0xee, 0xef, 0x80, 0xbf, 3},
		{0xf0, 0xf0, 0x90, 0xbf, 4},
		{0xf1, 0xf3, 0x80, 0xbf, 4},
		{0xf4, 0xf4, 0x80, 0x8f, 4},
	};
	size_t form = 0;
	while (form < sizeof forms / sizeof *forms && (s[0] < forms[form].first || s[0] > forms[form].last))
		form++;
	if (form == sizeof forms / sizeof *forms || forms[form].len > left)
		return 0;
	if (forms[form].len > 1 && (s[1] < forms[form].second_min || s[1] > forms[form].second_max))
		return 0;
	for (size_t i = 2; i < forms[form].len; i++)
		if (s[i] < 0x80 || s[i] > 0xbf)
			return 0;
	return forms[form].len;
}

/* The number of bytes before the first that is not UTF-8. */
static size_t valid_prefix(const char *bytes, size_t len)
{
	size_t at = 0;
	while (at < len) {
		if ((unsigned char)bytes[at] < 0x80) { /* most of all there is */
			at++;
			continue;
		}
		size_t step = sequence((const unsigned char *)bytes + at, len - at);
		if (step == 0)
			break;
		at += step;
	}
	return at;
}

bool json_utf8(const char *bytes, size_t len)
{
	return valid_prefix(bytes, len) == len;
}

/* Looks at what stands behind a backslash: cJSON takes \u0000 and \u with no hex digits for the end of the string. */
static bool is_bad_escape(const char *at, size_t left)
{
	if (left < 2 || at[1] != 'u')
		return false; /* cJSON knows the others */
	size_t digits = 2;
	while (digits < 6 && digits < left && isxdigit((unsigned char)at[digits]))
		digits++;
	return digits < 6 || memcmp(at + 2, "0000", 4) == 0;
}

/* The first bad escape, or `len`. */
static size_t bad_escape(const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] != '\\')
			continue;
		if (is_bad_escape(bytes + i, len - i))
			return i;
		i++; /* the escaped character, so that \\u0000 is not taken for an escape */
	}
	return len;
}

cJSON *json_parse(const char *bytes, size_t len, struct err *err)
{
	if (len > JSON_MAX_BYTES) {
		err_set(err, "JSON of %zu bytes is larger than %d", len, JSON_MAX_BYTES);
		return NULL;
	}
	size_t valid = valid_prefix(bytes, len);
	if (valid < len) {
		err_set(err, "JSON is not UTF-8 at byte %zu", valid);
		return NULL;
	}
	const char *nul = memchr(bytes, '\0', len);
	size_t bad = nul ? (size_t)(nul - bytes) : bad_escape(bytes, len);
	if (bad < len) {
		err_set(err, "JSON has a NUL or a malformed escape at byte %zu", bad);
		return NULL;
	}
	const char *end = bytes;
	cJSON *tree = cJSON_ParseWithLengthOpts(bytes, len, &end, false);
	if (!tree) {
		err_set(err, "JSON is malformed at byte %td", end - bytes);
		return NULL;
	}
	while (end < bytes + len && memchr(" \t\r\n", *end, 4))
		end++;
	if (end < bytes + len) {
		err_set(err, "JSON is followed by something else at byte %td", end - bytes);
		cJSON_Delete(tree);
		return NULL;
	}
	return tree;
}

char *json_string(const cJSON *object, const char *key, struct arena *arena)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
	return text ? arena_strdup(arena, text) : NULL;
}

bool json_number(const cJSON *object, const char *key, double *out)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
	if (!cJSON_IsNumber(item) || !isfinite(item->valuedouble))
		return false;
	*out = item->valuedouble;
	return true;
}

bool json_int(const cJSON *object, const char *key, long long *out)
{
	double number;
	if (!json_number(object, key, &number) || fabs(number) > LARGEST_EXACT || trunc(number) != number)
		return false;
	*out = (long long)number;
	return true;
}

char *json_print(const cJSON *tree)
{
	char *text = cJSON_PrintUnformatted(tree);
	assert(text); /* no memory, or a tree that was built wrong */
	return text;
}
