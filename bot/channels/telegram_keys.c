/* telegram_keys.c - buttons. */
#include "channels/telegram_keys.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "channels/channel.h"
#include "channels/units.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/json_out.h"

/* What fits side by side on a narrow phone, in all labels of a row, and for each beside its own. */
enum { ROW_UNITS = 30, MARGIN_UNITS = 2, ROW_MOST = 5 };

#define MARK_OFF "\xe2\x98\x90 " /* an empty box */
#define MARK_ON "\xe2\x9c\x85 " /* a box with its tick */
#define SIGN_DONE "\xe2\x9e\xa1\xef\xb8\x8f" /* an arrow to the right */

/* ---- what a button carries ---- */

static bool is_kind(char c)
{
	return c == TELEGRAM_PICK || c == TELEGRAM_TICK || c == TELEGRAM_UNTICK || c == TELEGRAM_DONE;
}

bool telegram_press_read(const char *data, struct arena *arena, struct telegram_press *out)
{
	char *end;

	if (!is_kind(data[0]) || !isdigit((unsigned char)data[1]) || strlen(data) > TELEGRAM_MAX_DATA)
		return false;
	unsigned long turn = strtoul(data + 1, &end, 10);
	if (*end != '.' || turn > 0xffffffffUL)
		return false;
	const char *choice = end + 1, *at = strrchr(choice, '@');
	size_t len = at ? (size_t)(at - choice) : strlen(choice);
	if (!len != (data[0] == TELEGRAM_DONE))
		return false;
	*out = (struct telegram_press){
		.kind = (enum telegram_press_kind)data[0],
		.turn = (unsigned)turn,
		.choice = arena_strndup(arena, choice, len),
		.person = arena_strdup(arena, at ? at + 1 : ""),
	};
	return true;
}

/* NULL when it is too long for Telegram. */
static const char *data_of(const struct outgoing *o, enum telegram_press_kind kind, const char *choice,
	struct arena *arena)
{
	bool shared = o->room[0] == '-' && o->person[0];
	const char *data = arena_printf(arena, "%c%u.%s%s%s", kind, o->turn, choice, shared ? "@" : "",
		shared ? o->person : "");

	return strlen(data) <= TELEGRAM_MAX_DATA && !strchr(choice, '@') ? data : NULL;
}

/* ---- laying out ---- */

static bool add_choice(const struct outgoing *o, const struct channel_choice *choice, struct arena *arena,
	struct telegram_keys *out)
{
	bool ticks = o->many && !choice->alone;
	const char *data = data_of(o, ticks ? TELEGRAM_TICK : TELEGRAM_PICK, choice->id, arena);
	const char *label = choice->label[0] ? choice->label : choice->id;

	if (!data || !choice->id[0] || out->n == TELEGRAM_MAX_KEYS)
		return false;
	out->list[out->n++] = (struct telegram_key){
		.text = ticks ? arena_printf(arena, MARK_OFF "%s", label) : arena_strdup(arena, label),
		.data = data,
	};
	return true;
}

static bool add_done(const struct outgoing *o, struct arena *arena, struct telegram_keys *out)
{
	const char *data = data_of(o, TELEGRAM_DONE, "", arena);
	bool named = o->done_label && o->done_label[0];

	if (!data)
		return false;
	out->list[out->n++] = (struct telegram_key){
		.text = arena_strdup(arena, named ? o->done_label : SIGN_DONE), .data = data, .ends_row = true};
	return true;
}

/* The lines to tick come first, whatever the order, then what stands alone, then the button that sends. */
static bool add_all(const struct outgoing *o, struct arena *arena, struct telegram_keys *out)
{
	bool any_ticks = false;

	for (int alone = 0; alone < 2; alone++) {
		for (size_t i = 0; i < o->n_choices; i++) {
			bool ticks = o->many && !o->choices[i].alone;

			if (ticks == !alone && !add_choice(o, &o->choices[i], arena, out))
				return false;
			any_ticks |= ticks;
		}
		if (out->n)
			out->list[out->n - 1].ends_row = true;
	}
	return !any_ticks || add_done(o, arena, out);
}

/* How many keys from `first` on, but at most `most`, go into one row: all are as wide as the widest of them. */
static size_t row_from(const struct telegram_keys *keys, size_t first, size_t most)
{
	size_t widest = 0, n = 0;

	while (n < most) {
		const char *text = keys->list[first + n].text;
		size_t width = units_count(text, strlen(text)) + MARGIN_UNITS;

		widest = width > widest ? width : widest;
		if (n && widest * (n + 1) > ROW_UNITS)
			break;
		n++;
	}
	return n;
}

