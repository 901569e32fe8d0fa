/* test_log.c - one event, one line, and nothing in it that could pass for another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "util/log.h"
#include "util/redact.h"

/* The line that one event makes (free with free). */
static char *line_of(struct log l, enum log_level level, const char *event, const struct log_field *fields)
{
	char *text = NULL;
	size_t len = 0;
	l.out = open_memstream(&text, &len);
	assert_non_null(l.out);
	log_event(&l, level, event, fields);
	assert_int_equal(fclose(l.out), 0);
	return text;
}

static void levels(void **state)
{
	static const char *const names[] = {"error", "warn", "notice", "info", "debug"};
	(void)state;
	for (int most = LOG_LEVEL_ERROR; most <= LOG_LEVEL_DEBUG; most++) {
		for (int level = LOG_LEVEL_ERROR; level <= LOG_LEVEL_DEBUG; level++) {
			char want[32] = "";
			if (level <= most)
				(void)snprintf(want, sizeof want, "%s: start\n", names[level]);
			char *got = line_of((struct log){.most = most}, level, "start", NULL);
			assert_string_equal(got, want);
			free(got);
		}
	}
}

static void level_names(void **state)
{
	enum log_level level = LOG_LEVEL_INFO;
	(void)state;
	assert_true(log_level_parse("error", &level));
	assert_int_equal(level, LOG_LEVEL_ERROR);
	assert_true(log_level_parse("debug", &level));
	assert_int_equal(level, LOG_LEVEL_DEBUG);
	assert_false(log_level_parse("Error", &level));
	assert_false(log_level_parse("", &level));
	assert_int_equal(level, LOG_LEVEL_DEBUG);
}

static void texts(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"", "\"\""},
		{"two words", "\"two words\""},
		{"a\"b\\c", "\"a\\\"b\\\\c\""},
		{"a\nb\r\t\x1b[1m\x7f", "\"a\\nb\\x0d\\x09\\x1b[1m\\x7f\""},
		{"gr\xc3\xbc\xc3\x9f", "\"gr\xc3\xbc\xc3\x9f\""},
		{"a\xc2\x9b" "31m\xc2\xa0", "\"a\\u009b31m\xc2\xa0\""},
		{"\xc3\xbc\x9b", "\"\\xc3\\xbc\\x9b\""}, /* no UTF-8 at all */
		{"x\" level=\"error", "\"x\\\" level=\\\"error\""},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char want[200];
		(void)snprintf(want, sizeof want, "info: told why=%s n=-3\n", cases[i].want);
		char *got = line_of((struct log){.most = LOG_LEVEL_INFO}, LOG_LEVEL_INFO, "told",
			LOG_FIELDS(LOG_TEXT("why", cases[i].text), LOG_NUMBER("n", -3)));
		if (strcmp(got, want) != 0)
			fail_msg("case %zu: %s", i, got);
		free(got);
	}
}

static void journal_prefix(void **state)
{
	(void)state;
	char *got = line_of((struct log){.most = LOG_LEVEL_DEBUG, .journal = true}, LOG_LEVEL_ERROR, "store failed",
		LOG_FIELDS(LOG_NUMBER("code", 5)));
	assert_string_equal(got, "<3>store failed code=5\n");
	free(got);
}

static void long_lines(void **state)
{
	char *huge = malloc(LOG_MAX_LINE + 1);
	(void)state;
	assert_non_null(huge);
	memset(huge, 'x', LOG_MAX_LINE);
	huge[LOG_MAX_LINE] = '\0';
	char *got = line_of((struct log){.most = LOG_LEVEL_INFO}, LOG_LEVEL_INFO, "told",
		LOG_FIELDS(LOG_NUMBER("a", 1), LOG_TEXT("b", huge), LOG_NUMBER("c", 2)));
	assert_string_equal(got, "info: told a=1 cut=1\n");
	free(got);
	for (size_t len = LOG_MAX_LINE - 40; len < LOG_MAX_LINE; len++) {
		huge[len] = '\0';
		got = line_of((struct log){.most = LOG_LEVEL_INFO}, LOG_LEVEL_INFO, "told", LOG_FIELDS(LOG_TEXT("b", huge)));
		if (strlen(got) > LOG_MAX_LINE)
			fail_msg("%zu bytes make a line of %zu", len, strlen(got));
		free(got);
		huge[len] = 'x';
	}
	free(huge);
}

/* Only when standard error is the very stream that systemd named. */
static void finds_the_journal(void **state)
{
	struct stat st;
	struct log l;
	char stream[64];
	(void)state;
	assert_int_equal(fstat(STDERR_FILENO, &st), 0);
	(void)snprintf(stream, sizeof stream, "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
	assert_int_equal(setenv("JOURNAL_STREAM", stream, 1), 0);
	log_init(&l, LOG_LEVEL_INFO);
	assert_true(l.journal);
	assert_ptr_equal(l.out, stderr);
	assert_int_equal(setenv("JOURNAL_STREAM", "1:1", 1), 0);
	log_init(&l, LOG_LEVEL_INFO);
	assert_false(l.journal);
	assert_int_equal(unsetenv("JOURNAL_STREAM"), 0);
	log_init(&l, LOG_LEVEL_INFO);
	assert_false(l.journal);
}

static void null_logs_nothing(void **state)
{
	(void)state;
	log_event(&(struct log){.out = NULL, .most = LOG_LEVEL_DEBUG}, LOG_LEVEL_ERROR, "lost", NULL);
}

/* Also where escaping changes what the secret looks like. */
static void secrets(void **state)
{
	(void)state;
	struct redactor *r = redactor_new();
	redactor_add(r, "pass\"word");
	char *got = line_of((struct log){.most = LOG_LEVEL_INFO, .hide = r}, LOG_LEVEL_WARN, "send failed",
		LOG_FIELDS(LOG_TEXT("why", "no pass\"word"), LOG_NUMBER("status", 500), LOG_TEXT("again", "pass\"word")));
	assert_string_equal(got, "warn: send failed why=\"no ***\" status=500 again=\"***\"\n");
	free(got);
	redactor_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(levels),
		cmocka_unit_test(level_names),
		cmocka_unit_test(texts),
		cmocka_unit_test(journal_prefix),
		cmocka_unit_test(long_lines),
		cmocka_unit_test(finds_the_journal),
		cmocka_unit_test(null_logs_nothing),
		cmocka_unit_test(secrets),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
