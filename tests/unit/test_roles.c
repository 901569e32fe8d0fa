/* test_roles.c - who is told which role, before another side that answers when it likes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "channels/roles.h"
#include "util/buf.h"

enum { MAX_RECORD = 2000, MAX_CALLS = 64, MOST_AT_ONCE = 16 };

static struct {
	struct roles *roles;
	struct role_question *calls[MAX_CALLS];
	size_t n_calls;
	struct buf record;
	const char *then; /* who asks when somebody is told; NULL: nobody */
} w;

static void told(void *ctx, enum channel_role role)
{
	static const char *const names[] = {"unknown", "member", "admin"};
	const char *then = w.then;

	buf_addf(&w.record, "%s:%s ", (const char *)ctx, names[role]);
	w.then = NULL;
	if (then)
		roles_ask(w.roles, "!room", then, told, (void *)then);
}

static void *ask(const void *parts, struct role_question *q, const char *room, const char *person)
{
	assert_ptr_equal(parts, &w);
	assert_string_equal(q->person, person);
	if (*room != '!')
		return NULL;
	assert_true(w.n_calls < MAX_CALLS);
	w.calls[w.n_calls] = q;
	return &w.calls[w.n_calls++];
}

static void cancel(void *call)
{
	struct role_question **q = call;

	buf_addf(&w.record, "-%s ", (*q)->person);
}

static void ask_about(const char *person)
{
	roles_ask(w.roles, "!room", person, told, (void *)person);
}

static int set_up(void **state)
{
	static const struct roles_ops ops = {.ask = ask, .cancel = cancel};

	(void)state;
	memset(&w, 0, sizeof w);
	buf_init(&w.record, MAX_RECORD);
	w.roles = roles_new(&ops, &w);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	roles_free(w.roles);
	buf_done(&w.record);
	return 0;
}

static void assert_record(const char *wanted)
{
	assert_string_equal(buf_str(&w.record), wanted);
}

static void each_is_told_once(void **state)
{
	(void)state;
	ask_about("ann");
	ask_about("bob");
	assert_record("");
	role_told(w.calls[1], CHANNEL_ROLE_ADMIN);
	role_told(w.calls[0], CHANNEL_ROLE_MEMBER);
	roles_stop(w.roles);
	assert_record("bob:admin ann:member ");
}

static void what_can_not_be_asked_is_unknown(void **state)
{
	(void)state;
	roles_ask(w.roles, "not a room", "ann", told, "ann");
	assert_record("ann:unknown ");
}

static void at_most_so_many_at_once(void **state)
{
	(void)state;
	for (int i = 0; i < MOST_AT_ONCE; i++)
		ask_about("ann");
	assert_record("");
	ask_about("bob");
	assert_record("bob:unknown ");
	role_told(w.calls[3], CHANNEL_ROLE_MEMBER);
	ask_about("eve");
	assert_record("bob:unknown ann:member ");
	role_told(w.calls[MOST_AT_ONCE], CHANNEL_ROLE_ADMIN);
	assert_record("bob:unknown ann:member eve:admin ");
}

static void stopped_in_order_and_not_who_asks_meanwhile(void **state)
{
	(void)state;
	ask_about("ann");
	ask_about("bob");
	w.then = "eve";
	roles_stop(w.roles);
	assert_record("-ann ann:unknown -bob bob:unknown ");
	role_told(w.calls[2], CHANNEL_ROLE_ADMIN);
	assert_record("-ann ann:unknown -bob bob:unknown eve:admin ");
}

static void freed_while_somebody_waits(void **state)
{
	(void)state;
	ask_about("ann");
	roles_free(w.roles);
	w.roles = NULL;
	assert_record("-ann ann:unknown ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_is_told_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_can_not_be_asked_is_unknown, set_up, tear_down),
		cmocka_unit_test_setup_teardown(at_most_so_many_at_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(stopped_in_order_and_not_who_asks_meanwhile, set_up, tear_down),
		cmocka_unit_test_setup_teardown(freed_while_somebody_waits, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
