/* idle.h - what stands in the tables and never does anything. For checks of the data. */
#ifndef TRIAGE_IDLE_H
#define TRIAGE_IDLE_H

struct problems;
struct tables;

/* Adds a problem for each question that nothing asks and for each rule in whose place another one always fires. */
void idle_check(const struct tables *t, struct problems *problems);

#endif
