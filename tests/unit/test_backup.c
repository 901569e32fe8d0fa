/* test_backup.c - a backup that another client made, our own there and back, and what is not ours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/backup.h"
#include "crypto/recovery_key.h"
#include "util/err.h"

enum { MOST = 8 };

struct found {
	size_t n;
	char room[MOST][64], id[MOST][64], key[MOST][512];
};

static void note(void *ctx, const struct backup_session *s)
{
	struct found *f = ctx;

	assert_true(f->n < MOST);
	strncpy(f->room[f->n], s->room, 63);
	strncpy(f->id[f->n], s->id, 63);
	strncpy(f->key[f->n], s->key, 511);
	assert_non_null(s->sender_key);
	f->n++;
}

/* All of an answer; how many could not be opened. */
static size_t open_all(const cJSON *answer, struct e2e_opener *opener, struct found *found)
{
	const cJSON *room, *entry;
	size_t lost = 0;

	cJSON_ArrayForEach(room, cJSON_GetObjectItemCaseSensitive(answer, "rooms"))
		cJSON_ArrayForEach(entry, cJSON_GetObjectItemCaseSensitive(room, "sessions"))
			lost += !backup_open(opener, room->string, entry->string, entry, note, found);
	return lost;
}

/* matrix-js-sdk has this one among its tests; the message is one of its session. */
static const char recovery[] = "EsTc LW2K PGiF wKEA 3As5 g5c4 BXwk qeeJ ZJV8 Q9fu gUMN UE4d";
static const char public_key[] = "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo";
static const char other_clients[] =
	"{\"rooms\":{\"!ROOM:ID\":{\"sessions\":{\"o+21hSjP+mgEmcfdslPsQdvzWnkdt0Wyo00Kp++R8Kc\":{"
	"\"first_message_index\":0,\"forwarded_count\":0,\"is_verified\":false,\"session_data\":{\"ciphertext\":"
	"\"2z2M7CZ+azAiTHN1oFzZ3smAFFt+LEOYY6h3QO3XXGdw6YpNn/gpHDO6I/rgj1zNd4FoTmzcQgvKdU8kN20u5BWRHxaHTZ"
	"Slne5RxE6vUdREsBgZePglBNyG0AogR/PVdcrv/v18Y6rLM5O9SELmwbV63uV9Kuu/misMxoqbuqEdG7uujyaEKtjlQsJ5MGPQOy"
	"Syw7XrnesSwF6XWRMxcPGRV0xZr3s9PI350Wve3EncjRgJ9IGFru1bcptMqfXgPZkOyGvrphHoFfoK7nY3xMEHUiaTRfRIjq8HNV"
	"4o8QY1qmWGnxNBQgOlL8MZlykjg3ULmQ3DtFfQPj/YYGS3jzxvC+EBjaafmsg+52CTeK3Rswu72PX450BnSZ1i3If4xWAUKvjTpe"
	"Ug5aDLqttOv1pITolTJDw5W/SD+b5rjEKg1CFCHGEGE9wwV3NfQHVCQL+dfpd7Or0poy4dqKMAi3g0o3Tg7edIF8d5rREmxaALPy"
	"iie8PHD8mj/5Y0GLqrac4CD6+Mop7eUTzVovprjg\",\"mac\":\"5lxYBHQU80M\","
	"\"ephemeral\":\"/Bn0A4UMFwJaDDvh0aEk1XZj3k1IfgCxgFY9P9a0b14\"}}}}}}";
static const char message[] = "AwgAEjD+VwXZ7PoGPRS/H4kwpAsMp/g+WPvJVtPEKE8fmM9IcT/NCiwPb8PehecDKP0cjm1XO88k6Bw3D17aGiBHr5iBoP7o"
	"Sw8CXULXAMTkBlmkufRQq2+d0Giy1s4/Cg5n13jSVrSb2q7VTSv1ZHAFjUCsLSfR0gxqcQs";

static struct e2e_opener *opener_of(const char *words)
{
	uint8_t key[RECOVERY_KEY_BYTES];

	assert_int_equal(recovery_key_read(words, key, NULL), 0);
	return e2e_opener_new(key);
}

static void another_clients(void **state)
{
	struct e2e_opener *opener = opener_of(recovery);
	cJSON *answer = cJSON_Parse(other_clients);
	struct found found = {.n = 0};
	struct e2e_reader *reader;
	uint32_t index;
	char *plain;
	size_t len;
	(void)state;
	assert_string_equal(e2e_opener_key(opener), public_key);
	assert_int_equal(open_all(answer, opener, &found), 0);
	assert_int_equal(found.n, 1);
	assert_string_equal(found.room[0], "!ROOM:ID");
	reader = e2e_reader_import(found.key[0], NULL);
	assert_non_null(reader);
	plain = e2e_reader_decrypt(reader, message, &len, &index, NULL);
	assert_non_null(plain);
	assert_non_null(strstr(plain, "testytest"));
	free(plain);
	e2e_reader_free(reader);
	cJSON_Delete(answer);
	e2e_opener_free(opener);
}

