/* store_memory.c - answers from the rows in memory. A batch is written into a copy, which takes the place of the rows when
 * all of it went well. */
#include "store/store_memory.h"

#include <stdlib.h>
#include <string.h>

#include "store/export.h"
#include "store/memory_table.h"
#include "util/arena.h"
#include "util/json.h"
#include "util/mem.h"

enum { DAY_MS = 24 * 60 * 60 * 1000 };

struct memory_home {
	struct store_home home;
	struct memory_table table;
};

static struct memory_table *table_of(struct store_home *h)
{
	return &((struct memory_home *)h)->table;
}

static int load(struct store_home *h, const struct store_ask *ask, struct store_answer *got)
{
	const struct memory_table *t = table_of(h);
	const struct store_key channel = {ask->channel, "", "", ""};

	got->conversations = arena_alloc(got->arena, ask->n_keys, sizeof *got->conversations);
	got->seen = arena_alloc(got->arena, ask->n_events, sizeof *got->seen);
	for (size_t i = 0; i < ask->n_keys; i++) {
		const struct memory_row *r = memory_find(t, MEMORY_CONVERSATION, &ask->keys[i], NULL);
		got->conversations[i] = (struct store_conversation){.shown = ""};
		if (r)
			got->conversations[i] = (struct store_conversation){arena_strdup(got->arena, r->text), r->version,
				arena_strdup(got->arena, r->shown)};
	}
	for (size_t i = 0; i < ask->n_events; i++)
		got->seen[i] = memory_find(t, MEMORY_SEEN, &channel, ask->events[i]) != NULL;
	return 0;
}

static int text_of(const struct memory_row *r, struct store_answer *got)
{
	got->text = r ? arena_strdup(got->arena, r->text) : "";
	return 0;
}

static int cursor(struct store_home *h, const struct store_ask *ask, struct store_answer *got)
{
	return text_of(memory_find(table_of(h), MEMORY_CURSOR, &(struct store_key){ask->channel, "", "", ""}, NULL), got);
}

static int setting(struct store_home *h, const struct store_ask *ask, struct store_answer *got)
{
	return text_of(
		memory_find(table_of(h), MEMORY_SETTING, &(struct store_key){ask->channel, ask->room, "", ""}, ask->name), got);
}

static int settings(struct store_home *h, const struct store_ask *ask, struct store_answer *got)
{
	const struct memory_table *t = table_of(h);
	cJSON *found = cJSON_CreateObject();
	char *text;

	for (size_t i = 0; i < t->n; i++) {
		const struct memory_row *r = &t->rows[i];
		if (r->kind == MEMORY_SETTING && !strcmp(r->key.channel, ask->channel) && !strcmp(r->name, ask->name))
			cJSON_AddStringToObject(found, r->key.room, r->text);
	}
	text = json_print(found);
	got->text = arena_strdup(got->arena, text);
	free(text);
	cJSON_Delete(found);
	return 0;
}

static int by_kind_and_id(const void *a, const void *b)
{
	const struct store_kept *one = a, *other = b;
	int order = strcmp(one->kind, other->kind);

	return order ? order : strcmp(one->id, other->id);
}

static int kept(struct store_home *h, const struct store_ask *ask, struct store_answer *got)
{
	const struct memory_table *t = table_of(h);

	got->kept = arena_alloc(got->arena, t->n + 1, sizeof *got->kept);
	for (size_t i = 0; i < t->n; i++) {
		const struct memory_row *r = &t->rows[i];

		if (r->kind == MEMORY_KEPT && strcmp(r->key.channel, ask->channel) == 0 &&
			(!ask->room[0] || strcmp(r->key.room, ask->room) == 0) &&
			(!ask->name[0] || strcmp(r->name, ask->name) == 0))
			got->kept[got->n_rows++] = (struct store_kept){arena_strdup(got->arena, r->key.room),
				arena_strdup(got->arena, r->name), arena_strdup(got->arena, r->text)};
	}
	qsort(got->kept, got->n_rows, sizeof *got->kept, by_kind_and_id);
	return 0;
}

static void copy_row(const struct memory_row *r, struct arena *arena, struct store_out *out)
{
	*out = (struct store_out){.id = r->id, .key = store_key_copy(&r->key, arena), .kind = arena_strdup(arena, r->name),
		.body = arena_strdup(arena, r->text), .txn = arena_strdup(arena, r->txn), .not_before_ms = r->at_ms,
		.created_ms = r->created_ms, .attempts = r->attempts};
}

static bool is_waiting(const struct memory_row *r, const struct store_ask *ask)
{
	return r->kind == MEMORY_OUT && strcmp(r->key.channel, ask->channel) == 0;
}

static int due(struct store_home *h, const struct store_ask *ask, struct store_answer *got)
{
	const struct memory_table *t = table_of(h);

	got->rows = arena_alloc(got->arena, ask->limit, sizeof *got->rows);
	for (size_t i = 0; i < t->n && !got->more; i++) {
		const struct memory_row *r = &t->rows[i];
		if (!is_waiting(r, ask) || r->id <= ask->after || (r->waits == 2 && r->at_ms > ask->now_ms))
			continue;
		got->more = got->n_rows == ask->limit;
		if (!got->more)
			copy_row(r, got->arena, &got->rows[got->n_rows++]);
	}
	return 0;
}

