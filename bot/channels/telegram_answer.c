/* telegram_answer.c - error_code and parameters decide; descriptions are for people and change, so they only tell apart
 * what has one code. What is no answer of Telegram's (a gateway's page, half a body) is never a refusal. */
#include "channels/telegram_answer.h"

#include <stdio.h>
#include <string.h>

#include "net/http_client.h"

enum { LONGEST_RETRY_S = 7 * 24 * 3600 };

/* The first that fits: code 0 is any, text NULL is any. */
static const struct {
	int code;
	const char *text;
	enum telegram_verdict verdict;
} answers[] = {
	{401, NULL, TELEGRAM_FATAL},
	{404, NULL, TELEGRAM_FATAL},
	{421, NULL, TELEGRAM_FATAL},
	{409, "webhook is active", TELEGRAM_HOOKED},
	{409, "terminated by setWebhook", TELEGRAM_FATAL},
	{409, NULL, TELEGRAM_OTHER_POLLER},
	{429, NULL, TELEGRAM_AGAIN},
	{403, NULL, TELEGRAM_NOBODY},
	{400, "can't parse entities", TELEGRAM_WITHOUT_MARKUP},
	{400, "message thread not found", TELEGRAM_WITHOUT_THREAD},
	{400, "TOPIC_CLOSED", TELEGRAM_WITHOUT_THREAD},
	{400, "TOPIC_DELETED", TELEGRAM_WITHOUT_THREAD},
	{400, "message to be replied not found", TELEGRAM_WITHOUT_REPLY},
	{400, "message to reply not found", TELEGRAM_WITHOUT_REPLY},
	{400, "reply markup is too long", TELEGRAM_WITHOUT_KEYS},
	{400, "BUTTON_", TELEGRAM_WITHOUT_KEYS}, /* a typed answer is always taken: better without than not at all */
	{400, "message is too long", TELEGRAM_SHORTER},
	{400, "text is too long", TELEGRAM_SHORTER},
	{400, "message is not modified", TELEGRAM_DONE_WELL},
	{400, "message to edit not found", TELEGRAM_DONE_WELL}, /* its buttons went with it */
	{400, "message can't be edited", TELEGRAM_DONE_WELL},
	{400, "message can't be deleted", TELEGRAM_DONE_WELL},
	{400, "message to delete not found", TELEGRAM_DONE_WELL},
	{400, "query is too old", TELEGRAM_DONE_WELL},
	{400, "chat not found", TELEGRAM_NOBODY},
	{400, "PEER_ID_INVALID", TELEGRAM_NOBODY},
	{413, NULL, TELEGRAM_SHORTER},
};

static bool contains(struct json_span text, const char *part)
{
	return text.len && memmem(text.at, text.len, part, strlen(part));
}

static enum telegram_verdict verdict_of(int64_t code, struct json_span description)
{
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
		if (answers[i].code == code && (!answers[i].text || contains(description, answers[i].text)))
			return answers[i].verdict;
	return code >= 400 && code < 500 ? TELEGRAM_REFUSED : TELEGRAM_AGAIN;
}

/* Up to the first quote: behind it may stand what was to be said. */
static void describe(int64_t code, struct json_span description, struct telegram_answer *out)
{
	size_t len = 0, most = sizeof out->why - 32;
	const char *text = description.at + 1;

	while (description.len && len + 2 < description.len && len < most && text[len] != '"' && text[len] != '\\' &&
		(unsigned char)text[len] >= ' ' && (unsigned char)text[len] < 0x7f)
		len++;
	snprintf(out->why, sizeof out->why, "%d %.*s", (int)code, (int)len, description.len ? text : "");
}

static bool whole_at(struct json_span object, const char *key, int64_t *out)
{
	struct json_span value;

	return json_in_member(object, key, &value) && json_in_whole(value, out);
}

static void read_parameters(struct json_span body, struct telegram_answer *out)
{
	struct json_span parameters;
	int64_t seconds;

	if (!json_in_member(body, "parameters", &parameters))
		return;
	if (whole_at(parameters, "retry_after", &seconds) && seconds >= 0)
		out->after_ms = (seconds < LONGEST_RETRY_S ? seconds : LONGEST_RETRY_S) * 1000;
	if (whole_at(parameters, "migrate_to_chat_id", &out->moved_to) && out->moved_to &&
		out->verdict == TELEGRAM_REFUSED)
		out->verdict = TELEGRAM_MOVED;
}

static void read_refusal(int status, struct json_span body, struct telegram_answer *out)
{
	struct json_span description = {"", 0};
	int64_t code = status;

	(void)whole_at(body, "error_code", &code); /* the status is the same */
	(void)json_in_member(body, "description", &description);
	out->verdict = verdict_of(code, description);
	describe(code, description, out);
	read_parameters(body, out);
}

void telegram_answer_read(const struct http_response *r, struct telegram_answer *out)
{
	struct json_span body = {r->body, r->len}, ok;

	*out = (struct telegram_answer){.verdict = TELEGRAM_AGAIN, .after_ms = r->retry_after_ms, .date = r->date};
	if (!r->status) {
		snprintf(out->why, sizeof out->why, "%s%s", r->error ? r->error : "no answer",
			r->maybe_taken ? ", maybe taken" : "");
	} else if (!r->body || !json_in_member(body, "ok", &ok)) {
		snprintf(out->why, sizeof out->why, "%d and no JSON", r->status);
	} else if (ok.len == 4 && !memcmp(ok.at, "true", 4)) {
		out->verdict = TELEGRAM_DONE_WELL;
		(void)json_in_member(body, "result", &out->result); /* what was cut off was taken all the same */
	} else {
		read_refusal(r->status, body, out);
	}
}
