/* matrix_parse.c - one event to what came in. Every member may be missing or of another type than it should be. */
#include "channels/matrix_parse.h"

#include <string.h>

#include <cjson/cJSON.h>

#include "channels/matrix_words.h"
#include "util/arena.h"
#include "util/json.h"

enum { MAX_ID = 255 };

/* An event while it is read. */
struct reading {
	const struct matrix_self *self;
	const struct matrix_place *place;
	struct arena *arena;
	const cJSON *event, *content;
	struct matrix_event *out;
};

static const cJSON *member(const cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

static const char *text_of(const struct reading *r, const cJSON *object, const char *key)
{
	const char *text = json_string(object, key, r->arena);

	return text ? text : "";
}

/* An id, or "" for what can't be one. */
static const char *id_of(const struct reading *r, const cJSON *object, const char *key)
{
	const char *id = text_of(r, object, key);

	return strlen(id) <= MAX_ID ? id : "";
}

static bool is_among(const char *word, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(word, list[i]))
			return true;
	return false;
}

/* ---- relations ---- */

static bool relates(const struct reading *r, const char *how)
{
	return !strcmp(text_of(r, member(r->content, "m.relates_to"), "rel_type"), how);
}

/* What it answers: in a thread only when a person chose the message, not a client that knows no threads. */
static const char *answered(const struct reading *r)
{
	const cJSON *relation = member(r->content, "m.relates_to");

	if (relates(r, "m.thread") && cJSON_IsTrue(member(relation, "is_falling_back")))
		return "";
	return id_of(r, member(relation, "m.in_reply_to"), "event_id");
}

static const char *root_of(const struct reading *r)
{
	return relates(r, "m.thread") ? id_of(r, member(r->content, "m.relates_to"), "event_id") : "";
}

/* ---- whom it is for ---- */

static bool mentions(const struct reading *r)
{
	const cJSON *user, *users = member(member(r->content, "m.mentions"), "user_ids");

	cJSON_ArrayForEach(user, users)
		if (cJSON_IsString(user) && !strcmp(user->valuestring, r->self->user))
			return true;
	return false;
}

/* Takes off what is there only to call us. True when it was. */
static bool calls(const struct reading *r, const char **body)
{
	const char *rest = matrix_behind_name(*body, r->self), *name, *args;

	if (rest)
		*body = rest;
	return rest || mentions(r) || matrix_command(*body, r->self, &name, &args);
}

/* ---- messages ---- */

static void said(const struct reading *r, enum incoming_kind kind)
{
	struct matrix_event *e = r->out;
	struct incoming *in = &e->in;

	e->kind = MATRIX_SAID;
	*in = (struct incoming){.kind = kind, .event = e->id, .room = r->place->room, .thread = e->root,
		.person = e->sender, .text = "", .args = "", .sent_ms = e->ts_ms, .language = "",
		.direct = r->place->direct, .addressed = r->place->direct, .reply_ref = e->id, .shown_ref = ""};
}

static void put_text(struct incoming *in, const char *text)
{
	in->text = text;
	in->len = strlen(text);
}

static void read_command(const struct reading *r, const char *body)
{
	struct incoming *in = &r->out->in;
	const char *name, *args;

	put_text(in, body);
	if (!matrix_command(body, r->self, &name, &args))
		return;
	in->kind = INCOMING_COMMAND;
	put_text(in, name);
	in->args = args;
}

/* What can't be judged by itself needs the message it hangs from. */
static void look_around(const struct reading *r)
{
	struct matrix_event *e = r->out;

	e->target = answered(r);
	if (*e->target && (!e->in.addressed || !*e->root))
		e->needs = e->target;
	else if (*e->root && !e->in.addressed)
		e->needs = e->root;
}

static void read_edit(const struct reading *r)
{
	const cJSON *now = member(r->content, "m.new_content");

	said(r, INCOMING_EDIT);
	put_text(&r->out->in, matrix_without_quote(text_of(r, now, "body")));
	r->out->in.reply_ref = id_of(r, member(r->content, "m.relates_to"), "event_id");
}

static void read_message(const struct reading *r)
{
	static const char *const texts[] = {"m.text", "m.emote"};
	static const char *const media[] = {"m.image", "m.audio", "m.video", "m.file", "m.location"};
	const char *type = text_of(r, r->content, "msgtype"), *body = text_of(r, r->content, "body");
	bool is_text = is_among(type, texts, 2);

	if (relates(r, "m.replace")) {
		if (is_text)
			read_edit(r);
		return;
	}
	if (!is_text && !is_among(type, media, 5))
		return; /* notices are never answered: two bots would talk for ever */
	said(r, is_text ? INCOMING_TEXT : INCOMING_MEDIA);
	body = is_text ? matrix_without_quote(body) : "";
	if (calls(r, &body))
		r->out->in.addressed = true;
	if (is_text)
		read_command(r, body);
	look_around(r);
}

static void read_reaction(const struct reading *r)
{
	const cJSON *relation = member(r->content, "m.relates_to");

	r->out->target = id_of(r, relation, "event_id");
	r->out->number = matrix_number(text_of(r, relation, "key"));
	if (!relates(r, "m.annotation") || !*r->out->target || !r->out->number)
		return;
	said(r, INCOMING_CHOICE);
	r->out->kind = MATRIX_REACTION;
	r->out->needs = r->out->target;
}

static void read_sticker(const struct reading *r)
{
	said(r, INCOMING_MEDIA);
	look_around(r);
}

