/* matrix_rooms.h - what is known of the rooms that we are in. Asked for anew after each start, and whenever somebody
 * came or went: who reads along must be right, and a room that was once encrypted stays so. */
#ifndef CHANNELS_MATRIX_ROOMS_H
#define CHANNELS_MATRIX_ROOMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "channels/json_in.h"

struct matrix_reader {
	char *user;
	bool invited; /* not there yet */
};

/* The member of m.room.create that says whom we made a room for: known again after any crash. */
#define MATRIX_MADE_FOR "org.soleus.person"

struct matrix_room {
	const char *id;
	bool known; /* the rest was told, and nothing has changed since */
	bool encrypted;
	int64_t rotation_messages, rotation_ms; /* of the keys of an encrypted room; 0: the defaults */
	size_t people; /* that are there or were called, we among them */
	struct matrix_reader *list; /* those people */
	size_t cap;
	bool invited_read; /* who is called may read what is said before they come */
	int64_t deaf_until_ms; /* what was said before is history, by the clock of whoever said it */
	char *moved_to; /* the room that takes its place; NULL: none */
	char *moved_by; /* who closed it */
	char *predecessor; /* the room that it takes the place of; NULL: none */
	char *made_by, *made_for; /* who made it, and for whom, if it was for one person; else NULL */
};

struct matrix_rooms;

struct matrix_rooms *matrix_rooms_new(void);
/* NULL is fine. */
void matrix_rooms_free(struct matrix_rooms *rooms);
/* NULL when we are not there, as far as is known. */
struct matrix_room *matrix_rooms_find(const struct matrix_rooms *rooms, const char *id);
/* The one that is there, or a new one. */
struct matrix_room *matrix_rooms_add(struct matrix_rooms *rooms, const char *id);
void matrix_rooms_remove(struct matrix_rooms *rooms, const char *id);
/* Takes over what the whole state of the room, a JSON array of events, tells. */
void matrix_room_learn(struct matrix_room *room, struct json_span state);
/* Those who may read what is said there now: borrowed until the room is learnt anew, in a new list (free). */
const char **matrix_room_readers(const struct matrix_room *room, size_t *out_n);
/* Does nobody but one person read along? What is not known is not so. */
bool matrix_room_is_direct(const struct matrix_room *room);
/* All that we are in are there: what is not there is no room of ours. */
void matrix_rooms_tell(struct matrix_rooms *rooms);
bool matrix_rooms_told(const struct matrix_rooms *rooms);
/* One of all; NULL at the end. */
struct matrix_room *matrix_rooms_at(const struct matrix_rooms *rooms, size_t i);

#endif
