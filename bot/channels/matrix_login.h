/* matrix_login.h - logging in once, by a person: a token for the channel, in its file, and the account's identity. */
#ifndef CHANNELS_MATRIX_LOGIN_H
#define CHANNELS_MATRIX_LOGIN_H

#include <stdbool.h>

#include "channels/matrix_enrol.h"

struct matrix_login {
	const char *homeserver, *user, *password;
	const char *device_id; /* of the first login; later ones keep the device that the file names */
	const char *token_file;
	/* For the identity (matrix_enrol.h); identity_file NULL: none is made, and clients warn of the bot. */
	const char *identity_file, *recovery_file;
	bool new_identity;
	char *(*ask_recovery_key)(void *ctx);
	void *ctx;
};

struct matrix_logged_in {
	bool other_device; /* the one asked for was used with keys that are gone: it was removed, and this is a new one */
	enum matrix_enrolled enrolled; /* where there is an identity file */
};

/* Waits for the server. Returns 0 with the files written, or -1 with `err` set, which holds no secret. */
int matrix_login(const struct matrix_login *login, struct matrix_logged_in *out, struct err *err);

#endif
