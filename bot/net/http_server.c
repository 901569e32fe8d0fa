/* http_server.c - connections: accepted by our listener, read by libwebsockets, one request after the other on each.
 *
 * What libwebsockets 4.1 must be kept from:
 * - Reading on while an answer is pending: it would take the next request for more body, and turn in circles. Hence hold()
 *   and release().
 * - A request with a body that was read together with the one before it (pipelining): it takes the head for the body, and
 *   turns in circles. Nobody is known to send that; such a connection is closed, as RFC 9112 (9.3.2) lets us. What was
 *   read before is worked in the loop's idle phase, what comes from the socket in its poll phase: so we can tell. */
#include "net/http_server.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <libwebsockets.h>
#include <uv.h>

#include "net/http_exchange.h"
#include "net/listener.h"
#include "net/loop.h"
#include "net/lws_loop.h"
#include "util/links.h"
#include "util/mem.h"

enum {
	WRITE_BYTES = 64 * 1024, /* given to the kernel at once */
	BODY_S = 30, /* for a whole body */
	READER_S = 30, /* for taking a long answer */
	DEFAULT_CONNECTIONS = 256,
};

struct route {
	char *path;
	http_handler handler;
	void *ctx;
};

enum phase {
	PHASE_IDLE, /* between requests */
	PHASE_BODY, /* more of it is to come */
	PHASE_HANDED, /* the handler has it */
};

/* What we keep for a connection, from its first request on. */
struct session {
	struct link link;
	struct http_server *server;
	struct lws *wsi;
	struct http_exchange *x; /* PHASE_BODY and PHASE_HANDED */
	struct route route; /* a copy: the table may grow */
	enum phase phase;
	bool in_callback; /* of the library: it must end the connection itself */
	bool ending; /* it shall */
	bool held; /* nothing is read for now */
	bool used; /* had a request before */
};

struct http_server {
	struct loop *loop;
	struct listener *listener;
	uv_prepare_t before_poll;
	uv_check_t after_poll;
	bool polling; /* between the two */
	struct lws_context *context; /* the library sets it to NULL in the end */
	struct lws_vhost *vhost;
	struct links sessions;
	struct route *routes;
	size_t n_routes, cap_routes;
	size_t n_connections, max_connections, max_body;
	int port;
};

/* ---- sessions ---- */

static struct session *session_of(struct lws *wsi)
{
	return lws_get_opaque_user_data(wsi);
}

static struct session *session_new(struct http_server *s, struct lws *wsi)
{
	struct session *n = mem_alloc(1, sizeof *n);
	*n = (struct session){.server = s, .wsi = wsi};
	links_add(&s->sessions, &n->link);
	lws_set_opaque_user_data(wsi, n);
	return n;
}

static void session_free(struct session *n)
{
	links_remove(&n->link);
	free(n);
}

/* The other side is gone, or the server is: whoever has the exchange may still answer it. */
static void part(struct session *n)
{
	struct http_exchange *x = n->x;
	n->x = NULL;
	if (!x)
		return;
	x->wsi = NULL;
	if (n->phase == PHASE_BODY)
		http_exchange_free(x);
}

static void hold(struct session *n)
{
	if (!n->held)
		(void)lws_rx_flow_control(n->wsi, 0); /* the connection's end shows by itself */
	n->held = true;
}

static void release(struct session *n)
{
	if (n->held)
		(void)lws_rx_flow_control(n->wsi, 1); /* as above */
	n->held = false;
}

/* The answer is out, or on its way: 0, or -1 when the connection must end. */
static int finish(struct session *n, bool close)
{
	release(n); /* also for what is still to be written: the library does neither while it is held */
	if (lws_partial_buffered(n->wsi))
		lws_set_timeout(n->wsi, PENDING_TIMEOUT_HTTP_CONTENT, READER_S);
	return close || lws_http_transaction_completed(n->wsi) ? -1 : 0;
}

/* http_exchange_reply has the bytes ready. */
static void on_replied(void *ctx, const char *bytes, size_t len, bool close)
{
	struct session *n = ctx;
	n->x = NULL;
	n->phase = PHASE_IDLE;
	bool failed = lws_write(n->wsi, (unsigned char *)bytes, len, LWS_WRITE_HTTP_HEADERS) < 0;
	bool end = failed || finish(n, close) < 0;
	if (n->in_callback)
		n->ending = end;
	else if (end)
		lws_set_timeout(n->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_SYNC); /* frees the session, too */
}

