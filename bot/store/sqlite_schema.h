/* sqlite_schema.h - the tables, and how an older file comes to have them. */
#ifndef STORE_SQLITE_SCHEMA_H
#define STORE_SQLITE_SCHEMA_H

#include <stddef.h>

struct db;
struct err;

/* schema_steps[i] leads from version i to version i + 1; version 0 is an empty file. Steps are never changed once released:
 * what is wrong is mended by a further one. */
extern const char *const schema_steps[];
extern const size_t schema_n_steps;

/* Refuses what is not ours, and what a newer program than one with `n` steps has written. Only reads. */
int schema_check(struct db *db, size_t n, struct err *err);
/* Brings the file to version `n` in as many transactions as steps are missing: one that fails leaves the version before it,
 * whole. After schema_check. */
int schema_upgrade(struct db *db, const char *const *steps, size_t n, struct err *err);

#endif
