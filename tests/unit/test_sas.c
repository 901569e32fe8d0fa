/* test_sas.c - somebody's device verifies ours, step by step, and every step that should not be. The other side is played
 * with the library's own calls, not with the module. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/base64.h"
#include "crypto/bytes.h"
#include "crypto/canonical.h"
#include "crypto/olm.h"
#include "crypto/sas.h"

enum { START_MS = 1000000000 };

static const struct sas_self self = {.user = "@bot:a", .device = "BOT",
	.device_key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", .master_key = "MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM"};
static const char user[] = "@alice:b", device[] = "PHONE", txn[] = "t1";
static const char phone_key[] = "PPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPP";
static const char alice_master[] = "LLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLL";

/* What the server tells of Alice. */
static const char *find_key(void *ctx, const char *who, const char *key_id)
{
	(void)ctx;
	if (strcmp(who, user) == 0 && strcmp(key_id, "ed25519:PHONE") == 0)
		return phone_key;
	if (strcmp(who, user) == 0 && strncmp(key_id, "ed25519:LLL", 11) == 0)
		return alice_master;
	return NULL;
}

static const struct sas_their_keys keys = {.find = find_key};

/* Alice's phone. */
struct phone {
	struct sas *bot;
	struct e2e_sas *exchange;
	struct sas_says heard;
	char bot_key[64], promise[64], start[1024];
	bool in_room;
	int64_t now_ms;
};

static void begin(struct phone *p, bool in_room)
{
	*p = (struct phone){.bot = sas_new(&self, user, txn, in_room, START_MS), .exchange = e2e_sas_new(),
		.in_room = in_room, .now_ms = START_MS};
}

static void end(struct phone *p)
{
	sas_says_done(&p->heard);
	sas_free(p->bot);
	e2e_sas_free(p->exchange);
}

/* `content` is JSON with ' for ", without its transaction. */
static void says(struct phone *p, const char *type, const char *content)
{
	char text[1024], full[64];
	cJSON *tree;

	snprintf(text, sizeof text, "%s", content);
	for (char *c = text; *c; c++)
		if (*c == '\'')
			*c = '"';
	tree = cJSON_Parse(text);
	assert_non_null(tree);
	if (p->in_room)
		cJSON_AddItemToObject(tree, "m.relates_to",
			cJSON_Parse("{\"rel_type\":\"m.reference\",\"event_id\":\"t1\"}"));
	else
		cJSON_AddStringToObject(tree, "transaction_id", txn);
	snprintf(full, sizeof full, "m.key.verification.%s", type);
	if (strcmp(type, "start") == 0) {
		char *canonical = canonical_print(tree);

		snprintf(p->start, sizeof p->start, "%s", canonical);
		free(canonical);
	}
	sas_says_done(&p->heard);
	sas_hear(p->bot, full, tree, &keys, p->now_ms, &p->heard);
	cJSON_Delete(tree);
}

static const char *heard(const struct phone *p, size_t i, const char *member)
{
	assert_true(i < p->heard.n);
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(p->heard.list[i].content, member));
}

static void expect_type(const struct phone *p, size_t i, const char *type)
{
	const cJSON *relates = cJSON_GetObjectItemCaseSensitive(p->heard.list[i].content, "m.relates_to");
	char full[64];

	snprintf(full, sizeof full, "m.key.verification.%s", type);
	assert_true(i < p->heard.n);
	assert_string_equal(p->heard.list[i].type, full);
	if (p->in_room) {
		assert_null(heard(p, i, "transaction_id"));
		assert_string_equal(cJSON_GetObjectItemCaseSensitive(relates, "event_id")->valuestring, txn);
	} else {
		assert_null(relates);
		assert_string_equal(heard(p, i, "transaction_id"), txn);
	}
}

static void expect_cancel(const struct phone *p, const char *code)
{
	assert_int_equal(p->heard.n, 1);
	expect_type(p, 0, "cancel");
	assert_string_equal(heard(p, 0, "code"), code);
	assert_true(strlen(heard(p, 0, "reason")) > 10);
	assert_int_equal(sas_state(p->bot), SAS_CANCELLED);
	assert_string_equal(sas_why(p->bot), code);
}

static const char request[] = "{'from_device':'PHONE','methods':['m.reciprocate.v1','m.sas.v1'],'timestamp':1000000000}";
static const char start[] = "{'from_device':'PHONE','method':'m.sas.v1','key_agreement_protocols':['curve25519-hkdf-sha256',"
	"'curve25519'],'hashes':['sha256'],'message_authentication_codes':['hkdf-hmac-sha256','hkdf-hmac-sha256.v2'],"
	"'short_authentication_string':['decimal','emoji']}";

