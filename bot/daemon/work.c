/* work.c - one thing that came in, worked. */
#include "daemon/work_parts.h"

#include <limits.h>
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
#include "util/buf.h"
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

	if (in->kind == INCOMING_ADDED && in->direct && *in->person) {
		*out = work_waiting_key(w->channel->ops->name, in->person);
		return true;
	}
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
	if (!t->changed || !*t->key.person)
		return;
	t->changed = false;
	buf_clear(w->text);
	state_write(&t->state, w->data.tables, w->text);
	store_batch_put(w->batch, &t->key, buf_str(w->text), t->version,
		w->now_ms + (int64_t)w->config->conversation_days * DAY_MS);
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
		work_put_row(w, t, STORE_CHECK_IN, "{}", at);
	}
}

static void forget_in_channel(struct work *w, const char *person)
{
	const char **list = arena_alloc(w->arena, w->n_forgotten + 1, sizeof *list);

	for (size_t i = 0; i < w->n_forgotten; i++)
		list[i] = w->forgotten[i];
	list[w->n_forgotten++] = person;
	w->forgotten = list;
}

/* Forgotten is forgotten at once; what is said about it stays in the outbox until it is sent. */
static void forget(struct work *w, struct work_talk *t)
{
	store_batch_forget(w->batch, t->key.channel, t->key.person, true);
	forget_in_channel(w, t->key.person);
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
		work_put_row(w, t, OUTBOX_EXPORT, "{}", w->now_ms);
}

/* ---- a turn ---- */

/* Whom to call, in the operator's own words; NULL: nobody. */
static const char *contact_of(const struct work *w)
{
	const char *text = w->config->human.text, *phone = w->config->human.phone;

	return text && phone ? arena_printf(w->arena, "%s\n%s", text, phone) : text;
}

/* Check-ins are kept in private only: who was asked in a shared room did not ask to be spoken to there. */
struct talk_in work_begin_turn(const struct work *w, const struct work_talk *t, enum talk_kind kind, bool direct)
{
	time_t now = (time_t)(w->now_ms / 1000);
	struct tm tm = {0};
	struct talk_in in = {.kind = kind, .now_ms = w->now_ms, .region = work_region(w, t),
		.contact = contact_of(w), .keep_days = w->config->conversation_days, .taps = w->channel->ops->can.choices, .tap_width = w->channel->ops->can.choice_width,
		.no_check_ins = !direct || !w->config->check_ins};

	in.knows_hour = localtime_r(&now, &tm) != NULL;
	in.hour = tm.tm_hour;
	in.today = (struct moment){tm.tm_wday, tm.tm_mday, tm.tm_mon + 1, tm.tm_year + 1900};
	return in;
}

void work_turn(struct work *w, struct work_talk *t, const struct talk_in *in, struct talk_out *out)
{
	talk_turn(&w->data, &t->state, in, w->scratch, out);
	talk_out_keep(out, w->arena);
	arena_reset(w->scratch);
	t->changed = true;
}

void work_note(struct work_done *done, const struct talk_out *out)
{
	done->urgency = out->decision.urgency;
	done->effects |= out->effects;
}

static void excuse_delay(struct work *w, struct work_talk *t, const struct incoming *in)
{
	int64_t old_ms = (int64_t)w->config->old_message_minutes * MINUTE_MS;

	if (t->excused || !in->sent_ms || w->now_ms - in->sent_ms < old_ms)
		return;
	t->excused = true;
	work_put_text(w, t, in, work_words(w, t, "words", "late"));
}

/* Plans are dropped when the person comes back by themselves. */
static void drop_plans(struct work *w, struct work_talk *t)
{
	if (t->state.seen_ms && w->now_ms - t->state.seen_ms > VISIT_MS)
		store_batch_drop_check_ins(w->batch, &t->key);
}

/* What was told before is lost: to begin anew without a word would look calmer than it was. */
static void own_up(struct work *w, struct work_talk *t, const struct incoming *in)
{
	if (!t->damaged)
		return;
	t->damaged = false;
	work_put_text(w, t, in, work_words(w, t, "words", "lost"));
}

static void converse(struct work *w, struct work_talk *t, const struct incoming *in, const struct talk_in *said,
	struct work_done *done)
{
	struct talk_out out;

	own_up(w, t, in);
	excuse_delay(w, t, in);
	drop_plans(w, t);
	work_turn(w, t, said, &out);
	if (!work_keep_private(w, t, in, &out) && !work_ask_in_private(w, t, in, &out)) {
		if (t->kept)
			work_put_replies(w, t, in, &out, NULL);
		else
			work_put_first_replies(w, t, in, &out);
	}
	work_put_unshow(w, t, *in->shown_ref ? in->shown_ref : t->shown);
	take_effects(w, t, &out);
	work_note(done, &out);
	t->kept = true;
	if (out.effects & TALK_FORGET)
		forget(w, t);
}

void work_say_text(struct work *w, struct work_talk *t, const struct incoming *in, const char *text, size_t len,
	struct work_done *done)
{
	struct talk_in said = work_begin_turn(w, t, TALK_SAY, in->direct);

	said.text = text;
	said.len = len;
	converse(w, t, in, &said, done);
}

/* Buttons of a message that is not the one with the open question: numbers of turns begin anew after "forget me", and an old
 * "none of these" must not answer a new question. Until the newest message is noted, the number has to do. */
