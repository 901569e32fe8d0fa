/* matrix_vouch.c - asked, then signed, then asked again:
 *
 *     IDLE -- start --> ASKING -- the device is signed --> SIGNED
 *     ASKING -- it lacks it --> SIGNING -- taken --> ASKING
 *     ASKING, SIGNING -- no answer, or not our keys yet --> WAITING -- time --> ASKING
 *     ASKING -- the account has another identity; SIGNING -- refused --> REFUSED */
#include "channels/matrix_vouch.h"

#include <stdlib.h>
#include <string.h>

#include "channels/channel.h"
#include "channels/matrix_api.h"
#include "channels/matrix_identity.h"
#include "channels/matrix_parts.h"
#include "crypto/cross_signing.h"
#include "net/backoff.h"
#include "net/loop.h"
#include "util/json.h"
#include "util/log.h"
#include "util/mem.h"

enum { MOST_WAIT_MS = 600000 };

enum vouch_state { IDLE, ASKING, SIGNING, WAITING, SIGNED, REFUSED };

struct matrix_vouch {
	const struct matrix_parts *parts;
	const struct matrix_identity *identity;
	enum vouch_state state;
	cJSON *keys; /* ours */
	bool tried; /* a signature was taken */
	struct matrix_call *call;
	struct timer *timer;
	struct backoff backoff;
};

static void ask(struct matrix_vouch *v);

static void on_time(void *ctx)
{
	ask(ctx);
}

struct matrix_vouch *matrix_vouch_new(const struct matrix_parts *parts, const struct matrix_identity *identity)
{
	struct matrix_vouch *v = mem_alloc(1, sizeof *v);

	*v = (struct matrix_vouch){.parts = parts, .identity = identity,
		.timer = timer_new(parts->channel->env.loop, on_time, v)};
	backoff_init(&v->backoff, parts->first_wait_ms, MOST_WAIT_MS, parts->seed + 8);
	return v;
}

void matrix_vouch_free(struct matrix_vouch *v)
{
	if (!v)
		return;
	matrix_call_cancel(v->call);
	timer_free(v->timer);
	cJSON_Delete(v->keys);
	free(v);
}

bool matrix_vouch_settled(const struct matrix_vouch *v)
{
	return v->state == SIGNED || v->state == REFUSED;
}

static void later(struct matrix_vouch *v, const struct matrix_answer *a)
{
	int64_t wait = backoff_next(&v->backoff);

	v->state = WAITING;
	timer_start(v->timer, a->after_ms > wait ? a->after_ms : wait);
	if (a->verdict == MATRIX_TOKEN)
		v->parts->token_gone(v->parts->ctx, a->soft_logout);
}

static void refused(struct matrix_vouch *v, const char *why)
{
	v->state = REFUSED;
	log_event(v->parts->channel->env.log, LOG_LEVEL_WARN, "device not signed: some clients send us no keys",
		LOG_FIELDS(LOG_TEXT("why", why)));
}

static cJSON *tree_of(const struct matrix_answer *a)
{
	return a->verdict == MATRIX_DONE ? json_parse(a->body.at, a->body.len, NULL) : NULL;
}

/* ---- signing ---- */

/* A signature that is not taken is told in an answer that says well done. */
static void on_signed(void *ctx, const struct matrix_answer *a)
{
	struct matrix_vouch *v = ctx;
	cJSON *answer = tree_of(a);
	const cJSON *failures = cJSON_GetObjectItemCaseSensitive(answer, "failures");

	v->call = NULL;
	if (a->verdict == MATRIX_AGAIN || a->verdict == MATRIX_TOKEN)
		later(v, a);
	else if (!answer || (failures && failures->child))
		refused(v, answer ? "the server does not take the signature" : a->why);
	else {
		v->tried = true;
		ask(v);
	}
	cJSON_Delete(answer);
}

static void sign(struct matrix_vouch *v)
{
	cJSON *body = cross_sign_device(v->identity->self_signing, v->identity->user_id, v->keys);
	char *text;

	if (!body) {
		refused(v, "the device is not of the identity's account");
		return;
	}
	text = json_print(body);
	v->state = SIGNING;
	v->call = matrix_api_call(v->parts->api, &(struct matrix_ask){.method = "POST",
		.path = "/v3/keys/signatures/upload", .body = text}, on_signed, v);
	free(text);
	cJSON_Delete(body);
}

/* ---- asking ---- */

static const cJSON *member_of(const cJSON *query, const char *kind, const char *user)
{
	return cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(query, kind), user);
}

/* Whatever the server tells under our device's name: what we sign is what we uploaded. */
static bool are_ours(const struct matrix_vouch *v, const cJSON *told)
{
	return cJSON_Compare(cJSON_GetObjectItemCaseSensitive(v->keys, "keys"),
		cJSON_GetObjectItemCaseSensitive(told, "keys"), true);
}

static void judge(struct matrix_vouch *v, const cJSON *query, const struct matrix_answer *a)
{
	const char *user = v->identity->user_id;
	const char *device = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(v->keys, "device_id"));
	const cJSON *told = cJSON_GetObjectItemCaseSensitive(member_of(query, "device_keys", user), device);
	struct cross_known known;

	if (!told || !are_ours(v, told)) {
		later(v, a);
	} else if (!cross_read(query, user, &known) || strcmp(known.master, v->identity->master) != 0) {
		refused(v, "the account has another identity than matrix.identity_file: soleus matrix login");
	} else if (cross_vouches(&known, user, device, told)) {
		v->state = SIGNED;
		log_event(v->parts->channel->env.log, LOG_LEVEL_INFO, "device is signed", NULL);
	} else if (v->tried) {
		refused(v, "the server took the signature and does not tell it");
	} else {
		sign(v);
	}
}

static void on_keys(void *ctx, const struct matrix_answer *a)
{
	struct matrix_vouch *v = ctx;
	cJSON *query = tree_of(a);

	v->call = NULL;
	if (query)
		judge(v, query, a);
	else
		later(v, a);
	cJSON_Delete(query);
}

static void ask(struct matrix_vouch *v)
{
	cJSON *body = cJSON_CreateObject();
	char *text;

	cJSON_AddArrayToObject(cJSON_AddObjectToObject(body, "device_keys"), v->identity->user_id);
	text = json_print(body);
	v->state = ASKING;
	v->call = matrix_api_call(v->parts->api,
		&(struct matrix_ask){.method = "POST", .path = "/v3/keys/query", .body = text}, on_keys, v);
	free(text);
	cJSON_Delete(body);
}

void matrix_vouch_start(struct matrix_vouch *v, cJSON *device_keys)
{
	bool under_way = v->state != IDLE;

	if (under_way) {
		cJSON_Delete(device_keys);
		return;
	}
	v->keys = device_keys;
	ask(v);
}
