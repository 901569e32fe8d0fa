/* curl_loop.c - libcurl's sockets are watched by uv_poll, its timer is a uv_timer.
 *
 * Between two requests libcurl takes its hands off a connection that it keeps. Telling the kernel each time would cost
 * more system calls than the request itself, so the watching of our own connections goes on until something happens
 * there, and ends at the latest when the socket is closed, which libcurl leaves to us. */
#include "net/curl_loop.h"

#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <uv.h>

#include "net/loop.h"
#include "util/mem.h"

struct watch {
	uv_poll_t poll;
	struct curl_loop *owner;
	curl_socket_t fd;
	int events; /* watched for now: of UV_READABLE and UV_WRITABLE */
	bool ours; /* opened by open_socket, so that close_socket will hear of its end */
	bool wanted; /* libcurl waits for it */
};

struct curl_loop {
	uv_loop_t *uv;
	uv_timer_t timer;
	CURLM *multi;
	size_t n_in; /* transfers in the multi handle */
	bool acting; /* libcurl has the word: it must not be called */
	bool ended; /* something did while it was added: to be told in the next turn */
	curl_loop_finished finished;
	void *ctx;
	struct watch **by_fd;
	size_t n_fds;
};

static void free_data(uv_handle_t *handle)
{
	free(handle->data);
}

/* What ended goes out one by one; `finished` may add and remove others. */
static void reap(struct curl_loop *c)
{
	CURLMsg *msg;
	int left;
	c->ended = false;
	while ((msg = curl_multi_info_read(c->multi, &left))) {
		if (msg->msg != CURLMSG_DONE)
			continue;
		CURL *easy = msg->easy_handle;
		CURLcode result = msg->data.result; /* msg is gone after the removal */
		curl_loop_remove(c, easy);
		c->finished(c->ctx, easy, result);
	}
}

/* How many transfers still run. */
static size_t let_act(struct curl_loop *c, curl_socket_t fd, int flags)
{
	int running = 0;
	c->acting = true;
	(void)curl_multi_socket_action(c->multi, fd, flags, &running); /* fails only for a bad handle */
	c->acting = false;
	return (size_t)running;
}

static void act(struct curl_loop *c, curl_socket_t fd, int flags)
{
	(void)let_act(c, fd, flags);
	reap(c);
}

static void on_timer(uv_timer_t *timer)
{
	act(timer->data, CURL_SOCKET_TIMEOUT, 0);
}

static int on_timer_wish(CURLM *multi, long delay_ms, void *user)
{
	struct curl_loop *c = user;
	(void)multi;
	if (c->ended)
		delay_ms = 0;
	if (delay_ms < 0)
		(void)uv_timer_stop(&c->timer); /* never fails */
	else
		(void)uv_timer_start(&c->timer, on_timer, (uint64_t)delay_ms, 0); /* nor does this, with a callback */
	return 0;
}

static struct watch *find_watch(const struct curl_loop *c, curl_socket_t fd)
{
	return (size_t)fd < c->n_fds ? c->by_fd[fd] : NULL;
}

static struct watch *add_watch(struct curl_loop *c, curl_socket_t fd, bool ours)
{
	struct watch *w = mem_alloc(1, sizeof *w);
	if (uv_poll_init_socket(c->uv, &w->poll, fd) != 0) { /* the kernel's limit on watched sockets */
		free(w);
		return NULL;
	}
	w->poll.data = w;
	w->owner = c;
	w->fd = fd;
	w->ours = ours;
	size_t had = c->n_fds;
	if ((size_t)fd >= had) {
		c->n_fds = (size_t)fd + 16;
		c->by_fd = mem_grow(c->by_fd, c->n_fds, sizeof(struct watch *));
		for (size_t i = had; i < c->n_fds; i++)
			c->by_fd[i] = NULL;
	}
	return c->by_fd[fd] = w;
}

static void drop_watch(struct watch *w)
{
	w->owner->by_fd[w->fd] = NULL;
	uv_close((uv_handle_t *)&w->poll, free_data);
}