static void ask(struct phone *p)
{
	says(p, "request", request);
	assert_int_equal(p->heard.n, 1);
	expect_type(p, 0, "ready");
	assert_string_equal(heard(p, 0, "from_device"), "BOT");
}

static void start_it(struct phone *p)
{
	says(p, "start", start);
	assert_int_equal(p->heard.n, 1);
	expect_type(p, 0, "accept");
	assert_string_equal(heard(p, 0, "key_agreement_protocol"), "curve25519-hkdf-sha256");
	assert_string_equal(heard(p, 0, "hash"), "sha256");
	assert_string_equal(heard(p, 0, "message_authentication_code"), "hkdf-hmac-sha256.v2");
	snprintf(p->promise, sizeof p->promise, "%s", heard(p, 0, "commitment"));
}

static void check_promise(const struct phone *p)
{
	uint8_t digest[BYTES_HASH];
	char text[2048], *want;

	snprintf(text, sizeof text, "%s%s", p->bot_key, p->start);
	bytes_hash(text, strlen(text), digest);
	want = base64_text(digest, sizeof digest);
	assert_string_equal(p->promise, want);
	free(want);
}

static void exchange_keys(struct phone *p)
{
	char text[128];

	snprintf(text, sizeof text, "{'key':'%s'}", e2e_sas_key(p->exchange));
	says(p, "key", text);
	assert_int_equal(p->heard.n, 1);
	expect_type(p, 0, "key");
	snprintf(p->bot_key, sizeof p->bot_key, "%s", heard(p, 0, "key"));
	assert_int_equal(e2e_sas_set_their_key(p->exchange, p->bot_key, NULL), 0);
	check_promise(p);
}

/* What the phone shows is what the bot's log tells. */
static void compare(const struct phone *p)
{
	unsigned numbers[SAS_NUMBERS];
	const char *emoji[SAS_EMOJI];
	char info[512];
	uint8_t b[5];

	snprintf(info, sizeof info, "MATRIX_KEY_VERIFICATION_SAS|@alice:b|PHONE|%s|@bot:a|BOT|%s|t1",
		e2e_sas_key(p->exchange), p->bot_key);
	e2e_sas_bytes(p->exchange, info, b, sizeof b);
	assert_true(sas_strings(p->bot, numbers, emoji));
	assert_int_equal(numbers[0], (b[0] << 5 | b[1] >> 3) + 1000);
	assert_int_equal(numbers[1], ((b[1] & 7) << 10 | b[2] << 2 | b[3] >> 6) + 1000);
	assert_int_equal(numbers[2], ((b[3] & 63) << 7 | b[4] >> 1) + 1000);
	for (int i = 0; i < SAS_EMOJI; i++)
		assert_non_null(emoji[i]);
}

static char *mac_of(const struct phone *p, const char *from, const char *to, const char *key_id, const char *text)
{
	char info[512];

	snprintf(info, sizeof info, "MATRIX_KEY_VERIFICATION_MAC%s%s%s%s", from, to, txn, key_id);
	return e2e_sas_mac(p->exchange, text, info);
}

static void expect_mac(const struct phone *p, const char *key_id, const char *key)
{
	const cJSON *macs = cJSON_GetObjectItemCaseSensitive(p->heard.list[0].content, "mac");
	const char *got = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(macs, key_id));
	char *want = mac_of(p, "@bot:aBOT", "@alice:bPHONE", key_id, key);

	assert_string_equal(got, want);
	free(want);
}

/* The phone confirms with these keys. */
static void confirm(struct phone *p, const char *device_id, const char *device_key, const char *ids)
{
	char *of_device = mac_of(p, "@alice:bPHONE", "@bot:aBOT", device_id, device_key);
	char *of_ids = mac_of(p, "@alice:bPHONE", "@bot:aBOT", "KEY_IDS", ids), text[1024];

	snprintf(text, sizeof text, "{'mac':{'%s':'%s'},'keys':'%s'}", device_id, of_device, of_ids);
	says(p, "mac", text);
	free(of_device);
	free(of_ids);
}

