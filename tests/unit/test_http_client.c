/* test_http_client.c - answers good and bad from a peer that speaks plain bytes, deadlines, and what may have been taken. */
#include <dlfcn.h>
#include <netdb.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "net/http_client.h"
#include "net_fixture.h"

#define TOKEN "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"

/* What the peer does with one connection after the other. */
struct script {
	int listener;
	const char *answers[8]; /* NULL ends; "" hangs up once the request was read */
	bool same_connection; /* all requests come over the first */
	bool hold; /* never answers: waits until the other side hangs up */
	bool deaf; /* hangs up after the headers, with the body unread */
	int requests; /* read whole */
	char last[2048];
};

static void serve_connection(struct script *s, int fd, size_t *answer)
{
	while (s->answers[*answer]) {
		char request[sizeof s->last];
		if (!raw_read_request(fd, request, sizeof request))
			return;
		memcpy(s->last, request, sizeof request);
		s->requests++;
		const char *text = s->answers[(*answer)++];
		if (!*text || !raw_say(fd, text) || !s->same_connection)
			return;
	}
}

static void serve(void *arg)
{
	struct script *s = arg;
	size_t answer = 0;
	while (s->answers[answer] || s->hold || s->deaf) {
		char some[2048];
		int fd = raw_accept(s->listener);
		if (fd < 0)
			return;
		if (s->deaf)
			(void)!recv(fd, some, 100, 0);
		else if (s->hold)
			raw_read_all(fd, s->last, sizeof s->last);
		else
			serve_connection(s, fd, &answer);
		(void)close(fd);
		if (s->hold || s->deaf)
			return;
	}
}

struct got {
	struct loop *loop;
	int calls, stop_at;
	int status;
	char body[256], error[256];
	size_t len;
	int64_t retry_after_ms, date;
	bool maybe_taken;
	struct http_call *victim;
};

static void on_done(void *ctx, const struct http_response *r)
{
	struct got *g = ctx;
	g->calls++;
	g->status = r->status;
	g->len = r->len;
	(void)snprintf(g->body, sizeof g->body, "%s", r->body);
	(void)snprintf(g->error, sizeof g->error, "%s", r->error ? r->error : "");
	g->retry_after_ms = r->retry_after_ms;
	g->date = r->date;
	g->maybe_taken = r->maybe_taken;
	if (g->victim)
		http_call_cancel(g->victim);
	if (g->calls == g->stop_at)
		loop_stop(g->loop);
}

struct world {
	struct loop *loop;
	struct http_client *client;
	struct script script;
	int port;
	char url[128];
};

static void renew_client(struct world *w)
{
	http_client_free(w->client);
	w->client = http_client_new(w->loop, &(struct http_client_options){.user_agent = "soleus-test"}, NULL);
}

static int make_world(void **state)
{
	static struct world w;
	w = (struct world){.loop = loop_new(NULL)};
	renew_client(&w);
	w.script.listener = raw_listen(&w.port);
	(void)snprintf(w.url, sizeof w.url, "http://127.0.0.1:%d/bot" TOKEN "/getMe", w.port);
	*state = &w;
	return w.client ? 0 : -1;
}

/* loop_free hangs when a handle is left open, and the descriptors of curl are closed by then. */
static int free_world(void **state)
{
	struct world *w = *state;
	http_client_free(w->client);
	(void)close(w->script.listener);
	loop_free(w->loop);
	return 0;
}

static struct http_request post(const struct world *w)
{
	return (struct http_request){
		.method = "POST", .url = w->url, .body = "{}", .len = 2, .timeout_ms = 20000, .max_response = 1000};
}

static struct got ask(struct world *w, const struct http_request *q)
{
	struct got g = {.loop = w->loop, .stop_at = 1};
	(void)http_client_send(w->client, q, on_done, &g);
	assert_int_equal(g.calls, 0);
	loop_run(w->loop);
	if (strstr(g.error, "AAHdqTcv") || strstr(g.error, "127.0.0.1"))
		fail_msg("the error names the URL: %s", g.error);
	return g;
}

/* Asks once a peer that gives `answer` and hangs up, which a client that keeps the connection may not know yet. */
static struct got ask_for(struct world *w, const char *answer)
{
	renew_client(w);
	w->script.answers[0] = answer;
	w->script.answers[1] = NULL;
	raw_start(w->loop, serve, &w->script, false);
	struct http_request q = post(w);
	return ask(w, &q);
}

