/* test_olm_talk.c - messages between two devices: what is read, what is refused, and what mends a broken session. */
#include "pair_fixture.h"

static cJSON *seal(struct machine *from, struct machine *to, const char *text)
{
	const struct device device = device_of(to);
	cJSON *content = cJSON_CreateObject(), *sealed;

	member_set_text(content, "text", text);
	sealed = olm_talk_seal(&from->olm, &device, "m.test", content);
	cJSON_Delete(content);
	assert_non_null(sealed);
	return sealed;
}

static enum olm_talk_result open_it(struct machine *m, const char *sender, const cJSON *sealed, const char *want)
{
	struct olm_talk_opened o = {0};
	enum olm_talk_result result = olm_talk_open(&m->olm, sender, sealed, &o);

	if (result == OLM_TALK_READ) {
		assert_string_equal(member_text(member_object(o.payload, "content"), "text"), want);
		olm_talk_opened_done(&o);
	}
	return result;
}

static void to_and_fro(void **state)
{
	struct pair *f = *state;
	struct machine *from = f->a, *to = f->b;

	for (int i = 0; i < 8; i++) {
		cJSON *sealed = seal(from, to, "text");
		struct machine *other = from;

		assert_int_equal(open_it(to, from->user, sealed, "text"), OLM_TALK_READ);
		cJSON_Delete(sealed);
		machine_restart(i % 2 ? from : to);
		if (i % 3) { /* not always in turn */
			from = to;
			to = other;
		}
	}
}

static void refused(void **state)
{
	struct pair *f = *state;
	struct machine *eve = machine_new("@eve:s", "E");
	cJSON *sealed = seal(f->a, f->b, "text");

	assert_int_equal(open_it(eve, "@a:s", sealed, ""), OLM_TALK_NOT_FOR_US);
	assert_int_equal(open_it(f->b, "@eve:s", sealed, ""), OLM_TALK_REFUSED); /* as if it were hers */
	cJSON_Delete(sealed);
	assert_int_equal(open_it(f->b, "@a:s", NULL, ""), OLM_TALK_NOT_FOR_US);
	claim(eve, f->b);
	sealed = seal(eve, f->b, "text");
	member_set_text(sealed, "sender_key", device_of(f->a).curve25519);
	assert_int_equal(open_it(f->b, "@a:s", sealed, ""), OLM_TALK_BROKEN);
	cJSON_Delete(sealed);
	machine_free(eve);
}

/* The device list says that there is another device behind that key. */
static void not_the_device_that_is_known(void **state)
{
	struct pair *f = *state;
	cJSON *sealed = seal(f->a, f->b, "text");

	learn(f->b, "@a:s", NULL);
	assert_int_equal(open_it(f->b, "@a:s", sealed, ""), OLM_TALK_REFUSED);
	cJSON_Delete(sealed);
	devices_changed(f->b->locker, "@a:s"); /* may be a new one that we were not told of yet */
	sealed = seal(f->a, f->b, "more");
	assert_int_equal(open_it(f->b, "@a:s", sealed, "more"), OLM_TALK_READ);
	cJSON_Delete(sealed);
}

static void a_new_session_mends(void **state)
{
	struct pair *f = *state;
	cJSON *sealed = seal(f->a, f->b, "one");

	assert_int_equal(open_it(f->b, "@a:s", sealed, "one"), OLM_TALK_READ);
	assert_int_equal(open_it(f->b, "@a:s", sealed, ""), OLM_TALK_BROKEN); /* twice */
	cJSON_Delete(sealed);
	locker_drop(f->b->locker, "olm", device_of(f->a).curve25519);
	sealed = seal(f->a, f->b, "two");
	assert_int_equal(open_it(f->b, "@a:s", sealed, ""), OLM_TALK_BROKEN);
	cJSON_Delete(sealed);
	claim(f->b, f->a);
	sealed = seal(f->b, f->a, "three");
	assert_int_equal(open_it(f->a, "@b:s", sealed, "three"), OLM_TALK_READ);
	cJSON_Delete(sealed);
	sealed = seal(f->a, f->b, "four");
	assert_int_equal(open_it(f->b, "@a:s", sealed, "four"), OLM_TALK_READ);
	cJSON_Delete(sealed);
}

static void unsigned_keys_are_not_used(void **state)
{
	struct pair *f = *state;
	const struct device to = device_of(f->b);
	cJSON *key = cJSON_GetObjectItem(f->b->upload, "one_time_keys")->child;

	member_set_text(key, "key", device_of(f->a).curve25519);
	assert_int_equal(olm_talk_begin(&f->a->olm, &to, key, NULL), -1);
}

static void the_fallback_key_serves_many(void **state)
{
	struct pair *f = *state;

	cJSON_DeleteItemFromObject(f->b->upload, "one_time_keys");
	cJSON_AddObjectToObject(f->b->upload, "one_time_keys");
	for (int i = 0; i < 3; i++) {
		char user[16];
		struct machine *m;
		cJSON *sealed;

		(void)snprintf(user, sizeof user, "@m%d:s", i);
		m = machine_new(user, "M");
		claim(m, f->b);
		sealed = seal(m, f->b, "text");
		assert_int_equal(open_it(f->b, user, sealed, "text"), OLM_TALK_READ);
		cJSON_Delete(sealed);
		machine_free(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_PAIR(to_and_fro),
		WITH_PAIR(refused),
		WITH_PAIR(not_the_device_that_is_known),
		WITH_PAIR(a_new_session_mends),
		WITH_PAIR(unsigned_keys_are_not_used),
		WITH_PAIR(the_fallback_key_serves_many),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
