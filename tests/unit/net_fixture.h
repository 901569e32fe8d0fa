/* net_fixture.h - a loop with a peer on a thread of its own that speaks plain bytes over TCP: what a well-behaved library
 * would not send. */
#ifndef NET_FIXTURE_H
#define NET_FIXTURE_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "net/loop.h"

enum { RAW_PATIENCE_S = 20 }; /* a broken test ends instead of hanging */

static inline void raw_options(int fd)
{
	int on = 1;
	struct timeval patience = {.tv_sec = RAW_PATIENCE_S};
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

static inline struct sockaddr_in raw_address(int port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

/* A port of the kernel's choice. */
static inline int raw_listen(int *out_port)
{
	struct sockaddr_in a = raw_address(0);
	socklen_t len = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, len) != 0 || listen(fd, 16) != 0 ||
		getsockname(fd, (struct sockaddr *)&a, &len) != 0)
		abort();
	raw_options(fd); /* accept waits no longer either */
	*out_port = ntohs(a.sin_port);
	return fd;
}

static inline int raw_accept(int listener)
{
	int fd = accept(listener, NULL, NULL);
	if (fd >= 0)
		raw_options(fd);
	return fd;
}

static inline int raw_connect(int port)
{
	struct sockaddr_in a = raw_address(port);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		abort();
	raw_options(fd);
	if (connect(fd, (struct sockaddr *)&a, sizeof a) != 0)
		abort();
	return fd;
}

static inline bool raw_send(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);
		if (n <= 0)
			return false;
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

static inline bool raw_say(int fd, const char *text)
{
	return raw_send(fd, text, strlen(text));
}

/* Until the other side closes, or `out` (NUL-ended) is full. */
static inline void raw_read_all(int fd, char *out, size_t size)
{
	size_t len = 0;
	ssize_t n;
	while (len + 1 < size && (n = recv(fd, out + len, size - 1 - len, 0)) > 0)
		len += (size_t)n;
	out[len] = '\0';
}

/* One request with its body; false when the connection ends before. */
static inline bool raw_read_request(int fd, char *out, size_t size)
{
	size_t len = 0;
	out[0] = '\0';
	for (;;) {
		const char *end = strstr(out, "\r\n\r\n"), *length = strcasestr(out, "\r\ncontent-length:");
		if (end && len >= (size_t)(end + 4 - out) + (length ? strtoul(length + 17, NULL, 10) : 0))
			return true;
		ssize_t n = len + 1 < size ? recv(fd, out + len, size - 1 - len, 0) : -1;
		if (n <= 0)
			return false;
		len += (size_t)n;
		out[len] = '\0';
	}
}

/* Runs `peer` on a thread and the loop until it is done. */
struct raw_peer {
	struct loop *loop;
	void (*run)(void *arg);
	void *arg;
	bool stop; /* the loop when it is done */
};

static inline void raw_peer_work(void *arg)
{
	struct raw_peer *p = arg;
	p->run(p->arg);
}

static inline void raw_peer_done(void *arg)
{
	struct raw_peer *p = arg;
	if (p->stop)
		loop_stop(p->loop);
	free(p);
}

static inline void raw_start(struct loop *l, void (*run)(void *arg), void *arg, bool stop)
{
	struct raw_peer *p = malloc(sizeof *p);
	if (!p)
		abort();
	*p = (struct raw_peer){.loop = l, .run = run, .arg = arg, .stop = stop};
	loop_work(l, raw_peer_work, raw_peer_done, p);
}

#endif
