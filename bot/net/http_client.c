/* http_client.c - one curl handle a request; connections and looked-up names are the multi handle's and stay.
 *
 * A handle is not used again: libcurl 7.88 keeps a pointer into the former answer's headers (curl issue 11101), and counts
 * repeats over a handle's whole life. A new one costs some microseconds. */
#include "net/http_client.h"

#include <assert.h>
#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <curl/curl.h>

#include "net/curl_loop.h"
#include "util/buf.h"
#include "util/err.h"
#include "util/links.h"
#include "util/mem.h"

enum {
	CONNECT_TIMEOUT_MS = 10 * 1000,
	KEEP_IDLE_S = 30, /* of silence until the first probe: below what NAT boxes forget after */
	KEEP_INTERVAL_S = 15,
	RECEIVE_BYTES = 8 * 1024, /* of each handle's buffer; libcurl's own is 16 KiB */
	MAX_HEADER_BYTES = 64 * 1024, /* of an answer; libcurl 7.88 keeps them all */
	MAX_KEPT_CONNECTIONS = 128,
};

#define CA_FOLDER "/etc/ssl/certs"

struct http_call {
	struct link link; /* of the calls under way */
	struct http_client *client;
	CURL *easy;
	struct curl_slist *headers;
	char *body;
	size_t len;
	struct buf response;
	size_t header_bytes;
	int64_t retry_after_ms, date;
	long sent_before; /* bytes, when the request was about to go out the first time; -1: not yet */
	bool taken; /* the connection was lost after the request had been sent */
	bool replied; /* some of an answer has come */
	const char *why; /* our own reason to end it, before libcurl's */
	http_done done;
	void *ctx;
};

struct http_client {
	struct curl_loop *curl;
	char *user_agent, *ca_file;
	long connect_timeout_ms;
	bool ca_folder;
	struct links active;
};

/* Debian's folder has each authority under its hash, so that OpenSSL reads only the one it needs; the bundle of all of
 * them costs 1 MB and 20 ms. */
static bool has_hashed_authorities(const char *folder)
{
	DIR *d = opendir(folder);
	if (!d)
		return false;
	bool found = false;
	for (struct dirent *e = readdir(d); e && !found; e = readdir(d))
		found = strlen(e->d_name) == 10 && strspn(e->d_name, "0123456789abcdef") == 8 &&
			strcmp(e->d_name + 8, ".0") == 0;
	(void)closedir(d); /* nothing was written */
	return found;
}

/* Whether the URL leads to this machine, where a proxy has no business. */
static bool is_loopback(const char *url)
{
	const char *host = strstr(url, "://");
	host = host ? host + 3 : url;
	size_t len = strcspn(host, "/?#");
	const char *at = memchr(host, '@', len);
	if (at) {
		len -= (size_t)(at + 1 - host);
		host = at + 1;
	}
	if (len > 0 && *host == '[')
		return len >= 5 && strncmp(host, "[::1]", 5) == 0;
	len = strcspn(host, ":/?#");
	if (len == strlen("localhost") && strncasecmp(host, "localhost", len) == 0)
		return true;
	return strncmp(host, "127.", 4) == 0 && strspn(host, "0123456789.") == len;
}

static size_t on_body(char *data, size_t size, size_t n, void *user)
{
	struct http_call *call = user;
	buf_add(&call->response, data, size * n);
	if (!call->response.full)
		return size * n;
	call->why = "the answer is longer than allowed";
	return 0;
}

/* The value of the header `name` ("date:") in one line of the answer, without the space around it; NULL for others. */
static const char *header_value(const char *line, size_t len, const char *name, size_t *out_len)
{
	size_t skip = strlen(name);
	if (len < skip || strncasecmp(line, name, skip) != 0)
		return NULL;
	while (skip < len && isspace((unsigned char)line[skip]))
		skip++;
	while (len > skip && isspace((unsigned char)line[len - 1]))
		len--;
	*out_len = len - skip;
	return line + skip;
}

/* Seconds since 1970, or -1. */
static int64_t parse_date(const char *text, size_t len)
{
	char copy[64];
	if (len >= sizeof copy)
		return -1;
	memcpy(copy, text, len);
	copy[len] = '\0';
	return (int64_t)curl_getdate(copy, NULL);
}

/* RFC 9110, 10.2.3: seconds or a date. */
static int64_t parse_retry_after(const char *text, size_t len)
{
	int64_t seconds = 0;
	size_t digits = 0;
	for (; digits < len && digits < 10 && isdigit((unsigned char)text[digits]); digits++)
		seconds = seconds * 10 + (text[digits] - '0');
	if (digits > 0 && digits == len)
		return seconds * 1000;
	int64_t when = parse_date(text, len);
	if (when < 0)
		return -1;
	int64_t now = (int64_t)time(NULL);
	return when > now ? (when - now) * 1000 : 0;
}