static void whole(void **state)
{
	(void)state;
	for (int in_room = 0; in_room < 2; in_room++) {
		struct phone p;
		char *ids;

		begin(&p, in_room);
		ask(&p);
		assert_string_equal(sas_device(p.bot), device);
		start_it(&p);
		exchange_keys(&p);
		compare(&p);
		confirm(&p, "ed25519:PHONE", phone_key, "ed25519:PHONE");
		assert_int_equal(p.heard.n, 2);
		expect_type(&p, 0, "mac");
		expect_mac(&p, "ed25519:BOT", self.device_key);
		expect_mac(&p, "ed25519:MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM", self.master_key);
		ids = mac_of(&p, "@bot:aBOT", "@alice:bPHONE", "KEY_IDS",
			"ed25519:BOT,ed25519:MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM");
		assert_string_equal(heard(&p, 0, "keys"), ids);
		free(ids);
		expect_type(&p, 1, "done");
		assert_false(sas_over(p.bot));
		says(&p, "done", "{}");
		assert_int_equal(sas_state(p.bot), SAS_DONE);
		assert_int_equal(p.heard.n, 0);
		says(&p, "key", "{}"); /* nobody listens any more */
		assert_int_equal(p.heard.n, 0);
		end(&p);
	}
}

/* Older clients begin without asking. */
static void without_request(void **state)
{
	struct phone p;
	(void)state;
	begin(&p, false);
	start_it(&p);
	exchange_keys(&p);
	confirm(&p, "ed25519:PHONE", phone_key, "ed25519:PHONE");
	assert_int_equal(sas_state(p.bot), SAS_CONFIRMED);
	end(&p);
}

static void requests_refused(void **state)
{
	static const struct {
		const char *type, *content, *code;
	} cases[] = {
		{"request", "{'from_device':'PHONE','methods':['m.qr_code.show.v1'],'timestamp':1000000000}",
			"m.unknown_method"},
		{"request", "{'from_device':'PHONE'}", "m.unknown_method"},
		{"request", "{'methods':['m.sas.v1']}", "m.invalid_message"},
		{"request", "{'from_device':'PHONE','methods':['m.sas.v1'],'timestamp':999000000}", "m.timeout"},
		{"request", "{'from_device':'PHONE','methods':['m.sas.v1'],'timestamp':1001000000}", "m.timeout"},
		{"start", "{'from_device':'PHONE','method':'m.reciprocate.v1'}", "m.unknown_method"},
		{"start", "{'from_device':'PHONE'}", "m.invalid_message"},
		{"start", "{'method':'m.sas.v1'}", "m.invalid_message"},
		{"start", "{'from_device':'PHONE','method':'m.sas.v1','key_agreement_protocols':['curve25519'],"
			"'hashes':['sha256'],'message_authentication_codes':['hkdf-hmac-sha256.v2'],"
			"'short_authentication_string':['decimal']}", "m.unknown_method"},
		{"start", "{'from_device':'PHONE','method':'m.sas.v1','key_agreement_protocols':"
			"['curve25519-hkdf-sha256'],'hashes':['sha256'],'message_authentication_codes':"
			"['hkdf-hmac-sha256'],'short_authentication_string':['decimal']}", "m.unknown_method"},
		{"start", "{'from_device':'PHONE','method':'m.sas.v1','fraction':0.5}", "m.invalid_message"},
		{"key", "{'key':'x'}", "m.unexpected_message"},
		{"mac", "{}", "m.unexpected_message"},
		{"done", "{}", "m.unexpected_message"},
		{"ready", "{}", "m.unexpected_message"},
		{"accept", "{}", "m.unexpected_message"},
		{"nonsense", "{}", "m.unexpected_message"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct phone p;

		begin(&p, i % 2);
		says(&p, cases[i].type, cases[i].content);
		if (p.heard.n != 1 || strcmp(sas_why(p.bot), cases[i].code) != 0)
			fail_msg("case %zu: '%s'", i, sas_why(p.bot));
		expect_cancel(&p, cases[i].code);
		end(&p);
	}
}

static void another_device(void **state)
{
	struct phone p;
	(void)state;
	begin(&p, false);
	ask(&p);
	says(&p, "start", "{'from_device':'TABLET','method':'m.sas.v1'}");
	expect_cancel(&p, "m.invalid_message");
	end(&p);
}

static void bad_keys(void **state)
{
	static const char *const bad[] = {"{}", "{'key':7}", "{'key':''}", "{'key':'short'}",
		"{'key':'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'}", "{'key':'!!!AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'}"};
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		unsigned numbers[SAS_NUMBERS];
		const char *emoji[SAS_EMOJI];
		struct phone p;

		begin(&p, false);
		ask(&p);
		start_it(&p);
		says(&p, "key", bad[i]);
		expect_cancel(&p, "m.invalid_message");
		assert_false(sas_strings(p.bot, numbers, emoji));
		end(&p);
	}
}

