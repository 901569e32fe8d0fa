/* matrix_login.h - logging in once, by a person: a token for the channel, in its file. */
#ifndef CHANNELS_MATRIX_LOGIN_H
#define CHANNELS_MATRIX_LOGIN_H

struct err;

struct matrix_login {
	const char *homeserver, *user, *password;
	const char *device_id; /* of the first login; later ones keep the device that the file names */
	const char *token_file;
};

/* Waits for the server. Returns 0 with the file written, or -1 with `err` set, which holds no secret. */
int matrix_login(const struct matrix_login *login, struct err *err);

#endif
