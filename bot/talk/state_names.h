/* state_names.h - what the parts of a state are called in its JSON; for state.c and state_load.c only. */
#ifndef TALK_STATE_NAMES_H
#define TALK_STATE_NAMES_H

/* By number of the enums of state.h. */
enum { STAGE_NAMES = 3, OPEN_NAMES = 7, CRISIS_NAMES = 4, SIDE_NAMES = 3 };
extern const char *const stage_names[], *const open_names[], *const crisis_names[], *const side_names[];

#endif
