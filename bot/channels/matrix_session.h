/* matrix_session.h - who we are at a homeserver, and the tokens that prove it: one small file that only its owner can
 * read.
 *
 * `soleus matrix login` writes it as JSON. A file with nothing but an access token in it, as a server's own tools give
 * them out, will do as well; then nothing is ever written to it. */
#ifndef CHANNELS_MATRIX_SESSION_H
#define CHANNELS_MATRIX_SESSION_H

#include "channels/json_in.h"

struct err;

/* NULL where it is not known. */
struct matrix_session {
	char *user_id, *device_id;
	char *access_token, *refresh_token;
};

/* Returns a new session (free with matrix_session_free), or NULL with `err` set: others can read the file, too, or
 * there is no token in it. */
struct matrix_session *matrix_session_read(const char *path, struct err *err);
/* Whole or not at all, for nobody else to read. */
int matrix_session_write(const char *path, const struct matrix_session *s, struct err *err);
/* Takes over what an answer to a login or a refresh tells; -1 when there is no token in it. */
int matrix_session_take(struct matrix_session *s, struct json_span answer);
/* NULL is fine. Wipes the tokens. */
void matrix_session_free(struct matrix_session *s);

/* The body of a login; `device_id` NULL: a new device. A new text (free), which holds the password. */
char *matrix_login_body(const char *user, const char *password, const char *device_id);
/* The body of a refresh: the same. */
char *matrix_refresh_body(const char *refresh_token);

#endif