static void read_sealed(const struct reading *r)
{
	r->out->kind = MATRIX_SEALED;
	r->out->words = true;
}

/* ---- state ---- */

static void read_encryption(const struct reading *r)
{
	if (cJSON_IsString(member(r->event, "state_key")))
		r->out->kind = MATRIX_SEALED;
}

static void read_member(const struct reading *r)
{
	r->out->member = id_of(r, r->event, "state_key");
	r->out->membership = text_of(r, r->content, "membership");
	r->out->came = !strcmp(r->out->membership, "join") &&
		strcmp(text_of(r, member(member(r->event, "unsigned"), "prev_content"), "membership"), "join") != 0;
	r->out->is_direct = cJSON_IsTrue(member(r->content, "is_direct"));
	if (*r->out->member)
		r->out->kind = MATRIX_MEMBER;
}

static void read_tombstone(const struct reading *r)
{
	const cJSON *key = member(r->event, "state_key");

	r->out->target = id_of(r, r->content, "replacement_room");
	if (cJSON_IsString(key) && !*key->valuestring && *r->out->target)
		r->out->kind = MATRIX_TOMBSTONE;
}

static const struct {
	const char *type;
	bool from_people; /* what we sent ourselves, and whom we ignore, does not count */
	void (*read)(const struct reading *r);
} types[] = {
	{"m.room.message", true, read_message},
	{"m.reaction", true, read_reaction},
	{"m.sticker", true, read_sticker},
	{"m.room.encrypted", true, read_sealed},
	{"m.room.encryption", false, read_encryption},
	{"m.room.member", false, read_member},
	{"m.room.tombstone", false, read_tombstone},
};

static void read_event(const struct reading *r)
{
	struct matrix_event *e = r->out;
	const char *type = text_of(r, r->event, "type");
	double ts;

	e->id = id_of(r, r->event, "event_id");
	e->sender = id_of(r, r->event, "sender");
	if (json_number(r->event, "origin_server_ts", &ts) && ts > 0 && ts < 1e15)
		e->ts_ms = (int64_t)ts;
	e->ours = !strcmp(e->sender, r->self->user);
	if (*e->sender != '@' || !cJSON_IsObject(r->content))
		return;
	e->root = root_of(r);
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (!strcmp(types[i].type, type)) {
			bool heard = !e->ours && !is_among(e->sender, r->self->ignored, r->self->n_ignored);

			if (!types[i].from_people || (heard && *e->id))
				types[i].read(r);
			return;
		}
}

void matrix_parse(struct json_span event, const struct matrix_self *self, const struct matrix_place *place,
	struct arena *arena, struct matrix_event *out)
{
	cJSON *tree = json_parse(event.at, event.len, NULL);
	struct reading r = {.self = self, .place = place, .arena = arena, .event = tree,
		.content = member(tree, "content"),
		.out = out};

	*out = (struct matrix_event){.id = "", .sender = "", .root = "", .target = "", .member = "", .membership = ""};
	if (tree)
		read_event(&r);
	cJSON_Delete(tree);
}

/* ---- other events ---- */

static void read_choices(const struct reading *r, struct matrix_known *out)
{
	const cJSON *offers = member(r->content, MATRIX_CHOICES), *id;
	long long turn = 0;

	cJSON_ArrayForEach(id, member(offers, "ids"))
		if (cJSON_IsString(id) && out->n_choices < CHANNEL_MAX_CHOICES)
			out->choices[out->n_choices++] = arena_strdup(r->arena, id->valuestring);
	if (json_int(offers, "turn", &turn) && turn > 0)
		out->turn = (unsigned)turn;
}

void matrix_known_read(struct json_span event, const struct matrix_self *self, struct arena *arena,
	struct matrix_known *out)
{
	cJSON *tree = json_parse(event.at, event.len, NULL);
	struct reading r = {.self = self, .arena = arena, .event = tree, .content = member(tree, "content")};
	const cJSON *thread = member(member(member(tree, "unsigned"), "m.relations"), "m.thread");
	const char *body;

	*out = (struct matrix_known){.sender = "", .root = ""};
	if (tree && cJSON_IsObject(r.content)) {
		out->there = true;
		out->sender = id_of(&r, tree, "sender");
		out->ours = !strcmp(out->sender, self->user);
		out->root = root_of(&r);
		body = matrix_without_quote(text_of(&r, r.content, "body"));
		out->taken_part = cJSON_IsTrue(member(thread, "current_user_participated")) || calls(&r, &body);
		if (out->ours)
			read_choices(&r, out);
	}
	cJSON_Delete(tree);
}

static void pick(struct matrix_event *e, const struct matrix_known *known)
{
	size_t at = (size_t)e->number - 1;

	if (!known->ours || at >= known->n_choices) {
		e->kind = MATRIX_NOTHING;
		return;
	}
	e->kind = MATRIX_SAID;
	e->in.picked[0] = known->choices[at];
	e->in.n_picked = 1;
	e->in.of_turn = known->turn;
	e->in.shown_ref = e->target;
	e->in.addressed = true;
}

void matrix_settle(struct matrix_event *e, const struct matrix_known *known)
{
	e->needs = NULL;
	if (*known->root && !*e->in.thread)
		e->in.thread = known->root; /* an answer from outside goes on in the thread of what it answers */
	if (e->kind == MATRIX_REACTION)
		pick(e, known);
	else if (*e->target)
		e->in.addressed |= known->ours;
	else /* a thread is a talk with the one who began it; others who write there speak with them, not with us */
		e->in.addressed |= known->taken_part && !strcmp(known->sender, e->sender);
}
