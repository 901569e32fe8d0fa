/* work_parts.h - the inside of work.h, for its own files only. */
#ifndef DAEMON_WORK_PARTS_H
#define DAEMON_WORK_PARTS_H

#include "channels/channel.h"
#include "daemon/manners.h"
#include "daemon/work.h"

/* ---- work.c: turns ---- */

/* An input of the dialogue with all that is known of where and when. Check-ins are kept in private only: who was asked in a
 * shared room did not ask to be spoken to there. */
struct talk_in work_begin_turn(const struct work *w, const struct work_talk *t, enum talk_kind kind, bool direct);
void work_turn(struct work *w, struct work_talk *t, const struct talk_in *in, struct talk_out *out);
void work_note(struct work_done *done, const struct talk_out *out);

/* In the words of `says` instead of theirs. */
void work_say_text(struct work *w, struct work_talk *t, const struct incoming *in, const char *text, size_t len,
	struct work_done *done);

/* ---- work_private.c: from a shared room to a private one ---- */

/* One line and the way to a private room, where the question waits. False when it is no question, can't wait, or there is
 * no such way. */
bool work_ask_in_private(struct work *w, struct work_talk *t, const struct incoming *in, const struct talk_out *out);
/* What was told in the shared room is known in private, unless what is there is newer or graver. */
void work_carry_over(const struct work *w, struct work_talk *there, const struct work_talk *origin);
/* They are in the private room, which is encrypted (`sealed`) or not: the question that waits is asked there. */
void work_go_on(struct work *w, struct work_talk *t, bool sealed, struct work_done *done);

/* ---- work_settings.c: how the room wants it ---- */

/* Whose numbers are given. */
const char *work_region(const struct work *w, const struct work_talk *t);
enum manners_mode work_mode(const struct work *w, const char *room);
/* A wish about the room's settings. True when that was it. */
bool work_ask_settings(struct work *w, struct work_talk *t, const struct incoming *in);

/* ---- work_say.c ---- */

/* A text of channels.yaml; of the dialogue's own about the service. In the arena. */
const char *work_words(struct work *w, struct work_talk *t, const char *section, const char *key);
const char *work_service_words(struct work *w, struct work_talk *t, const char *key);
/* A message without choices, to the room of the talk; in a shared one it hangs from what it answers. `in` may be NULL. */
struct outgoing work_plain(const struct work_talk *t, const struct incoming *in, const char *text);
void work_put_row(struct work *w, const struct work_talk *t, const char *kind, const char *body, int64_t at_ms);
/* A row that is worked later, when the other side was asked: with what was wanted, and the message that it hangs from. */
void work_put_errand(struct work *w, const struct work_talk *t, const struct incoming *in, const char *kind, const char *text);
/* What was wanted; `in` is filled as far as an answer needs it. */
const char *work_read_errand(struct work *w, const struct store_out *row, struct incoming *in);
void work_put_message(struct work *w, const struct work_talk *t, const struct outgoing *o);
/* Nothing when `text` is NULL or "". */
void work_put_text(struct work *w, const struct work_talk *t, const struct incoming *in, const char *text);
/* The buttons of the question before go: it was answered, or another one takes its place. */
void work_put_unshow(struct work *w, struct work_talk *t, const char *ref);
/* `note` goes along; NULL for none. */
void work_put_replies(struct work *w, struct work_talk *t, const struct incoming *in, const struct talk_out *out,
	const char *note);
/* The same for the first words with somebody, who is told who can read along. */
void work_put_first_replies(struct work *w, struct work_talk *t, const struct incoming *in, const struct talk_out *out);

/* ---- work_aside.c: where others read along, and where no talk can be held ---- */

/* What must not be read by others is not said in a shared room. True when that was it. */
bool work_keep_private(struct work *w, struct work_talk *t, const struct incoming *in, struct talk_out *out);
/* Whether the message makes an emergency of a talk that is none yet. */
bool work_brings_danger(struct work *w, const struct work_talk *t, const struct incoming *in);
/* What was said without a talk to say it in: overheard, from nobody in particular, or too much in a minute. True when that
 * was it. */
bool work_aside(struct work *w, struct work_talk *t, const struct incoming *in, enum work_pace pace, struct work_done *out);

#endif
