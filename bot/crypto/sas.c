/* sas.c - the client-server specification, "Short Authentication String (SAS) verification". We are always the one who is
 * asked ("accepter"), so it goes one way:
 *
 *     NEW -- request --> READY (says ready)
 *     NEW, READY -- start --> ACCEPTED (says accept, with a promise of our key)
 *     ACCEPTED -- key --> SHOWN (says key): both sides know the strings
 *     SHOWN -- mac, which is right --> CONFIRMED (says mac and done)
 *     CONFIRMED -- done --> DONE
 *     any -- cancel --> CANCELLED
 *     any -- anything else, or nothing for too long --> CANCELLED (says cancel)
 *
 * A start without a request is how older clients begin. */
#include "crypto/sas.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/base64.h"
#include "crypto/bytes.h"
#include "crypto/canonical.h"
#include "crypto/olm.h"
#include "crypto/sas_emoji.h"
#include "crypto/sas_mac.h"
#include "util/buf.h"
#include "util/mem.h"

#define TYPE "m.key.verification."

enum { MAX_ID = 256, MAX_INFO = 2048, STRING_BYTES = 6, KEY_BYTES = 32, FUTURE_MS = 5 * 60 * 1000 };

static const char method[] = "m.sas.v1";
static const char agreement[] = "curve25519-hkdf-sha256";
static const char hash[] = "sha256";
static const char mac[] = "hkdf-hmac-sha256.v2";

struct sas {
	enum sas_state state;
	char *user, *txn, *self_user, *self_device, *device_key, *master_key;
	char device[MAX_ID]; /* of theirs */
	bool in_room;
	int64_t heard_ms;
	char why[32];
	struct e2e_sas *exchange;
	uint8_t string[STRING_BYTES];
};

struct sas *sas_new(const struct sas_self *self, const char *user, const char *txn, bool in_room, int64_t now_ms)
{
	struct sas *s = mem_alloc(1, sizeof *s);

	*s = (struct sas){.user = mem_strdup(user), .txn = mem_strdup(txn), .self_user = mem_strdup(self->user),
		.self_device = mem_strdup(self->device), .device_key = mem_strdup(self->device_key),
		.master_key = self->master_key ? mem_strdup(self->master_key) : NULL, .in_room = in_room,
		.heard_ms = now_ms, .exchange = e2e_sas_new()};
	return s;
}

void sas_free(struct sas *s)
{
	if (!s)
		return;
	e2e_sas_free(s->exchange);
	free(s->user);
	free(s->txn);
	free(s->self_user);
	free(s->self_device);
	free(s->device_key);
	free(s->master_key);
	free(s);
}

enum sas_state sas_state(const struct sas *s)
{
	return s->state;
}

bool sas_over(const struct sas *s)
{
	return s->state == SAS_DONE || s->state == SAS_CANCELLED;
}

const char *sas_txn(const struct sas *s)
{
	return s->txn;
}

const char *sas_user(const struct sas *s)
{
	return s->user;
}

const char *sas_device(const struct sas *s)
{
	return s->device;
}

const char *sas_why(const struct sas *s)
{
	return s->why;
}

/* Every step is one forward, but for the start without a request and the end. */
static void set_state(struct sas *s, enum sas_state state)
{
	assert(state == SAS_CANCELLED || state == s->state + 1 || (s->state == SAS_NEW && state == SAS_ACCEPTED));
	s->state = state;
}

/* ---- what we say ---- */

static cJSON *say(struct sas_says *out, const char *type, const char *txn, bool in_room)
{
	cJSON *content = cJSON_CreateObject(), *relates;

	assert(out->n < SAS_MOST_SAYS);
	if (in_room) {
		relates = cJSON_AddObjectToObject(content, "m.relates_to");
		cJSON_AddStringToObject(relates, "rel_type", "m.reference");
		cJSON_AddStringToObject(relates, "event_id", txn);
	} else {
		cJSON_AddStringToObject(content, "transaction_id", txn);
	}
	out->list[out->n].type = type;
	out->list[out->n++].content = content;
	return content;
}

void sas_says_done(struct sas_says *says)
{
	for (size_t i = 0; i < says->n; i++)
		cJSON_Delete(says->list[i].content);
	says->n = 0;
}

/* What each code means for a person. */
static const struct {
	const char *code, *reason;
} reasons[] = {
	{"m.timeout", "The verification took too long."},
	{"m.unknown_transaction", "There is no such verification here."},
	{"m.unknown_method", "Only short authentication strings are known here."},
	{"m.unexpected_message", "That message does not come at this point."},
	{"m.invalid_message", "That message is malformed."},
	{"m.key_mismatch", "The keys are not those that the server tells."},
};

static void say_cancel(struct sas_says *out, const char *code, const char *txn, bool in_room)
{
	cJSON *content = say(out, TYPE "cancel", txn, in_room);

	cJSON_AddStringToObject(content, "code", code);
	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
		if (strcmp(reasons[i].code, code) == 0)
			cJSON_AddStringToObject(content, "reason", reasons[i].reason);
}

