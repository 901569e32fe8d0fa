/* test_olm.c - two parties talk through what olm.h offers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/bytes.h"
#include "crypto/olm.h"
#include "util/err.h"

static const struct e2e_pickle_key pickle_key = {{7}}, wrong_key = {{8}};

static void take_key(void *ctx, const char *id, const char *key)
{
	(void)id;
	(void)snprintf(ctx, E2E_KEY_SIZE, "%s", key);
}

static void count_key(void *ctx, const char *id, const char *key)
{
	assert_true(*id && strlen(key) == E2E_KEY_SIZE - 1);
	++*(int *)ctx;
}

static void account_keys(void **state)
{
	struct e2e_account *a = e2e_account_new();
	int n = 0;

	(void)state;
	assert_true(e2e_account_most_keys(a) >= 50);
	e2e_account_make_keys(a, 5);
	e2e_account_each_key(a, count_key, &n);
	assert_int_equal(n, 5);
	e2e_account_make_fallback(a);
	n = 0;
	e2e_account_each_fallback(a, count_key, &n);
	assert_int_equal(n, 1);
	e2e_account_published(a);
	n = 0;
	e2e_account_each_key(a, count_key, &n);
	e2e_account_each_fallback(a, count_key, &n);
	assert_int_equal(n, 0);
	e2e_account_free(a);
}

static void account_pickles(void **state)
{
	struct e2e_account *a = e2e_account_new(), *b;
	char *pickle = e2e_account_pickle(a, &pickle_key);
	struct err err = {.text = ""};

	(void)state;
	assert_null(e2e_account_unpickle(pickle, &wrong_key, &err));
	assert_string_equal(err.text, "account: BAD_ACCOUNT_KEY");
	b = e2e_account_unpickle(pickle, &pickle_key, &err);
	assert_non_null(b);
	assert_string_equal(e2e_account_curve25519(a), e2e_account_curve25519(b));
	assert_string_equal(e2e_account_ed25519(a), e2e_account_ed25519(b));
	assert_null(e2e_account_unpickle("", &pickle_key, NULL));
	bytes_wipe(pickle);
	e2e_account_free(a);
	e2e_account_free(b);
}

/* Kept and read back between any two messages. */
static struct e2e_session *through_pickle(struct e2e_session *s)
{
	char *pickle = e2e_session_pickle(s, &pickle_key);
	struct e2e_session *again = e2e_session_unpickle(pickle, &pickle_key, NULL);

	assert_non_null(again);
	bytes_wipe(pickle);
	e2e_session_free(s);
	return again;
}

static void say(struct e2e_session **from, struct e2e_session **to, const char *text, enum e2e_olm_type want)
{
	enum e2e_olm_type type;
	char *body = e2e_session_encrypt(*from, text, strlen(text), &type), *plain;
	size_t len;

	assert_int_equal(type, want);
	*from = through_pickle(*from);
	plain = e2e_session_decrypt(*to, type, body, &len, NULL);
	assert_non_null(plain);
	assert_string_equal(plain, text);
	assert_int_equal(len, strlen(text));
	*to = through_pickle(*to);
	bytes_wipe(plain);
	assert_null(e2e_session_decrypt(*to, type, body, &len, NULL)); /* no message twice */
	free(body);
}

static void olm_talk(void **state)
{
	struct e2e_account *a = e2e_account_new(), *b = e2e_account_new();
	const char *curve_a = e2e_account_curve25519(a), *curve_b = e2e_account_curve25519(b);
	char one_time[E2E_KEY_SIZE] = "", *body, *plain = NULL, *id, *other_id;
	struct e2e_session *ab, *ba;
	enum e2e_olm_type type;
	size_t len;

	(void)state;
	e2e_account_make_keys(b, 1);
	e2e_account_each_key(b, take_key, one_time);
	e2e_account_published(b);
	assert_null(e2e_session_new(a, "nonsense", one_time, NULL));
	ab = e2e_session_new(a, curve_b, one_time, NULL);
	assert_non_null(ab);
	body = e2e_session_encrypt(ab, "hello", 5, &type);
	assert_int_equal(type, E2E_OLM_PRE_KEY);
	assert_null(e2e_session_receive(b, curve_b, body, &plain, &len, NULL)); /* it says itself whom it is from */
	ba = e2e_session_receive(b, curve_a, body, &plain, &len, NULL);
	assert_non_null(ba);
	assert_string_equal(plain, "hello");
	bytes_wipe(plain);
	id = e2e_session_id(ab);
	other_id = e2e_session_id(ba);
	assert_string_equal(id, other_id);
	assert_true(e2e_session_matches(ba, curve_a, body));
	assert_false(e2e_session_matches(ba, curve_b, body));
	assert_null(e2e_session_receive(b, curve_a, body, &plain, &len, NULL)); /* its one-time key is gone */
	say(&ab, &ba, "still before an answer", E2E_OLM_PRE_KEY);
	say(&ba, &ab, "an answer", E2E_OLM_MESSAGE);
	say(&ab, &ba, "", E2E_OLM_MESSAGE);
	free(id);
	free(other_id);
	free(body);
	e2e_session_free(ab);
	e2e_session_free(ba);
	e2e_account_free(a);
	e2e_account_free(b);
}

