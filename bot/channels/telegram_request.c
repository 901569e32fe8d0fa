/* telegram_request.c - what a request is made of is taken out by name; the rest stays as it was stored. */
#include "channels/telegram_request.h"

#include <stdbool.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "channels/units.h"
#include "util/json.h"
#include "util/mem.h"

enum { SHORT_UNITS = 2000 };

char *telegram_request_to(const char *room, const char *body)
{
	static const char open[] = "{\"chat_id\":";
	size_t room_len = strlen(room), rest_len = strlen(body + 1);
	char *text = mem_alloc(sizeof open + room_len + 1 + rest_len, 1), *at = text;

	at = mempcpy(at, open, sizeof open - 1);
	at = mempcpy(at, room, room_len);
	if (body[1] != '}')
		*at++ = ',';
	memcpy(at, body + 1, rest_len);
	return text;
}

/* Tags are only ours, so everything in angle brackets goes; what was escaped comes back. */
static void strip_html(char *s)
{
	static const struct {
		const char *name;
		char sign;
	} names[] = {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}};
	char *out = s;

	while (*s) {
		size_t i = 0, n = sizeof names / sizeof *names;
		const char *end = *s == '<' ? strchr(s, '>') : NULL;

		while (i < n && strncmp(s, names[i].name, strlen(names[i].name)) != 0)
			i++;
		if (end) {
			s = (char *)end + 1;
		} else if (i < n) {
			*out++ = names[i].sign;
			s += strlen(names[i].name);
		} else {
			*out++ = *s++;
		}
	}
	*out = '\0';
}

static bool without_markup(cJSON *tree)
{
	cJSON *text = cJSON_GetObjectItemCaseSensitive(tree, "text");

	if (!cJSON_GetObjectItemCaseSensitive(tree, "parse_mode") || !cJSON_IsString(text))
		return false;
	cJSON_DeleteItemFromObjectCaseSensitive(tree, "parse_mode");
	strip_html(text->valuestring);
	return true;
}

/* Cannot be after all our cutting; if it is, the start is what is most urgent. */
static bool shorter(cJSON *tree)
{
	cJSON *text = cJSON_GetObjectItemCaseSensitive(tree, "text");

	(void)without_markup(tree); /* tags must not be cut */
	if (!cJSON_IsString(text) || units_count(text->valuestring, strlen(text->valuestring)) <= SHORT_UNITS)
		return false;
	text->valuestring[units_cut(text->valuestring, strlen(text->valuestring), SHORT_UNITS)] = '\0';
	return true;
}

static bool without_member(cJSON *tree, const char *key)
{
	bool there = cJSON_GetObjectItemCaseSensitive(tree, key) != NULL;

	cJSON_DeleteItemFromObjectCaseSensitive(tree, key);
	return there;
}

static bool leave_out(cJSON *tree, enum telegram_verdict verdict)
{
	switch (verdict) {
	case TELEGRAM_WITHOUT_MARKUP: return without_markup(tree);
	case TELEGRAM_WITHOUT_THREAD: return without_member(tree, "message_thread_id");
	case TELEGRAM_WITHOUT_REPLY: return without_member(tree, "reply_parameters");
	case TELEGRAM_WITHOUT_KEYS: return without_member(tree, "reply_markup");
	case TELEGRAM_SHORTER: return shorter(tree);
	default: return false;
	}
}

char *telegram_request_without(const char *body, enum telegram_verdict verdict)
{
	cJSON *tree = json_parse(body, strlen(body), NULL);
	char *text = tree && leave_out(tree, verdict) ? json_print(tree) : NULL;

	cJSON_Delete(tree);
	return text;
}
