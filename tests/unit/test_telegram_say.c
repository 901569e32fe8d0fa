/* test_telegram_say.c - what is to be said and the requests that say it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "channels/channel.h"
#include "channels/telegram_request.h"
#include "channels/telegram_say.h"
#include "channels/units.h"
#include "telegram_requests.h"
#include "util/arena.h"
#include "util/err.h"
#include "util/json.h"

#define PLAIN .room = "9", .thread = "", .person = "9", .reply_ref = "", .link = "", .link_label = ""
#define CHOICES(list) .choices = (list), .n_choices = sizeof(list) / sizeof *(list)
#define TAIL "\"link_preview_options\":{\"is_disabled\":true}"

static const struct channel_choice yes[] = {{"yes", "Yes", false}};
static const struct channel_choice yes_no[] = {{"yes", "Yes", false}, {"no", "No", false},
	{"not_sure", "Not sure", false}};
static const struct channel_choice lines[] = {{"none", "None of these", true}, {"chest", "Chest pain", false},
	{"not_sure", "Not sure", true}, {"cold", "Foot cold", false}};
static const struct channel_choice too_long[] = {{"a", "A", false},
	{"a_choice_with_a_name_that_is_longer_than_telegram_takes_in_a_button", "B", false}};

/* As it leaves. */
static void note(const struct channel_request *r)
{
	char *body = telegram_request_to("-100123", r->body);

	note_request(r->kind, body);
	free(body);
}

static void bodies(void **state)
{
	static const struct {
		struct outgoing o;
		const char *body;
	} cases[] = {
		{{PLAIN, .text = "Which leg?"}, "{\"text\":\"Which leg?\"," TAIL "}"},
		{{PLAIN, .text = "\n a <b> & \"c\" \\\t\n"}, "{\"text\":\"a <b> & \\\"c\\\" \\\\\"," TAIL "}"},
		{{PLAIN, .text = "**Call 112 <now>.** Then\n- sit & wait"},
			"{\"text\":\"<b>Call 112 &lt;now&gt;.</b> Then\\n\xe2\x80\xa2 sit &amp; wait\",\"parse_mode\":"
				"\"HTML\"," TAIL "}"},
		{{PLAIN, .text = "2 ** 3, **"}, "{\"text\":\"2 ** 3, **\"," TAIL "}"},
		{{PLAIN, .text = ""}, "{\"text\":\"\xe2\x80\xa6\"," TAIL "}"},
		{{PLAIN, .text = " \n\t"}, "{\"text\":\"\xe2\x80\xa6\"," TAIL "}"},
		{{PLAIN, .text = "hi", .quiet = true}, "{\"text\":\"hi\"," TAIL ",\"disable_notification\":true}"},
		{{.room = "-100123", .thread = "44", .person = "9", .text = "hi", .reply_ref = "5", .link = "",
			.link_label = ""},
			"{\"text\":\"hi\",\"message_thread_id\":44,\"reply_parameters\":{\"message_id\":5,"
			"\"allow_sending_without_reply\":true}," TAIL ",\"protect_content\":true}"},
		{{.room = "9", .thread = "x", .person = "9", .text = "hi", .reply_ref = "5}", .link = "",
			.link_label = ""},
			"{\"text\":\"hi\"," TAIL "}"},
		{{PLAIN, .text = "Is it warm?", .turn = 4, CHOICES(yes_no)},
			"{\"text\":\"Is it warm?\"," TAIL ",\"reply_markup\":{\"inline_keyboard\":[["
			"{\"text\":\"Yes\",\"callback_data\":\"p4.yes\"},{\"text\":\"No\",\"callback_data\":\"p4.no\"},"
			"{\"text\":\"Not sure\",\"callback_data\":\"p4.not_sure\"}]]}}"},
		{{PLAIN, .text = "True now?", .turn = 4, .many = true, .done_label = "Done", CHOICES(lines)},
			"{\"text\":\"True now?\"," TAIL ",\"reply_markup\":{\"inline_keyboard\":[["
			"{\"text\":\"\xe2\x98\x90 Chest pain\",\"callback_data\":\"o4.chest\"},"
			"{\"text\":\"\xe2\x98\x90 Foot cold\",\"callback_data\":\"o4.cold\"}],["
			"{\"text\":\"None of these\",\"callback_data\":\"p4.none\"},"
			"{\"text\":\"Not sure\",\"callback_data\":\"p4.not_sure\"}],["
			"{\"text\":\"Done\",\"callback_data\":\"d4.\"}]]}}"},
		{{.room = "-5", .thread = "", .person = "9", .text = "Warm?", .reply_ref = "", .link = "",
			.link_label = "", .turn = 1,
				CHOICES(yes)},
			"{\"text\":\"Warm?\"," TAIL ",\"protect_content\":true,\"reply_markup\":{\"inline_keyboard\":[["
			"{\"text\":\"Yes\",\"callback_data\":\"p1.yes@9\"}]]}}"},
		/* a choice that no button can carry: all are listed, to be typed */
		{{PLAIN, .text = "Which?", CHOICES(too_long)},
			"{\"text\":\"Which?\\n1. A\\n2. B\"," TAIL "}"},
		{{.room = "-5", .thread = "", .person = "9", .text = "Here?", .reply_ref = "",
			.link = "https://t.me/calf_bot?start=leg",
				.link_label = "In private"},
			"{\"text\":\"Here?\"," TAIL ",\"protect_content\":true,\"reply_markup\":{\"inline_keyboard\":[["
			"{\"text\":\"In private\",\"url\":\"https://t.me/calf_bot?start=leg\"}]]}}"},
		{{.room = "9", .thread = "", .person = "9", .text = "More", .reply_ref = "",
			.link = "https://example.org/a",
				.link_label = ""},
			"{\"text\":\"More\"," TAIL ",\"reply_markup\":{\"inline_keyboard\":[["
			"{\"text\":\"https://example.org/a\",\"url\":\"https://example.org/a\"}]]}}"},
		{{.room = "9", .thread = "", .person = "9", .text = "More", .reply_ref = "", .link = "javascript:x",
				.link_label = "x"},
			"{\"text\":\"More\"," TAIL "}"},
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct channel_request *out;
		size_t n = telegram_say(&cases[i].o, arena, &out);

		assert_int_equal(n, 1);
		assert_string_equal(out[0].kind, "sendMessage");
		if (strcmp(out[0].body, cases[i].body) != 0)
			fail_msg("case %zu:\n  %s, wanted\n  %s", i, out[0].body, cases[i].body);
		note(&out[0]);
	}
	arena_free(arena);
}

