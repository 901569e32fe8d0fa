/* commands.c - /commands of a chat, as data. */
#include "daemon/commands.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "channels/channel.h"
#include "daemon/manners.h"
#include "talk/responses.h"
#include "talk/talk.h"
#include "util/arena.h"
#include "util/err.h"
#include "util/yaml.h"

enum { PAYLOAD_MAX = 64, NAME_MAX_LEN = 32, DESCRIPTION_MAX = 256 };

/* Marks a payload as ours: g<room>_<thread>. */
#define PAYLOAD_MARK 'g'

static const char *text_of(const struct yaml *map, const char *key)
{
	const struct yaml *node = yaml_get(map, key);

	return node && node->kind == YAML_SCALAR ? node->text : NULL;
}

static const struct yaml *command_of(const struct responses *r, const char *name, size_t len)
{
	const struct yaml *list = responses_at(r, "channels", "commands", NULL);

	for (size_t i = 0; list && i < list->n; i++) {
		const char *is = text_of(list->items[i], "name");

		if (is && strlen(is) == len && strncasecmp(is, name, len) == 0)
			return list->items[i];
	}
	return NULL;
}

const char *commands_says(const struct responses *r, const char *name)
{
	return text_of(command_of(r, name, strlen(name)), "says");
}

const char *commands_sets(const struct responses *r, const char *name, const char *args)
{
	const struct yaml *c = command_of(r, name, strlen(name));
	size_t len = strcspn(args, " \t\r\n");

	if (c && text_of(c, "sets"))
		return args;
	if (c && text_of(c, "says"))
		return NULL;
	c = command_of(r, args, len);
	return c && text_of(c, "sets") ? args + len : NULL;
}

static bool is_plain(const char *s)
{
	for (; *s; s++)
		if (!isalnum((unsigned char)*s) && *s != '-')
			return false;
	return true;
}

const char *commands_payload(const char *room, const char *thread, struct arena *arena)
{
	const char *payload = arena_printf(arena, "%c%s_%s", PAYLOAD_MARK, room, thread);

	return is_plain(room) && is_plain(thread) && strlen(payload) <= PAYLOAD_MAX ? payload : NULL;
}

bool commands_origin(const char *payload, struct arena *arena, const char **out_room, const char **out_thread)
{
	const char *end = strchr(payload, '_');

	if (*payload != PAYLOAD_MARK || !end || end == payload + 1 || strlen(payload) > PAYLOAD_MAX)
		return false;
	*out_room = arena_strndup(arena, payload + 1, (size_t)(end - payload - 1));
	*out_thread = arena_strdup(arena, end + 1);
	return is_plain(*out_room) && is_plain(*out_thread);
}

struct channel_profile *commands_profile(const struct talk_data *d, const char *region, struct arena *arena)
{
	const struct yaml *list = responses_at(d->responses, "channels", "commands", NULL);
	size_t n = list ? list->n : 0;
	struct channel_profile_command *commands = arena_alloc(arena, n + 1, sizeof *commands);
	struct channel_profile *p = arena_alloc(arena, 1, sizeof *p);
	struct talk_state s;

	state_init(&s);
	for (size_t i = 0; i < n; i++)
		commands[i] = (struct channel_profile_command){arena_strdup(arena, text_of(list->items[i], "name")),
			arena_strdup(arena, text_of(list->items[i], "description"))};
	*p = (struct channel_profile){.language = "", .commands = commands, .n_commands = n};
	p->description = talk_words(d, &s, region, "channels", "profile", "description", arena);
	p->short_description = talk_words(d, &s, region, "channels", "profile", "short_description", arena);
	return p;
}

/* ---- check ---- */

static bool is_name(const char *s)
{
	size_t len = strlen(s);

	return len && len <= NAME_MAX_LEN && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == len;
}

/* Each of them must be there. */
static void need(const struct responses *r, const char *group, const char *const *names, size_t n, struct problems *problems)
{
	for (size_t i = 0; i < n; i++)
		if (!responses_at(r, "channels", group, names[i], NULL))
			responses_missing(r, problems, "channels", group, names[i]);
}

static void check_settings(const struct responses *r, struct problems *problems)
{
	static const char *const words[] = {"region", "language", "unset"};
	static const char *const said[] = {"settings_off", "settings_addressed", "settings_helpful", "settings_numbers",
		"settings_language", "settings_how", "settings_unclear", "settings_no_region", "settings_no_language",
		"settings_not_admin", "settings_unsure", "settings_private"};

	for (size_t i = 1; i < MANNERS_MODES; i++)
		if (!responses_at(r, "channels", "settings", "modes", manners_mode_id((enum manners_mode)i), NULL))
			responses_missing(r, problems, "channels", "settings", manners_mode_id((enum manners_mode)i));
	need(r, "settings", words, sizeof words / sizeof *words, problems);
	need(r, "words", said, sizeof said / sizeof *said, problems);
}

static void check_command(const struct yaml *command, struct problems *problems)
{
	const char *name = text_of(command, "name"), *description = text_of(command, "description");

	if (!name || !is_name(name))
		problems_add(problems, "channels.yaml", command->line, command->column,
			"a command needs a name of a-z, 0-9 and _, at most %d long", NAME_MAX_LEN);
	if (!description || !*description || strlen(description) > DESCRIPTION_MAX)
		problems_add(problems, "channels.yaml", command->line, command->column,
			"a command needs a description of at most %d bytes", DESCRIPTION_MAX);
}

void commands_check(const struct responses *r, struct problems *problems)
{
	static const char *const wanted[] = {
		"forwarded", "late", "added", "go_private", "go_private_urgent", "go_private_alone",
		"go_private_button", "done", "unasked",
		"copy", "anonymous", "out_of_order",
		"not_here", "lost", "sealed", "unread"};
	static const char *const shown[] = {"description", "short_description"};
	const struct yaml *list = responses_at(r, "channels", "commands", NULL);

	need(r, "words", wanted, sizeof wanted / sizeof *wanted, problems);
	need(r, "profile", shown, sizeof shown / sizeof *shown, problems);
	check_settings(r, problems);
	if (!list || list->kind != YAML_LIST)
		responses_missing(r, problems, "channels", "commands", "name");
	for (size_t i = 0; list && list->kind == YAML_LIST && i < list->n; i++)
		check_command(list->items[i], problems);
}