static int next_due(struct store_home *h, const struct store_ask *ask, struct store_answer *got)
{
	const struct memory_table *t = table_of(h);
	const struct memory_row *next = NULL;

	for (size_t i = 0; i < t->n; i++) {
		const struct memory_row *r = &t->rows[i];
		if (is_waiting(r, ask) && r->waits > 0 && r->at_ms > ask->now_ms && (!next || r->at_ms < next->at_ms))
			next = r;
	}
	got->text = next ? arena_printf(got->arena, "%lld", (long long)next->at_ms) : "";
	return 0;
}

static void export_row(struct export *e, const struct memory_row *r, struct arena *arena)
{
	struct store_out row;

	switch (r->kind) {
	case MEMORY_CONVERSATION:
		export_conversation(e, &r->key, &(struct store_conversation){r->text, r->version, r->shown}, r->at_ms);
		break;
	case MEMORY_SETTING:
		export_setting(e, r->key.room, r->name, r->text);
		break;
	case MEMORY_OUT:
		copy_row(r, arena, &row);
		export_waiting(e, &row);
		break;
	default:
		break;
	}
}

static int export(struct store_home *h, const struct store_ask *ask, struct store_answer *got)
{
	const struct memory_table *t = table_of(h);
	struct export *e = export_new(ask->channel, ask->name);

	for (size_t i = 0; i < t->n; i++) {
		const struct memory_row *r = &t->rows[i];
		if (strcmp(r->key.channel, ask->channel) == 0
			&& (r->kind == MEMORY_SETTING ? memory_setting_is_theirs(t, r, ask->name)
						      : strcmp(r->key.person, ask->name) == 0))
			export_row(e, r, got->arena);
	}
	got->text = export_text(e, got->arena);
	export_free(e);
	return 0;
}

static bool is_over(const struct memory_row *r, int64_t now_ms)
{
	switch (r->kind) {
	case MEMORY_CONVERSATION:
	case MEMORY_SEEN:
		return r->at_ms <= now_ms;
	case MEMORY_FAILED:
		return r->at_ms <= now_ms - (int64_t)STORE_FAILED_DAYS * DAY_MS;
	default:
		return false;
	}
}

static void expire_row(struct memory_table *t, struct memory_row *over)
{
	over->gone = true;
	for (size_t i = 0; i < t->n && over->kind == MEMORY_CONVERSATION; i++) {
		struct memory_row *r = &t->rows[i];
		r->gone |= r->kind == MEMORY_OUT && strcmp(r->name, STORE_CHECK_IN) == 0 && memory_same_key(&r->key, &over->key);
	}
}

static struct memory_row *oldest_over(const struct memory_table *t, enum memory_kind kind, int64_t now_ms)
{
	struct memory_row *oldest = NULL;

	for (size_t i = 0; i < t->n; i++) {
		struct memory_row *r = &t->rows[i];
		if (r->kind == kind && !r->gone && is_over(r, now_ms) && (!oldest || r->at_ms < oldest->at_ms))
			oldest = r;
	}
	return oldest;
}

static int expire(struct store_home *h, const struct store_ask *ask, struct store_answer *got)
{
	static const enum memory_kind kinds[] = {MEMORY_CONVERSATION, MEMORY_SEEN, MEMORY_FAILED};
	struct memory_table *t = table_of(h);

	got->text = "";
	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
		struct memory_row *r = oldest_over(t, kinds[k], ask->now_ms);
		for (size_t n = 0; r && n < ask->limit; n++, r = oldest_over(t, kinds[k], ask->now_ms))
			expire_row(t, r);
		if (r)
			got->text = "more";
	}
	memory_sweep(t);
	return 0;
}

static int verify(struct store_home *h, const struct store_ask *ask, struct store_answer *got)
{
	(void)h;
	(void)ask;
	got->text = "";
	return 0;
}

struct writing {
	struct memory_table copy;
	struct store_answer *got;
};

static int write_step(void *ctx, const struct store_step *s)
{
	struct writing *w = ctx;

	return memory_step(&w->copy, s, w->got);
}

static void commit(struct store_home *h, struct store_batch *const *batches, struct store_answer *const *got, size_t n)
{
	struct memory_table *t = table_of(h);

	for (size_t i = 0; i < n; i++) {
		struct writing w = {.got = got[i]};
		memory_copy(&w.copy, t);
		got[i]->failed = batch_in_order(batches[i], write_step, &w) != 0;
		struct memory_table unwanted = got[i]->failed ? w.copy : *t;
		if (!got[i]->failed) {
			memory_sweep(&w.copy);
			*t = w.copy;
		}
		memory_done(&unwanted);
	}
}

static void close_home(struct store_home *h)
{
	memory_done(table_of(h));
	free(h);
}

static const struct store_home_ops memory_ops = {
	.ask = {
		[ASK_LOAD] = load,
		[ASK_CURSOR] = cursor,
		[ASK_SETTING] = setting,
		[ASK_SETTINGS] = settings,
		[ASK_KEPT] = kept,
		[ASK_DUE] = due,
		[ASK_NEXT_DUE] = next_due,
		[ASK_EXPORT] = export,
		[ASK_EXPIRE] = expire,
		[ASK_VERIFY] = verify,
	},
	.commit = commit,
	.close = close_home,
};

struct store *store_memory_open(const struct store_runner *runner)
{
	struct memory_home *h = mem_alloc(1, sizeof *h);

	h->home.ops = &memory_ops;
	memory_init(&h->table);
	return store_new(&h->home, runner);
}
