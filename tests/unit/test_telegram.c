/* test_telegram.c - the channel as a whole, before a Telegram that answers as the script says: each case the script and
 * the record of what must happen, in order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "telegram_fixture.h"

#define ANN "\"from\":{\"id\":9,\"is_bot\":false,\"first_name\":\"Ann\"},\"chat\":{\"id\":9,\"type\":\"private\"}"
#define TEXT(id, text) "{\"update_id\":" #id ",\"message\":{\"message_id\":" #id ",\"date\":1," ANN ",\"text\":\"" text "\"}}"
#define PICTURE(id, album, more)                                                                                       \
	"{\"update_id\":" #id ",\"message\":{\"message_id\":" #id "," ANN ",\"photo\":[],\"media_group_id\":\"" album "\"" \
	more "}}"
#define BATCH(updates) {"getUpdates", 200, OK("[" updates "]")}
#define CONFLICT(body) {"getUpdates", 409, body}
#define HANGS {"getUpdates", HOLD, ""}
#define END {NULL, 0, NULL}
#define FROM(n) "getUpdates from " #n " for 50 s, at most 100"
#define OLDEST "getUpdates from -1 for 50 s, at most 100" /* none named */
#define HOOKED REFUSED(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first")
#define SECOND REFUSED(409, "Conflict: terminated by other getUpdates request; make sure that only one bot runs")
#define UNHOOK "deleteWebhook {\"drop_pending_updates\":false}"

struct poll_case {
	const char *name, *cursor, *saves;
	struct step steps[10];
	const char *wanted[20];
};

static void run(const struct poll_case *c)
{
	struct fake f;

	fake_open(&f, (struct telegram_options){.groups = TELEGRAM_GROUPS_ANY}, c->steps);
	f.saves = c->saves;
	f.wanted = 1;
	f.channel->ops->start(f.channel, c->cursor);
	fake_expect(&f, c->name, c->wanted);
	fake_close(&f);
}

