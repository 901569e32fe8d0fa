/* test_matrix_parse.c - events of a room to what came in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "channels/matrix_parse.h"
#include "util/arena.h"
#include "util/buf.h"

static const char *const commands[] = {"calf", "help"};
static const char *const ignored[] = {"@weather:b.c"};
static const struct matrix_self self = {.user = "@calf:b.c", .name = "Calf Helper", .commands = commands, .n_commands = 2,
	.ignored = ignored, .n_ignored = 1};

static const char *const kinds[] = {"nothing", "said", "reaction", "sealed", "member", "tombstone"};
static const char *const said[] = {"text", "choice", "media", "forward", "edit", "command"};

static void add(struct buf *b, const char *name, const char *value)
{
	if (value && *value)
		buf_addf(b, " %s=%s", name, value);
}

static void describe(const struct matrix_event *e, struct buf *b)
{
	buf_addf(b, "%s", kinds[e->kind]);
	if (e->kind == MATRIX_SAID || e->kind == MATRIX_REACTION) {
		buf_addf(b, " %s%s", said[e->in.kind], e->in.addressed ? " to-us" : "");
		add(b, "text", e->in.text);
		add(b, "args", e->in.args);
		add(b, "thread", e->in.thread);
		if (strcmp(e->in.reply_ref, e->id) != 0)
			add(b, "of", e->in.reply_ref);
		if (e->in.n_picked)
			buf_addf(b, " picked=%s turn=%u", e->in.picked[0], e->in.of_turn);
	}
	add(b, "target", e->target);
	add(b, "needs", e->needs);
	if (e->number)
		buf_addf(b, " number=%d", e->number);
	add(b, "member", e->member);
	add(b, "membership", e->membership);
	if (e->is_direct)
		buf_adds(b, " direct");
}

#define HEAD "\"event_id\":\"$e\",\"sender\":\"@ann:b.c\",\"origin_server_ts\":1700000000000"
#define MESSAGE(content) "{\"type\":\"m.room.message\"," HEAD ",\"content\":{" content "}}"
#define TEXT(body) MESSAGE("\"msgtype\":\"m.text\",\"body\":\"" body "\"")
#define TEXT_AND(body, more) MESSAGE("\"msgtype\":\"m.text\",\"body\":\"" body "\"," more)
#define THREAD(root, falls, reply) "\"m.relates_to\":{\"rel_type\":\"m.thread\",\"event_id\":\"" root "\",\"is_falling_back\":" \
	falls ",\"m.in_reply_to\":{\"event_id\":\"" reply "\"}}"
#define STATE(type, key, content) "{\"type\":\"" type "\"," HEAD ",\"state_key\":\"" key "\",\"content\":{" content "}}"

static const struct {
	const char *event;
	const char *shared, *direct; /* NULL: the same */
} cases[] = {
	{TEXT("my leg hurts"), "said text text=my leg hurts", "said text to-us text=my leg hurts"},
	{MESSAGE("\"msgtype\":\"m.emote\",\"body\":\"has a sore calf\""), "said text text=has a sore calf",
		"said text to-us text=has a sore calf"},
	{MESSAGE("\"msgtype\":\"m.notice\",\"body\":\"calf: hello\""), "nothing", NULL},
	{MESSAGE("\"msgtype\":\"m.image\",\"body\":\"leg.jpg\""), "said media", "said media to-us"},
	{MESSAGE("\"msgtype\":\"org.example.poll\",\"body\":\"x\""), "nothing", NULL},
	{MESSAGE("\"msgtype\":5,\"body\":[\"x\"]"), "nothing", NULL},
	{MESSAGE("\"msgtype\":\"m.text\""), "said text", "said text to-us"},
	{MESSAGE("\"msgtype\":\"m.text\",\"body\":7"), "said text", "said text to-us"},
	{MESSAGE(""), "nothing", NULL},
	/* whom it is for */
	{TEXT("calf: it hurts"), "said text to-us text=it hurts", NULL},
	{TEXT("@calf it hurts"), "said text to-us text=it hurts", NULL},
	{TEXT("Calf Helper, it hurts"), "said text to-us text=it hurts", NULL},
	{TEXT("CALF HELPER it hurts"), "said text to-us text=it hurts", NULL},
	{TEXT("@calf:b.c: it hurts"), "said text to-us text=it hurts", NULL},
	{TEXT("calf pain since monday"), "said text to-us text=pain since monday", NULL},
	{TEXT("calfs are cows"), "said text text=calfs are cows", "said text to-us text=calfs are cows"},
	{TEXT_AND("it hurts", "\"m.mentions\":{\"user_ids\":[\"@bob:b.c\",\"@calf:b.c\"]}"), "said text to-us text=it hurts", NULL},
	{TEXT_AND("it hurts", "\"m.mentions\":{\"user_ids\":[\"@calf:b.cd\",7]}"), "said text text=it hurts",
		"said text to-us text=it hurts"},
	{TEXT_AND("it hurts", "\"m.mentions\":{\"room\":true}"), "said text text=it hurts", "said text to-us text=it hurts"},
	{TEXT_AND("it hurts", "\"m.mentions\":\"@calf:b.c\""), "said text text=it hurts", "said text to-us text=it hurts"},
	{TEXT("!calf it hurts"), "said command to-us text=calf args=it hurts", NULL},
	{TEXT("!HELP"), "said command to-us text=help", NULL},
	{TEXT("!weather london"), "said text text=!weather london", "said text to-us text=!weather london"},
	{TEXT("calf: !help"), "said command to-us text=help", NULL},
	/* what others wrote is not the person's own */
	{TEXT("> <@bob:b.c> can't breathe\\n> at all\\n\\nmy calf is sore"), "said text text=my calf is sore",
		"said text to-us text=my calf is sore"},
	{TEXT("> only a quotation"), "said text", "said text to-us"},
	{TEXT(">5 km runs hurt"), "said text text=>5 km runs hurt", "said text to-us text=>5 km runs hurt"},
	/* replies and threads */
	{TEXT_AND("no", "\"m.relates_to\":{\"m.in_reply_to\":{\"event_id\":\"$q\"}}"), "said text text=no target=$q needs=$q",
		"said text to-us text=no target=$q needs=$q"},
	{TEXT_AND("no", THREAD("$r", "true", "$q")), "said text text=no thread=$r needs=$r", "said text to-us text=no thread=$r"},
	{TEXT_AND("no", THREAD("$r", "false", "$q")), "said text text=no thread=$r target=$q needs=$q",
		"said text to-us text=no thread=$r target=$q"},
	{TEXT_AND("calf: no", THREAD("$r", "true", "$q")), "said text to-us text=no thread=$r", NULL},
	{TEXT_AND("no", "\"m.relates_to\":\"x\""), "said text text=no", "said text to-us text=no"},
	{TEXT_AND("no", "\"m.relates_to\":{\"rel_type\":[],\"event_id\":{}}"), "said text text=no", "said text to-us text=no"},
	/* edits change what was said, and begin nothing */
	{TEXT_AND("* it hurts", "\"m.new_content\":{\"msgtype\":\"m.text\",\"body\":\"it hurts\"},"
				"\"m.relates_to\":{\"rel_type\":\"m.replace\",\"event_id\":\"$o\"}"),
		"said edit text=it hurts of=$o", "said edit to-us text=it hurts of=$o"},
	/* reactions */
	{"{\"type\":\"m.reaction\"," HEAD ",\"content\":{\"m.relates_to\":{\"rel_type\":\"m.annotation\",\"event_id\":\"$q\","
		"\"key\":\"2\xef\xb8\x8f\xe2\x83\xa3\"}}}", "reaction choice target=$q needs=$q number=2",
		"reaction choice to-us target=$q needs=$q number=2"},
	{"{\"type\":\"m.reaction\"," HEAD ",\"content\":{\"m.relates_to\":{\"rel_type\":\"m.annotation\",\"event_id\":\"$q\","
		"\"key\":\"\xf0\x9f\x91\x8d\"}}}", "nothing target=$q", NULL},
	{"{\"type\":\"m.reaction\"," HEAD ",\"content\":{}}", "nothing", NULL},
	/* who never starts anything */
	{"{\"type\":\"m.room.message\",\"event_id\":\"$e\",\"sender\":\"@calf:b.c\",\"content\":{\"msgtype\":\"m.text\","
		"\"body\":\"hello\"}}", "nothing", NULL},
	{"{\"type\":\"m.room.message\",\"event_id\":\"$e\",\"sender\":\"@weather:b.c\",\"content\":{\"msgtype\":\"m.text\","
		"\"body\":\"calf: hello\"}}", "nothing", NULL},
	{"{\"type\":\"m.room.message\",\"sender\":\"@ann:b.c\",\"content\":{\"msgtype\":\"m.text\",\"body\":\"hello\"}}", "nothing",
		NULL},
	{"{\"type\":\"m.room.message\"," HEAD ",\"content\":{},\"unsigned\":{\"redacted_because\":{}}}", "nothing", NULL},
	{"{\"type\":\"m.room.topic\"," HEAD ",\"state_key\":\"\",\"content\":{\"topic\":\"calf: hi\"}}", "nothing", NULL},
	/* rooms */
	{"{\"type\":\"m.room.encrypted\"," HEAD ",\"content\":{\"algorithm\":\"m.megolm.v1.aes-sha2\"}}", "sealed", NULL},
	{STATE("m.room.encryption", "", "\"algorithm\":\"m.megolm.v1.aes-sha2\""), "sealed", NULL},
	{"{\"type\":\"m.room.encryption\"," HEAD ",\"content\":{}}", "nothing", NULL},
	{STATE("m.room.member", "@calf:b.c", "\"membership\":\"invite\",\"is_direct\":true"),
		"member member=@calf:b.c membership=invite direct", NULL},
	{STATE("m.room.tombstone", "", "\"replacement_room\":\"!new\""), "tombstone target=!new", NULL},
	{STATE("m.room.tombstone", "x", "\"replacement_room\":\"!new\""), "nothing target=!new", NULL},
	{STATE("m.room.tombstone", "", ""), "nothing", NULL},
	/* no events at all */
	{"", "nothing", NULL},
	{"[]", "nothing", NULL},
	{"{\"type\":\"m.room.message\"", "nothing", NULL},
	{"{\"type\":\"m.room.message\"," HEAD ",\"content\":[]}", "nothing", NULL},
	{"{\"type\":\"m.room.message\"," HEAD ",\"content\":{\"msgtype\":\"m.text\",\"body\":\"a\\u0000b\"}}", "nothing", NULL},
};

