/* mapped.h - a small file in memory: what is written there stays when the process ends, however it ends. */
#ifndef DAEMON_MAPPED_H
#define DAEMON_MAPPED_H

#include <stddef.h>

struct err;

/* Opens or makes the file (mode 0600) and maps its first `size` bytes, zeroed where it was shorter. NULL with `err` set. */
void *mapped_open(const char *path, size_t size, struct err *err);
/* NULL is fine. */
void mapped_close(void *at, size_t size);

#endif
