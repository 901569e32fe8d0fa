/* test_telegram_parse.c - updates to what came in: each case an update and the line that describes what was made of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "channels/telegram_parse.h"
#include "util/arena.h"
#include "util/buf.h"

static const char *const commands[] = {"privacy", "forget"};
static const struct telegram_self self = {.id = 777, .username = "Calf_bot", .commands = commands, .n_commands = 2};

static const char *const kinds[] = {"text", "choice", "media", "forward", "edit", "command", "gone", "back",
	"added", "moved", "came", "sealed", "nothing"};

static void add(struct buf *b, const char *name, const char *value)
{
	if (value[0])
		buf_addf(b, " %s=%s", name, value);
}

/* One line: the kind, then what is not empty. */
static void describe(const struct telegram_update *u, struct buf *b)
{
	const struct incoming *in = &u->in;

	buf_clear(b);
	buf_addf(b, "%s", kinds[in->kind]);
	add(b, "event", in->event);
	add(b, "room", in->room);
	add(b, "thread", in->thread);
	add(b, "person", in->person);
	if (in->kind != INCOMING_NOTHING) {
		if (in->len)
			buf_addf(b, " '%s'", in->text);
		add(b, "args", in->args);
		add(b, "language", in->language);
		add(b, "ref", in->reply_ref);
		buf_adds(b, in->direct ? " direct" : "");
		buf_adds(b, in->addressed ? " addressed" : "");
		if (in->sent_ms)
			buf_addf(b, " at=%lld", (long long)in->sent_ms);
	}
	if (in->kind == INCOMING_CHOICE)
		buf_addf(b, " turn=%u shown=%s", in->of_turn, in->shown_ref);
	for (size_t i = 0; in->kind == INCOMING_CHOICE && i < in->n_picked; i++)
		buf_addf(b, " [%s]", in->picked[i]);
	if (u->pressed.id)
		buf_addf(b, " press=%s%s", u->pressed.id, u->pressed.read ? "" : "?");
	buf_adds(b, u->unknown ? " unknown" : "");
	buf_adds(b, u->broken ? " broken" : "");
}

struct update_case {
	const char *json, *wanted;
};

static void run(const struct update_case *cases, size_t n)
{
	struct arena *arena = arena_new();
	struct buf line;

	buf_init(&line, 100000);
	for (size_t i = 0; i < n; i++) {
		struct telegram_update u;

		telegram_parse(cases[i].json, strlen(cases[i].json), &self, arena, &u);
		describe(&u, &line);
		if (strcmp(buf_str(&line), cases[i].wanted) != 0)
			fail_msg("case %zu, %s:\n  %s, wanted\n  %s", i, cases[i].json, buf_str(&line),
				cases[i].wanted);
		assert_int_equal(u.in.len, strlen(u.in.text));
	}
	buf_done(&line);
	arena_free(arena);
}

#define RUN(cases) run(cases, sizeof(cases) / sizeof *(cases))
#define ANN "\"from\":{\"id\":9,\"is_bot\":false,\"first_name\":\"Ann\",\"language_code\":\"pt-br\"}"
#define PRIVATE "\"message_id\":5,\"date\":1700000000," ANN ",\"chat\":{\"id\":9,\"type\":\"private\"}"
#define GROUP "\"message_id\":5,\"date\":1700000000," ANN ",\"chat\":{\"id\":-100123,\"type\":\"supergroup\"}"
#define MESSAGE(body) "{\"update_id\":3,\"message\":{" body "}}"
#define DIRECT " language=pt-br ref=5 direct addressed at=1700000000000"
#define WHERE "event=3 room=9 person=9"
#define THERE "event=3 room=-100123 person=9"
#define IN_GROUP " language=pt-br ref=5 at=1700000000000"
#define TO_US " language=pt-br ref=5 addressed at=1700000000000"

