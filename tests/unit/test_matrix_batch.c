/* test_matrix_batch.c - answers of /sync to what came in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "channels/matrix_batch.h"
#include "channels/matrix_rooms.h"
#include "util/buf.h"

#define AS(id, sender) "\"event_id\":\"" id "\",\"sender\":\"" sender "\",\"origin_server_ts\":9"
#define SAYS(id, sender, body) "{\"type\":\"m.room.message\"," AS(id, sender) ",\"content\":{\"msgtype\":\"m.text\",\"body\":\"" body "\"}}"
#define MEMBER(id, user, membership) "{\"type\":\"m.room.member\"," AS(id, "@ann:b.c") ",\"state_key\":\"" user \
	"\",\"content\":{\"membership\":\"" membership "\"}}"
#define STATE(type, content) "{\"type\":\"" type "\"," AS("$s", "@ann:b.c") ",\"state_key\":\"\",\"content\":{" content "}}"
#define SYNC(rooms) "{\"next_batch\":\"s2\",\"rooms\":{" rooms "}}"
#define JOIN(room, timeline) SYNC("\"join\":{\"" room "\":{\"timeline\":{\"events\":[" timeline "]}}}")
#define LIMITED(room, timeline) SYNC("\"join\":{\"" room "\":{\"timeline\":{\"limited\":true,\"prev_batch\":\"p1\",\"events\":[" \
	timeline "]}}}")
#define TWO MEMBER("$a", "@ann:b.c", "join") "," MEMBER("$b", "@calf:b.c", "join")
#define THREE TWO "," MEMBER("$c", "@bob:b.c", "invite")
#define ANN_SAYS SAYS("$1", "@ann:b.c", "it hurts")

static const char *const kinds[] = {
	"text", "choice", "media", "forward", "edit", "command", "gone", "back", "added", "moved", "came", "sealed",
	"nothing"};

static const char *const commands[] = {"calf"};
static const struct matrix_self self = {.user = "@calf:b.c", .name = "", .commands = commands, .n_commands = 1};

static const struct {
	const char *since, *answer, *state; /* of every room that is asked about */
	const char *gap; /* an answer to what is behind a gap; NULL: none must be asked for */
	bool hear_all;
	const char *wanted; /* what came in; then, behind a bar, invitations and rooms to follow or to leave */
} cases[] = {
	{"s1", JOIN("!old", ANN_SAYS), TWO, NULL, false, "text !old '' $1 direct;"},
	{"s1", JOIN("!old", ANN_SAYS), THREE, NULL, false, ""},
	{"s1", JOIN("!old", ANN_SAYS), THREE, NULL, true, "text !old $1 $1;"},
	{"s1", JOIN("!old", SAYS("$1", "@ann:b.c", "!calf it hurts")), THREE, NULL, false, "command !old $1 $1;"},
	{"s1", JOIN("!old", SAYS("$1", "@calf:b.c", "hello")), TWO, NULL, false, ""},
	/* the very first answer, and rooms that we come into */
	{"", JOIN("!old", ANN_SAYS), TWO, NULL, false, ""},
	{"s1", JOIN("!new", SAYS("$0", "@ann:b.c", "before") "," MEMBER("$i", "@calf:b.c", "invite") "," ANN_SAYS ","
			MEMBER("$j", "@calf:b.c", "join")), TWO, NULL, false, "added !new '' added !new s2 direct by @ann:b.c;text !new '' $1 direct;"},
	{"s1", JOIN("!new", ""), THREE, NULL, false, "added !new '' added !new s2;"},
	{"s1", JOIN("!new", ""), TWO "," STATE("m.room.encryption", ""), NULL, false, "sealed !new '' sealed !new;"},
	{"s1", JOIN("!new", ""), TWO "," STATE("m.room.create", "\"predecessor\":{\"room_id\":\"!closed\"}"), NULL, false,
		"moved !closed '' moved !closed direct;|leave !closed;"},
	{"s1", JOIN("!new", ""), TWO "," STATE("m.room.create", "\"predecessor\":{\"room_id\":\"!old\"}"), NULL, false,
		"added !new '' added !new s2 direct by @ann:b.c;"},
	/* somebody follows an invitation; a new name is no coming */
	{"s1", JOIN("!old", MEMBER("$m", "@ann:b.c", "join")), TWO, NULL, false, "came !old '' $m direct;"},
	{"s1", JOIN("!old", MEMBER("$m", "@ann:b.c", "join")), THREE, NULL, false, ""},
	{"s1", JOIN("!old", MEMBER("$m", "@calf:b.c", "join")), TWO, NULL, false, ""},
	{"s1", JOIN("!old", MEMBER("$m", "@ann:b.c", "leave")), TWO, NULL, false, ""},
	{"s1", JOIN("!old", "{\"type\":\"m.room.member\"," AS("$m", "@ann:b.c") ",\"state_key\":\"@ann:b.c\",\"content\":{\"membership\":"
			"\"join\"},\"unsigned\":{\"prev_content\":{\"membership\":\"join\"}}}"), TWO, NULL, false, ""},
	{"", JOIN("!old", MEMBER("$m", "@ann:b.c", "join")), TWO, NULL, false, ""},
	/* gaps */
	{"s1", LIMITED("!old", ANN_SAYS), TWO, "{\"chunk\":[" SAYS("$0", "@ann:b.c", "before") "]}", false,
		"text !old '' $0 direct;text !old '' $1 direct;"},
	{"s1", LIMITED("!old", ANN_SAYS), TWO, "{\"chunk\":[],\"end\":\"p0\"}", false, "text !old '' $1 direct;"},
	{"s1", LIMITED("!old", ANN_SAYS), TWO, "", false, "text !old '' $1 direct;"},
	/* what can't be read, what ends */
	{"s1", JOIN("!old", "{\"type\":\"m.room.encrypted\"," AS("$e", "@ann:b.c") ",\"content\":{}}," ANN_SAYS), TWO, NULL, false,
		"text !old '' $1 direct;sealed !old '' sealed !old;"},
	{"s1", SYNC("\"leave\":{\"!old\":{},\"!unknown\":{}}"), TWO, NULL, false, "gone !old '' gone !old s2;"},
	{"s1", JOIN("!old", STATE("m.room.tombstone", "\"replacement_room\":\"!next\"")), TWO, NULL, false, "|follow !next;"},
	{"s1", SYNC("\"invite\":{\"!i\":{\"invite_state\":{\"events\":[" MEMBER("$m", "@calf:b.c", "invite") ","
			MEMBER("$n", "@bob:b.c", "invite") "]}}}"), TWO, NULL, false, "|invited !i @ann:b.c;"},
	/* what is no answer as it should be */
	{"s1", "{\"next_batch\":\"s2\",\"rooms\":[]}", TWO, NULL, false, ""},
	{"s1", JOIN("!old", "{},7,{\"type\":5}," ANN_SAYS), TWO, NULL, false, "text !old '' $1 direct;"},
};

