/* test_telegram_request.c - requests that leave, and what is left of them when Telegram didn't like a part. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "channels/telegram_request.h"

static void with_its_chat(void **state)
{
	char *full = telegram_request_to("-100123", "{\"text\":\"a\"}"), *bare = telegram_request_to("9", "{}");

	(void)state;
	assert_string_equal(full, "{\"chat_id\":-100123,\"text\":\"a\"}");
	assert_string_equal(bare, "{\"chat_id\":9}");
	free(full);
	free(bare);
}

static void without(void **state)
{
	static const struct {
		enum telegram_verdict verdict;
		const char *body, *left; /* NULL: nothing of the kind */
	} cases[] = {
		{TELEGRAM_WITHOUT_MARKUP, "{\"text\":\"<b>a &lt;b&gt; &amp;amp;</b> c\",\"parse_mode\":\"HTML\"}",
			"{\"text\":\"a <b> &amp; c\"}"},
		{TELEGRAM_WITHOUT_MARKUP, "{\"text\":\"a <b> c\"}", NULL},
		{TELEGRAM_WITHOUT_MARKUP, "{\"text\":\"a < c &quot;\",\"parse_mode\":\"HTML\"}",
			"{\"text\":\"a < c &quot;\"}"},
		{TELEGRAM_WITHOUT_MARKUP, "{\"parse_mode\":\"HTML\"}", NULL},
		{TELEGRAM_WITHOUT_THREAD, "{\"text\":\"a\",\"message_thread_id\":4}", "{\"text\":\"a\"}"},
		{TELEGRAM_WITHOUT_THREAD, "{\"text\":\"a\"}", NULL},
		{TELEGRAM_WITHOUT_REPLY, "{\"reply_parameters\":{\"message_id\":4},\"text\":\"a\"}",
			"{\"text\":\"a\"}"},
		{TELEGRAM_WITHOUT_KEYS, "{\"text\":\"a\",\"reply_markup\":{}}", "{\"text\":\"a\"}"},
		{TELEGRAM_SHORTER, "{\"text\":\"short enough\"}", NULL},
		{TELEGRAM_REFUSED, "{\"text\":\"a\"}", NULL},
		{TELEGRAM_WITHOUT_KEYS, "no JSON", NULL},
		{TELEGRAM_WITHOUT_KEYS, "{\"text\":\"a\",\"Reply_Markup\":{}}", NULL},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *left = telegram_request_without(cases[i].body, cases[i].verdict);

		if (!left != !cases[i].left || (left && strcmp(left, cases[i].left) != 0))
			fail_msg("case %zu: %s", i, left ? left : "nothing");
		free(left);
	}
}

/* What is most urgent stands first, and stays. */
static void shorter(void **state)
{
	enum { LONG = 5000 };
	char *body = malloc(LONG + 100);

	(void)state;
	assert_non_null(body);
	strcpy(body, "{\"text\":\"<b>Call 112.</b> ");
	while (strlen(body) < LONG)
		strcat(body, "Sit down. ");
	strcat(body, "\",\"parse_mode\":\"HTML\"}");
	char *left = telegram_request_without(body, TELEGRAM_SHORTER);
	assert_non_null(left);
	assert_memory_equal(left, "{\"text\":\"Call 112. Sit down. ", 29);
	assert_in_range(strlen(left), 1500, 2020);
	assert_null(telegram_request_without(left, TELEGRAM_SHORTER));
	free(left);
	free(body);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(with_its_chat),
		cmocka_unit_test(without),
		cmocka_unit_test(shorter),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
