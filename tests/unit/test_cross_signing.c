/* test_cross_signing.c - our three keys as others see them, and what does not vouch for a device. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/canonical.h"
#include "crypto/cross_signing.h"

static const char user[] = "@bot:a", device[] = "DEVICE";

static void set_seeds(struct cross_seeds *s)
{
	for (int i = 0; i < CROSS_KEYS; i++)
		memset(s->seed[i], i + 1, E2E_SEED_BYTES);
}

/* A device's keys, signed by itself. */
static cJSON *make_device(struct e2e_account *a)
{
	cJSON *keys = cJSON_CreateObject(), *list;

	cJSON_AddStringToObject(keys, "user_id", user);
	cJSON_AddStringToObject(keys, "device_id", device);
	cJSON_AddItemToArray(cJSON_AddArrayToObject(keys, "algorithms"), cJSON_CreateString("m.megolm.v1.aes-sha2"));
	list = cJSON_AddObjectToObject(keys, "keys");
	cJSON_AddStringToObject(list, "ed25519:DEVICE", e2e_account_ed25519(a));
	cJSON_AddStringToObject(list, "curve25519:DEVICE", e2e_account_curve25519(a));
	assert_int_equal(canonical_sign(keys, user, device, a), 0);
	return keys;
}

/* What the server tells once both uploads were made. */
static cJSON *make_query(const struct cross_seeds *seeds, const cJSON *signatures)
{
	static const struct {
		const char *uploaded, *told;
	} members[] = {{"master_key", "master_keys"}, {"self_signing_key", "self_signing_keys"}};
	cJSON *upload = cross_upload(seeds, user), *query = cJSON_CreateObject();

	for (int i = 0; i < 2; i++)
		cJSON_AddItemToObject(cJSON_AddObjectToObject(query, members[i].told), user,
			cJSON_DetachItemFromObjectCaseSensitive(upload, members[i].uploaded));
	cJSON_AddItemToObject(query, "device_keys", cJSON_Duplicate(signatures, true));
	cJSON_Delete(upload);
	return query;
}

static const cJSON *device_in(const cJSON *query)
{
	return cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(
		cJSON_GetObjectItemCaseSensitive(query, "device_keys"), user), device);
}

struct scene {
	struct e2e_account *account;
	struct cross_seeds seeds;
	cJSON *keys, *query;
};

static void begin(struct scene *s)
{
	cJSON *signatures;

	s->account = e2e_account_new();
	set_seeds(&s->seeds);
	s->keys = make_device(s->account);
	signatures = cross_sign_device(s->seeds.seed[CROSS_SELF_SIGNING], user, s->keys);
	assert_non_null(signatures);
	s->query = make_query(&s->seeds, signatures);
	cJSON_Delete(signatures);
}

static void end(struct scene *s)
{
	cJSON_Delete(s->keys);
	cJSON_Delete(s->query);
	e2e_account_free(s->account);
}

static void vouched_for(void **state)
{
	char keys[CROSS_KEYS][E2E_KEY_SIZE];
	struct cross_known known;
	struct scene s;
	(void)state;
	begin(&s);
	cross_public(&s.seeds, keys);
	assert_true(cross_read(s.query, user, &known));
	assert_string_equal(known.master, keys[CROSS_MASTER]);
	assert_string_equal(known.self_signing, keys[CROSS_SELF_SIGNING]);
	assert_true(cross_vouches(&known, user, device, device_in(s.query)));
	assert_false(cross_vouches(&known, user, device, s.keys)); /* signed by itself alone */
	assert_false(cross_vouches(&known, user, "OTHER", device_in(s.query)));
	assert_false(cross_vouches(&known, "@other:a", device, device_in(s.query)));
	assert_false(cross_read(s.query, "@other:a", &known));
	end(&s);
}

