/* olm_talk.c - a row a device, by its curve25519 key: {"sessions": [pickle, ...]}, the one to write with first: it is the one
 * that was last heard from, or the one just made. */
#include "crypto/olm_talk.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/bytes.h"
#include "crypto/canonical.h"
#include "crypto/locker.h"
#include "crypto/member.h"
#include "crypto/olm.h"
#include "crypto/own_device.h"
#include "crypto/vault.h"
#include "util/err.h"
#include "util/json.h"
#include "util/mem.h"

#define ROW "olm"
#define ALGORITHM "m.olm.v1.curve25519-aes-sha2"

enum { MOST_SESSIONS = 4, MOST_DEVICES = 20000 /* anybody can begin a session with us */ };

bool olm_talk_has(const struct olm_talk *t, const char *curve25519)
{
	return locker_get(t->locker, ROW, curve25519) != NULL;
}

/* ---- sessions of a device ---- */

static cJSON *sessions_of(cJSON *row)
{
	cJSON *list = cJSON_GetObjectItemCaseSensitive(row, "sessions");

	return cJSON_IsArray(list) ? list : cJSON_AddArrayToObject(row, "sessions");
}

static struct e2e_session *session_at(const struct olm_talk *t, const cJSON *list, int i)
{
	const cJSON *pickle = cJSON_GetArrayItem(list, i);

	return cJSON_IsString(pickle) ? e2e_session_unpickle(pickle->valuestring, vault_pickle_key(t->vault), NULL) : NULL;
}

/* Puts the session first, in the place of number `was` (-1: it is new), and keeps the row. Takes the row. */
static void keep_first(const struct olm_talk *t, const char *curve25519, cJSON *row, int was, struct e2e_session *s)
{
	cJSON *list = sessions_of(row);
	char *pickle = e2e_session_pickle(s, vault_pickle_key(t->vault));

	if (was >= 0)
		cJSON_DeleteItemFromArray(list, was);
	cJSON_InsertItemInArray(list, 0, cJSON_CreateString(pickle));
	while (cJSON_GetArraySize(list) > MOST_SESSIONS)
		cJSON_DeleteItemFromArray(list, MOST_SESSIONS);
	if (!olm_talk_has(t, curve25519))
		locker_bound(t->locker, ROW, MOST_DEVICES);
	locker_put_json(t->locker, ROW, curve25519, row);
	bytes_wipe(pickle);
}

static cJSON *row_of(const struct olm_talk *t, const char *curve25519)
{
	cJSON *row = locker_json(t->locker, ROW, curve25519);

	return row ? row : cJSON_CreateObject();
}

int olm_talk_begin(const struct olm_talk *t, const struct device *to, const cJSON *one_time_key, struct err *err)
{
	struct e2e_session *s;

	if (!canonical_verify(one_time_key, to->user, to->id, to->ed25519))
		return err_set(err, "a one-time key that its device did not sign");
	s = e2e_session_new(own_device_account(t->self), to->curve25519, member_text(one_time_key, "key"), err);
	if (!s)
		return -1;
	keep_first(t, to->curve25519, row_of(t, to->curve25519), -1, s);
	e2e_session_free(s);
	return 0;
}

/* ---- writing ---- */

static char *payload_text(const struct olm_talk *t, const struct device *to, const char *type, const cJSON *content)
{
	cJSON *payload = cJSON_CreateObject();
	char *text;

	member_set_text(payload, "type", type);
	member_set(payload, "content", cJSON_Duplicate(content, true));
	member_set_text(payload, "sender", own_device_user(t->self));
	member_set_text(payload, "sender_device", own_device_id(t->self));
	member_set_text(payload, "recipient", to->user);
	member_set_text(member_make(payload, "recipient_keys"), "ed25519", to->ed25519);
	member_set_text(member_make(payload, "keys"), "ed25519", e2e_account_ed25519(own_device_account(t->self)));
	text = json_print(payload);
	cJSON_Delete(payload);
	return text;
}

cJSON *olm_talk_seal(const struct olm_talk *t, const struct device *to, const char *type, const cJSON *content)
{
	cJSON *row = locker_json(t->locker, ROW, to->curve25519), *sealed, *message;
	struct e2e_session *s = row ? session_at(t, sessions_of(row), 0) : NULL;
	enum e2e_olm_type olm_type;
	char *text, *body;

	if (!s) {
		cJSON_Delete(row);
		return NULL;
	}
	text = payload_text(t, to, type, content);
	body = e2e_session_encrypt(s, text, strlen(text), &olm_type);
	keep_first(t, to->curve25519, row, 0, s);
	sealed = cJSON_CreateObject();
	member_set_text(sealed, "algorithm", ALGORITHM);
	member_set_text(sealed, "sender_key", e2e_account_curve25519(own_device_account(t->self)));
	message = member_make(member_make(sealed, "ciphertext"), to->curve25519);
	member_set_whole(message, "type", olm_type == E2E_OLM_PRE_KEY ? 0 : 1);
	member_set_text(message, "body", body);
	bytes_wipe(text);
	free(body);
	e2e_session_free(s);
	return sealed;
}

