/* work_aside.c - what is said where others read along, and where no talk can be held. */
#include "daemon/work_parts.h"

#include <string.h>

#include "channels/channel.h"
#include "daemon/commands.h"
#include "daemon/config.h"
#include "util/arena.h"
#include "util/strmap.h"

enum { DAY_MS = 24 * 60 * 60 * 1000 };

/* A copy of all that is kept is nothing for a room where others read along. */
bool work_keep_private(struct work *w, struct work_talk *t, const struct incoming *in, struct talk_out *out)
{
	if (in->direct || !(out->effects & TALK_EXPORT))
		return false;
	out->effects &= ~(unsigned)TALK_EXPORT;
	work_put_text(w, t, in, work_words(w, t, "words", "not_here"));
	return true;
}

/* Whether the message makes the talk more serious than it is: tried on a copy, nothing of it stays. */
static bool raises(struct work *w, const struct work_talk *t, const struct incoming *in, struct talk_out *out)
{
	struct work_talk then = *t;
	struct talk_in said = work_begin_turn(w, t, TALK_SAY, in->direct);

	said.text = in->text;
	said.len = in->len;
	work_turn(w, &then, &said, out);
	return out->decision.urgency > t->state.urgency || out->effects & (TALK_ALARM | TALK_CRISIS);
}

bool work_brings_danger(struct work *w, const struct work_talk *t, const struct incoming *in)
{
	struct talk_out out;

	return raises(w, t, in, &out) && out.decision.urgency == URGENCY_EMERGENCY;
}

/* The message by itself, as the first of a talk: true with the answer when it tells of an emergency. The talk goes on
 * from there; otherwise nothing of it stays. */
static bool emergency_alone(struct work *w, struct work_talk *t, const struct incoming *in, struct talk_out *out)
{
	struct work_talk then = *t;
	struct talk_in said = work_begin_turn(w, t, TALK_SAY, false);

	state_init(&then.state);
	memcpy(then.state.region, t->state.region, sizeof then.state.region); /* whose numbers to give */
	said.text = in->text;
	said.len = in->len;
	work_turn(w, &then, &said, out);
	if (out->decision.urgency != URGENCY_EMERGENCY || !out->n_replies)
		return false;
	*t = then;
	return true;
}

static bool is_overheard(const struct incoming *in)
{
	return !in->direct && !in->addressed && in->kind == INCOMING_TEXT;
}

bool work_is_heard(const struct work *w, const struct incoming *in)
{
	return !is_overheard(in) || work_mode(w, in->room) == MANNERS_HELPFUL;
}

const char *work_mark(const struct work *w, const struct incoming *in)
{
	if (!is_overheard(in))
		return NULL;
	return arena_printf(w->arena, "unasked %s", *in->person ? in->person : in->room);
}

/* The mark stays with the person: what they are overheard saying is a talk of its own each time, where rooms have threads. */
static bool was_told(struct work *w, const struct work_talk *t, const struct incoming *in)
{
	const char *mark = work_mark(w, in);

	return (t->state.alarmed && w->now_ms - t->state.seen_ms < DAY_MS) ||
		(w->told && strmap_get(w->told, mark, strlen(mark), 0));
}

static void mark_told(struct work *w, const struct work_talk *t, const struct incoming *in)
{
	const char *mark = work_mark(w, in);

	store_batch_seen(w->batch, t->key.channel, mark, w->now_ms + DAY_MS);
	if (w->told)
		strmap_set(w->told, mark, strlen(mark), 1);
}

/* A danger sign in a shared room may be answered once a day: who was told is left alone. */
static void overhear(struct work *w, struct work_talk *t, const struct incoming *in, struct work_done *done)
{
	struct talk_out out;

	if (!is_overheard(in) || !work_is_heard(w, in) || was_told(w, t, in) || !emergency_alone(w, t, in, &out))
		return;
	mark_told(w, t, in);
	out.n_choices = 0;
	work_put_text(w, t, in, work_words(w, t, "words", "unasked"));
	work_put_replies(w, t, in, &out, NULL);
	work_note(done, &out);
}

/* Where no talk can be held, as nobody can be told apart, danger is answered all the same. */
static void answer_danger(struct work *w, struct work_talk *t, const struct incoming *in, const char *otherwise,
	struct work_done *done)
{
	struct talk_out out;

	if (in->kind == INCOMING_TEXT && emergency_alone(w, t, in, &out)) {
		out.n_choices = 0;
		work_put_replies(w, t, in, &out, NULL);
		work_note(done, &out);
		return;
	}
	work_put_text(w, t, in, otherwise);
}

bool work_is_off(const struct work *w, const struct incoming *in)
{
	bool says_something = in->kind != INCOMING_GONE && in->kind != INCOMING_MOVED;

	return !in->direct && says_something && work_mode(w, in->room) == MANNERS_OFF;
}

/* The other side's ways of saying something in person. */
static bool is_speech(const struct incoming *in)
{
	return in->kind <= INCOMING_COMMAND && in->kind != INCOMING_EDIT;
}

/* Who writes too much is told so once a minute. What makes the talk more serious is heard all the same; so are taps, which
 * answer what was asked. */
static bool is_too_much(struct work *w, const struct work_talk *t, const struct incoming *in, enum work_pace pace)
{
	struct talk_out out;

	if (pace == WORK_PACE_FINE || in->kind == INCOMING_CHOICE)
		return false;
	return in->kind != INCOMING_TEXT || !raises(w, t, in, &out) || out.decision.urgency < URGENCY_URGENT;
}

/* What was said without a talk to say it in. True when that was it. */
bool work_aside(struct work *w, struct work_talk *t, const struct incoming *in, enum work_pace pace,
	struct work_done *out)
{
	if (!is_speech(in))
		return false;
	if (!in->direct && !in->addressed) {
		overhear(w, t, in, out);
		return true;
	}
	if (!*in->person)
		answer_danger(w, t, in, work_words(w, t, "words", "anonymous"), out);
	else if (!is_too_much(w, t, in, pace))
		return false;
	else
		work_put_text(w, t, in, pace == WORK_PACE_OVER ? NULL : work_service_words(w, t, "limit"));
	return true;
}