/* ---- requests ---- */

static const struct route *find_route(const struct http_server *s, const char *path)
{
	for (size_t i = 0; i < s->n_routes; i++) {
		if (strcmp(s->routes[i].path, path) == 0)
			return &s->routes[i];
	}
	return NULL;
}

static void refuse(struct session *n, int status)
{
	http_exchange_reply(n->x, status, NULL, "", 0, 0);
}

static void hand_over(struct session *n)
{
	n->phase = PHASE_HANDED;
	lws_set_timeout(n->wsi, NO_PENDING_TIMEOUT, 0); /* our side may take its time */
	n->route.handler(n->route.ctx, n->x);
	if (n->x && n->server->polling) /* with more in hand the library would turn in circles just then */
		hold(n);
}

/* See the top. */
static bool is_unreadable(const struct session *n)
{
	return n->used && !n->server->polling && n->x->framing != HTTP_NO_BODY;
}

static void on_request(struct session *n, const char *path)
{
	int status;
	n->x = http_exchange_new(n->wsi, n->server->max_body, on_replied, n, &status);
	n->phase = PHASE_BODY;
	if (is_unreadable(n)) {
		n->ending = true;
		return;
	}
	n->used = true;
	const struct route *r = find_route(n->server, path);
	if (r)
		n->route = *r;
	else if (status == 0)
		status = 404;
	if (status) {
		refuse(n, status); /* a body of known length is read past by the library */
	} else if (n->x->framing == HTTP_NO_BODY) {
		hand_over(n);
	} else {
		lws_set_timer_usecs(n->wsi, BODY_S * LWS_US_PER_SEC);
	}
}

static void on_body(struct session *n, const char *bytes, size_t len)
{
	if (n->phase != PHASE_BODY)
		return; /* of a request that is answered already */
	switch (http_exchange_take(n->x, bytes, len)) {
	case HTTP_BODY_MORE:
		return;
	case HTTP_BODY_WHOLE:
		hand_over(n);
		return;
	case HTTP_BODY_BAD:
		refuse(n, 400);
		return;
	case HTTP_BODY_TOO_LONG:
		refuse(n, 413);
		return;
	}
}

/* ---- what the library tells ---- */

/* A step of a request: 0, or -1 to end the connection. */
static int on_step(struct session *n, enum lws_callback_reasons why, const char *in, size_t len)
{
	n->in_callback = true;
	n->ending = false;
	if (why == LWS_CALLBACK_HTTP)
		on_request(n, in);
	else if (why == LWS_CALLBACK_HTTP_BODY)
		on_body(n, in, len);
	else if (n->phase == PHASE_BODY)
		hand_over(n);
	n->in_callback = false;
	return n->ending ? -1 : 0;
}

static void on_gone(struct http_server *s, struct lws *wsi)
{
	struct session *n = session_of(wsi);
	s->n_connections--;
	if (s->listener && s->n_connections < s->max_connections)
		listener_resume(s->listener);
	if (!n)
		return;
	part(n);
	session_free(n);
}

/* A WebSocket or HTTP/2 is asked for: there is none. */
static int refuse_upgrade(struct lws *wsi)
{
	static const char answer[] = "HTTP/1.1 501 Not Implemented\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
	unsigned char bytes[LWS_PRE + sizeof answer];
	memcpy(bytes + LWS_PRE, answer, sizeof answer);
	(void)lws_write(wsi, bytes + LWS_PRE, sizeof answer - 1, LWS_WRITE_HTTP_HEADERS); /* it ends in any case */
	return -1;
}

static int on_event(struct lws *wsi, enum lws_callback_reasons why, void *user, void *in, size_t len)
{
	struct http_server *s = lws_context_user(lws_get_context(wsi));
	struct session *n;
	(void)user;
	switch (why) {
	case LWS_CALLBACK_WSI_CREATE:
		s->n_connections++;
		return 0;
	case LWS_CALLBACK_WSI_DESTROY:
		on_gone(s, wsi);
		return 0;
	case LWS_CALLBACK_CLOSED_HTTP:
		if ((n = session_of(wsi)))
			part(n);
		return 0;
	case LWS_CALLBACK_HTTP:
		n = session_of(wsi);
		return on_step(n ? n : session_new(s, wsi), why, in, len);
	case LWS_CALLBACK_HTTP_BODY:
	case LWS_CALLBACK_HTTP_BODY_COMPLETION:
		n = session_of(wsi);
		return n ? on_step(n, why, in, len) : -1;
	case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
		return refuse_upgrade(wsi);
	case LWS_CALLBACK_TIMER: /* can't be taken back, so it may also come after a body that was in time */
		n = session_of(wsi);
		return n && n->phase == PHASE_BODY ? -1 : 0;
	case LWS_CALLBACK_RAW_ADOPT: /* CONNECT */
	case LWS_CALLBACK_RAW_RX:
		return -1;
	default:
		return 0;
	}
}

