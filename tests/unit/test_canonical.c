/* test_canonical.c - canonical JSON and signed objects: the examples of the specification's appendices. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/base64.h"
#include "crypto/canonical.h"
#include "crypto/olm.h"

static void forms(void **state)
{
	static const struct {
		const char *json, *want; /* NULL: has none */
	} cases[] = {
		{"{}", "{}"},
		{"{\"one\": 1, \"two\": \"Two\"}", "{\"one\":1,\"two\":\"Two\"}"},
		{"{\"b\": \"2\", \"a\": \"1\"}", "{\"a\":\"1\",\"b\":\"2\"}"},
		{"{\"a\": \"\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\"}", "{\"a\":\"\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\"}"},
		{"{\"\xe6\x9c\xac\": 2, \"\xe6\x97\xa5\": 1}", "{\"\xe6\x97\xa5\":1,\"\xe6\x9c\xac\":2}"},
		{"{\"a\": \"\\u65E5\"}", "{\"a\":\"\xe6\x97\xa5\"}"},
		{"{\"a\": null}", "{\"a\":null}"},
		{"{\"a\": -0, \"b\": 1e10}", "{\"a\":0,\"b\":10000000000}"},
		{"{\"a\": \"\\u0007\\n\\u000b\\/\\\"\"}", "{\"a\":\"\\u0007\\n\\u000b/\\\"\"}"},
		{"[true, false, [1, {}]]", "[true,false,[1,{}]]"},
		{"{\"a\": 1.5}", NULL},
		{"{\"a\": 9007199254740992}", NULL},
		{"{\"a\": 9007199254740991}", "{\"a\":9007199254740991}"},
		{"{\"a\": 1, \"a\": 2}", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		cJSON *tree = cJSON_Parse(cases[i].json);
		char *got = canonical_print(tree);

		assert_non_null(tree);
		if (!cases[i].want != !got || (got && strcmp(got, cases[i].want) != 0))
			fail_msg("case %zu: %s", i, got ? got : "none");
		free(got);
		cJSON_Delete(tree);
	}
}

/* Appendices, "Cryptographic Test Vectors": the seed, and what it makes of these objects. */
static void known_signatures(void **state)
{
	static const struct {
		const char *json, *signature;
	} cases[] = {
		{"{}", "K8280/U9SSy9IVtjBuVeLr+HpOB4BQFWbg+UZaADMtTdGYI7Geitb76LTrr5QV/7Xg4ahLwYGYZzuHGZKM5ZAQ"},
		{"{\"two\": \"Two\", \"one\": 1, \"unsigned\": {\"age\": 3}}",
			"KqmLSbO39/Bzb0QIYE82zqLwsA+PDzYIpIRA2sRQ4sL53+sN6/fpNSoqE7BP7vBZhG6kYdD13EIMJpvhJI+6Bw"},
	};
	uint8_t seed[E2E_SEED_BYTES];
	struct e2e_signer *signer;

	(void)state;
	assert_int_equal(base64_bytes("YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1", seed, sizeof seed), sizeof seed);
	signer = e2e_signer_new(seed);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		cJSON *tree = cJSON_Parse(cases[i].json);
		const cJSON *got;

		assert_int_equal(canonical_sign_with(tree, "domain", "1", signer), 0);
		got = cJSON_GetObjectItem(cJSON_GetObjectItem(cJSON_GetObjectItem(tree, "signatures"), "domain"),
			"ed25519:1");
		assert_string_equal(got->valuestring, cases[i].signature);
		assert_true(canonical_verify(tree, "domain", "1", e2e_signer_key(signer)));
		cJSON_Delete(tree);
	}
	e2e_signer_free(signer);
}

static void changed_objects_are_seen(void **state)
{
	struct e2e_account *a = e2e_account_new(), *other = e2e_account_new();
	const char *key = e2e_account_ed25519(a);
	cJSON *tree = cJSON_Parse("{\"a\":1}");

	(void)state;
	assert_int_equal(canonical_sign(tree, "@a:b", "DEV", a), 0);
	assert_int_equal(canonical_sign(tree, "@c:d", "DEV", other), 0); /* beside the first */
	assert_true(canonical_verify(tree, "@a:b", "DEV", key));
	assert_true(canonical_verify(tree, "@c:d", "DEV", e2e_account_ed25519(other)));
	assert_false(canonical_verify(tree, "@a:b", "OTHER", key));
	assert_false(canonical_verify(tree, "@x:y", "DEV", key));
	assert_false(canonical_verify(tree, "@a:b", "DEV", e2e_account_ed25519(other)));
	assert_false(canonical_verify(tree, "@a:b", "DEV", "short"));
	cJSON_AddNumberToObject(cJSON_AddObjectToObject(tree, "unsigned"), "x", 1);
	assert_true(canonical_verify(tree, "@a:b", "DEV", key));
	cJSON_AddNumberToObject(tree, "b", 1);
	assert_false(canonical_verify(tree, "@a:b", "DEV", key));
	cJSON_Delete(tree);
	e2e_account_free(a);
	e2e_account_free(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms),
		cmocka_unit_test(known_signatures),
		cmocka_unit_test(changed_objects_are_seen),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
