/* judged.h - a decision as JSON, the same for every command that prints one. */
#ifndef CLI_JUDGED_H
#define CLI_JUDGED_H

#include <cjson/cJSON.h>

struct decision;
struct tables;

/* Adds "conditions", "urgency" and "why" to `out`. */
void judged_json(cJSON *out, const struct tables *t, const struct decision *d);

#endif
