/* pair_fixture.h - two people with a device each: @a:s and @b:s know each other's, and a can write to b. */
#ifndef TESTS_UNIT_PAIR_FIXTURE_H
#define TESTS_UNIT_PAIR_FIXTURE_H

#include "machine_fixture.h"

static const char *const both[] = {"@a:s", "@b:s"};

struct pair {
	struct machine *a, *b;
};

static inline int pair_begin(void **state)
{
	struct pair *f = calloc(1, sizeof *f);

	f->a = machine_new(both[0], "A");
	f->b = machine_new(both[1], "B");
	learn(f->a, both[1], f->b);
	learn(f->b, both[0], f->a);
	claim(f->a, f->b);
	*state = f;
	return 0;
}

/* And b has the key of what a says in ROOM. */
static inline int pair_begin_in_room(void **state)
{
	const struct room_people people = people_of(both, 2);
	const struct pair *f;

	(void)pair_begin(state);
	f = *state;
	room_out_ready(&f->a->out, &people);
	give_key(f->a, f->b);
	return 0;
}

static inline int pair_end(void **state)
{
	struct pair *f = *state;

	machine_free(f->a);
	machine_free(f->b);
	free(f);
	return 0;
}

#define WITH_PAIR(test) cmocka_unit_test_setup_teardown(test, pair_begin, pair_end)
#define WITH_ROOM(test) cmocka_unit_test_setup_teardown(test, pair_begin_in_room, pair_end)

#endif