static bool is_other_message(const struct work_talk *t, const struct incoming *in)
{
	return *in->shown_ref && *t->shown && strcmp(in->shown_ref, t->shown) != 0;
}

static void choose(struct work *w, struct work_talk *t, const struct incoming *in, struct work_done *done)
{
	struct talk_in said = work_begin_turn(w, t, TALK_CHOOSE, in->direct);

	said.of_turn = is_other_message(t, in) ? UINT_MAX : in->of_turn;
	for (; said.n_picked < in->n_picked && said.n_picked < TALK_MAX_PICKED; said.n_picked++)
		said.picked[said.n_picked] = in->picked[said.n_picked];
	converse(w, t, in, &said, done);
}

static void media(struct work *w, struct work_talk *t, const struct incoming *in, struct work_done *done)
{
	struct talk_in said = work_begin_turn(w, t, TALK_MEDIA, in->direct);

	converse(w, t, in, &said, done);
}

static void command(struct work *w, struct work_talk *t, const struct work_talk *origin, const struct incoming *in,
	struct work_done *done)
{
	const char *says = commands_says(w->data.responses, in->text);

	if (origin)
		work_carry_over(w, t, origin);
	if (!says)
		says = *in->args ? in->args : in->text;
	work_say_text(w, t, in, says, strlen(says), done);
}

static void added(struct work *w, struct work_talk *t, const struct work_talk *origin, const struct incoming *in,
	struct work_done *done)
{
	const char *ours = work_words(w, t, w->channel->ops->name, "added");

	if (origin && origin->kept && !t->kept) { /* they followed the link to us */
		work_carry_over(w, t, origin);
		work_go_on(w, t, in->sealed, done);
	}
	if (!in->direct)
		work_put_text(w, t, in, ours ? ours : work_words(w, t, "words", "added"));
}

/* The question that waits for them is the first that is said there. */
static void came(struct work *w, struct work_talk *t, const struct incoming *in, struct work_done *done)
{
	if (!t->kept || !state_is_asking(&t->state))
		return;
	t->kept = false;
	work_go_on(w, t, in->sealed, done);
}

/* Nobody must wait for help that can't come: a message that can't be read can't be answered. */
static void sealed(struct work *w, struct work_talk *t, const struct incoming *in)
{
	struct outgoing o = work_plain(t, in, work_words(w, t, "words", *in->text ? "unread" : "sealed"));

	o.harmless = true;
	if (o.text)
		work_put_message(w, t, &o);
}

void work_item(struct work *w, struct work_talk *t, const struct work_talk *origin, const struct incoming *in,
	enum work_pace pace, struct work_done *out)
{
	*out = (struct work_done){.urgency = t->state.urgency};
	if (pace == WORK_PACE_FINE && work_ask_settings(w, t, in))
		return;
	if (work_is_off(w, in) || work_aside(w, t, in, pace, out))
		return;
	switch (in->kind) {
	case INCOMING_TEXT:
		work_say_text(w, t, in, in->text, in->len, out);
		break;
	case INCOMING_CHOICE:
		choose(w, t, in, out);
		break;
	case INCOMING_MEDIA:
		media(w, t, in, out);
		break;
	case INCOMING_FORWARD:
		work_put_text(w, t, in, work_words(w, t, "words", "forwarded"));
		break;
	case INCOMING_COMMAND:
		command(w, t, origin, in, out);
		break;
	case INCOMING_GONE:
		store_batch_drop_room(w->batch, t->key.channel, t->key.room);
		w->moved = true;
		break;
	case INCOMING_ADDED:
		added(w, t, origin, in, out);
		break;
	case INCOMING_CAME:
		came(w, t, in, out);
		break;
	case INCOMING_MOVED:
		store_batch_move_room(w->batch, t->key.channel, t->key.room, in->text);
		w->moved = true;
		break;
	case INCOMING_SEALED:
		sealed(w, t, in);
		break;
	case INCOMING_EDIT: /* what was said was answered already; a danger that is new is not left at that */
		if ((in->direct || in->addressed) && *in->person && work_brings_danger(w, t, in))
			work_say_text(w, t, in, in->text, in->len, out);
		break;
	case INCOMING_BACK:
	case INCOMING_NOTHING:
		break;
	}
}

/* ---- from the outbox ---- */

void work_check_in(struct work *w, struct work_talk *t, const struct store_out *row, struct work_done *done)
{
	struct talk_in in = work_begin_turn(w, t, TALK_CHECK_IN, true);
	struct talk_out out;

	*done = (struct work_done){.urgency = t->state.urgency};
	store_batch_out_done(w->batch, row->id);
	if (!t->kept || !w->config->check_ins)
		return;
	work_turn(w, t, &in, &out);
	work_put_replies(w, t, NULL, &out, NULL);
	if (out.n_replies)
		work_put_unshow(w, t, t->shown);
	work_note(done, &out);
}

void work_export(struct work *w, const struct store_out *row, const char *document)
{
	struct work_talk t = {.key = row->key, .shown = ""};

	state_init(&t.state);
	store_batch_out_done(w->batch, row->id);
	work_put_text(w, &t, NULL, arena_printf(w->arena, "%s\n\n%s", work_words(w, &t, "words", "copy"), document));
}

void work_give_up(struct work *w, struct work_talk *t, const struct incoming *in)
{
	store_batch_failed(w->batch, t->key.channel, in->event, "could not be worked", w->now_ms);
	if (!work_is_off(w, in))
		work_put_text(w, t, in, work_service_words(w, t, "failed"));
}
