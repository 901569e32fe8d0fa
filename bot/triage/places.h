/* places.h - numbers to call in a region: places.yaml. */
#ifndef TRIAGE_PLACES_H
#define TRIAGE_PLACES_H

#include <stdbool.h>
#include <stddef.h>

struct tables;

enum { PLACE_MAX_NUMBERS = 4 };

struct place_line {
	const char *name, *number; /* either may be NULL, not both */
};

struct place {
	const char *id; /* "gb"; "unknown" */
	bool confirmed; /* by the operator: a clinic must not start before */
	const char *emergency[PLACE_MAX_NUMBERS]; /* the first one first */
	size_t n_emergency;
	struct place_line urgent; /* cannot wait but no emergency; both NULL where there is none */
	struct place_line crisis[PLACE_MAX_NUMBERS];
	size_t n_crisis;
	const char *source; /* of the emergency numbers: keys of sources.yaml */
	int line; /* in places.yaml, for messages */
};

size_t tables_places(const struct tables *t);
const struct place *place_at(const struct tables *t, size_t i);
/* By id, or NULL. */
const struct place *place_find(const struct tables *t, const char *id);
/* For a region that nobody told. */
const struct place *place_unknown(const struct tables *t);

#endif
