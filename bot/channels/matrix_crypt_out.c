/* matrix_crypt_out.c - sealing what we say, one room at a time, several rooms side by side:
 *
 *     who reads there? -- whose devices are not known --> ASKING /keys/query
 *     which devices lack the key? -- no session with them --> CLAIMING /keys/claim
 *     they are told -- on disk --> TELLING /sendToDevice
 *     nobody lacks it: what waits is sealed -- on disk --> handed back, to be sent
 *
 * After each answer all of it is looked at anew: people come and go meanwhile.
 *
 * What is said while nothing can be stored goes the same way without the disk, with a session for the room and sessions with its
 * devices that are made for it. Were it said with those that are there, a crash would bring back their older states, and with
 * them numbers that were used. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channels/channel.h"
#include "channels/matrix_api.h"
#include "channels/matrix_crypt_parts.h"
#include "channels/matrix_parse.h"
#include "channels/matrix_parts.h"
#include "channels/matrix_rooms.h"
#include "crypto/member.h"
#include "crypto/olm.h"
#include "crypto/own_device.h"
#include "net/loop.h"
#include "util/arena.h"
#include "util/err.h"
#include "util/json.h"
#include "util/log.h"
#include "util/mem.h"
#include "util/strmap.h"

enum {
	MOST_TOLD = 60, /* devices in one request: each takes a kilobyte */
	MOST_CLAIMED = 100,
	MOST_ASKED = 100,
	LOOK_MS = 100, /* whether it is known by now who is in the room */
	MOST_LOOKS = 100,
	UNREACHED_S = 10 * 60, /* until a device that gave no key is asked for one again */
	ASKED_S = 60, /* the same for people whose server does not answer */
	CALL_MS = 20000,
};

struct matrix_sealing {
	struct matrix_sealing *next;
	struct room_sealing *room;
	char *type, *content;
	char *sealed; /* once it is; it may not leave before it is on disk */
	matrix_sealed_cb done; /* NULL: cancelled */
	void *ctx;
};

struct room_sealing {
	struct matrix_crypt *crypt;
	struct room_sealing *next;
	char *room;
	struct matrix_sealing *first;
	bool unkept;
	struct strmap *begun; /* unkept: devices by curve25519 that sessions were made with for this; NULL: not begun */
	struct matrix_call *call;
	struct matrix_saving *saving;
	struct timer *soon;
	/* of the question under way */
	char **users;
	size_t n_users;
	uint64_t list_changes;
	bool asked; /* in this round: once is enough */
	int looks;
	struct device_list claiming, telling;
	char *body;
};

static void step(struct room_sealing *r);

/* ---- lists of devices ---- */

void device_list_add(struct device_list *l, const struct device *d)
{
	mem_room(l->list, l->n, l->cap);
	l->list[l->n++] = (struct device_entry){mem_strdup(d->user), mem_strdup(d->id), mem_strdup(d->curve25519),
		mem_strdup(d->ed25519)};
}

void device_list_done(struct device_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->list[i].user);
		free(l->list[i].id);
		free(l->list[i].curve25519);
		free(l->list[i].ed25519);
	}
	free(l->list);
	*l = (struct device_list){0};
}

struct device device_list_at(const struct device_list *l, size_t i)
{
	const struct device_entry *e = &l->list[i];

	return (struct device){e->user, e->id, e->curve25519, e->ed25519, false};
}

char *matrix_claim_body(const struct device_list *list)
{
	cJSON *body = cJSON_CreateObject(), *keys = cJSON_AddObjectToObject(body, "one_time_keys");
	char *text;

	for (size_t i = 0; i < list->n; i++)
		member_set_text(member_make(keys, list->list[i].user), list->list[i].id, "signed_curve25519");
	member_set_whole(body, "timeout", CALL_MS / 2);
	text = json_print(body);
	cJSON_Delete(body);
	return text;
}

