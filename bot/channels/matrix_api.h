/* matrix_api.h - calls of the client-server API. The token goes into a header, never into an URL or a log. */
#ifndef CHANNELS_MATRIX_API_H
#define CHANNELS_MATRIX_API_H

#include "channels/matrix_answer.h"

struct arena;
struct http_client;
struct matrix_api;
struct matrix_call;

typedef void (*matrix_done)(void *ctx, const struct matrix_answer *answer);

struct matrix_ask {
	const char *method, *path; /* of matrix_path */
	const char *body; /* JSON; NULL for none */
	int timeout_ms; /* 0: as long as a common call may take */
};

/* The path of an endpoint, with each * of `pattern` replaced by one more text, percent-encoded: "/v3/rooms/STAR/leave".
 * In the arena. */
const char *matrix_path(struct arena *arena, const char *pattern, ...);

/* `http` must outlive it. `homeserver` is copied. */
struct matrix_api *matrix_api_new(struct http_client *http, const char *homeserver);
/* NULL is fine. Calls under way are ended without their callback. */
void matrix_api_free(struct matrix_api *api);
/* For all calls from now on; copied. NULL: none. */
void matrix_api_token(struct matrix_api *api, const char *token);
/* `done` is called once, later, unless the call is cancelled. Copies the texts. */
struct matrix_call *matrix_api_call(struct matrix_api *api, const struct matrix_ask *ask, matrix_done done, void *ctx);
/* For what need not be known. */
void matrix_api_tell(struct matrix_api *api, const char *method, const char *path, const char *body);
/* NULL is fine. Not from within its callback. */
void matrix_call_cancel(struct matrix_call *call);

#endif