static size_t on_header(char *data, size_t size, size_t n, void *user)
{
	struct http_call *call = user;
	size_t len = size * n, value_len;
	call->replied = true;
	call->header_bytes += len;
	if (call->header_bytes > MAX_HEADER_BYTES) {
		call->why = "the answer has too many headers";
		return 0;
	}
	const char *value = header_value(data, len, "retry-after:", &value_len);
	if (value)
		call->retry_after_ms = parse_retry_after(value, value_len);
	value = header_value(data, len, "date:", &value_len);
	if (value)
		call->date = parse_date(value, value_len);
	return len;
}

static long bytes_sent(CURL *easy)
{
	long bytes = 0;
	(void)curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &bytes); /* stays 0 */
	return bytes;
}

/* Before the request goes out. When a kept connection turns out to be dead, libcurl sends the request once more on a new
 * one, and does not ask whether the first was taken. */
static int on_about_to_send(void *user, char *remote_ip, char *local_ip, int remote_port, int local_port)
{
	struct http_call *call = user;
	(void)remote_ip, (void)local_ip, (void)remote_port, (void)local_port;
	long sent = bytes_sent(call->easy);
	if (call->sent_before >= 0 && sent > call->sent_before && call->body) {
		call->taken = true;
		call->why = "the connection was closed before the answer";
		return CURL_PREREQFUNC_ABORT;
	}
	call->sent_before = sent;
	return CURL_PREREQFUNC_OK;
}

/* What all requests have in common. A refused option would mean another libcurl than we were
 * built with: what protects must hold. */
static void set_common(const struct http_client *c, CURL *easy)
{
	CURLcode bad = CURLE_OK;
	bad |= curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	bad |= curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	bad |= curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1); /* a poll has its own connection */
	bad |= curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	bad |= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	bad |= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	bad |= curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, c->connect_timeout_ms);
	bad |= curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	bad |= curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, (long)KEEP_IDLE_S);
	bad |= curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, (long)KEEP_INTERVAL_S);
	bad |= curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, (long)RECEIVE_BYTES);
	bad |= curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); /* else the loop stands still until a dead DNS server times out */
	if (c->user_agent)
		bad |= curl_easy_setopt(easy, CURLOPT_USERAGENT, c->user_agent);
	if (c->ca_file || c->ca_folder) {
		bad |= curl_easy_setopt(easy, CURLOPT_CAINFO, c->ca_file);
		bad |= curl_easy_setopt(easy, CURLOPT_CAPATH, c->ca_file ? NULL : CA_FOLDER);
	}
	assert(bad == CURLE_OK);
}

static void set_callbacks(struct http_call *call)
{
	CURL *easy = call->easy;
	(void)curl_easy_setopt(easy, CURLOPT_PRIVATE, (void *)call); /* none of these can fail */
	(void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	(void)curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
	(void)curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	(void)curl_easy_setopt(easy, CURLOPT_HEADERDATA, call);
	(void)curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_about_to_send);
	(void)curl_easy_setopt(easy, CURLOPT_PREREQDATA, call);
}

static struct http_call *call_new(struct http_client *c)
{
	struct http_call *call = mem_alloc(1, sizeof *call);
	call->client = c;
	call->easy = curl_easy_init();
	if (!call->easy)
		abort(); /* out of memory */
	set_common(c, call->easy);
	set_callbacks(call);
	curl_loop_prepare(c->curl, call->easy);
	links_add(&c->active, &call->link);
	return call;
}

/* Out of the list, and freed. */
static void call_end(struct http_call *call)
{
	links_remove(&call->link);
	curl_easy_cleanup(call->easy);
	curl_slist_free_all(call->headers);
	free(call->body);
	buf_done(&call->response);
	free(call);
}

static bool was_body_sent(const struct http_call *call)
{
	curl_off_t uploaded = 0;
	(void)curl_easy_getinfo(call->easy, CURLINFO_SIZE_UPLOAD_T, &uploaded); /* stays 0 */
	return (size_t)uploaded >= call->len;
}

/* Without the whole body nobody can have acted on it; after the first byte of an answer somebody may have. */
static bool maybe_taken(const struct http_call *call)
{
	if (call->taken || call->replied)
		return true;
	return bytes_sent(call->easy) > 0 && was_body_sent(call);
}

