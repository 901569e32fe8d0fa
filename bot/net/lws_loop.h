/* lws_loop.h - libwebsockets on the loop: its context, and one virtual host without a listener. For http_server.c only. */
#ifndef NET_LWS_LOOP_H
#define NET_LWS_LOOP_H

#include <stddef.h>

struct err;
struct loop;
struct lws_context;
struct lws_protocols;
struct lws_vhost;

struct lws_loop_options {
	const struct lws_protocols *protocols; /* borrowed until the context is gone */
	void *user; /* lws_context_user */
	size_t max_connections;
	const char *tls_certificate, *tls_key; /* PEM files; NULL: no TLS */
};

/* 0, or -1 with `err` set. The context may be there even then. lws_context_destroy takes two calls, the second when the
 * loop has closed all handles; *context, which must live as long, is set to NULL when it is gone. */
int lws_loop_open(struct loop *l, const struct lws_loop_options *o, struct lws_context **context,
	struct lws_vhost **out_vhost, struct err *err);

#endif
