/* locker.c - rows in an array, found through a map; a row that is gone leaves its place when its going is on disk. */
#include "crypto/locker.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/bytes.h"
#include "crypto/vault.h"
#include "util/arena.h"
#include "util/err.h"
#include "util/json.h"
#include "util/mem.h"
#include "util/strmap.h"

enum row_state { CLEAN, CHANGED, WRITING };

struct row {
	char *kind, *id, *name; /* the name is both, for the map and the seal */
	char *text; /* NULL: gone */
	enum row_state state;
};

struct locker {
	const struct vault *vault;
	struct row *rows;
	size_t n, cap;
	struct strmap *at;
	size_t changed;
};

struct locker *locker_new(const struct vault *vault)
{
	struct locker *k = mem_alloc(1, sizeof *k);

	k->vault = vault;
	k->at = strmap_new();
	return k;
}

static void row_done(struct row *r)
{
	free(r->kind);
	free(r->id);
	free(r->name);
	bytes_wipe(r->text);
}

void locker_free(struct locker *k)
{
	if (!k)
		return;
	for (size_t i = 0; i < k->n; i++)
		row_done(&k->rows[i]);
	free(k->rows);
	strmap_free(k->at);
	free(k);
}

static char *name_of(const char *kind, const char *id)
{
	size_t kind_len = strlen(kind), id_len = strlen(id);
	char *name = mem_alloc(kind_len + id_len + 2, 1);

	memcpy(name, kind, kind_len);
	name[kind_len] = ' '; /* no kind has one */
	memcpy(name + kind_len + 1, id, id_len);
	return name;
}

static struct row *find(const struct locker *k, const char *kind, const char *id)
{
	char *name = name_of(kind, id);
	int at = strmap_get(k->at, name, strlen(name), -1);

	free(name);
	return at < 0 ? NULL : &k->rows[at];
}

static struct row *row_for(struct locker *k, const char *kind, const char *id)
{
	struct row *r = find(k, kind, id);

	if (r)
		return r;
	mem_room(k->rows, k->n, k->cap);
	r = &k->rows[k->n];
	*r = (struct row){.kind = mem_strdup(kind), .id = mem_strdup(id), .name = name_of(kind, id)};
	strmap_set(k->at, r->name, strlen(r->name), (int)k->n++);
	return r;
}

int locker_load(struct locker *k, const struct locker_row *row, struct err *err)
{
	char *name = name_of(row->kind, row->id), *text;
	size_t len;

	text = vault_open(k->vault, name, row->value, &len, err);
	free(name);
	if (!text)
		return -1;
	row_for(k, row->kind, row->id)->text = text;
	return 0;
}

const char *locker_get(const struct locker *k, const char *kind, const char *id)
{
	const struct row *r = find(k, kind, id);

	return r ? r->text : NULL;
}

cJSON *locker_json(const struct locker *k, const char *kind, const char *id)
{
	const char *text = locker_get(k, kind, id);

	return text ? json_parse(text, strlen(text), NULL) : NULL;
}

static void change(struct locker *k, struct row *r, const char *text)
{
	char *copy = text ? mem_strdup(text) : NULL;

	bytes_wipe(r->text);
	r->text = copy;
	k->changed += r->state != CHANGED;
	r->state = CHANGED;
}

void locker_put(struct locker *k, const char *kind, const char *id, const char *text)
{
	struct row *r = row_for(k, kind, id);

	if (!r->text || strcmp(r->text, text) != 0)
		change(k, r, text);
}

void locker_put_json(struct locker *k, const char *kind, const char *id, cJSON *tree)
{
	char *text = json_print(tree);

	cJSON_Delete(tree);
	locker_put(k, kind, id, text);
	bytes_wipe(text);
}

void locker_drop(struct locker *k, const char *kind, const char *id)
{
	struct row *r = find(k, kind, id);

	if (r && r->text)
		change(k, r, NULL);
}

size_t locker_count(const struct locker *k, const char *kind)
{
	size_t n = 0;

	for (size_t i = 0; i < k->n; i++)
		n += k->rows[i].text && !strcmp(k->rows[i].kind, kind);
	return n;
}

void locker_each(struct locker *k, const char *kind, void (*each)(void *ctx, const char *id, const char *text), void *ctx)
{
	locker_each_of(k, kind, "", each, ctx);
}

void locker_each_of(struct locker *k, const char *kind, const char *prefix,
	void (*each)(void *ctx, const char *id, const char *text), void *ctx)
{
	size_t len = strlen(prefix);

	for (size_t i = 0; i < k->n; i++)
		if (k->rows[i].text && !strcmp(k->rows[i].kind, kind) && !strncmp(k->rows[i].id, prefix, len)) {
			char *copy = mem_strdup(k->rows[i].text); /* it may change its own row */

			each(ctx, k->rows[i].id, copy);
			bytes_wipe(copy);
		}
}

/* A hundredth at once, as counting takes its time. */
void locker_bound(struct locker *k, const char *kind, size_t most)
{
	size_t n = locker_count(k, kind), over = n < most ? 0 : n - most + most / 100 + 1;

	for (size_t i = 0; i < k->n && over; i++)
		if (k->rows[i].text && !strcmp(k->rows[i].kind, kind)) {
			change(k, &k->rows[i], NULL);
			over--;
		}
}

/* ---- writing ---- */

bool locker_changed(const struct locker *k)
{
	return k->changed > 0;
}

static void seal_row(const struct locker *k, const struct row *r, struct arena *arena, struct locker_row *out)
{
	char *sealed = r->text ? vault_seal(k->vault, r->name, r->text, strlen(r->text)) : NULL;

	*out = (struct locker_row){arena_strdup(arena, r->kind), arena_strdup(arena, r->id),
		sealed ? arena_strdup(arena, sealed) : ""};
	free(sealed);
}

size_t locker_changes(struct locker *k, size_t limit, struct arena *arena, struct locker_row **out)
{
	size_t n = 0;

	limit = limit < k->changed ? limit : k->changed;
	*out = arena_alloc(arena, limit + 1, sizeof **out);
	for (size_t i = 0; i < k->n && n < limit; i++)
		if (k->rows[i].state == CHANGED) {
			seal_row(k, &k->rows[i], arena, &(*out)[n++]);
			k->rows[i].state = WRITING;
			k->changed--;
		}
	return n;
}

/* The map can't forget a name, so it is made anew once half of what it holds is gone. */
static void sweep(struct locker *k)
{
	size_t n = 0;

	strmap_free(k->at);
	k->at = strmap_new();
	for (size_t i = 0; i < k->n; i++) {
		if (!k->rows[i].text && k->rows[i].state == CLEAN) {
			row_done(&k->rows[i]);
			continue;
		}
		k->rows[n] = k->rows[i];
		strmap_set(k->at, k->rows[n].name, strlen(k->rows[n].name), (int)n);
		n++;
	}
	k->n = n;
}

void locker_written(struct locker *k, bool ok)
{
	size_t gone = 0;

	for (size_t i = 0; i < k->n; i++) {
		struct row *r = &k->rows[i];

		if (r->state == WRITING) {
			r->state = ok ? CLEAN : CHANGED;
			k->changed += !ok;
		}
		gone += !r->text && r->state == CLEAN;
	}
	if (gone > 64 && gone > k->n / 2)
		sweep(k);
}
