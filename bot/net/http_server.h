/* http_server.h - HTTP/1.1 in (libwebsockets on the loop). A request is handed over when its body is whole; the answer
 * may come later. */
#ifndef NET_HTTP_SERVER_H
#define NET_HTTP_SERVER_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct http_exchange;
struct http_server;
struct loop;

struct http_server_options {
	const char *address; /* "127.0.0.1", "::" or a host name; NULL: loopback */
	int port; /* 0: the kernel picks, see http_server_port */
	const char *tls_certificate, *tls_key; /* PEM files; NULL: no TLS */
	size_t max_body; /* a longer one is answered with 413 */
	size_t max_connections; /* further ones wait in the kernel; 0: 256 */
};

/* Must answer with http_exchange_reply, exactly once, now or later. */
typedef void (*http_handler)(void *ctx, struct http_exchange *x);

/* `options` are read during the call only. Returns a new server (free with http_server_free), or NULL with `err` set. */
struct http_server *http_server_new(struct loop *l, const struct http_server_options *options, struct err *err);
/* NULL is fine. Not from within a handler. Exchanges that wait for an answer lose their connection; answering them stays
 * harmless until loop_free, and is still due. */
void http_server_free(struct http_server *s);
int http_server_port(const struct http_server *s);
/* For requests whose path is exactly `path`; every other is 404. The method is the handler's business. */
void http_server_route(struct http_server *s, const char *path, http_handler handler, void *ctx);

/* "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS" or "HEAD", whose answer's body stays unsent. */
const char *http_exchange_method(const struct http_exchange *x);
/* Borrow until the reply. `name` in lower case with its colon ("x-telegram-bot-api-secret-token:"); NULL when missing.
 * To be asked within the handler: later the other side may be gone, and what was not asked before is missing then. */
const char *http_exchange_header(struct http_exchange *x, const char *name);
const char *http_exchange_body(const struct http_exchange *x, size_t *out_len);
/* Frees the exchange; also when the other side is gone. type NULL: text/plain. retry_after_s 0: no such header. */
void http_exchange_reply(struct http_exchange *x, int status, const char *type, const char *body, size_t len,
	int retry_after_s);

#endif
