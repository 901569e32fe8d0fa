/* telegram_parse.c - Bot API 10.2, "Getting updates" and "Available types"; members that are not named here are normal
 * and left alone. */
#include "channels/telegram_parse.h"

#include <string.h>
#include <strings.h>

#include <cjson/cJSON.h>

#include "channels/json_in.h"
#include "channels/telegram_words.h"
#include "util/arena.h"
#include "util/err.h"
#include "util/json.h"

/* One update at work. */
struct parse {
	const struct telegram_self *self;
	struct arena *arena;
	struct telegram_update *out;
	const cJSON *body; /* of the member that says what happened */
};

/* ---- members ---- */

static const cJSON *get(const cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

static const cJSON *object_at(const cJSON *object, const char *key)
{
	const cJSON *item = get(object, key);

	return cJSON_IsObject(item) ? item : NULL;
}

static bool is_true(const cJSON *object, const char *key)
{
	return cJSON_IsTrue(get(object, key));
}

/* Ids have at most 52 bits; what has more is no id of Telegram's. */
static bool id_at(const cJSON *object, const char *key, int64_t *out)
{
	long long id;

	if (!json_int(object, key, &id) || id >= 1LL << 52 || id <= -(1LL << 52))
		return false;
	*out = id;
	return true;
}

static const char *id_text(const struct parse *p, const cJSON *object, const char *key)
{
	int64_t id;

	return id_at(object, key, &id) ? arena_printf(p->arena, "%lld", (long long)id) : "";
}

static const char *text_at(const struct parse *p, const cJSON *object, const char *key)
{
	const char *text = json_string(object, key, p->arena);

	return text ? text : "";
}

static int64_t time_at(const cJSON *object, const char *key)
{
	int64_t s;

	return id_at(object, key, &s) && s > 0 && s < (int64_t)1 << 40 ? s * 1000 : 0;
}

/* ---- where and who ---- */

/* False when there is no chat that we could tell from others. */
static bool read_chat(struct parse *p, const cJSON *message)
{
	const cJSON *chat = object_at(message, "chat");

	p->out->in.room = id_text(p, chat, "id");
	p->out->chat_type = text_at(p, chat, "type");
	p->out->in.direct = !strcmp(p->out->chat_type, "private");
	/* A reply in the General topic has a message_thread_id that is not a topic: sending there would fail. */
	if (is_true(message, "is_topic_message"))
		p->out->in.thread = id_text(p, message, "message_thread_id");
	return p->out->in.room[0] != '\0';
}

/* False for bots, and for those who are nobody. */
static bool read_person(struct parse *p, const cJSON *from)
{
	if (!from || is_true(from, "is_bot"))
		return false;
	p->out->in.person = id_text(p, from, "id");
	p->out->in.language = text_at(p, from, "language_code");
	return p->out->in.person[0] != '\0';
}

/* Anonymous administrators and channels write through `sender_chat`; `from` is then a stand-in that many share. */
static bool read_sender(struct parse *p)
{
	if (object_at(p->body, "sender_chat"))
		return !is_true(p->body, "is_automatic_forward");
	return read_person(p, object_at(p->body, "from"));
}

static bool is_ours(const struct parse *p, const cJSON *user)
{
	int64_t id;

	return p->self->id && id_at(user, "id", &id) && id == p->self->id;
}

/* ---- messages ---- */

/* Kinds of content without words. Everything else without words is about the chat and not for us. */
static bool is_media(const cJSON *message)
{
	static const char *const kinds[] = {"photo", "voice", "video", "video_note", "audio", "document", "sticker",
		"animation", "location", "venue", "contact", "poll", "dice", "game", "story", "paid_media", "checklist",
		"live_photo", "invoice", "giveaway"};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (get(message, kinds[i]))
			return true;
	return false;
}

static bool is_somebody_elses(const cJSON *message)
{
	return get(message, "forward_origin") || get(message, "forward_date") || get(message, "via_bot");
}

static bool replies_to_us(const struct parse *p)
{
	return is_ours(p, object_at(object_at(p->body, "reply_to_message"), "from"));
}

static bool is_known_command(const struct telegram_self *self, const char *name)
{
	for (size_t i = 0; i < self->n_commands; i++)
		if (!strcmp(self->commands[i], name))
			return true;
	return !strcmp(name, "start") || !strcmp(name, "help");
}

/* "/name@bot rest". False when the text is no command; one for another bot is one, and nothing to us. */
static bool read_command(struct parse *p, const char *text)
{
	struct incoming *in = &p->out->in;
	struct telegram_command command;

	if (!telegram_words_command(text, p->arena, &command))
		return false;
	bool named = command.bot[0] != '\0', ours = named && !strcasecmp(command.bot, p->self->username);
	if (named && !ours)
		return true;
	in->kind = INCOMING_COMMAND;
	in->text = command.name;
	in->args = command.args;
	in->addressed = in->direct || ours || replies_to_us(p) || is_known_command(p->self, command.name);
	return true;
}

/* The words of a message or of what stands under a picture, without what is quoted and without our name. */
static void read_words(struct parse *p, const char *key, const char *entities)
{
	struct incoming *in = &p->out->in;
	struct telegram_words words;
	const char *text = text_at(p, p->body, key);

	if (is_somebody_elses(p->body)) {
		in->kind = INCOMING_FORWARD;
		in->text = text;
		in->addressed = in->direct;
		return;
	}
	if (read_command(p, text))
		return;
	telegram_words_read(text, get(p->body, entities), p->self->id, p->self->username, p->arena, &words);
	in->kind = words.all_quoted ? INCOMING_FORWARD : INCOMING_TEXT;
	in->text = words.all_quoted ? text : words.own;
	in->addressed = in->direct || words.names_us || replies_to_us(p);
}

static const char *string_or_null(const cJSON *object, const char *key)
{
	const char *s = cJSON_GetStringValue(get(object, key));

	return s && *s ? s : NULL;
}

static void read_content(struct parse *p)
{
	struct incoming *in = &p->out->in;

	if (string_or_null(p->body, "text")) {
		read_words(p, "text", "entities");
	} else if (string_or_null(p->body, "caption")) {
		read_words(p, "caption", "caption_entities");
	} else if (is_media(p->body)) {
		in->kind = is_somebody_elses(p->body) ? INCOMING_FORWARD : INCOMING_MEDIA;
		in->addressed = in->direct || replies_to_us(p);
	}
	p->out->album = text_at(p, p->body, "media_group_id");
}

/* A group that became a supergroup has another id: told once in the old one and once in the new one. */
static bool read_move(struct parse *p)
{
	struct incoming *in = &p->out->in;
	const char *to = id_text(p, p->body, "migrate_to_chat_id"), *from = id_text(p, p->body, "migrate_from_chat_id");

	if (!*to && !*from)
		return false;
	in->text = *to ? to : in->room;
	in->room = *to ? in->room : from;
	in->kind = INCOMING_MOVED;
	in->thread = "";
	return true;
}

static void read_message(struct parse *p)
{
	struct incoming *in = &p->out->in;

	in->sent_ms = time_at(p->body, "date");
	in->reply_ref = id_text(p, p->body, "message_id");
	if (!read_chat(p, p->body) || read_move(p))
		return;
	if (read_sender(p))
		read_content(p);
}

/* What was there before is not told; whether it was answered is known to who keeps the talk. */
static void read_edit(struct parse *p)
{
	struct incoming *in = &p->out->in;

	read_message(p);
	in->sent_ms = time_at(p->body, "edit_date");
	if (in->kind == INCOMING_TEXT)
		in->kind = INCOMING_EDIT;
	else
		in->kind = INCOMING_NOTHING; /* a place that moves, a picture that is exchanged, a command put right */
}

/* ---- presses ---- */

static void read_press(struct parse *p, const cJSON *message)
{
	struct telegram_pressed *pressed = &p->out->pressed;
	struct incoming *in = &p->out->in;
	const char *data = cJSON_GetStringValue(get(p->body, "data"));

	if (!data || !telegram_press_read(data, p->arena, &pressed->press))
		return;
	if (pressed->press.person[0] && strcmp(pressed->press.person, in->person) != 0)
		return;
	pressed->read = true;
	/* Gone from a message that is too old to be shown to us; a plain answer needs none. */
	telegram_keys_read(get(message, "reply_markup"), p->arena, &pressed->keys);
	in->of_turn = pressed->press.turn;
	in->addressed = true;
	in->n_picked = telegram_keys_ticked(&pressed->keys, p->arena, in->picked, CHANNEL_MAX_PICKED);
	if (pressed->press.kind == TELEGRAM_PICK && in->n_picked < CHANNEL_MAX_PICKED)
		in->picked[in->n_picked++] = pressed->press.choice;
	if (pressed->press.kind == TELEGRAM_PICK || (pressed->press.kind == TELEGRAM_DONE && pressed->keys.n))
		in->kind = INCOMING_CHOICE;
}

static void read_callback(struct parse *p)
{
	const cJSON *message = object_at(p->body, "message");
	struct incoming *in = &p->out->in;

	p->out->pressed.id = json_string(p->body, "id", p->arena);
	if (p->out->pressed.id && !p->out->pressed.id[0])
		p->out->pressed.id = NULL;
	if (!message || !read_chat(p, message) || !read_person(p, object_at(p->body, "from")))
		return;
	in->shown_ref = id_text(p, message, "message_id");
	p->out->pressed.message = in->shown_ref;
	read_press(p, message);
}

/* ---- coming and going ---- */

static bool is_in(const cJSON *member)
{
	const char *status = cJSON_GetStringValue(get(member, "status"));

	if (!status || !strcmp(status, "left") || !strcmp(status, "kicked"))
		return false;
	return strcmp(status, "restricted") != 0 || is_true(member, "is_member");
}

static void read_my_member(struct parse *p)
{
	struct incoming *in = &p->out->in;
	const cJSON *before = object_at(p->body, "old_chat_member"), *now = object_at(p->body, "new_chat_member");

	in->sent_ms = time_at(p->body, "date");
	if (!read_chat(p, p->body) || !now || is_in(before) == is_in(now))
		return;
	(void)read_person(p, object_at(p->body, "from")); /* an administrator without a name will do */
	in->addressed = true;
	if (!is_in(now))
		in->kind = INCOMING_GONE;
	else
		in->kind = in->direct ? INCOMING_BACK : INCOMING_ADDED;
	p->out->administrator = !strcmp(text_at(p, now, "status"), "administrator");
}

/* ---- updates ---- */

static const struct {
	const char *member;
	void (*read)(struct parse *p);
} kinds_of_update[] = {
	{"message", read_message},
	{"edited_message", read_edit},
	{"callback_query", read_callback},
	{"my_chat_member", read_my_member},
};

static void read_update(struct parse *p, const cJSON *update)
{
	for (size_t i = 0; i < sizeof kinds_of_update / sizeof *kinds_of_update; i++) {
		p->body = object_at(update, kinds_of_update[i].member);
		if (p->body) {
			kinds_of_update[i].read(p);
			return;
		}
	}
	p->out->unknown = true;
}

void telegram_parse(const char *bytes, size_t len, const struct telegram_self *self, struct arena *arena,
	struct telegram_update *out)
{
	struct parse p = {.self = self, .arena = arena, .out = out};
	struct json_span id;
	struct err err = {""};

	*out = (struct telegram_update){.id = -1, .chat_type = "", .album = "", .pressed = {.message = ""},
		.in = {.kind = INCOMING_NOTHING, .event = "", .room = "", .thread = "", .person = "", .text = "",
			.args = "", .language = "", .reply_ref = "", .shown_ref = ""}};
	/* Found without reading the rest, so that what can't be read can be passed by. */
	if (json_in_member((struct json_span){bytes, len}, "update_id", &id))
		(void)json_in_whole(id, &out->id);
	if (out->id >= 0)
		out->in.event = arena_printf(arena, "%lld", (long long)out->id);
	cJSON *tree = json_parse(bytes, len, &err);
	if (!tree)
		out->broken = arena_strdup(arena, err.text);
	else if (out->id < 0)
		out->broken = "no update_id";
	else
		read_update(&p, tree);
	cJSON_Delete(tree);
	out->in.len = strlen(out->in.text);
}
