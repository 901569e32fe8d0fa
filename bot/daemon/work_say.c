/* work_say.c - what is said while an item is worked: words of channels.yaml, replies of the dialogue, choices. */
#include "daemon/work_parts.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "channels/channel.h"
#include "daemon/config.h"
#include "util/arena.h"
#include "util/json.h"

enum { TOGETHER_BYTES = 2000 }; /* of replies in one message: fits every channel, and a screen or two */

void work_put_row(struct work *w, const struct work_talk *t, const char *kind, const char *body, int64_t at_ms)
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

void work_put_errand(struct work *w, const struct work_talk *t, const struct incoming *in, const char *kind,
	const char *text)
{
	cJSON *body = cJSON_CreateObject();
	char *json;

	cJSON_AddStringToObject(body, "text", text);
	cJSON_AddStringToObject(body, "reply_ref", in->reply_ref);
	json = json_print(body);
	work_put_row(w, t, kind, arena_strdup(w->arena, json), w->now_ms);
	free(json);
	cJSON_Delete(body);
}

const char *work_read_errand(struct work *w, const struct store_out *row, struct incoming *in)
{
	cJSON *body = json_parse(row->body, strlen(row->body), NULL);
	const char *text = json_string(body, "text", w->arena), *reply_ref = json_string(body, "reply_ref", w->arena);

	cJSON_Delete(body);
	*in = (struct incoming){.reply_ref = reply_ref ? reply_ref : ""};
	return text ? text : "";
}

static void put_request(struct work *w, const struct work_talk *t, const struct channel_request *r)
{
	work_put_row(w, t, r->kind, r->body, w->now_ms);
}

void work_put_message(struct work *w, const struct work_talk *t, const struct outgoing *o)
{
	const struct channel *c = w->channel;
	struct channel_request *requests;
	size_t n = c->ops->say(c, o, w->arena, &requests);

	w->n_said++;
	for (size_t i = 0; i < n; i++)
		put_request(w, t, &requests[i]);
}

/* A message without choices, to the room of the talk. */
struct outgoing work_plain(const struct work_talk *t, const struct incoming *in, const char *text)
{
	return (struct outgoing){.room = t->key.room, .thread = t->key.thread, .person = t->key.person, .text = text,
		.reply_ref = in && !in->direct ? in->reply_ref : "", .link = "", .link_label = ""};
}

void work_put_text(struct work *w, const struct work_talk *t, const struct incoming *in, const char *text)
{
	struct outgoing o = work_plain(t, in, text);

	if (text && *text)
		work_put_message(w, t, &o);
}

/* A text of channels.yaml. */
const char *work_words(struct work *w, struct work_talk *t, const char *section, const char *key)
{
	return talk_words(&w->data, &t->state, work_region(w, t), "channels", section, key, w->arena);
}

/* A text of the dialogue's own. */
const char *work_service_words(struct work *w, struct work_talk *t, const char *key)
{
	return talk_words(&w->data, &t->state, work_region(w, t), "talk", "talk", key, w->arena);
}

/* The buttons of the question before go: it was answered, or another one takes its place. */
void work_put_unshow(struct work *w, struct work_talk *t, const char *ref)
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

/* It must be read at a glance: what to do in an emergency, also in one of another kind. */
static bool begins_alone(const struct talk_out *out)
{
	return out->decision.urgency == URGENCY_EMERGENCY;
}

/* How many replies from this one on are said in one message: one notification, and one request to send. */
static size_t count_together(const struct talk_out *out, size_t from)
{
	size_t n = 1, bytes = strlen(out->replies[from]);

	if (!from && begins_alone(out))
		return 1;
	for (; from + n < out->n_replies; n++) {
		bytes += strlen(out->replies[from + n]);
		if (bytes > TOGETHER_BYTES)
			break;
	}
	return n;
}

/* `note` stands behind the first reply, or behind all where the first stands alone; NULL for none. */
static const char *say_together(struct work *w, const struct talk_out *out, size_t from, size_t n, const char *note)
{
	size_t note_at = begins_alone(out) ? out->n_replies - 1 : 0;
	const char *text = NULL;

	for (size_t i = from; i < from + n; i++) {
		text = text ? arena_printf(w->arena, "%s\n\n%s", text, out->replies[i]) : out->replies[i];
		if (note && i == note_at)
			text = arena_printf(w->arena, "%s\n\n%s", text, note);
	}
	return text;
}

void work_put_replies(struct work *w, struct work_talk *t, const struct incoming *in, const struct talk_out *out,
	const char *note)
{
	struct channel_choice choices[CHANNEL_MAX_CHOICES];
	size_t n_choices = take_choices(w, out, choices), n;

	for (size_t i = 0; i < out->n_replies; i += n) {
		n = count_together(out, i);
		struct outgoing o = work_plain(t, in, say_together(w, out, i, n, note));

		if (i + n == out->n_replies) {
			o.choices = choices;
			o.n_choices = n_choices;
			o.many = out->many;
			o.done_label = work_words(w, t, "words", "done");
			o.turn = out->turn;
		}
		work_put_message(w, t, &o);
	}
}

/* Who can read along is said once, with the first words in private; an emergency is not held up by it. */
void work_put_first_replies(struct work *w, struct work_talk *t, const struct incoming *in, const struct talk_out *out)
{
	const char *key = in->sealed ? arena_printf(w->arena, "%s_encrypted", t->key.channel) : t->key.channel;
	const char *note = in->direct ? work_words(w, t, "first_contact", key) : NULL;
	bool beside = out->n_replies > 1 || (!out->n_choices && !begins_alone(out));

	work_put_replies(w, t, in, out, beside ? note : NULL);
	if (!beside)
		work_put_text(w, t, in, note);
}
