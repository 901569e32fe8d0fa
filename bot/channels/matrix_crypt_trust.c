/* matrix_crypt_trust.c - who vouches for whom: our own device signed by our identity, its room keys in the backup, people who
 * verify us, devices of others signed by their owners.
 *
 * Keys go to unsigned devices of others, too: many people's phones are not signed, and who is in the room may read. What
 * `verified` decides is whose word counts for what others said: of our own devices those that our identity has signed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channels/channel.h"
#include "channels/matrix_backup.h"
#include "channels/matrix_crypt_parts.h"
#include "channels/matrix_identity.h"
#include "channels/matrix_parse.h"
#include "channels/matrix_parts.h"
#include "channels/matrix_verify.h"
#include "channels/matrix_vouch.h"
#include "crypto/cross_signing.h"
#include "crypto/devices.h"
#include "crypto/locker.h"
#include "crypto/member.h"
#include "crypto/own_device.h"
#include "util/log.h"
#include "util/mem.h"

enum { MAX_NAME = 320, SIGNING_MS = 10000 };

struct matrix_trust {
	struct matrix_identity *identity; /* NULL: none, or not of this account */
	struct matrix_vouch *vouch;
	struct matrix_backup *backup;
	struct matrix_verify *verify;
	bool found; /* keys have come out of the backup */
	int64_t began_ms;
};

/* ---- life ---- */

void matrix_crypt_identity(struct matrix_crypt *c, struct matrix_identity *identity)
{
	if (!c) {
		matrix_identity_free(identity);
		return;
	}
	c->trust = mem_alloc(1, sizeof *c->trust);
	c->trust->identity = identity;
}

static void save(void *ctx)
{
	(void)matrix_crypt_save(ctx, NULL, NULL);
}

static void keys_found(void *ctx)
{
	struct matrix_crypt *c = ctx;

	c->trust->found = true;
}

static void begin_identity(struct matrix_crypt *c, struct matrix_trust *t)
{
	const struct matrix_backup_env env = {.parts = c->parts, .identity = t->identity, .locker = c->locker,
		.keys = &c->keys, .self = c->self, .changed = save, .found = keys_found, .ctx = c};

	t->began_ms = c->parts->channel->env.now_ms();
	t->vouch = matrix_vouch_new(c->parts, t->identity);
	matrix_vouch_start(t->vouch, own_device_keys(c->self));
	t->backup = matrix_backup_new(&env);
	matrix_backup_start(t->backup);
}

void matrix_crypt_trust_begin(struct matrix_crypt *c)
{
	struct matrix_trust *t = c->trust;

	if (!t)
		c->trust = t = mem_alloc(1, sizeof *t);
	if (t->identity && strcmp(t->identity->user_id, own_device_user(c->self)) != 0) {
		log_event(c->parts->channel->env.log, LOG_LEVEL_ERROR, "the identity is another account's: not used", NULL);
		matrix_identity_free(t->identity);
		t->identity = NULL;
	}
	if (t->identity)
		begin_identity(c, t);
	t->verify = matrix_verify_new(&(struct matrix_verify_env){.parts = c->parts, .identity = t->identity, .crypt = c,
		.locker = c->locker, .self = c->self});
}

bool matrix_crypt_is_being_signed(const struct matrix_crypt *c)
{
	const struct matrix_trust *t = c->trust;

	return t && t->vouch && !matrix_vouch_settled(t->vouch) &&
		c->parts->channel->env.now_ms() < t->began_ms + SIGNING_MS;
}

void matrix_crypt_trust_stop(struct matrix_crypt *c)
{
	struct matrix_trust *t = c->trust;

	if (!t)
		return;
	matrix_verify_free(t->verify);
	matrix_backup_free(t->backup);
	matrix_vouch_free(t->vouch);
	t->verify = NULL;
	t->backup = NULL;
	t->vouch = NULL;
}

void matrix_crypt_trust_free(struct matrix_crypt *c)
{
	if (!c->trust)
		return;
	matrix_crypt_trust_stop(c);
	matrix_identity_free(c->trust->identity);
	free(c->trust);
	c->trust = NULL;
}

void matrix_crypt_trust_look(struct matrix_crypt *c)
{
	if (c->trust && c->trust->backup)
		matrix_backup_look(c->trust->backup);
}

bool matrix_crypt_trust_found(struct matrix_crypt *c)
{
	bool found = c->trust && c->trust->found;

	if (found)
		c->trust->found = false;
	return found;
}

/* ---- verification ---- */

void matrix_crypt_trust_hear(struct matrix_crypt *c, const char *room, const cJSON *event)
{
	const struct matrix_verify_event e = {.room = room, .id = member_text(event, "event_id"),
		.sender = member_text(event, "sender"), .type = member_text(event, "type"),
		.content = member_object(event, "content"), .sent_ms = member_whole(event, "origin_server_ts")};

	/* What our own device said in a room comes back to it. */
	if (c->trust && c->trust->verify && e.content && (!*room || strcmp(e.sender, c->parts->self->user) != 0))
		(void)matrix_verify_hear(c->trust->verify, &e);
}

/* ---- devices signed by their owners ---- */

struct signatures {
	struct matrix_crypt *crypt;
	const char *user;
	bool known; /* the owner's keys hang together */
	struct cross_known keys;
	const cJSON *devices; /* as the server tells of them */
};

/* Keys that changed under a device's name are not those that we keep, and not the ones that were signed. */
static bool are_same(const cJSON *told, const struct device *d)
{
	const cJSON *keys = member_object(told, "keys");
	char name[MAX_NAME];

	snprintf(name, sizeof name, "ed25519:%s", d->id);
	if (!member_is(keys, name, d->ed25519))
		return false;
	snprintf(name, sizeof name, "curve25519:%s", d->id);
	return member_is(keys, name, d->curve25519);
}

static void judge_device(void *ctx, const struct device *d)
{
	const struct signatures *s = ctx;
	const cJSON *keys = cJSON_GetObjectItemCaseSensitive(s->devices, d->id);
	bool verified = s->known && keys && are_same(keys, d) &&
		cross_vouches(&s->keys, s->user, d->id, keys);

	if (verified != d->verified)
		devices_verify(s->crypt->locker, s->user, d->id, verified);
}

/* Of our own account only the identity counts that we have a file of: the server could tell us any other. */
static bool is_trusted(const struct matrix_crypt *c, const struct signatures *s)
{
	const struct matrix_identity *identity = c->trust ? c->trust->identity : NULL;

	return strcmp(s->user, own_device_user(c->self)) != 0 ||
		(identity && strcmp(identity->master, s->keys.master) == 0);
}

void matrix_crypt_trust_judge(struct matrix_crypt *c, const char *user, const cJSON *devices, cJSON *master,
	cJSON *self_signing)
{
	struct signatures s = {.crypt = c, .user = user, .devices = devices};
	cJSON *query = cJSON_CreateObject();

	if (master)
		cJSON_AddItemToObject(cJSON_AddObjectToObject(query, "master_keys"), user, master);
	if (self_signing)
		cJSON_AddItemToObject(cJSON_AddObjectToObject(query, "self_signing_keys"), user, self_signing);
	s.known = cross_read(query, user, &s.keys) && is_trusted(c, &s);
	devices_each(c->locker, user, judge_device, &s);
	cJSON_Delete(query);
}