static void macs_refused(void **state)
{
	static const struct {
		const char *device_id, *device_key, *ids;
	} cases[] = {
		{"ed25519:PHONE", "QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ", "ed25519:PHONE"}, /* another key */
		{"ed25519:PHONE", phone_key, "ed25519:PHONE,ed25519:x"}, /* one was taken out */
		{"ed25519:OTHER", phone_key, "ed25519:OTHER"}, /* nobody knows it: the device's own is missing */
		{"ed25519:LLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLL", alice_master,
			"ed25519:LLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLL"}, /* the same */
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct phone p;

		begin(&p, true);
		ask(&p);
		start_it(&p);
		exchange_keys(&p);
		confirm(&p, cases[i].device_id, cases[i].device_key, cases[i].ids);
		expect_cancel(&p, "m.key_mismatch");
		end(&p);
	}
}

static void no_macs(void **state)
{
	static const struct {
		const char *content, *code;
	} cases[] = {{"{}", "m.invalid_message"}, {"{'mac':[]}", "m.invalid_message"},
		{"{'mac':{},'keys':'x'}", "m.key_mismatch"}, {"{'mac':{'ed25519:PHONE':7}}", "m.key_mismatch"}};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct phone p;

		begin(&p, true);
		ask(&p);
		start_it(&p);
		exchange_keys(&p);
		says(&p, "mac", cases[i].content);
		expect_cancel(&p, cases[i].code);
		end(&p);
	}
}

static void their_cancel(void **state)
{
	struct phone p;
	(void)state;
	begin(&p, false);
	ask(&p);
	says(&p, "cancel", "{'code':'m.mismatched_sas','reason':'no'}");
	assert_int_equal(p.heard.n, 0);
	assert_int_equal(sas_state(p.bot), SAS_CANCELLED);
	assert_string_equal(sas_why(p.bot), "m.mismatched_sas");
	end(&p);
}

static void time_goes_by(void **state)
{
	struct phone p;
	(void)state;
	begin(&p, false);
	ask(&p);
	sas_says_done(&p.heard);
	sas_look(p.bot, START_MS + SAS_TIMEOUT_MS - 1, &p.heard);
	assert_int_equal(sas_state(p.bot), SAS_READY);
	p.now_ms = START_MS + SAS_TIMEOUT_MS - 1;
	start_it(&p);
	sas_says_done(&p.heard);
	sas_look(p.bot, START_MS + SAS_TIMEOUT_MS + 1, &p.heard); /* heard of in between */
	assert_int_equal(sas_state(p.bot), SAS_ACCEPTED);
	assert_int_equal(p.heard.n, 0);
	sas_look(p.bot, p.now_ms + SAS_TIMEOUT_MS, &p.heard);
	expect_cancel(&p, "m.timeout");
	end(&p);
}

/* Their last word may get lost. */
static void done_is_lost(void **state)
{
	struct phone p;
	(void)state;
	begin(&p, false);
	start_it(&p);
	exchange_keys(&p);
	confirm(&p, "ed25519:PHONE", phone_key, "ed25519:PHONE");
	sas_says_done(&p.heard);
	sas_look(p.bot, p.now_ms + SAS_TIMEOUT_MS, &p.heard);
	assert_int_equal(p.heard.n, 0);
	assert_int_equal(sas_state(p.bot), SAS_DONE);
	end(&p);
}

static void nobody_knows_it(void **state)
{
	struct sas_says out;
	(void)state;
	sas_refuse("t9", false, &out);
	assert_int_equal(out.n, 1);
	assert_string_equal(out.list[0].type, "m.key.verification.cancel");
	assert_string_equal(cJSON_GetObjectItemCaseSensitive(out.list[0].content, "code")->valuestring,
		"m.unknown_transaction");
	sas_says_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole), cmocka_unit_test(without_request), cmocka_unit_test(requests_refused),
		cmocka_unit_test(another_device), cmocka_unit_test(bad_keys), cmocka_unit_test(macs_refused),
		cmocka_unit_test(no_macs), cmocka_unit_test(their_cancel), cmocka_unit_test(time_goes_by),
		cmocka_unit_test(done_is_lost), cmocka_unit_test(nobody_knows_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