static void check(const char *event, bool direct, const char *wanted)
{
	struct arena *arena = arena_new();
	struct matrix_event e;
	struct buf got;

	buf_init(&got, 4096);
	matrix_parse((struct json_span){event, strlen(event)}, &self, &(struct matrix_place){"!r", direct}, arena, &e);
	describe(&e, &got);
	if (strcmp(buf_str(&got), wanted) != 0)
		fail_msg("%s\n  direct %d: %s\n  expected: %s", event, direct, buf_str(&got), wanted);
	buf_done(&got);
	arena_free(arena);
}

static void events(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		check(cases[i].event, false, cases[i].shared);
		check(cases[i].event, true, cases[i].direct ? cases[i].direct : cases[i].shared);
	}
}

/* An event, the one that it needs, and what it comes to in a shared room. */
#define OURS(more) "{\"type\":\"m.room.message\",\"event_id\":\"$q\",\"sender\":\"@calf:b.c\",\"content\":{\"body\":\"?\"" more "}}"
#define OF(sender, body, more) "{\"type\":\"m.room.message\",\"event_id\":\"$r\",\"sender\":\"" sender \
	"\",\"content\":{\"msgtype\":\"m.text\",\"body\":\"" body "\"}" more "}"
#define REPLY TEXT_AND("no", "\"m.relates_to\":{\"m.in_reply_to\":{\"event_id\":\"$q\"}}")
#define IN_THREAD TEXT_AND("no", THREAD("$r", "true", "$q"))
#define PICKS(key) "{\"type\":\"m.reaction\"," HEAD ",\"content\":{\"m.relates_to\":{\"rel_type\":\"m.annotation\"," \
	"\"event_id\":\"$q\",\"key\":\"" key "\"}}}"
