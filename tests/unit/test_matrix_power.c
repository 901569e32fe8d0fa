/* test_matrix_power.c - who may change a room's settings, by its state. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "channels/matrix_power.h"

#define EVENT(type, key, by, content)                                                                                  \
	"{\"type\":\"" type "\",\"state_key\":\"" key "\",\"sender\":\"" by "\",\"content\":" content "}"
#define CREATE(version) EVENT("m.room.create", "", "@ann:a", "{\"room_version\":\"" version "\",\"additional_creators\":[\"@cid:a\"]}")
#define LEVELS(content) EVENT("m.room.power_levels", "", "@ann:a", content)
#define THERE(who) EVENT("m.room.member", who, who, "{\"membership\":\"join\"}")
#define ALL THERE("@ann:a") "," THERE("@bob:a") "," THERE("@cid:a")

static const struct {
	const char *state, *person;
	bool may;
} cases[] = {
	{"[" CREATE("10") "," LEVELS("{\"users\":{\"@ann:a\":100}}") "," ALL "]", "@ann:a", true},
	{"[" CREATE("10") "," LEVELS("{\"users\":{\"@ann:a\":100}}") "," ALL "]", "@bob:a", false},
	{"[" CREATE("10") "," LEVELS("{\"users\":{\"@bob:a\":50}}") "," ALL "]", "@bob:a", true},
	{"[" CREATE("10") "," LEVELS("{\"users\":{\"@bob:a\":49}}") "," ALL "]", "@bob:a", false},
	/* who was made an admin and left is none */
	{"[" CREATE("10") "," LEVELS("{\"users\":{\"@bob:a\":100}}") "," THERE("@ann:a") "]", "@bob:a", false},
	{"[" LEVELS("{\"users\":{\"@bob:a\":100}}") "," EVENT("m.room.member", "@bob:a", "@ann:a", "{\"membership\":\"ban\"}") "]",
		"@bob:a", false},
	{"[" LEVELS("{\"users\":{\"@bob:a\":100}}") "," EVENT("m.room.member", "@bob:a", "@ann:a", "{\"membership\":\"invite\"}") "]",
		"@bob:a", false},
	/* the room's own rule */
	{"[" LEVELS("{\"state_default\":75,\"users\":{\"@bob:a\":50}}") "," ALL "]", "@bob:a", false},
	{"[" LEVELS("{\"state_default\":0}") "," ALL "]", "@bob:a", true},
	{"[" LEVELS("{\"users_default\":50}") "," ALL "]", "@bob:a", true},
	{"[" LEVELS("{\"users_default\":50,\"users\":{\"@bob:a\":0}}") "," ALL "]", "@bob:a", false},
	{"[" LEVELS("{\"users\":{\"@bob:a\":\"50\"}}") "," ALL "]", "@bob:a", true},
	{"[" LEVELS("{\"users\":{\"@bob:a\":\"50 or so\"}}") "," ALL "]", "@bob:a", false},
	{"[" LEVELS("{\"users\":{\"@bob:a\":true}}") "," ALL "]", "@bob:a", false},
	{"[" LEVELS("{\"users\":[]}") "," ALL "]", "@bob:a", false},
	/* who made the room */
	{"[" CREATE("10") "," ALL "]", "@ann:a", true},
	{"[" CREATE("10") "," ALL "]", "@bob:a", false},
	{"[" CREATE("10") "," LEVELS("{\"users\":{}}") "," ALL "]", "@ann:a", false},
	{"[" CREATE("12") "," LEVELS("{\"users\":{}}") "," ALL "]", "@ann:a", true},
	{"[" CREATE("12") "," LEVELS("{\"users\":{}}") "," ALL "]", "@cid:a", true},
	{"[" CREATE("12") "," LEVELS("{\"users\":{}}") "," ALL "]", "@bob:a", false},
	{"[" CREATE("11") "," LEVELS("{\"users\":{}}") "," ALL "]", "@cid:a", false},
	/* words of people are no state */
	{"[{\"type\":\"m.room.power_levels\",\"sender\":\"@bob:a\",\"content\":{\"users\":{\"@bob:a\":100}}}," ALL "]", "@bob:a", false},
	{"[" EVENT("m.room.power_levels", "x", "@bob:a", "{\"users\":{\"@bob:a\":100}}") "," ALL "]", "@bob:a", false},
	/* what can't be read */
	{"", "@bob:a", false},
	{"[]", "@bob:a", false},
	{"{}", "@bob:a", false},
	{"[" LEVELS("7") "," ALL "]", "@bob:a", false},
	{"[[],7,null," LEVELS("{\"users\":{\"@bob:a\":100}}") "," ALL "]", "@bob:a", true},
	{"[" LEVELS("{\"users\":{\"@bob:a\":1") , "@bob:a", false},
};

static void who_may(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (matrix_may_set((struct json_span){cases[i].state, strlen(cases[i].state)}, cases[i].person) != cases[i].may)
			fail_msg("case %zu", i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(who_may)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
