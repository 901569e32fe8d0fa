/* takes.c - what came in and waits to be worked. */
#include "daemon/takes.h"

#include <stdlib.h>
#include <string.h>

#include "store/store.h"
#include "util/arena.h"
#include "util/mem.h"

static const char *copy(struct arena *a, const char *s)
{
	return arena_strdup(a, s ? s : "");
}

static struct incoming incoming_copy(struct arena *a, const struct incoming *in)
{
	struct incoming out = *in;

	out.event = copy(a, in->event);
	out.room = copy(a, in->room);
	out.thread = copy(a, in->thread);
	out.person = copy(a, in->person);
	out.text = in->text ? arena_strndup(a, in->text, in->len ? in->len : strlen(in->text)) : "";
	out.args = copy(a, in->args);
	out.language = copy(a, in->language);
	out.reply_ref = copy(a, in->reply_ref);
	out.shown_ref = copy(a, in->shown_ref);
	for (size_t i = 0; i < in->n_picked; i++)
		out.picked[i] = copy(a, in->picked[i]);
	return out;
}

static struct take *new_take(channel_saved_cb saved, void *ctx)
{
	struct take *t = mem_alloc(1, sizeof *t);

	t->arena = arena_new();
	t->saved = saved;
	t->ctx = ctx;
	return t;
}

struct take *take_new(const struct incoming *list, size_t n, const char *cursor, channel_saved_cb saved, void *ctx)
{
	struct take *t = new_take(saved, ctx);

	t->list = arena_alloc(t->arena, n + 1, sizeof *t->list);
	for (; t->n < n; t->n++)
		t->list[t->n] = incoming_copy(t->arena, &list[t->n]);
	t->cursor = cursor ? copy(t->arena, cursor) : NULL;
	return t;
}

struct take *take_new_row(const struct store_out *row, channel_saved_cb saved, void *ctx)
{
	struct take *t = new_take(saved, ctx);
	struct store_out *r = arena_alloc(t->arena, 1, sizeof *r);

	*r = *row;
	r->key = (struct store_key){row->key.channel, copy(t->arena, row->key.room), copy(t->arena, row->key.thread),
		copy(t->arena, row->key.person)};
	r->kind = copy(t->arena, row->kind);
	r->body = copy(t->arena, row->body);
	r->txn = "";
	t->row = r;
	return t;
}

void take_opened(struct take *t, const struct channel_private *how)
{
	struct channel_private *own = arena_alloc(t->arena, 1, sizeof *own);

	*own = *how;
	own->room = how->room ? copy(t->arena, how->room) : NULL;
	own->link = copy(t->arena, how->link);
	t->opened = own;
}

void take_end(struct take *t, bool saved)
{
	if (t->saved)
		t->saved(t->ctx, saved);
	arena_free(t->arena);
	free(t);
}

size_t take_weight(const struct take *t)
{
	return t->row ? 1 : t->n;
}

void take_apply_edits(struct take *t)
{
	for (size_t i = 0; i < t->n; i++)
		for (size_t k = 0; t->list[i].kind == INCOMING_EDIT && k < i; k++)
			if (t->list[k].kind == INCOMING_TEXT && strcmp(t->list[k].room, t->list[i].room) == 0 &&
				strcmp(t->list[k].person, t->list[i].person) == 0 &&
				strcmp(t->list[k].reply_ref, t->list[i].reply_ref) == 0) {
				t->list[k].text = t->list[i].text;
				t->list[k].len = t->list[i].len;
			}
}

void takes_init(struct takes *q)
{
	q->first = NULL;
	q->end = &q->first;
}

void takes_add(struct takes *q, struct take *t)
{
	t->next = NULL;
	*q->end = t;
	q->end = &t->next;
}

struct take *takes_remove(struct takes *q)
{
	struct take *t = q->first;

	q->first = t->next;
	if (!q->first)
		q->end = &q->first;
	return t;
}

void takes_end(struct takes *q, bool saved)
{
	while (q->first)
		take_end(takes_remove(q), saved);
}
