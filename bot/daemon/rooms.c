/* rooms.c - rows of the outbox in memory. */
#include "daemon/rooms.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "store/store.h"
#include "util/mem.h"

struct rooms {
	void *ctx;
	void *tree, *ids; /* (search.h) of struct room and of int64_t */
	struct room *line, **line_end, *aside;
	size_t waiting;
};

/* ---- trees ---- */

static int compare_ids(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int compare_rooms(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

bool rooms_knows(const struct rooms *r, int64_t id)
{
	return tfind(&id, &r->ids, compare_ids) != NULL;
}

void rooms_know(struct rooms *r, int64_t id)
{
	int64_t *copy = mem_alloc(1, sizeof *copy);

	*copy = id;
	if (!tsearch(copy, &r->ids, compare_ids))
		abort();
}

void rooms_unknow(struct rooms *r, int64_t id)
{
	int64_t **found = tfind(&id, &r->ids, compare_ids), *copy;

	if (!found)
		return;
	copy = *found;
	(void)tdelete(copy, &r->ids, compare_ids);
	free(copy);
}

static struct room *room_get(struct rooms *r, const char *name)
{
	struct room **found = tfind(&name, &r->tree, compare_rooms), *room;

	if (found)
		return *found;
	room = mem_alloc(1, sizeof *room);
	room->name = mem_strdup(name);
	room->rooms = r;
	if (!tsearch(room, &r->tree, compare_rooms))
		abort();
	return room;
}

void *room_owner(const struct room *room)
{
	return room->rooms->ctx;
}

/* ---- rows ---- */

void row_free(struct row *row)
{
	if (!row)
		return;
	free(row->thread);
	free(row->person);
	free(row->kind);
	free(row->body);
	free(row->txn);
	free(row);
}

static struct row *row_copy(const struct store_out *from)
{
	struct row *row = mem_alloc(1, sizeof *row);

	*row = (struct row){.id = from->id, .not_before_ms = from->not_before_ms, .created_ms = from->created_ms,
		.attempts = from->attempts};
	row->thread = mem_strdup(from->key.thread);
	row->person = mem_strdup(from->key.person);
	row->kind = mem_strdup(from->kind);
	row->body = mem_strdup(from->body);
	row->txn = mem_strdup(from->txn);
	return row;
}

struct row *room_take(struct room *room)
{
	struct row *row = room->first;

	room->first = row->next;
	row->next = NULL;
	room->rooms->waiting--;
	return row;
}

void room_put_back(struct room *room, struct row *row)
{
	row->next = room->first;
	room->first = row;
	room->rooms->waiting++;
}

void room_forget(struct room *room)
{
	while (room->first) {
		struct row *row = room_take(room);

		rooms_unknow(room->rooms, row->id);
		row_free(row);
	}
}

size_t rooms_waiting(const struct rooms *r)
{
	return r->waiting;
}

/* ---- the line, and those aside ---- */

static void stand_in_line(struct room *room)
{
	struct rooms *r = room->rooms;

	room->state = ROOM_IN_LINE;
	room->next = NULL;
	*r->line_end = room;
	r->line_end = &room->next;
}

bool rooms_in_line(const struct rooms *r)
{
	return r->line != NULL;
}

struct room *rooms_next(struct rooms *r)
{
	struct room *room = r->line;

	r->line = room->next;
	if (!r->line)
		r->line_end = &r->line;
	room->state = ROOM_IDLE;
	return room;
}

void room_wait(struct room *room, int64_t until_ms)
{
	room->state = ROOM_WAITING;
	room->wait_until_ms = until_ms;
	room->next = room->rooms->aside;
	room->rooms->aside = room;
}

void rooms_wake(struct rooms *r, int64_t now_ms)
{
	struct room *all = r->aside, *next;

	r->aside = NULL;
	for (; all; all = next) {
		next = all->next;
		if (all->wait_until_ms > now_ms) {
			room_wait(all, all->wait_until_ms);
			continue;
		}
		all->state = ROOM_IDLE;
		room_settle(all);
	}
}

int64_t rooms_wake_at(const struct rooms *r, int64_t at_ms)
{
	for (const struct room *room = r->aside; room; room = room->next)
		at_ms = room->wait_until_ms < at_ms ? room->wait_until_ms : at_ms;
	return at_ms;
}

void room_settle(struct room *room)
{
	struct rooms *r = room->rooms;

	if (room->state != ROOM_IDLE || room->under_way)
		return;
	if (room->first) {
		stand_in_line(room);
		return;
	}
	if (room->sent_in_minute) /* its pace must be remembered */
		return;
	(void)tdelete(room, &r->tree, compare_rooms);
	free(room->name);
	free(room);
}

void rooms_put(struct rooms *r, const struct store_out *row)
{
	struct room *room = room_get(r, row->key.room);
	struct row **at = &room->first, *copy = row_copy(row);

	while (*at && (*at)->id < copy->id)
		at = &(*at)->next;
	copy->next = *at;
	*at = copy;
	rooms_know(r, copy->id);
	r->waiting++;
	room_settle(room);
}

static void forget_room(const void *node, VISIT which, void *unused)
{
	(void)unused;
	if (which == postorder || which == leaf)
		room_forget(*(struct room *const *)node);
}

void rooms_forget(struct rooms *r)
{
	twalk_r(r->tree, forget_room, NULL);
}

/* ---- life ---- */

struct rooms *rooms_new(void *ctx)
{
	struct rooms *r = mem_alloc(1, sizeof *r);

	r->ctx = ctx;
	r->line_end = &r->line;
	return r;
}

static void room_free(void *node)
{
	struct room *room = node;

	room_forget(room);
	row_free(room->under_way);
	free(room->name);
	free(room);
}

void rooms_free(struct rooms *r)
{
	if (!r)
		return;
	tdestroy(r->tree, room_free);
	tdestroy(r->ids, free);
	free(r);
}
