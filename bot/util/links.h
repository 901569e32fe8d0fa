/* links.h - things in a list that each can leave by itself, in the order in which they came.
 *
 * A link is the first member of its thing, so that a pointer to the one is a pointer to the other. The list owns nothing:
 * a thing leaves before it is freed. */
#ifndef UTIL_LINKS_H
#define UTIL_LINKS_H

#include <stddef.h>

struct link {
	struct links *among; /* NULL: in no list */
	struct link *next, **at; /* the pointer that points to it */
};

struct links {
	struct link *first, **end;
	size_t n;
};

/* An empty list, which stays where it is from now on. */
void links_init(struct links *l);
/* Behind all others. It is in no list yet. */
void links_add(struct links *l, struct link *link);
/* Nothing happens where it is in no list. */
void links_remove(struct link *link);
/* Calls `leave`, which removes it, for each that is there now, the first one first; not for those that come meanwhile. */
void links_drain(struct links *l, void (*leave)(struct link *link));

#endif