static struct matrix_rooms *book(void)
{
	static const char closed[] = "[" STATE("m.room.tombstone", "\"replacement_room\":\"!new\"") "]";
	struct matrix_rooms *rooms = matrix_rooms_new();

	(void)matrix_rooms_add(rooms, "!old");
	matrix_room_learn(matrix_rooms_add(rooms, "!closed"), (struct json_span){closed, sizeof closed - 1});
	return rooms;
}

static void learn(struct matrix_rooms *rooms, const char *state)
{
	struct matrix_room *room;
	struct buf all;

	buf_init(&all, 4096);
	buf_addf(&all, "[%s]", state);
	for (size_t i = 0; (room = matrix_rooms_at(rooms, i)); i++)
		if (!room->known)
			matrix_room_learn(room, (struct json_span){all.data, all.len});
	buf_done(&all);
}

static void describe(const struct matrix_outcome *o, const struct matrix_batch *b, struct buf *out)
{
	const struct matrix_invitation *invitations;
	size_t n;

	for (size_t i = 0; i < o->n; i++) {
		const struct incoming *in = &o->list[i];

		buf_addf(out, "%s %s %s %s%s%s%s;", kinds[in->kind], in->room, *in->thread ? in->thread : "''", in->event,
			in->direct ? " direct" : "", in->kind == INCOMING_ADDED && *in->person ? " by " : "",
			in->kind == INCOMING_ADDED ? in->person : "");
	}
	invitations = matrix_batch_invitations(b, &n);
	if (n || o->n_moves || o->n_follow)
		buf_addc(out, '|');
	for (size_t i = 0; i < n; i++)
		buf_addf(out, "invited %s %s;", invitations[i].room, invitations[i].by);
	for (size_t i = 0; i < o->n_moves; i++)
		buf_addf(out, "leave %s;", o->moves[i].from);
	for (size_t i = 0; i < o->n_follow; i++)
		buf_addf(out, "follow %s;", o->follow[i].to);
}

