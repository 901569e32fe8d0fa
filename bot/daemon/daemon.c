/* daemon.c - puts the parts together, and the life of the process. */
#include "daemon/daemon.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/config.h"
#include "daemon/guard.h"
#include "daemon/lane.h"
#include "daemon/notify.h"
#include "daemon/outbox.h"
#include "daemon/reach.h"
#include "daemon/sent.h"
#include "daemon/state_dir.h"
#include "net/http_client.h"
#include "net/http_server.h"
#include "net/loop.h"
#include "store/store.h"
#include "store/store_sqlite.h"
#include "util/buf.h"
#include "util/err.h"
#include "util/file.h"
#include "util/log.h"
#include "util/redact.h"
#include "util/trim.h"

enum {
	STOP_WITHIN_MS = 900,
	FIRST_TIDY_MS = 60 * 1000,
	TIDY_EVERY_MS = 60 * 60 * 1000,
	TIDY_ROWS = 500,
	WATCH_EVERY_MS = 5 * 1000,
	STATUS_MAX = 1024,
};

enum phase { PHASE_STARTING, PHASE_SERVING, PHASE_STOPPING };

struct daemon {
	const struct daemon_parts *parts;
	struct log log; /* with the secrets that it hides */
	struct redactor *secrets;
	struct talk_data data, next; /* in use; read anew */
	bool reloading, reload_again;
	int reload_result;
	struct state_lock *lock;
	struct loop *loop;
	struct guard *guard;
	struct sent *sent;
	struct store *store;
	struct http_client *http;
	struct http_server *server;
	struct lane *lanes[REACH_CHANNELS];
	size_t n_lanes, n_stopped;
	struct timer *deadline, *tidy, *watch, *swap;
	struct loop_signal *term, *interrupt, *hangup;
	enum phase phase;
	struct err fatal;
	bool failed;
};

static int64_t wall_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- the end ---- */

static void end_now(void *ctx)
{
	struct daemon *d = ctx;

	loop_stop(d->loop);
}

static void on_lane_stopped(void *ctx)
{
	struct daemon *d = ctx;

	if (++d->n_stopped == d->n_lanes)
		loop_stop(d->loop);
}

static void end(void *ctx)
{
	struct daemon *d = ctx;

	if (d->phase == PHASE_STOPPING)
		return;
	d->phase = PHASE_STOPPING;
	log_event(&d->log, LOG_LEVEL_NOTICE, "ending", NULL);
	notify_stopping();
	timer_start(d->deadline, d->n_lanes ? STOP_WITHIN_MS : 0);
	for (size_t i = 0; i < d->n_lanes; i++)
		lane_stop(d->lanes[i], on_lane_stopped, d);
}

static void on_fatal(void *ctx, const char *channel, const char *why)
{
	struct daemon *d = ctx;

	log_event(&d->log, LOG_LEVEL_ERROR, "channel can't go on", LOG_FIELDS(LOG_TEXT("channel", channel), LOG_TEXT("why", why)));
	(void)err_set(&d->fatal, "%s: %s", channel, why);
	d->failed = true;
	end(d);
}

/* ---- reload: read on another thread, swapped between two batches ---- */

static void reload_read(void *ctx)
{
	struct daemon *d = ctx;

	d->reload_result = d->parts->reload(d->parts->ctx, &d->next);
}

static void reload(void *ctx);

static bool is_working(const struct daemon *d)
{
	for (size_t i = 0; i < d->n_lanes; i++)
		if (lane_is_working(d->lanes[i]))
			return true;
	return false;
}

