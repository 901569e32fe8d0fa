/* http_exchange.c - what a request says, checked before anybody acts on it, and the bytes of its answer. */
#include "net/http_exchange.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <libwebsockets.h>

#include "net/http_server.h"
#include "util/mem.h"

enum {
	MAX_HEAD = 1024, /* of an answer: all of it is ours */
	MAX_READ_PAST = 8 << 20, /* of a body that is too long, for the sake of who waits for the answer */
};

/* CONNECT is missing: the library takes it for something else than HTTP. */
static const struct {
	enum lws_token_indexes token;
	const char *name;
} methods[] = {
	{WSI_TOKEN_POST_URI, "POST"}, {WSI_TOKEN_GET_URI, "GET"},       {WSI_TOKEN_HEAD_URI, "HEAD"},
	{WSI_TOKEN_PUT_URI, "PUT"},   {WSI_TOKEN_PATCH_URI, "PATCH"},   {WSI_TOKEN_DELETE_URI, "DELETE"},
	{WSI_TOKEN_OPTIONS_URI, "OPTIONS"},
};

static const char *method_of(struct lws *wsi)
{
	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
		if (lws_hdr_total_length(wsi, methods[i].token) > 0)
			return methods[i].name;
	}
	return "";
}

/* A new string without white space at the ends, or NULL when the header is missing. */
static char *copy_known(struct lws *wsi, enum lws_token_indexes token)
{
	int len = lws_hdr_total_length(wsi, token);
	if (len <= 0)
		return NULL;
	char *value = mem_alloc((size_t)len + 1, 1);
	int got = lws_hdr_copy(wsi, value, len + 1, token);
	while (got > 0 && isspace((unsigned char)value[got - 1]))
		value[--got] = '\0';
	return value;
}

/* Digits alone: a sign, a list or a second number is a way to smuggle. */
static bool parse_length(const char *text, unsigned long long *out)
{
	size_t digits = strspn(text, "0123456789");
	if (digits == 0 || digits > 18 || text[digits])
		return false;
	*out = strtoull(text, NULL, 10);
	return true;
}

static int read_chunked(struct http_exchange *x, const char *coding, bool sized)
{
	x->close = true; /* the library can't tell where the next request begins */
	if (sized)
		return 400;
	if (strcasecmp(coding, "chunked") != 0)
		return 501;
	/* For others than these the library reads no body that has no length. */
	if (strcmp(x->method, "POST") != 0 && strcmp(x->method, "PUT") != 0 && strcmp(x->method, "PATCH") != 0)
		return 411;
	x->framing = HTTP_CHUNKED;
	return 0;
}

static int read_length(struct http_exchange *x, const char *length)
{
	unsigned long long bytes = 0;
	if (!parse_length(length, &bytes)) {
		x->close = true;
		return 400;
	}
	x->framing = bytes > 0 ? HTTP_SIZED : HTTP_NO_BODY;
	if (bytes <= x->body.max)
		return 0;
	x->close = bytes > MAX_READ_PAST;
	return 413;
}

static int read_framing(struct http_exchange *x)
{
	char *coding = copy_known(x->wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING);
	char *length = copy_known(x->wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH);
	int status = 0;
	if (coding)
		status = read_chunked(x, coding, length != NULL);
	else if (length)
		status = read_length(x, length);
	else if (strcmp(x->method, "GET") != 0 && strcmp(x->method, "HEAD") != 0)
		x->close = true; /* the library now waits for a body without end */
	free(coding);
	free(length);
	return status;
}

struct http_exchange *http_exchange_new(struct lws *wsi, size_t max_body, http_exchange_replied replied, void *ctx,
	int *out_status)
{
	struct http_exchange *x = mem_alloc(1, sizeof *x);
	x->wsi = wsi;
	x->replied = replied;
	x->ctx = ctx;
	x->method = method_of(wsi);
	buf_init(&x->body, max_body);
	*out_status = read_framing(x);
	return x;
}

void http_exchange_free(struct http_exchange *x)
{
	while (x->headers) {
		struct http_exchange_header *h = x->headers;
		x->headers = h->next;
		free(h->value);
		free(h);
	}
	buf_done(&x->body);
	free(x);
}

