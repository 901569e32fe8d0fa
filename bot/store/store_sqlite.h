/* store_sqlite.h - the store in one SQLite file, for a daemon of its own. */
#ifndef STORE_STORE_SQLITE_H
#define STORE_STORE_SQLITE_H

struct err;
struct store;
struct store_runner;

/* Opens the file, or makes it (mode 0600; the folder must be there), and brings an older one up to date. Returns a new store
 * (store_close), or NULL with `err` set: not there, not ours, damaged, or written by a newer soleus. A file of up to 8 MiB
 * is checked as a whole, a larger one in its small tables (store_verify checks all of it). `runner` is copied; NULL makes
 * every call synchronous. Other programs may open the file at the same time; a call waits up to half a second for them, then
 * fails. A call that failed changes nothing: the next one tries anew, on a new connection if need be. */
struct store *store_sqlite_open(const char *path, const struct store_runner *runner, struct err *err);

#endif
