/* http_exchange.h - one request and its answer, apart from how connections are kept. For http_server.c only. */
#ifndef NET_HTTP_EXCHANGE_H
#define NET_HTTP_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "net/chunked.h"
#include "util/buf.h"

struct http_exchange;
struct lws;

/* How the body of a request comes. */
enum http_framing {
	HTTP_NO_BODY,
	HTTP_SIZED,
	HTTP_CHUNKED,
};

/* The answer's bytes, with LWS_PRE writable ones in front; `close`: the connection is to end. */
typedef void (*http_exchange_replied)(void *ctx, const char *bytes, size_t len, bool close);

struct http_exchange_header {
	struct http_exchange_header *next;
	char *value;
	char name[]; /* with its colon */
};

struct http_exchange {
	struct lws *wsi; /* NULL once the other side is gone */
	http_exchange_replied replied;
	void *ctx;
	const char *method;
	struct http_exchange_header *headers; /* those that were asked for */
	enum http_framing framing;
	struct chunked chunked;
	struct buf body;
	bool close; /* the connection can't be used further */
};

/* Reads the request line and headers that `wsi` has just received. Returns a new exchange, which tells `replied` when it
 * is answered. *out_status is 0, or with what it must be refused at once. */
struct http_exchange *http_exchange_new(struct lws *wsi, size_t max_body, http_exchange_replied replied, void *ctx,
	int *out_status);
void http_exchange_free(struct http_exchange *x);

enum http_body_result {
	HTTP_BODY_MORE,
	HTTP_BODY_WHOLE, /* only told where the sender's own framing ends it */
	HTTP_BODY_BAD,
	HTTP_BODY_TOO_LONG,
};

enum http_body_result http_exchange_take(struct http_exchange *x, const char *bytes, size_t len);

#endif
