/* probe.h - what must hold of every talk, whatever the data say: run by `soleus check` and by the tests, so that an
 * edit of the tables can't break it unseen. Each adds a problem for whatever does not hold and returns how many cases
 * it tried. */
#ifndef TALK_PROBE_H
#define TALK_PROBE_H

#include <stddef.h>

struct problems;
struct talk_data;

/* For every rule of urgent or emergency: a person who has exactly its findings and nothing else begins with `opening`
 * (NULL: tells that it hurts), answers truthfully and ends at the urgency of all of it. All but what the tables name as
 * unreached. */
size_t probe_rules(const struct talk_data *d, const char *opening, struct problems *problems);
/* In `walks` talks of taps at random: one more danger sign, told at any time, never lowers the urgency. */
size_t probe_signs(const struct talk_data *d, unsigned walks, struct problems *problems);
/* ... and none ends with home care while a danger that applies was not asked, nor below what the tables say of all that
 * is known; all keep within the limits, reply with one to three messages, and are the same when the state is saved and
 * loaded between any two turns. */
size_t probe_walks(const struct talk_data *d, unsigned walks, struct problems *problems);

#endif
