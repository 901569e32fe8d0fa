/* floor_parts.h - floor.yaml as read, for load_floor.c and floor*.c only. */
#ifndef TRIAGE_FLOOR_PARTS_H
#define TRIAGE_FLOOR_PARTS_H

#include "triage/load.h"
#include "triage/tables.h"

enum { FLOOR_LINES_MAX = 512 };

/* Whoever fits is told this urgency at least. */
struct floor_line {
	enum urgency urgency;
	struct guard when;
	const struct yaml *node;
};

struct floor {
	const struct tables *t; /* what is held against it */
	struct tables *own; /* its own names, tips, times and limits; ids are those of `t` */
	struct yaml_file *file;
	struct load load; /* of `own` */
	struct floor_line lines[FLOOR_LINES_MAX];
	size_t n_lines;
	const struct yaml *tips[TRIAGE_MAX_TIPS]; /* by tip, NULL: it has no line */
	small_set advise; /* tips that may be advised when it is urgent */
	struct bits no_tip; /* rules with which no tip is given but first aid */
	struct bits may_wait, may_wait_when_asked; /* rules */
	const struct yaml *root;
	struct arena *arena; /* of the messages */
};

/* Returns 0, or -1 with problems added; *f needs floor_done either way. */
int floor_open(struct floor *f, const struct tables *t, const char *dir, struct problems *problems);
void floor_done(struct floor *f);

/* What may be told besides. The caller frees `list`. */
struct extras {
	struct facts *list;
	size_t n, cap;
};
/* Adds those of whom one of the atoms holds, and who have nothing else. */
void floor_add_atoms(struct extras *e, const struct tables *t, const struct bits *atoms);
/* False where one denies what the other has. */
bool floor_put_together(struct facts *facts, const struct facts *more);

/* The parts of the check. Each adds its problems. */
size_t floor_people(struct floor *f);
void floor_names(struct floor *f);
void floor_care(struct floor *f);
void floor_talk(struct floor *f);

#endif
