/* matrix_verify.c - the machines of crypto/sas.h, fed and let speak. What is said leaves in the order in which it was said: a
 * "done" before its "mac" would end it. */
#include "channels/matrix_verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channels/channel.h"
#include "channels/matrix_api.h"
#include "channels/matrix_crypt.h"
#include "channels/matrix_identity.h"
#include "channels/matrix_parse.h"
#include "channels/matrix_parts.h"
#include "channels/matrix_queue.h"
#include "channels/matrix_rooms.h"
#include "crypto/devices.h"
#include "crypto/locker.h"
#include "crypto/olm.h"
#include "crypto/own_device.h"
#include "crypto/sas.h"
#include "net/loop.h"
#include "util/arena.h"
#include "util/json.h"
#include "util/log.h"
#include "util/mem.h"

#define TYPE "m.key.verification."

enum { HEARD = 64 }; /* a room's event may come again, when what came with it could not be saved */
enum { MOST = 16, MOST_SAYS = 64, MAX_ID = 255, LOOK_MS = 30000 };

struct verification {
	struct sas *sas;
	char *room; /* "" for devices */
};

/* What waits to be sealed and sent. */
struct say {
	char *room, *user, *device, *type, *content;
	struct say *next;
};

struct matrix_verify {
	struct matrix_verify_env env;
	struct verification list[MOST];
	size_t n;
	struct say *first, **last;
	size_t n_says;
	struct matrix_sealing *sealing;
	struct matrix_queue *queue;
	struct timer *timer;
	unsigned long long n_txn;
	char key[E2E_KEY_SIZE]; /* that was looked for last */
	char *heard[HEARD]; /* events of rooms, a ring */
	size_t at_heard;
};

/* ---- what we say ---- */

static void say_first(struct matrix_verify *v);

static void drop_first(struct matrix_verify *v)
{
	struct say *s = v->first;

	v->first = s->next;
	if (!v->first)
		v->last = &v->first;
	v->n_says--;
	free(s->room);
	free(s->user);
	free(s->device);
	free(s->type);
	free(s->content);
	free(s);
}

static const char *new_txn(struct matrix_verify *v, struct arena *arena)
{
	return arena_printf(arena, "v%lld.%llu", (long long)v->env.parts->channel->env.now_ms(), ++v->n_txn);
}

static void send_in_room(struct matrix_verify *v, const char *type, const char *content)
{
	struct arena *arena = arena_new();

	matrix_queue_add(v->queue, "PUT",
		matrix_path(arena, "/v3/rooms/*/send/*/*", v->first->room, type, new_txn(v, arena)), content);
	arena_free(arena);
	drop_first(v);
}

static void on_sealed(void *ctx, const char *content, const struct matrix_answer *why)
{
	struct matrix_verify *v = ctx;

	v->sealing = NULL;
	if (content) {
		send_in_room(v, "m.room.encrypted", content);
	} else {
		log_event(v->env.parts->channel->env.log, LOG_LEVEL_WARN, "verification not answered",
			LOG_FIELDS(LOG_TEXT("why", why ? why->why : "")));
		drop_first(v);
	}
	say_first(v);
}

static void send_to_device(struct matrix_verify *v)
{
	const struct say *s = v->first;
	struct arena *arena = arena_new();
	cJSON *body = cJSON_CreateObject(), *devices;
	char *text;

	devices = cJSON_AddObjectToObject(cJSON_AddObjectToObject(body, "messages"), s->user);
	cJSON_AddItemToObject(devices, s->device, cJSON_CreateRaw(s->content));
	text = json_print(body);
	matrix_queue_add(v->queue, "PUT", matrix_path(arena, "/v3/sendToDevice/*/*", s->type, new_txn(v, arena)), text);
	free(text);
	cJSON_Delete(body);
	arena_free(arena);
	drop_first(v);
}

static bool is_sealed(const struct matrix_verify *v, const char *room)
{
	const struct matrix_room *known = matrix_rooms_find(v->env.parts->rooms, room);

	return !known || known->encrypted || matrix_crypt_is_sealed(v->env.crypt, room);
}

static void say_first(struct matrix_verify *v)
{
	while (v->first && !v->sealing) {
		const struct say *s = v->first;

		if (!*s->room)
			send_to_device(v);
		else if (is_sealed(v, s->room))
			v->sealing = matrix_crypt_seal(v->env.crypt, s->room, s->type, s->content, false, on_sealed, v);
		else
			send_in_room(v, s->type, s->content);
	}
}

