/* wording_floor.h - what may never be said while it is urgent, and what must be. */
#ifndef TALK_WORDING_FLOOR_H
#define TALK_WORDING_FLOOR_H

struct problems;
struct talk_data;

/* Adds a problem for each text of danger that holds a word which responses/LANG/floor.yaml forbids, and for each that lacks what
 * it demands. */
void wording_floor_check(const struct talk_data *d, struct problems *problems);

#endif