static void words(void **state)
{
	static const struct update_case cases[] = {
		{MESSAGE(PRIVATE ",\"text\":\"my calf hurts\""), "text " WHERE " 'my calf hurts'" DIRECT},
		{MESSAGE(PRIVATE ",\"text\":\"  my calf\\n \""), "text " WHERE " 'my calf'" DIRECT},
		{MESSAGE(PRIVATE ",\"photo\":[{}],\"caption\":\"swollen\""), "text " WHERE " 'swollen'" DIRECT},
		/* somebody writes in a group, to nobody, to us, after others */
		{MESSAGE(GROUP ",\"text\":\"my calf\""), "text " THERE " 'my calf'" IN_GROUP},
		{MESSAGE(GROUP ",\"text\":\"@calf_bot my calf\",\"entities\":[{\"type\":\"mention\",\"offset\":0,"
			"\"length\":9}]"),
			"text " THERE " 'my calf'" TO_US},
		{MESSAGE(GROUP ",\"text\":\"\xf0\x9f\xa6\xb5\xf0\x9f\xa6\xb5 @Calf_bot: ow\",\"entities\":[{\"type\":"
			"\"mention\","
				"\"offset\":5,\"length\":9}]"),
			"text " THERE " '\xf0\x9f\xa6\xb5\xf0\x9f\xa6\xb5  ow'" TO_US},
		{MESSAGE(GROUP ",\"text\":\"@calf_bot2 my calf\",\"entities\":[{\"type\":\"mention\",\"offset\":0,"
			"\"length\":10}]"),
			"text " THERE " '@calf_bot2 my calf'" IN_GROUP},
		{MESSAGE(GROUP ",\"text\":\"Helper, my calf\",\"entities\":[{\"type\":\"text_mention\",\"offset\":0,"
			"\"length\":6,"
				"\"user\":{\"id\":777}}]"),
			"text " THERE " 'my calf'" TO_US},
		{MESSAGE(GROUP ",\"text\":\"Bob, my calf\",\"entities\":[{\"type\":\"text_mention\",\"offset\":0,"
			"\"length\":3,"
				"\"user\":{\"id\":778}}]"),
			"text " THERE " 'Bob, my calf'" IN_GROUP},
		{MESSAGE(GROUP ",\"text\":\"yes\",\"reply_to_message\":{\"message_id\":4,\"from\":{\"id\":777}}"),
			"text " THERE " 'yes'" TO_US},
		{MESSAGE(GROUP ",\"text\":\"yes\",\"reply_to_message\":{\"message_id\":4,\"from\":{\"id\":8}}"),
			"text " THERE " 'yes'" IN_GROUP},
		/* what is quoted is not theirs */
		{MESSAGE(PRIVATE ",\"text\":\"foot is numb\\nnot me\",\"entities\":[{\"type\":\"blockquote\","
			"\"offset\":0,"
				"\"length\":12}]"),
			"text " WHERE " 'not me'" DIRECT},
		{MESSAGE(PRIVATE ",\"text\":\"foot is numb\",\"entities\":[{\"type\":\"expandable_blockquote\","
			"\"offset\":0,"
				"\"length\":12}]"),
			"forward " WHERE " 'foot is numb'" DIRECT},
		/* offsets that can't be */
		{MESSAGE(GROUP ",\"text\":\"hi\",\"entities\":[{\"type\":\"mention\",\"offset\":-1,\"length\":9},{"
			"\"type\":\"mention\","
				"\"offset\":0,\"length\":4000000000},{\"type\":\"blockquote\",\"offset\":1e300,"
					"\"length\":2},7,null]"),
			"text " THERE " 'hi'" IN_GROUP},
		{MESSAGE(PRIVATE ",\"text\":7"), "nothing " WHERE},
		{MESSAGE(PRIVATE ",\"text\":\"\""), "nothing " WHERE},
	};
	(void)state;
	RUN(cases);
}

static void commands_of_all_kinds(void **state)
{
	static const struct update_case cases[] = {
		{MESSAGE(PRIVATE ",\"text\":\"/start\""), "command " WHERE " 'start'" DIRECT},
		{MESSAGE(PRIVATE ",\"text\":\"/start club-7_x\""), "command " WHERE " 'start' args=club-7_x" DIRECT},
		{MESSAGE(PRIVATE ",\"text\":\"/Forget@CALF_BOT  all\\n\""),
			"command " WHERE " 'forget' args=all" DIRECT},
		{MESSAGE(PRIVATE ",\"text\":\"/ forget\""), "text " WHERE " '/ forget'" DIRECT},
		{MESSAGE(PRIVATE ",\"text\":\"/7.5 out of ten\""), "text " WHERE " '/7.5 out of ten'" DIRECT},
		{MESSAGE(PRIVATE ",\"text\":\"/abcdefghijklmnopqrstuvwxyzabcdefghijk\""),
			"text " WHERE " '/abcdefghijklmnopqrstuvwxyzabcdefghijk'" DIRECT},
		{MESSAGE(GROUP ",\"text\":\"/calf@calf_bot it is warm\""),
			"command " THERE " 'calf' args=it is warm" TO_US},
		{MESSAGE(GROUP ",\"text\":\"/forget\""), "command " THERE " 'forget'" TO_US},
		{MESSAGE(GROUP ",\"text\":\"/weather\""), "command " THERE " 'weather'" IN_GROUP},
		{MESSAGE(GROUP ",\"text\":\"/weather@other_bot Rome\""), "nothing " THERE},
	};
	(void)state;
	RUN(cases);
}

