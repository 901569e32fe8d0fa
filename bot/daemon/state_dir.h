/* state_dir.h - the folder that everything durable lives in: ours alone, and one daemon's at a time. */
#ifndef DAEMON_STATE_DIR_H
#define DAEMON_STATE_DIR_H

#include <sys/types.h>

struct err;
struct state_lock;

/* Makes the folder with what leads to it, for nobody else to read, where it is missing. Returns 0, or -1 with `err` set:
 * it can't be made, is no folder, or others may write to it. */
int state_dir_make(const char *dir, struct err *err);

/* The folder is the caller's until state_lock_free or the end of the process, however it ends. Returns a new lock, or
 * NULL with `err` set, naming the process that has it. */
struct state_lock *state_lock_new(const char *dir, struct err *err);
/* NULL is fine. */
void state_lock_free(struct state_lock *l);
/* 1 when a process has the folder, with its number in *out_pid (0 where it can't be told), 0 when none has it, -1 with
 * `err` set when that can't be told. Takes nothing, so that it disturbs nobody. */
int state_lock_held(const char *dir, pid_t *out_pid, struct err *err);

#endif
