/* test_vault.c - what was sealed opens under its own name and key, and no other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/bytes.h"
#include "crypto/vault.h"
#include "util/err.h"

static void round_trip(void **state)
{
	struct vault *v = vault_new("a secret"), *again = vault_new("a secret");
	char *sealed = vault_seal(v, "olm one", "text", 4), *twice = vault_seal(v, "olm one", "text", 4), *plain;
	size_t len = 0;

	(void)state;
	assert_string_not_equal(sealed, twice);
	plain = vault_open(again, "olm one", sealed, &len, NULL);
	assert_non_null(plain);
	assert_int_equal(len, 4);
	assert_string_equal(plain, "text");
	free(sealed);
	free(twice);
	bytes_wipe(plain);
	vault_free(v);
	vault_free(again);
}

static void nothing_else_opens_it(void **state)
{
	struct vault *v = vault_new("a secret"), *other = vault_new("another secret");
	char *sealed = vault_seal(v, "olm one", "text", 4);
	struct err err = {.text = ""};
	size_t len;

	(void)state;
	assert_null(vault_open(other, "olm one", sealed, &len, &err));
	assert_string_equal(err.text, "sealed with another key, or damaged");
	assert_null(vault_open(v, "olm two", sealed, &len, NULL));
	assert_null(vault_open(v, "olm one", "", &len, NULL));
	assert_null(vault_open(v, "olm one", "AAAA", &len, NULL));
	for (size_t i = 0, n = strlen(sealed); i < n; i += 7) {
		char was = sealed[i];

		sealed[i] = was == 'A' ? 'Q' : 'A';
		if (vault_open(v, "olm one", sealed, &len, NULL))
			fail_msg("opened though changed at %zu", i);
		sealed[i] = was;
	}
	free(sealed);
	vault_free(v);
	vault_free(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trip),
		cmocka_unit_test(nothing_else_opens_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