#define OFFER ",\"org.soleus.choices\":{\"turn\":3,\"ids\":[\"yes\",\"no\"]}"
#define PARTICIPATED ",\"unsigned\":{\"m.relations\":{\"m.thread\":{\"current_user_participated\":true}}}"

static const struct {
	const char *event, *other, *wanted;
} settled[] = {
	{REPLY, OURS(""), "said text to-us text=no target=$q"},
	{REPLY, OURS(",\"m.relates_to\":{\"rel_type\":\"m.thread\",\"event_id\":\"$r\"}"), "said text to-us text=no thread=$r target=$q"},
	{REPLY, OF("@bob:b.c", "calf: hello", ""), "said text text=no target=$q"},
	{REPLY, "", "said text text=no target=$q"},
	{IN_THREAD, OF("@ann:b.c", "calf: it hurts", ""), "said text to-us text=no thread=$r"},
	{IN_THREAD, OF("@ann:b.c", "look at this", PARTICIPATED), "said text to-us text=no thread=$r"},
	{IN_THREAD, OF("@ann:b.c", "look at this", ""), "said text text=no thread=$r"},
	{IN_THREAD, OF("@bob:b.c", "calf: it hurts", PARTICIPATED), "said text text=no thread=$r"},
	{IN_THREAD, "{}", "said text text=no thread=$r"},
	{PICKS("2"), OURS(OFFER), "said choice to-us picked=no turn=3 target=$q number=2"},
	{PICKS("3"), OURS(OFFER), "nothing target=$q number=3"},
	{PICKS("1"), OURS(""), "nothing target=$q number=1"},
	{PICKS("1"), "{\"type\":\"m.room.message\",\"sender\":\"@eve:b.c\",\"content\":{\"body\":\"?\"" OFFER "}}",
		"nothing target=$q number=1"},
};

static void settling(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof settled / sizeof *settled; i++) {
		struct arena *arena = arena_new();
		struct matrix_known known;
		struct matrix_event e;
		struct buf got;

		buf_init(&got, 4096);
		matrix_parse((struct json_span){settled[i].event, strlen(settled[i].event)}, &self,
			&(struct matrix_place){"!r", false}, arena, &e);
		assert_non_null(e.needs);
		matrix_known_read((struct json_span){settled[i].other, strlen(settled[i].other)}, &self, arena, &known);
		matrix_settle(&e, &known);
		describe(&e, &got);
		if (strcmp(buf_str(&got), settled[i].wanted) != 0)
			fail_msg("case %zu: %s\n  expected: %s", i, buf_str(&got), settled[i].wanted);
		buf_done(&got);
		arena_free(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(events), cmocka_unit_test(settling)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