/* Pictures, places, forwards, and what is about the chat. */
static void without_own_words(void **state)
{
	static const struct update_case cases[] = {
		{MESSAGE(PRIVATE ",\"photo\":[{\"file_id\":\"x\"}]"), "media " WHERE DIRECT},
		{MESSAGE(PRIVATE ",\"voice\":{}"), "media " WHERE DIRECT},
		{MESSAGE(PRIVATE ",\"location\":{\"latitude\":1,\"longitude\":2}"), "media " WHERE DIRECT},
		{MESSAGE(PRIVATE ",\"sticker\":{}"), "media " WHERE DIRECT},
		{MESSAGE(GROUP ",\"photo\":[]"), "media " THERE IN_GROUP},
		{MESSAGE(PRIVATE ",\"text\":\"numb\",\"forward_origin\":{\"type\":\"hidden_user\"}"),
			"forward " WHERE " 'numb'" DIRECT},
		{MESSAGE(PRIVATE ",\"text\":\"/forget\",\"forward_origin\":{\"type\":\"user\"}"),
			"forward " WHERE " '/forget'" DIRECT},
		{MESSAGE(PRIVATE ",\"photo\":[],\"forward_origin\":{}"), "forward " WHERE DIRECT},
		{MESSAGE(PRIVATE ",\"text\":\"numb\",\"via_bot\":{\"id\":5}"), "forward " WHERE " 'numb'" DIRECT},
		{MESSAGE(PRIVATE ",\"pinned_message\":{}"), "nothing " WHERE},
		{MESSAGE(GROUP ",\"new_chat_members\":[{\"id\":777}]"), "nothing " THERE},
		{MESSAGE(GROUP ",\"something_of_next_year\":{}"), "nothing " THERE},
	};
	(void)state;
	RUN(cases);
}

#define ANYBODY "\"message_id\":5,\"chat\":{\"id\":-100123,\"type\":\"supergroup\"},\"text\":\"hi\""

static void who_and_where(void **state)
{
	static const struct update_case cases[] = {
		{MESSAGE(GROUP ",\"text\":\"hi\",\"message_thread_id\":44,\"is_topic_message\":true"),
			"text event=3 room=-100123 thread=44 person=9 'hi'" IN_GROUP},
		/* a reply in the General topic */
		{MESSAGE(GROUP ",\"text\":\"hi\",\"message_thread_id\":44"), "text " THERE " 'hi'" IN_GROUP},
		{MESSAGE(ANYBODY ",\"from\":{\"id\":8,\"is_bot\":true}"), "nothing event=3 room=-100123"},
		{MESSAGE(ANYBODY), "nothing event=3 room=-100123"},
		/* an anonymous administrator, a post of the linked channel */
		{MESSAGE(ANYBODY ",\"from\":{\"id\":1087968824,\"is_bot\":true},\"sender_chat\":{\"id\":-100123}"),
			"text event=3 room=-100123 'hi' ref=5"},
		{MESSAGE(ANYBODY ",\"from\":{\"id\":777000},\"sender_chat\":{\"id\":-1007},\"is_automatic_forward\":"
			"true"),
			"nothing event=3 room=-100123"},
		/* ids at the border of 52 bits and past it */
		{MESSAGE("\"text\":\"hi\",\"from\":{\"id\":4503599627370495},\"chat\":{\"id\":-4503599627370495}"),
			"text event=3 room=-4503599627370495 person=4503599627370495 'hi'"},
		{MESSAGE("\"text\":\"hi\",\"from\":{\"id\":4503599627370496},\"chat\":{\"id\":5}"),
			"nothing event=3 room=5"},
		{MESSAGE("\"text\":\"hi\",\"from\":{\"id\":5.5},\"chat\":{\"id\":5}"), "nothing event=3 room=5"},
		{MESSAGE("\"text\":\"hi\",\"from\":{\"id\":5},\"chat\":{\"id\":1e99}"), "nothing event=3"},
		{MESSAGE("\"text\":\"hi\",\"from\":{\"id\":5},\"chat\":7"), "nothing event=3"},
		/* a group gets another id */
		{MESSAGE("\"chat\":{\"id\":-12,\"type\":\"group\"},\"migrate_to_chat_id\":-10012"),
			"moved event=3 room=-12 '-10012'"},
		{MESSAGE("\"chat\":{\"id\":-10012,\"type\":\"supergroup\"},\"migrate_from_chat_id\":-12"),
			"moved event=3 room=-12 '-10012'"},
		{MESSAGE("\"date\":-4,\"text\":\"hi\"," ANN ",\"chat\":{\"id\":9}"),
			"text " WHERE " 'hi' language=pt-br"},
	};
	(void)state;
	RUN(cases);
}

