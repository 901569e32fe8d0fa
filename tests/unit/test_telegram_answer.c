/* test_telegram_answer.c - what an answer means; the list of errors of the protocol notes, and what is none of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "channels/telegram_answer.h"
#include "net/http_client.h"

#define REFUSED(code, text) "{\"ok\":false,\"error_code\":" #code ",\"description\":\"" text "\"}"

static void verdicts(void **state)
{
	static const struct {
		int status;
		const char *body;
		enum telegram_verdict verdict;
	} cases[] = {
		{200, "{\"ok\":true,\"result\":true}", TELEGRAM_DONE_WELL},
		{200, "{\"ok\":true,", TELEGRAM_DONE_WELL},
		{401, REFUSED(401, "Unauthorized"), TELEGRAM_FATAL},
		{404, REFUSED(404, "Not Found"), TELEGRAM_FATAL},
		{421, REFUSED(421, "Misdirected Request"), TELEGRAM_FATAL},
		{409, REFUSED(409, "Conflict: terminated by other getUpdates request"), TELEGRAM_OTHER_POLLER},
		{409, REFUSED(409, "Conflict: can't use getUpdates method while webhook is active"), TELEGRAM_HOOKED},
		{409, REFUSED(409, "Conflict: terminated by setWebhook request"), TELEGRAM_FATAL},
		{409, REFUSED(409, "Conflict: of a kind nobody knows"), TELEGRAM_OTHER_POLLER},
		{429, REFUSED(429, "Too Many Requests: retry after 3"), TELEGRAM_AGAIN},
		{400, REFUSED(400, "Bad Request: can't parse entities: x"), TELEGRAM_WITHOUT_MARKUP},
		{400, REFUSED(400, "Bad Request: message is too long"), TELEGRAM_SHORTER},
		{400, REFUSED(400, "Bad Request: text is too long"), TELEGRAM_SHORTER},
		{413, REFUSED(413, "Request Entity Too Large"), TELEGRAM_SHORTER},
		{400, REFUSED(400, "Bad Request: message text is empty"), TELEGRAM_REFUSED},
		{400, REFUSED(400, "Bad Request: message is not modified: specified new"), TELEGRAM_DONE_WELL},
		{400, REFUSED(400, "Bad Request: message to be replied not found"), TELEGRAM_WITHOUT_REPLY},
		{400, REFUSED(400, "Bad Request: message thread not found"), TELEGRAM_WITHOUT_THREAD},
		{400, REFUSED(400, "Bad Request: query is too old and response timeout expired or query ID is invalid"),
			TELEGRAM_DONE_WELL},
		{400, REFUSED(400, "Bad Request: BUTTON_DATA_INVALID"), TELEGRAM_WITHOUT_KEYS},
		{400, REFUSED(400, "Bad Request: reply markup is too long"), TELEGRAM_WITHOUT_KEYS},
		{400, REFUSED(400, "Bad Request: chat not found"), TELEGRAM_NOBODY},
		{400, REFUSED(400, "Bad Request: private chat not found"), TELEGRAM_NOBODY},
		{400, REFUSED(400, "Bad Request: message can't be deleted"), TELEGRAM_DONE_WELL},
		{403, REFUSED(403, "Forbidden: bot was blocked by the user"), TELEGRAM_NOBODY},
		{403, REFUSED(403, "Forbidden: user is deactivated"), TELEGRAM_NOBODY},
		{403, REFUSED(403, "Forbidden: bot can't initiate conversation with a user"), TELEGRAM_NOBODY},
		{403, REFUSED(403, "Forbidden: bot was kicked from the group chat"), TELEGRAM_NOBODY},
		{500, REFUSED(500, "Internal Server Error"), TELEGRAM_AGAIN},
		{502, REFUSED(502, "Bad Gateway"), TELEGRAM_AGAIN},
		{502, "<html><h1>Bad Gateway</h1></html>", TELEGRAM_AGAIN},
		/* not Telegram's words: nobody is given up for them */
		{401, "<html>", TELEGRAM_AGAIN},
		{403, "", TELEGRAM_AGAIN},
		{404, "[]", TELEGRAM_AGAIN},
		{302, "", TELEGRAM_AGAIN},
		{200, "", TELEGRAM_AGAIN},
		{200, "{}", TELEGRAM_AGAIN},
		{200, "{\"ok\":1}", TELEGRAM_AGAIN},
		{0, NULL, TELEGRAM_AGAIN},
		{418, REFUSED(418, "A teapot"), TELEGRAM_REFUSED},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct http_response r = {.status = cases[i].status, .body = cases[i].body,
			.len = cases[i].body ? strlen(cases[i].body) : 0, .retry_after_ms = -1};
		struct telegram_answer a;

		telegram_answer_read(&r, &a);
		if (a.verdict != cases[i].verdict)
			fail_msg("case %zu, %d %s: %d", i, r.status, r.body ? r.body : "", a.verdict);
		assert_true(a.after_ms == -1);
		assert_true(a.verdict == TELEGRAM_DONE_WELL || a.why[0]);
	}
}

