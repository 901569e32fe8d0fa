/* matrix.c - the channel put together: who we are is asked first (whoami), as who does not know that answers
 * themselves; then it reads.
 *
 * Beside it a token that is not known any more is renewed: with the refresh token, else with the password where the server
 * says that the device is still there. There is no typing notice: replies leave within milliseconds of a message. */
#include "channels/matrix.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channels/channel.h"
#include "channels/life.h"
#include "channels/matrix_api.h"
#include "channels/matrix_crypt.h"
#include "channels/matrix_identity.h"
#include "channels/matrix_joins.h"
#include "channels/matrix_parse.h"
#include "channels/matrix_parts.h"
#include "channels/matrix_private.h"
#include "channels/matrix_roles.h"
#include "channels/matrix_rooms.h"
#include "channels/matrix_say.h"
#include "channels/matrix_send.h"
#include "channels/matrix_session.h"
#include "channels/matrix_sync.h"
#include "channels/roles.h"
#include "channels/sending.h"
#include "channels/vitals.h"
#include "net/loop.h"
#include "util/arena.h"
#include "util/err.h"
#include "util/log.h"
#include "util/mem.h"

enum {
	FIRST_WAIT_MS = 1000,
	SYNC_TIMEOUT_S = 30,
	FRESH_MS = 3000, /* a complaint about a token that is younger was about the one before */
	MAX_ID = 256,
};

struct matrix {
	struct channel channel; /* first: it is what others hold */
	struct matrix_api *api;
	struct matrix_session *session;
	char *token_file, *wanted_user, *password;
	char user[MAX_ID], name[MAX_ID];
	struct matrix_self self;
	char **commands, **ignored; /* what self points to */
	struct matrix_call *who;
	struct matrix_call *renewal;
	int64_t renewed_ms;
	bool renewed; /* at all */
	struct vitals vitals;
	struct matrix_parts parts;
	struct life *life;
	struct matrix_rooms *rooms;
	struct matrix_sync *sync;
	struct matrix_sends *sends;
	struct roles *roles;
	struct err not_restored; /* why what was kept can't be used; "": it can */
	struct matrix_private *private;
	void (*hide)(void *ctx, const char *secret);
	void *hide_ctx;
};

static struct matrix *of(struct channel *c)
{
	return (struct matrix *)c;
}

/* ---- a token that is not known any more ---- */

static void use_tokens(struct matrix *m)
{
	if (m->hide && m->session->refresh_token)
		m->hide(m->hide_ctx, m->session->refresh_token);
	if (m->hide)
		m->hide(m->hide_ctx, m->session->access_token);
	matrix_api_token(m->api, m->session->access_token);
}

static void token_gone(void *ctx, bool soft_logout);

static void on_renewed(void *ctx, const struct matrix_answer *a)
{
	struct matrix *m = ctx;
	struct err err;

	m->renewal = NULL;
	if (a->verdict == MATRIX_AGAIN)
		return; /* the next who is refused asks again */
	if (a->verdict != MATRIX_DONE && m->session->refresh_token) { /* that has ended, too: the password is left */
		free(m->session->refresh_token);
		m->session->refresh_token = NULL;
		token_gone(m, a->soft_logout || m->session->device_id);
		return;
	}
	if (a->verdict != MATRIX_DONE || matrix_session_take(m->session, a->body) != 0) {
		life_fail(m->life, "the server does not know the token any more: soleus matrix login");
		return;
	}
	/* The old ones stay good until the new ones are used: they are on the disk before that. */
	if (matrix_session_write(m->token_file, m->session, &err) != 0)
		log_event(m->channel.env.log, LOG_LEVEL_ERROR, "new token not saved",
			LOG_FIELDS(LOG_TEXT("why", err.text)));
	use_tokens(m);
	m->renewed = true;
	m->renewed_ms = loop_now_ms(m->channel.env.loop);
	log_event(m->channel.env.log, LOG_LEVEL_NOTICE, "token renewed", NULL);
}

static void renew(struct matrix *m, const char *path, char *body)
{
	m->renewal = matrix_api_call(m->api, &(struct matrix_ask){.method = "POST", .path = path, .body = body},
		on_renewed, m);
	explicit_bzero(body, strlen(body));
	free(body);
}

