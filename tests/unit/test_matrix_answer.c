/* test_matrix_answer.c - what is to be done about an answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "channels/matrix_answer.h"
#include "net/http_client.h"

static const struct {
	int status;
	const char *body;
	int64_t header_ms; /* Retry-After */
	enum matrix_verdict verdict;
	int64_t after_ms;
	bool soft;
} cases[] = {
	{200, "{}", -1, MATRIX_DONE, -1, false},
	{200, "[]", -1, MATRIX_DONE, -1, false},
	{200, "{\"next_batch\":\"s1", -1, MATRIX_AGAIN, -1, false},
	{200, "<html>", -1, MATRIX_AGAIN, -1, false},
	{200, "", -1, MATRIX_AGAIN, -1, false},
	{0, "", -1, MATRIX_AGAIN, -1, false},
	{401, "{\"errcode\":\"M_UNKNOWN_TOKEN\",\"soft_logout\":true}", -1, MATRIX_TOKEN, -1, true},
	{401, "{\"errcode\":\"M_UNKNOWN_TOKEN\",\"soft_logout\":\"true\"}", -1, MATRIX_TOKEN, -1, false},
	{401, "{\"errcode\":\"M_UNKNOWN_TOKEN\"}", -1, MATRIX_TOKEN, -1, false},
	{401, "{\"errcode\":\"M_MISSING_TOKEN\"}", -1, MATRIX_FATAL, -1, false},
	{401, "{\"errcode\":\"M_USER_LOCKED\",\"soft_logout\":true}", -1, MATRIX_AGAIN, 60000, true},
	{403, "{\"errcode\":\"M_USER_SUSPENDED\"}", -1, MATRIX_AGAIN, 60000, false},
	{403, "{\"errcode\":\"M_USER_DEACTIVATED\"}", -1, MATRIX_FATAL, -1, false},
	{403, "{\"errcode\":\"M_FORBIDDEN\"}", -1, MATRIX_FORBIDDEN, -1, false},
	{401, "{\"flows\":[{\"stages\":[\"m.login.password\"]}],\"session\":\"s\"}", -1, MATRIX_PROVE, -1, false},
	{401, "{\"errcode\":\"M_FORBIDDEN\",\"flows\":[],\"session\":\"s\"}", -1, MATRIX_FORBIDDEN, -1, false},
	{401, "{\"flows\":[]}", -1, MATRIX_AGAIN, -1, false},
	{404, "{\"errcode\":\"M_NOT_FOUND\"}", -1, MATRIX_MISSING, -1, false},
	{404, "{\"errcode\":\"M_UNRECOGNIZED\"}", -1, MATRIX_MISSING, -1, false},
	{404, "<html>no such page</html>", -1, MATRIX_AGAIN, -1, false},
	{413, "{\"errcode\":\"M_TOO_LARGE\"}", -1, MATRIX_TOO_LARGE, -1, false},
	{400, "{\"errcode\":\"M_TOO_LARGE\"}", -1, MATRIX_TOO_LARGE, -1, false},
	{400, "{\"errcode\":\"M_UNKNOWN\"}", -1, MATRIX_REFUSED, -1, false},
	{400, "{\"errcode\":\"M_BAD_JSON\"}", -1, MATRIX_REFUSED, -1, false},
	{400, "{\"errcode\":\"M_DUPLICATE_ANNOTATION\"}", -1, MATRIX_DONE, -1, false},
	{429, "{\"errcode\":\"M_LIMIT_EXCEEDED\",\"retry_after_ms\":1500}", 2000, MATRIX_AGAIN, 2000, false},
	{429, "{\"errcode\":\"M_LIMIT_EXCEEDED\",\"retry_after_ms\":1500}", -1, MATRIX_AGAIN, 1500, false},
	{429, "{\"errcode\":\"M_LIMIT_EXCEEDED\"}", -1, MATRIX_AGAIN, -1, false},
	{429, "slow down", 3000, MATRIX_AGAIN, 3000, false},
	{500, "{\"errcode\":\"M_UNKNOWN\"}", -1, MATRIX_AGAIN, -1, false},
	{502, "<html>bad gateway</html>", -1, MATRIX_AGAIN, -1, false},
	{503, "{\"errcode\":\"M_RESOURCE_LIMIT_EXCEEDED\"}", -1, MATRIX_AGAIN, 60000, false},
};

static void verdicts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct http_response r = {.status = cases[i].status, .body = cases[i].body, .len = strlen(cases[i].body),
			.retry_after_ms = cases[i].header_ms, .error = "no answer"};
		struct matrix_answer a;

		matrix_answer_read(&r, &a);
		if (a.verdict != cases[i].verdict || a.after_ms != cases[i].after_ms || a.soft_logout != cases[i].soft)
			fail_msg("%d %s: verdict %d after %lld soft %d", cases[i].status, cases[i].body, (int)a.verdict,
				(long long)a.after_ms, a.soft_logout);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(verdicts)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