#define EDITED(body) "{\"update_id\":3,\"edited_message\":{" body ",\"edit_date\":1700000060}}"

static void edits(void **state)
{
	static const struct update_case cases[] = {
		{EDITED(PRIVATE ",\"text\":\"my foot\""),
			"edit " WHERE " 'my foot' language=pt-br ref=5 direct addressed at=1700000060000"},
		{EDITED(PRIVATE ",\"location\":{}"), "nothing " WHERE},
		{EDITED(PRIVATE ",\"text\":\"/forget\""), "nothing " WHERE},
	};
	(void)state;
	RUN(cases);
}

#define PRESS(data, markup)                                                                                            \
	"{\"update_id\":3,\"callback_query\":{\"id\":\"77\"," ANN ",\"message\":{\"message_id\":6,\"date\":1,"                \
	"\"chat\":{\"id\":9,\"type\":\"private\"}" markup "},\"data\":\"" data "\"}}"
#define SHOWS(rows) ",\"reply_markup\":{\"inline_keyboard\":[" rows "]}"
#define LINES                                                                                                          \
	SHOWS("[{\"text\":\"\xe2\x9c\x85 a\",\"callback_data\":\"x4.a\"}],[{\"text\":\"b\",\"callback_data\":\"o4.b\"}],"     \
	      "[{\"text\":\"\xe2\x9c\x85 c\",\"callback_data\":\"x4.c\"}],[{\"text\":\"none\",\"callback_data\":\"p4.none\"}],"       \
	      "[{\"text\":\"Done\",\"callback_data\":\"d4.\"}]")
#define CHOSE "choice " WHERE " language=pt-br direct addressed turn=4 shown=6"

static void presses(void **state)
{
	static const struct update_case cases[] = {
		{PRESS("p4.yes", SHOWS("[{\"text\":\"Yes\",\"callback_data\":\"p4.yes\"}]")), CHOSE " [yes] press=77"},
		{PRESS("p4.yes", ""), CHOSE " [yes] press=77"}, /* too old to be shown to us */
		{PRESS("d4.", LINES), CHOSE " [a] [c] press=77"},
		{PRESS("p4.none", LINES), CHOSE " [a] [c] [none] press=77"},
			/* danger first: what is ticked is not lost */
		{PRESS("d4.", ""), "nothing " WHERE " press=77"},
		{PRESS("o4.b", LINES), "nothing " WHERE " press=77"},
		{PRESS("x4.a", LINES), "nothing " WHERE " press=77"},
		{PRESS("p4.yes@9", ""), CHOSE " [yes] press=77"},
		{PRESS("p4.yes@8", ""), "nothing " WHERE " press=77?"}, /* somebody else's button */
		{PRESS("", ""), "nothing " WHERE " press=77?"},
		{PRESS("p", ""), "nothing " WHERE " press=77?"},
		{PRESS("p4.", ""), "nothing " WHERE " press=77?"},
		{PRESS("d4.x", ""), "nothing " WHERE " press=77?"},
		{PRESS("p-4.yes", ""), "nothing " WHERE " press=77?"},
		{PRESS("p99999999999999999999.yes", ""), "nothing " WHERE " press=77?"},
		{PRESS("zzz", ""), "nothing " WHERE " press=77?"},
		{PRESS("p4.yes", SHOWS("[{\"text\":1},3,{}],7,[[[]]]")), CHOSE " [yes] press=77"},
		{"{\"update_id\":3,\"callback_query\":{\"id\":\"77\","
			ANN ",\"inline_message_id\":\"x\",\"data\":\"p4.yes\"}}",
			"nothing event=3 press=77?"}, /* without a message it can't be ours */
	};
	(void)state;
	RUN(cases);
}

