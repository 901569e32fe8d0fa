/* telegram_words.c - entities count in UTF-16 units; they are turned into bytes here and nowhere else. */
#include "channels/telegram_words.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include <cjson/cJSON.h>

#include "channels/units.h"
#include "util/arena.h"
#include "util/json.h"

enum { MOST_COMMAND = 32, MOST_CUTS = 32 };

/* ---- commands ---- */

static size_t word_len(const char *s)
{
	size_t n = 0;

	while (isalnum((unsigned char)s[n]) || s[n] == '_')
		n++;
	return n;
}

static const char *trimmed(const char *s, size_t len, struct arena *arena)
{
	while (len && strchr(" \t\r\n", *s))
		s++, len--;
	while (len && strchr(" \t\r\n", s[len - 1]))
		len--;
	return arena_strndup(arena, s, len);
}

bool telegram_words_command(const char *text, struct arena *arena, struct telegram_command *out)
{
	size_t len = text[0] == '/' ? word_len(text + 1) : 0;
	const char *rest = text + 1 + len;
	size_t bot = 0;

	if (!len || len > MOST_COMMAND)
		return false;
	if (*rest == '@')
		bot = word_len(++rest);
	if (rest[bot] && !strchr(" \t\r\n", rest[bot]))
		return false;
	char *name = arena_strndup(arena, text + 1, len);
	for (char *c = name; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	*out = (struct telegram_command){
		.name = name,
		.bot = arena_strndup(arena, rest, bot),
		.args = trimmed(rest + bot, strlen(rest + bot), arena),
	};
	return true;
}

/* ---- entities ---- */

struct cut {
	size_t from, to; /* bytes */
};

static bool span_of(const cJSON *entity, const char *text, struct cut *out)
{
	size_t len = strlen(text);
	long long offset, length;

	if (!json_int(entity, "offset", &offset) || !json_int(entity, "length", &length) || offset < 0 || length <= 0 ||
		offset > (long long)len || length > (long long)len)
		return false;
	out->from = units_to_bytes(text, len, (size_t)offset);
	out->to = units_to_bytes(text, len, (size_t)(offset + length));
	return out->to > out->from;
}

static bool is_us(const cJSON *entity, const char *type, const char *text, struct cut span, int64_t self,
	const char *username)
{
	long long id;

	if (!strcmp(type, "text_mention"))
		return self && json_int(cJSON_GetObjectItemCaseSensitive(entity, "user"), "id", &id) && id == self;
	size_t len = strlen(username);
	return !strcmp(type, "mention") && len && span.to - span.from == len + 1 && text[span.from] == '@' &&
		!strncasecmp(text + span.from + 1, username, len);
}

/* What follows a name that somebody is called by: "@bot, my calf", "@bot: my calf". */
static size_t past_call(const char *text, size_t at)
{
	size_t from = at;

	while (text[at] && strchr(",:;", text[at]))
		at++;
	return at > from && text[at] && !strchr(" \t\r\n", text[at]) ? from : at;
}

/* The text without the cuts, which may overlap and come in any order. */
static const char *without(const char *text, const struct cut *cuts, size_t n, struct arena *arena)
{
	size_t len = strlen(text), kept = 0;
	char *out = arena_alloc(arena, len + 1, 1);

	for (size_t at = 0; at < len;) {
		size_t to = at;

		for (size_t i = 0; i < n; i++)
			if (at >= cuts[i].from && cuts[i].to > to)
				to = cuts[i].to;
		if (to > at)
			at = to;
		else
			out[kept++] = text[at++];
	}
	return trimmed(out, kept, arena);
}

void telegram_words_read(const char *text, const struct cJSON *entities, int64_t self, const char *username,
	struct arena *arena, struct telegram_words *out)
{
	struct cut cuts[MOST_CUTS], span;
	const cJSON *entity;
	size_t n = 0;
	bool quoted = false;

	*out = (struct telegram_words){.own = text};
	cJSON_ArrayForEach(entity, entities) {
		const char *type = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(entity, "type"));

		if (!type || n == MOST_CUTS || !span_of(entity, text, &span))
			continue;
		if (!strcmp(type, "blockquote") || !strcmp(type, "expandable_blockquote"))
			quoted = true;
		else if (is_us(entity, type, text, span, self, username))
			out->names_us = true, span.to = past_call(text, span.to);
		else
			continue;
		cuts[n++] = span;
	}
	out->own = without(text, cuts, n, arena);
	out->all_quoted = quoted && !out->own[0];
}