size_t matrix_crypt_claimed(struct matrix_crypt *c, struct json_span answer, const struct device_list *list)
{
	cJSON *tree = json_parse(answer.at, answer.len, NULL);
	const cJSON *keys = member_object(tree, "one_time_keys");
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++) {
		const struct device to = device_list_at(list, i);
		const cJSON *mine = member_object(member_object(keys, to.user), to.id), *key = mine ? mine->child : NULL;
		struct err err;

		if (cJSON_IsObject(key) && olm_talk_begin(&c->olm, &to, key, &err) == 0)
			n++;
		else
			strmap_set(c->unreached, to.curve25519, strlen(to.curve25519), matrix_crypt_now_s(c));
	}
	cJSON_Delete(tree);
	return n;
}

/* ---- the end of it ---- */

static void sealing_free(struct matrix_sealing *s)
{
	free(s->type);
	free(s->content);
	free(s->sealed);
	free(s);
}

static void forget_users(struct room_sealing *r)
{
	for (size_t i = 0; i < r->n_users; i++)
		free(r->users[i]);
	free(r->users);
	r->users = NULL;
	r->n_users = 0;
}

static void room_free(struct room_sealing *r)
{
	struct room_sealing **at = &r->crypt->rooms;

	while (*at != r)
		at = &(*at)->next;
	*at = r->next;
	matrix_call_cancel(r->call);
	matrix_saving_cancel(r->saving);
	timer_free(r->soon);
	strmap_free(r->begun);
	forget_users(r);
	device_list_done(&r->claiming);
	device_list_done(&r->telling);
	free(r->body);
	free(r->room);
	free(r);
}

/* Takes off the first one; its callback may ask for more. */
static void end_first(struct room_sealing *r, const struct matrix_answer *why)
{
	struct matrix_sealing *s = r->first;
	matrix_sealed_cb done = s->done;
	void *ctx = s->ctx;
	char *sealed = why ? NULL : s->sealed;

	r->first = s->next;
	if (!why)
		s->sealed = NULL;
	sealing_free(s);
	if (done)
		done(ctx, sealed, why);
	free(sealed);
}

/* Nothing can be sealed now. What is asked for by the callbacks comes after this. */
static void fail_all(struct room_sealing *r, const struct matrix_answer *why)
{
	const struct matrix_answer copy = *why;
	size_t n = 0;

	for (const struct matrix_sealing *s = r->first; s; s = s->next)
		n++;
	r->asked = false;
	while (n--)
		end_first(r, &copy);
	if (r->first)
		timer_start(r->soon, 0);
	else
		room_free(r);
}

static void fail(struct room_sealing *r, const char *text)
{
	struct matrix_answer why = {.verdict = MATRIX_AGAIN, .after_ms = -1};

	(void)snprintf(why.why, sizeof why.why, "%s", text);
	fail_all(r, &why);
}

/* Will never come, and no other try would help. */
static bool is_refused(const struct matrix_answer *a)
{
	return a->verdict != MATRIX_DONE && a->verdict != MATRIX_AGAIN && a->verdict != MATRIX_TOKEN &&
		a->verdict != MATRIX_FATAL;
}

/* True when it is an answer to go on with: what was refused about keys is no reason to leave people without an answer. */
static bool is_answer(struct room_sealing *r, const struct matrix_answer *a)
{
	r->call = NULL;
	if (is_refused(a))
		log_event(r->crypt->parts->channel->env.log, LOG_LEVEL_ERROR, "keys refused by the server",
			LOG_FIELDS(LOG_TEXT("why", a->why)));
	if (a->verdict == MATRIX_DONE || is_refused(a))
		return true;
	fail_all(r, a);
	return false;
}

static void ask(struct room_sealing *r, const char *method, const char *path, const char *body, matrix_done done)
{
	r->call = matrix_api_call(r->crypt->parts->api,
		&(struct matrix_ask){.method = method, .path = path, .body = body, .timeout_ms = CALL_MS}, done, r);
}

/* Goes on once all is on disk. */
static void save(struct room_sealing *r, void (*saved)(void *ctx, bool ok))
{
	if (r->unkept)
		saved(r, true);
	else
		r->saving = matrix_crypt_save(r->crypt, saved, r);
}

