/* telegram_inbox.c - who may speak with us where. */
#include "channels/telegram_inbox.h"

#include <stdlib.h>
#include <string.h>

#include "channels/telegram.h"
#include "channels/telegram_api.h"
#include "channels/telegram_ticks.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/json_out.h"
#include "util/log.h"
#include "util/mem.h"

enum { LEFT_REMEMBERED = 16 };

struct telegram_inbox {
	const struct telegram_self *self;
	struct telegram_api *api;
	const struct log *log;
	struct telegram_ticks *ticks;
	enum telegram_groups groups;
	int64_t *allowed;
	size_t n_allowed, cap_allowed;
	bool hear_all;
	int64_t left[LEFT_REMEMBERED]; /* what we were told to leave lately: once is enough */
	size_t n_left;
	char *album; /* of the picture that came last: an album is one thing to say, in several messages */
	int64_t album_first; /* the update with its first picture */
	uint64_t updates, ignored, broken;
};

/* ---- groups ---- */

static bool is_in(const int64_t *list, size_t n, int64_t id)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == id)
			return true;
	return false;
}

static void allow(struct telegram_inbox *inbox, int64_t id)
{
	mem_room(inbox->allowed, inbox->n_allowed, inbox->cap_allowed);
	inbox->allowed[inbox->n_allowed++] = id;
}

static bool is_allowed(const struct telegram_inbox *inbox, const struct telegram_update *u)
{
	if (u->in.direct || !u->in.room[0])
		return true;
	if (!strcmp(u->chat_type, "channel"))
		return false;
	return inbox->groups == TELEGRAM_GROUPS_ANY ||
		(inbox->groups == TELEGRAM_GROUPS_LISTED &&
			is_in(inbox->allowed, inbox->n_allowed, strtoll(u->in.room, NULL, 10)));
}

static void leave(struct telegram_inbox *inbox, const struct telegram_update *u, struct arena *arena)
{
	int64_t id = strtoll(u->in.room, NULL, 10);

	if (u->in.kind == INCOMING_GONE || (u->in.kind != INCOMING_ADDED && is_in(inbox->left, inbox->n_left, id)))
		return;
	if (inbox->n_left == LEFT_REMEMBERED)
		inbox->n_left = 0;
	inbox->left[inbox->n_left++] = id;
	log_event(inbox->log, LOG_LEVEL_NOTICE, "left a group that is not allowed",
		LOG_FIELDS(LOG_TEXT("chat", u->in.room), LOG_TEXT("chat_type", u->chat_type)));
	telegram_api_tell(inbox->api, "leaveChat", arena_printf(arena, "{\"chat_id\":%s}", u->in.room));
}

/* What an operator must know about a group: whether everything that people write there comes to us. */
static void note_group(const struct telegram_inbox *inbox, const struct telegram_update *u)
{
	bool all = inbox->self->reads_all || u->administrator;

	log_event(inbox->log, LOG_LEVEL_NOTICE, "added to a group",
		LOG_FIELDS(LOG_TEXT("chat", u->in.room), LOG_TEXT("reads", all ? "everything" : "what is for us")));
}

/* A group that was allowed stays so under its new id; only the configuration doesn't know. */
static void follow_move(struct telegram_inbox *inbox, const struct telegram_update *u)
{
	int64_t from = strtoll(u->in.room, NULL, 10), to = strtoll(u->in.text, NULL, 10);

	if (inbox->groups != TELEGRAM_GROUPS_LISTED || !is_in(inbox->allowed, inbox->n_allowed, from) ||
		is_in(inbox->allowed, inbox->n_allowed, to))
		return;
	allow(inbox, to);
	log_event(inbox->log, LOG_LEVEL_WARN, "a listed group has a new id, to be put into the configuration",
		LOG_FIELDS(LOG_NUMBER("old", from), LOG_NUMBER("new", to)));
}

/* ---- presses and pictures ---- */

