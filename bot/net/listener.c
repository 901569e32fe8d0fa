/* listener.c - accepts until there is nothing more, and steps back when descriptors run out. */
#include "net/listener.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <uv.h>

#include "net/loop.h"
#include "util/err.h"
#include "util/mem.h"

enum {
	BACKLOG = 512, /* connections that may wait in the kernel; it has a ceiling of its own */
	ACCEPT_AT_ONCE = 64, /* then the loop's other guests have their turn */
	OUT_OF_FILES_MS = 200, /* until accept is tried again after EMFILE */
};

struct listener {
	uv_poll_t poll;
	struct timer *again;
	void (*accepted)(void *ctx, int fd);
	void *ctx;
	int fd, port;
	bool paused;
};

static void on_ready(uv_poll_t *poll, int status, int events);

static void watch(struct listener *n)
{
	(void)uv_poll_start(&n->poll, UV_READABLE, on_ready); /* fails only when the descriptor is watched twice */
}

static void on_again(void *ctx)
{
	struct listener *n = ctx;
	if (!n->paused)
		watch(n);
}

/* A connection that is waiting would wake the loop again and again. */
static void step_back(struct listener *n)
{
	(void)uv_poll_stop(&n->poll); /* never fails */
	timer_start(n->again, OUT_OF_FILES_MS);
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
	struct listener *n = poll->data;
	(void)status, (void)events;
	for (int i = 0; i < ACCEPT_AT_ONCE && !n->paused; i++) {
		int fd = accept4(n->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd >= 0) {
			int on = 1;
			(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); /* slower without, no worse */
			n->accepted(n->ctx, fd);
		} else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
			step_back(n);
			return;
		} else if (errno == EAGAIN) {
			return;
		} /* else that connection died while it waited */
	}
}

static int try_address(const struct addrinfo *a)
{
	int on = 1;
	int fd = socket(a->ai_family, a->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, a->ai_protocol);
	if (fd < 0)
		return -1;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on); /* else a restart may have to wait */
	if (bind(fd, a->ai_addr, a->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	int why = errno;
	(void)close(fd); /* nothing was written */
	errno = why;
	return -1;
}

static int open_socket(const char *address, int port, struct err *err)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV}, *list = NULL;
	char service[16];
	if (port < 0 || port > UINT16_MAX) /* getaddrinfo would take another */
		return err_set(err, "there is no port %d", port);
	(void)snprintf(service, sizeof service, "%d", port); /* fits */
	int failed = getaddrinfo(address, service, &hints, &list);
	if (failed)
		return err_set(err, "cannot listen on %s: %s", address, gai_strerror(failed));
	int fd = -1;
	for (const struct addrinfo *a = list; a && fd < 0; a = a->ai_next)
		fd = try_address(a);
	if (fd < 0)
		err_set(err, "cannot listen on %s port %d: %s", address, port, strerror(errno));
	freeaddrinfo(list);
	return fd;
}

static int real_port(int fd)
{
	struct sockaddr_storage a = {0};
	socklen_t len = sizeof a;
	if (getsockname(fd, (struct sockaddr *)&a, &len) != 0)
		return 0;
	return ntohs(a.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&a)->sin6_port
					     : ((struct sockaddr_in *)&a)->sin_port);
}

struct listener *listener_new(struct loop *l, const char *address, int port, void (*accepted)(void *ctx, int fd),
	void *ctx, struct err *err)
{
	int fd = open_socket(address, port, err);
	if (fd < 0)
		return NULL;
	struct listener *n = mem_alloc(1, sizeof *n);
	*n = (struct listener){.accepted = accepted, .ctx = ctx, .fd = fd, .port = real_port(fd)};
	if (uv_poll_init_socket(loop_uv(l), &n->poll, fd) != 0) {
		err_set(err, "cannot listen on %s: the kernel's limit of watched sockets is reached", address);
		(void)close(fd); /* nothing was written */
		free(n);
		return NULL;
	}
	n->poll.data = n;
	n->again = timer_new(l, on_again, n);
	watch(n);
	return n;
}

static void on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

void listener_free(struct listener *n)
{
	if (!n)
		return;
	timer_free(n->again);
	uv_close((uv_handle_t *)&n->poll, on_closed);
	(void)close(n->fd); /* nothing was written; libuv has let go of it already */
}

int listener_port(const struct listener *n)
{
	return n->port;
}

void listener_pause(struct listener *n)
{
	n->paused = true;
	(void)uv_poll_stop(&n->poll); /* never fails */
}

void listener_resume(struct listener *n)
{
	if (!n->paused)
		return;
	n->paused = false;
	watch(n);
}