static void token_gone(void *ctx, bool soft_logout)
{
	struct matrix *m = ctx;
	const struct matrix_session *s = m->session;
	bool fresh = m->renewed && loop_now_ms(m->channel.env.loop) - m->renewed_ms < FRESH_MS;

	if (m->renewal || life_failed(m->life) || fresh)
		return;
	if (s->refresh_token)
		renew(m, "/v3/refresh", matrix_refresh_body(s->refresh_token));
	else if (soft_logout && m->password && s->user_id)
		renew(m, "/v3/login", matrix_login_body(s->user_id, m->password, s->device_id));
	else
		life_fail(m->life, "the server does not know the token any more: soleus matrix login");
}

/* ---- who we are ---- */

static void begin_to_read(void *ctx, const char *cursor)
{
	struct matrix *m = ctx;

	log_event(m->channel.env.log, LOG_LEVEL_NOTICE, "matrix is there", LOG_FIELDS(LOG_TEXT("user", m->user)));
	matrix_sync_start(m->sync, cursor);
}

static void on_name(void *ctx, const struct matrix_answer *a)
{
	struct matrix *m = ctx;
	struct json_span name;

	m->who = NULL;
	if (a->verdict != MATRIX_DONE || !json_in_member(a->body, "displayname", &name) ||
		!json_in_word(name, m->name, sizeof m->name))
		m->name[0] = '\0'; /* people call us by our id, then */
	life_read_on(m->life);
}

static void ask_name(struct matrix *m)
{
	struct arena *arena = arena_new();

	m->who = matrix_api_call(m->api,
		&(struct matrix_ask){.method = "GET", .path = matrix_path(arena, "/v3/profile/*/displayname", m->user)},
			on_name, m);
	arena_free(arena);
}

/* What the token file need not tell, the server does. */
static void learn_session(struct matrix *m, struct json_span me)
{
	struct json_span device;
	char word[MAX_ID];

	if (!m->session->user_id)
		m->session->user_id = mem_strdup(m->user);
	if (!m->session->device_id && json_in_member(me, "device_id", &device) &&
		json_in_word(device, word, sizeof word))
		m->session->device_id = mem_strdup(word);
}

/* Keys belong to a device: which one must be known. */
static void begin_crypt(struct matrix *m)
{
	const char *device = m->session->device_id;
	struct err err = m->not_restored;

	if (m->parts.crypt && !device)
		(void)err_set(&err, "the server does not tell which device the token is for: soleus matrix login");
	if (*err.text || matrix_crypt_begin(m->parts.crypt, m->user, device, &err) != 0)
		life_fail(m->life, err.text);
	else
		ask_name(m);
}

static void on_who(void *ctx, const struct matrix_answer *a)
{
	struct matrix *m = ctx;
	struct json_span user;

	m->who = NULL;
	switch (a->verdict) {
	case MATRIX_DONE:
		if (!json_in_member(a->body, "user_id", &user) || !json_in_word(user, m->user, sizeof m->user) ||
			m->user[0] != '@') {
			life_ask_later(m->life, "half an answer", -1);
		} else if (m->wanted_user && strcmp(m->wanted_user, m->user) != 0) {
			life_fail(m->life, "the token belongs to another user than matrix.user");
		} else {
			learn_session(m, a->body);
			begin_crypt(m);
		}
		break;
	case MATRIX_TOKEN:
		life_ask_later(m->life, a->why, -1);
		token_gone(m, a->soft_logout);
		break;
	case MATRIX_AGAIN:
	case MATRIX_MISSING: /* a gateway without a server behind it */
		life_ask_later(m->life, a->why, a->after_ms);
		break;
	default:
		life_fail(m->life, a->why);
	}
}

static void ask_who(void *ctx)
{
	struct matrix *m = ctx;

	m->who = matrix_api_call(m->api, &(struct matrix_ask){.method = "GET", .path = "/v3/account/whoami"}, on_who,
		m);
}

