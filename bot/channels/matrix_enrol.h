/* matrix_enrol.h - the identity of an account, made once or brought back: cross-signing keys, the secret storage at the
 * server that holds them sealed, and a backup of room keys. For `soleus matrix login`, with the password at hand.
 *
 * Whatever is there already is kept; what is missing is made. Ended at any point and begun again, it goes on where it was. */
#ifndef CHANNELS_MATRIX_ENROL_H
#define CHANNELS_MATRIX_ENROL_H

#include <stdbool.h>

struct err;
struct matrix_visit;

struct matrix_enrolment {
	const char *user;
	const char *identity_file; /* see matrix_identity.h */
	const char *recovery_file; /* where the recovery key is written once, and read from if it is there */
	bool anew; /* give up the identity that there is */
	char *(*ask_recovery_key)(void *ctx); /* a new text, or NULL */
	void *ctx;
};

enum matrix_enrolled {
	MATRIX_ENROLLED_BEFORE, /* all was there */
	MATRIX_ENROLLED_RESTORED, /* with the recovery key */
	MATRIX_ENROLLED_NEW, /* the recovery key is in its file now, and nowhere else */
};

/* `v` has the token, and the proof for what wants the password again. Returns 0, or -1 with `err` set, which holds no
 * secret. */
int matrix_enrol(struct matrix_visit *v, const struct matrix_enrolment *e, enum matrix_enrolled *out, struct err *err);

#endif
