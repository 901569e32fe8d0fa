/* names.h - ids and their numbers: the first added is 0, the next 1. */
#ifndef RULES_NAMES_H
#define RULES_NAMES_H

#include <stddef.h>

struct arena;
struct names;

struct names *names_new(void);
/* A copy for reading only, whole in the arena and freed with it. */
struct names *names_copy(const struct names *n, struct arena *arena);
/* NULL is fine. */
void names_free(struct names *n);
/* Copies `id`. Returns its new number, or -1 when it is there already. */
int names_add(struct names *n, const char *id);
size_t names_count(const struct names *n);
/* -1 when unknown. */
int names_number(const struct names *n, const char *id);
/* NULL when out of range. Borrows until names_free. */
const char *names_id(const struct names *n, int number);
/* The nearest id for an error text, or NULL. */
const char *names_near(const struct names *n, const char *id);

#endif