static void read_no_more(void *ctx, void (*stopped)(void *life), void *life)
{
	struct matrix *m = ctx;

	matrix_call_cancel(m->who);
	m->who = NULL;
	matrix_joins_stop(m->parts.joins);
	matrix_crypt_stop(m->parts.crypt);
	roles_stop(m->roles);
	matrix_private_stop(m->private);
	matrix_sync_stop(m->sync, stopped, life);
}

static const struct life_ops life_ops = {.ask_who = ask_who, .read = begin_to_read, .stop = read_no_more};

static void restore(struct channel *c, const struct channel_kept *list, size_t n)
{
	struct matrix *m = of(c);
	struct err err;

	if (m->parts.crypt && matrix_crypt_restore(m->parts.crypt, list, n, &err) != 0)
		(void)err_set(&m->not_restored, "keys of encrypted rooms can't be read with matrix.key_file: %s", err.text);
}

static void start(struct channel *c, const char *cursor)
{
	life_start(of(c)->life, cursor);
}

static void stop(struct channel *c, void (*stopped)(void *ctx), void *ctx)
{
	life_stop(of(c)->life, stopped, ctx);
}

/* ---- saying ---- */

static bool is_shared(const struct channel *c, const char *room)
{
	return !matrix_room_is_direct(matrix_rooms_find(((const struct matrix *)c)->rooms, room));
}

static size_t say(const struct channel *c, const struct outgoing *o, struct arena *arena, struct channel_request **out)
{
	return matrix_say(o, is_shared(c, o->room), arena, out);
}

static void send(struct channel *c, const char *room, const char *kind, const char *body, const char *txn,
	channel_sent_cb sent, void *ctx)
{
	matrix_send(of(c)->sends, room, kind, body, txn, sent, ctx);
}

static void ask_role(struct channel *c, const char *room, const char *person, channel_role_cb told, void *ctx)
{
	roles_ask(of(c)->roles, room, person, told, ctx);
}

static void open_private(struct channel *c, const char *person, channel_private_cb told, void *ctx)
{
	matrix_private_open(of(c)->private, person, told, ctx);
}

static void forget(struct channel *c, const char *person)
{
	matrix_crypt_forget(of(c)->parts.crypt, person);
}

static const char *state_of(const struct matrix *m)
{
	return life_state(m->life, matrix_sync_state(m->sync));
}

static void status(const struct channel *c, char *out, size_t size)
{
	const struct matrix *m = (const struct matrix *)c;
	struct matrix_crypt_counts keys;
	char vitals[VITALS_TOLD], waiting[64] = "";

	vitals_tell(&m->vitals, c->env.now_ms(), vitals);
	matrix_crypt_counts(m->parts.crypt, &keys);
	if (keys.waiting)
		snprintf(waiting, sizeof waiting, ", %zu events wait for keys", keys.waiting);
	snprintf(out, size, "matrix %s, %s%s", state_of(m), vitals, waiting);
}

/* ---- life ---- */

static char **copy_list(const char *const *list, size_t n)
{
	char **copy = mem_alloc(n + 1, sizeof *copy);

	for (size_t i = 0; i < n; i++)
		copy[i] = mem_strdup(list[i]);
	return copy;
}

static void free_list(char **list)
{
	for (size_t i = 0; list && list[i]; i++)
		free(list[i]);
	free(list);
}

static void matrix_free(struct channel *c)
{
	struct matrix *m = of(c);

	if (!c)
		return;
	life_free(m->life);
	roles_free(m->roles);
	matrix_private_free(m->private);
	matrix_sync_free(m->sync);
	matrix_sends_free(m->sends);
	matrix_joins_free(m->parts.joins);
	matrix_crypt_free(m->parts.crypt);
	matrix_rooms_free(m->rooms);
	matrix_api_free(m->api);
	matrix_session_free(m->session);
	free_list(m->commands);
	free_list(m->ignored);
	if (m->password)
		explicit_bzero(m->password, strlen(m->password));
	free(m->password);
	free(m->wanted_user);
	free(m->token_file);
	free(m);
}

