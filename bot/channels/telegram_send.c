/* telegram_send.c - each is sent at most as often as it has parts to leave out. */
#include "channels/telegram_send.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channels/life.h"
#include "channels/sending.h"
#include "channels/telegram_api.h"
#include "channels/telegram_parts.h"
#include "channels/telegram_request.h"
#include "util/mem.h"

struct telegram_sends {
	const struct telegram_parts *parts;
	struct sendings list;
};

struct send {
	struct sending sending;
	struct telegram_sends *sends;
	struct telegram_call *call;
	char *kind, *body;
};

static void submit(struct send *send);

static void send_free(struct sending *one)
{
	struct send *send = (struct send *)one;

	telegram_call_cancel(send->call);
	free(send->kind);
	free(send->body);
	free(send);
}

/* The id of the new message, where it shows choices. */
static void succeed(struct send *send, const struct telegram_answer *a)
{
	struct channel_sent sent = {.result = SEND_OK, .ref = "", .after_ms = -1, .why = ""};
	struct json_span id;
	int64_t number;
	char ref[32] = "";

	if (strstr(send->body, "\"reply_markup\":") && json_in_member(a->result, "message_id", &id) &&
		json_in_whole(id, &number))
		snprintf(ref, sizeof ref, "%lld", (long long)number);
	sent.ref = ref;
	sending_end(&send->sending, &sent);
}

static void fail(struct send *send, enum send_result result, const struct telegram_answer *a)
{
	char moved[32] = "";
	struct channel_sent sent = {.result = result, .ref = moved, .after_ms = a->after_ms, .why = a->why};

	if (result == SEND_MOVED)
		snprintf(moved, sizeof moved, "%lld", (long long)a->moved_to);
	sending_end(&send->sending, &sent);
}

static void mend(struct send *send, const struct telegram_answer *a)
{
	char *other = telegram_request_without(send->body, a->verdict);

	if (!other) {
		fail(send, SEND_DROP, a);
		return;
	}
	free(send->body);
	send->body = other;
	submit(send);
}

static void on_answer(void *ctx, const struct telegram_answer *a)
{
	struct send *send = ctx;
	struct telegram_sends *s = send->sends;

	send->call = NULL;
	switch (a->verdict) {
	case TELEGRAM_DONE_WELL:
		succeed(send, a);
		break;
	case TELEGRAM_AGAIN:
	case TELEGRAM_OTHER_POLLER:
	case TELEGRAM_HOOKED:
		fail(send, SEND_RETRY, a);
		break;
	case TELEGRAM_MOVED:
		fail(send, SEND_MOVED, a);
		break;
	case TELEGRAM_NOBODY:
		fail(send, SEND_GONE, a);
		break;
	case TELEGRAM_REFUSED:
		fail(send, SEND_DROP, a);
		break;
	case TELEGRAM_FATAL: /* what waits is kept for the day when the token is right */
		fail(send, SEND_RETRY, a);
		life_fail(s->parts->life, a->why);
		break;
	default:
		mend(send, a);
	}
}

static void submit(struct send *send)
{
	const struct telegram_ask ask = {.method = send->kind, .body = send->body, .len = strlen(send->body)};

	send->call = telegram_api_call(send->sends->parts->api, &ask, on_answer, send);
}

void telegram_send(struct telegram_sends *s, const char *room, const char *kind, const char *body, channel_sent_cb sent,
	void *ctx)
{
	struct send *send = mem_alloc(1, sizeof *send);

	*send = (struct send){.sends = s, .kind = mem_strdup(kind), .body = telegram_request_to(room, body)};
	sending_begin(&s->list, &send->sending, sent, ctx);
	submit(send);
}

struct telegram_sends *telegram_sends_new(const struct telegram_parts *parts)
{
	struct telegram_sends *s = mem_alloc(1, sizeof *s);

	s->parts = parts;
	sendings_init(&s->list, send_free);
	return s;
}

void telegram_sends_free(struct telegram_sends *s)
{
	if (!s)
		return;
	sendings_done(&s->list);
	free(s);
}

struct sendings *telegram_sends_list(struct telegram_sends *s)
{
	return &s->list;
}