static void polling(void **state)
{
	static const struct poll_case cases[] = {
		{"updates are confirmed when they are saved", "", "+",
			{BATCH(TEXT(5, "a") "," TEXT(6, "b"))},
			{"getMe {}", OLDEST, "take 7: text 'a' text 'b'", FROM(7)}},
		{"goes on where it stopped", "42", "+", {BATCH(TEXT(42, "a"))},
			{"getMe {}", FROM(42), "take 43: text 'a'", FROM(43)}},
		{"a cursor that is none", "-5", "+", {HANGS}, {"getMe {}", OLDEST}},
		{"what is not saved comes again", "4", "-+",
			{BATCH(TEXT(5, "a")), BATCH(TEXT(5, "a"))},
			{"getMe {}", FROM(4), "take 6: text 'a'", FROM(4), "take 6: text 'a'", FROM(6)}},
		{"what can't be read is passed by", "4", "+",
			{BATCH(TEXT(4, "a") ",{\"update_id\":5,\"message\":{\"text\":\"\\u0000\"}}," TEXT(6, "b")),
				{"getUpdates", 200, OK("[{\"update_id\":7,\"new_kind\":{}}]")},
					{"getUpdates", 200, OK("[{}]")}},
			{"getMe {}", FROM(4), "take 7: text 'a' text 'b'", FROM(7), "take 8:", FROM(8), "take 9:",
				FROM(9)}},
		{"updates without any id", "", "+", {{"getUpdates", 200, OK("[{}]")}, {"getUpdates", 200, OK("[7]")}},
			{"getMe {}", OLDEST, OLDEST, OLDEST}},
		{"an album is one thing to say", "4", "+",
			{BATCH(PICTURE(4, "1", "") "," PICTURE(5, "1", "")),
				BATCH(PICTURE(6, "1", "") "," PICTURE(7, "2", ",\"caption\":\"a\"") "," PICTURE(8, "2", ""))},
			{"getMe {}", FROM(4), "take 6: media ''", FROM(6), "take 9: text 'a'", FROM(9)}},
		{"an album that is not saved comes again", "4", "-+",
			{BATCH(PICTURE(4, "1", "") "," PICTURE(5, "1", "")), BATCH(PICTURE(4, "1", "") "," PICTURE(5, "1", ""))},
			{"getMe {}", FROM(4), "take 6: media ''", FROM(4), "take 6: media ''", FROM(6)}},
		{"ids may jump down", "4", "+",
			{BATCH(TEXT(900, "a")), BATCH(TEXT(17, "b"))},
			{"getMe {}", FROM(4), "take 901: text 'a'", FROM(901), "take 18: text 'b'", FROM(18)}},
		{"after all that can go wrong it goes on", "4", "+",
			{{"getUpdates", 500, REFUSED(500, "Internal Server Error")},
				{"getUpdates", 502, "<html>Bad Gateway</html>"},
				{"getUpdates", 200, "{\"ok\":true,"}, {"getUpdates", 200, "[]"},
					{"getUpdates", 200, OK("{}")},
				{"getUpdates", 200, ""}, {"getUpdates", 400, REFUSED(400, "Bad Request")},
				BATCH(TEXT(4, "a"))},
			{"getMe {}", FROM(4), FROM(4), FROM(4), FROM(4), FROM(4), FROM(4), FROM(4), FROM(4),
				"take 5: text 'a'", FROM(5)}},
		{"waits as long as it is told", "4", "+",
			{{"getUpdates", 429,
				"{\"ok\":false,\"error_code\":429,\"description\":\"Too Many Requests\",\"parameters\":"
					"{\"retry_after\":1}}"}},
			{"getMe {}", FROM(4), FROM(4)}},
		{"a server that doesn't hold polls is not hammered", "4", "+",
			{{"getUpdates", 200, OK("[]")}, {"getUpdates", 200, OK("[]")}},
				{"getMe {}", FROM(4), FROM(4), FROM(4)}},
		{"a webhook that is left over is taken away", "4", "+", {CONFLICT(HOOKED)},
			{"getMe {}", FROM(4), UNHOOK, FROM(4)}},
		{"a webhook that comes back each time", "4", "+",
			{CONFLICT(HOOKED), CONFLICT(HOOKED), CONFLICT(HOOKED), CONFLICT(HOOKED)},
			{"getMe {}", FROM(4), UNHOOK, FROM(4), UNHOOK, FROM(4), UNHOOK, FROM(4),
				"fatal: a webhook is set again and again by somebody else"}},
		{"another poller for a moment", "4", "+", {CONFLICT(SECOND), BATCH(TEXT(4, "a"))},
			{"getMe {}", FROM(4), FROM(4), "take 5: text 'a'", FROM(5)}},
		{"another poller for good", "4", "+",
			{CONFLICT(SECOND), CONFLICT(SECOND), CONFLICT(SECOND), CONFLICT(SECOND),
				CONFLICT(SECOND), CONFLICT(SECOND)},
			{"getMe {}", FROM(4), FROM(4), FROM(4), FROM(4), FROM(4), FROM(4),
				"fatal: another program polls with the same token"}},
		{"somebody has set a webhook", "4", "+",
			{CONFLICT(REFUSED(409, "Conflict: terminated by setWebhook request"))},
			{"getMe {}", FROM(4), "fatal: 409 Conflict: terminated by setWebhook request"}},
		{"the token is taken back", "4", "+", {{"getUpdates", 401, REFUSED(401, "Unauthorized")}},
			{"getMe {}", FROM(4), "fatal: 401 Unauthorized"}},
		{"the token is wrong", "4", "+", {{"getMe", 401, REFUSED(401, "Unauthorized")}},
			{"getMe {}", "fatal: 401 Unauthorized"}},
		{"a gateway's refusal is not Telegram's", "4", "+",
			{{"getMe", 401, "<html>"}, {"getMe", 404, "<html>"}},
			{"getMe {}", "getMe {}", "getMe {}", FROM(4)}},
		{"Telegram is away at start", "4", "+",
			{{"getMe", 502, "<html>"}, {"getMe", 200, "{\"ok\":true,\"res"}},
			{"getMe {}", "getMe {}", "getMe {}", FROM(4)}},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		run(&cases[i]);
}

static void on_sent(void *ctx, const struct channel_sent *s)
{
	static const char *const results[] = {"ok", "retry", "drop", "gone", "moved"};
	struct arena *a = arena_new();

	record(ctx, arena_printf(a, "sent: %s %s after %lld, %s", results[s->result], s->ref, (long long)s->after_ms,
		s->why));
	arena_free(a);
}

/* With a full disk the waits grow, although Telegram answers each time. */
static void waits_grow_while_nothing_is_saved(void **state)
{
#define AGAIN FROM(4), "take 6: text 'a'"
	static const struct step steps[] = {BATCH(TEXT(5, "a")), BATCH(TEXT(5, "a")), BATCH(TEXT(5, "a")), END};
	static const char *const wanted[] = {"getMe {}", AGAIN, AGAIN, AGAIN, FROM(4), NULL};
	struct telegram_health health;
	struct fake f;

	(void)state;
	fake_open(&f, (struct telegram_options){.token = NULL}, steps);
	f.saves = "-";
	f.wanted = 1;
	f.channel->ops->start(f.channel, "4");
	int64_t from = loop_now_ms(f.loop);
	fake_expect(&f, "not saved", wanted);
	assert_in_range(loop_now_ms(f.loop) - from, (1 + 2 + 4) * FIRST_WAIT_MS * 3 / 4, PATIENCE_MS);
	telegram_health(f.channel, &health);
	assert_int_equal(health.failures, 3);
	assert_string_equal(health.why, "updates could not be saved");
	fake_close(&f);
}

/* A connection that died without a word. */
static void a_poll_that_hangs(void **state)
{
	static const struct step steps[] = {HANGS, BATCH(TEXT(4, "a")), END};
	static const char *const wanted[] = {"getMe {}", "getUpdates from 4 for 1 s, at most 100",
		"getUpdates from 4 for 1 s, at most 100", "take 5: text 'a'", NULL};
	struct fake f;

	(void)state;
	fake_open(&f, (struct telegram_options){.poll_timeout_s = 1}, steps);
	f.wanted = 1;
	f.channel->ops->start(f.channel, "4");
	fake_expect(&f, "hangs", wanted);
	fake_close(&f);
}

/* ---- stopping ---- */

static void confirms_when_it_stops(void **state)
{
	static const struct step steps[] = {BATCH(TEXT(5, "a")), HANGS,
		BATCH(TEXT(6, "not taken any more")), END};
	static const char *const before[] = {"getMe {}", FROM(4), "take 6: text 'a'", FROM(6), NULL};
	static const char *const after[] = {"getMe {}", FROM(4), "take 6: text 'a'", FROM(6),
		"getUpdates from 6 for 0 s, at most 1", "stopped", NULL};
	struct fake f;

	(void)state;
	fake_open(&f, (struct telegram_options){.token = NULL}, steps);
	f.channel->ops->start(f.channel, "4");
	f.wanted = 4;
	fake_expect(&f, "before", before);
	f.channel->ops->stop(f.channel, on_stopped, &f);
	fake_expect(&f, "after", after);
	fake_close(&f);
}

static void waits_for_what_is_being_saved(void **state)
{
	static const struct step steps[] = {BATCH(TEXT(5, "a")), {"getUpdates", 200, OK("[]")}, END};
	static const char *const before[] = {"getMe {}", FROM(4), "take 6: text 'a'", NULL};
	static const char *const after[] = {"getMe {}", FROM(4), "take 6: text 'a'",
		"getUpdates from 6 for 0 s, at most 1",
		"stopped", NULL};
	struct fake f;

	(void)state;
	fake_open(&f, (struct telegram_options){.token = NULL}, steps);
	f.saves = ".";
	f.wanted = 3;
	f.channel->ops->start(f.channel, "4");
	fake_expect(&f, "before", before);
	f.channel->ops->stop(f.channel, on_stopped, &f);
	timer_start(f.later, 30);
	fake_expect(&f, "after", after);
	fake_close(&f);
}

/* A server that doesn't answer can't hold us. */
static void stops_within_a_second(void **state)
{
	static const char *const before[] = {"getMe {}", FROM(4), "take 6: text 'a'", FROM(6),
		"sendMessage {\"chat_id\":9,\"text\":\"b\"}",
		NULL};
	static const char *const after[] = {"getMe {}", FROM(4), "take 6: text 'a'", FROM(6),
		"sendMessage {\"chat_id\":9,\"text\":\"b\"}",
		"getUpdates from 6 for 0 s, at most 1", "sent: retry  after -1, stopped, maybe taken", "stopped", NULL};
	static const struct step steps[] = {BATCH(TEXT(5, "a")), {"sendMessage", HOLD, ""}, END};
	struct fake f;

	(void)state;
	fake_open(&f, (struct telegram_options){.token = NULL}, steps);
	f.wanted = 4;
	f.channel->ops->start(f.channel, "4");
	loop_run(f.loop);
	f.channel->ops->send(f.channel, "9", "sendMessage", "{\"text\":\"b\"}", "", on_sent, &f);
	fake_expect(&f, "before", before);
	int64_t from = loop_now_ms(f.loop);
	f.channel->ops->stop(f.channel, on_stopped, &f);
	fake_expect(&f, "after", after);
	assert_in_range(loop_now_ms(f.loop) - from, 500, 1500); /* 900 and what a busy machine adds */
	fake_close(&f);
}

/* The store may answer later than the channel lives. */
static void saved_when_it_is_gone(void **state)
{
	static const struct step steps[] = {BATCH(TEXT(5, "a")), END};
	static const char *const wanted[] = {"getMe {}", FROM(4), "take 6: text 'a'", NULL};
	struct fake f;

	(void)state;
	fake_open(&f, (struct telegram_options){.token = NULL}, steps);
	f.saves = ".";
	f.wanted = 3;
	f.channel->ops->start(f.channel, "4");
	fake_expect(&f, "taken", wanted);
	fake_end_channel(&f);
	save_all(&f);
	fake_close(&f);
}

/* ---- sending ---- */

struct send_case {
	const char *body;
	struct step steps[4];
	const char *wanted[6];
};

#define SEND(body) "sendMessage {\"chat_id\":-5,\"text\":" body "}"
#define FULL                                                                                                           \
	"{\"text\":\"<b>Call 112 &amp; sit</b> a &lt; b\",\"parse_mode\":\"HTML\",\"message_thread_id\":44,\"reply_parameters\":{"  \
	"\"message_id\":5},\"reply_markup\":{\"inline_keyboard\":[]}}"
#define NO_KEYS                                                                                                        \
	"{\"text\":\"a\",\"reply_markup\":{\"inline_keyboard\":[[{\"text\":\"Yes\",\"callback_data\":\"p1.yes\"}]]}}"

static void sending(void **state)
{
	static const struct send_case cases[] = {
		{"{\"text\":\"a\"}", {{"sendMessage", 200, OK("{\"message_id\":12}")}},
			{SEND("\"a\""), "sent: ok  after -1, "}},
		{NO_KEYS, {{"sendMessage", 200, OK("{\"message_id\":12}")}},
			{"sendMessage {\"chat_id\":-5,\"text\":\"a\",\"reply_markup\":{\"inline_keyboard\":[[{\"text\":"
				"\"Yes\",\"callback_data\":"
				"\"p1.yes\"}]]}}", "sent: ok 12 after -1, "}},
		{"{\"text\":\"a\"}", {{"sendMessage", 429,
			"{\"ok\":false,\"error_code\":429,\"description\":\"Too Many Requests: retry "
				"after 7\",\"parameters\":{\"retry_after\":7}}"}},
			{SEND("\"a\""), "sent: retry  after 7000, 429 Too Many Requests: retry after 7"}},
		{"{\"text\":\"a\"}", {{"sendMessage", 500, REFUSED(500, "Internal")}},
			{SEND("\"a\""), "sent: retry  after -1, 500 Internal"}},
		{"{\"text\":\"a\"}", {{"sendMessage", 502, "<html>"}},
			{SEND("\"a\""), "sent: retry  after -1, 502 and no JSON"}},
		{"{\"text\":\"a\"}", {{"sendMessage", 403, "<html>"}},
			{SEND("\"a\""), "sent: retry  after -1, 403 and no JSON"}},
		{"{\"text\":\"a\"}", {{"sendMessage", 200, ""}},
			{SEND("\"a\""), "sent: retry  after -1, 200 and no JSON"}},
		{"{\"text\":\"a\"}", {{"sendMessage", 200, "{\"ok\":true,\"resu"}},
			{SEND("\"a\""), "sent: ok  after -1, "}},
		{"{\"text\":\"a\"}", {{"sendMessage", 403, REFUSED(403, "Forbidden: bot was blocked by the user")}},
			{SEND("\"a\""), "sent: gone  after -1, 403 Forbidden: bot was blocked by the user"}},
		{"{\"text\":\"a\"}", {{"sendMessage", 400, REFUSED(400, "Bad Request: chat not found")}},
			{SEND("\"a\""), "sent: gone  after -1, 400 Bad Request: chat not found"}},
		{"{\"text\":\"a\"}", {{"sendMessage", 400, REFUSED(400, "Bad Request: message text is empty")}},
			{SEND("\"a\""), "sent: drop  after -1, 400 Bad Request: message text is empty"}},
		{"{\"text\":\"a\"}", {{"sendMessage", 400,
			"{\"ok\":false,\"error_code\":400,\"description\":\"Bad Request: group chat was "
				"upgraded to a supergroup chat\",\"parameters\":{\"migrate_to_chat_id\":-100777}}"}},
			{SEND("\"a\""), "sent: moved -100777 after -1, 400 Bad Request: group chat was upgraded to a "
				"supergroup chat"}},
		{"{\"text\":\"a\"}", {{"sendMessage", 401, REFUSED(401, "Unauthorized")}},
			{SEND("\"a\""), "sent: retry  after -1, 401 Unauthorized"}},
		/* left out one by one; what nothing can be left out for is given up */
		{FULL, {{"sendMessage", 400, REFUSED(400,
			"Bad Request: can't parse entities: Unsupported start tag \\\"b\\\"")},
				{"sendMessage", 400, REFUSED(400, "Bad Request: message thread not found")},
				{"sendMessage", 400, REFUSED(400, "Bad Request: message to be replied not found")}},
			{"sendMessage {\"chat_id\":-5,\"text\":\"<b>Call 112 &amp; sit</b> a &lt; b\",\"parse_mode\":"
				"\"HTML\","
				"\"message_thread_id\":44,\"reply_parameters\":{\"message_id\":5},\"reply_markup\":{"
					"\"inline_keyboard\":[]}}",
				"sendMessage {\"chat_id\":-5,\"text\":\"Call 112 & sit a < b\",\"message_thread_id\":"
					"44,"
				"\"reply_parameters\":{\"message_id\":5},\"reply_markup\":{\"inline_keyboard\":[]}}",
				"sendMessage {\"chat_id\":-5,\"text\":\"Call 112 & sit a < b\","
				"\"reply_parameters\":{\"message_id\":5},\"reply_markup\":{\"inline_keyboard\":[]}}",
				"sendMessage {\"chat_id\":-5,\"text\":\"Call 112 & sit a < b\",\"reply_markup\":{"
					"\"inline_keyboard\":[]}}",
				"sent: ok  after -1, "}},
		{NO_KEYS, {{"sendMessage", 400, REFUSED(400, "Bad Request: BUTTON_DATA_INVALID")},
				{"sendMessage", 400, REFUSED(400, "Bad Request: BUTTON_DATA_INVALID")}},
			{"sendMessage {\"chat_id\":-5,\"text\":\"a\",\"reply_markup\":{\"inline_keyboard\":[[{\"text\":"
				"\"Yes\",\"callback_data\":"
				"\"p1.yes\"}]]}}", SEND("\"a\""),
					"sent: drop  after -1, 400 Bad Request: BUTTON_DATA_INVALID"}},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fake f;
		char name[32];

		snprintf(name, sizeof name, "case %zu", i);
		fake_open(&f, (struct telegram_options){.token = NULL}, cases[i].steps);
		f.wanted = 1;
		f.channel->ops->send(f.channel, "-5", "sendMessage", cases[i].body, "", on_sent, &f);
		fake_expect(&f, name, cases[i].wanted);
		fake_close(&f);
	}
}

/* A server that is not there. */
static void nobody_listens(void **state)
{
	struct fake f;

	(void)state;
	fake_open(&f, (struct telegram_options){.token = NULL}, NULL);
	http_server_free(f.server);
	f.server = NULL;
	f.wanted = 1;
	f.channel->ops->send(f.channel, "9", "sendMessage", "{\"text\":\"a\"}", "", on_sent, &f);
	loop_run(f.loop);
	assert_memory_equal(f.lines[0], "sent: retry  after -1, ", 23);
	assert_null(strstr(f.lines[0], "AAHdq"));
	assert_null(strstr(f.lines[0], "maybe taken"));
	fake_close(&f);
}

/* ---- groups, presses, profile ---- */

#define GROUP(id, n, body)                                                                                             \
	"{\"update_id\":" #id ",\"message\":{\"message_id\":1,\"from\":{\"id\":9},\"chat\":{\"id\":" #n                          \
	",\"type\":\"supergroup\"}," body "}}"

static void groups(void **state)
{
	static const int64_t listed[] = {-5};
	static const struct step steps[] = {
		{"getUpdates", 200, OK("[" GROUP(1, -6, "\"text\":\"/help\"") "," GROUP(2, -5, "\"text\":\"/help\"") ","
			GROUP(3, -6, "\"text\":\"/help\"") "," GROUP(4, -5, "\"text\":\"among others\"") "]")},
		BATCH(GROUP(5, -5, "\"migrate_to_chat_id\":-7") "," GROUP(6, -7, "\"text\":\"/help\"")),
		END};
	static const char *const wanted[] = {"getMe {}", OLDEST, "take 5: command 'help'", "leaveChat {\"chat_id\":-6}",
		FROM(5),
		"take 7: moved '-7' command 'help'", FROM(7), NULL};
	struct fake f;

	(void)state;
	fake_open(&f, (struct telegram_options){.groups = TELEGRAM_GROUPS_LISTED, .group_ids = listed,
		.n_group_ids = 1}, steps);
	f.wanted = 1;
	f.channel->ops->start(f.channel, "");
	fake_expect(&f, "groups", wanted);
	fake_close(&f);
}

static void on_role(void *ctx, enum channel_role role)
{
	static const char *const names[] = {"role: unknown", "role: member", "role: admin"};

	record(ctx, names[role]);
}

static void roles(void **state)
{
	static const struct {
		struct step answer[2];
		const char *role;
	} cases[] = {
		{{{"getChatMember", 200, OK("{\"status\":\"creator\"}")}}, "role: admin"},
		{{{"getChatMember", 200, OK("{\"status\":\"administrator\"}")}}, "role: admin"},
		{{{"getChatMember", 200, OK("{\"status\":\"member\"}")}}, "role: member"},
		{{{"getChatMember", 200, OK("{\"status\":\"kicked\"}")}}, "role: member"},
		{{{"getChatMember", 200, OK("7")}}, "role: unknown"},
		{{{"getChatMember", 400, REFUSED(400, "Bad Request: user not found")}}, "role: unknown"},
		{{{"getChatMember", 502, "<html>"}}, "role: unknown"},
	};
	struct fake f;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *const wanted[] = {"getChatMember {\"chat_id\":-5,\"user_id\":9}", cases[i].role, NULL};

		fake_open(&f, (struct telegram_options){.groups = TELEGRAM_GROUPS_ANY}, cases[i].answer);
		f.wanted = 1;
		f.channel->ops->ask_role(f.channel, "-5", "9", on_role, &f);
		fake_expect(&f, cases[i].role, wanted);
		fake_close(&f);
	}
}

