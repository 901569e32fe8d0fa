/* test_own_device.c - what the server is told of us, and when. */
#include "crypto/canonical.h"
#include "machine_fixture.h"

static int size_of(const cJSON *upload, const char *key)
{
	return cJSON_GetArraySize(cJSON_GetObjectItem(upload, key));
}

static void counts(struct machine *m, const char *counts_text, const char *unused_text)
{
	cJSON *list = cJSON_Parse(counts_text), *unused = cJSON_Parse(unused_text);

	own_device_counts(m->self, list, unused);
	cJSON_Delete(list);
	cJSON_Delete(unused);
}

static void at_first_all_is_told(void **state)
{
	struct machine *m = machine_new("@a:s", "A");
	const cJSON *keys = cJSON_GetObjectItem(m->upload, "device_keys");

	(void)state;
	assert_true(canonical_verify(keys, "@a:s", "A", device_of(m).ed25519));
	assert_true(canonical_verify(cJSON_GetObjectItem(m->upload, "one_time_keys")->child, "@a:s", "A",
		device_of(m).ed25519));
	assert_true(canonical_verify(cJSON_GetObjectItem(m->upload, "fallback_keys")->child, "@a:s", "A",
		device_of(m).ed25519));
	assert_true(member_true(cJSON_GetObjectItem(m->upload, "fallback_keys")->child, "fallback"));
	assert_int_equal(size_of(m->upload, "one_time_keys"), 50);
	assert_int_equal(size_of(m->upload, "fallback_keys"), 1);
	assert_false(own_device_must_upload(m->self));
	machine_restart(m);
	assert_false(own_device_must_upload(m->self)); /* until the server tells its count */
	machine_free(m);
}

static void what_is_short_is_made(void **state)
{
	struct machine *m = machine_new("@a:s", "A");
	cJSON *upload;

	(void)state;
	counts(m, "{\"signed_curve25519\":47}", "[\"signed_curve25519\"]");
	assert_true(own_device_must_upload(m->self));
	upload = own_device_upload(m->self, machine_now());
	assert_null(cJSON_GetObjectItem(upload, "device_keys"));
	assert_int_equal(size_of(upload, "one_time_keys"), 3);
	assert_int_equal(size_of(upload, "fallback_keys"), 0);
	cJSON_Delete(upload);
	machine_restart(m); /* the answer was lost: the same keys once more, and no others */
	counts(m, "{\"signed_curve25519\":47}", "[]");
	upload = own_device_upload(m->self, machine_now());
	assert_int_equal(size_of(upload, "one_time_keys"), 3);
	assert_int_equal(size_of(upload, "fallback_keys"), 1); /* the one that was there was used */
	cJSON_Delete(upload);
	counts(m, "{}", "null"); /* none are left */
	upload = own_device_upload(m->self, machine_now());
	assert_int_equal(size_of(upload, "one_time_keys"), 50);
	cJSON_Delete(upload);
	machine_free(m);
}

static void another_secret_opens_nothing(void **state)
{
	struct machine *m = machine_new("@a:s", "A");
	struct vault *other = vault_new("other");
	struct err err = {.text = ""};

	(void)state;
	assert_null(own_device_open(m->locker, other, "@a:s", "A", &err));
	assert_true(*err.text);
	vault_free(other);
	machine_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(at_first_all_is_told),
		cmocka_unit_test(what_is_short_is_made),
		cmocka_unit_test(another_secret_opens_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
