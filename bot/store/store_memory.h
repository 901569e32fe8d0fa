/* store_memory.h - the store in memory: for tests, and for what need not outlive the process. Every commit copies all that
 * there is, so it is for little. */
#ifndef STORE_STORE_MEMORY_H
#define STORE_STORE_MEMORY_H

struct store;
struct store_runner;

/* Returns a new store (store_close). `runner` as for store_sqlite_open. */
struct store *store_memory_open(const struct store_runner *runner);

#endif
