/* matrix_answer.c - the error code decides, then the status. What is no answer of a homeserver's (a gateway's page,
 * half a body) is never a refusal. */
#include "channels/matrix_answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/http_client.h"

enum { SLOWLY_MS = 60 * 1000, LONGEST_RETRY_MS = 24 * 3600 * 1000, MAX_CODE = 64 };

/* The first that fits: status 0 is any, code NULL is any. Slow ones wait for a person to do something. */
static const struct {
	int status;
	const char *code;
	enum matrix_verdict verdict;
	bool slow;
} answers[] = {
	{0, "M_UNKNOWN_TOKEN", MATRIX_TOKEN, false},
	{0, "M_MISSING_TOKEN", MATRIX_FATAL, false},
	{0, "M_USER_DEACTIVATED", MATRIX_FATAL, false},
	{0, "M_USER_LOCKED", MATRIX_AGAIN, true},
	{0, "M_USER_SUSPENDED", MATRIX_AGAIN, true},
	{0, "M_RESOURCE_LIMIT_EXCEEDED", MATRIX_AGAIN, true},
	{0, "M_LIMIT_EXCEEDED", MATRIX_AGAIN, false},
	{0, "M_DUPLICATE_ANNOTATION", MATRIX_DONE, false},
	{0, "M_TOO_LARGE", MATRIX_TOO_LARGE, false},
	{0, "M_FORBIDDEN", MATRIX_FORBIDDEN, false},
	{404, NULL, MATRIX_MISSING, false},
	{429, NULL, MATRIX_AGAIN, false},
	{403, NULL, MATRIX_FORBIDDEN, false},
};

static void refuse(int status, const char *code, struct matrix_answer *out)
{
	out->verdict = status >= 400 && status < 500 ? MATRIX_REFUSED : MATRIX_AGAIN;
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
		if ((!answers[i].status || answers[i].status == status) &&
			(!answers[i].code || !strcmp(answers[i].code, code))) {
			out->verdict = answers[i].verdict;
			if (answers[i].slow && out->after_ms < SLOWLY_MS)
				out->after_ms = SLOWLY_MS;
			break;
		}
	snprintf(out->why, sizeof out->why, "%d %s", status, code);
}

/* The header comes first; this is what servers said before it was in use. */
static void read_wait(struct json_span body, struct matrix_answer *out)
{
	struct json_span wait;

	if (out->after_ms >= 0 || !json_in_member(body, "retry_after_ms", &wait) || !wait.len)
		return;
	long long ms = strtoll(wait.at, NULL, 10);
	if (ms >= 0)
		out->after_ms = ms < LONGEST_RETRY_MS ? ms : LONGEST_RETRY_MS;
}

/* Some things want the password again (user-interactive authentication); an answer to a wrong one has a code, too. */
static bool wants_proof(const struct http_response *r, struct json_span body)
{
	struct json_span member;

	return r->status == 401 && json_in_member(body, "flows", &member) &&
		json_in_member(body, "session", &member) && !json_in_member(body, "errcode", &member);
}

/* An object or an array, up to its end. */
static bool is_whole(struct json_span body)
{
	char last = body.len >= 2 ? body.at[body.len - 1] : 0;

	return last && ((body.at[0] == '{' && last == '}') || (body.at[0] == '[' && last == ']'));
}

void matrix_answer_read(const struct http_response *r, struct matrix_answer *out)
{
	struct json_span body = {r->body, r->len}, code, soft;
	char word[MAX_CODE];

	*out = (struct matrix_answer){.verdict = MATRIX_AGAIN, .after_ms = r->retry_after_ms};
	if (!r->status) {
		snprintf(out->why, sizeof out->why, "%s%s", r->error ? r->error : "no answer",
			r->maybe_taken ? ", maybe taken" : "");
	} else if (r->status >= 200 && r->status < 300 && is_whole(body)) {
		out->verdict = MATRIX_DONE;
		out->body = body;
	} else if (wants_proof(r, body)) {
		out->verdict = MATRIX_PROVE;
		out->body = body;
		snprintf(out->why, sizeof out->why, "the password is asked for again");
	} else if (json_in_member(body, "errcode", &code) && json_in_word(code, word, sizeof word)) {
		read_wait(body, out);
		refuse(r->status, word, out);
		out->soft_logout = json_in_member(body, "soft_logout", &soft) && json_in_is(soft, "true");
	} else {
		snprintf(out->why, sizeof out->why, "%d and no JSON", r->status);
	}
}