static void nonsense_is_refused(void **state)
{
	static const char *const bodies[] = {"", "A", "AAAA", "!!!!", "AwogAAAA",
		"AwoKbm90aGluZyBhdCBhbGwSCm5vdGhpbmcgYXQgYWxsGgpub3RoaW5nIGF0"};
	struct e2e_account *a = e2e_account_new();
	struct e2e_group *g = e2e_group_new();
	char *key = e2e_group_key(g), *plain;
	struct e2e_reader *r = e2e_reader_new(key, NULL);
	size_t len;
	uint32_t index;

	(void)state;
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		struct err err = {.text = ""};

		assert_null(e2e_session_receive(a, e2e_account_curve25519(a), bodies[i], &plain, &len, &err));
		assert_true(*err.text);
		assert_null(e2e_reader_decrypt(r, bodies[i], &len, &index, &err));
		assert_null(e2e_reader_new(bodies[i], &err));
		assert_null(e2e_reader_import(bodies[i], &err));
		assert_false(e2e_verify(e2e_account_ed25519(a), "x", 1, bodies[i]));
		assert_false(e2e_verify(bodies[i], "x", 1, bodies[i]));
	}
	bytes_wipe(key);
	e2e_reader_free(r);
	e2e_group_free(g);
	e2e_account_free(a);
}

static void read_one(struct e2e_reader *r, const char *message, const char *text, uint32_t want)
{
	uint32_t index = 99;
	size_t len;
	char *plain = e2e_reader_decrypt(r, message, &len, &index, NULL);

	assert_non_null(plain);
	assert_string_equal(plain, text);
	assert_int_equal(index, want);
	bytes_wipe(plain);
}

static void megolm_talk(void **state)
{
	struct e2e_group *g = e2e_group_new(), *kept;
	char *key = e2e_group_key(g), *first = e2e_group_encrypt(g, "one", 3), *second, *pickle, *exported;
	struct e2e_reader *r = e2e_reader_new(key, NULL), *late;
	size_t len;
	uint32_t index = 0;

	(void)state;
	pickle = e2e_group_pickle(g, &pickle_key);
	kept = e2e_group_unpickle(pickle, &pickle_key, NULL);
	assert_int_equal(e2e_group_index(kept), 1);
	second = e2e_group_encrypt(kept, "two", 3);
	read_one(r, second, "two", 1); /* in any order */
	read_one(r, first, "one", 0);
	assert_int_equal(e2e_reader_first(r), 0);
	exported = e2e_reader_export(r, 1);
	late = e2e_reader_import(exported, NULL);
	assert_int_equal(e2e_reader_first(late), 1);
	read_one(late, second, "two", 1);
	assert_null(e2e_reader_decrypt(late, first, &len, &index, NULL));
	assert_null(e2e_reader_export(late, 0));
	bytes_wipe(key);
	bytes_wipe(pickle);
	bytes_wipe(exported);
	free(first);
	free(second);
	e2e_group_free(g);
	e2e_group_free(kept);
	e2e_reader_free(r);
	e2e_reader_free(late);
}

static void sealed_to_a_key(void **state)
{
	uint8_t secret[E2E_SEED_BYTES];
	struct e2e_opener *o;
	struct e2e_sealed sealed;
	char *plain;
	size_t len;

	(void)state;
	bytes_random(secret, sizeof secret);
	o = e2e_opener_new(secret);
	assert_int_equal(e2e_seal("no key", "text", 4, &sealed, NULL), -1);
	assert_int_equal(e2e_seal(e2e_opener_key(o), "text", 4, &sealed, NULL), 0);
	plain = e2e_opener_open(o, &sealed, &len, NULL);
	assert_non_null(plain);
	assert_string_equal(plain, "text");
	bytes_wipe(plain);
	sealed.mac[0] = sealed.mac[0] == 'A' ? 'B' : 'A';
	assert_null(e2e_opener_open(o, &sealed, &len, NULL));
	sealed.ciphertext[strlen(sealed.ciphertext) / 4 * 4 - 3] = '\0'; /* one letter more than whole groups: no base64 */
	assert_int_equal(strlen(sealed.ciphertext) % 4, 1);
	assert_null(e2e_opener_open(o, &sealed, &len, NULL));
	e2e_sealed_done(&sealed);
	e2e_opener_free(o);
}

static void sas_agrees(void **state)
{
	struct e2e_sas *a = e2e_sas_new(), *b = e2e_sas_new();
	uint8_t of_a[6], of_b[6];
	char *mac_a, *mac_b;

	(void)state;
	assert_int_equal(e2e_sas_set_their_key(a, "short", NULL), -1);
	assert_int_equal(e2e_sas_set_their_key(a, e2e_sas_key(b), NULL), 0);
	assert_int_equal(e2e_sas_set_their_key(b, e2e_sas_key(a), NULL), 0);
	e2e_sas_bytes(a, "info", of_a, sizeof of_a);
	e2e_sas_bytes(b, "info", of_b, sizeof of_b);
	assert_memory_equal(of_a, of_b, sizeof of_a);
	mac_a = e2e_sas_mac(a, "a key", "info");
	mac_b = e2e_sas_mac(b, "a key", "info");
	assert_string_equal(mac_a, mac_b);
	free(mac_b);
	mac_b = e2e_sas_mac(b, "a key", "other info");
	assert_string_not_equal(mac_a, mac_b);
	free(mac_a);
	free(mac_b);
	e2e_sas_free(a);
	e2e_sas_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(account_keys),
		cmocka_unit_test(account_pickles),
		cmocka_unit_test(olm_talk),
		cmocka_unit_test(nonsense_is_refused),
		cmocka_unit_test(megolm_talk),
		cmocka_unit_test(sealed_to_a_key),
		cmocka_unit_test(sas_agrees),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