#define MEMBER(chat, was, is)                                                                                          \
	"{\"update_id\":3,\"my_chat_member\":{\"date\":1700000000," ANN ",\"chat\":" chat ",\"old_chat_member\":{\"status\":"  \
	was "},\"new_chat_member\":{\"status\":" is "}}}"
#define NINE "{\"id\":9,\"type\":\"private\"}"
#define CLUB "{\"id\":-100123,\"type\":\"supergroup\"}"

static void coming_and_going(void **state)
{
	static const struct update_case cases[] = {
		{MEMBER(NINE, "\"member\"", "\"kicked\""),
			"gone " WHERE " language=pt-br direct addressed at=1700000000000"},
		{MEMBER(NINE, "\"kicked\"", "\"member\""),
			"back " WHERE " language=pt-br direct addressed at=1700000000000"},
		{MEMBER(CLUB, "\"left\"", "\"member\""), "added " THERE " language=pt-br addressed at=1700000000000"},
		{MEMBER(CLUB, "\"left\"", "\"restricted\",\"is_member\":true"),
			"added " THERE " language=pt-br addressed at=1700000000000"},
		{MEMBER(CLUB, "\"left\"", "\"restricted\",\"is_member\":false"), "nothing event=3 room=-100123"},
		{MEMBER(CLUB, "\"member\"", "\"administrator\""), "nothing event=3 room=-100123"},
		{MEMBER(CLUB, "\"administrator\"", "\"left\""),
			"gone " THERE " language=pt-br addressed at=1700000000000"},
		{MEMBER(CLUB, "7", "null"), "nothing event=3 room=-100123"},
	};
	(void)state;
	RUN(cases);
}

/* Everything gets its id where there is one, so that it can be confirmed and passed by. */
static void unknown_and_broken(void **state)
{
	static const struct update_case cases[] = {
		{"{\"update_id\":3,\"poll_of_next_year\":{}}", "nothing event=3 unknown"},
		{"{\"update_id\":3}", "nothing event=3 unknown"},
		{"{\"update_id\":3,\"message\":null}", "nothing event=3 unknown"},
		{"{\"update_id\":3,\"message\":[]}", "nothing event=3 unknown"},
		{"{\"update_id\":3,\"message\":{}}", "nothing event=3"},
		{"{\"update_id\":3,\"callback_query\":{}}", "nothing event=3"},
		{"{\"message\":{\"update_id\":4},\"update_id\":3}", "nothing event=3"},
		{"{\"update_id\":3,\"message\":{\"text\":\"a\\u0000b\"}}", "nothing event=3 broken"},
		{"{\"update_id\":3,\"message\":{\"text\":\"\xff\"}}", "nothing event=3 broken"},
		{"{\"update_id\":3,\"message\":{]}", "nothing event=3 broken"},
		{"{\"update_id\":3,\"message\":", "nothing event=3 broken"},
		{"{\"update_id\":\"3\"}", "nothing broken"},
		{"{\"update_id\":-3}", "nothing broken"},
		{"{\"update_id\":4503599627370496}", "nothing broken"},
		{"[]", "nothing broken"},
		{"", "nothing broken"},
		{"null", "nothing broken"},
	};
	(void)state;
	RUN(cases);
}

/* A depth that would exhaust a stack is refused, and passed by like the rest. */
static void deep(void **state)
{
	enum { DEEP = 200000 };
	static const char head[] = "{\"update_id\":3,\"message\":";
	char *json = malloc(sizeof head + DEEP);
	struct arena *arena = arena_new();
	struct telegram_update u;

	(void)state;
	assert_non_null(json);
	memcpy(json, head, sizeof head - 1);
	memset(json + sizeof head - 1, '[', DEEP);
	telegram_parse(json, sizeof head - 1 + DEEP, &self, arena, &u);
	assert_int_equal(u.id, 3);
	assert_non_null(u.broken);
	free(json);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words),
		cmocka_unit_test(commands_of_all_kinds),
		cmocka_unit_test(without_own_words),
		cmocka_unit_test(who_and_where),
		cmocka_unit_test(edits),
		cmocka_unit_test(presses),
		cmocka_unit_test(coming_and_going),
		cmocka_unit_test(unknown_and_broken),
		cmocka_unit_test(deep),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