/* Also the timer's: what is being worked is worked to its end with what it was begun with. */
static void reload_done(void *ctx)
{
	struct daemon *d = ctx;

	if (d->phase == PHASE_STOPPING) /* the lanes may be gone; who read them frees them */
		return;
	if (is_working(d)) {
		timer_start(d->swap, 1);
		return;
	}
	d->reloading = false;
	if (d->reload_result == 0) {
		d->data = d->next;
		d->parts->reloaded(d->parts->ctx);
		log_event(&d->log, LOG_LEVEL_NOTICE, "rules and wording read anew", NULL);
	} else {
		log_event(&d->log, LOG_LEVEL_ERROR, "rules and wording refused, the old ones stay", NULL);
	}
	notify_ready();
	if (d->reload_again) {
		d->reload_again = false;
		reload(d);
	}
}

static void reload(void *ctx)
{
	struct daemon *d = ctx;

	if (d->phase == PHASE_STOPPING)
		return;
	if (d->reloading) {
		d->reload_again = true;
		return;
	}
	d->reloading = true;
	notify_reloading();
	loop_work(d->loop, reload_read, reload_done, d);
}

/* ---- from time to time ---- */

static void on_tidied(void *ctx, const struct err *err, const char *more)
{
	struct daemon *d = ctx;

	if (err)
		log_event(&d->log, LOG_LEVEL_ERROR, "store not tidied", LOG_FIELDS(LOG_TEXT("why", err->text)));
	if (d->phase == PHASE_SERVING)
		timer_start(d->tidy, !err && *more ? 1000 : TIDY_EVERY_MS);
}

static void tidy(void *ctx)
{
	struct daemon *d = ctx;

	store_expire(d->store, wall_ms(), TIDY_ROWS, on_tidied, d);
}

static void describe(const struct lane *l, struct buf *out)
{
	struct way_counts way;
	struct outbox_counts sent;
	char channel[320];

	lane_counts(l, &way, &sent);
	lane_status(l, channel, sizeof channel);
	buf_addf(out, "%s%s; %llu messages worked, %zu waiting; %llu sent, %zu to send", out->len ? "; " : "", channel,
		(unsigned long long)way.items, way.waiting, (unsigned long long)sent.sent, sent.waiting + sent.under_way);
}

static void watch(void *ctx)
{
	struct daemon *d = ctx;
	struct buf status;

	buf_init(&status, STATUS_MAX);
	for (size_t i = 0; i < d->n_lanes; i++)
		describe(d->lanes[i], &status);
	notify_alive(d->n_lanes ? buf_str(&status) : "no channel");
	buf_done(&status);
	timer_start(d->watch, WATCH_EVERY_MS);
}

/* ---- parts ---- */

static int open_state(struct daemon *d, struct err *err)
{
	const struct config *c = d->parts->config;
	struct store_runner runner = {.ctx = d->loop, .run = loop_work};
	char *working, *sent;

	if (state_dir_make(c->state_dir, err) != 0 || !(d->lock = state_lock_new(c->state_dir, err)))
		return -1;
	working = file_join(c->state_dir, "working");
	sent = file_join(c->state_dir, "sent");
	d->guard = guard_open(working, err);
	d->sent = d->guard ? sent_open(sent, err) : NULL;
	free(working);
	free(sent);
	if (!d->sent)
		return -1;
	d->store = store_sqlite_open(c->database, &runner, err);
	return d->store ? 0 : -1;
}

static int open_net(struct daemon *d, struct err *err)
{
	const struct config *c = d->parts->config;
	struct http_server_options server = {.address = c->server.address, .port = c->server.port,
		.tls_certificate = c->server.tls_certificate, .tls_key = c->server.tls_key,
		.max_body = REACH_MAX_BODY};

	d->http = http_client_new(d->loop, &(struct http_client_options){.user_agent = "soleus"}, err);
	if (!d->http)
		return -1;
	if (!config_needs_server(c))
		return 0;
	d->server = http_server_new(d->loop, &server, err);
	if (!d->server)
		return -1;
	log_event(&d->log, LOG_LEVEL_NOTICE, "serving",
		LOG_FIELDS(LOG_TEXT("address", c->server.address), LOG_NUMBER("port", http_server_port(d->server))));
	return 0;
}

