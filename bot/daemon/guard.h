/* guard.h - keeps one bad message from killing the daemon for ever. The id of what is being worked stands in a small
 * mapped file, which outlives the process however it ends; what was being worked several times when it ended is not
 * worked again. */
#ifndef DAEMON_GUARD_H
#define DAEMON_GUARD_H

#include <stdbool.h>

struct err;
struct guard;

enum { GUARD_MAX_DEATHS = 3 };

/* Opens or makes the file. NULL with `err` set when that can't be. */
struct guard *guard_open(const char *path, struct err *err);
/* NULL is fine. */
void guard_close(struct guard *g);

/* Notes that `event` is being worked. False when it has ended the process GUARD_MAX_DEATHS times: then leave it. */
bool guard_enter(struct guard *g, const char *event);
void guard_leave(struct guard *g);

#endif