static void say(struct matrix_verify *v, const char *room, const char *user, const char *device, struct sas_says *says)
{
	bool reachable = *room || *device;

	for (size_t i = 0; reachable && i < says->n && v->n_says < MOST_SAYS; i++) {
		struct say *s = mem_alloc(1, sizeof *s);

		*s = (struct say){.room = mem_strdup(room), .user = mem_strdup(user), .device = mem_strdup(device),
			.type = mem_strdup(says->list[i].type), .content = json_print(says->list[i].content)};
		*v->last = s;
		v->last = &s->next;
		v->n_says++;
	}
	sas_says_done(says);
	say_first(v);
}

/* ---- what is told to the operator ---- */

static void tell_strings(const struct matrix_verify *v, const struct sas *s)
{
	unsigned n[SAS_NUMBERS];
	const char *e[SAS_EMOJI];
	char numbers[32], emoji[160];

	if (!sas_strings(s, n, e))
		return;
	snprintf(numbers, sizeof numbers, "%u %u %u", n[0], n[1], n[2]);
	snprintf(emoji, sizeof emoji, "%s, %s, %s, %s, %s, %s, %s", e[0], e[1], e[2], e[3], e[4], e[5], e[6]);
	log_event(v->env.parts->channel->env.log, LOG_LEVEL_NOTICE, "somebody verifies us: both sides must show the same",
		LOG_FIELDS(LOG_TEXT("numbers", numbers), LOG_TEXT("emoji", emoji)));
}

static void tell_end(const struct matrix_verify *v, const struct sas *s)
{
	if (sas_state(s) == SAS_DONE)
		log_event(v->env.parts->channel->env.log, LOG_LEVEL_NOTICE, "verified by somebody", NULL);
	else
		log_event(v->env.parts->channel->env.log, LOG_LEVEL_NOTICE, "verification ended",
			LOG_FIELDS(LOG_TEXT("why", sas_why(s))));
}

/* ---- the list ---- */

static struct verification *find(struct matrix_verify *v, const char *user, const char *txn, const char *room)
{
	for (size_t i = 0; i < v->n; i++)
		if (!strcmp(sas_txn(v->list[i].sas), txn) && !strcmp(sas_user(v->list[i].sas), user) &&
			!strcmp(v->list[i].room, room))
			return &v->list[i];
	return NULL;
}

static void remove_one(struct matrix_verify *v, struct verification *one)
{
	sas_free(one->sas);
	free(one->room);
	*one = v->list[--v->n];
}

/* One person has one under way: a second one is begun when the first went wrong. */
static void remove_of(struct matrix_verify *v, const char *user)
{
	for (size_t i = v->n; i > 0; i--)
		if (!strcmp(sas_user(v->list[i - 1].sas), user))
			remove_one(v, &v->list[i - 1]);
}

static struct verification *add(struct matrix_verify *v, const char *user, const char *txn, const char *room)
{
	const struct matrix_identity *identity = v->env.identity;
	const struct own_device *self = v->env.self;
	const struct sas_self us = {.user = own_device_user(self), .device = own_device_id(self),
		.device_key = e2e_account_ed25519(own_device_account(v->env.self)),
		.master_key = identity ? identity->master : NULL};

	remove_of(v, user);
	if (v->n == MOST)
		return NULL;
	devices_track(v->env.locker, user);
	v->list[v->n] = (struct verification){
		.sas = sas_new(&us, user, txn, *room != '\0', v->env.parts->channel->env.now_ms()),
		.room = mem_strdup(room)};
	timer_start(v->timer, LOOK_MS);
	return &v->list[v->n++];
}

/* ---- what we hear ---- */

struct search {
	struct matrix_verify *verify;
	const char *device;
	bool found;
};

static void match_device(void *ctx, const struct device *d)
{
	struct search *s = ctx;

	if (strcmp(d->id, s->device) == 0 && strlen(d->ed25519) < E2E_KEY_SIZE) {
		strcpy(s->verify->key, d->ed25519);
		s->found = true;
	}
}

/* Of their keys we know those of devices. */
static const char *find_key(void *ctx, const char *user, const char *key_id)
{
	struct search s = {.verify = ctx};

	if (strncmp(key_id, "ed25519:", 8) != 0)
		return NULL;
	s.device = key_id + 8;
	devices_each(s.verify->env.locker, user, match_device, &s);
	return s.found ? s.verify->key : NULL;
}

static const char *text_of(const cJSON *object, const char *key)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));

	return text ? text : "";
}

/* The kind of event, as it is among devices; NULL when it is not about verification, or not with us. */
static const char *type_of(const struct matrix_verify *v, const struct matrix_verify_event *e)
{
	if (strncmp(e->type, TYPE, strlen(TYPE)) == 0)
		return e->type;
	if (*e->room && !strcmp(e->type, "m.room.message") && !strcmp(text_of(e->content, "msgtype"), TYPE "request") &&
		!strcmp(text_of(e->content, "to"), own_device_user(v->env.self)))
		return TYPE "request";
	return NULL;
}

