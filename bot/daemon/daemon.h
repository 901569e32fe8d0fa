/* daemon.h - puts the parts together: store, channel, the way of what comes in, the outbox; and the life of the process:
 * readiness, watchdog, reload (SIGHUP), the end (SIGTERM, SIGINT). */
#ifndef DAEMON_DAEMON_H
#define DAEMON_DAEMON_H

#include "talk/talk.h"

struct config;
struct err;
struct log;

struct daemon_parts {
	const struct config *config;
	const struct log *log;
	struct talk_data data;
	/* Reads rules and wording anew, on another thread: returns 0 with *out set, or -1 when they are refused (and says
	 * why itself); then the old ones stay. */
	int (*reload)(void *ctx, struct talk_data *out);
	/* The new ones are in use from now on: the old ones may go. Not called when the daemon ends before. */
	void (*reloaded)(void *ctx);
	void *ctx;
};

/* Serves until it is told to end. Returns 0, or -1 with `err` set: it could not start, or a channel can't go on. */
int daemon_run(const struct daemon_parts *parts, struct err *err);

#endif
