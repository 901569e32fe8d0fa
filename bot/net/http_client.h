/* http_client.h - HTTP out (libcurl on the loop): HTTP/1.1, connections kept, TLS checked, redirects not followed, proxies
 * taken from the environment but for our own machine. */
#ifndef NET_HTTP_CLIENT_H
#define NET_HTTP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct http_call;
struct http_client;
struct loop;

struct http_client_options {
	const char *user_agent;
	const char *ca_file; /* own authorities, NULL for the system's */
	int connect_timeout_ms; /* 0: 10 s */
	size_t max_connections; /* to one host, 0: no limit; requests above it wait, and their deadline runs */
};

struct http_request {
	const char *method; /* "GET", "POST", "PUT" */
	const char *url; /* http or https; copied */
	const char *const *headers; /* "Name: value", NULL-ended; NULL for none; copied */
	const char *body; /* NULL for none; copied */
	size_t len;
	int timeout_ms; /* for the whole exchange: must be given */
	size_t max_response; /* bytes; a longer answer is an error */
};

struct http_response {
	int status; /* 0: no answer; then `error` says why */
	const char *body; /* NUL-ended, valid during the callback; "" where there is none */
	size_t len;
	int64_t retry_after_ms; /* from the header Retry-After, seconds or a date; -1 where there is none */
	int64_t date; /* from the header Date, seconds since 1970; -1 where there is none */
	const char *error; /* names no URL and no header: fit for a log */
	bool maybe_taken; /* no answer, yet the request may have reached the other side */
};

typedef void (*http_done)(void *ctx, const struct http_response *response);

/* `options` are copied. Returns a new client (free with http_client_free), or NULL with `err` set. */
struct http_client *http_client_new(struct loop *l, const struct http_client_options *options, struct err *err);
/* NULL is fine. Calls under way are ended without their callback. Not from within a callback of its own. */
void http_client_free(struct http_client *c);
/* `done` is called exactly once, never from within this call, unless the call is cancelled. Never NULL. A request with a
 * body is never sent a second time by itself, as the first may have been taken. */
struct http_call *http_client_send(struct http_client *c, const struct http_request *request, http_done done, void *ctx);
/* Ends it without the callback. Not from within it. */
void http_call_cancel(struct http_call *call);

#endif