/* ---- whose devices are not known ---- */

static void on_queried(void *ctx, const struct matrix_answer *a)
{
	struct room_sealing *r = ctx;

	if (a->verdict == MATRIX_DONE)
		matrix_crypt_learn(r->crypt, a->body, (const char *const *)r->users, r->n_users, r->list_changes);
	r->asked |= is_refused(a);
	forget_users(r);
	if (is_answer(r, a))
		step(r);
}

static bool is_to_be_asked(struct matrix_crypt *c, const char *user)
{
	int now = matrix_crypt_now_s(c);

	devices_track(c->locker, user);
	return devices_stale(c->locker, user) && strmap_get(c->asked, user, strlen(user), now - ASKED_S) + ASKED_S <= now;
}

/* True when somebody has to be asked for first. */
static bool ask_for_devices(struct room_sealing *r, const struct room_people *p)
{
	char *body;

	if (r->asked) /* somebody changes their devices faster than we ask: with what is known, then */
		return false;
	for (size_t i = 0; i < p->n_users && r->n_users < MOST_ASKED; i++)
		if (is_to_be_asked(r->crypt, p->users[i])) {
			if (!r->users)
				r->users = mem_alloc(MOST_ASKED, sizeof *r->users);
			r->users[r->n_users++] = mem_strdup(p->users[i]);
		}
	if (!r->n_users)
		return false;
	r->asked = r->n_users < MOST_ASKED;
	r->list_changes = r->crypt->list_changes;
	body = matrix_query_body((const char *const *)r->users, r->n_users);
	ask(r, "POST", "/v3/keys/query", body, on_queried);
	free(body);
	return true;
}

/* ---- who lacks the key ---- */

struct lacking {
	struct room_sealing *room;
	struct device_list give, claim, withhold;
};

static bool was_not_reached(struct matrix_crypt *c, const char *curve25519)
{
	int now = matrix_crypt_now_s(c);

	return strmap_get(c->unreached, curve25519, strlen(curve25519), now - UNREACHED_S) + UNREACHED_S > now;
}

/* Whether sessions that are there with a device may be used. */
static bool may_use(const struct room_sealing *r, const struct device *d)
{
	return !r->unkept || strmap_get(r->begun, d->curve25519, strlen(d->curve25519), 0);
}

static void add_lacking(void *ctx, const struct device *d, bool told)
{
	struct lacking *l = ctx;
	struct matrix_crypt *c = l->room->crypt;

	if (olm_talk_has(&c->olm, d->curve25519) && may_use(l->room, d)) {
		if (l->give.n < MOST_TOLD)
			device_list_add(&l->give, d);
	} else if (!was_not_reached(c, d->curve25519)) {
		if (l->claim.n < MOST_CLAIMED)
			device_list_add(&l->claim, d);
	} else if (!told && l->withhold.n < MOST_TOLD) {
		device_list_add(&l->withhold, d);
	}
}

static void on_claimed(void *ctx, const struct matrix_answer *a)
{
	struct room_sealing *r = ctx;

	for (size_t i = 0; r->unkept && a->verdict == MATRIX_DONE && i < r->claiming.n; i++)
		strmap_set(r->begun, r->claiming.list[i].curve25519, strlen(r->claiming.list[i].curve25519), 1);
	if (a->verdict == MATRIX_DONE || is_refused(a))
		(void)matrix_crypt_claimed(r->crypt, is_refused(a) ? (struct json_span){"{}", 2} : a->body, &r->claiming);
	device_list_done(&r->claiming);
	if (is_answer(r, a))
		step(r);
}

static void claim(struct room_sealing *r)
{
	char *body = matrix_claim_body(&r->claiming);

	ask(r, "POST", "/v3/keys/claim", body, on_claimed);
	free(body);
}