static void answers(void **state)
{
	static const struct {
		const char *answer;
		int status;
		const char *body, *error; /* error: part of it */
	} cases[] = {
		{"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody", 200, "body", ""},
		{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n", 200, "body", ""},
		{"HTTP/1.0 200 OK\r\n\r\nuntil the end", 200, "until the end", ""},
		{"HTTP/1.1 204 No Content\r\n\r\n", 204, "", ""},
		{"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>", 502, "<html>", ""},
		{"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", 302, "", ""},
		{"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n", 401, "", ""},
		{"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, "", ""},
		{"", 0, "", "Server returned nothing"},
		{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", 0, "", "Transferred a partial file"},
		{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf", 0, "", "Transferred a partial file"},
		{"HTTP/1.1 200 OK\r\nContent-", 0, "", ""},
		{"garbage\r\n\r\n", 0, "", "Unsupported protocol"},
		{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 0, "", "Failure when receiving data"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct got g = ask_for(*state, cases[i].answer);
		if (g.status != cases[i].status && strcmp(cases[i].answer, "HTTP/1.1 200 OK\r\nContent-") != 0)
			fail_msg("case %zu: status %d, %s", i, g.status, g.error);
		if (strcmp(g.body, cases[i].body) != 0 || !strstr(g.error, cases[i].error))
			fail_msg("case %zu: body '%s', error '%s'", i, g.body, g.error);
		if (g.maybe_taken != (g.status == 0))
			fail_msg("case %zu: maybe_taken %d", i, g.maybe_taken);
	}
}

static void too_long(void **state)
{
	static const char *const heads[] = {
		"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n",
		"HTTP/1.0 200 OK\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n",
	};
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		char answer[2048];
		int len = snprintf(answer, sizeof answer, "%s%01001d", heads[i], 0);
		assert_true(len > 0 && len < (int)sizeof answer);
		struct got g = ask_for(*state, answer);
		assert_int_equal(g.status, 0);
		assert_string_equal(g.error, "the answer is longer than allowed");
		assert_true(g.maybe_taken);
	}
	char fits[2048];
	(void)snprintf(fits, sizeof fits, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n%01000d", 0);
	struct got g = ask_for(*state, fits);
	assert_int_equal(g.status, 200);
	assert_int_equal(g.len, 1000);
}

static void too_many_headers(void **state)
{
	enum { LINES = 1200, LINE = 60 };
	char *answer = calloc(LINES * LINE + 64, 1), *p = answer;
	assert_non_null(answer);
	p += sprintf(p, "HTTP/1.1 200 OK\r\n");
	for (int i = 0; i < LINES; i++)
		p += sprintf(p, "X-%04d: %050d\r\n", i, i);
	strcpy(p, "Content-Length: 0\r\n\r\n");
	struct got g = ask_for(*state, answer);
	free(answer);
	assert_int_equal(g.status, 0);
	assert_string_equal(g.error, "the answer has too many headers");
}

static void retry_after(void **state)
{
	static const struct {
		const char *value;
		int64_t want_ms;
	} cases[] = {
		{"3", 3000}, {"0", 0}, {" 17 ", 17000}, {"1234567890", 1234567890000}, {"-5", -1}, {"soon", -1}, {"1.5x", -1},
		{"Wed, 21 Oct 2015 07:28:00 GMT", 0}, {"12345678901", -1}, {"", -1},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char answer[256];
		(void)snprintf(answer, sizeof answer, "HTTP/1.1 429 Slow\r\nRETRY-AFTER: %s\r\nContent-Length: 0\r\n\r\n",
			cases[i].value);
		struct got g = ask_for(*state, answer);
		if (g.status != 429 || g.retry_after_ms != cases[i].want_ms)
			fail_msg("'%s': status %d, %lld ms", cases[i].value, g.status, (long long)g.retry_after_ms);
	}
	struct got none = ask_for(*state, "HTTP/1.1 429 Slow\r\nContent-Length: 0\r\n\r\n");
	assert_int_equal(none.retry_after_ms, -1);
	assert_int_equal(none.date, -1);
}

static void retry_after_a_date(void **state)
{
	char answer[256], when[64];
	time_t then = time(NULL) + 100;
	struct tm tm;
	assert_non_null(gmtime_r(&then, &tm));
	assert_true(strftime(when, sizeof when, "%a, %d %b %Y %H:%M:%S GMT", &tm) > 0);
	(void)snprintf(answer, sizeof answer, "HTTP/1.1 503 Later\r\nRetry-After: %s\r\nDate: %s\r\nContent-Length: 0\r\n\r\n",
		when, when);
	struct got g = ask_for(*state, answer);
	assert_in_range(g.retry_after_ms, 80000, 100000);
	assert_int_equal(g.date, then);
}

static void says_what_it_was_told(void **state)
{
	static const char *const headers[] = {"Content-Type: application/json", "X-Other: 1", NULL};
	struct world *w = *state;
	w->script.answers[0] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
	raw_start(w->loop, serve, &w->script, false);
	struct http_request q = post(w);
	q.method = "PUT";
	q.headers = headers;
	q.body = "a\0b";
	q.len = 3;
	struct got g = ask(w, &q);
	assert_int_equal(g.status, 200);
	assert_non_null(strstr(w->script.last, "PUT /bot" TOKEN "/getMe HTTP/1.1\r\n"));
	assert_non_null(strstr(w->script.last, "User-Agent: soleus-test\r\n"));
	assert_non_null(strstr(w->script.last, "Content-Type: application/json\r\nX-Other: 1\r\n"));
	assert_non_null(strstr(w->script.last, "Content-Length: 3\r\n"));
	assert_null(strstr(w->script.last, "Expect"));
	assert_memory_equal(strstr(w->script.last, "\r\n\r\n") + 4, "a\0b", 3);
}

static void keeps_the_connection(void **state)
{
	static const char again[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
	struct world *w = *state;
	w->script = (struct script){.listener = w->script.listener, .same_connection = true};
	for (size_t i = 0; i < 7; i++)
		w->script.answers[i] = again;
	raw_start(w->loop, serve, &w->script, false);
	for (size_t i = 0; i < 7; i++) {
		struct http_request q = post(w);
		if (i % 2)
			q = (struct http_request){.method = "GET", .url = w->url, .timeout_ms = 20000, .max_response = 10};
		assert_int_equal(ask(w, &q).status, 200);
		assert_int_equal(strncmp(w->script.last, q.method, strlen(q.method)), 0);
	}
	assert_int_equal(w->script.requests, 7);
}

/* The peer reads the second request on a kept connection and hangs up. Sending it again could say something twice. */
static void never_repeats_what_may_be_taken(void **state)
{
	struct world *w = *state;
	w->script = (struct script){.listener = w->script.listener, .same_connection = true,
		.answers = {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}};
	raw_start(w->loop, serve, &w->script, false);
	struct http_request q = post(w);
	assert_int_equal(ask(w, &q).status, 200);
	struct got lost = ask(w, &q);
	assert_int_equal(lost.status, 0);
	assert_true(lost.maybe_taken);
	assert_true(*lost.error != '\0');
	assert_int_equal(w->script.requests, 2);
	assert_int_equal(ask(w, &q).status, 200);
	assert_int_equal(w->script.requests, 3);
}

/* Nothing changes there: libcurl may ask once more. */
static void repeats_a_get(void **state)
{
	struct world *w = *state;
	w->script = (struct script){.listener = w->script.listener, .same_connection = true,
		.answers = {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "", "HTTP/1.1 201 OK\r\nContent-Length: 0\r\n\r\n"}};
	raw_start(w->loop, serve, &w->script, false);
	struct http_request q = {.method = "GET", .url = w->url, .timeout_ms = 20000, .max_response = 10};
	assert_int_equal(ask(w, &q).status, 200);
	assert_int_equal(ask(w, &q).status, 201);
}

/* libcurl would give up after five in the life of a handle. */
static void repeats_again_and_again(void **state)
{
	struct world *w = *state;
	struct http_request q = {.method = "GET", .url = w->url, .timeout_ms = 20000, .max_response = 10};
	for (int i = 0; i < 10; i++) {
		w->script = (struct script){.listener = w->script.listener, .same_connection = true,
			.answers = {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ""}};
		raw_start(w->loop, serve, &w->script, false);
		assert_int_equal(ask(w, &q).status, 200);
		assert_int_equal(w->script.requests, 1);
		w->script.answers[2] = "HTTP/1.1 201 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
		assert_int_equal(ask(w, &q).status, 201);
	}
}

static void a_post_without_body_is_not_repeated(void **state)
{
	struct world *w = *state;
	w->script = (struct script){.listener = w->script.listener, .same_connection = true,
		.answers = {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", NULL}};
	raw_start(w->loop, serve, &w->script, false);
	struct http_request q = post(w);
	assert_int_equal(ask(w, &q).status, 200);
	w->script.answers[0] = "";
	raw_start(w->loop, serve, &w->script, false);
	q.body = NULL;
	struct got g = ask(w, &q);
	assert_int_equal(g.status, 0);
	assert_true(g.maybe_taken);
	assert_int_equal(w->script.requests, 2);
}

static void nobody_there(void **state)
{
	struct world *w = *state;
	int port, fd = raw_listen(&port);
	(void)close(fd);
	struct http_request q = post(w);
	(void)snprintf(w->url, sizeof w->url, "http://127.0.0.1:%d/bot" TOKEN, port);
	struct got g = ask(w, &q);
	assert_int_equal(g.status, 0);
	assert_string_equal(g.error, "Couldn't connect to server");
	assert_false(g.maybe_taken);
}

/* The peer can't have acted on half a body. */
static void cut_within_the_body(void **state)
{
	struct world *w = *state;
	w->script.deaf = true;
	raw_start(w->loop, serve, &w->script, false);
	struct http_request q = post(w);
	q.len = 64 << 20;
	char *body = calloc(q.len, 1);
	q.body = body;
	struct got g = ask(w, &q);
	free(body);
	assert_int_equal(g.status, 0);
	assert_false(g.maybe_taken);
}

static void deadline(void **state)
{
	struct world *w = *state;
	w->script.hold = true;
	raw_start(w->loop, serve, &w->script, false);
	struct http_request q = post(w);
	q.timeout_ms = 100;
	struct got g = ask(w, &q);
	assert_int_equal(g.status, 0);
	assert_string_equal(g.error, "Timeout was reached");
	assert_true(g.maybe_taken);
}

static void other_protocols(void **state)
{
	static const char *const urls[] = {"ftp://127.0.0.1/" TOKEN, "file:///etc/passwd", "gopher://127.0.0.1/", "http://", ""};
	for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
		struct http_request q = post(*state);
		q.url = urls[i];
		struct got g = ask(*state, &q);
		if (g.status != 0 || g.maybe_taken || !*g.error)
			fail_msg("%s: status %d, '%s'", urls[i], g.status, g.error);
	}
}

static void a_proxy_is_not_for_our_own_machine(void **state)
{
	struct world *w = *state;
	int port, fd = raw_listen(&port);
	char proxy[64];
	(void)close(fd);
	(void)snprintf(proxy, sizeof proxy, "http://127.0.0.1:%d", port); /* nobody there */
	assert_int_equal(setenv("http_proxy", proxy, 1), 0);
	assert_int_equal(unsetenv("no_proxy") | unsetenv("NO_PROXY"), 0);
	struct got g = ask_for(w, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	assert_int_equal(g.status, 200);
	static const char *const outside[] = {"http://soleus.invalid/", "http://127.0.0.1.soleus.invalid/",
		"http://localhost.invalid:80/", "http://127.0.0.1:80@soleus.invalid/", "http://soleus.invalid/?http://127.0.0.1"};
	for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
		struct http_request q = post(w);
		q.url = outside[i];
		g = ask(w, &q);
		if (strcmp(g.error, "Couldn't connect to server") != 0) /* to the proxy */
			fail_msg("%s: status %d, '%s'", outside[i], g.status, g.error);
	}
	assert_int_equal(unsetenv("http_proxy"), 0);
}

static void cancelled(void **state)
{
	struct world *w = *state;
	struct got never = {.loop = w->loop}, g = {.loop = w->loop, .stop_at = 1};
	struct http_request q = post(w);
	http_call_cancel(http_client_send(w->client, &q, on_done, &never));
	w->script.hold = true;
	raw_start(w->loop, serve, &w->script, false);
	g.victim = http_client_send(w->client, &q, on_done, &never);
	q.url = "ftp://127.0.0.1/";
	(void)http_client_send(w->client, &q, on_done, &g);
	loop_run(w->loop);
	assert_int_equal(g.calls, 1);
	assert_int_equal(never.calls, 0);
}

static void ends_with_calls_under_way(void **state)
{
	struct world *w = *state;
	struct got never = {.loop = w->loop}, g = {.loop = w->loop, .stop_at = 1};
	struct http_request q = post(w);
	w->script.hold = true;
	raw_start(w->loop, serve, &w->script, false);
	for (int i = 0; i < 5; i++)
		(void)http_client_send(w->client, &q, on_done, &never);
	q.url = "ftp://127.0.0.1/";
	(void)http_client_send(w->client, &q, on_done, &g);
	loop_run(w->loop);
	http_client_free(w->client);
	w->client = NULL;
	assert_int_equal(never.calls, 0);
}

/* A header that goes on from none: libcurl 7.88 would append it to one of the answer before, freed since, if the handle
 * were used again. The sanitizers and valgrind see it. */
static void folded_header_first(void **state)
{
	struct world *w = *state;
	w->script = (struct script){.listener = w->script.listener, .same_connection = true,
		.answers = {"HTTP/1.1 200 OK\r\nX-Long: a value to remember, of some length\r\nContent-Length: 0\r\n\r\n",
			"HTTP/1.1 200 OK\r\n goes on: from nothing\r\nContent-Length: 0\r\n\r\n"}};
	raw_start(w->loop, serve, &w->script, false);
	struct http_request q = post(w);
	assert_int_equal(ask(w, &q).status, 200);
	assert_int_equal(ask(w, &q).len, 0);
	assert_int_equal(w->script.requests, 2);
}

/* ---- a name server that is dead ---- */

static sem_t resolving, answer_names, answered;

/* libcurl asks this one. It knows no answer about the dead server's names until it is told to give up. */
int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **out)
{
	typedef int lookup(const char *, const char *, const struct addrinfo *, struct addrinfo **);
	if (!name || strcmp(name, "dead-dns.invalid") != 0) {
		union {
			void *object;
			lookup *function;
		} real = {.object = dlsym(RTLD_NEXT, "getaddrinfo")};
		return real.function(name, service, hints, out);
	}
	(void)sem_post(&resolving);
	while (sem_wait(&answer_names) != 0)
		;
	(void)sem_post(&answered);
	return EAI_AGAIN;
}

/* The loop does not stand still meanwhile, neither at the deadline nor at the end. */
static void a_dead_name_server(void **state)
{
	struct world *w = *state;
	assert_int_equal(sem_init(&resolving, 0, 0) | sem_init(&answer_names, 0, 0) | sem_init(&answered, 0, 0), 0);
	struct http_request q = post(w);
	q.url = "http://dead-dns.invalid/" TOKEN;
	q.timeout_ms = 50;
	struct got g = ask(w, &q);
	assert_int_equal(g.status, 0);
	assert_string_equal(g.error, "Timeout was reached");
	assert_false(g.maybe_taken);
	(void)http_client_send(w->client, &q, on_done, &g);
	struct http_request other = {.method = "GET", .url = w->url, .timeout_ms = 20000, .max_response = 10};
	w->script.answers[0] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
	raw_start(w->loop, serve, &w->script, false);
	assert_int_equal(ask(w, &other).status, 200);
	renew_client(w);
	for (int i = 0; i < 2; i++)
		assert_int_equal(sem_wait(&resolving), 0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(sem_post(&answer_names), 0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(sem_wait(&answered), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_world, free_world)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(answers), TEST(too_long), TEST(too_many_headers), TEST(retry_after), TEST(retry_after_a_date),
		TEST(says_what_it_was_told), TEST(keeps_the_connection), TEST(never_repeats_what_may_be_taken),
		TEST(repeats_a_get), TEST(repeats_again_and_again), TEST(a_post_without_body_is_not_repeated), TEST(nobody_there), TEST(cut_within_the_body),
		TEST(deadline), TEST(other_protocols), TEST(a_proxy_is_not_for_our_own_machine), TEST(cancelled),
		TEST(ends_with_calls_under_way), TEST(folded_header_first), TEST(a_dead_name_server),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
