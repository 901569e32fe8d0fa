/* matrix_parse.h - one event of a room (JSON) to what came in. Pure: no clock, no I/O; takes any bytes.
 *
 * Some events can be judged only with another one at hand: whether an answer hangs from a message of ours, whose thread it
 * is, what a reaction picks. Such an event names the other (`needs`), and is finished by matrix_settle. */
#ifndef CHANNELS_MATRIX_PARSE_H
#define CHANNELS_MATRIX_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "channels/channel.h"
#include "channels/json_in.h"

/* Whose texts are "", never NULL, where there is nothing. */
struct matrix_self {
	const char *user; /* @localpart:server */
	const char *name; /* as it is shown */
	const char *const *commands; /* words behind a "!" that are for us */
	size_t n_commands;
	const char *const *ignored; /* users, such as other bots */
	size_t n_ignored;
};

struct matrix_place {
	const char *room;
	bool direct; /* nobody else reads along */
};

enum matrix_kind {
	MATRIX_NOTHING,
	MATRIX_SAID, /* `in` is what came in */
	MATRIX_REACTION, /* the choice `number` of the message `target` */
	MATRIX_SEALED, /* encrypted, or the room is from now on */
	MATRIX_MEMBER, /* somebody came or went */
	MATRIX_TOMBSTONE, /* the room is `target` now */
};

struct matrix_event {
	enum matrix_kind kind;
	const char *id, *sender;
	int64_t ts_ms; /* by the sender's server */
	struct incoming in;
	bool ours; /* sent by us */
	const char *root; /* of the thread it is in, "" for none */
	const char *target; /* what it answers, picks from, or leads to; "" for none */
	const char *needs; /* another event without which this one can't be judged; NULL when none */
	int number; /* MATRIX_REACTION: from 1 */
	const char *member, *membership; /* MATRIX_MEMBER */
	bool came; /* MATRIX_MEMBER: was not there before */
	bool is_direct; /* MATRIX_MEMBER: an invitation says so */
	bool words; /* MATRIX_SEALED: something was said */
};

/* What another event tells about those that hang from it. */
struct matrix_known {
	bool there; /* it could be read */
	bool ours; /* sent by us */
	bool taken_part; /* we have written in its thread, or it spoke to us */
	const char *sender, *root; /* "" for none */
	unsigned turn; /* choices that it offers */
	const char *choices[CHANNEL_MAX_CHOICES];
	size_t n_choices;
};

/* The member of our messages that says which choices they offer. */
#define MATRIX_CHOICES "org.soleus.choices"

/* Texts are in the arena. */
void matrix_parse(struct json_span event, const struct matrix_self *self, const struct matrix_place *place,
	struct arena *arena, struct matrix_event *out);
void matrix_known_read(struct json_span event, const struct matrix_self *self, struct arena *arena,
	struct matrix_known *out);
/* With what the event that it needs tells. */
void matrix_settle(struct matrix_event *e, const struct matrix_known *known);

#endif
