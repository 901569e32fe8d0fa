/* work.c - one thing that came in, worked. */
#include "daemon/work.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cjson/cJSON.h>

#include "channels/channel.h"
#include "daemon/commands.h"
#include "daemon/config.h"
#include "daemon/outbox.h"
#include "talk/responses.h"
#include "util/arena.h"
#include "util/json.h"

enum {
	MINUTE_MS = 60 * 1000,
	VISIT_MS = 30 * MINUTE_MS, /* who writes again after that long comes anew: planned check-ins have no point any more */
	DAY_MS = 24 * 60 * MINUTE_MS,
};

/* ---- whose it is ---- */

bool work_key(const struct work *w, const struct incoming *in, struct store_key *out)
{
	if (in->kind == INCOMING_NOTHING || !*in->room)
		return false;
	*out = (struct store_key){w->channel->ops->name, in->room, in->thread, in->person};
	return true;
}

bool work_origin(const struct work *w, const struct incoming *in, struct store_key *out)
{
	const char *room, *thread;

	if (in->kind != INCOMING_COMMAND || !in->direct || !commands_origin(in->args, w->arena, &room, &thread))
		return false;
	*out = (struct store_key){w->channel->ops->name, room, thread, in->person};
	return true;
}

void work_open(const struct work *w, const struct store_key *key, const struct store_conversation *stored,
	struct work_talk *out)
{
	cJSON *json = stored->state ? json_parse(stored->state, strlen(stored->state), NULL) : NULL;

	*out = (struct work_talk){.version = stored->version, .kept = stored->state != NULL};
	out->key = (struct store_key){key->channel, arena_strdup(w->arena, key->room),
		arena_strdup(w->arena, key->thread), arena_strdup(w->arena, key->person)};
	out->shown = arena_strdup(w->arena, stored->shown ? stored->shown : "");
	if (stored->state && (!json || state_load(json, w->data.tables, &out->state, NULL) != 0))
		out->damaged = true;
	if (!stored->state || out->damaged)
		state_init(&out->state);
	cJSON_Delete(json);
}

void work_save(struct work *w, struct work_talk *t)
{
	cJSON *json;
	char *text;

	if (!t->changed || !*t->key.person)
		return;
	t->changed = false;
	json = state_save(&t->state, w->data.tables);
	text = json_print(json);
	store_batch_put(w->batch, &t->key, text, t->version,
		w->now_ms + (int64_t)w->config->conversation_days * DAY_MS);
	free(text);
	cJSON_Delete(json);
}

/* ---- saying ---- */

static void put_row(struct work *w, const struct work_talk *t, const char *kind, const char *body, int64_t at_ms)
{
	struct store_out row = {.key = t->key, .kind = kind, .body = body, .txn = "", .not_before_ms = at_ms,
		.created_ms = w->now_ms};

	store_batch_out(w->batch, &row);
	if (w->n_rows == w->cap_rows) {
		size_t cap = w->cap_rows ? w->cap_rows * 2 : 32;
		struct store_out *more = arena_alloc(w->arena, cap, sizeof *more);

		if (w->n_rows)
			memcpy(more, w->rows, w->n_rows * sizeof *more);
		w->rows = more;
		w->cap_rows = cap;
	}
	w->rows[w->n_rows++] = row;
}

static void put_request(struct work *w, const struct work_talk *t, const struct channel_request *r)
{
	put_row(w, t, r->kind, r->body, w->now_ms);
}

static void put_message(struct work *w, const struct work_talk *t, const struct outgoing *o)
{
	const struct channel *c = w->channel;
	struct channel_request *requests;
	size_t n = c->ops->say(c, o, w->arena, &requests);

	for (size_t i = 0; i < n; i++)
		put_request(w, t, &requests[i]);
}

/* A message without choices, to the room of the talk. */
static struct outgoing plain(const struct work_talk *t, const struct incoming *in, const char *text)
{
	return (struct outgoing){.room = t->key.room, .thread = t->key.thread, .person = t->key.person, .text = text,
		.reply_ref = in && !in->direct ? in->reply_ref : "", .link = "", .link_label = ""};
}