static void on_finished(void *ctx, CURL *easy, CURLcode result)
{
	struct http_call *call;
	long status = 0;
	(void)ctx;
	(void)curl_easy_getinfo(easy, CURLINFO_PRIVATE, &call);
	(void)curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	struct http_response r = {.body = "", .retry_after_ms = -1, .date = -1};
	if (result == CURLE_OK && status > 0) {
		r.status = (int)status;
		r.body = buf_str(&call->response);
		r.len = call->response.len;
		r.retry_after_ms = call->retry_after_ms;
		r.date = call->date;
	} else {
		r.error = call->why ? call->why : curl_easy_strerror(result == CURLE_OK ? CURLE_GOT_NOTHING : result);
		r.maybe_taken = maybe_taken(call);
	}
	call->done(call->ctx, &r);
	call_end(call);
}

static void set_method(struct http_call *call, const struct http_request *q)
{
	CURL *easy = call->easy;
	bool get = strcmp(q->method, "GET") == 0, post = strcmp(q->method, "POST") == 0;
	if (get && !call->body)
		return;
	/* These take numbers and pointers: none can fail. */
	if (!call->body) /* libcurl repeats what has no body; a connection of its own is never found dead */
		(void)curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
	(void)curl_easy_setopt(easy, CURLOPT_POSTFIELDS, call->body ? call->body : "");
	(void)curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->len);
	if (!post && curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, q->method) != CURLE_OK)
		abort(); /* out of memory */
}

static void add_header(struct http_call *call, const char *line)
{
	struct curl_slist *list = curl_slist_append(call->headers, line);
	if (!list)
		abort(); /* out of memory */
	call->headers = list;
}

static void set_request(struct http_call *call, const struct http_request *q)
{
	CURL *easy = call->easy;
	for (size_t i = 0; q->headers && q->headers[i]; i++)
		add_header(call, q->headers[i]);
	if (call->body)
		add_header(call, "Expect:"); /* a wait for "100 Continue" that many servers never send */
	set_method(call, q);
	CURLcode bad = curl_easy_setopt(easy, CURLOPT_URL, q->url);
	bad |= curl_easy_setopt(easy, CURLOPT_PROXY, is_loopback(q->url) ? "" : NULL);
	bad |= curl_easy_setopt(easy, CURLOPT_HTTPHEADER, call->headers);
	bad |= curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)q->timeout_ms);
	assert(bad == CURLE_OK);
}

struct http_call *http_client_send(struct http_client *c, const struct http_request *request, http_done done, void *ctx)
{
	assert(request->timeout_ms > 0);
	struct http_call *call = call_new(c);
	buf_init(&call->response, request->max_response);
	call->done = done;
	call->ctx = ctx;
	call->retry_after_ms = call->date = call->sent_before = -1;
	if (request->body) {
		call->body = mem_alloc(request->len + 1, 1);
		memcpy(call->body, request->body, request->len);
		call->len = request->len;
	}
	set_request(call, request);
	curl_loop_add(c->curl, call->easy);
	return call;
}

void http_call_cancel(struct http_call *call)
{
	curl_loop_remove(call->client->curl, call->easy);
	call_end(call);
}

struct http_client *http_client_new(struct loop *l, const struct http_client_options *options, struct err *err)
{
	CURLcode failed = curl_global_init(CURL_GLOBAL_ALL);
	if (failed != CURLE_OK) {
		err_set(err, "cannot start libcurl: %s", curl_easy_strerror(failed));
		return NULL;
	}
	struct http_client *c = mem_alloc(1, sizeof *c);
	links_init(&c->active);
	c->curl = curl_loop_new(l, on_finished, c);
	c->user_agent = options->user_agent ? mem_strdup(options->user_agent) : NULL;
	c->ca_file = options->ca_file ? mem_strdup(options->ca_file) : NULL;
	c->connect_timeout_ms = options->connect_timeout_ms > 0 ? options->connect_timeout_ms : CONNECT_TIMEOUT_MS;
	c->ca_folder = !c->ca_file && has_hashed_authorities(CA_FOLDER);
	CURLM *multi = curl_loop_multi(c->curl);
	(void)curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)MAX_KEPT_CONNECTIONS); /* a wish, no more */
	(void)curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)options->max_connections);
	return c;
}

static void cancel(struct link *call)
{
	http_call_cancel((struct http_call *)call);
}

void http_client_free(struct http_client *c)
{
	if (!c)
		return;
	links_drain(&c->active, cancel);
	curl_loop_free(c->curl);
	free(c->user_agent);
	free(c->ca_file);
	free(c);
	curl_global_cleanup();
}
