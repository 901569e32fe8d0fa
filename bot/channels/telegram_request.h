/* telegram_request.h - a stored request made ready to leave, and mended when it was refused. Pure. */
#ifndef CHANNELS_TELEGRAM_REQUEST_H
#define CHANNELS_TELEGRAM_REQUEST_H

#include "channels/telegram_answer.h"

/* A request as it was stored, with its chat in front. Returns a new text (free). */
char *telegram_request_to(const char *room, const char *body);
/* The request without what the verdict names: a new text (free), or NULL when there is nothing of the kind in it. */
char *telegram_request_without(const char *body, enum telegram_verdict verdict);

#endif