static int open_lane(struct daemon *d, enum reach_channel which, struct err *err)
{
	struct channel_env env = {.loop = d->loop, .http = d->http, .server = d->server, .log = &d->log, .now_ms = wall_ms};
	struct lane *l = lane_new(&(struct lane_parts){.loop = d->loop, .store = d->store, .guard = d->guard,
		.sent = d->sent, .log = &d->log, .config = d->parts->config, .data = &d->data, .now_ms = wall_ms,
		.fatal = on_fatal, .ctx = d});
	struct channel *c;

	d->lanes[d->n_lanes++] = l;
	env.sink = lane_sink(l);
	c = reach_open(which, d->parts->config, &d->data, &env, d->secrets, err);
	if (!c)
		return -1;
	lane_set_channel(l, c);
	return 0;
}

static int open_lanes(struct daemon *d, struct err *err)
{
	if (!config_has_channel(d->parts->config)) {
		log_event(&d->log, LOG_LEVEL_WARN, "no channel is on: nobody is reached",
			LOG_FIELDS(LOG_TEXT("config", d->parts->config->path),
				LOG_TEXT("do", "set telegram.enabled to true, or matrix.enabled, and name its token")));
		return 0;
	}
	for (enum reach_channel i = 0; i < REACH_CHANNELS; i++)
		if (reach_is_on(d->parts->config, i) && open_lane(d, i, err) != 0)
			return -1;
	return 0;
}

static void open_times(struct daemon *d)
{
	d->deadline = timer_new(d->loop, end_now, d);
	d->tidy = timer_new(d->loop, tidy, d);
	d->watch = timer_new(d->loop, watch, d);
	d->swap = timer_new(d->loop, reload_done, d);
	d->term = loop_signal_new(d->loop, SIGTERM, end, d);
	d->interrupt = loop_signal_new(d->loop, SIGINT, end, d);
	d->hangup = loop_signal_new(d->loop, SIGHUP, reload, d);
}

static int open_all(struct daemon *d, struct err *err)
{
	d->loop = loop_new(err);
	if (!d->loop || open_state(d, err) != 0 || open_net(d, err) != 0 || open_lanes(d, err) != 0)
		return -1;
	open_times(d);
	return 0;
}

static void close_all(struct daemon *d)
{
	store_close(d->store); /* first: it may still call back, and what it tells goes to channels */
	for (size_t i = 0; i < d->n_lanes; i++)
		lane_close(d->lanes[i]);
	http_client_free(d->http);
	http_server_free(d->server);
	for (size_t i = 0; i < d->n_lanes; i++)
		lane_free(d->lanes[i]);
	timer_free(d->deadline);
	timer_free(d->tidy);
	timer_free(d->watch);
	timer_free(d->swap);
	loop_signal_free(d->term);
	loop_signal_free(d->interrupt);
	loop_signal_free(d->hangup);
	guard_close(d->guard);
	sent_close(d->sent);
	loop_free(d->loop);
	state_lock_free(d->lock);
}

static void serve(struct daemon *d)
{
	d->phase = PHASE_SERVING;
	for (size_t i = 0; i < d->n_lanes; i++)
		lane_start(d->lanes[i]);
	timer_start(d->tidy, FIRST_TIDY_MS);
	watch(d);
	notify_ready();
	log_event(&d->log, LOG_LEVEL_NOTICE, "ready", NULL);
	memory_trim();
	loop_run(d->loop);
}

int daemon_run(const struct daemon_parts *parts, struct err *err)
{
	struct daemon d = {.parts = parts, .log = *parts->log, .secrets = redactor_new(), .data = parts->data};
	int result;

	d.log.hide = d.secrets;
	result = open_all(&d, err);
	(void)signal(SIGPIPE, SIG_IGN);
	if (result == 0)
		serve(&d);
	close_all(&d);
	if (d.failed)
		result = err_set(err, "%s", d.fatal.text);
	if (result == 0)
		log_event(&d.log, LOG_LEVEL_NOTICE, "ended", NULL);
	redactor_free(d.secrets);
	return result;
}
