/* probe_person.h - a talk with somebody who taps answers: truthfully, or at random; for probe*.c only. */
#ifndef TALK_PROBE_PERSON_H
#define TALK_PROBE_PERSON_H

#include <stdbool.h>
#include <stdint.h>

#include "talk/talk.h"

enum { MOST_TURNS = 40 };

struct probe {
	const struct talk_data *d;
	struct talk_state s;
	struct talk_out out; /* of the last turn */
	struct arena *arena;
	struct problems *problems;
};

void probe_begin(struct probe *k, const struct talk_data *d, struct problems *problems);
void probe_end(struct probe *k);
void probe_step(struct probe *k, const struct talk_in *in);

/* The same numbers on every machine. */
struct dice {
	uint64_t seed;
};
unsigned dice_below(struct dice *d, unsigned n);

/* Picks from what the last turn offered. False when nothing was. */
bool person_truthful(
	const struct talk_data *d, const struct talk_state *s, const struct facts *truth, struct talk_in *in);
bool person_random(const struct talk_out *out, struct dice *dice, struct talk_in *in);

#endif