/* Who asks is answered in any case. */
static void roles_that_nobody_tells(void **state)
{
	static const struct step steps[] = {{"getChatMember", HOLD, ""}, END};
	static const char *const wanted[] = {"role: unknown", "getChatMember {\"chat_id\":-5,\"user_id\":9}", NULL};
	struct fake f;

	(void)state;
	fake_open(&f, (struct telegram_options){.groups = TELEGRAM_GROUPS_ANY}, steps);
	f.wanted = 2;
	f.channel->ops->ask_role(f.channel, "-5", "9},{", on_role, &f);
	f.channel->ops->ask_role(f.channel, "-5", "9", on_role, &f);
	fake_expect(&f, "roles", wanted);
	fake_end_channel(&f);
	assert_int_equal(f.n_lines, 3);
	assert_string_equal(f.lines[2], "role: unknown");
	fake_close(&f);
}

static void overhears_when_allowed(void **state)
{
	static const struct step steps[] = {
		BATCH(GROUP(1, -5, "\"text\":\"among others\"") "," GROUP(2, -5, "\"photo\":[]")), END};
	static const char *const wanted[] = {"getMe {}", OLDEST, "take 3: text 'among others'", FROM(3), NULL};
	struct fake f;

	(void)state;
	fake_open(&f, (struct telegram_options){.groups = TELEGRAM_GROUPS_ANY, .hear_all = true}, steps);
	f.wanted = 1;
	f.channel->ops->start(f.channel, "");
	fake_expect(&f, "overhears", wanted);
	fake_close(&f);
}

