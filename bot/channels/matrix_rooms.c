/* matrix_rooms.c - rooms by their ids. */
#include "channels/matrix_rooms.h"

#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

enum { MAX_ID = 256, MAX_TYPE = 64 };

struct matrix_rooms {
	struct matrix_room **list; /* what others hold must not move */
	size_t n, cap;
	bool told;
};

struct matrix_rooms *matrix_rooms_new(void)
{
	return mem_alloc(1, sizeof(struct matrix_rooms));
}

static void forget_people(struct matrix_room *room)
{
	for (size_t i = 0; i < room->people; i++)
		free(room->list[i].user);
	room->people = 0;
}

static void room_free(struct matrix_room *room)
{
	forget_people(room);
	free(room->list);
	free((char *)room->id);
	free(room->moved_to);
	free(room->moved_by);
	free(room->predecessor);
	free(room->made_by);
	free(room->made_for);
	free(room);
}

void matrix_rooms_free(struct matrix_rooms *rooms)
{
	if (!rooms)
		return;
	for (size_t i = 0; i < rooms->n; i++)
		room_free(rooms->list[i]);
	free(rooms->list);
	free(rooms);
}

struct matrix_room *matrix_rooms_find(const struct matrix_rooms *rooms, const char *id)
{
	for (size_t i = 0; i < rooms->n; i++)
		if (!strcmp(rooms->list[i]->id, id))
			return rooms->list[i];
	return NULL;
}

struct matrix_room *matrix_rooms_add(struct matrix_rooms *rooms, const char *id)
{
	struct matrix_room *room = matrix_rooms_find(rooms, id);

	if (room)
		return room;
	room = mem_alloc(1, sizeof *room);
	room->id = mem_strdup(id);
	mem_room(rooms->list, rooms->n, rooms->cap);
	return rooms->list[rooms->n++] = room;
}

void matrix_rooms_remove(struct matrix_rooms *rooms, const char *id)
{
	for (size_t i = 0; i < rooms->n; i++)
		if (!strcmp(rooms->list[i]->id, id)) {
			room_free(rooms->list[i]);
			rooms->list[i] = rooms->list[--rooms->n];
			return;
		}
}

void matrix_rooms_tell(struct matrix_rooms *rooms)
{
	rooms->told = true;
}

bool matrix_rooms_told(const struct matrix_rooms *rooms)
{
	return rooms->told;
}

struct matrix_room *matrix_rooms_at(const struct matrix_rooms *rooms, size_t i)
{
	return i < rooms->n ? rooms->list[i] : NULL;
}

static bool word_at(struct json_span object, const char *key, char *out, size_t size)
{
	struct json_span value;

	return json_in_member(object, key, &value) && json_in_word(value, out, size);
}

static void put(char **text, const char *now)
{
	free(*text);
	*text = mem_strdup(now);
}

static void learn_encryption(struct matrix_room *room, struct json_span content)
{
	struct json_span value;

	room->encrypted = true;
	room->rotation_messages = room->rotation_ms = 0;
	if (json_in_member(content, "rotation_period_msgs", &value))
		(void)json_in_whole(value, &room->rotation_messages);
	if (json_in_member(content, "rotation_period_ms", &value))
		(void)json_in_whole(value, &room->rotation_ms);
}

/* Who is called may read what was said, so they count as being there. */
static void learn_member(struct matrix_room *room, struct json_span event, const char *membership)
{
	bool invited = !strcmp(membership, "invite");
	char user[MAX_ID];

	if ((!invited && strcmp(membership, "join") != 0) || !word_at(event, "state_key", user, sizeof user))
		return;
	mem_room(room->list, room->people, room->cap);
	room->list[room->people++] = (struct matrix_reader){mem_strdup(user), invited};
}

static void learn_origin(struct matrix_room *room, struct json_span event, struct json_span content)
{
	struct json_span before;
	char word[MAX_ID];

	if (json_in_member(content, "predecessor", &before) && word_at(before, "room_id", word, sizeof word))
		put(&room->predecessor, word);
	if (word_at(event, "sender", word, sizeof word))
		put(&room->made_by, word);
	if (word_at(content, MATRIX_MADE_FOR, word, sizeof word))
		put(&room->made_for, word);
}

static void learn_event(struct matrix_room *room, struct json_span event)
{
	char type[MAX_TYPE], word[MAX_ID], by[MAX_ID];
	struct json_span content;

	if (!word_at(event, "type", type, sizeof type) || !json_in_member(event, "content", &content))
		return;
	if (!strcmp(type, "m.room.encryption"))
		learn_encryption(room, content);
	else if (!strcmp(type, "m.room.member") && word_at(content, "membership", word, sizeof word))
		learn_member(room, event, word);
	else if (!strcmp(type, "m.room.history_visibility") && word_at(content, "history_visibility", word, sizeof word))
		room->invited_read = strcmp(word, "joined") != 0;
	else if (!strcmp(type, "m.room.tombstone") && word_at(content, "replacement_room", word, sizeof word) &&
		*word && word_at(event, "sender", by, sizeof by)) {
		put(&room->moved_to, word);
		put(&room->moved_by, by);
	} else if (!strcmp(type, "m.room.create")) {
		learn_origin(room, event, content);
	}
}

void matrix_room_learn(struct matrix_room *room, struct json_span state)
{
	struct json_span event;
	size_t at = 0;

	forget_people(room);
	room->invited_read = true;
	while (json_in_element(state, &at, &event))
		learn_event(room, event);
	room->known = true;
}

const char **matrix_room_readers(const struct matrix_room *room, size_t *out_n)
{
	const char **users = mem_alloc(room->people + 1, sizeof *users);

	*out_n = 0;
	for (size_t i = 0; i < room->people; i++)
		if (!room->list[i].invited || room->invited_read)
			users[(*out_n)++] = room->list[i].user;
	return users;
}

bool matrix_room_is_direct(const struct matrix_room *room)
{
	return room && room->known && room->people <= 2;
}