static const struct lws_protocols protocols[] = {
	{.name = "http", .callback = on_event, .tx_packet_size = WRITE_BYTES},
	{.name = NULL},
};

static void on_accepted(void *ctx, int fd)
{
	struct http_server *s = ctx;
	lws_sock_file_fd_type socket = {.sockfd = fd};
	(void)lws_adopt_descriptor_vhost(s->vhost, LWS_ADOPT_HTTP | LWS_ADOPT_SOCKET | LWS_ADOPT_ALLOW_SSL, socket, NULL,
		NULL); /* closes the socket where it fails */
	if (s->n_connections >= s->max_connections)
		listener_pause(s->listener);
}

static void on_before_poll(uv_prepare_t *handle)
{
	struct http_server *s = handle->data;
	s->polling = true;
}

static void on_after_poll(uv_check_t *handle)
{
	struct http_server *s = handle->data;
	s->polling = false;
}

/* ---- beginning and end ---- */

/* None of these can fail. */
static void watch_phases(struct http_server *s)
{
	(void)uv_prepare_init(loop_uv(s->loop), &s->before_poll);
	(void)uv_check_init(loop_uv(s->loop), &s->after_poll);
	s->before_poll.data = s->after_poll.data = s;
	(void)uv_prepare_start(&s->before_poll, on_before_poll);
	(void)uv_check_start(&s->after_poll, on_after_poll);
}

static int start(struct http_server *s, const struct http_server_options *o, struct err *err)
{
	struct lws_loop_options library = {.protocols = protocols, .user = s, .max_connections = s->max_connections,
		.tls_certificate = o->tls_certificate, .tls_key = o->tls_key};
	if (lws_loop_open(s->loop, &library, &s->context, &s->vhost, err) < 0)
		return -1;
	s->listener = listener_new(s->loop, o->address ? o->address : "127.0.0.1", o->port, on_accepted, s, err);
	if (!s->listener)
		return -1;
	s->port = listener_port(s->listener);
	return 0;
}

static void forget(struct link *session)
{
	session_free((struct session *)session);
}

/* All handles are closed by now: the library frees the rest. */
static void at_end(void *arg)
{
	struct http_server *s = arg;
	if (s->context)
		lws_context_destroy(s->context);
	links_drain(&s->sessions, forget);
	for (size_t i = 0; i < s->n_routes; i++)
		free(s->routes[i].path);
	free(s->routes);
	free(s);
}

struct http_server *http_server_new(struct loop *l, const struct http_server_options *options, struct err *err)
{
	struct http_server *s = mem_alloc(1, sizeof *s);
	s->loop = l;
	links_init(&s->sessions);
	s->max_body = options->max_body;
	s->max_connections = options->max_connections > 0 ? options->max_connections : DEFAULT_CONNECTIONS;
	watch_phases(s);
	loop_at_end(l, at_end, s);
	if (start(s, options, err) == 0)
		return s;
	http_server_free(s);
	return NULL;
}

void http_server_free(struct http_server *s)
{
	if (!s)
		return;
	listener_free(s->listener);
	s->listener = NULL;
	uv_close((uv_handle_t *)&s->before_poll, NULL);
	uv_close((uv_handle_t *)&s->after_poll, NULL);
	for (struct link *n = s->sessions.first; n; n = n->next)
		part((struct session *)n);
	if (s->context)
		lws_context_destroy(s->context); /* the first half: see at_end */
}

int http_server_port(const struct http_server *s)
{
	return s->port;
}

void http_server_route(struct http_server *s, const char *path, http_handler handler, void *ctx)
{
	mem_room(s->routes, s->n_routes, s->cap_routes);
	s->routes[s->n_routes++] = (struct route){.path = mem_strdup(path), .handler = handler, .ctx = ctx};
}
