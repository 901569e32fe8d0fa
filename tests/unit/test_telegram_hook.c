/* test_telegram_hook.c - deliveries with the right secret, a wrong one and none; answered when they are saved. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "telegram_fixture.h"

#define SET                                                                                                            \
	"setWebhook {\"url\":\"https://example.org/tg?x=1\",\"secret_token\":\"s3cret-_\",\"max_connections\":40,"               \
	"\"allowed_updates\":[\"message\",\"edited_message\",\"callback_query\",\"my_chat_member\"]," \
	"\"drop_pending_updates\":false}"
#define TEXT(id) "{\"update_id\":" #id ",\"message\":{\"from\":{\"id\":9},\"chat\":{\"id\":9,\"type\":\"private\"},\"text\":\"a\"}}"

static const struct telegram_options webhook = {
	.hook = {.url = "https://example.org/tg?x=1", .secret = "s3cret-_"}, .groups = TELEGRAM_GROUPS_NONE};

static void on_delivered(void *ctx, const struct http_response *r)
{
	struct arena *a = arena_new();

	record(ctx, arena_printf(a, "delivered: %d, again in %lld", r->status, (long long)r->retry_after_ms));
	arena_free(a);
}

/* A delivery as Telegram makes it; without a secret when that is NULL. */
static void deliver(struct fake *f, const char *method, const char *secret, const char *body)
{
	struct arena *a = arena_new();
	const char *headers[] = {"Content-Type: application/json", NULL, NULL};
	struct http_request q = {.method = method, .headers = headers, .body = body, .len = strlen(body),
		.timeout_ms = 5000,
		.max_response = 1000};

	if (secret)
		headers[1] = arena_printf(a, "X-Telegram-Bot-Api-Secret-Token: %s", secret);
	q.url = arena_printf(a, "http://127.0.0.1:%d/tg", http_server_port(f->server));
	http_client_send(f->http, &q, on_delivered, f);
	arena_free(a);
}

static void begin(struct fake *f, const struct step *steps)
{
	static const char *const wanted[] = {"getMe {}", SET, NULL};

	fake_open(f, webhook, steps);
	f->wanted = 1;
	f->channel->ops->start(f->channel, "17");
	fake_expect(f, "begin", wanted);
	free(f->lines[0]);
	free(f->lines[1]);
	f->n_lines = 0;
}

static void deliveries(void **state)
{
	static const struct {
		const char *method, *secret, *body, *saves;
		const char *wanted[3];
	} cases[] = {
		{"POST", "s3cret-_", TEXT(5), "+", {"take one: text 'a'", "delivered: 200, again in -1"}},
		{"POST", "s3cret-_", TEXT(5), "-", {"take one: text 'a'", "delivered: 503, again in 2000"}},
		{"POST", NULL, TEXT(5), "+", {"delivered: 401, again in -1"}},
		{"POST", "s3cret-", TEXT(5), "+", {"delivered: 403, again in -1"}},
		{"POST", "s3cret-_s3cret-_", TEXT(5), "+", {"delivered: 403, again in -1"}},
		{"POST", "s3cret-X", TEXT(5), "+", {"delivered: 403, again in -1"}},
		{"PUT", "s3cret-_", TEXT(5), "+", {"delivered: 405, again in -1"}},
		/* would come again for a day */
		{"POST", "s3cret-_", "{\"update_id\":5,", "+", {"delivered: 200, again in -1"}},
		{"POST", "s3cret-_", "<html>", "+", {"delivered: 200, again in -1"}},
		{"POST", "s3cret-_", "{\"update_id\":5,\"new_kind\":{}}", "+", {"delivered: 200, again in -1"}},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fake f;
		char name[32];

		snprintf(name, sizeof name, "case %zu", i);
		begin(&f, NULL);
		f.saves = cases[i].saves;
		f.wanted = 1;
		deliver(&f, cases[i].method, cases[i].secret, cases[i].body);
		fake_expect(&f, name, cases[i].wanted);
		fake_close(&f);
	}
}