/* They see why they can't read it. */
static void withhold(struct room_sealing *r, const struct device_list *list)
{
	struct arena *arena = arena_new();
	cJSON *body = cJSON_CreateObject(), *messages = member_make(body, "messages");
	char txn[MATRIX_TXN_SIZE], *text;

	for (size_t i = 0; i < list->n; i++) {
		const struct device d = device_list_at(list, i);

		member_set(member_make(messages, d.user), d.id, room_out_withheld(&r->crypt->out));
		room_out_shared(&r->crypt->out, r->room, &d, false);
	}
	matrix_crypt_txn(r->crypt, txn);
	text = json_print(body);
	matrix_api_tell(r->crypt->parts->api, "PUT", matrix_path(arena, "/v3/sendToDevice/m.room_key.withheld/*", txn), text);
	free(text);
	cJSON_Delete(body);
	arena_free(arena);
}

/* ---- telling them ---- */

/* What was promised is said all the same, with keys for it alone. It can't be said twice: the server knows each request's name. */
static void go_on_unkept(struct room_sealing *r)
{
	r->unkept = true;
	step(r);
}

static void on_told(void *ctx, const struct matrix_answer *a)
{
	struct room_sealing *r = ctx;

	for (size_t i = 0; i < r->telling.n && a->verdict == MATRIX_DONE; i++) {
		const struct device d = device_list_at(&r->telling, i);

		room_out_shared(&r->crypt->out, r->room, &d, true);
	}
	device_list_done(&r->telling);
	if (is_refused(a)) { /* without the key nobody could read it */
		struct matrix_answer later = *a;

		later.verdict = MATRIX_AGAIN;
		later.after_ms = -1;
		r->call = NULL;
		fail_all(r, &later);
	} else if (is_answer(r, a)) {
		step(r);
	}
}

static void telling_saved(void *ctx, bool ok)
{
	struct room_sealing *r = ctx;
	struct arena *arena = arena_new();
	char txn[MATRIX_TXN_SIZE], *body = r->body;

	r->saving = NULL;
	r->body = NULL;
	matrix_crypt_txn(r->crypt, txn);
	if (ok)
		ask(r, "PUT", matrix_path(arena, "/v3/sendToDevice/m.room.encrypted/*", txn), body, on_told);
	else
		device_list_done(&r->telling);
	free(body);
	arena_free(arena);
	if (!ok)
		go_on_unkept(r);
}

/* Takes the list. */
static void tell(struct room_sealing *r, struct device_list *list)
{
	cJSON *key = room_out_key(&r->crypt->out, r->room);
	cJSON *body = cJSON_CreateObject(), *messages = member_make(body, "messages");

	r->telling = *list;
	*list = (struct device_list){0};
	for (size_t i = 0; i < r->telling.n; i++) {
		const struct device d = device_list_at(&r->telling, i);
		cJSON *sealed = olm_talk_seal(&r->crypt->olm, &d, "m.room_key", key);

		if (sealed)
			member_set(member_make(messages, d.user), d.id, sealed);
	}
	r->body = json_print(body);
	cJSON_Delete(body);
	cJSON_Delete(key);
	save(r, telling_saved);
}

/* ---- sealing ---- */

static void sealed_saved(void *ctx, bool ok)
{
	struct room_sealing *r = ctx;
	size_t n = 0;

	r->saving = NULL;
	if (!ok) {
		go_on_unkept(r);
		return;
	}
	r->asked = false;
	for (const struct matrix_sealing *s = r->first; s && s->sealed; s = s->next)
		n++;
	while (n--)
		end_first(r, NULL);
	if (r->first)
		timer_start(r->soon, 0);
	else
		room_free(r);
}

static void seal_all(struct room_sealing *r)
{
	for (struct matrix_sealing *s = r->first; s; s = s->next) {
		cJSON *content = json_parse(s->content, strlen(s->content), NULL), *sealed;

		free(s->sealed); /* of a try that was not saved: its number is used up */
		sealed = room_out_seal(&r->crypt->out, r->room, s->type, content);
		s->sealed = json_print(sealed);
		r->crypt->counts.sealed++;
		cJSON_Delete(sealed);
		cJSON_Delete(content);
	}
	save(r, sealed_saved);
}

