/* telegram_answer.h - an answer of the Bot API, and what is to be done about it. Pure. */
#ifndef CHANNELS_TELEGRAM_ANSWER_H
#define CHANNELS_TELEGRAM_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include "channels/json_in.h"

struct http_response;

enum telegram_verdict {
	TELEGRAM_DONE_WELL, /* or as good as: it was so already */
	TELEGRAM_AGAIN, /* the same request, later */
	TELEGRAM_WITHOUT_MARKUP, /* once more without parse_mode */
	TELEGRAM_WITHOUT_THREAD,
	TELEGRAM_WITHOUT_REPLY,
	TELEGRAM_WITHOUT_KEYS,
	TELEGRAM_SHORTER, /* the text is too long after all */
	TELEGRAM_MOVED, /* the chat has another id now */
	TELEGRAM_NOBODY, /* blocked, left, deleted: nothing can be said in that chat */
	TELEGRAM_REFUSED, /* will never work */
	TELEGRAM_OTHER_POLLER,
	TELEGRAM_HOOKED, /* a webhook is set, so that nothing can be polled */
	TELEGRAM_FATAL, /* the token, or somebody else has taken the bot over */
};

struct telegram_answer {
	enum telegram_verdict verdict;
	struct json_span result; /* TELEGRAM_DONE_WELL: JSON, valid as long as the response; may be empty */
	int64_t after_ms; /* what was asked for, -1 for nothing */
	int64_t moved_to; /* TELEGRAM_MOVED */
	int64_t date; /* by the other side's clock, seconds since 1970; -1 where it did not tell */
	char why[160]; /* fit for a log; "" when all is well */
};

void telegram_answer_read(const struct http_response *response, struct telegram_answer *out);

#endif
