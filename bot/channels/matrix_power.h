/* matrix_power.h - what the state of a room lets people do in it. Pure. */
#ifndef CHANNELS_MATRIX_POWER_H
#define CHANNELS_MATRIX_POWER_H

#include <stdbool.h>

#include "channels/json_in.h"

/* Whether somebody who is in the room may change its settings: has the level that state events take by default. `state` is
 * the whole state, a JSON array of events. What can't be read gives nobody any power. */
bool matrix_may_set(struct json_span state, const char *person);

#endif