#define KEYS                                                                                                           \
	"\"reply_markup\":{\"inline_keyboard\":[[{\"text\":\"\xe2\x98\x90 A\",\"callback_data\":\"o4.a\"}],[{\"text\":\"\xe2\x98\x90 B\"," \
	"\"callback_data\":\"o4.b\"}],[{\"text\":\"Done\",\"callback_data\":\"d4.\"}]]}"
#define PRESS(id, data)                                                                                                \
	"{\"update_id\":" #id ",\"callback_query\":{\"id\":\"7" #id "\",\"from\":{\"id\":9},\"message\":{\"message_id\":6,\"date\":1,"    \
	"\"chat\":{\"id\":9,\"type\":\"private\"}," KEYS "},\"data\":\"" data "\"}}"
#define EDIT(a, b)                                                                                                     \
	"editMessageReplyMarkup {\"chat_id\":9,\"message_id\":6,\"reply_markup\":{\"inline_keyboard\":[[{\"text\":\"" a "\"}],"          \
	"[{\"text\":\"" b "\"}],[{\"text\":\"Done\",\"callback_data\":\"d4.\"}]]}}"

/* Two lines are ticked and sent faster than Telegram can show the ticks: the message as it came with the last press shows
 * none, and none is lost. */
static void quick_fingers(void **state)
{
	static const struct step steps[] = {
		BATCH(PRESS(1, "o4.a") "," PRESS(2, "o4.b") "," PRESS(3, "d4.")), END};
	struct fake f;
	size_t answered = 0, edited = 0, taken = 0;

	(void)state;
	fake_open(&f, (struct telegram_options){.groups = TELEGRAM_GROUPS_ANY}, steps);
	f.wanted = 8; /* getMe, getUpdates twice, take, three answers, the first edit: of an answered message no other */
	f.channel->ops->start(f.channel, "");
	loop_run(f.loop);
	for (size_t i = 0; i < f.n_lines; i++) {
		answered += !strncmp(f.lines[i], "answerCallbackQuery {\"callback_query_id\":\"7", 43);
		edited += !strncmp(f.lines[i], "editMessageReplyMarkup {\"chat_id\":9,\"message_id\":6,", 51);
		taken += !strcmp(f.lines[i], "take 4: choice '' [a] [b]");
	}
	assert_int_equal(answered, 3);
	assert_int_equal(edited, 1);
	assert_int_equal(taken, 1);
	fake_close(&f);
}