static void stop_watching(struct watch *w)
{
	w->events = 0;
	(void)uv_poll_stop(&w->poll); /* never fails */
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
	struct watch *w = poll->data;
	int flags = 0;
	if (!w->wanted) { /* closed by the other side, most likely: libcurl looks before it uses it again */
		stop_watching(w);
		return;
	}
	if (events & UV_READABLE)
		flags |= CURL_CSELECT_IN;
	if (events & UV_WRITABLE)
		flags |= CURL_CSELECT_OUT;
	if (status < 0) { /* let it read the reason: told of an error alone, it does not repeat what it could */
		flags = CURL_CSELECT_IN | CURL_CSELECT_OUT;
		w->events = 0; /* libuv has stopped it */
	}
	act(w->owner, w->fd, flags);
}

static void watch_for(struct watch *w, int events)
{
	w->wanted = true;
	if (w->events != events && uv_poll_start(&w->poll, events, on_ready) == 0)
		w->events = events;
}

/* A socket that is writable most of the time may not stay watched for that. */
static void leave(struct watch *w)
{
	w->wanted = false;
	if (!w->ours)
		drop_watch(w);
	else if (w->events & UV_WRITABLE)
		stop_watching(w);
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *user, void *socket_user)
{
	struct curl_loop *c = user;
	struct watch *w = find_watch(c, fd);
	(void)easy;
	(void)socket_user;
	if (what == CURL_POLL_REMOVE) {
		if (w)
			leave(w);
		return 0;
	}
	if (!w)
		w = add_watch(c, fd, false);
	if (!w)
		return -1;
	watch_for(w, (what & CURL_POLL_IN ? UV_READABLE : 0) | (what & CURL_POLL_OUT ? UV_WRITABLE : 0));
	return 0;
}

static curl_socket_t open_socket(void *user, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct curl_loop *c = user;
	(void)purpose;
	curl_socket_t fd = socket(address->family, address->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, address->protocol);
	if (fd < 0)
		return CURL_SOCKET_BAD;
	struct watch *stale = find_watch(c, fd);
	if (stale)
		drop_watch(stale);
	if (!add_watch(c, fd, true)) {
		(void)close(fd); /* nothing was written */
		return CURL_SOCKET_BAD;
	}
	return fd;
}

static int close_socket(void *user, curl_socket_t fd)
{
	struct watch *w = find_watch(user, fd);
	if (w)
		drop_watch(w);
	return close(fd);
}

struct curl_loop *curl_loop_new(struct loop *l, curl_loop_finished finished, void *ctx)
{
	struct curl_loop *c = mem_alloc(1, sizeof *c);
	*c = (struct curl_loop){.uv = loop_uv(l), .multi = curl_multi_init(), .finished = finished, .ctx = ctx};
	if (!c->multi)
		abort(); /* out of memory */
	(void)uv_timer_init(c->uv, &c->timer); /* never fails */
	c->timer.data = c;
	(void)curl_multi_setopt(c->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	(void)curl_multi_setopt(c->multi, CURLMOPT_SOCKETDATA, c);
	(void)curl_multi_setopt(c->multi, CURLMOPT_TIMERFUNCTION, on_timer_wish);
	(void)curl_multi_setopt(c->multi, CURLMOPT_TIMERDATA, c);
	return c;
}

void curl_loop_free(struct curl_loop *c)
{
	if (!c)
		return;
	(void)curl_multi_cleanup(c->multi); /* closes what is kept; fails only for a bad handle */
	for (size_t i = 0; i < c->n_fds; i++) {
		if (c->by_fd[i])
			drop_watch(c->by_fd[i]);
	}
	free(c->by_fd);
	uv_close((uv_handle_t *)&c->timer, free_data);
}

CURLM *curl_loop_multi(struct curl_loop *c)
{
	return c->multi;
}

void curl_loop_prepare(struct curl_loop *c, CURL *easy)
{
	(void)curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	(void)curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, c);
	(void)curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
	(void)curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, c);
}

/* A request goes out before whatever else the caller has to do in this turn of the loop. */
void curl_loop_add(struct curl_loop *c, CURL *easy)
{
	if (curl_multi_add_handle(c->multi, easy) != CURLM_OK)
		abort(); /* out of memory: the handle is ours and not in yet */
	c->n_in++;
	if (c->acting || let_act(c, CURL_SOCKET_TIMEOUT, 0) == c->n_in)
		return;
	c->ended = true;
	(void)uv_timer_start(&c->timer, on_timer, 0, 0); /* never fails, with a callback */
}

void curl_loop_remove(struct curl_loop *c, CURL *easy)
{
	(void)curl_multi_remove_handle(c->multi, easy); /* fails only for a bad handle */
	c->n_in--;
}