static void put_text(struct work *w, const struct work_talk *t, const struct incoming *in, const char *text)
{
	struct outgoing o = plain(t, in, text);

	if (text && *text)
		put_message(w, t, &o);
}

/* A text of channels.yaml. */
static const char *words(struct work *w, struct work_talk *t, const char *section, const char *key)
{
	return talk_words(&w->data, &t->state, w->config->region, "channels", section, key, w->arena);
}

/* A text of the dialogue's own. */
static const char *service_words(struct work *w, struct work_talk *t, const char *key)
{
	return talk_words(&w->data, &t->state, w->config->region, "talk", "talk", key, w->arena);
}

/* The buttons of the question before go: it was answered, or another one takes its place. */
static void put_unshow(struct work *w, struct work_talk *t, const char *ref)
{
	const struct channel *c = w->channel;
	struct channel_request r;

	if (*ref && c->ops->unshow && c->ops->unshow(c, t->key.room, ref, w->arena, &r))
		put_request(w, t, &r);
	if (strcmp(ref, t->shown) == 0 && *ref) {
		store_batch_shown(w->batch, &t->key, "");
		t->shown = "";
	}
}

/* What the text lists by number is tapped by number; what fits keeps its words. */
static size_t take_choices(struct work *w, const struct talk_out *out, struct channel_choice *choices)
{
	size_t n = 0;

	for (; n < out->n_choices && n < CHANNEL_MAX_CHOICES; n++) {
		const struct talk_choice *c = &out->choices[n];

		choices[n] = (struct channel_choice){.id = c->id, .label = c->label, .alone = c->alone};
		if (out->listed && !c->alone)
			choices[n].label = arena_printf(w->arena, "%zu", n + 1);
	}
	return n;
}

/* `note` goes with the first message; NULL for none. */
static void put_replies(struct work *w, struct work_talk *t, const struct incoming *in, const struct talk_out *out,
	const char *note)
{
	struct channel_choice choices[CHANNEL_MAX_CHOICES];
	size_t n = take_choices(w, out, choices);

	for (size_t i = 0; i < out->n_replies; i++) {
		struct outgoing o = plain(t, in, out->replies[i]);

		if (!i && note)
			o.text = arena_printf(w->arena, "%s\n\n%s", o.text, note);
		if (i + 1 == out->n_replies) {
			o.choices = choices;
			o.n_choices = n;
			o.many = out->many;
			o.done_label = words(w, t, "words", "done");
			o.turn = out->turn;
		}
		put_message(w, t, &o);
	}
}

/* ---- what a turn brings about besides words ---- */

/* Nobody is written to at night, but for an emergency that is under way. */
static int64_t waking(const struct work *w, int64_t at_ms)
{
	const struct config *c = w->config;
	time_t at = (time_t)(at_ms / 1000);
	struct tm tm;
	int minute, wait;

	if (c->quiet_from_minute == c->quiet_until_minute || !localtime_r(&at, &tm))
		return at_ms;
	minute = tm.tm_hour * 60 + tm.tm_min;
	wait = (c->quiet_until_minute - minute + 24 * 60) % (24 * 60);
	if ((minute - c->quiet_from_minute + 24 * 60) % (24 * 60) >=
		(c->quiet_until_minute - c->quiet_from_minute + 24 * 60) % (24 * 60))
		return at_ms;
	return at_ms + (int64_t)wait * MINUTE_MS;
}

static void plan_check_ins(struct work *w, struct work_talk *t, const struct talk_out *out)
{
	store_batch_drop_check_ins(w->batch, &t->key);
	for (size_t i = 0; i < out->n_check_ins; i++) {
		int64_t at = w->now_ms + (int64_t)out->check_in_minutes[i] * MINUTE_MS;

		if (out->decision.urgency < URGENCY_EMERGENCY)
			at = waking(w, at);
		put_row(w, t, STORE_CHECK_IN, "{}", at);
	}
}