static void look_who_lacks_it(struct room_sealing *r, const struct room_people *p)
{
	struct lacking l = {.room = r};

	room_out_ready(&r->crypt->out, p);
	room_out_each_without(&r->crypt->out, p, add_lacking, &l);
	if (l.withhold.n)
		withhold(r, &l.withhold);
	if (l.claim.n) {
		r->claiming = l.claim;
		l.claim = (struct device_list){0};
		claim(r);
	} else if (l.give.n) {
		tell(r, &l.give);
	} else {
		seal_all(r);
	}
	device_list_done(&l.give);
	device_list_done(&l.claim);
	device_list_done(&l.withhold);
}

/* What is kept and what is not take turns: they share the room's session. */
static bool is_busy(const struct room_sealing *r)
{
	const struct room_sealing *other = r->crypt->rooms;

	while (other && (other == r || strcmp(other->room, r->room) != 0))
		other = other->next;
	return other && (other->call || other->saving);
}

static void step(struct room_sealing *r)
{
	const struct matrix_room *room = matrix_rooms_find(r->crypt->parts->rooms, r->room);
	struct room_people p = {.room = r->room};

	/* Who is there is being asked, or the room's session is in use. */
	if (((room && !room->known) || is_busy(r)) && r->looks++ < MOST_LOOKS) {
		timer_start(r->soon, LOOK_MS);
		return;
	}
	r->looks = 0;
	if (is_busy(r)) {
		fail(r, "the room's keys are in use");
		return;
	}
	if (!r->crypt->self || !room || !room->known) {
		fail(r, "who is in the room is not known");
		return;
	}
	p.users = matrix_room_readers(room, &p.n_users);
	p.most_messages = room->rotation_messages;
	p.most_ms = room->rotation_ms;
	if (r->unkept && !r->begun) {
		r->begun = strmap_new();
		room_out_drop(&r->crypt->out, r->room);
	}
	if (!ask_for_devices(r, &p))
		look_who_lacks_it(r, &p);
	free((char **)p.users);
}

static void on_soon(void *ctx)
{
	struct room_sealing *r = ctx;

	if (!r->call && !r->saving)
		step(r);
}

/* ---- asking for it ---- */

static struct room_sealing *room_for(struct matrix_crypt *c, const char *room, bool unkept)
{
	struct room_sealing *r;

	for (r = c->rooms; r; r = r->next)
		if (r->unkept == unkept && !strcmp(r->room, room))
			return r;
	r = mem_alloc(1, sizeof *r);
	*r = (struct room_sealing){.crypt = c, .next = c->rooms, .room = mem_strdup(room), .unkept = unkept};
	r->soon = timer_new(c->parts->channel->env.loop, on_soon, r);
	c->rooms = r;
	return r;
}

struct matrix_sealing *matrix_crypt_seal(struct matrix_crypt *c, const char *room, const char *type, const char *content,
	bool unkept, matrix_sealed_cb done, void *ctx)
{
	struct matrix_sealing *s = mem_alloc(1, sizeof *s), **end;
	struct room_sealing *r = room_for(c, room, unkept);

	*s = (struct matrix_sealing){.room = r, .type = mem_strdup(type), .content = mem_strdup(content), .done = done,
		.ctx = ctx};
	for (end = &r->first; *end; end = &(*end)->next)
		;
	*end = s;
	if (!r->call && !r->saving)
		timer_start(r->soon, 0);
	return s;
}

void matrix_sealing_cancel(struct matrix_sealing *s)
{
	if (s)
		s->done = NULL;
}

void matrix_crypt_out_free(struct matrix_crypt *c)
{
	while (c->rooms) {
		while (c->rooms->first) {
			struct matrix_sealing *s = c->rooms->first;

			c->rooms->first = s->next;
			sealing_free(s);
		}
		room_free(c->rooms);
	}
}
