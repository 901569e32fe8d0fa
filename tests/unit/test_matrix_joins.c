/* test_matrix_joins.c - whose invitations are followed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "channels/matrix.h"
#include "channels/matrix_joins.h"

static const char *const from[] = {"@ann:a.b", "club.org", "!room"};

static const struct {
	enum matrix_invites invites;
	const char *room, *by;
	bool direct, ok;
} cases[] = {
	{MATRIX_INVITES_NONE, "!x", "@ann:b.c", true, false},
	{MATRIX_INVITES_DIRECT, "!x", "@ann:b.c", true, true},
	{MATRIX_INVITES_DIRECT, "!x", "@ann:b.c", false, false},
	{MATRIX_INVITES_DIRECT, "!x", "@ann:a.b", true, false},
	{MATRIX_INVITES_DIRECT, "!x", "@ann:b.c.evil", true, false},
	{MATRIX_INVITES_DIRECT, "!x", "@ann", true, false},
	{MATRIX_INVITES_OWN_SERVER, "!x", "@ann:b.c", false, true},
	{MATRIX_INVITES_OWN_SERVER, "!x", "@ann:a.b", false, false},
	{MATRIX_INVITES_LISTED, "!x", "@ann:a.b", false, true},
	{MATRIX_INVITES_LISTED, "!x", "@bob:club.org", true, true},
	{MATRIX_INVITES_LISTED, "!room", "@eve:evil.org", false, true},
	{MATRIX_INVITES_LISTED, "!x", "@bob:b.c", true, false},
	{MATRIX_INVITES_LISTED, "!x", "@ann:a.bc", true, false},
	{MATRIX_INVITES_ANY, "!x", "@eve:evil.org", false, true},
};

static void policy(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct matrix_options o = {.invites = cases[i].invites, .from = from, .n_from = 3};

		if (matrix_invite_ok(&o, "@calf:b.c", cases[i].room, cases[i].by, cases[i].direct) != cases[i].ok)
			fail_msg("case %zu", i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(policy)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