/* Forgotten is forgotten at once; what is said about it stays in the outbox until it is sent. */
static void forget(struct work *w, struct work_talk *t)
{
	store_batch_forget(w->batch, t->key.channel, t->key.person, true);
	*t = (struct work_talk){.key = t->key, .shown = "", .excused = t->excused};
	state_init(&t->state);
}

static void take_effects(struct work *w, struct work_talk *t, const struct talk_out *out)
{
	if (out->effects & TALK_CHECK_IN_STOP)
		store_batch_drop_check_ins(w->batch, &t->key);
	if (out->effects & TALK_CHECK_IN_WANTED && w->config->check_ins)
		plan_check_ins(w, t, out);
	if (out->effects & TALK_EXPORT)
		put_row(w, t, OUTBOX_EXPORT, "{}", w->now_ms);
}

/* ---- a turn ---- */

/* Whom to call, in the operator's own words; NULL: nobody. */
static const char *contact_of(const struct work *w)
{
	const char *text = w->config->human.text, *phone = w->config->human.phone;

	return text && phone ? arena_printf(w->arena, "%s\n%s", text, phone) : text;
}

/* Check-ins are kept in private only: who was asked in a shared room did not ask to be spoken to there. */
static struct talk_in begin(const struct work *w, enum talk_kind kind, bool direct)
{
	time_t now = (time_t)(w->now_ms / 1000);
	struct tm tm = {0};
	struct talk_in in = {.kind = kind, .now_ms = w->now_ms, .region = w->config->region,
		.contact = contact_of(w), .keep_days = w->config->conversation_days, .taps = w->channel->ops->can.choices, .tap_width = w->channel->ops->can.choice_width,
		.no_check_ins = !direct || !w->config->check_ins};

	in.knows_hour = localtime_r(&now, &tm) != NULL;
	in.hour = tm.tm_hour;
	in.today = (struct moment){tm.tm_wday, tm.tm_mday, tm.tm_mon + 1, tm.tm_year + 1900};
	return in;
}

static void turn(struct work *w, struct work_talk *t, const struct talk_in *in, struct talk_out *out)
{
	talk_turn(&w->data, &t->state, in, w->arena, out);
	t->changed = true;
}

static void note(struct work_done *done, const struct talk_out *out)
{
	done->urgency = out->decision.urgency;
	done->effects |= out->effects;
	done->replies += out->n_replies;
}

/* Who can read along is said once, with the first words in private; an emergency is not held up by it. */
static void put_first_replies(struct work *w, struct work_talk *t, const struct incoming *in, const struct talk_out *out)
{
	const char *note = in->direct ? words(w, t, "first_contact", t->key.channel) : NULL;
	bool with_first = out->decision.urgency < URGENCY_EMERGENCY && (out->n_replies > 1 || !out->n_choices);

	put_replies(w, t, in, out, with_first ? note : NULL);
	if (!with_first)
		put_text(w, t, in, note);
}

/* The way to a private room, for a shared one; NULL where there is none. */
static const char *private_link(struct work *w, const struct incoming *in)
{
	const char *payload = commands_payload(in->room, in->thread, w->arena);

	if (!w->config->telegram.groups.offer_private || !payload || !w->channel->ops->private_link)
		return NULL;
	return w->channel->ops->private_link(w->channel, payload, w->arena);
}

/* Where others read along nothing personal is asked: one line, and the way to a private room, where the question waits.
 * False when it is no question, can't wait, or there is no such way. */
static bool ask_in_private(struct work *w, struct work_talk *t, const struct incoming *in, const struct talk_out *out)
{
	struct outgoing o = plain(t, in, NULL);
	enum urgency urgency = out->decision.urgency;

	if (in->direct || !out->n_choices || urgency == URGENCY_NONE || urgency == URGENCY_EMERGENCY)
		return false;
	o.link = private_link(w, in);
	if (!o.link)
		return false;
	o.text = words(w, t, "words", urgency >= URGENCY_URGENT ? "go_private_urgent" : "go_private");
	o.link_label = words(w, t, "words", "go_private_button");
	put_message(w, t, &o);
	return true;
}

