/* floor.h - what the tables may never fall below: floor.yaml, held against them by `soleus check`. To make anything less
 * safe one must change that file too, which a reviewer sees. */
#ifndef TRIAGE_FLOOR_H
#define TRIAGE_FLOOR_H

#include <stddef.h>

struct problems;
struct tables;

/* Reads `dir`/triage/floor.yaml, where `dir` is the intents folder, and adds a problem for each of its lines that the tables do
 * not keep, and for each red flag that no line keeps. Returns how many people were decided on. */
size_t floor_check(const struct tables *t, const char *dir, struct problems *problems);

#endif