/* ---- reading ---- */

struct opening {
	const struct olm_talk *t;
	const char *their_key, *body;
	enum e2e_olm_type type;
	bool ours; /* it belongs to one of the sessions, which can't read it */
};

/* Each session in turn. Takes the row when it was read. */
static char *try_sessions(struct opening *o, cJSON *row)
{
	cJSON *list = sessions_of(row);
	int n = cJSON_GetArraySize(list);
	char *plain = NULL;
	size_t len;

	for (int i = 0; i < n && !plain; i++) {
		struct e2e_session *s = session_at(o->t, list, i);
		bool matches = s && o->type == E2E_OLM_PRE_KEY && e2e_session_matches(s, o->their_key, o->body);

		o->ours |= matches;
		if (s && (matches || o->type == E2E_OLM_MESSAGE))
			plain = e2e_session_decrypt(s, o->type, o->body, &len, NULL);
		if (plain)
			keep_first(o->t, o->their_key, row, i, s);
		e2e_session_free(s);
	}
	return plain;
}

/* A session that they have begun. Takes the row when it was read. */
static char *begin_theirs(struct opening *o, cJSON *row)
{
	char *plain = NULL;
	size_t len;
	struct e2e_session *s = e2e_session_receive(own_device_account(o->t->self), o->their_key, o->body, &plain, &len,
		NULL);

	if (!s)
		return NULL;
	keep_first(o->t, o->their_key, row, -1, s);
	own_device_save(o->t->self); /* a one-time key is used up */
	e2e_session_free(s);
	return plain;
}

static char *open_message(struct opening *o)
{
	cJSON *row = row_of(o->t, o->their_key);
	char *plain = try_sessions(o, row);

	if (!plain && o->type == E2E_OLM_PRE_KEY && !o->ours)
		plain = begin_theirs(o, row);
	if (!plain)
		cJSON_Delete(row);
	return plain;
}

/* The checks of the specification, 11.12.4.2: that it is from whom it says, and for us. */
static bool is_what_it_says(const struct olm_talk *t, const char *sender, const char *their_key, const cJSON *payload)
{
	const char *ed25519 = member_text(member_object(payload, "keys"), "ed25519");
	const char *for_key = member_text(member_object(payload, "recipient_keys"), "ed25519");

	return *sender && member_is(payload, "sender", sender) && member_is(payload, "recipient", own_device_user(t->self)) &&
		!strcmp(for_key, e2e_account_ed25519(own_device_account(t->self))) &&
		strlen(ed25519) == E2E_KEY_SIZE - 1 &&
		devices_match(t->locker, sender, their_key, ed25519) != DEVICES_OTHER;
}

enum olm_talk_result olm_talk_open(const struct olm_talk *t, const char *sender, const cJSON *content,
	struct olm_talk_opened *out)
{
	const cJSON *message = member_object(member_object(content, "ciphertext"),
		e2e_account_curve25519(own_device_account(t->self)));
	struct opening o = {.t = t, .their_key = member_text(content, "sender_key"), .body = member_text(message, "body"),
		.type = member_whole(message, "type") == 0 ? E2E_OLM_PRE_KEY : E2E_OLM_MESSAGE};
	cJSON *payload;
	char *plain;

	if (!message || !member_is(content, "algorithm", ALGORITHM) || strlen(o.their_key) != E2E_KEY_SIZE - 1)
		return OLM_TALK_NOT_FOR_US;
	plain = open_message(&o);
	if (!plain)
		return OLM_TALK_BROKEN;
	payload = json_parse(plain, strlen(plain), NULL);
	bytes_wipe(plain);
	if (!payload || !is_what_it_says(t, sender, o.their_key, payload)) {
		cJSON_Delete(payload);
		return OLM_TALK_REFUSED;
	}
	*out = (struct olm_talk_opened){payload, mem_strdup(o.their_key),
		mem_strdup(member_text(member_object(payload, "keys"), "ed25519"))};
	return OLM_TALK_READ;
}

void olm_talk_opened_done(struct olm_talk_opened *o)
{
	cJSON_Delete(o->payload);
	free(o->curve25519);
	free(o->ed25519);
}