static void private_links(void **state)
{
	static const char sixty_four[] = "0123456789012345678901234567890123456789012345678901234567890123";
	struct arena *arena = arena_new();

	(void)state;
	assert_string_equal(telegram_private_link("calf_bot", "a-Z_9", arena), "https://t.me/calf_bot?start=a-Z_9");
	assert_non_null(telegram_private_link("calf_bot", sixty_four, arena));
	assert_null(telegram_private_link("calf_bot", arena_printf(arena, "%sx", sixty_four), arena));
	assert_null(telegram_private_link("calf_bot", "a&b", arena));
	assert_null(telegram_private_link("calf_bot", "", arena));
	assert_null(telegram_private_link("", "leg", arena));
	arena_free(arena);
}

static cJSON *read_body(const char *body)
{
	struct err err = {""};
	cJSON *tree = json_parse(body, strlen(body), &err);

	if (!tree)
		fail_msg("%s: %s", err.text, body);
	return tree;
}

/* Long texts: every part fits by every way of counting, nothing but blanks is lost, and the buttons come last. */
static void long_texts(void **state)
{
	static const struct {
		const char *piece;
		size_t times, parts;
	} cases[] = {
		{"Your calf is warm. ", 300, 2},
		{"x", 4096, 1},
		{"x", 4097, 2},
		{"\xf0\x9f\xa6\xb5", 2048, 1}, /* two units each */
		{"\xf0\x9f\xa6\xb5", 2049, 2},
		{"<&>.", 1500, 2},
		{"e\xcc\x81", 3000, 2},
		{"**Call 112.** Now sit.\n", 1000, 5},
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *text = arena_alloc(arena, cases[i].times * strlen(cases[i].piece) + 1, 1);
		for (size_t k = 0; k < cases[i].times; k++)
			strcat(text + k * strlen(cases[i].piece), cases[i].piece);
		const struct outgoing o = {PLAIN, .text = text, CHOICES(yes)};
		struct channel_request *out;
		size_t n = telegram_say(&o, arena, &out), pieces = 0;

		if (n != cases[i].parts)
			fail_msg("case %zu: %zu parts", i, n);
		for (size_t k = 0; k < n; k++) {
			cJSON *tree = read_body(out[k].body);
			const char *part = cJSON_GetStringValue(cJSON_GetObjectItem(tree, "text"));
			bool html = cJSON_HasObjectItem(tree, "parse_mode");

			assert_true(html || units_count(part, strlen(part)) <= TELEGRAM_MAX_UNITS);
			assert_true(strlen(part) < 32768 && json_utf8(part, strlen(part)));
			assert_true(strncmp(part, "\xcc\x81", 2) != 0);
			assert_int_equal(cJSON_HasObjectItem(tree, "reply_markup"), k + 1 == n);
			for (const char *s = part; (s = strstr(s, html ? "Call" : cases[i].piece)); s++)
				pieces++;
			note(&out[k]);
			cJSON_Delete(tree);
		}
		/* Of a trailing blank the last piece is robbed. */
		if (cases[i].piece[0] != 'Y' && pieces != cases[i].times)
			fail_msg("case %zu: %zu of %zu pieces", i, pieces, cases[i].times);
	}
	arena_free(arena);
}

