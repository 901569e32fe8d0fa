/* test_secret_storage.c - descriptions and secrets that others made, round trips, and damage. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/secret_storage.h"
#include "util/err.h"

static void fill(unsigned char key[SECRET_STORAGE_KEY], int first)
{
	for (int i = 0; i < SECRET_STORAGE_KEY; i++)
		key[i] = (unsigned char)(first + i);
}

/* Descriptions as other clients wrote them, and words of people. */
static const char by_passphrase[] =
	"{\"algorithm\":\"m.secret_storage.v1.aes-hmac-sha2\",\"iv\":\"gH2iNpiETFhApvW6/FFEJQ\","
	"\"mac\":\"9Lw12m5SKDipNghdQXKjgpfdj1/K7HFI2brO+UWAGoM\",\"passphrase\":{\"algorithm\":\"m.pbkdf2\","
	"\"salt\":\"IuLnH7S85YtZmkkBJKwNUKxWF42g9O1H\",\"iterations\":10}}";
static const char by_key[] =
	"{\"algorithm\":\"m.secret_storage.v1.aes-hmac-sha2\",\"iv\":\"xv5b6/p3ExEw++wTyfSHEg==\","
	"\"mac\":\"ujBBbXahnTAMkmPUX2/0+VTfUh63pGyVRuBcDMgmJC8=\"}";

static void opening(void **state)
{
	static const char words[] = "It's a secret to everybody";
	static const char key[] = "EsTj 3yST y93F SLpB jJsz eAXc 2XzA ygD3 w69H fGaN TKBj jXEd";
	static const struct {
		const char *description, *words, *refused; /* NULL: it opens */
	} cases[] = {
		{by_passphrase, words, NULL},
		{by_passphrase, "It's a secret to nobody", "not the key"},
		{by_passphrase, key, "not the key"},
		{by_key, key, NULL},
		{by_key, "EsTc LW2K PGiF wKEA 3As5 g5c4 BXwk qeeJ ZJV8 Q9fu gUMN UE4d", "not the key"},
		{by_key, words, "no recovery key"},
		{"{\"algorithm\":\"m.secret_storage.v1.aes-hmac-sha2\"}", key, NULL}, /* nothing to tell it by */
		{"{\"algorithm\":\"m.other\"}", key, "another algorithm"},
		{"{}", key, "another algorithm"},
		{"{\"algorithm\":\"m.secret_storage.v1.aes-hmac-sha2\",\"iv\":\"AAAA\","
			"\"mac\":\"ujBBbXahnTAMkmPUX2/0+VTfUh63pGyVRuBcDMgmJC8=\"}", key, "damaged"},
		{"{\"algorithm\":\"m.secret_storage.v1.aes-hmac-sha2\",\"passphrase\":{\"algorithm\":\"m.pbkdf2\","
			"\"salt\":\"a\",\"iterations\":1e12}}", words, "not known here"},
		{"{\"algorithm\":\"m.secret_storage.v1.aes-hmac-sha2\",\"passphrase\":{\"algorithm\":\"m.pbkdf2\","
			"\"salt\":\"a\",\"iterations\":10,\"bits\":512}}", words, "not known here"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		unsigned char got[SECRET_STORAGE_KEY];
		struct err err = {""};
		cJSON *description = cJSON_Parse(cases[i].description);
		int result = secret_storage_open(description, cases[i].words, got, &err);

		if ((result == 0) != !cases[i].refused || (result && !strstr(err.text, cases[i].refused)))
			fail_msg("case %zu: %d, '%s'", i, result, err.text);
		cJSON_Delete(description);
	}
}

static void describing(void **state)
{
	unsigned char key[SECRET_STORAGE_KEY], other[SECRET_STORAGE_KEY];
	cJSON *a, *b;
	(void)state;
	fill(key, 0);
	fill(other, 1);
	a = secret_storage_describe(key, NULL);
	b = secret_storage_describe(key, NULL);
	assert_int_equal(secret_storage_check(a, key, NULL), 0);
	assert_int_equal(secret_storage_check(b, key, NULL), 0);
	assert_int_equal(secret_storage_check(a, other, NULL), -1);
	assert_false(cJSON_Compare(a, b, true)); /* each has its own start */
	cJSON_Delete(a);
	cJSON_Delete(b);
}

/* Worked out with Python's hmac and the openssl program. */
static void known_secret(void **state)
{
	static const char text[] = "{\"iv\":\"ZGVmZ2hpamt//////////w==\","
		"\"ciphertext\":\"3rSr9KUnHGCCwfMrM+u5AS7/qgFbqXmpjhEACam7XOeRG8GTelcXKZ81ZQ==\","
		"\"mac\":\"2IXw1LzuzKkN7p/UBCU+kDLvwUHwt8DZRqV0bXF5+AA=\"}";
	unsigned char key[SECRET_STORAGE_KEY];
	cJSON *sealed = cJSON_Parse(text);
	struct err err = {""};
	char *secret;
	(void)state;
	fill(key, 0);
	secret = secret_storage_unseal(key, "m.cross_signing.master", sealed, &err);
	assert_string_equal(secret, "nqOvzeuGWT/sRx3h7+MHoInYj3Uk2LD/unI9kDYcHwk");
	free(secret);
	assert_null(secret_storage_unseal(key, "m.cross_signing.self_signing", sealed, &err));
	assert_non_null(strstr(err.text, "m.cross_signing.self_signing: sealed with another key"));
	cJSON_Delete(sealed);
}

static void round_trip(void **state)
{
	char longest[SECRET_STORAGE_MAX + 2];
	const char *const secrets[] = {"", "a", "a secret with umläuts", longest};
	unsigned char key[SECRET_STORAGE_KEY];
	(void)state;
	fill(key, 7);
	memset(longest, 'x', sizeof longest);
	longest[SECRET_STORAGE_MAX] = '\0';
	for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
		cJSON *sealed = secret_storage_seal(key, "m.megolm_backup.v1", secrets[i], NULL);
		char *back = secret_storage_unseal(key, "m.megolm_backup.v1", sealed, NULL);

		assert_string_equal(back, secrets[i]);
		free(back);
		cJSON_Delete(sealed);
	}
	longest[SECRET_STORAGE_MAX] = 'x';
	longest[SECRET_STORAGE_MAX + 1] = '\0';
	assert_null(secret_storage_seal(key, "a", longest, NULL));
}

static void damaged(void **state)
{
	static const char *const members[] = {"iv", "ciphertext", "mac"};
	static const char *const now[] = {NULL, "", "AAAA", "not base64!",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
	unsigned char key[SECRET_STORAGE_KEY];
	(void)state;
	fill(key, 7);
	for (size_t m = 0; m < 3; m++)
		for (size_t i = 0; i < sizeof now / sizeof *now; i++) {
			cJSON *sealed = secret_storage_seal(key, "name", "secret", NULL);
			struct err err = {""};

			cJSON_DeleteItemFromObjectCaseSensitive(sealed, members[m]);
			if (now[i])
				cJSON_AddStringToObject(sealed, members[m], now[i]);
			assert_null(secret_storage_unseal(key, "name", sealed, &err));
			assert_non_null(strstr(err.text, "damaged"));
			cJSON_Delete(sealed);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opening), cmocka_unit_test(describing), cmocka_unit_test(known_secret),
		cmocka_unit_test(round_trip), cmocka_unit_test(damaged),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