static void parameters(void **state)
{
	static const struct {
		const char *body;
		int64_t header_ms, after_ms, moved_to;
		enum telegram_verdict verdict;
	} cases[] = {
		{"{\"ok\":false,\"error_code\":429,\"parameters\":{\"retry_after\":2282}}", -1, 2282000, 0,
			TELEGRAM_AGAIN},
		{"{\"ok\":false,\"error_code\":429,\"parameters\":{\"retry_after\":99999999999}}", -1, 604800000, 0,
			TELEGRAM_AGAIN},
		{"{\"ok\":false,\"error_code\":429,\"parameters\":{\"retry_after\":-5}}", 3000, 3000, 0,
			TELEGRAM_AGAIN},
		{"{\"ok\":false,\"error_code\":429}", 3000, 3000, 0, TELEGRAM_AGAIN},
		{"<html>", 3000, 3000, 0, TELEGRAM_AGAIN},
		{"{\"ok\":false,\"error_code\":400,\"description\":\"whatever\",\"parameters\":{\"migrate_to_chat_id\":"
			"-1001234567890}}", -1, -1,
			-1001234567890, TELEGRAM_MOVED},
		{"{\"ok\":false,\"error_code\":400,\"parameters\":{\"migrate_to_chat_id\":\"x\"}}", -1, -1, 0,
			TELEGRAM_REFUSED},
		{"{\"ok\":false,\"error_code\":400,\"parameters\":{\"migrate_to_chat_id\":0}}", -1, -1, 0,
			TELEGRAM_REFUSED},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct http_response r = {.status = 400, .body = cases[i].body, .len = strlen(cases[i].body),
			.retry_after_ms = cases[i].header_ms};
		struct telegram_answer a;

		telegram_answer_read(&r, &a);
		if (a.after_ms != cases[i].after_ms || a.moved_to != cases[i].moved_to || a.verdict != cases[i].verdict)
			fail_msg("case %zu: %d, after %lld, moved to %lld", i, a.verdict, (long long)a.after_ms,
				(long long)a.moved_to);
	}
}

/* What was to be said may stand in quotes of a description: it ends there, and at anything unusual. */
static void reasons(void **state)
{
	static const struct {
		struct http_response r;
		const char *why;
	} cases[] = {
		{{.status = 400, .body = REFUSED(400, "Bad Request: can't parse entities: tag \\\"my calf\\\"")},
			"400 Bad Request: can't parse entities: tag "},
		{{.status = 400, .body = REFUSED(400, "a\\nb")}, "400 a"},
		{{.status = 400, .body = "{\"ok\":false,\"description\":7}"}, "400 "},
		{{.status = 502, .body = "<html>"}, "502 and no JSON"},
		{{.status = 0, .error = "Timeout was reached"}, "Timeout was reached"},
		{{.status = 0, .error = "Timeout was reached", .maybe_taken = true},
			"Timeout was reached, maybe taken"},
		{{.status = 200, .body = "{\"ok\":true}"}, ""},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct http_response r = cases[i].r;
		struct telegram_answer a;

		r.len = r.body ? strlen(r.body) : 0;
		telegram_answer_read(&r, &a);
		assert_string_equal(a.why, cases[i].why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts),
		cmocka_unit_test(parameters),
		cmocka_unit_test(reasons),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