static void answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct matrix_rooms *rooms = book();
		struct matrix_batch *b = matrix_batch_new((struct json_span){cases[i].answer, strlen(cases[i].answer)},
			cases[i].since, &self, rooms);
		struct matrix_outcome o;
		struct matrix_gap gap;
		struct buf got;

		assert_non_null(b);
		assert_string_equal(matrix_batch_next(b), "s2");
		learn(rooms, cases[i].state);
		assert_int_equal(matrix_batch_gap(b, &gap), cases[i].gap != NULL);
		if (cases[i].gap) {
			assert_string_equal(gap.from, "s1");
			assert_string_equal(gap.to, "p1");
			matrix_batch_fill(b, (struct json_span){cases[i].gap, strlen(cases[i].gap)});
			while (matrix_batch_gap(b, &gap))
				matrix_batch_fill(b, (struct json_span){"", 0});
		}
		matrix_batch_read(b);
		matrix_batch_end(b, cases[i].hear_all, &o);
		buf_init(&got, 4096);
		describe(&o, b, &got);
		if (strcmp(buf_str(&got), cases[i].wanted) != 0)
			fail_msg("case %zu: %s\n  expected %s", i, buf_str(&got), cases[i].wanted);
		buf_done(&got);
		matrix_batch_free(b);
		matrix_rooms_free(rooms);
	}
}

static void no_answer(void **state)
{
	static const char *const none[] = {"", "[]", "{}", "{\"next_batch\":7}", "{\"next_batch\":\"\"}", "{\"next_batch\":\"\xff\"}"};
	struct matrix_rooms *rooms = matrix_rooms_new();

	(void)state;
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		assert_null(matrix_batch_new((struct json_span){none[i], strlen(none[i])}, "s1", &self, rooms));
	matrix_rooms_free(rooms);
}

/* A NUL among the bytes ends no text of ours, and nothing is read behind the end. */
static void bytes_that_end_texts(void **state)
{
	static const char head[] = "{\"next_batch\":\"s2\",\"rooms\":{\"join\":{\"!old\":{\"timeline\":{\"events\":[{\"type\":\"";
	enum { LEN = 4000 };
	char *answer = calloc(1, LEN);
	struct matrix_rooms *rooms = book();
	struct matrix_batch *b;

	(void)state;
	memcpy(answer, head, sizeof head - 1);
	b = matrix_batch_new((struct json_span){answer, LEN}, "s1", &self, rooms);
	if (b)
		matrix_batch_read(b);
	matrix_batch_free(b);
	matrix_rooms_free(rooms);
	free(answer);
}

static void a_zero_byte_in_a_rooms_id(void **state)
{
	static const char answer[] = JOIN("\0!new", ANN_SAYS);
	struct matrix_rooms *rooms = book();
	struct matrix_batch *b = matrix_batch_new((struct json_span){answer, sizeof answer - 1}, "s1", &self, rooms);
	struct matrix_outcome o;

	(void)state;
	assert_non_null(b);
	learn(rooms, TWO);
	matrix_batch_read(b);
	matrix_batch_end(b, false, &o);
	assert_int_equal(o.n, 0);
	matrix_batch_free(b);
	matrix_rooms_free(rooms);
}

/* What could not be read when it came was said before what comes now; of rooms that we are not in there is none. */
static void late_events(void **state)
{
	static const char answer[] = JOIN("!old", ANN_SAYS), late[] = SAYS("$0", "@ann:b.c", "before");
	const struct json_span event = {late, sizeof late - 1};
	struct matrix_rooms *rooms = book();
	struct matrix_batch *b = matrix_batch_new((struct json_span){answer, sizeof answer - 1}, "s1", &self, rooms);
	struct matrix_outcome o;

	(void)state;
	assert_non_null(b);
	(void)matrix_rooms_add(rooms, "!quiet");
	matrix_batch_add_late(b, "!old", event);
	matrix_batch_add_late(b, "!quiet", event);
	matrix_batch_add_late(b, "!unknown", event);
	learn(rooms, TWO);
	matrix_batch_read(b);
	matrix_batch_end(b, false, &o);
	assert_int_equal(o.n, 3);
	assert_string_equal(o.list[0].event, "$0");
	assert_string_equal(o.list[1].event, "$1");
	assert_string_equal(o.list[2].room, "!quiet");
	matrix_batch_free(b);
	matrix_rooms_free(rooms);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(answers), cmocka_unit_test(no_answer),
		cmocka_unit_test(bytes_that_end_texts), cmocka_unit_test(a_zero_byte_in_a_rooms_id),
		cmocka_unit_test(late_events)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
