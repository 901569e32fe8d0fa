/* test_devices.c - which devices of others are believed, and when they are asked for. */
#include "crypto/canonical.h"
#include "machine_fixture.h"

struct seen {
	char text[256];
};

static void note_device(void *ctx, const struct device *d)
{
	struct seen *s = ctx;
	size_t at = strlen(s->text);

	(void)snprintf(s->text + at, sizeof s->text - at, "%s%s;", d->id, d->verified ? "+" : "");
}

static const char *devices(struct machine *m, const char *user)
{
	static struct seen s;

	s.text[0] = '\0';
	devices_each(m->locker, user, note_device, &s);
	return s.text;
}

static void note_user(void *ctx, const char *user)
{
	struct seen *s = ctx;
	size_t at = strlen(s->text);

	(void)snprintf(s->text + at, sizeof s->text - at, "%s;", user);
}

static const char *stale(struct machine *m)
{
	static struct seen s;

	s.text[0] = '\0';
	devices_each_stale(m->locker, note_user, &s);
	return s.text;
}

static int set_up(void **state)
{
	*state = machine_new("@bot:s", "BOT");
	return 0;
}

static int clean_up(void **state)
{
	machine_free(*state);
	return 0;
}

static void who_is_to_be_asked_for(void **state)
{
	struct machine *m = *state;

	devices_changed(m->locker, "@a:s"); /* nobody we know */
	assert_string_equal(stale(m), "");
	devices_track(m->locker, "@a:s");
	devices_track(m->locker, "@b:s");
	assert_string_equal(stale(m), "@a:s;@b:s;");
	learn(m, "@a:s", NULL);
	learn(m, "@b:s", NULL);
	assert_string_equal(stale(m), "");
	machine_restart(m);
	devices_changed(m->locker, "@b:s");
	assert_true(devices_stale(m->locker, "@b:s") && !devices_stale(m->locker, "@a:s"));
	devices_all_changed(m->locker);
	assert_string_equal(stale(m), "@a:s;@b:s;");
	devices_drop(m->locker, "@a:s");
	assert_false(devices_tracked(m->locker, "@a:s"));
}

/* Tells of @a:s what `change` makes of the keys of a good device. */
static void tell(struct machine *m, struct machine *a, void (*change)(cJSON *keys, struct machine *a))
{
	cJSON *list = cJSON_CreateObject(), *keys = own_device_keys(a->self);

	if (change)
		change(keys, a);
	cJSON_AddItemToObject(list, "A", keys);
	devices_track(m->locker, "@a:s");
	devices_learn(m->locker, "@a:s", list);
	cJSON_Delete(list);
}

static void another_user(cJSON *keys, struct machine *a)
{
	member_set_text(keys, "user_id", "@eve:s");
	(void)canonical_sign(keys, "@a:s", "A", own_device_account(a->self));
}

static void another_device(cJSON *keys, struct machine *a)
{
	member_set_text(keys, "device_id", "B");
	(void)canonical_sign(keys, "@a:s", "A", own_device_account(a->self));
}

static void another_key(cJSON *keys, struct machine *a)
{
	member_set_text(member_make(keys, "keys"), "curve25519:A", e2e_account_ed25519(own_device_account(a->self)));
}

static void no_signature(cJSON *keys, struct machine *a)
{
	(void)a;
	cJSON_DeleteItemFromObject(keys, "signatures");
}

static void no_megolm(cJSON *keys, struct machine *a)
{
	cJSON_DeleteItemFromObject(keys, "algorithms");
	(void)canonical_sign(keys, "@a:s", "A", own_device_account(a->self));
}

static void only_good_ones_are_taken(void **state)
{
	static void (*const changes[])(cJSON *keys, struct machine *a) = {
		another_user, another_device, another_key, no_signature, no_megolm};
	struct machine *m = *state, *a = machine_new("@a:s", "A");

	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		tell(m, a, changes[i]);
		if (*devices(m, "@a:s"))
			fail_msg("case %zu: %s", i, devices(m, "@a:s"));
	}
	tell(m, a, NULL);
	assert_string_equal(devices(m, "@a:s"), "A;");
	machine_free(a);
}

/* A server can't put its own keys in the place of a device that we know. */
static void keys_never_change(void **state)
{
	struct machine *m = *state, *a = machine_new("@a:s", "A"), *other = machine_new("@a:s", "A");
	struct device was = device_of(a), now = device_of(other);

	tell(m, a, NULL);
	devices_verify(m->locker, "@a:s", "A", true);
	assert_string_equal(devices(m, "@a:s"), "A+;");
	tell(m, other, NULL);
	assert_string_equal(devices(m, "@a:s"), "A+;");
	assert_int_equal(devices_match(m->locker, "@a:s", was.curve25519, was.ed25519), DEVICES_SAME);
	assert_int_equal(devices_match(m->locker, "@a:s", now.curve25519, now.ed25519), DEVICES_OTHER);
	assert_int_equal(devices_match(m->locker, "@a:s", was.curve25519, now.ed25519), DEVICES_OTHER);
	assert_int_equal(devices_match(m->locker, "@b:s", was.curve25519, was.ed25519), DEVICES_UNKNOWN);
	devices_verify(m->locker, "@a:s", "A", false);
	assert_string_equal(devices(m, "@a:s"), "A;");
	machine_free(a);
	machine_free(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(who_is_to_be_asked_for, set_up, clean_up),
		cmocka_unit_test_setup_teardown(only_good_ones_are_taken, set_up, clean_up),
		cmocka_unit_test_setup_teardown(keys_never_change, set_up, clean_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