static void profile(void **state)
{
	static const struct channel_profile_command commands[] = {{"privacy", "What is kept"}};
	static const struct channel_profile profiles[] = {
		{.language = "", .description = "Not a doctor.", .short_description = "Calf \"help\"",
			.commands = commands, .n_commands = 1},
		{.language = "de", .description = "Kein Arzt.", .short_description = "Hilfe"}};
	static const struct step steps[] = {{"getMyCommands", 200, OK("[]")}, {"setMyCommands", 500, REFUSED(500, "x")},
		{"getMyCommands", 200, OK("[]")}, {"getMyDescription", 200, OK("{\"description\":\"Not a doctor.\"}")},
		{"getMyShortDescription", 200, OK("{\"short_description\":\"\"}")},
		{"getMyDescription", 200, OK("{\"description\":\"Alt\"}")},
		{"getMyShortDescription", 200, OK("{\"short_description\":\"Hilfe\"}")}, END};
	static const char *const wanted[] = {"getMe {}", OLDEST, "getMyCommands {}",
		"setMyCommands {\"commands\":[{\"command\":\"privacy\",\"description\":\"What is kept\"}]}",
			"getMyCommands {}",
		"setMyCommands {\"commands\":[{\"command\":\"privacy\",\"description\":\"What is kept\"}]}",
			"getMyDescription {}",
		"getMyShortDescription {}", "setMyShortDescription {\"short_description\":\"Calf \\\"help\\\"\"}",
		"getMyDescription {\"language_code\":\"de\"}",
		"setMyDescription {\"description\":\"Kein Arzt.\",\"language_code\":\"de\"}",
		"getMyShortDescription {\"language_code\":\"de\"}", NULL};
	struct fake f;

	(void)state;
	fake_open(&f, (struct telegram_options){.profiles = profiles, .n_profiles = 2}, steps);
	f.wanted = 1;
	f.channel->ops->start(f.channel, "");
	fake_expect(&f, "profile", wanted);
	fake_close(&f);
}

