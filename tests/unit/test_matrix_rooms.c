/* test_matrix_rooms.c - what the state of a room tells: who reads there, whether it is encrypted, how long its keys last. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "channels/matrix_rooms.h"

#define MEMBER(user, membership) \
	"{\"type\":\"m.room.member\",\"state_key\":\"" user "\",\"content\":{\"membership\":\"" membership "\"}}"
#define VISIBLE(to) "{\"type\":\"m.room.history_visibility\",\"state_key\":\"\",\"content\":{\"history_visibility\":\"" to "\"}}"
#define ENCRYPTION(more) \
	"{\"type\":\"m.room.encryption\",\"state_key\":\"\",\"content\":{\"algorithm\":\"m.megolm.v1.aes-sha2\"" more "}}"
#define PEOPLE MEMBER("@a:s", "join") "," MEMBER("@b:s", "invite") "," MEMBER("@c:s", "leave") "," MEMBER("@d:s", "ban")

static void learn(struct matrix_room *room, const char *events)
{
	char state[2048];

	(void)snprintf(state, sizeof state, "[%s]", events);
	matrix_room_learn(room, (struct json_span){state, strlen(state)});
}

static const char *readers(const struct matrix_room *room)
{
	static char text[256];
	size_t n, at = 0;
	const char **list = matrix_room_readers(room, &n);

	text[0] = '\0';
	for (size_t i = 0; i < n; i++)
		at += (size_t)snprintf(text + at, sizeof text - at, "%s;", list[i]);
	free((char **)list);
	return text;
}

static void who_reads(void **state)
{
	static const struct {
		const char *events, *want;
	} cases[] = {
		{PEOPLE, "@a:s;@b:s;"},
		{PEOPLE "," VISIBLE("shared"), "@a:s;@b:s;"},
		{PEOPLE "," VISIBLE("invited"), "@a:s;@b:s;"},
		{PEOPLE "," VISIBLE("joined"), "@a:s;"},
		{VISIBLE("joined") "," PEOPLE, "@a:s;"},
		{MEMBER("@a:s", "knock"), ""},
		{"{\"type\":\"m.room.member\",\"content\":{\"membership\":\"join\"}}", ""},
		{"", ""},
	};
	struct matrix_rooms *rooms = matrix_rooms_new();
	struct matrix_room *room = matrix_rooms_add(rooms, "!r");

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		learn(room, cases[i].events);
		if (strcmp(readers(room), cases[i].want) != 0)
			fail_msg("case %zu: %s", i, readers(room));
	}
	matrix_rooms_free(rooms);
}

static void encrypted_for_ever(void **state)
{
	struct matrix_rooms *rooms = matrix_rooms_new();
	struct matrix_room *room = matrix_rooms_add(rooms, "!r");

	(void)state;
	learn(room, PEOPLE);
	assert_false(room->encrypted);
	learn(room, PEOPLE "," ENCRYPTION(",\"rotation_period_msgs\":7,\"rotation_period_ms\":3600000"));
	assert_true(room->encrypted);
	assert_int_equal(room->rotation_messages, 7);
	assert_int_equal(room->rotation_ms, 3600000);
	learn(room, PEOPLE); /* a server that says otherwise */
	assert_true(room->encrypted);
	learn(room, ENCRYPTION(",\"rotation_period_msgs\":\"many\""));
	assert_int_equal(room->rotation_messages, 0);
	assert_int_equal(room->rotation_ms, 0);
	matrix_rooms_free(rooms);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_reads),
		cmocka_unit_test(encrypted_for_ever),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
