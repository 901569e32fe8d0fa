/* memory_table.c - adding, finding, sweeping. */
#include "store/memory_table.h"

#include <stdlib.h>
#include <string.h>

#include "util/arena.h"
#include "util/mem.h"

void memory_init(struct memory_table *t)
{
	*t = (struct memory_table){.arena = arena_new()};
}

void memory_done(struct memory_table *t)
{
	arena_free(t->arena);
	free(t->rows);
}

const char *memory_text(struct memory_table *t, const char *text)
{
	return text && text[0] ? arena_strdup(t->arena, text) : "";
}

struct memory_row *memory_add(struct memory_table *t, const struct memory_row *row)
{
	mem_room(t->rows, t->n, t->cap);
	struct memory_row *r = &t->rows[t->n++];
	*r = *row;
	r->key = store_key_copy(&row->key, t->arena);
	r->name = memory_text(t, row->name);
	r->text = memory_text(t, row->text);
	r->txn = memory_text(t, row->txn);
	r->shown = memory_text(t, row->shown);
	return r;
}

void memory_copy(struct memory_table *to, const struct memory_table *from)
{
	memory_init(to);
	to->last_id = from->last_id;
	for (size_t i = 0; i < from->n; i++)
		memory_add(to, &from->rows[i]);
}

void memory_sweep(struct memory_table *t)
{
	size_t kept = 0;

	for (size_t i = 0; i < t->n; i++)
		if (!t->rows[i].gone)
			t->rows[kept++] = t->rows[i];
	t->n = kept;
}

bool memory_same_key(const struct store_key *a, const struct store_key *b)
{
	return strcmp(a->channel, b->channel) == 0 && strcmp(a->room, b->room) == 0 && strcmp(a->thread, b->thread) == 0
		&& strcmp(a->person, b->person) == 0;
}

struct memory_row *memory_find(const struct memory_table *t, enum memory_kind kind, const struct store_key *key,
	const char *name)
{
	for (size_t i = 0; i < t->n; i++) {
		struct memory_row *r = &t->rows[i];
		if (r->kind == kind && !r->gone && memory_same_key(&r->key, key) && (!name || strcmp(r->name, name) == 0))
			return r;
	}
	return NULL;
}

bool memory_room_is_theirs(const struct memory_table *t, const char *channel, const char *room, const char *person)
{
	bool speaks = strcmp(room, person) == 0, others = false;

	for (size_t i = 0; i < t->n; i++) {
		const struct memory_row *r = &t->rows[i];
		if (r->kind != MEMORY_CONVERSATION || strcmp(r->key.channel, channel) != 0 || strcmp(r->key.room, room) != 0)
			continue;
		if (strcmp(r->key.person, person) == 0)
			speaks = true;
		else
			others = true;
	}
	return strcmp(room, person) == 0 || (speaks && !others);
}

bool memory_setting_is_theirs(const struct memory_table *t, const struct memory_row *setting, const char *person)
{
	return strcmp(setting->name, STORE_MANNERS) != 0
		&& memory_room_is_theirs(t, setting->key.channel, setting->key.room, person);
}