static const char *txn_of(const struct matrix_verify_event *e, bool request)
{
	if (!*e->room)
		return text_of(e->content, "transaction_id");
	if (request)
		return e->id;
	return text_of(cJSON_GetObjectItemCaseSensitive(e->content, "m.relates_to"), "event_id");
}

static bool is_ignored(const struct matrix_verify *v, const char *user)
{
	const struct matrix_self *self = v->env.parts->self;

	for (size_t i = 0; i < self->n_ignored; i++)
		if (strcmp(self->ignored[i], user) == 0)
			return true;
	return false;
}

static bool shares_a_room(const struct matrix_verify *v, const char *user)
{
	const struct matrix_room *room;

	for (size_t i = 0; (room = matrix_rooms_at(v->env.parts->rooms, i)); i++)
		for (size_t k = 0; k < room->people; k++)
			if (strcmp(room->list[k].user, user) == 0)
				return true;
	return false;
}

/* In a room others are verified, too, and what was asked before we came is nobody's wish any more. From device to device
 * only those can ask who share a room with us: nobody else has a reason to know our device, and we none to learn theirs. */
static bool may_begin(const struct matrix_verify *v, const struct matrix_verify_event *e, const char *type)
{
	int64_t now_ms = v->env.parts->channel->env.now_ms();

	if (is_ignored(v, e->sender) || (*e->room && e->sent_ms && now_ms - e->sent_ms > SAS_TIMEOUT_MS) ||
		(!*e->room && !shares_a_room(v, e->sender)))
		return false;
	return !strcmp(type, TYPE "request") || (!*e->room && !strcmp(type, TYPE "start"));
}

static void hear(struct matrix_verify *v, struct verification *one, const char *type, const cJSON *content)
{
	const struct sas_their_keys keys = {.find = find_key, .ctx = v};
	enum sas_state before = sas_state(one->sas);
	struct sas_says says = {.n = 0};

	sas_hear(one->sas, type, content, &keys, v->env.parts->channel->env.now_ms(), &says);
	if (sas_state(one->sas) == SAS_SHOWN && before != SAS_SHOWN)
		tell_strings(v, one->sas);
	say(v, one->room, sas_user(one->sas), sas_device(one->sas), &says);
	if (sas_over(one->sas)) {
		tell_end(v, one->sas);
		remove_one(v, one);
	}
}

static bool is_new(struct matrix_verify *v, const char *event)
{
	char **slot = &v->heard[v->at_heard % HEARD];

	if (!*event)
		return true;
	for (size_t i = 0; i < HEARD; i++)
		if (v->heard[i] && strcmp(v->heard[i], event) == 0)
			return false;
	free(*slot);
	*slot = mem_strdup(event);
	v->at_heard++;
	return true;
}

bool matrix_verify_hear(struct matrix_verify *v, const struct matrix_verify_event *e)
{
	const char *type = type_of(v, e);
	struct verification *one;
	const char *txn;

	if (!type)
		return false;
	txn = txn_of(e, !strcmp(type, TYPE "request"));
	if (!*txn || strlen(txn) > MAX_ID || strlen(e->sender) > MAX_ID || !is_new(v, e->id))
		return true;
	one = find(v, e->sender, txn, e->room);
	if (!one && may_begin(v, e, type))
		one = add(v, e->sender, txn, e->room);
	if (one)
		hear(v, one, type, e->content);
	return true;
}

/* ---- life ---- */

static void on_time(void *ctx)
{
	struct matrix_verify *v = ctx;

	for (size_t i = v->n; i > 0; i--) {
		struct verification *one = &v->list[i - 1];
		struct sas_says says = {.n = 0};

		sas_look(one->sas, v->env.parts->channel->env.now_ms(), &says);
		say(v, one->room, sas_user(one->sas), sas_device(one->sas), &says);
		if (sas_over(one->sas)) {
			tell_end(v, one->sas);
			remove_one(v, one);
		}
	}
	if (v->n)
		timer_start(v->timer, LOOK_MS);
}

struct matrix_verify *matrix_verify_new(const struct matrix_verify_env *env)
{
	struct matrix_verify *v = mem_alloc(1, sizeof *v);

	v->env = *env;
	v->last = &v->first;
	v->queue = matrix_queue_new(env->parts);
	v->timer = timer_new(env->parts->channel->env.loop, on_time, v);
	return v;
}

void matrix_verify_free(struct matrix_verify *v)
{
	if (!v)
		return;
	matrix_sealing_cancel(v->sealing);
	while (v->first)
		drop_first(v);
	while (v->n)
		remove_one(v, &v->list[0]);
	for (size_t i = 0; i < HEARD; i++)
		free(v->heard[i]);
	matrix_queue_free(v->queue);
	timer_free(v->timer);
	free(v);
}