/* ---- what is refused ---- */

static void options(void **state)
{
	static const struct {
		struct telegram_options o;
		const char *error;
	} cases[] = {
		{{.token = NULL}, "the token is not of the form 123456:ABC..., as BotFather gives it"},
		{{.token = "1:short"}, "the token is not of the form 123456:ABC..., as BotFather gives it"},
		{{.token = TOKEN "/x"}, "the token is not of the form 123456:ABC..., as BotFather gives it"},
		{{.token = TOKEN, .base_url = "ftp://x"}, "the base url must begin with https:// or http://"},
		{{.token = TOKEN, .base_url = "https://x?y"}, "the base url must begin with https:// or http://"},
		{{.token = TOKEN, .poll_timeout_s = 51}, "a poll may wait 1 to 50 seconds"},
		{{.token = TOKEN, .hook = {.url = "https://x/"}}, "the webhook's secret must have 1 to 256 characters"},
		{{.token = TOKEN, .hook = {.url = "https://x/", .secret = "a b"}},
			"the webhook's secret has a character that is not one of A-Z a-z 0-9 _ -"},
		{{.token = TOKEN, .hook = {.url = "x", .secret = "a"}}, "the webhook's url must begin with https://"},
		{{.token = TOKEN, .hook = {.url = "https://x/", .secret = "a", .max_connections = 101}},
			"the webhook's connections must be 1 to 100"},
		{{.token = TOKEN, .hook = {.url = "https://x/", .secret = "a"}},
			"a webhook needs a server that listens"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct channel_env env = {.server = NULL};
		struct err err = {""};

		assert_null(telegram_new(&cases[i].o, &env, &err));
		if (strcmp(err.text, cases[i].error) != 0)
			fail_msg("case %zu: %s", i, err.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(polling),
		cmocka_unit_test(waits_grow_while_nothing_is_saved),
		cmocka_unit_test(a_poll_that_hangs),
		cmocka_unit_test(confirms_when_it_stops),
		cmocka_unit_test(waits_for_what_is_being_saved),
		cmocka_unit_test(stops_within_a_second),
		cmocka_unit_test(saved_when_it_is_gone),
		cmocka_unit_test(sending),
		cmocka_unit_test(nobody_listens),
		cmocka_unit_test(groups),
		cmocka_unit_test(overhears_when_allowed),
		cmocka_unit_test(roles),
		cmocka_unit_test(roles_that_nobody_tells),
		cmocka_unit_test(roles), cmocka_unit_test(roles_that_nobody_tells),
		cmocka_unit_test(quick_fingers),
		cmocka_unit_test(profile),
		cmocka_unit_test(options),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