/* Nothing is taken before we know who we are, nor after the stop; what was taken is answered first. */
static void before_and_after(void **state)
{
	static const char *const before[] = {"delivered: 503, again in 2000", NULL};
	static const char *const taken[] = {"take one: text 'a'", NULL};
	static const char *const after[] = {"take one: text 'a'", "stopped", "delivered: 200, again in -1", NULL};
	static const char *const closed[] = {"take one: text 'a'", "stopped", "delivered: 200, again in -1",
		"delivered: 503, again in 2000", NULL};
	struct fake f;

	(void)state;
	fake_open(&f, webhook, NULL);
	deliver(&f, "POST", "s3cret-_", TEXT(5));
	fake_expect(&f, "before", before);
	fake_close(&f);

	begin(&f, NULL);
	f.saves = ".";
	f.wanted = 1;
	deliver(&f, "POST", "s3cret-_", TEXT(5));
	fake_expect(&f, "taken", taken);
	f.channel->ops->stop(f.channel, on_stopped, &f);
	timer_start(f.later, 30);
	f.wanted = 3;
	loop_run(f.loop);
	assert_true(!strcmp(f.lines[1], after[1]) || !strcmp(f.lines[2], after[1]));
	deliver(&f, "POST", "s3cret-_", TEXT(6));
	f.wanted = 4;
	loop_run(f.loop);
	assert_string_equal(f.lines[3], closed[3]);
	fake_close(&f);
}

/* The store may answer later than the channel lives: the delivery is refused, and comes again. */
static void saved_when_it_is_gone(void **state)
{
	static const char *const taken[] = {"take one: text 'a'", NULL};
	static const char *const after[] = {"take one: text 'a'", "delivered: 503, again in 2000", NULL};
	struct fake f;

	(void)state;
	begin(&f, NULL);
	f.saves = ".";
	f.wanted = 1;
	deliver(&f, "POST", "s3cret-_", TEXT(5));
	fake_expect(&f, "taken", taken);
	fake_end_channel(&f);
	fake_expect(&f, "after", after);
	save_all(&f);
	fake_close(&f);
}

static void setting(void **state)
{
	static const struct {
		struct step steps[4];
		const char *wanted[5];
	} cases[] = {
		{{{"setWebhook", 500, REFUSED(500, "Internal")}, {"setWebhook", 502, "<html>"}},
			{"getMe {}", SET, SET, SET}},
		{{{"setWebhook", 429, "{\"ok\":false,\"error_code\":429,\"description\":\"Too Many Requests\","
			"\"parameters\":{"
				"\"retry_after\":1}}"}},
			{"getMe {}", SET, SET}},
		{{{"setWebhook", 400, REFUSED(400, "Bad Request: bad webhook: HTTPS url must be provided for "
			"webhook")}},
			{"getMe {}", SET, "fatal: 400 Bad Request: bad webhook: HTTPS url must be provided for "
				"webhook"}},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fake f;

		fake_open(&f, webhook, cases[i].steps);
		f.wanted = 1;
		f.channel->ops->start(f.channel, "");
		fake_expect(&f, "setting", cases[i].wanted);
		fake_close(&f);
	}
}

/* Telegram is asked from time to time what it thinks of our webhook. */
static void taken_away(void **state)
{
	static const struct step steps[] = {
		{"getWebhookInfo", 200, OK("{\"url\":\"https://example.org/tg?x=1\",\"pending_update_count\":3}")},
		{"getWebhookInfo", 200, OK("{\"url\":\"\",\"pending_update_count\":4}")},
			{"setWebhook", 200, OK("true")},
		{"setWebhook", HOLD, ""}, {NULL, 0, NULL}};
	static const char *const wanted[] = {"getMe {}", SET, "getWebhookInfo {}", "getWebhookInfo {}", SET, NULL};
	struct telegram_health health;
	struct fake f;

	(void)state;
	fake_open(&f, webhook, steps);
	f.wanted = 1;
	f.channel->ops->start(f.channel, "");
	fake_expect(&f, "taken away", wanted);
	telegram_health(f.channel, &health);
	assert_true(health.webhook && health.pending == 4 && health.failures == 1);
	assert_string_equal(health.why, "the webhook was changed by somebody else");
	assert_string_equal(health.username, "calf_bot");
	char status[200];
	f.channel->ops->status(f.channel, status, sizeof status);
	assert_string_equal(status, "telegram starting, nothing heard yet, 1 failures, the last: the webhook was "
		"changed by somebody else");
	fake_close(&f);
}

