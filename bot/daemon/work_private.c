/* work_private.c - where others read along nothing personal is asked: the talk goes on in a private room. Where a link
 * can carry it over, the person follows the link. Where it can't, the channel opens a room and they are invited: until
 * that is done the errand waits in the outbox, and until they come so does the question. Where no room can be opened the
 * talk waits until they open one. */
#include "daemon/work_parts.h"

#include <string.h>

#include "daemon/commands.h"
#include "daemon/config.h"
#include "daemon/outbox.h"
#include "util/arena.h"

static bool offers(const struct work *w)
{
	return config_manners(w->config, w->channel->ops->name)->offer_private;
}

static const char *private_link(struct work *w, const struct incoming *in)
{
	const char *payload = commands_payload(in->room, in->thread, w->arena);

	if (!payload || !w->channel->ops->private_link)
		return NULL;
	return w->channel->ops->private_link(w->channel, payload, w->arena);
}

/* A text in the channel's own words where it has some. */
static const char *own_words(struct work *w, struct work_talk *t, const char *key)
{
	const char *own = work_words(w, t, w->channel->ops->name, key);

	return own ? own : work_words(w, t, "words", key);
}

static void put_way(struct work *w, struct work_talk *t, const struct incoming *in, const char *key, const char *link)
{
	struct outgoing o = work_plain(t, in, own_words(w, t, key));

	o.link = link;
	o.link_label = own_words(w, t, "go_private_button");
	work_put_message(w, t, &o);
}

static const char *invitation(const struct work_talk *t)
{
	return t->state.urgency >= URGENCY_URGENT ? "go_private_urgent" : "go_private";
}

bool work_ask_in_private(struct work *w, struct work_talk *t, const struct incoming *in, const struct talk_out *out)
{
	enum urgency urgency = out->decision.urgency;
	const char *link;

	if (in->direct || !out->n_choices || urgency == URGENCY_NONE || urgency == URGENCY_EMERGENCY || !offers(w))
		return false;
	if (w->channel->ops->open_private) {
		work_put_errand(w, t, in, OUTBOX_PRIVATE, "");
		return true;
	}
	link = private_link(w, in);
	if (link)
		put_way(w, t, in, invitation(t), link);
	return link != NULL;
}

/* ---- over there ---- */

/* Also where an older talk is there: but never a calmer one than that. */
static bool carries_over(const struct work_talk *there, const struct work_talk *origin)
{
	return origin->kept && (!there->kept || (origin->state.seen_ms > there->state.seen_ms &&
							origin->state.urgency >= there->state.urgency));
}

/* The numbers that the room gives hold for who comes from it. */
static void carry_region(const struct work *w, struct work_talk *there, const char *room)
{
	struct manners m = manners_of(w->manners, room);

	if (*m.region && !*there->state.region && strlen(m.region) < sizeof there->state.region)
		strcpy(there->state.region, m.region);
}

void work_carry_over(const struct work *w, struct work_talk *there, const struct work_talk *origin)
{
	unsigned turn = there->state.turn;

	if (!carries_over(there, origin))
		return;
	there->state = origin->state;
	there->state.turn = turn > origin->state.turn ? turn : origin->state.turn;
	there->changed = true;
	carry_region(w, there, origin->key.room);
}

/* As if they had come by a link. */
void work_go_on(struct work *w, struct work_talk *t, bool sealed, struct work_done *done)
{
	const struct incoming in = {.kind = INCOMING_COMMAND, .event = "", .room = t->key.room, .thread = t->key.thread,
		.person = t->key.person, .text = "start", .args = "", .language = "", .direct = true, .addressed = true,
		.sealed = sealed, .reply_ref = "", .shown_ref = ""};
	const char *says = commands_says(w->data.responses, in.text);

	if (says)
		work_say_text(w, t, &in, says, strlen(says), done);
}

struct store_key work_waiting_key(const char *channel, const char *person)
{
	return (struct store_key){channel, person, "", person};
}

bool work_private_key(const struct store_out *row, const struct channel_private *opened, struct store_key *out)
{
	if (!row || !opened)
		return false;
	*out = work_waiting_key(row->key.channel, row->key.person);
	if (opened->room)
		out->room = opened->room;
	return true;
}

void work_private(struct work *w, struct work_talk *t, struct work_talk *there, const struct store_out *row,
	const struct channel_private *opened)
{
	struct incoming in;
	struct work_done done = {.urgency = t->state.urgency};

	(void)work_read_errand(w, row, &in);
	store_batch_out_done(w->batch, row->id);
	if (!t->kept || !there) /* erased meanwhile, or written by another version */
		return;
	put_way(w, t, &in, opened->room ? invitation(t) : "go_private_alone", opened->link);
	work_carry_over(w, there, t);
	if (opened->room && opened->there)
		work_go_on(w, there, opened->sealed, &done);
}