/* What is most urgent stays first, and a sentence is not torn. */
static void cut_at_sentences(void **state)
{
	char text[6000] = "**Call 112 now.** ";
	struct arena *arena = arena_new();
	struct channel_request *out;

	(void)state;
	while (strlen(text) < 5500)
		strcat(text, "Sit down, and keep the leg still. ");
	const struct outgoing o = {PLAIN, .text = text};
	assert_int_equal(telegram_say(&o, arena, &out), 2);
	cJSON *first = read_body(out[0].body), *second = read_body(out[1].body);
	const char *one = cJSON_GetStringValue(cJSON_GetObjectItem(first, "text"));
	const char *two = cJSON_GetStringValue(cJSON_GetObjectItem(second, "text"));
	assert_memory_equal(one, "<b>Call 112 now.</b> Sit", 24);
	assert_string_equal(one + strlen(one) - 6, "still.");
	assert_memory_equal(two, "Sit down", 8);
	assert_false(cJSON_HasObjectItem(second, "parse_mode"));
	cJSON_Delete(first);
	cJSON_Delete(second);
	arena_free(arena);
}

static void bold_across_a_cut(void **state)
{
	char text[9000] = "**";
	struct arena *arena = arena_new();
	struct channel_request *out;

	(void)state;
	while (strlen(text) < 8000)
		strcat(text, "word ");
	strcat(text, "end**");
	const struct outgoing o = {PLAIN, .text = text};
	assert_int_equal(telegram_say(&o, arena, &out), 2);
	for (size_t i = 0; i < 2; i++) {
		cJSON *tree = read_body(out[i].body);
		const char *part = cJSON_GetStringValue(cJSON_GetObjectItem(tree, "text"));

		assert_memory_equal(part, "<b>word", 7);
		assert_string_equal(part + strlen(part) - 4, "</b>");
		cJSON_Delete(tree);
	}
	arena_free(arena);
}

static void takes_buttons_away(void **state)
{
	struct arena *arena = arena_new();
	struct channel_request out;

	(void)state;
	assert_true(telegram_unshow("12", arena, &out));
	assert_string_equal(out.kind, "editMessageReplyMarkup");
	assert_string_equal(out.body, "{\"message_id\":12}");
	note(&out);
	assert_false(telegram_unshow("", arena, &out));
	assert_false(telegram_unshow("x", arena, &out));
	assert_false(telegram_unshow("12,\"a\":1", arena, &out));
	assert_false(telegram_unshow("-", arena, &out));
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bodies),
		cmocka_unit_test(private_links),
		cmocka_unit_test(long_texts),
		cmocka_unit_test(cut_at_sentences),
		cmocka_unit_test(bold_across_a_cut),
		cmocka_unit_test(takes_buttons_away),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