/* Two programs that both want it would go on for ever. */
static void fought_over(void **state)
{
#define OTHER {"getWebhookInfo", 200, OK("{\"url\":\"https://example.com/\",\"pending_update_count\":0}")}
	static const struct step steps[] = {OTHER, OTHER, OTHER, OTHER, {NULL, 0, NULL}};
	static const char *const wanted[] = {"getMe {}", SET, "getWebhookInfo {}", SET, "getWebhookInfo {}", SET,
		"getWebhookInfo {}",
		SET, "getWebhookInfo {}", "fatal: the webhook is changed again and again by somebody else", NULL};
	struct fake f;

	(void)state;
	fake_open(&f, webhook, steps);
	f.wanted = 1;
	f.channel->ops->start(f.channel, "");
	fake_expect(&f, "fought over", wanted);
	fake_close(&f);
}

/* What Telegram could not deliver is told, but not what was so before we came. */
static void errors_of_delivery(void **state)
{
#define INFO(date) {"getWebhookInfo", 200, OK("{\"url\":\"https://example.org/tg?x=1\",\"pending_update_count\":1,"               \
	"\"last_error_date\":" #date ",\"last_error_message\":\"Connection refused\"}")}
	static const struct step steps[] = {INFO(1700000000), INFO(1700000000), INFO(1700000060), {NULL, 0, NULL}};
	static const char *const two[] = {"getMe {}", SET, "getWebhookInfo {}", "getWebhookInfo {}",
		"getWebhookInfo {}", NULL};
	struct telegram_health health;
	struct fake f;

	(void)state;
	fake_open(&f, webhook, steps);
	f.wanted = 1;
	f.channel->ops->start(f.channel, "");
	fake_expect(&f, "errors", two);
	telegram_health(f.channel, &health);
	assert_int_equal(health.failures, 0);
	f.wanted = 6;
	loop_run(f.loop); /* the fourth look: the third was read */
	telegram_health(f.channel, &health);
	assert_int_equal(health.failures, 1);
	assert_string_equal(health.why, "Connection refused");
	fake_close(&f);
}

/* A certificate that nobody vouches for goes along as a file. */
static void own_certificate(void **state)
{
	struct telegram_options o = webhook;
	char path[] = "/tmp/soleus-test-XXXXXX";
	struct fake f;

	(void)state;
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	FILE *file = fdopen(fd, "w");
	fputs("-----BEGIN CERTIFICATE-----\nabc\n", file);
	fclose(file);
	o.hook.certificate_file = path;
	fake_open(&f, o, NULL);
	f.wanted = 2;
	f.channel->ops->start(f.channel, "");
	loop_run(f.loop);
	assert_non_null(strstr(f.lines[1], "name=\"certificate\"; filename=\"certificate.pem\"\r\n"));
	assert_non_null(strstr(f.lines[1], "\r\n\r\n-----BEGIN CERTIFICATE-----\nabc\n\r\n--"));
	assert_non_null(strstr(f.lines[1], "name=\"secret_token\"\r\n\r\ns3cret-_\r\n"));
	fake_close(&f);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(deliveries),
		cmocka_unit_test(before_and_after),
		cmocka_unit_test(saved_when_it_is_gone),
		cmocka_unit_test(setting),
		cmocka_unit_test(taken_away),
		cmocka_unit_test(fought_over),
		cmocka_unit_test(errors_of_delivery),
		cmocka_unit_test(own_certificate),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
