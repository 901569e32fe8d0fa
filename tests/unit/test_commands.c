/* test_commands.c - commands as data, and the way from a shared room to a private one. */
#include "talk_fixture.h"

#include "channels/channel.h"
#include "daemon/commands.h"

static void a_command_stands_for_words(void **s)
{
	(void)s;
	assert_string_equal(commands_says(responses, "new"), "start again");
	assert_null(commands_says(responses, "calf")); /* what follows it is what was said */
	assert_null(commands_says(responses, "nonsense"));
}

static void a_command_that_sets(void **s)
{
	static const struct {
		const char *name, *args, *wish;
	} cases[] = {{"settings", "off", "off"}, {"settings", "", ""}, {"calf", "settings off", " off"}, {"calf", "Settings", ""},
		{"calf", "it hurts", NULL}, {"calf", "settingsoff", NULL}, {"help", "settings", NULL}, {"", "settings off", " off"},
		{"", "my settings", NULL}};

	(void)s;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *wish = commands_sets(responses, cases[i].name, cases[i].args);

		if (!wish != !cases[i].wish || (wish && strcmp(wish, cases[i].wish) != 0))
			fail_msg("%s %s: %s", cases[i].name, cases[i].args, wish ? wish : "none");
	}
}

static void rooms_survive_a_link(void **s)
{
	static const struct {
		const char *room, *thread;
	} cases[] = {{"-1001234567890", ""}, {"-5", "77"}, {"5", ""}};

	(void)s;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *payload = commands_payload(cases[i].room, cases[i].thread, arena), *room, *thread;

		assert_non_null(payload);
		assert_true(commands_origin(payload, arena, &room, &thread));
		assert_string_equal(room, cases[i].room);
		assert_string_equal(thread, cases[i].thread);
	}
}

static void what_is_no_payload_is_refused(void **s)
{
	static const char *const cases[] = {"", "g", "g_", "x-5_", "g-5", "hello", "g-5_;drop", "g../_",
		"g1234567890123456789012345678901234567890123456789012345678901234_"};
	const char *room, *thread;

	(void)s;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (commands_origin(cases[i], arena, &room, &thread))
			fail_msg("%s was taken", cases[i]);
}

static void rooms_that_no_link_can_tell_get_none(void **s)
{
	(void)s;
	assert_null(commands_payload("!room:example.org", "", arena));
	assert_null(commands_payload("1234567890123456789012345678901234567890123456789012345678901234", "", arena));
}

static void the_profile_fits_what_platforms_take(void **s)
{
	const struct channel_profile *p = commands_profile(&data, "gb", arena);

	(void)s;
	assert_non_null(strstr(p->description, "999"));
	assert_true(strlen(p->description) <= 512);
	assert_true(strlen(p->short_description) <= 120);
	assert_true(p->n_commands >= 5 && p->n_commands <= 100);
}

static void the_projects_wording_is_whole(void **s)
{
	struct problems problems;

	(void)s;
	problems_init(&problems);
	commands_check(responses, &problems);
	problems_print(&problems, stderr);
	assert_int_equal(problems.n, 0);
	problems_done(&problems);
}

#define IN_TALK(test) cmocka_unit_test_setup_teardown(test, begin_talk, end_talk)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_TALK(a_command_stands_for_words),
		IN_TALK(a_command_that_sets),
		IN_TALK(rooms_survive_a_link),
		IN_TALK(what_is_no_payload_is_refused),
		IN_TALK(rooms_that_no_link_can_tell_get_none),
		IN_TALK(the_profile_fits_what_platforms_take),
		IN_TALK(the_projects_wording_is_whole),
	};
	return cmocka_run_group_tests(tests, load_project, free_project);
}