static void cancel(struct sas *s, const char *code, struct sas_says *out)
{
	sas_says_done(out); /* what was to be said before that */
	say_cancel(out, code, s->txn, s->in_room);
	strcpy(s->why, code);
	set_state(s, SAS_CANCELLED);
}

void sas_refuse(const char *txn, bool in_room, struct sas_says *out)
{
	out->n = 0;
	say_cancel(out, "m.unknown_transaction", txn, in_room);
}

/* ---- what they say ---- */

static const char *text_of(const cJSON *object, const char *key)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
}

static bool offers(const cJSON *content, const char *key, const char *wanted)
{
	const cJSON *one;

	cJSON_ArrayForEach(one, cJSON_GetObjectItemCaseSensitive(content, key))
		if (cJSON_IsString(one) && strcmp(one->valuestring, wanted) == 0)
			return true;
	return false;
}

/* All of it must come from one device. */
static bool from_their_device(struct sas *s, const cJSON *content)
{
	const char *device = text_of(content, "from_device");

	if (!device || !*device || strlen(device) >= sizeof s->device || (*s->device && strcmp(device, s->device) != 0))
		return false;
	strcpy(s->device, device);
	return true;
}

/* A request in a room has no time of its own: that of its event is the caller's to look at. */
static bool too_old(const cJSON *content, int64_t now_ms)
{
	const cJSON *at = cJSON_GetObjectItemCaseSensitive(content, "timestamp");

	return cJSON_IsNumber(at) &&
		(at->valuedouble < (double)(now_ms - SAS_TIMEOUT_MS) || at->valuedouble > (double)(now_ms + FUTURE_MS));
}

static void on_request(struct sas *s, const cJSON *content, int64_t now_ms, struct sas_says *out)
{
	cJSON *ready;

	if (!from_their_device(s, content)) {
		cancel(s, "m.invalid_message", out);
	} else if (too_old(content, now_ms)) {
		cancel(s, "m.timeout", out);
	} else if (!offers(content, "methods", method)) {
		cancel(s, "m.unknown_method", out);
	} else {
		ready = say(out, TYPE "ready", s->txn, s->in_room);
		cJSON_AddStringToObject(ready, "from_device", s->self_device);
		cJSON_AddItemToArray(cJSON_AddArrayToObject(ready, "methods"), cJSON_CreateString(method));
		set_state(s, SAS_READY);
	}
}

/* The promise of our key: they can hold us to it once they know the key. */
static char *commitment(const struct sas *s, const cJSON *start)
{
	uint8_t digest[BYTES_HASH];
	char *canonical = canonical_print(start);
	struct buf text;

	if (!canonical)
		return NULL;
	buf_init(&text, SIZE_MAX);
	buf_adds(&text, e2e_sas_key(s->exchange));
	buf_adds(&text, canonical);
	bytes_hash(buf_str(&text), text.len, digest);
	buf_done(&text);
	free(canonical);
	return base64_text(digest, sizeof digest);
}

static void say_accept(struct sas *s, const cJSON *start, const char *promise, struct sas_says *out)
{
	static const char *const strings[] = {"decimal", "emoji"};
	cJSON *accept = say(out, TYPE "accept", s->txn, s->in_room), *list;

	cJSON_AddStringToObject(accept, "method", method);
	cJSON_AddStringToObject(accept, "key_agreement_protocol", agreement);
	cJSON_AddStringToObject(accept, "hash", hash);
	cJSON_AddStringToObject(accept, "message_authentication_code", mac);
	list = cJSON_AddArrayToObject(accept, "short_authentication_string");
	for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
		if (offers(start, "short_authentication_string", strings[i]))
			cJSON_AddItemToArray(list, cJSON_CreateString(strings[i]));
	cJSON_AddStringToObject(accept, "commitment", promise);
}

static void on_start(struct sas *s, const cJSON *content, struct sas_says *out)
{
	const char *wanted = text_of(content, "method");
	char *promise = NULL;

	if (!wanted || !from_their_device(s, content) || !(promise = commitment(s, content))) {
		cancel(s, "m.invalid_message", out);
	} else if (strcmp(wanted, method) != 0 || !offers(content, "key_agreement_protocols", agreement) ||
		!offers(content, "hashes", hash) || !offers(content, "message_authentication_codes", mac) ||
		!offers(content, "short_authentication_string", "decimal")) {
		cancel(s, "m.unknown_method", out);
	} else {
		say_accept(s, content, promise, out);
		set_state(s, SAS_ACCEPTED);
	}
	free(promise);
}

static void learn_strings(struct sas *s, const char *their_key)
{
	struct buf info;

	buf_init(&info, MAX_INFO);
	buf_addf(&info, "MATRIX_KEY_VERIFICATION_SAS|%s|%s|%s|%s|%s|%s|%s", s->user, s->device, their_key, s->self_user,
		s->self_device, e2e_sas_key(s->exchange), s->txn);
	e2e_sas_bytes(s->exchange, buf_str(&info), s->string, sizeof s->string);
	buf_done(&info);
}

