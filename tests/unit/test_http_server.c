/* test_http_server.c - requests whole, split, pipelined and hostile; late answers; TLS; an end with nothing left open. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "net/http_client.h"
#include "net/http_server.h"
#include "net_fixture.h"
#include "util/err.h"

enum { MAX_BODY = 1000, MAX_WAITING = 16 };

struct world {
	struct loop *loop;
	struct http_server *server;
	struct http_client *client;
	struct timer *timer;
	struct http_exchange *waiting[MAX_WAITING];
	int n_waiting, handled;
	char last_body[MAX_BODY + 1], last_header[64], last_known[64], last_method[16];
};

static void echo(void *ctx, struct http_exchange *x)
{
	struct world *w = ctx;
	size_t len;
	const char *body = http_exchange_body(x, &len);
	const char *header = http_exchange_header(x, "x-telegram-bot-api-secret-token:");
	const char *known = http_exchange_header(x, "authorization:");
	assert_ptr_equal(http_exchange_header(x, "authorization:"), known); /* kept until the reply */
	w->handled++;
	(void)snprintf(w->last_known, sizeof w->last_known, "%s", known ? known : "(none)");
	memcpy(w->last_body, body, len + 1);
	(void)snprintf(w->last_header, sizeof w->last_header, "%s", header ? header : "(none)");
	(void)snprintf(w->last_method, sizeof w->last_method, "%s", http_exchange_method(x));
	http_exchange_reply(x, 200, "text/x-echo", body, len, 0);
}

static void answer_all(void *ctx)
{
	struct world *w = ctx;
	int n = w->n_waiting;
	w->n_waiting = 0;
	for (int i = 0; i < n; i++) {
		size_t len;
		const char *body = http_exchange_body(w->waiting[i], &len);
		http_exchange_reply(w->waiting[i], 503, NULL, body, len, 7);
	}
}

static void later(void *ctx, struct http_exchange *x)
{
	struct world *w = ctx;
	w->handled++;
	assert_true(w->n_waiting < MAX_WAITING);
	w->waiting[w->n_waiting++] = x;
	timer_start(w->timer, 0);
}

static void never(void *ctx, struct http_exchange *x)
{
	struct world *w = ctx;
	assert_true(w->n_waiting < MAX_WAITING);
	w->waiting[w->n_waiting++] = x;
	loop_stop(w->loop);
}

static void big(void *ctx, struct http_exchange *x)
{
	enum { BIG = 8 << 20 };
	char *body = calloc(BIG, 1);
	(void)ctx;
	memset(body, 'b', BIG);
	http_exchange_reply(x, 200, NULL, body, BIG, 0);
	free(body);
}

static int make_world_with(void **state, const struct http_server_options *o)
{
	static struct world w;
	struct err err = {{0}};
	w = (struct world){.loop = loop_new(NULL)};
	w.server = http_server_new(w.loop, o, &err);
	if (!w.server)
		fail_msg("%s", err.text);
	w.client = http_client_new(w.loop, &(struct http_client_options){.user_agent = "test"}, NULL);
	w.timer = timer_new(w.loop, answer_all, &w);
	http_server_route(w.server, "/echo", echo, &w);
	http_server_route(w.server, "/later", later, &w);
	http_server_route(w.server, "/never", never, &w);
	http_server_route(w.server, "/big", big, &w);
	*state = &w;
	return 0;
}

static int make_world(void **state)
{
	return make_world_with(state, &(struct http_server_options){.max_body = MAX_BODY});
}

static int make_small_world(void **state)
{
	return make_world_with(state, &(struct http_server_options){.max_body = MAX_BODY, .max_connections = 2});
}

static int free_world(void **state)
{
	struct world *w = *state;
	timer_free(w->timer);
	http_client_free(w->client);
	http_server_free(w->server);
	loop_free(w->loop);
	return 0;
}

/* ---- plain bytes in, all that comes back until the server hangs up ---- */

struct talk {
	int port;
	const char *bytes;
	size_t len, part; /* sent in parts of that many bytes; 0: all at once */
	char *out;
	size_t size;
	bool hang_up; /* at once, without reading */
};