static void excuse_delay(struct work *w, struct work_talk *t, const struct incoming *in)
{
	int64_t old_ms = (int64_t)w->config->old_message_minutes * MINUTE_MS;

	if (t->excused || !in->sent_ms || w->now_ms - in->sent_ms < old_ms)
		return;
	t->excused = true;
	put_text(w, t, in, words(w, t, "words", "late"));
}

/* Plans are dropped when the person comes back by themselves. */
static void drop_plans(struct work *w, struct work_talk *t)
{
	if (t->state.seen_ms && w->now_ms - t->state.seen_ms > VISIT_MS)
		store_batch_drop_check_ins(w->batch, &t->key);
}

static void converse(struct work *w, struct work_talk *t, const struct incoming *in, const struct talk_in *said,
	struct work_done *done)
{
	struct talk_out out;

	excuse_delay(w, t, in);
	drop_plans(w, t);
	turn(w, t, said, &out);
	if (ask_in_private(w, t, in, &out))
		done->replies++;
	else if (t->kept)
		put_replies(w, t, in, &out, NULL);
	else
		put_first_replies(w, t, in, &out);
	put_unshow(w, t, *in->shown_ref ? in->shown_ref : t->shown);
	take_effects(w, t, &out);
	note(done, &out);
	t->kept = true;
	if (out.effects & TALK_FORGET)
		forget(w, t);
}

static void say_text(struct work *w, struct work_talk *t, const struct incoming *in, const char *text, size_t len,
	struct work_done *done)
{
	struct talk_in said = begin(w, TALK_SAY, in->direct);

	said.text = text;
	said.len = len;
	converse(w, t, in, &said, done);
}

static void choose(struct work *w, struct work_talk *t, const struct incoming *in, struct work_done *done)
{
	struct talk_in said = begin(w, TALK_CHOOSE, in->direct);

	said.of_turn = in->of_turn;
	for (; said.n_picked < in->n_picked && said.n_picked < TALK_MAX_PICKED; said.n_picked++)
		said.picked[said.n_picked] = in->picked[said.n_picked];
	converse(w, t, in, &said, done);
}

static void media(struct work *w, struct work_talk *t, const struct incoming *in, struct work_done *done)
{
	struct talk_in said = begin(w, TALK_MEDIA, in->direct);

	converse(w, t, in, &said, done);
}

static void command(struct work *w, struct work_talk *t, const struct work_talk *origin, const struct incoming *in,
	struct work_done *done)
{
	const char *says = commands_says(w->data.responses, in->text);

	if (origin && origin->kept && !t->kept) {
		t->state = origin->state;
		t->kept = t->changed = true;
	}
	if (!says)
		says = *in->args ? in->args : in->text;
	say_text(w, t, in, says, strlen(says), done);
}

/* ---- what was not meant for us ---- */

/* The message by itself, as the first of a talk: true with the answer when it tells of an emergency. The talk goes on
 * from there; otherwise nothing of it stays. */
static bool emergency_alone(struct work *w, struct work_talk *t, const struct incoming *in, struct talk_out *out)
{
	struct work_talk then = *t;
	struct talk_in said = begin(w, TALK_SAY, false);

	state_init(&then.state);
	said.text = in->text;
	said.len = in->len;
	turn(w, &then, &said, out);
	if (out->decision.urgency != URGENCY_EMERGENCY || !out->n_replies)
		return false;
	*t = then;
	return true;
}

/* A danger sign in a shared room may be answered once a day: who was told is left alone. */
static void overhear(struct work *w, struct work_talk *t, const struct incoming *in, struct work_done *done)
{
	bool told = t->state.alarmed && w->now_ms - t->state.seen_ms < DAY_MS;
	struct talk_out out;

	if (!w->config->telegram.groups.answer_red_flags_unasked || in->kind != INCOMING_TEXT || told ||
		!emergency_alone(w, t, in, &out))
		return;
	out.n_choices = 0;
	put_text(w, t, in, words(w, t, "words", "unasked"));
	put_replies(w, t, in, &out, NULL);
	note(done, &out);
}

