/* telegram_api.h - calls of the Bot API. The token is part of each URL, so none leaves this module in any text. */
#ifndef CHANNELS_TELEGRAM_API_H
#define CHANNELS_TELEGRAM_API_H

#include <stddef.h>

#include "channels/telegram_answer.h"

struct http_client;
struct telegram_api;
struct telegram_call;

typedef void (*telegram_done)(void *ctx, const struct telegram_answer *answer);

struct telegram_ask {
	const char *method;
	const char *body; /* copied */
	size_t len;
	const char *type; /* of the body; NULL: JSON */
	int timeout_ms; /* 0: as long as a common call may take */
};

/* `http` must outlive it. Copies the texts. */
struct telegram_api *telegram_api_new(struct http_client *http, const char *base_url, const char *token, bool test);
/* NULL is fine. Calls under way are ended without their callback. */
void telegram_api_free(struct telegram_api *api);
/* `done` is called once, later, unless the call is cancelled. */
struct telegram_call *telegram_api_call(struct telegram_api *api, const struct telegram_ask *ask, telegram_done done,
	void *ctx);
/* For what need not be known: `done` is NULL. */
void telegram_api_tell(struct telegram_api *api, const char *method, const char *body);
/* NULL is fine. Not from within its callback. */
void telegram_call_cancel(struct telegram_call *call);

#endif