/* The library takes letters that are no Base64 for zeros. */
static bool is_key(const char *text)
{
	uint8_t bytes[KEY_BYTES];

	return text && strlen(text) == E2E_KEY_SIZE - 1 && base64_bytes(text, bytes, sizeof bytes) == KEY_BYTES;
}

static void on_key(struct sas *s, const cJSON *content, struct sas_says *out)
{
	const char *key = text_of(content, "key");

	if (!is_key(key) || e2e_sas_set_their_key(s->exchange, key, NULL) != 0) {
		cancel(s, "m.invalid_message", out);
		return;
	}
	learn_strings(s, key);
	cJSON_AddStringToObject(say(out, TYPE "key", s->txn, s->in_room), "key", e2e_sas_key(s->exchange));
	set_state(s, SAS_SHOWN);
}

/* ---- the keys of both sides, authenticated ---- */

static void say_mac(const struct sas *s, struct sas_says *out)
{
	const struct sas_mac ours = {.exchange = s->exchange, .from_user = s->self_user, .from_device = s->self_device,
		.to_user = s->user, .to_device = s->device, .txn = s->txn};
	char device_id[MAX_ID + 16], master_id[E2E_KEY_SIZE + 16];
	const struct sas_mac_key keys[] = {{device_id, s->device_key}, {master_id, s->master_key}};

	snprintf(device_id, sizeof device_id, "ed25519:%s", s->self_device);
	snprintf(master_id, sizeof master_id, "ed25519:%s", s->master_key ? s->master_key : "");
	sas_mac_write(&ours, keys, s->master_key ? 2 : 1, say(out, TYPE "mac", s->txn, s->in_room));
}

static void on_mac(struct sas *s, const cJSON *content, const struct sas_their_keys *keys, struct sas_says *out)
{
	const struct sas_mac theirs = {.exchange = s->exchange, .from_user = s->user, .from_device = s->device,
		.to_user = s->self_user, .to_device = s->self_device, .txn = s->txn};

	if (!cJSON_IsObject(cJSON_GetObjectItemCaseSensitive(content, "mac"))) {
		cancel(s, "m.invalid_message", out);
	} else if (!sas_mac_check(&theirs, content, keys)) {
		cancel(s, "m.key_mismatch", out);
	} else {
		say_mac(s, out);
		(void)say(out, TYPE "done", s->txn, s->in_room);
		set_state(s, SAS_CONFIRMED);
	}
}

/* ---- the machine ---- */

static void on_cancel(struct sas *s, const cJSON *content)
{
	const char *code = text_of(content, "code");

	snprintf(s->why, sizeof s->why, "%s", code ? code : "m.user");
	set_state(s, SAS_CANCELLED);
}

void sas_hear(struct sas *s, const char *type, const cJSON *content, const struct sas_their_keys *keys, int64_t now_ms,
	struct sas_says *out)
{
	const char *what = strncmp(type, TYPE, strlen(TYPE)) == 0 ? type + strlen(TYPE) : "";

	out->n = 0;
	if (sas_over(s))
		return;
	s->heard_ms = now_ms;
	if (strcmp(what, "cancel") == 0)
		on_cancel(s, content);
	else if (strcmp(what, "request") == 0 && s->state == SAS_NEW)
		on_request(s, content, now_ms, out);
	else if (strcmp(what, "start") == 0 && (s->state == SAS_NEW || s->state == SAS_READY))
		on_start(s, content, out);
	else if (strcmp(what, "key") == 0 && s->state == SAS_ACCEPTED)
		on_key(s, content, out);
	else if (strcmp(what, "mac") == 0 && s->state == SAS_SHOWN)
		on_mac(s, content, keys, out);
	else if (strcmp(what, "done") == 0 && s->state == SAS_CONFIRMED)
		set_state(s, SAS_DONE);
	else
		cancel(s, "m.unexpected_message", out);
}

void sas_look(struct sas *s, int64_t now_ms, struct sas_says *out)
{
	out->n = 0;
	if (sas_over(s) || now_ms - s->heard_ms < SAS_TIMEOUT_MS)
		return;
	if (s->state == SAS_CONFIRMED) /* both have confirmed: that their done is lost changes nothing */
		set_state(s, SAS_DONE);
	else
		cancel(s, "m.timeout", out);
}

bool sas_strings(const struct sas *s, unsigned numbers[SAS_NUMBERS], const char *emoji[SAS_EMOJI])
{
	uint64_t bits = 0;

	if (s->state < SAS_SHOWN || s->state == SAS_CANCELLED)
		return false;
	for (size_t i = 0; i < STRING_BYTES; i++)
		bits = bits << 8 | s->string[i];
	for (int i = 0; i < SAS_NUMBERS; i++) /* 13 bits each, from the top of 48 */
		numbers[i] = (unsigned)(bits >> (48 - 13 * (i + 1)) & 0x1fff) + 1000;
	for (int i = 0; i < SAS_EMOJI; i++) /* 6 bits each */
		emoji[i] = sas_emoji[bits >> (48 - 6 * (i + 1)) & 63];
	return true;
}
