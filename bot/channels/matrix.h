/* matrix.h - the Matrix client-server API as a channel: /sync in, stored events out. A room is a room id, a thread the
 * id of the event it began with, a person a user id, an event and a reference an event id; all opaque.
 *
 * Messages in rooms with several people are answered in a thread, one talk for each thread and person. Without a secret for
 * keys, encrypted rooms can't be read: they are told so once, and nothing about a person is said in them. */
#ifndef CHANNELS_MATRIX_H
#define CHANNELS_MATRIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct channel;
struct channel_env;
struct err;

/* Whose invitations are followed; others are declined. */
enum matrix_invites {
	MATRIX_INVITES_NONE,
	MATRIX_INVITES_DIRECT, /* to a private chat, by people of our own server */
	MATRIX_INVITES_OWN_SERVER,
	MATRIX_INVITES_LISTED, /* by those of `from` */
	MATRIX_INVITES_ANY,
};

struct matrix_options {
	const char *homeserver; /* http(s)://host[:port] */
	const char *user; /* that the token must belong to; NULL: whoever it is */
	const char *token_file; /* see matrix_session.h */
	const char *identity_file; /* see matrix_identity.h; NULL: nobody vouches for our device, room keys are not backed up */
	const char *key_secret; /* what keys are sealed with on disk; NULL: encrypted rooms can't be read */
	const char *password; /* to log in again where the server asks for it; NULL: none */
	int sync_timeout_s; /* 0: 30 */
	enum matrix_invites invites;
	const char *const *from; /* users (@a:b), servers (b) or rooms (!c) */
	size_t n_from;
	const char *const *ignored; /* users that are never answered */
	size_t n_ignored;
	const char *const *commands; /* words behind a "!" */
	size_t n_commands;
	int private_per_hour; /* rooms made for talks in private; 0: none */
	bool private_plain; /* these are not encrypted */
	bool hear_all; /* in shared rooms: hand over also words that are not for us */
	uint64_t seed; /* of the jitter of waits; any number */
	int first_wait_ms; /* after a first failure, doubled with each further one; 0: a second */
	void (*hide)(void *ctx, const char *secret); /* told each new token, before it is in use */
	void *hide_ctx;
};

/* Returns a new channel (free with its ops->free), or NULL with `err` set, which holds no secret. Copies the options;
 * borrows what `env` points to. */
struct channel *matrix_new(const struct matrix_options *options, const struct channel_env *env, struct err *err);

/* How the channel is doing. Texts are borrowed until the channel's next step. */
struct matrix_health {
	const char *state;
	const char *user; /* "" until the server has told */
	int64_t last_ms; /* when a sync was last completed; 0: never */
	int failures; /* in a row */
	const char *why; /* of the last failure, "" when all is well */
	uint64_t events, sealed; /* since start: handed over; that could not be read */
	uint64_t sent, refused;
};

/* `c` must be a channel of matrix_new. */
void matrix_health(const struct channel *c, struct matrix_health *out);

#endif