static const struct channel_ops ops = {
	.name = "matrix",
	.can = {.threads = true},
	.restore = restore,
	.start = start,
	.stop = stop,
	.say = say,
	.send = send,
	.is_shared = is_shared,
	.ask_role = ask_role,
	.open_private = open_private,
	.forget = forget,
	.status = status,
	.free = matrix_free,
};

static int check(const struct matrix_options *o, struct err *err)
{
	const char *url = o->homeserver;

	if (!url || (strncmp(url, "https://", 8) != 0 && strncmp(url, "http://", 7) != 0) || strpbrk(url, " \t\r\n?#"))
		return err_set(err, "the homeserver's address must begin with https:// or http://");
	return o->token_file ? 0 : err_set(err, "there is no token file");
}

static void set_parts(struct matrix *m, const struct matrix_options *o, struct matrix_identity *identity)
{
	m->parts = (struct matrix_parts){.channel = &m->channel, .api = m->api, .self = &m->self, .rooms = m->rooms,
		.vitals = &m->vitals, .token_gone = token_gone, .ctx = m, .hear_all = o->hear_all,
		.sync_timeout_s = o->sync_timeout_s ? o->sync_timeout_s : SYNC_TIMEOUT_S, .seed = o->seed,
		.first_wait_ms = o->first_wait_ms ? o->first_wait_ms : FIRST_WAIT_MS};
	m->parts.joins = matrix_joins_new(&m->parts, o);
	if (o->key_secret)
		m->parts.crypt = matrix_crypt_new(&m->parts, o->key_secret);
	matrix_crypt_identity(m->parts.crypt, identity);
}

struct channel *matrix_new(const struct matrix_options *o, const struct channel_env *env, struct err *err)
{
	struct matrix_session *session = check(o, err) == 0 ? matrix_session_read(o->token_file, err) : NULL;
	struct matrix_identity *identity = session && o->identity_file ? matrix_identity_read(o->identity_file, err) : NULL;
	struct matrix *m;

	if (!session || (o->identity_file && !identity)) {
		matrix_session_free(session);
		return NULL;
	}
	m = mem_alloc(1, sizeof *m);
	m->channel = (struct channel){.ops = &ops, .env = *env};
	m->session = session;
	m->token_file = mem_strdup(o->token_file);
	m->wanted_user = o->user ? mem_strdup(o->user) : NULL;
	m->password = o->password ? mem_strdup(o->password) : NULL;
	m->commands = copy_list(o->commands, o->n_commands);
	m->ignored = copy_list(o->ignored, o->n_ignored);
	m->self = (struct matrix_self){.user = m->user, .name = m->name, .commands = (const char *const *)m->commands,
		.n_commands = o->n_commands, .ignored = (const char *const *)m->ignored, .n_ignored = o->n_ignored};
	m->hide = o->hide;
	m->hide_ctx = o->hide_ctx;
	m->rooms = matrix_rooms_new();
	m->api = matrix_api_new(env->http, o->homeserver);
	use_tokens(m);
	set_parts(m, o, identity);
	m->sync = matrix_sync_new(&m->parts);
	m->sends = matrix_sends_new(&m->parts);
	m->parts.life = m->life = life_new(&(struct life_parts){.channel = &m->channel, .ops = &life_ops, .ctx = m,
		.sendings = matrix_sends_list(m->sends), .vitals = &m->vitals, .first_wait_ms = m->parts.first_wait_ms,
		.seed = o->seed + 1});
	m->roles = matrix_roles_new(&m->parts);
	m->private = matrix_private_new(&m->parts, o->private_per_hour, !o->private_plain);
	return &m->channel;
}

void matrix_health(const struct channel *c, struct matrix_health *out)
{
	const struct matrix *m = (const struct matrix *)c;
	const struct sendings *sends = matrix_sends_list(m->sends);

	assert(c->ops == &ops);
	*out = (struct matrix_health){
		.state = state_of(m),
		.user = m->user,
		.last_ms = m->vitals.last_ms,
		.failures = m->vitals.failures,
		.why = m->vitals.why,
		.sent = sends->taken,
		.refused = sends->refused,
	};
	matrix_sync_counts(m->sync, &out->events, &out->sealed);
}
