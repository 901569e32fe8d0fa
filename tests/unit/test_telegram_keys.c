/* test_telegram_keys.c - lines that are ticked and unticked, and what they carry. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "channels/channel.h"
#include "channels/telegram_keys.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/err.h"
#include "util/json.h"

static const struct channel_choice lines[] = {{"chest", "Chest pain", false}, {"cold", "Foot cold", false},
	{"none", "None of these", true}};
static const struct outgoing screen = {.room = "-5", .thread = "", .person = "9", .text = "Now?", .choices = lines,
	.n_choices = 3, .many = true, .turn = 12, .reply_ref = "", .link = "", .link_label = ""};

static const char *printed(const struct telegram_keys *keys, struct arena *arena)
{
	struct buf b;

	buf_init(&b, 10000);
	telegram_keys_print(keys, &b);
	const char *text = arena_strdup(arena, buf_str(&b));
	buf_done(&b);
	return text;
}

/* As Telegram would show our buttons to us again. */
static void shown_again(struct telegram_keys *keys, struct arena *arena)
{
	const char *text = printed(keys, arena);
	struct err err = {""};
	cJSON *tree = json_parse(text, strlen(text), &err);

	assert_non_null(tree);
	telegram_keys_read(tree, arena, keys);
	cJSON_Delete(tree);
	assert_string_equal(printed(keys, arena), text); /* nothing is lost, rows included */
}

static void ticks_live_in_the_message(void **state)
{
	struct arena *arena = arena_new();
	struct telegram_keys keys;
	const char *ticked[CHANNEL_MAX_PICKED];

	(void)state;
	assert_true(telegram_keys_lay(&screen, NULL, arena, &keys));
	shown_again(&keys, arena);
	assert_int_equal(telegram_keys_ticked(&keys, arena, ticked, CHANNEL_MAX_PICKED), 0);
	assert_true(telegram_keys_tick(&keys, arena, "cold", true));
	shown_again(&keys, arena);
	assert_true(telegram_keys_tick(&keys, arena, "cold", true)); /* pressed again before it was shown */
	assert_true(telegram_keys_tick(&keys, arena, "chest", true));
	shown_again(&keys, arena);
	assert_int_equal(telegram_keys_ticked(&keys, arena, ticked, CHANNEL_MAX_PICKED), 2);
	assert_string_equal(ticked[0], "chest");
	assert_string_equal(ticked[1], "cold");
	assert_int_equal(telegram_keys_ticked(&keys, arena, ticked, 1), 1);
	assert_true(telegram_keys_tick(&keys, arena, "chest", false));
	assert_int_equal(telegram_keys_ticked(&keys, arena, ticked, CHANNEL_MAX_PICKED), 1);
	assert_false(telegram_keys_tick(&keys, arena, "none", true)); /* not a line to tick */
	assert_false(telegram_keys_tick(&keys, arena, "che", true));
	assert_false(telegram_keys_tick(&keys, arena, "", true));
	assert_string_equal(keys.list[1].data, "x12.cold@9");
	assert_string_equal(keys.list[1].text, "\xe2\x9c\x85 Foot cold");
	assert_string_equal(keys.list[0].text, "\xe2\x98\x90 Chest pain");
	arena_free(arena);
}

static void all_data_fits(void **state)
{
	struct arena *arena = arena_new();
	struct outgoing o = screen;
	struct telegram_keys keys;
	struct channel_choice choice = {"a_finding_of_the_longest_name_29", "Long", false};

	(void)state;
	o.choices = &choice;
	o.n_choices = 1;
	o.person = "4503599627370495";
	o.turn = 4294967295;
	assert_true(telegram_keys_lay(&o, NULL, arena, &keys));
	for (size_t i = 0; i < keys.n; i++) {
		struct telegram_press press;

		assert_in_range(strlen(keys.list[i].data), 1, TELEGRAM_MAX_DATA);
		assert_true(telegram_press_read(keys.list[i].data, arena, &press));
		assert_string_equal(press.person, "4503599627370495");
		assert_true(press.turn == 4294967295);
	}
	choice.id = "with@sign";
	assert_false(telegram_keys_lay(&o, NULL, arena, &keys));
	assert_int_equal(keys.n, 0);
	choice.id = "";
	assert_false(telegram_keys_lay(&o, NULL, arena, &keys));
	arena_free(arena);
}

static void rows_for_a_phone(void **state)
{
	static const struct channel_choice choices[] = {{"a", "Left", false}, {"b", "Right", false},
		{"c", "Both", false},
		{"d", "I'm not sure which one", false}, {"e", "1", false}, {"f", "2", false}, {"g", "3", false},
		{"h", "4", false}, {"i", "5", false}};
	static const struct channel_choice numbers[] = {{"a", "1", false}, {"b", "2", false}, {"c", "3", false},
		{"d", "4", false},
		{"e", "5", false}, {"f", "6", false}};
	struct outgoing o = {.room = "9", .thread = "", .person = "9", .text = "?", .choices = choices, .n_choices = 9,
		.reply_ref = "", .link = "", .link_label = "More"};
	static const bool ends[] = {false, false, true, true, false, false, false, false, true, true};
	struct arena *arena = arena_new();
	struct telegram_keys keys;

	(void)state;
	assert_true(telegram_keys_lay(&o, "https://example.org", arena, &keys));
	assert_int_equal(keys.n, 10);
	for (size_t i = 0; i < keys.n; i++)
		if (keys.list[i].ends_row != ends[i])
			fail_msg("key %zu", i);
	o.choices = numbers;
	o.n_choices = 6;
	assert_true(telegram_keys_lay(&o, NULL, arena, &keys));
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(keys.list[i].ends_row, i % 3 == 2);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ticks_live_in_the_message),
		cmocka_unit_test(all_data_fits),
		cmocka_unit_test(rows_for_a_phone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