static cJSON *data_of(const char *key)
{
	cJSON *data = cJSON_Parse("{\"algorithm\":\"m.megolm.v1.aes-sha2\",\"sender_key\":\"c\","
		"\"sender_claimed_keys\":{\"ed25519\":\"e\"},\"forwarding_curve25519_key_chain\":[]}");

	cJSON_AddStringToObject(data, "session_key", key);
	return data;
}

static void there_and_back(void **state)
{
	static const struct {
		const char *room, *session, *key;
	} sessions[] = {
		{"!a", "s1", "key 1"},
		{"!a", "s2", "key 2"},
		{"!b:c", "s1", "key 3"},
		{"!a", "s1", "key 4"}, /* takes the place of the first */
	};
	struct e2e_opener *opener = opener_of(recovery), *other;
	cJSON *body = cJSON_CreateObject();
	struct found found = {.n = 0};
	uint8_t zeros[E2E_SEED_BYTES] = {1};
	(void)state;
	for (size_t i = 0; i < sizeof sessions / sizeof *sessions; i++) {
		cJSON *data = data_of(sessions[i].key);

		assert_int_equal(backup_add(body, e2e_opener_key(opener), &(struct backup_entry){.room = sessions[i].room,
			.session = sessions[i].session, .data = data, .first = 7}, NULL), 0);
		cJSON_Delete(data);
	}
	assert_int_equal(open_all(body, opener, &found), 0);
	assert_int_equal(found.n, 3);
	assert_string_equal(found.key[0], "key 2");
	assert_string_equal(found.key[1], "key 4");
	assert_string_equal(found.room[2], "!b:c");
	other = e2e_opener_new(zeros);
	found.n = 0;
	assert_int_equal(open_all(body, other, &found), 3); /* none of them is for that key */
	assert_int_equal(found.n, 0);
	e2e_opener_free(other);
	cJSON_Delete(body);
	e2e_opener_free(opener);
}

static void bad_key(void **state)
{
	cJSON *body = cJSON_CreateObject(), *data = data_of("k");
	struct err err = {""};
	(void)state;
	assert_int_equal(backup_add(body, "no key",
		&(struct backup_entry){.room = "!a", .session = "s", .data = data}, &err), -1);
	cJSON_Delete(data);
	assert_true(*err.text);
	assert_null(body->child);
	cJSON_Delete(body);
}

static void malformed(void **state)
{
	static const char *const answers[] = {
		"{\"rooms\":{\"!a\":{\"sessions\":{\"s\":{}}}}}",
		"{\"rooms\":{\"!a\":{\"sessions\":{\"s\":7}}}}",
		"{\"rooms\":{\"!a\":{\"sessions\":{\"s\":{\"session_data\":{\"ciphertext\":\"AA\",\"mac\":\"AA\","
		"\"ephemeral\":\"AA\"}}}}}}",
		"{\"rooms\":{\"!a\":{\"sessions\":{\"s\":{\"session_data\":{\"ciphertext\":7,\"mac\":[],"
		"\"ephemeral\":{}}}}}}}",
	};
	struct e2e_opener *opener = opener_of(recovery);
	struct found found = {.n = 0};
	(void)state;
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
		cJSON *answer = cJSON_Parse(answers[i]);

		assert_non_null(answer);
		assert_int_equal(open_all(answer, opener, &found), 1);
		cJSON_Delete(answer);
	}
	assert_int_equal(found.n, 0);
	e2e_opener_free(opener);
}

static void versions(void **state)
{
	static const uint8_t seed[E2E_SEED_BYTES] = {1}, other_seed[E2E_SEED_BYTES] = {2};
	struct e2e_signer *master = e2e_signer_new(seed), *other = e2e_signer_new(other_seed);
	cJSON *ours = backup_version("@bot:a", public_key, master), *theirs = backup_version("@bot:a", public_key, other);
	const char *key = e2e_signer_key(master);
	(void)state;
	assert_true(backup_version_is_ours(ours, "@bot:a", key, public_key));
	assert_false(backup_version_is_ours(ours, "@bot:b", key, public_key));
	assert_false(backup_version_is_ours(ours, "@bot:a", key, "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmp"));
	assert_false(backup_version_is_ours(theirs, "@bot:a", key, public_key));
	assert_false(backup_version_is_ours(NULL, "@bot:a", key, public_key));
	cJSON_ReplaceItemInObjectCaseSensitive(ours, "algorithm", cJSON_CreateString("m.other"));
	assert_false(backup_version_is_ours(ours, "@bot:a", key, public_key));
	cJSON_Delete(ours);
	cJSON_Delete(theirs);
	e2e_signer_free(master);
	e2e_signer_free(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(another_clients), cmocka_unit_test(there_and_back), cmocka_unit_test(bad_key),
		cmocka_unit_test(malformed), cmocka_unit_test(versions),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
