/* fuzz_crypt.c - any bytes as what comes from others in encrypted rooms: devices of a person, a message between devices, a
 * message in a room, a key. All of it is taken or refused, and what is kept comes back as it was. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/canonical.h"
#include "crypto/devices.h"
#include "crypto/locker.h"
#include "crypto/member.h"
#include "crypto/olm.h"
#include "crypto/olm_talk.h"
#include "crypto/own_device.h"
#include "crypto/room_keys.h"
#include "crypto/vault.h"
#include "util/arena.h"
#include "util/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int64_t now_ms(void)
{
	return 1000000;
}

static void must(bool truth)
{
	if (!truth)
		abort();
}

/* What has a canonical form has the same one when it is read back. */
static void check_canonical(const cJSON *tree)
{
	char *text = canonical_print(tree), *again;
	cJSON *back;

	if (!text)
		return;
	back = json_parse(text, strlen(text), NULL);
	must(back != NULL);
	again = canonical_print(back);
	must(again && !strcmp(text, again));
	free(text);
	free(again);
	cJSON_Delete(back);
}

static void check_kept(struct locker *locker, const struct vault *vault)
{
	struct arena *arena = arena_new();
	struct locker *again = locker_new(vault);
	struct locker_row *rows;
	size_t n = locker_changes(locker, 1000, arena, &rows);

	for (size_t i = 0; i < n; i++)
		must(!*rows[i].value || locker_load(again, &rows[i], NULL) == 0);
	locker_free(again);
	arena_free(arena);
}

/* The same bytes in every place where others' words go. */
static void feed(const cJSON *tree, const struct olm_talk *olm, const struct room_keys *keys)
{
	const char *room = member_text(tree, "room_id"), *session = member_text(tree, "session_id");
	const struct room_key_owner owner = {.room = room, .user = member_text(tree, "sender"), .curve25519 = "c",
		.ed25519 = "e"};
	struct olm_talk_opened opened;
	cJSON *payload = NULL;

	devices_track(olm->locker, "@a:b.c");
	devices_learn(olm->locker, "@a:b.c", tree);
	if (olm_talk_open(olm, "@a:b.c", tree, &opened) == OLM_TALK_READ)
		olm_talk_opened_done(&opened);
	(void)room_keys_add(keys, &owner, session, member_text(tree, "session_key"), false, NULL);
	(void)room_keys_add(keys, &owner, session, member_text(tree, "session_key"), true, NULL);
	if (room_keys_open(keys, &(struct room_message){room, "$e", member_text(tree, "sender"), tree}, &payload) ==
		ROOM_KEYS_READ)
		cJSON_Delete(payload);
	room_keys_forget(keys, member_text(tree, "sender"));
	(void)canonical_verify(tree, "@a:b.c", "DEV", e2e_account_ed25519(own_device_account(olm->self)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct vault *vault;
	struct locker *locker;
	struct own_device *self;
	cJSON *tree = json_parse((const char *)data, size, NULL);

	if (!tree)
		return 0;
	if (!vault)
		vault = vault_new("secret");
	locker = locker_new(vault);
	self = own_device_open(locker, vault, "@bot:b.c", "DEV", NULL);
	check_canonical(tree);
	feed(tree, &(struct olm_talk){locker, vault, self, now_ms}, &(struct room_keys){locker, vault});
	check_kept(locker, vault);
	own_device_free(self);
	locker_free(locker);
	cJSON_Delete(tree);
	return 0;
}
