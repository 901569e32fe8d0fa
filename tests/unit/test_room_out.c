/* test_room_out.c - who gets the key of what we say in a room, and when it is replaced. */
#include "pair_fixture.h"

static void count(void *ctx, const struct device *d, bool told)
{
	assert_true(*d->id);
	*(int *)ctx += !told;
}

static int without(struct machine *m, const char *const *users, size_t n)
{
	struct room_people p = people_of(users, n);
	int devices = 0;

	room_out_each_without(&m->out, &p, count, &devices);
	return devices;
}

static char *session(struct machine *m)
{
	cJSON *row = locker_json(m->locker, "out", ROOM);
	char *id = strdup(member_text(row, "id"));

	cJSON_Delete(row);
	return id;
}

/* Whether what is said next begins a new session. */
static bool renews(struct machine *m, const struct room_people *p)
{
	char *before = session(m), *after;
	bool changed;

	room_out_ready(&m->out, p);
	after = session(m);
	changed = strcmp(before, after) != 0;
	free(before);
	free(after);
	return changed;
}

static void both_read_what_is_said(void **state)
{
	struct pair *f = *state;
	cJSON *one = say(f->a, "one"), *two;

	assert_int_equal(hear(f->b, "@a:s", "$1", one, "one"), ROOM_KEYS_READ);
	machine_restart(f->a);
	machine_restart(f->b);
	two = say(f->a, "two");
	assert_int_equal(hear(f->b, "@a:s", "$2", two, "two"), ROOM_KEYS_READ);
	assert_int_equal(hear(f->a, "@a:s", "$2", two, "two"), ROOM_KEYS_READ); /* we ourselves */
	assert_string_not_equal(member_text(one, "ciphertext"), member_text(two, "ciphertext"));
	cJSON_Delete(one);
	cJSON_Delete(two);
}

static void no_index_is_used_twice(void **state)
{
	struct pair *f = *state;
	struct e2e_group *g;
	cJSON *row;

	for (uint32_t i = 0; i < 3; i++) {
		row = locker_json(f->a->locker, "out", ROOM);
		g = e2e_group_unpickle(member_text(row, "pickle"), vault_pickle_key(f->a->vault), NULL);
		assert_int_equal(e2e_group_index(g), i);
		e2e_group_free(g);
		cJSON_Delete(row);
		cJSON_Delete(say(f->a, "text"));
		machine_restart(f->a);
	}
}

static void what_relates_stays_readable(void **state)
{
	struct pair *f = *state;
	cJSON *content = cJSON_Parse("{\"body\":\"x\",\"m.relates_to\":{\"rel_type\":\"m.thread\",\"event_id\":\"$r\"}}");
	cJSON *sealed = room_out_seal(&f->a->out, ROOM, "m.room.message", content), *payload = NULL;

	assert_true(member_is(member_object(sealed, "m.relates_to"), "event_id", "$r"));
	assert_int_equal(room_keys_open(&f->b->keys, &(struct room_message){ROOM, "$1", "@a:s", sealed}, &payload),
		ROOM_KEYS_READ);
	assert_null(member_object(member_object(payload, "content"), "m.relates_to"));
	cJSON_Delete(payload);
	cJSON_Delete(sealed);
	cJSON_Delete(content);
}

static void each_device_is_told_once(void **state)
{
	struct pair *f = *state;
	struct machine *second = machine_new("@b:s", "B2");
	const struct device device = device_of(second);
	cJSON *list = cJSON_CreateObject();

	assert_int_equal(without(f->a, both, 2), 0);
	cJSON_AddItemToObject(list, "B", own_device_keys(f->b->self));
	cJSON_AddItemToObject(list, "B2", own_device_keys(second->self));
	devices_learn(f->a->locker, "@b:s", list);
	assert_int_equal(without(f->a, both, 2), 1); /* the new one, from the next message on */
	room_out_shared(&f->a->out, ROOM, &device, false);
	assert_int_equal(without(f->a, both, 2), 0); /* it can't be reached, and knows */
	cJSON_Delete(list);
	machine_free(second);
}

static void those_who_left_get_nothing(void **state)
{
	struct pair *f = *state;
	const char *const alone[] = {"@a:s"};
	struct room_people p = people_of(both, 2), left = people_of(alone, 1);
	cJSON *sealed;

	assert_false(renews(f->a, &p));
	assert_true(renews(f->a, &left));
	assert_false(renews(f->a, &left));
	sealed = say(f->a, "not for b");
	assert_int_equal(hear(f->b, "@a:s", "$1", sealed, ""), ROOM_KEYS_MISSING);
	assert_int_equal(without(f->a, both, 2), 1); /* when they come back they are told anew */
	cJSON_Delete(sealed);
}

static void a_device_that_goes_ends_it(void **state)
{
	struct pair *f = *state;
	struct room_people p = people_of(both, 2);

	assert_false(renews(f->a, &p));
	learn(f->a, "@b:s", NULL);
	assert_true(renews(f->a, &p));
}

static void it_wears_out(void **state)
{
	struct pair *f = *state;
	struct room_people p = people_of(both, 2);

	for (int i = 0; i < 100; i++)
		cJSON_Delete(say(f->a, "text"));
	assert_true(renews(f->a, &p));
	p.most_messages = 2;
	cJSON_Delete(say(f->a, "text"));
	assert_false(renews(f->a, &p));
	cJSON_Delete(say(f->a, "text"));
	assert_true(renews(f->a, &p));
	p.most_ms = 3 * 60 * 60 * 1000;
	clock_ms += p.most_ms - 1;
	assert_false(renews(f->a, &p));
	clock_ms += 1;
	assert_true(renews(f->a, &p));
	clock_ms -= 1000; /* a clock that goes back */
	assert_true(renews(f->a, &p));
}

static void another_device_begins_anew(void **state)
{
	struct pair *f = *state;

	own_device_free(f->a->self);
	f->a->device = "A2";
	machine_begin(f->a);
	assert_null(locker_get(f->a->locker, "out", ROOM));
	assert_false(olm_talk_has(&f->a->olm, device_of(f->b).curve25519));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_ROOM(both_read_what_is_said),
		WITH_ROOM(no_index_is_used_twice),
		WITH_ROOM(what_relates_stays_readable),
		WITH_ROOM(each_device_is_told_once),
		WITH_ROOM(those_who_left_get_nothing),
		WITH_ROOM(a_device_that_goes_ends_it),
		WITH_ROOM(it_wears_out),
		WITH_ROOM(another_device_begins_anew),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