/* Keys up to one that ends its row belong together. Six become two rows of three, not one of five and a lonely one. */
static void break_rows(struct telegram_keys *keys)
{
	for (size_t from = 0, to; from < keys->n; from = to) {
		for (to = from + 1; to < keys->n && !keys->list[to - 1].ends_row; to++)
			;
		size_t rows = (to - from + ROW_MOST - 1) / ROW_MOST, even = (to - from + rows - 1) / rows;

		for (size_t at = from; at < to;) {
			at += row_from(keys, at, even < to - at ? even : to - at);
			keys->list[at - 1].ends_row = true;
		}
	}
}

bool telegram_keys_lay(const struct outgoing *o, const char *url, struct arena *arena, struct telegram_keys *out)
{
	*out = (struct telegram_keys){.list = arena_alloc(arena, o->n_choices + 2, sizeof *out->list)};
	bool fits = add_all(o, arena, out);

	if (!fits)
		out->n = 0;
	break_rows(out);
	if (url)
		out->list[out->n++] = (struct telegram_key){
			.text = arena_strdup(arena, o->link_label[0] ? o->link_label : url),
			.url = arena_strdup(arena, url),
			.ends_row = true,
		};
	return fits;
}

/* ---- a message's buttons, as Telegram shows them ---- */

static void read_row(const cJSON *row, struct arena *arena, struct telegram_keys *out)
{
	const cJSON *key;

	cJSON_ArrayForEach(key, row) {
		const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(key, "text"));
		const char *data = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(key, "callback_data"));
		const char *url = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(key, "url"));

		if (!text || (!data && !url) || out->n == TELEGRAM_MAX_KEYS)
			continue;
		out->list[out->n++] = (struct telegram_key){
			.text = arena_strdup(arena, text),
			.data = data ? arena_strdup(arena, data) : NULL,
			.url = data ? NULL : arena_strdup(arena, url),
			.ends_row = !key->next,
		};
	}
}

void telegram_keys_read(const struct cJSON *reply_markup, struct arena *arena, struct telegram_keys *out)
{
	const cJSON *row;

	*out = (struct telegram_keys){.n = 0};
	const cJSON *rows = cJSON_GetObjectItemCaseSensitive(reply_markup, "inline_keyboard");
	if (!cJSON_IsArray(rows))
		return;
	out->list = arena_alloc(arena, TELEGRAM_MAX_KEYS, sizeof *out->list);
	cJSON_ArrayForEach(row, rows)
		read_row(row, arena, out);
}

static const char *without_mark(const char *text)
{
	static const char *const marks[] = {MARK_OFF, MARK_ON};

	for (size_t i = 0; i < 2; i++)
		if (!strncmp(text, marks[i], strlen(marks[i])))
			return text + strlen(marks[i]);
	return text;
}

/* What a line to tick stands for, or NULL for any other button. */
static const char *line_of(const struct telegram_key *key, struct arena *arena)
{
	struct telegram_press press;

	if (!key->data || !telegram_press_read(key->data, arena, &press))
		return NULL;
	return press.kind == TELEGRAM_TICK || press.kind == TELEGRAM_UNTICK ? press.choice : NULL;
}

bool telegram_keys_tick(struct telegram_keys *keys, struct arena *arena, const char *choice, bool on)
{
	for (size_t i = 0; i < keys->n; i++) {
		struct telegram_key *key = &keys->list[i];
		const char *line = line_of(key, arena);

		if (!line || strcmp(line, choice) != 0)
			continue;
		key->data = arena_printf(arena, "%c%s", on ? TELEGRAM_UNTICK : TELEGRAM_TICK, key->data + 1);
		key->text = arena_printf(arena, "%s%s", on ? MARK_ON : MARK_OFF, without_mark(key->text));
		return true;
	}
	return false;
}

size_t telegram_keys_ticked(const struct telegram_keys *keys, struct arena *arena, const char **out, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < keys->n && n < max; i++) {
		const char *line = line_of(&keys->list[i], arena);

		if (line && keys->list[i].data[0] == TELEGRAM_UNTICK)
			out[n++] = line;
	}
	return n;
}

static void print_key(const struct telegram_key *key, struct buf *out)
{
	buf_addc(out, '{');
	json_out_text(out, "text", key->text);
	json_out_text(out, key->data ? "callback_data" : "url", key->data ? key->data : key->url);
	buf_addc(out, '}');
}

void telegram_keys_print(const struct telegram_keys *keys, struct buf *out)
{
	bool opens = true;

	buf_adds(out, "{\"inline_keyboard\":[");
	for (size_t i = 0; i < keys->n; i++) {
		buf_adds(out, opens ? (i ? ",[" : "[") : ",");
		print_key(&keys->list[i], out);
		opens = keys->list[i].ends_row || i + 1 == keys->n;
		if (opens)
			buf_addc(out, ']');
	}
	buf_adds(out, "]}");
}