/* Sets the text at a path of members, "/" between. */
static void spoil(cJSON *tree, const char *path, const char *now)
{
	char name[256];
	const char *slash;

	while ((slash = strchr(path, '/'))) {
		snprintf(name, sizeof name, "%.*s", (int)(slash - path), path);
		tree = cJSON_GetObjectItemCaseSensitive(tree, name);
		assert_non_null(tree);
		path = slash + 1;
	}
	assert_non_null(cJSON_GetObjectItemCaseSensitive(tree, path));
	cJSON_DeleteItemFromObjectCaseSensitive(tree, path);
	if (now)
		cJSON_AddStringToObject(tree, path, now);
}

static void not_vouched_for(void **state)
{
	static const struct {
		const char *path, *now;
		bool read; /* the user's keys still are */
	} cases[] = {
		{"master_keys/@bot:a", NULL, false},
		{"master_keys/@bot:a/user_id", "@evil:a", false},
		{"master_keys/@bot:a/usage", "master", false},
		{"master_keys/@bot:a/keys", NULL, false},
		{"self_signing_keys/@bot:a", NULL, false},
		{"self_signing_keys/@bot:a/signatures", NULL, false},
		{"self_signing_keys/@bot:a/user_id", NULL, false},
		{"device_keys/@bot:a/DEVICE/signatures", NULL, true},
		{"device_keys/@bot:a/DEVICE/device_id", "OTHER", true},
		{"device_keys/@bot:a/DEVICE/user_id", "@evil:a", true},
		{"device_keys/@bot:a/DEVICE/keys/ed25519:DEVICE", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", true},
		{"device_keys/@bot:a/DEVICE/keys/curve25519:DEVICE", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", true},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct cross_known known;
		struct scene s;
		bool read;

		begin(&s);
		spoil(s.query, cases[i].path, cases[i].now);
		read = cross_read(s.query, user, &known);
		if (read != cases[i].read || (read && cross_vouches(&known, user, device, device_in(s.query))))
			fail_msg("case %zu: %s", i, cases[i].path);
		end(&s);
	}
}

/* A self-signing key of somebody else's making vouches for nothing. */
static void other_master(void **state)
{
	struct cross_known known;
	struct cross_seeds other;
	cJSON *query;
	struct scene s;
	(void)state;
	begin(&s);
	set_seeds(&other);
	memset(other.seed[CROSS_MASTER], 9, E2E_SEED_BYTES);
	query = make_query(&other, NULL);
	cJSON_ReplaceItemInObjectCaseSensitive(s.query, "master_keys",
		cJSON_DetachItemFromObjectCaseSensitive(query, "master_keys"));
	assert_false(cross_read(s.query, user, &known));
	cJSON_Delete(query);
	end(&s);
}

static void refused(void **state)
{
	struct cross_seeds seeds;
	cJSON *keys = cJSON_Parse("{\"user_id\":\"@other:a\",\"device_id\":\"D\"}");
	(void)state;
	set_seeds(&seeds);
	assert_null(cross_sign_device(seeds.seed[CROSS_SELF_SIGNING], user, keys));
	assert_null(cross_sign_device(seeds.seed[CROSS_SELF_SIGNING], user, NULL));
	cJSON_Delete(keys);
	keys = cJSON_Parse("{\"user_id\":\"@bot:a\",\"device_id\":\"D\",\"fraction\":1.5}");
	assert_null(cross_sign_device(seeds.seed[CROSS_SELF_SIGNING], user, keys));
	cJSON_Delete(keys);
}

static void new_ones(void **state)
{
	struct cross_seeds a, b;
	(void)state;
	cross_new(&a);
	cross_new(&b);
	assert_memory_not_equal(&a, &b, sizeof a);
	assert_memory_not_equal(a.seed[0], a.seed[1], E2E_SEED_BYTES);
	assert_string_equal(cross_secret_name(CROSS_USER_SIGNING), "m.cross_signing.user_signing");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vouched_for), cmocka_unit_test(not_vouched_for), cmocka_unit_test(other_master),
		cmocka_unit_test(refused), cmocka_unit_test(new_ones),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
