/* telegram_send.c - requests under way are a list; each is sent at most as often as it has parts to leave out. */
#include "channels/telegram_send.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "channels/telegram_api.h"
#include "channels/units.h"
#include "util/buf.h"
#include "util/json.h"
#include "util/mem.h"

enum { MAX_REQUEST = 128 << 10, SHORT_UNITS = 2000 };

struct telegram_sends {
	struct telegram_api *api;
	struct send *first;
	size_t n;
	telegram_fatal fatal;
	void *ctx;
	uint64_t sent, refused;
};

struct send {
	struct telegram_sends *sends;
	struct send *next, **at; /* the link that points to it */
	struct telegram_call *call;
	char *kind, *body;
	channel_sent_cb sent;
	void *ctx;
};

/* ---- requests, pure ---- */

char *telegram_request_to(const char *room, const char *body)
{
	struct buf b;

	buf_init(&b, MAX_REQUEST);
	buf_addf(&b, "{\"chat_id\":%s%s%s", room, body[1] == '}' ? "" : ",", body + 1);
	char *text = mem_strdup(buf_str(&b));
	buf_done(&b);
	return text;
}

/* Tags are only ours, so everything in angle brackets goes; what was escaped comes back. */
static void strip_html(char *s)
{
	static const struct {
		const char *name;
		char sign;
	} names[] = {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}};
	char *out = s;

	while (*s) {
		size_t i = 0, n = sizeof names / sizeof *names;
		const char *end = *s == '<' ? strchr(s, '>') : NULL;

		while (i < n && strncmp(s, names[i].name, strlen(names[i].name)) != 0)
			i++;
		if (end) {
			s = (char *)end + 1;
		} else if (i < n) {
			*out++ = names[i].sign;
			s += strlen(names[i].name);
		} else {
			*out++ = *s++;
		}
	}
	*out = '\0';
}

static bool without_markup(cJSON *tree)
{
	cJSON *text = cJSON_GetObjectItemCaseSensitive(tree, "text");

	if (!cJSON_HasObjectItem(tree, "parse_mode") || !cJSON_IsString(text))
		return false;
	cJSON_DeleteItemFromObjectCaseSensitive(tree, "parse_mode");
	strip_html(text->valuestring);
	return true;
}

/* Cannot be after all our cutting; if it is, the start is what is most urgent. */
static bool shorter(cJSON *tree)
{
	cJSON *text = cJSON_GetObjectItemCaseSensitive(tree, "text");

	(void)without_markup(tree); /* tags must not be cut */
	if (!cJSON_IsString(text) || units_count(text->valuestring, strlen(text->valuestring)) <= SHORT_UNITS)
		return false;
	text->valuestring[units_cut(text->valuestring, strlen(text->valuestring), SHORT_UNITS)] = '\0';
	return true;
}

static bool without_member(cJSON *tree, const char *key)
{
	bool there = cJSON_HasObjectItem(tree, key);

	cJSON_DeleteItemFromObjectCaseSensitive(tree, key);
	return there;
}

static bool leave_out(cJSON *tree, enum telegram_verdict verdict)
{
	switch (verdict) {
	case TELEGRAM_WITHOUT_MARKUP: return without_markup(tree);
	case TELEGRAM_WITHOUT_THREAD: return without_member(tree, "message_thread_id");
	case TELEGRAM_WITHOUT_REPLY: return without_member(tree, "reply_parameters");
	case TELEGRAM_WITHOUT_KEYS: return without_member(tree, "reply_markup");
	case TELEGRAM_SHORTER: return shorter(tree);
	default: return false;
	}
}

char *telegram_request_without(const char *body, enum telegram_verdict verdict)
{
	cJSON *tree = json_parse(body, strlen(body), NULL);
	char *text = tree && leave_out(tree, verdict) ? json_print(tree) : NULL;

	cJSON_Delete(tree);
	return text;
}

/* ---- sending ---- */

static void submit(struct send *send);

static void send_free(struct send *send)
{
	telegram_call_cancel(send->call);
	*send->at = send->next;
	if (send->next)
		send->next->at = send->at;
	send->sends->n--;
	free(send->kind);
	free(send->body);
	free(send);
}

static void finish(struct send *send, const struct channel_sent *sent)
{
	channel_sent_cb cb = send->sent;
	void *ctx = send->ctx;

	send->sends->sent += sent->result == SEND_OK;
	send->sends->refused += sent->result == SEND_DROP;
	send_free(send);
	cb(ctx, sent);
}

/* The id of the new message, where it shows choices. */
static void succeed(struct send *send, const struct telegram_answer *a)
{
	struct channel_sent sent = {.result = SEND_OK, .ref = "", .after_ms = -1, .why = ""};
	struct telegram_span id;
	int64_t number;
	char ref[32] = "";

	if (strstr(send->body, "\"reply_markup\":") && telegram_member(a->result, "message_id", &id) &&
		telegram_whole(id, &number))
		snprintf(ref, sizeof ref, "%lld", (long long)number);
	sent.ref = ref;
	finish(send, &sent);
}

static void fail(struct send *send, enum send_result result, const struct telegram_answer *a)
{
	char moved[32] = "";
	struct channel_sent sent = {.result = result, .ref = moved, .after_ms = a->after_ms, .why = a->why};

	if (result == SEND_MOVED)
		snprintf(moved, sizeof moved, "%lld", (long long)a->moved_to);
	finish(send, &sent);
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
		s->fatal(s->ctx, a->why);
		break;
	default:
		mend(send, a);
	}
}

static void submit(struct send *send)
{
	const struct telegram_ask ask = {.method = send->kind, .body = send->body, .len = strlen(send->body)};

	send->call = telegram_api_call(send->sends->api, &ask, on_answer, send);
}

void telegram_send(struct telegram_sends *s, const char *room, const char *kind, const char *body, channel_sent_cb sent,
	void *ctx)
{
	struct send *send = mem_alloc(1, sizeof *send);

	*send = (struct send){.sends = s, .next = s->first, .at = &s->first, .kind = mem_strdup(kind),
		.body = telegram_request_to(room, body), .sent = sent, .ctx = ctx};
	if (send->next)
		send->next->at = &send->next;
	s->first = send;
	s->n++;
	submit(send);
}

struct telegram_sends *telegram_sends_new(struct telegram_api *api, telegram_fatal fatal, void *ctx)
{
	struct telegram_sends *s = mem_alloc(1, sizeof *s);

	*s = (struct telegram_sends){.api = api, .fatal = fatal, .ctx = ctx};
	return s;
}

void telegram_sends_free(struct telegram_sends *s)
{
	if (!s)
		return;
	while (s->first)
		send_free(s->first);
	free(s);
}

size_t telegram_sends_under_way(const struct telegram_sends *s)
{
	return s->n;
}

void telegram_sends_stop(struct telegram_sends *s)
{
	const struct channel_sent again = {.result = SEND_RETRY, .ref = "", .after_ms = -1, .why = "stopped, maybe taken"};

	for (size_t n = s->n; n && s->first; n--) /* one that is given back must not come again here */
		finish(s->first, &again);
}

void telegram_sends_counts(const struct telegram_sends *s, uint64_t *out_sent, uint64_t *out_refused)
{
	*out_sent = s->sent;
	*out_refused = s->refused;
}