static void talk_run(void *arg)
{
	struct talk *t = arg;
	int fd = raw_connect(t->port);
	size_t part = t->part ? t->part : t->len;
	for (size_t at = 0; at < t->len; at += part) {
		if (!raw_send(fd, t->bytes + at, t->len - at < part ? t->len - at : part))
			break;
	}
	if (!t->hang_up)
		raw_read_all(fd, t->out, t->size);
	(void)close(fd);
}

static char answer_text[16 << 10];

static const char *say(struct world *w, const char *text, size_t part)
{
	struct talk t = {.port = http_server_port(w->server), .bytes = text, .len = strlen(text), .part = part,
		.out = answer_text, .size = sizeof answer_text};
	raw_start(w->loop, talk_run, &t, true);
	loop_run(w->loop);
	return answer_text;
}

#define BYE "GET /bye HTTP/1.1\r\nConnection: close\r\n\r\n" /* 404, and the end */

static void requests(void **state)
{
	static const struct {
		const char *bytes;
		const char *want[4]; /* in this order */
		int handled;
	} cases[] = {
		{"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello" BYE,
			{"HTTP/1.1 200 OK\r\ncontent-type: text/x-echo\r\ncontent-length: 5\r\n\r\nhello", " 404 "}, 1},
		{"GET /echo HTTP/1.1\r\n\r\nGET /echo HTTP/1.1\r\n\r\n" BYE, {" 200 ", " 200 ", " 404 "}, 2},
		{"GET /echo?a=b&c HTTP/1.1\r\n\r\n" BYE, {" 200 ", " 404 "}, 1},
		{"GET /Echo HTTP/1.1\r\n\r\n" BYE, {" 404 ", " 404 "}, 0},
		{"GET /echo/ HTTP/1.1\r\n\r\n" BYE, {" 404 ", " 404 "}, 0},
		{"HEAD /echo HTTP/1.1\r\n\r\n" BYE, {" 200 OK\r\ncontent-type: text/x-echo\r\ncontent-length: 0\r\n\r\nHTTP/1.1 404 "}, 1},
		{"POST /echo HTTP/1.1\r\nContent-Length: 0\r\n\r\n" BYE, {"length: 0\r\n\r\n", " 404 "}, 1},
		{"PUT /echo HTTP/1.1\r\nContent-Length: 0\r\n\r\n" BYE, {"length: 0\r\n\r\n", " 404 "}, 1},
		{"PUT /echo HTTP/1.1\r\nContent-Length: 3\r\n\r\nput" BYE, {"\r\n\r\nput", " 404 "}, 1},
		{"DELETE /echo HTTP/1.1\r\nContent-Length: 3\r\n\r\ndel" BYE, {"\r\n\r\ndel", " 404 "}, 1},
		{"POST /nowhere HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello" BYE, {" 404 ", " 404 "}, 0},
		{"POST /echo HTTP/1.1\r\n\r\n" BYE, {"connection: close\r\n\r\n"}, 1},
		{"POST /echo HTTP/1.0\r\nContent-Length: 2\r\n\r\nab", {"\r\n\r\nab"}, 1},
		{"POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
			{"connection: close\r\n\r\nabcde"}, 1},
		{"POST /later HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", {"\r\n\r\nabc"}, 1},
		{"POST /later HTTP/1.1\r\nContent-Length: 1\r\n\r\n1GET /later HTTP/1.1\r\n\r\nGET /echo HTTP/1.1\r\n\r\n" BYE,
			{"retry-after: 7\r\n\r\n1HTTP/1.1 503", "retry-after: 7\r\n\r\nHTTP/1.1 200", " 404 "}, 3},
		/* a body after another request in the same breath: not answered, and surely not misread */
		{"POST /later HTTP/1.1\r\nContent-Length: 1\r\n\r\n1POST /later HTTP/1.1\r\nContent-Length: 1\r\n\r\n2",
			{"\r\n\r\n1"}, 1},
		{"GET /echo HTTP/1.1\r\n\r\nPOST /echo HTTP/1.1\r\nContent-Length: 1\r\n\r\n2" BYE, {" 200 "}, 1},
		{"GET /echo HTTP/1.1\r\n\r\nPOST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" BYE, {" 200 "}, 1},
		/* refused */
		{"POST /echo HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", {" 413 ", "connection: close"}, 0},
		{"POST /echo HTTP/1.1\r\nContent-Length: 9999999999999999999999\r\n\r\n", {" 400 ", "connection: close"}, 0},
		{"POST /echo HTTP/1.1\r\nContent-Length: -1\r\n\r\n", {" 400 ", "connection: close"}, 0},
		{"POST /echo HTTP/1.1\r\nContent-Length: 5, 5\r\n\r\nhello", {" 400 ", "connection: close"}, 0},
		{"POST /echo HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", {" 400 ", "connection: close"}, 0},
		{"POST /echo HTTP/1.1\r\nContent-Length: x\r\n\r\n", {" 400 ", "connection: close"}, 0},
		{"POST /echo HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {" 400 "}, 0},
		{"POST /echo HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", {" 501 "}, 0},
		{"GET /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", {" 411 "}, 0},
		{"POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz", {" 400 "}, 0},
		{"GET /echo HTTP/1.1\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n", {" 501 "}, 0},
		{"CONNECT a:1 HTTP/1.1\r\n\r\nx", {""}, 0},
		{"BREW /echo HTTP/1.1\r\n\r\n", {""}, 0},
		{"GET http://a/echo HTTP/1.1\r\n\r\n" BYE, {""}, 0},
		{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03garbage of a TLS client\r\n\r\n", {""}, 0},
		{"\r\n\r\n\r\n", {""}, 0},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct world *w = *state;
		w->handled = 0;
		const char *p = say(w, cases[i].bytes, 0);
		for (size_t k = 0; k < 4 && cases[i].want[k]; k++) {
			const char *hit = strstr(p, cases[i].want[k]);
			if (!hit)
				fail_msg("case %zu: no '%s' in '%s'", i, cases[i].want[k], answer_text);
			p = hit + 1;
		}
		if (w->handled != cases[i].handled)
			fail_msg("case %zu: handled %d", i, w->handled);
	}
}

/* However the bytes are cut, each request is whole when it is handed over. */
static void split_anywhere(void **state)
{
	static const struct {
		const char *bytes, *body;
	} cases[] = {
		{"POST /echo HTTP/1.1\r\nX-Telegram-Bot-Api-Secret-Token: s3\r\nContent-Length: 11\r\nConnection: close\r\n\r\nhello world",
			"hello world"},
		{"POST /echo HTTP/1.1\r\nX-Telegram-Bot-Api-Secret-Token: s3\r\nTransfer-Encoding: chunked\r\n\r\n"
		 "5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nT: t\r\n\r\n", "hello world"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		for (size_t part = 1; part < strlen(cases[i].bytes); part += part < 8 ? 1 : 17) {
			struct world *w = *state;
			w->handled = 0;
			const char *answer = say(w, cases[i].bytes, part);
			if (w->handled != 1 || strcmp(w->last_body, cases[i].body) != 0 || strcmp(w->last_header, "s3") != 0)
				fail_msg("case %zu in parts of %zu: %d, '%s', '%s'", i, part, w->handled, w->last_body, answer);
			if (strcmp(w->last_method, "POST") != 0 || !strstr(answer, "\r\n\r\nhello world"))
				fail_msg("case %zu in parts of %zu: '%s'", i, part, answer);
		}
	}
}

/* A body above the ceiling is refused, whether its length is told or not; it is read past, so that the answer arrives
 * and the connection can be used further. */
static void bodies_above_the_ceiling(void **state)
{
	static const struct {
		size_t len;
		int handled;
	} cases[] = {{MAX_BODY, 1}, {MAX_BODY + 1, 0}, {100 * 1000, 0}};
	char *bytes = malloc(200 * 1000);
	assert_non_null(bytes);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct world *w = *state;
		int head = sprintf(bytes, "POST /echo HTTP/1.1\r\nContent-Length: %zu\r\n\r\n", cases[i].len);
		memset(bytes + head, 'x', cases[i].len);
		strcpy(bytes + head + cases[i].len, BYE);
		w->handled = 0;
		const char *answer = say(w, bytes, 0);
		assert_int_equal(w->handled, cases[i].handled);
		assert_non_null(strstr(answer, cases[i].handled ? " 200 " : " 413 "));
		assert_non_null(strstr(answer, " 404 "));

		head = sprintf(bytes, "POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n%zx\r\n", cases[i].len);
		memset(bytes + head, 'x', cases[i].len);
		strcpy(bytes + head + cases[i].len, "\r\n0\r\n\r\n");
		w->handled = 0;
		if (cases[i].len <= MAX_BODY + 1)
			assert_non_null(strstr(say(w, bytes, 0), cases[i].handled ? " 200 " : " 413 "));
	}
	free(bytes);
}

static void headers(void **state)
{
	static const struct {
		const char *bytes, *want;
	} cases[] = {
		{"X-Telegram-Bot-Api-Secret-Token: abc\r\n", "abc"},
		{"x-telegram-bot-api-secret-token:abc\r\n", "abc"},
		{"X-TELEGRAM-BOT-API-SECRET-TOKEN: a b\r\n", "a b"},
		{"X-Telegram-Bot-Api-Secret-Token:\r\n", ""},
		{"X-Telegram-Bot-Api-Secret-Token: first\r\nX-Telegram-Bot-Api-Secret-Token: second\r\n", "first"},
		{"X-Telegram-Bot-Api-Secret-Tokens: abc\r\n", "(none)"},
		{"X-Telegram-Bot-Api-Secret-Toke: abc\r\n", "(none)"},
		{"", "(none)"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct world *w = *state;
		char request[512];
		(void)snprintf(request, sizeof request, "GET /echo HTTP/1.1\r\nHost: x\r\n%sAccept: y\r\nConnection: close\r\n\r\n",
			cases[i].bytes);
		(void)say(w, request, 0);
		if (strcmp(w->last_header, cases[i].want) != 0 || strcmp(w->last_known, "(none)") != 0)
			fail_msg("case %zu: '%s', '%s'", i, w->last_header, w->last_known);
	}
	struct world *w = *state; /* one that the library knows by number */
	(void)say(w, "GET /echo HTTP/1.1\r\nAuthorization: Bearer abc \r\nConnection: close\r\n\r\n", 0);
	assert_string_equal(w->last_known, "Bearer abc");
	assert_string_equal(w->last_header, "(none)");
}

static void headers_without_end(void **state)
{
	struct world *w = *state;
	char request[8000];
	int head = sprintf(request, "GET /echo HTTP/1.1\r\nX-Long: ");
	memset(request + head, 'x', sizeof request - (size_t)head - 1);
	request[sizeof request - 1] = '\0';
	(void)say(w, request, 0);
	assert_int_equal(w->handled, 0);
	assert_non_null(strstr(say(w, "GET /echo HTTP/1.1\r\nConnection: close\r\n\r\n", 0), " 200 ")); /* still there */
}

/* ---- our own client ---- */

struct load {
	struct world *w;
	char url[64];
	const char *path;
	int left, under_way, bad;
};

static void ask(struct load *l);

static void on_answer(void *ctx, const struct http_response *r)
{
	struct load *l = ctx;
	l->under_way--;
	bool late = strcmp(l->path, "later") == 0;
	if (r->status != (late ? 503 : 200) || strcmp(r->body, "body") != 0 || r->retry_after_ms != (late ? 7000 : -1))
		l->bad++;
	if (l->left > 0)
		ask(l);
	else if (l->under_way == 0)
		loop_stop(l->w->loop);
}

static void ask(struct load *l)
{
	struct http_request q = {
		.method = "POST", .url = l->url, .body = "body", .len = 4, .timeout_ms = 20000, .max_response = 100};
	l->left--;
	l->under_way++;
	(void)http_client_send(l->w->client, &q, on_answer, l);
}

static void run_load(struct world *w, const char *path, int requests, int at_once)
{
	struct load l = {.w = w, .path = path, .left = requests};
	(void)snprintf(l.url, sizeof l.url, "http://127.0.0.1:%d/%s", http_server_port(w->server), path);
	w->handled = 0;
	for (int i = 0; i < at_once; i++)
		ask(&l);
	loop_run(w->loop);
	assert_int_equal(l.bad, 0);
	assert_int_equal(w->handled, requests);
}

static void many_requests(void **state)
{
	run_load(*state, "echo", 200, 20);
	run_load(*state, "later", 200, 16);
}

/* More connections than allowed: the others wait until there is room. */
static void more_connections_than_room(void **state)
{
	struct world *w = *state;
	http_client_free(w->client); /* one that keeps no connection, or none would make room */
	w->client = http_client_new(w->loop, &(struct http_client_options){.user_agent = "test", .max_connections = 2}, NULL);
	run_load(w, "echo", 50, 10);
}

/* Gone before the answer: it is given all the same, and harmless. */
static void gone_before_the_answer(void **state)
{
	static const char request[] = "POST /never HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi";
	struct world *w = *state;
	struct talk t = {.port = http_server_port(w->server), .bytes = request, .len = strlen(request), .hang_up = true};
	for (int i = 0; i < 3; i++) {
		raw_start(w->loop, talk_run, &t, false);
		loop_run(w->loop); /* until the handler has it */
		timer_start(w->timer, 5);
		assert_non_null(strstr(say(w, "GET /echo HTTP/1.1\r\nConnection: close\r\n\r\n", 0), " 200 "));
	}
	answer_all(w);
}

static void server_freed_before_the_answer(void **state)
{
	static const char request[] = "POST /never HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi";
	struct world *w = *state;
	struct talk t = {.port = http_server_port(w->server), .bytes = request, .len = strlen(request), .out = answer_text,
		.size = sizeof answer_text};
	raw_start(w->loop, talk_run, &t, true);
	loop_run(w->loop); /* until the handler has it */
	http_server_free(w->server);
	w->server = NULL;
	assert_null(http_exchange_header(w->waiting[0], "content-length:"));
	answer_all(w);
	loop_run(w->loop); /* until the peer sees the end */
	assert_string_equal(answer_text, "");
}

/* Longer than the kernel takes at once, to a reader that is in no hurry. */
static void long_answer(void **state)
{
	static const char request[] = "GET /big HTTP/1.1\r\n\r\n" BYE;
	struct world *w = *state;
	struct talk t = {.port = http_server_port(w->server), .bytes = request, .len = strlen(request), .size = 9 << 20};
	t.out = malloc(t.size);
	assert_non_null(t.out);
	raw_start(w->loop, talk_run, &t, true);
	loop_run(w->loop);
	assert_non_null(strstr(t.out, "content-length: 8388608\r\n"));
	const char *body = strstr(t.out, "\r\n\r\n") + 4;
	assert_int_equal(strspn(body, "b"), 8 << 20);
	assert_non_null(strstr(body + (8 << 20), " 404 ")); /* the request that waited meanwhile */
	free(t.out);
}

static void refused_options(void **state)
{
	struct world *w = *state;
	struct err err = {{0}};
	struct http_server_options o = {.port = http_server_port(w->server)};
	assert_null(http_server_new(w->loop, &o, &err));
	assert_non_null(strstr(err.text, "Address already in use"));
	o = (struct http_server_options){.address = "no.such.host.invalid"};
	assert_null(http_server_new(w->loop, &o, &err));
	assert_non_null(strstr(err.text, "no.such.host.invalid"));
	o = (struct http_server_options){.tls_certificate = "/nonexistent/cert.pem", .tls_key = "/nonexistent/key.pem"};
	assert_null(http_server_new(w->loop, &o, &err));
	if (!strstr(err.text, "/nonexistent/cert.pem"))
		fail_msg("%s", err.text);
}

/* ---- TLS ---- */

static char folder[] = "/tmp/soleus-tls-XXXXXX";
static char certificate[64], key[64];

static int make_certificate(void **state)
{
	char command[512];
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	(void)snprintf(certificate, sizeof certificate, "%s/cert.pem", folder);
	(void)snprintf(key, sizeof key, "%s/key.pem", folder);
	(void)snprintf(command, sizeof command,
		"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost "
		"-addext subjectAltName=IP:127.0.0.1 -keyout %s -out %s 2>%s/log", key, certificate, folder);
	return system(command);
}

static int remove_certificate(void **state)
{
	char command[128];
	(void)state;
	(void)snprintf(command, sizeof command, "rm -r %s", folder);
	return system(command);
}

static int make_tls_world(void **state)
{
	return make_world_with(state, &(struct http_server_options){
		.max_body = 100 * 1000, .tls_certificate = certificate, .tls_key = key});
}

struct answer {
	struct loop *loop;
	int status;
	size_t len;
	char error[256];
	bool maybe_taken;
};

static void on_tls_answer(void *ctx, const struct http_response *r)
{
	struct answer *a = ctx;
	a->status = r->status;
	a->len = r->len;
	a->maybe_taken = r->maybe_taken;
	(void)snprintf(a->error, sizeof a->error, "%s", r->error ? r->error : "");
	loop_stop(a->loop);
}

static struct answer ask_tls(struct world *w, const char *ca_file, const char *path, size_t len)
{
	struct answer a = {.loop = w->loop};
	char url[64], *body = calloc(len + 1, 1);
	http_client_free(w->client);
	w->client = http_client_new(w->loop, &(struct http_client_options){.ca_file = ca_file}, NULL);
	(void)snprintf(url, sizeof url, "https://127.0.0.1:%d%s", http_server_port(w->server), path);
	memset(body, 'x', len);
	struct http_request q = {
		.method = "POST", .url = url, .body = body, .len = len, .timeout_ms = 20000, .max_response = 16 << 20};
	for (int i = 0; i < 3; i++) { /* the last two on a kept connection */
		(void)http_client_send(w->client, &q, on_tls_answer, &a);
		loop_run(w->loop);
	}
	free(body);
	return a;
}

static void echo_length(void *ctx, struct http_exchange *x)
{
	size_t len;
	(void)ctx;
	const char *body = http_exchange_body(x, &len);
	http_exchange_reply(x, 200, NULL, body, len, 0);
}

static void tls(void **state)
{
	static const size_t sizes[] = {1, 5000, 16384, 99999};
	struct world *w = *state;
	http_server_route(w->server, "/length", echo_length, w);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct answer a = ask_tls(w, certificate, "/length", sizes[i]);
		if (a.status != 200 || a.len != sizes[i])
			fail_msg("%zu bytes: status %d, %zu bytes, %s", sizes[i], a.status, a.len, a.error);
	}
	assert_int_equal(ask_tls(w, certificate, "/later", 1).status, 503);
	assert_int_equal(ask_tls(w, certificate, "/big", 1).len, 8 << 20);
	assert_int_equal(ask_tls(w, certificate, "/length", 100 * 1000 + 1).status, 413);
}

static void tls_of_an_unknown_authority(void **state)
{
	struct answer a = ask_tls(*state, NULL, "/length", 1);
	assert_int_equal(a.status, 0);
	assert_string_equal(a.error, "SSL peer certificate or SSH remote key was not OK");
	assert_false(a.maybe_taken);
}

static void plain_text_to_tls(void **state)
{
	struct world *w = *state;
	(void)say(w, "GET /echo HTTP/1.1\r\n\r\n", 0);
	assert_int_equal(w->handled, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_world, free_world)
#define TLS_TEST(name) cmocka_unit_test_setup_teardown(name, make_tls_world, free_world)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(requests), TEST(split_anywhere), TEST(bodies_above_the_ceiling), TEST(headers), TEST(headers_without_end),
		TEST(many_requests), cmocka_unit_test_setup_teardown(more_connections_than_room, make_small_world, free_world),
		TEST(gone_before_the_answer), TEST(server_freed_before_the_answer), TEST(long_answer), TEST(refused_options),
		TLS_TEST(tls), TLS_TEST(tls_of_an_unknown_authority), TLS_TEST(plain_text_to_tls),
	};
	return cmocka_run_group_tests(tests, make_certificate, remove_certificate);
}