/* Where no talk can be held (nobody to be told apart, or too many messages a minute), danger is answered all the same. */
static void answer_danger(struct work *w, struct work_talk *t, const struct incoming *in, const char *otherwise,
	struct work_done *done)
{
	struct talk_out out;

	if (in->kind == INCOMING_TEXT && emergency_alone(w, t, in, &out)) {
		out.n_choices = 0;
		put_replies(w, t, in, &out, NULL);
		note(done, &out);
		return;
	}
	put_text(w, t, in, otherwise);
}

/* The other side's ways of saying something in person. */
static bool is_speech(const struct incoming *in)
{
	return in->kind <= INCOMING_COMMAND && in->kind != INCOMING_EDIT;
}

static void added(struct work *w, struct work_talk *t, const struct incoming *in)
{
	if (!in->direct)
		put_text(w, t, in, words(w, t, "words", "added"));
}

/* What was said without a talk to say it in. True when that was it. */
static bool aside(struct work *w, struct work_talk *t, const struct incoming *in, enum work_pace pace,
	struct work_done *out)
{
	if (!is_speech(in))
		return false;
	if (!in->direct && !in->addressed) {
		overhear(w, t, in, out);
		return true;
	}
	if (*in->person && pace == WORK_PACE_FINE)
		return false;
	if (!*in->person)
		answer_danger(w, t, in, words(w, t, "words", "anonymous"), out);
	else
		answer_danger(w, t, in, pace == WORK_PACE_OVER ? NULL : service_words(w, t, "limit"), out);
	return true;
}

void work_item(struct work *w, struct work_talk *t, const struct work_talk *origin, const struct incoming *in,
	enum work_pace pace, struct work_done *out)
{
	*out = (struct work_done){.urgency = t->state.urgency};
	if (aside(w, t, in, pace, out))
		return;
	switch (in->kind) {
	case INCOMING_TEXT:
		say_text(w, t, in, in->text, in->len, out);
		break;
	case INCOMING_CHOICE:
		choose(w, t, in, out);
		break;
	case INCOMING_MEDIA:
		media(w, t, in, out);
		break;
	case INCOMING_FORWARD:
		put_text(w, t, in, words(w, t, "words", "forwarded"));
		break;
	case INCOMING_COMMAND:
		command(w, t, origin, in, out);
		break;
	case INCOMING_GONE:
		store_batch_drop_room(w->batch, t->key.channel, t->key.room);
		w->moved = true;
		break;
	case INCOMING_ADDED:
		added(w, t, in);
		break;
	case INCOMING_MOVED:
		store_batch_move_room(w->batch, t->key.channel, t->key.room, in->text);
		w->moved = true;
		break;
	case INCOMING_EDIT: /* what was said was answered already */
	case INCOMING_BACK:
	case INCOMING_NOTHING:
		break;
	}
}

/* ---- from the outbox ---- */

void work_check_in(struct work *w, struct work_talk *t, const struct store_out *row, struct work_done *done)
{
	struct talk_in in = begin(w, TALK_CHECK_IN, true);
	struct talk_out out;

	*done = (struct work_done){.urgency = t->state.urgency};
	store_batch_out_done(w->batch, row->id);
	if (!t->kept || !w->config->check_ins)
		return;
	turn(w, t, &in, &out);
	put_replies(w, t, NULL, &out, NULL);
	if (out.n_replies)
		put_unshow(w, t, t->shown);
	note(done, &out);
}

void work_export(struct work *w, const struct store_out *row, const char *document)
{
	struct work_talk t = {.key = row->key, .shown = ""};

	state_init(&t.state);
	store_batch_out_done(w->batch, row->id);
	put_text(w, &t, NULL, arena_printf(w->arena, "%s\n\n%s", words(w, &t, "words", "copy"), document));
}

void work_give_up(struct work *w, struct work_talk *t, const struct incoming *in)
{
	store_batch_failed(w->batch, t->key.channel, in->event, "could not be worked", w->now_ms);
	put_text(w, t, in, service_words(w, t, "failed"));
}