/* At once: the person sees a button that is at work until then. */
static void answer_press(struct telegram_inbox *inbox, const struct telegram_update *u)
{
	struct buf body;

	buf_init(&body, 1024);
	buf_addc(&body, '{');
	json_out_text(&body, "callback_query_id", u->pressed.id);
	buf_addc(&body, '}');
	if (!body.full)
		telegram_api_tell(inbox->api, "answerCallbackQuery", buf_str(&body));
	buf_done(&body);
}

/* The first one stays the first when it comes again because it could not be saved. */
static bool is_next_of_album(struct telegram_inbox *inbox, const struct telegram_update *u)
{
	bool same = u->album[0] && inbox->album && !strcmp(u->album, inbox->album);

	if (u->album[0] && !same) {
		free(inbox->album);
		inbox->album = mem_strdup(u->album);
		inbox->album_first = u->id;
	}
	return same && u->id != inbox->album_first;
}

/* ---- updates ---- */

static void ignore(struct telegram_update *u)
{
	u->in.kind = INCOMING_NOTHING;
}

static void pass_by_what_is_not_for_us(struct telegram_inbox *inbox, struct telegram_update *u, struct arena *arena)
{
	enum incoming_kind kind = u->in.kind;
	bool said = is_next_of_album(inbox, u); /* also when it was words under the first picture */

	if (kind == INCOMING_MOVED) {
		follow_move(inbox, u);
	} else if (!is_allowed(inbox, u)) {
		leave(inbox, u, arena);
		ignore(u);
	} else if (!u->in.direct && !u->in.addressed && (!inbox->hear_all || kind != INCOMING_TEXT)) {
		ignore(u); /* words among others are overheard at most, never their pictures */
	} else if (kind == INCOMING_ADDED) {
		note_group(inbox, u);
	} else if (kind == INCOMING_MEDIA && said) {
		ignore(u);
	}
}

static void count(struct telegram_inbox *inbox, const struct telegram_update *u)
{
	inbox->updates++;
	inbox->ignored += u->unknown;
	inbox->broken += u->broken != NULL;
	if (u->broken)
		log_event(inbox->log, LOG_LEVEL_ERROR, "an update could not be read and is passed by",
			LOG_FIELDS(LOG_NUMBER("update", u->id), LOG_TEXT("why", u->broken)));
}

void telegram_inbox_read(struct telegram_inbox *inbox, struct json_span update, struct arena *arena,
	struct telegram_update *out)
{
	telegram_parse(update.at, update.len, inbox->self, arena, out);
	count(inbox, out);
	if (out->pressed.id)
		answer_press(inbox, out);
	if (out->pressed.read)
		telegram_ticks_press(inbox->ticks, out, arena);
	pass_by_what_is_not_for_us(inbox, out, arena);
}

struct telegram_inbox *telegram_inbox_new(const struct telegram_options *options, const struct telegram_self *self,
	struct telegram_api *api, const struct log *log)
{
	struct telegram_inbox *inbox = mem_alloc(1, sizeof *inbox);

	*inbox = (struct telegram_inbox){.self = self, .api = api, .log = log, .ticks = telegram_ticks_new(api),
		.groups = options->groups, .hear_all = options->hear_all};
	for (size_t i = 0; i < options->n_group_ids; i++)
		allow(inbox, options->group_ids[i]);
	return inbox;
}

void telegram_inbox_free(struct telegram_inbox *inbox)
{
	if (!inbox)
		return;
	telegram_ticks_free(inbox->ticks);
	free(inbox->allowed);
	free(inbox->album);
	free(inbox);
}

void telegram_inbox_counts(const struct telegram_inbox *inbox, uint64_t *out_updates, uint64_t *out_ignored,
	uint64_t *out_broken)
{
	*out_updates = inbox->updates;
	*out_ignored = inbox->ignored;
	*out_broken = inbox->broken;
}