enum http_body_result http_exchange_take(struct http_exchange *x, const char *bytes, size_t len)
{
	enum chunked_result r = CHUNKED_MORE;
	size_t used;
	if (x->framing == HTTP_CHUNKED)
		r = chunked_feed(&x->chunked, bytes, len, &x->body, &used);
	else
		buf_add(&x->body, bytes, len);
	if (x->body.full)
		return HTTP_BODY_TOO_LONG;
	return r == CHUNKED_BAD ? HTTP_BODY_BAD : r == CHUNKED_DONE ? HTTP_BODY_WHOLE : HTTP_BODY_MORE;
}

const char *http_exchange_method(const struct http_exchange *x)
{
	return x->method;
}

const char *http_exchange_body(const struct http_exchange *x, size_t *out_len)
{
	*out_len = x->body.len;
	return buf_str(&x->body);
}

static char *copy_other(struct lws *wsi, const char *name)
{
	int name_len = (int)strlen(name), len = lws_hdr_custom_length(wsi, name, name_len);
	if (len < 0)
		return NULL;
	char *value = mem_alloc((size_t)len + 1, 1);
	(void)lws_hdr_custom_copy(wsi, value, len + 1, name, name_len); /* was just measured */
	return value;
}

/* The library knows some headers by number and the rest by name. */
static char *copy_header(struct lws *wsi, const char *name)
{
	for (int token = 0; token < WSI_TOKEN_COUNT; token++) {
		const unsigned char *known = lws_token_to_string((enum lws_token_indexes)token);
		if (known && strcmp((const char *)known, name) == 0)
			return copy_known(wsi, (enum lws_token_indexes)token);
	}
	return copy_other(wsi, name);
}

const char *http_exchange_header(struct http_exchange *x, const char *name)
{
	for (struct http_exchange_header *h = x->headers; h; h = h->next) {
		if (strcmp(h->name, name) == 0)
			return h->value;
	}
	char *value = x->wsi ? copy_header(x->wsi, name) : NULL;
	if (!value)
		return NULL;
	size_t len = strlen(name) + 1;
	struct http_exchange_header *h = mem_alloc(1, sizeof *h + len);
	memcpy(h->name, name, len);
	h->value = value;
	h->next = x->headers;
	x->headers = h;
	return value;
}

static const char *reason_of(int status)
{
	static const struct {
		int status;
		const char *reason;
	} reasons[] = {
		{200, "OK"}, {201, "Created"}, {202, "Accepted"}, {204, "No Content"}, {400, "Bad Request"},
		{401, "Unauthorized"}, {403, "Forbidden"}, {404, "Not Found"}, {405, "Method Not Allowed"},
		{411, "Length Required"}, {413, "Content Too Large"}, {429, "Too Many Requests"},
		{500, "Internal Server Error"}, {501, "Not Implemented"}, {503, "Service Unavailable"},
	};
	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
		if (reasons[i].status == status)
			return reasons[i].reason;
	}
	return ""; /* may be empty: RFC 9112, 4 */
}

static void add_head(struct buf *out, const struct http_exchange *x, int status, const char *type, size_t len,
	int retry_after_s)
{
	buf_addf(out, "HTTP/1.1 %d %s\r\n", status, reason_of(status));
	if (status != 204)
		buf_addf(out, "content-type: %s\r\ncontent-length: %zu\r\n", type ? type : "text/plain", len);
	if (retry_after_s > 0)
		buf_addf(out, "retry-after: %d\r\n", retry_after_s);
	buf_adds(out, x->close ? "connection: close\r\n\r\n" : "\r\n");
}

void http_exchange_reply(struct http_exchange *x, int status, const char *type, const char *body, size_t len,
	int retry_after_s)
{
	if (x->wsi) {
		static const char room[LWS_PRE] = {0}; /* in front of the bytes, for the library */
		struct buf out;
		buf_init(&out, LWS_PRE + MAX_HEAD + len);
		buf_add(&out, room, sizeof room);
		add_head(&out, x, status, type, len, retry_after_s);
		if (status != 204 && strcmp(x->method, "HEAD") != 0)
			buf_add(&out, body, len);
		x->replied(x->ctx, out.data + LWS_PRE, out.len - LWS_PRE, x->close);
		buf_done(&out);
	}
	http_exchange_free(x);
}
