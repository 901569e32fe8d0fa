/* matrix_say.c - what is to be said as contents of m.room.message. */
#include "channels/matrix_say.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "channels/channel.h"
#include "channels/matrix_markup.h"
#include "channels/matrix_parse.h"
#include "channels/units.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/json.h"
#include "util/json_out.h"

enum { MAX_CONTENT = 128 << 10 };

struct part {
	const char *text;
	size_t len;
	bool first, last;
};

static void put_made(struct buf *out, const char *key, void (*make)(const char *, size_t, struct buf *),
	const struct part *p)
{
	struct buf made;

	buf_init(&made, MAX_CONTENT);
	make(p->text, p->len, &made);
	json_out_key(out, key);
	json_out_string(out, buf_str(&made), made.len);
	buf_done(&made);
}

/* Nobody is named by accident: the member is there in any case. */
static void put_mentions(struct buf *out, const char *person)
{
	json_out_key(out, "m.mentions");
	buf_addc(out, '{');
	if (*person) {
		buf_adds(out, "\"user_ids\":[");
		json_out_string(out, person, strlen(person));
		buf_addc(out, ']');
	}
	buf_addc(out, '}');
}

static void put_answered(struct buf *out, const char *event)
{
	json_out_key(out, "m.in_reply_to");
	buf_addc(out, '{');
	json_out_text(out, "event_id", event);
	buf_addc(out, '}');
}

/* In a thread every message names one before it, for clients that know no threads. */
static void put_relation(struct buf *out, const char *thread, const char *reply)
{
	if (!*thread && !*reply)
		return;
	json_out_key(out, "m.relates_to");
	buf_addc(out, '{');
	if (*thread) {
		json_out_text(out, "rel_type", "m.thread");
		json_out_text(out, "event_id", thread);
		json_out_raw(out, "is_falling_back", "true");
	}
	put_answered(out, *reply ? reply : thread);
	buf_addc(out, '}');
}

/* For who answers with a reaction: there are no buttons. */
static void put_choices(struct buf *out, const struct outgoing *o)
{
	json_out_key(out, MATRIX_CHOICES);
	buf_addf(out, "{\"turn\":%u,\"ids\":[", o->turn);
	for (size_t i = 0; i < o->n_choices; i++) {
		if (i)
			buf_addc(out, ',');
		json_out_string(out, o->choices[i].id, strlen(o->choices[i].id));
	}
	buf_adds(out, "]}");
}

static const char *content(const struct outgoing *o, bool shared, const struct part *p, struct arena *arena)
{
	struct buf out;
	const char *text;

	buf_init(&out, MAX_CONTENT);
	buf_addc(&out, '{');
	json_out_text(&out, "msgtype", shared ? "m.notice" : "m.text");
	put_made(&out, "body", matrix_markup_plain, p);
	json_out_text(&out, "format", "org.matrix.custom.html");
	put_made(&out, "formatted_body", matrix_markup_html, p);
	put_mentions(&out, shared && p->first ? o->person : "");
	put_relation(&out, o->thread, p->first ? o->reply_ref : "");
	if (p->last && o->n_choices)
		put_choices(&out, o);
	buf_addc(&out, '}');
	text = arena_strdup(arena, buf_str(&out));
	buf_done(&out);
	return text;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\n';
}

/* The part that begins at *at, without blanks around it. */
static bool next_part(const char *text, size_t len, size_t *at, struct part *out)
{
	size_t from, to;

	while (*at < len && is_blank(text[*at]))
		++*at;
	if (*at == len)
		return false;
	from = *at;
	to = *at += units_cut(text + from, len - from, MATRIX_MAX_PART);
	while (is_blank(text[to - 1]))
		to--;
	while (*at < len && is_blank(text[*at]))
		++*at;
	*out = (struct part){text + from, to - from, false, *at == len};
	return true;
}

/* A link has no button: it is a line of its own. */
static const char *whole_text(const struct outgoing *o, struct arena *arena)
{
	return o->link && *o->link ? arena_printf(arena, "%s\n\n%s: %s", o->text, o->link_label, o->link) : o->text;
}

size_t matrix_say(const struct outgoing *o, bool shared, struct arena *arena, struct channel_request **out)
{
	const char *text = whole_text(o, arena);
	size_t len = strlen(text), at = 0, n = 0;
	struct part p;

	*out = arena_alloc(arena, len / (MATRIX_MAX_PART / 2) + 2, sizeof **out);
	while (next_part(text, len, &at, &p)) {
		p.first = !n;
		(*out)[n++] = (struct channel_request){o->harmless ? MATRIX_TELL : MATRIX_SAY,
			content(o, shared, &p, arena)};
	}
	return n;
}

static char *without(const char *body, const char *first, const char *second)
{
	cJSON *tree = json_parse(body, strlen(body), NULL);
	char *text = NULL;

	if (cJSON_HasObjectItem(tree, first)) {
		cJSON_DeleteItemFromObjectCaseSensitive(tree, first);
		cJSON_DeleteItemFromObjectCaseSensitive(tree, second);
		text = json_print(tree);
	}
	cJSON_Delete(tree);
	return text;
}

char *matrix_smaller(const char *body)
{
	return without(body, "formatted_body", "format");
}

char *matrix_outside(const char *body)
{
	return without(body, "m.relates_to", "m.relates_to");
}
