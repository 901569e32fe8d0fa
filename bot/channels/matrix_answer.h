/* matrix_answer.h - an answer of a homeserver, and what is to be done about it. Pure. */
#ifndef CHANNELS_MATRIX_ANSWER_H
#define CHANNELS_MATRIX_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include "channels/json_in.h"

struct http_response;

enum matrix_verdict {
	MATRIX_DONE, /* or as good as: it was so already */
	MATRIX_AGAIN, /* the same request, later */
	MATRIX_TOKEN, /* the token is not known (any more): a new one is needed */
	MATRIX_PROVE, /* who we are must be proven once more, in one of the ways that the body tells */
	MATRIX_FORBIDDEN, /* not in the room, or no right */
	MATRIX_MISSING,
	MATRIX_TOO_LARGE,
	MATRIX_REFUSED, /* will never work */
	MATRIX_FATAL, /* nothing will ever work: the account is closed */
};

struct matrix_answer {
	enum matrix_verdict verdict;
	struct json_span body; /* MATRIX_DONE and MATRIX_PROVE: valid as long as the response */
	int64_t after_ms; /* what was asked for, -1 for nothing */
	bool soft_logout; /* MATRIX_TOKEN: the device is still there */
	char why[160]; /* fit for a log; "" when all is well */
};

void matrix_answer_read(const struct http_response *response, struct matrix_answer *out);

#endif
