/* listener.h - a listening TCP socket on the loop. */
#ifndef NET_LISTENER_H
#define NET_LISTENER_H

struct err;
struct listener;
struct loop;

/* `accepted` is given each new connection, non-blocking and close-on-exec, and takes it. `address` is a number
 * ("127.0.0.1", "::") or a name; port 0: the kernel picks one. Returns a new listener (free with listener_free), or NULL
 * with `err` set. */
struct listener *listener_new(struct loop *l, const char *address, int port, void (*accepted)(void *ctx, int fd),
	void *ctx, struct err *err);
/* NULL is fine; not from within `accepted`. */
void listener_free(struct listener *n);
int listener_port(const struct listener *n);
/* While it pauses the kernel keeps new connections waiting. May be called from within `accepted`. */
void listener_pause(struct listener *n);
void listener_resume(struct listener *n);

#endif
